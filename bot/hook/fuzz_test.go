package hook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/hook"
)

// fuzzCap is the size limit of the fuzzed door, small enough to be met.
const fuzzCap = 4 << 10

// FuzzDelivery sends any body to the door. Whatever comes:
//   - without a token of ours it is 404, and nothing is stored, kept or said about it;
//   - what is acknowledged is stored whole or is no news of an issue, what is refused is kept among the dead with a reason that names
//     the space, and never both;
//   - no body above the limit is read, and of one only the beginning is kept;
//   - the token is in no log, reason or answer;
//   - every event names an activity and an issue, and is what its own plain form (the shape the vendor documents) decodes to again;
//   - the same body again gives the same keys, so that the store can drop it.
func FuzzDelivery(f *testing.F) {
	f.Add([]byte(issueBody))
	f.Add([]byte(`{"id":10,"type":3,"content":{"id":1,"summary":"` + strings.Repeat("あ", fuzzCap/3) + `"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		outside := &shelf{}
		if w := deliver(fuzzed(outside, nil), http.MethodPost, "/hooks/backlog/nearly-"+tokenNow, string(body)); w.Code != http.StatusNotFound ||
			len(outside.events)+len(outside.buried) > 0 {
			t.Fatalf("without a token: %d, %d events, buried %q", w.Code, len(outside.events), outside.buried)
		}

		s, log := &shelf{}, &bytes.Buffer{}
		h := fuzzed(s, log)
		w := deliver(h, http.MethodPost, "/hooks/backlog/"+tokenNow, string(body))
		if strings.Contains(log.String()+w.Body.String()+strings.Join(s.buried, ""), tokenNow) && !bytes.Contains(body, []byte(tokenNow)) {
			t.Fatalf("the token is shown: %s %s %q", log, w.Body, s.buried)
		}
		switch {
		case w.Code == http.StatusOK && len(s.buried) == 0:
		case w.Code == http.StatusBadRequest && len(s.events) == 0 && len(s.buried) == 1 && len(body) <= fuzzCap:
			reason, kept, _ := strings.Cut(s.buried[0], "|")
			if !strings.Contains(reason, "space s1") || !strings.HasSuffix(s.buried[0], "|"+string(body)) {
				t.Fatalf("kept as %q: %q", reason, kept)
			}
		case w.Code == http.StatusRequestEntityTooLarge && len(s.events) == 0 && len(s.buried) == 1 && len(body) > fuzzCap:
			if want := "webhook of space s1 is larger than 4096 bytes|" + string(body[:1024]); s.buried[0] != want {
				t.Fatalf("kept %q", s.buried[0])
			}
		default:
			t.Fatalf("status %d for %d bytes, %d events, buried %q", w.Code, len(body), len(s.events), s.buried)
		}
		if len(s.events) == 0 {
			return
		}

		plain, err := plainForm(s.events)
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) > fuzzCap {
			return
		}
		again := &shelf{}
		if w := deliver(fuzzed(again, nil), http.MethodPost, "/hooks/backlog/"+tokenNow, string(plain)); w.Code != http.StatusOK {
			t.Fatalf("its plain form %s is refused: %d %s", plain, w.Code, w.Body)
		}
		if diff := cmp.Diff(s.events, again.events); diff != "" {
			t.Fatalf("its plain form %s means something else:\n%s", plain, diff)
		}
		keys := s.keys()
		deliver(h, http.MethodPost, "/hooks/backlog/"+tokenNow, string(body))
		if diff := cmp.Diff(append(keys, keys...), s.keys()); diff != "" {
			t.Fatalf("delivered again it has other keys:\n%s", diff)
		}
	})
}

// fuzzed is a door with the small limit.
func fuzzed(s *shelf, log *bytes.Buffer) *hook.Handler {
	cfg := hook.Config{
		Spaces: hook.Tokens(map[string][]string{"s1": {tokenNow}}), MaxBody: fuzzCap,
		Inbox: s, Dead: s, Clock: bot.ClockFunc(func() time.Time { return received }),
	}
	if log != nil {
		cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return hook.New(cfg)
}

// plainForm writes the activity that the events came from as the vendor's documents show it: numbers as numbers, one issue by its own id,
// several by links.
func plainForm(events []bot.Event) ([]byte, error) {
	type issue struct {
		ID    int64 `json:"id"`
		KeyID int64 `json:"key_id"`
	}
	var links []issue
	var c bot.IssueChanged
	for _, e := range events {
		if err := json.Unmarshal(e.Body, &c); err != nil {
			return nil, err
		}
		if c.IssueID <= 0 || c.ActivityID <= 0 || e.Key != bot.IssueChangedKey("s1", c.ActivityID, c.IssueID) {
			return nil, fmt.Errorf("event %s with body %s", e.Key, e.Body)
		}
		links = append(links, issue{c.IssueID, c.KeyID})
	}
	activity := map[string]any{
		"id": c.ActivityID, "type": c.Type, "project": map[string]any{"projectKey": c.Project}, "content": any(links[0]),
	}
	if len(links) > 1 {
		activity["content"] = map[string]any{"link": links}
	}
	return json.Marshal(activity)
}
