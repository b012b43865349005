package backlogsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name, want string
		spoil      func(*backlogsim.Seed)
	}{
		{"zone", "Mars", func(s *backlogsim.Seed) { s.Space.Timezone = "Mars" }},
		{"role", "roleType 7", func(s *backlogsim.Seed) { s.Users[0].RoleType = 7 }},
		{"user twice", "id 11 is used twice", func(s *backlogsim.Seed) { s.Users[1].ID = 11 }},
		{"key twice", "apiKey is used twice", func(s *backlogsim.Seed) { s.Users[1].APIKey = "admin-key" }},
		{"member", "no user has the id 99", func(s *backlogsim.Seed) { s.Projects[0].Members = []int{99} }},
		{"admin", "admin 18 is not a member", func(s *backlogsim.Seed) { s.Projects[0].Admins = []int{18} }},
		{"rule", `textFormattingRule "rst"`, func(s *backlogsim.Seed) { s.Projects[0].TextFormattingRule = "rst" }},
		{"no types", "no issue types", func(s *backlogsim.Seed) { s.Projects[0].IssueTypes = nil }},
		{"project twice", "used twice", func(s *backlogsim.Seed) { s.Projects[1].Key = "TEST" }},
		{"field type", "typeId 9", func(s *backlogsim.Seed) { s.Projects[0].CustomFields[0].TypeID = 9 }},
		{"field of no type", `no issue type "謎"`, func(s *backlogsim.Seed) { s.Projects[0].CustomFields[0].IssueTypes = []string{"謎"} }},
		{"issue type", `issue 1: no issue type "謎"`, func(s *backlogsim.Seed) {
			s.Projects[0].Issues = []backlogsim.SeedIssue{{Summary: "s", IssueType: "謎", CreatedUser: customerID}}
		}},
		{"issue status", `no status "謎"`, func(s *backlogsim.Seed) {
			s.Projects[0].Issues = []backlogsim.SeedIssue{{Summary: "s", IssueType: "作業", Status: "謎", CreatedUser: customerID}}
		}},
		{"wiki author", `wiki "Home": no user`, func(s *backlogsim.Seed) { s.Projects[0].Wikis = []backlogsim.SeedWiki{{Name: "Home"}} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sp := newSpace(t)
			seed := testSeed()
			tt.spoil(&seed)
			err := sp.Load(seed)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "-key") {
				t.Errorf("the error shows a key: %v", err)
			}
			sp.call("bot", "GET", "/api/v2/projects/TEST", nil).want(200) // the space is as it was
		})
	}
}

func TestSeedSurvivesJSON(t *testing.T) {
	data, err := json.Marshal(backlogsim.SampleSeed())
	if err != nil {
		t.Fatal(err)
	}
	var back backlogsim.Seed
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	diff(t, backlogsim.SampleSeed(), back)
}

func TestSeededIssues(t *testing.T) {
	created := time.Date(2025, 12, 1, 3, 0, 0, 0, time.UTC)
	sp := newSpace(t, func(_ *backlogsim.Options, s *backlogsim.Seed) {
		s.Space.Lang, s.Space.NoChangeMessage = "en", "No comment content."
		s.Projects[0].Issues = []backlogsim.SeedIssue{{
			Summary: "s", IssueType: "障害", CreatedUser: customerID, Assignee: staffID, Status: "Closed", PriorityID: 2, Created: created,
			CustomText: map[int]string{textField: "web01"}, Comments: []backlogsim.SeedComment{{User: staffID, Content: "done", Created: created.Add(time.Hour)}},
		}}
	})
	got := sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200)
	diff(t, []any{"High", "Closed", "2025-12-01T03:00:00Z", "2025-12-01T04:00:00Z", "web01"},
		[]any{get(got, "priority", "name"), get(got, "status", "name"), got["created"], got["updated"], get(got, "customFields", 0, "value")})
	diff(t, 2, len(sp.call("bot", "GET", "/api/v2/projects/TEST/activities", nil).list(200)))
	diff(t, 0, len(sp.Deliveries()))
	r := sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", nil)
	diff(t, `{"errors":[{"message":"No comment content.","code":7,"moreInfo":""}]}`, r.Body)
}

func TestManyAtOnce(t *testing.T) {
	sp := newSpace(t)
	sp.SetRateLimits(backlogsim.RateLimits{Read: 1e6, Update: 1e6, Search: 1e6, Icon: 1e6})
	sp.issue()
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for k := range 20 {
				sp.call("bot", "POST", commentPath, form("content", fmt.Sprintf("%d-%d", n, k))).want(201)
				sp.call("staff", "GET", "/api/v2/issues?sort=updated", nil).want(200)
				sp.call("staff", "PATCH", "/api/v2/issues/TEST-1", form("summary", fmt.Sprintf("%d-%d", n, k))).want(200)
				sp.call("", "GET", "/view/TEST-1", nil).want(200)
			}
		})
	}
	wg.Wait()
	diff(t, 320, sp.commentCount())
	ids := map[int]bool{}
	for _, a := range sp.call("bot", "GET", "/api/v2/space/activities?count=100", nil).list(200) {
		ids[num(get(a, "id"))] = true
	}
	diff(t, 100, len(ids))
}

func BenchmarkListOfFiftyThousand(b *testing.B) {
	seed := testSeed()
	for n := range 50_000 {
		seed.Projects[0].Issues = append(seed.Projects[0].Issues, backlogsim.SeedIssue{Summary: fmt.Sprint("issue ", n), IssueType: "作業", CreatedUser: customerID})
	}
	server := backlogsim.New(backlogsim.Options{})
	if err := server.Load(seed); err != nil {
		b.Fatal(err)
	}
	server.SetRateLimits(backlogsim.RateLimits{Search: 1e9})
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), "GET", "https://x/api/v2/issues?sort=updated&statusId[]=1&count=100&apiKey=bot-key", nil)
		if err != nil {
			b.Fatal(err)
		}
		res, err := server.RoundTripper().RoundTrip(req)
		if err != nil || res.StatusCode != http.StatusOK {
			b.Fatal(res, err)
		}
	}
}
