package backlog_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// forgetful takes the announced budget out of answers that are no refusals, so that the client meets refusals.
type forgetful struct{ http.RoundTripper }

func (f forgetful) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := f.RoundTripper.RoundTrip(r)
	if err == nil && resp.StatusCode < 300 {
		resp.Header.Del("X-RateLimit-Remaining")
	}
	return resp, err
}

// happen makes an activity of every type that the stand-in makes, beside those of fill.
func (c *conformance) happen() {
	c.t.Helper()
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	do := func(who, method, path, form string) {
		c.t.Helper()
		if r := c.call(who, method, path, form); r.status > 299 {
			c.t.Fatalf("%s %s: %s", method, path, r)
		}
	}
	do("padmin", "PATCH", "wikis/:wiki", "content=二")
	do("padmin", "POST", "issues/:issueKey/comments/:comment/notifications", "notifiedUserId[]=3")
	_, err := c.sim.BulkUpdate(backlogsim.Bulk{User: 2, Issues: []string{"CONF-1", "CONF-2"}, PriorityID: 3, Comment: "まとめて"})
	must(err)
	_, err = c.sim.BulkUpdate(backlogsim.Bulk{User: 2, Issues: []string{"CONF-1", "CONF-2"}, StatusID: 3})
	must(err)
	do("padmin", "POST", "projects/:project/users", "userId={outsider}")
	do("padmin", "DELETE", "projects/:project/users", "userId={outsider}")
	do("padmin", "DELETE", "projects/:project/teams", "teamId={joinedTeam}")
	do("padmin", "PATCH", "projects/:project/git/repositories/infra/pullRequests/1", "summary=改題")
	must(c.sim.MergePull(backlogsim.Merge{User: 3, Project: "CONF", Repository: "infra", Number: 1}))
	must(c.sim.Push(backlogsim.Push{User: 3, Project: "CONF", Repository: "app"}))
	for _, f := range []backlogsim.FileChange{{Content: "一"}, {Content: "二"}, {Delete: true}} {
		f.User, f.Project, f.Path = 3, "CONF", "図/構成.txt"
		_, err = c.sim.ChangeFile(f)
		must(err)
	}
	do("padmin", "POST", "projects/:project/versions", "name=2月&startDate=2026-02-01")
	do("padmin", "PATCH", "projects/:project/versions/:version", "name=1月末&description=説明")
	do("padmin", "DELETE", "projects/:project/versions/:version", "")
	do("padmin", "PATCH", "issues/:issueKey", "statusId=41")
	do("padmin", "DELETE", "projects/:project/statuses/41", "substituteStatusId=1")
	_, err = c.sim.EditDocument(backlogsim.DocumentEdit{User: 3, Document: c.ids["document"], Title: "手順書"})
	must(err)
	do("padmin", "DELETE", "documents/:document", "")
	do("padmin", "DELETE", "wikis/:wiki", "")
	do("padmin", "DELETE", "issues/CONF-3", "")
	must(c.sim.Quiet(c.t.Context()))
}

// TestEveryActivity makes an activity of each type: its content in the feed and in the webhook is as the tables say, the webhook is the feed's entry but
// for the content and the notifications, and the client reads both.
func TestEveryActivity(t *testing.T) {
	table := readShapes(t)
	c := newConformance(t)
	c.happen()
	feed := map[float64]map[string]any{}
	seen := map[int]bool{}
	for _, a := range c.call("padmin", "GET", "projects/CONF/activities", "count=100&order=asc").decode(t).([]any) {
		entry := a.(map[string]any)
		typ := int(entry["type"].(float64))
		feed[entry["id"].(float64)], seen[typ] = entry, true
		for _, fault := range table.check(fmt.Sprintf("type %d", typ), fmt.Sprintf("Content/%d", typ), entry["content"]) {
			t.Error(fault)
		}
		if len(entry["notifications"].([]any)) != 0 {
			t.Errorf("type %d: notifications in a list", typ)
		}
	}
	want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 34, 36, 37, 38, 40, 43, 46}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("types %v, want %v", got, want)
	}
	if len(*c.hooks) != len(feed) {
		t.Errorf("%d webhooks of %d activities", len(*c.hooks), len(feed))
	}
	filled := 0
	for _, body := range *c.hooks {
		filled += c.heldByFeed(table, feed, body)
	}
	if filled < 5 {
		t.Errorf("%d webhooks tell who was notified", filled)
	}
}

