package poll_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/backlog"
	"toban/bot"
	"toban/bot/hook"
	"toban/bot/poll"
)

// good is an entry of the feed after the one that is fuzzed.
const good = `{"id":9000000000000000000,"type":3,"project":{"projectKey":"ACME"},"content":{"id":5,"key_id":2},"created":"2000-01-01T00:00:00Z"}`

// FuzzActivity puts any JSON value before a good entry of the feed. Whatever it is:
//   - either the page can't be read, and then the cursor stays and nothing is stored; or the good entry comes through;
//   - every event has a key of this space and is of a customer's project;
//   - an entry that can't be read is kept with a reason, once, or is no news of an issue;
//   - the feed and the webhook give the same keys for the same activity, so that neither doubles what the other brought;
//   - the next look brings nothing new.
func FuzzActivity(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"id":7,"type":14,"project":{"projectKey":"ACME"},"content":{"tx_id":"200","link":[{"id":"5","key_id":"2"},{"id":6,"key_id":3}]},"created":"2000-01-01T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, entry []byte) {
		if !json.Valid(entry) {
			t.Skip("a page that is no JSON is the client's to refuse")
		}
		s, g := &shelf{known: true}, &graves{}
		p := fuzzed(t, s, g, "["+string(entry)+","+good+"]")
		found, err := p.Once(t.Context())
		if err != nil {
			if s.cursor != 0 || len(s.keys) > 0 || len(g.reasons) > 0 {
				t.Fatalf("an unreadable page (%v) moved the cursor to %d, stored %q, kept %q", err, s.cursor, s.keys, g.reasons)
			}
			return
		}
		const last = "backlog:s:9000000000000000000:5"
		if !slices.Contains(s.keys, last) && !same(entry) {
			t.Fatalf("the entry after it was lost: keys %q, kept %q", s.keys, g.reasons)
		}
		for _, key := range s.keys {
			if !strings.HasPrefix(key, "backlog:s:") {
				t.Fatalf("key %q", key)
			}
		}
		if len(g.reasons) > 1 || len(g.reasons) == 1 && !strings.HasPrefix(g.reasons[0], "poll: reading ") {
			t.Fatalf("kept %q", g.reasons)
		}
		if again, err := p.Once(t.Context()); err != nil || again != 0 || s.offered != found {
			t.Fatalf("the second look: %d new, %v", again, err)
		}
		fromHook := &shelf{}
		w := httptest.NewRecorder()
		door(fromHook).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/backlog/t", strings.NewReader(string(entry))))
		if own := slices.DeleteFunc(slices.Clone(s.keys), func(k string) bool { return k == last }); w.Code == http.StatusOK && len(own) > 0 &&
			len(fromHook.keys) > 0 && !slices.Equal(own, fromHook.keys) {
			t.Fatalf("the feed gives %q, the webhook %q", own, fromHook.keys)
		}
	})
}

// same tells an entry that has the good one's id: one of both is a repeat.
func same(entry []byte) bool {
	var a backlog.Activity
	return json.Unmarshal(entry, &a) == nil && a.ID == 9000000000000000000
}

func fuzzed(t *testing.T, s *shelf, g *graves, page string) *poll.Poll {
	client, err := backlog.New("https://example.backlog.test", "k", backlog.WithTransport(answers(page)), backlog.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	return poll.New(poll.Config{
		Space: "s", Client: client, Store: s, Dead: g, Clock: bot.ClockFunc(time.Now), Projects: func() []string { return []string{"ACME"} },
	})
}

func door(s *shelf) *hook.Handler {
	return hook.New(hook.Config{
		Spaces: hook.Tokens(map[string][]string{"s": {"t"}}), Inbox: inbox{s}, Dead: &graves{}, Clock: bot.ClockFunc(time.Now),
	})
}

// inbox stores what the webhook's door accepts on a shelf.
type inbox struct{ *shelf }

func (i inbox) Accept(ctx context.Context, events ...bot.Event) error {
	return i.Advance(ctx, "", 0, events)
}
