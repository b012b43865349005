package backlogsim_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

// FuzzCall sends any method, path, content type and body. The space never breaks: no 500, an answer that is JSON with errors of known codes when it
// refuses, and rate-limit headers on all of it.
func FuzzCall(f *testing.F) {
	const form, doc = "application/x-www-form-urlencoded", "application/json"
	f.Add("POST", "issues", form, "projectId=21&summary=a&issueTypeId=31&priorityId=3&categoryId[]=42&customField_65[0]=1")
	f.Add("POST", "issues", doc, `{"projectId":21,"summary":"a","issueTypeId":31,"priorityId":3,"categoryId":[42],"customField_65":[1,2]}`)
	f.Add("PATCH", "issues/TEST-1", form, "statusId=2&dueDate=&customField_66_otherValue=x")
	f.Add("GET", "issues?sort=customField_62&order=asc&offset=1&count=3&customField_62_min=1&keyword=%E4%BB%B6&parentChild=10", "", "")
	f.Add("DELETE", "projects/TEST/statuses/41?substituteStatusId=1", form, "substituteStatusId=2")
	f.Add("POST", "space/attachment", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("POST", "documents", doc, `{"projectId":21,"title":null,"addLast":true}`)
	f.Add("POST", "oauth2/token", form, "grant_type=refresh_token&client_id=a")
	f.Add("GET", "projects/TEST/files/metadata/..%2f..", "", "")
	f.Add("PATCH", "projects/TEST/statuses/updateDisplayOrder", form, "statusId[]=1&statusId[]=41&statusId[]=2&statusId[]=3&statusId[]=4")
	f.Fuzz(func(t *testing.T, method, path, kind, body string) {
		target, err := url.Parse("https://test.example/api/v2/" + path)
		if err != nil || strings.ContainsAny(method, " \t\r\n") || method == "" {
			t.Skip("no request")
		}
		sp := newSpace(t)
		sp.issue()
		req, err := http.NewRequestWithContext(t.Context(), method, target.String(), strings.NewReader(body))
		if err != nil {
			t.Skip("no request")
		}
		req.Header.Set("Backlog-API-Key", "admin-key")
		if strings.ContainsAny(kind, "\r\n\x00") {
			kind = ""
		}
		req.Header.Set("Content-Type", kind)
		res, err := (&http.Client{Transport: sp.RoundTripper(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
		if err != nil {
			t.Skip("the client refuses: ", err)
		}
		defer res.Body.Close()
		if !strings.HasPrefix(req.URL.Path, "/api/v2/") {
			return
		}
		if res.StatusCode >= 500 {
			t.Fatalf("%s %s: %d", method, path, res.StatusCode)
		}
		if req.URL.Path != "/api/v2/oauth2/token" && res.Header.Get("X-RateLimit-Limit") == "" {
			t.Fatalf("%s %s: no rate-limit headers", method, path)
		}
		if res.StatusCode < 400 || req.URL.Path == "/api/v2/oauth2/token" {
			return
		}
		var refusal struct {
			Errors []struct{ Code int }
		}
		if err := json.NewDecoder(res.Body).Decode(&refusal); err != nil || len(refusal.Errors) != 1 || refusal.Errors[0].Code < 2 || refusal.Errors[0].Code > 13 {
			t.Fatalf("%s %s: %d %+v %v", method, path, res.StatusCode, refusal, err)
		}
	})
}

// FuzzSeed loads any seed: it is taken or refused, and the space works either way.
func FuzzSeed(f *testing.F) {
	f.Add(`{"users":[{"id":1,"name":"a","roleType":1,"apiKey":"k"}],"projects":[{"projectKey":"A","members":[1],"issueTypes":[{"name":"x"}],"issues":[{"summary":"s","issueType":"x","createdUser":1}]}]}`)
	f.Add(`{"space":{"timezone":"UTC","lang":"en"},"users":[{"id":3,"roleType":6}],"projects":[{"projectKey":"B","members":[3],"issueTypes":[{"name":""}],"documents":[{"children":[{}]}],"wikis":[{"name":"a/b","createdUser":3}],"repositories":[{"name":"r"}],"sharedFiles":[{"path":"../x","createdUser":3}]}]}`)
	f.Add(`{"projects":[{"customFields":[{"typeId":5,"items":["a"]}],"statuses":[{"name":"x"}],"versions":[{"startDate":"?"}],"webhooks":[{"hookUrl":"x"}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var seed backlogsim.Seed
		if json.Unmarshal([]byte(text), &seed) != nil {
			t.Skip("no seed")
		}
		s := backlogsim.New(backlogsim.Options{Transport: refusing{}})
		defer s.Close()
		if err := s.Load(testSeed()); err != nil {
			t.Fatal(err)
		}
		seed.Faults, seed.RateLimits, seed.Plan = nil, nil, backlogsim.SeedPlan{}
		loaded := s.Load(seed) == nil
		client := &http.Client{Transport: s.RoundTripper()}
		for _, path := range []string{"/", "/api/v2/projects?all=true", "/api/v2/issues", "/api/v2/space/activities"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://x"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Backlog-API-Key", "bot-key")
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode >= 500 || !loaded && res.StatusCode != 200 {
				t.Fatalf("%s: %d, loaded %v", path, res.StatusCode, loaded)
			}
		}
	})
}

// refusing is a world without networks.
type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, http.ErrServerClosed }