// heldByFeed compares one webhook with the feed, and returns 1 if it has notifications.
func (c *conformance) heldByFeed(table shapes, feed map[float64]map[string]any, body []byte) int {
	t := c.t
	t.Helper()
	var hook map[string]any
	if err := json.Unmarshal(body, &hook); err != nil {
		t.Fatal(err)
	}
	typ := int(hook["type"].(float64))
	entry := feed[hook["id"].(float64)]
	if entry == nil {
		t.Fatalf("no activity %v in the feed", hook["id"])
	}
	content := fmt.Sprintf("Hook/%d", typ)
	if table[content] == nil {
		content = fmt.Sprintf("Content/%d", typ)
	}
	for _, fault := range table.check(content, content, hook["content"]) {
		t.Error(fault)
	}
	for _, name := range []string{"type", "createdUser", "created", "project"} {
		a, _ := json.Marshal(hook[name])
		b, _ := json.Marshal(entry[name])
		if name != "project" && string(a) != string(b) {
			t.Errorf("type %d: %s is %s in the webhook and %s in the feed", typ, name, a, b)
		}
	}
	single := c.call("padmin", "GET", fmt.Sprintf("activities/%d", int(hook["id"].(float64))), "").decode(t).(map[string]any)
	a, _ := json.Marshal(hook["notifications"])
	b, _ := json.Marshal(single["notifications"])
	if string(a) != string(b) && typ != 4 { // who reads on and is deleted meanwhile is another matter
		t.Errorf("type %d: notifications %s in the webhook, %s in the single activity", typ, a, b)
	}
	read, err := backlog.DecodeWebhook(body)
	if err != nil || read.Unread != nil || int(read.Type) != typ {
		t.Errorf("type %d: the client reads %v, %v", typ, read, err)
	}
	if len(read.Notifications) > 0 {
		return 1
	}
	return 0
}

// TestChoicesOfWebhooks switches the shapes that spaces differ in.
func TestChoicesOfWebhooks(t *testing.T) {
	for _, tc := range []struct {
		name   string
		choice backlogsim.Choices
		check  func(hook map[string]any) bool
	}{
		{"short", backlogsim.Choices{PlainCreated: true}, func(h map[string]any) bool { return len(h["content"].(map[string]any)) == 4 }},
		{"strings", backlogsim.Choices{StringIDs: true}, func(h map[string]any) bool {
			return h["content"].(map[string]any)["priority"].(map[string]any)["id"] == "3"
		}},
		{"bare", backlogsim.Choices{BareProject: true}, func(h map[string]any) bool { return len(h["project"].(map[string]any)) == 3 }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newConformance(t)
			c.sim.SetChoices(tc.choice)
			c.call("padmin", "POST", "issues", "projectId=11&summary=選択&issueTypeId=21&priorityId=3")
			if err := c.sim.Quiet(t.Context()); err != nil {
				t.Fatal(err)
			}
			var hook map[string]any
			last := (*c.hooks)[len(*c.hooks)-1]
			if err := json.Unmarshal(last, &hook); err != nil || !tc.check(hook) {
				t.Errorf("%v: %s", err, last)
			}
			a, err := backlog.DecodeWebhook(last)
			if err != nil {
				t.Fatal(err)
			}
			refs, err := a.IssueRefs()
			if err != nil || len(refs) != 1 || !strings.HasPrefix(refs[0].Key, "CONF-") {
				t.Errorf("refs %v, %v", refs, err)
			}
		})
	}
}

// TestTestDelivery sends what the test button of the settings page sends.
func TestTestDelivery(t *testing.T) {
	c := newConformance(t)
	if err := c.sim.TestHook(backlogsim.HookTest{Project: "CONF", Webhook: 81}); err != nil {
		t.Fatal(err)
	}
	if err := c.sim.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := backlog.DecodeWebhook((*c.hooks)[len(*c.hooks)-1])
	if err != nil || a.ID != 0 || a.Type != backlog.ActivityIssueCreated {
		t.Errorf("%+v, %v", a, err)
	}
	if err := c.sim.TestHook(backlogsim.HookTest{Project: "CONF", Webhook: 81, Type: 36}); err == nil {
		t.Error("there is no sample of type 36")
	}
}
