package backlogsim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// receiver stands where the bot's webhook door is.
type receiver struct {
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	delay  time.Duration
	status []int // of the next answers; then 200
	broken bool
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(r.delay):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return nil, errors.New("connection refused")
	}
	r.bodies, r.heads = append(r.bodies, string(body)), append(r.heads, req.Header)
	status := 200
	if len(r.status) > 0 {
		status, r.status = r.status[0], r.status[1:]
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok")), Request: req}, nil
}

func (r *receiver) events(t *testing.T) (out []map[string]any) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, body := range r.bodies {
		var v map[string]any
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func (r *receiver) ids(t *testing.T) (out []int) {
	t.Helper()
	for _, e := range r.events(t) {
		out = append(out, num(e["id"]))
	}
	return out
}

// hooked is a space whose project has one webhook for all events, in a bubble.
func hooked(t *testing.T, f func(t *testing.T, sp *space, door *receiver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		door := &receiver{}
		sp := newSpace(t, func(o *backlogsim.Options, s *backlogsim.Seed) {
			o.Transport = door
			s.Projects[0].Webhooks = []backlogsim.SeedWebhook{{ID: hookID, Name: "toban", HookURL: "https://bot.example/hooks/s3cret"}}
		})
		f(t, sp, door)
		if err := sp.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (sp *space) quiet() {
	sp.t.Helper()
	if err := sp.Quiet(sp.t.Context()); err != nil {
		sp.t.Fatal(err)
	}
}

func TestWebhookShapes(t *testing.T) {
	hooked(t, func(t *testing.T, sp *space, door *receiver) {
		sp.issue("summary", "web01", "issueTypeId", "32", "dueDate", "2026-01-09", "customField_61", "web01", "notifiedUserId[]", "12")
		sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "4", "assigneeId", "13", "dueDate", "", "categoryId[]", "42", "milestoneId[]", "51", "resolutionId", "0", "customField_62", "3", "comment", "完了", "notifiedUserId[]", "14")).want(200)
		sp.call("customer", "POST", commentPath, form("content", "確認しました")).want(201)
		sp.issue("summary", "db01")
		if _, err := sp.BulkUpdate(backlogsim.Bulk{User: staffID, Issues: []string{"TEST-1", "TEST-2"}, PriorityID: 2, Comment: "まとめて"}); err != nil {
			t.Fatal(err)
		}
		sp.call("bot", "DELETE", "/api/v2/issues/TEST-2", nil).want(200)
		sp.call("admin", "POST", "/api/v2/projects/TEST/users", form("userId", "18")).want(200)
		sp.quiet()
		var buf bytes.Buffer
		buf.WriteString("[")
		for n, body := range door.bodies {
			if n > 0 {
				buf.WriteString(",")
			}
			buf.WriteString(body)
		}
		buf.WriteString("]")
		golden(t, "webhook_payloads", buf.String())
		diff(t, "application/json; charset=UTF-8", door.heads[0].Get("Content-Type"))
		diff(t, []int{1, 2, 3, 4, 5, 6, 7}, door.ids(t)) // the bot's own writes are among them
		e := door.events(t)
		diff(t, "bot", get(e[1], "createdUser", "name"))
		diff(t, map[string]any{"field": "status", "new_value": "4", "old_value": "1", "type": "standard"}, get(e[1], "content", "changes", 0))
		diff(t, 2, len(e[1]["notifications"].([]any)))
		diff(t, map[string]any{"field": "priority", "new_value": "高", "type": "standard"}, get(e[4], "content", "changes", 0))
		if _, ok := get(e[4], "content", "link", 0, "id").(string); !ok {
			t.Error("ids of a bulk update are not strings")
		}
		// the feed has the same ids, ids as numbers, and a short creation
		feed := sp.call("bot", "GET", "/api/v2/projects/TEST/activities?order=asc", nil).list(200)
		diff(t, 4, len(get(feed, 0, "content").(map[string]any)))
		if _, ok := get(feed, 4, "content", "link", 0, "id").(float64); !ok {
			t.Error("ids of a bulk update are not numbers in the feed")
		}
	})
}

func TestDeliveriesKeepOrderAndNeverBlock(t *testing.T) {
	hooked(t, func(t *testing.T, sp *space, door *receiver) {
		door.delay = 2 * time.Second
		start := time.Now()
		for range 3 {
			sp.issue()
		}
		diff(t, time.Duration(0), time.Since(start))
		diff(t, 3, sp.Pending())
		sp.quiet()
		diff(t, 6*time.Second, time.Since(start))
		diff(t, []int{1, 2, 3}, door.ids(t))
		diff(t, 0, sp.Pending())
	})
}

func TestDeliveryFailuresAreNotRetriedByDefault(t *testing.T) {
	hooked(t, func(t *testing.T, sp *space, door *receiver) {
		door.status = []int{500}
		sp.issue()
		sp.quiet()
		door.broken = true
		sp.issue()
		sp.quiet()
		door.broken, door.delay = false, time.Minute // longer than the ten seconds
		sp.issue()
		start := time.Now()
		sp.quiet()
		diff(t, 10*time.Second, time.Since(start))
		door.delay = 0
		sp.issue()
		sp.quiet()
		diff(t, []int{1, 4}, door.ids(t))
		got := sp.call("", "GET", "/_sim/deliveries", nil)
		if strings.Contains(got.Body, "s3cret") {
			t.Error("the log shows the address")
		}
		var states []any
		for _, d := range got.object(200)["deliveries"].([]any) {
			states = append(states, get(d, "state"), get(d, "attempts"))
		}
		diff(t, []any{"failed", 1.0, "failed", 1.0, "failed", 1.0, "sent", 1.0}, states)
	})
}

func TestRetriesCanBeSwitchedOn(t *testing.T) {
	hooked(t, func(t *testing.T, sp *space, door *receiver) {
		sp.faults(`{"webhooks":{"retries":3,"retry_after":"30s"}}`)
		door.status = []int{503, 503}
		start := time.Now()
		sp.issue()
		sp.quiet()
		diff(t, time.Minute, time.Since(start))
		diff(t, []int{1, 1, 1}, door.ids(t))
		diff(t, []any{"sent", 3}, []any{sp.Deliveries()[0].State, sp.Deliveries()[0].Attempts})
	})
}

func TestWebhookFaults(t *testing.T) {
	tests := []struct {
		faults string
		want   []int
		took   time.Duration
	}{
		{`{"webhooks":{"duplicate":1}}`, []int{1, 1, 2, 2}, 0},
		{`{"webhooks":{"drop":1}}`, nil, 0},
		{`{"webhooks":{"delay":"5s"}}`, []int{1, 2}, 5 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.faults, func(t *testing.T) {
			hooked(t, func(t *testing.T, sp *space, door *receiver) {
				sp.faults(tt.faults)
				start := time.Now()
				sp.issue()
				sp.issue()
				sp.quiet()
				diff(t, tt.want, door.ids(t))
				diff(t, tt.took, time.Since(start))
			})
		})
	}
	t.Run("reorder", func(t *testing.T) {
		hooked(t, func(t *testing.T, sp *space, door *receiver) {
			sp.faults(`{"webhooks":{"reorder":1,"hold":"1s"}}`)
			sp.issue()
			sp.ResetFaults()
			sp.issue()
			sp.quiet()
			diff(t, []int{2, 1}, door.ids(t))
		})
	})
}

func TestWebhookSettings(t *testing.T) {
	hooked(t, func(t *testing.T, sp *space, door *receiver) {
		path := "/api/v2/projects/TEST/webhooks"
		sp.call("bot", "PATCH", path+"/71", form("allEvent", "false", "activityTypeIds[]", "3", "activityTypeIds[]", "5")).want(200)
		sp.issue()
		sp.call("bot", "POST", commentPath, form("content", "x")).want(201)
		sp.quiet()
		diff(t, []int{2}, door.ids(t))
		sp.call("staff", "GET", path, nil).fails(403, 5)
		sp.call("staff", "POST", path, form("name", "x", "hookUrl", "https://x.example")).fails(403, 5)
		sp.call("bot", "POST", path, form("name", "x")).fails(400, 7)
		sp.call("bot", "POST", path, form("name", "x", "hookUrl", "ftp://x.example")).fails(400, 7)
		sp.call("bot", "POST", path, form("hookUrl", "https://x.example")).fails(400, 7)
		sp.call("bot", "GET", path+"/99", nil).fails(404, 6)
		sp.call("bot", "DELETE", path+"/71", nil).want(200)
		sp.call("bot", "POST", commentPath, form("content", "y")).want(201)
		diff(t, 0, sp.Pending())
	})
}

func TestCloseEndsDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		door := &receiver{delay: time.Hour}
		sp := newSpace(t, func(o *backlogsim.Options, s *backlogsim.Seed) {
			o.Transport = door
			s.Projects[0].Webhooks = []backlogsim.SeedWebhook{{Name: "toban", HookURL: "https://bot.example/"}}
		})
		sp.issue()
		sp.issue()
		synctest.Wait()
		_ = sp.Close()
		diff(t, 0, sp.Pending())
		sp.issue() // the space still answers; nothing is sent
		diff(t, 0, sp.Pending())
		diff(t, 0, len(door.ids(t)))
	})
}

func TestOnChange(t *testing.T) {
	sp := newSpace(t)
	calls := 0
	sp.OnChange(func() {
		calls++
		sp.call("staff", "GET", "/api/v2/issues/count", nil).want(200) // no lock is held
	})
	sp.issue()
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "1")).fails(400, 7)
	sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).want(200)
	diff(t, 1, calls)
}
