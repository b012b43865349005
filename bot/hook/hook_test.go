package hook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/hook"
)

const (
	tokenNow  = "token-of-today"
	tokenLast = "token-of-yesterday"
	tokenTwo  = "token-of-the-other-space"
)

var received = time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)

// shelf keeps what the door stored.
type shelf struct {
	events []bot.Event
	buried []string // "reason|raw"
	down   error
}

func (s *shelf) Accept(_ context.Context, events ...bot.Event) error {
	if s.down != nil {
		return s.down
	}
	s.events = append(s.events, events...)
	return nil
}

func (s *shelf) Bury(_ context.Context, door, reason string, raw []byte, at time.Time) error {
	if s.down != nil {
		return s.down
	}
	if door != "hook" || !at.Equal(received) {
		return fmt.Errorf("buried by %q at %s", door, at)
	}
	s.buried = append(s.buried, reason+"|"+string(raw))
	return nil
}

func (s *shelf) keys() []string {
	var k []string
	for _, e := range s.events {
		k = append(k, e.Key)
	}
	return k
}

func open(s *shelf, log *bytes.Buffer) *hook.Handler {
	cfg := hook.Config{
		Spaces: hook.Tokens(map[string][]string{"s1": {tokenNow, tokenLast, ""}, "s2": {tokenTwo}}),
		Inbox:  s, Dead: s, Clock: bot.ClockFunc(func() time.Time { return received }),
	}
	if log != nil {
		cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return hook.New(cfg)
}

func deliver(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body)))
	return w
}

const issueBody = `{"id":10,"type":3,"project":{"id":1,"projectKey":"ACME"},"content":{"id":700,"key_id":12,"summary":"x","comment":{"id":5,"content":"y"}}}`

func TestDeliveries(t *testing.T) {
	big := `{"id":10,"type":3,"content":{"id":1,"summary":"` + strings.Repeat("あ", 400_000) + `"}}`
	cases := []struct {
		name   string
		body   string
		status int
		keys   []string
		buried string // start of the reason
		count  hook.Outcome
	}{
		{"comment", issueBody, 200, []string{"backlog:s1:10:700"}, "", hook.Accepted},
		{"byte order mark", "\xef\xbb\xbf" + issueBody, 200, []string{"backlog:s1:10:700"}, "", hook.Accepted},
		{"deleted", `{"id":11,"type":4,"content":{"id":700,"key_id":12}}`, 200, []string{"backlog:s1:11:700"}, "", hook.Accepted},
		{"string ids", `{"id":"12","type":"2","content":{"id":"700","key_id":"12"}}`, 200, []string{"backlog:s1:12:700"}, "", hook.Accepted},
		{"comment as a plain string", `{"id":13,"type":2,"content":{"id":700,"key_id":12,"comment":"x"}}`, 200, []string{"backlog:s1:13:700"}, "", hook.Accepted},
		{
			"bulk", `{"id":14,"type":14,"content":{"tx_id":"200","link":[{"id":"1","key_id":"1","title":"a"},{"id":2,"key_id":null},{"id":"1"}],"changes":[{"field":"priority","new_value":"高"}]}}`,
			200,
			[]string{"backlog:s1:14:1", "backlog:s1:14:2"},
			"", hook.Accepted,
		},
		{"created in bulk", `{"id":15,"type":47,"content":{"link":[{"id":3,"key_id":3}]}}`, 200, []string{"backlog:s1:15:3"}, "", hook.Accepted},
		{"wiki", `{"id":16,"type":5,"content":{"id":1,"name":"Home"}}`, 200, nil, "", hook.Ignored},
		{"member, content of any shape", `{"id":17,"type":15,"content":["x"]}`, 200, nil, "", hook.Ignored},
		{"unknown type", `{"id":18,"type":99,"content":null}`, 200, nil, "", hook.UnknownType},
		{"no type", `{"id":18}`, 200, nil, "", hook.UnknownType},
		{"empty", ``, 400, nil, "reading webhook of space s1: body is no JSON object", hook.Broken},
		{"broken JSON", `{"id":10,"type":3,`, 400, nil, "reading webhook of space s1: body is no activity", hook.Broken},
		{"a list", `[1]`, 400, nil, "reading webhook of space s1: body is no JSON object", hook.Broken},
		{"form", `payload=%7B%7D`, 400, nil, "reading webhook of space s1: body is no JSON object", hook.Broken},
		{"fraction as id", `{"id":1.5,"type":3,"content":{"id":1}}`, 400, nil, "reading webhook of space s1: body is no activity", hook.Broken},
		{"words as id", `{"id":10,"type":3,"content":{"id":"seven"}}`, 400, nil, "reading webhook of space s1: activity 10 of type 3: its content", hook.Broken},
		{"content is a list", `{"id":10,"type":3,"content":[]}`, 400, nil, "reading webhook of space s1: activity 10 of type 3: its content", hook.Broken},
		{"type beyond all sense", `{"id":10,"type":99999999999,"content":{"id":1}}`, 400, nil, "reading webhook of space s1: body is no activity: type", hook.Broken},
		{"no activity id", `{"type":3,"content":{"id":700}}`, 400, nil, "reading activity of type 3 of space s1: it has no id", hook.NoIDs},
		{"no issue id", `{"id":10,"type":3,"content":{"key_id":12}}`, 400, nil, "reading activity 10 of type 3 of space s1: activity names no issue", hook.NoIDs},
		{"no content", `{"id":10,"type":1,"content":null}`, 400, nil, "reading activity 10 of type 1 of space s1: activity names no issue", hook.NoIDs},
		{"too large", big, 413, nil, "webhook of space s1 is larger than 1048576 bytes", hook.TooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := &shelf{}
			h := open(s, nil)
			w := deliver(h, http.MethodPost, "/hooks/backlog/"+tokenNow, c.body)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if d := cmp.Diff(c.keys, s.keys()); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(map[hook.Outcome]int64{c.count: 1}, h.Counts()); d != "" {
				t.Error(d)
			}
			switch {
			case c.buried == "" && len(s.buried) > 0:
				t.Errorf("buried %q", s.buried)
			case c.buried != "" && (len(s.buried) != 1 || !strings.HasPrefix(s.buried[0], c.buried)):
				t.Errorf("buried %.200q, want %q", s.buried, c.buried)
			case c.status == 400 && !strings.HasSuffix(s.buried[0], "|"+c.body):
				t.Errorf("the body was not kept whole: %q", s.buried)
			case c.status == 413 && len(s.buried[0]) != len(c.buried)+1+1024:
				t.Errorf("kept %d bytes of reason and body", len(s.buried[0]))
			}
		})
	}
}

func TestEventCarriesWhatTheFetcherNeeds(t *testing.T) {
	s := &shelf{}
	deliver(open(s, nil), http.MethodPost, "/hooks/backlog/"+tokenTwo, issueBody)
	if len(s.events) != 1 {
		t.Fatalf("stored %d events", len(s.events))
	}
	e := s.events[0]
	var got bot.IssueChanged
	if err := e.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := bot.IssueChanged{Space: "s2", Project: "ACME", IssueID: 700, KeyID: 12, ActivityID: 10, Type: 3, Via: "webhook"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if e.Kind != bot.EventIssueChanged || e.Lane != "s2/700" || !e.At.Equal(received) {
		t.Errorf("event %+v", e)
	}
}

func TestTwoTokensOfASpaceAreValidAtOnce(t *testing.T) {
	s := &shelf{}
	h := open(s, nil)
	for _, token := range []string{tokenNow, tokenLast} {
		if w := deliver(h, http.MethodPost, "/hooks/backlog/"+token, issueBody); w.Code != http.StatusOK {
			t.Errorf("token %s: status %d", token, w.Code)
		}
	}
	if d := cmp.Diff([]string{"backlog:s1:10:700", "backlog:s1:10:700"}, s.keys()); d != "" {
		t.Error(d)
	}
}

func TestWrongTokenLooksLikeNoSuchPath(t *testing.T) {
	s := &shelf{}
	h := open(s, nil)
	nowhere := deliver(h, http.MethodPost, "/nowhere", issueBody)
	for _, token := range []string{"wrong", tokenNow + "x", tokenNow[:5], "%00", "x%2Fy"} {
		w := deliver(h, http.MethodPost, "/hooks/backlog/"+token, issueBody)
		if w.Code != http.StatusNotFound || w.Body.String() != nowhere.Body.String() {
			t.Errorf("token %q: %d %q, but an unknown path says %d %q", token, w.Code, w.Body, nowhere.Code, nowhere.Body)
		}
	}
	if w := deliver(h, http.MethodPost, "/hooks/backlog/", issueBody); w.Code != http.StatusNotFound {
		t.Errorf("an empty token got %d although an empty one is configured", w.Code)
	}
	if len(s.events)+len(s.buried) > 0 {
		t.Errorf("a stranger's delivery was kept: %v %v", s.keys(), s.buried)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if w := deliver(open(&shelf{}, nil), method, "/hooks/backlog/"+tokenNow, ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: status %d", method, w.Code)
		}
	}
}

func TestNothingIsAcknowledgedWhileTheStoreIsDown(t *testing.T) {
	for name, body := range map[string]string{"good": issueBody, "broken": "{", "too large": "{" + strings.Repeat(" ", 1<<20)} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{down: errors.New("disk full")}
			h := open(s, nil)
			if w := deliver(h, http.MethodPost, "/hooks/backlog/"+tokenNow, body); w.Code != http.StatusServiceUnavailable {
				t.Errorf("status %d", w.Code)
			}
			if name == "good" && h.Counts()[hook.StoreDown] != 1 {
				t.Errorf("counts %v", h.Counts())
			}
		})
	}
}

func TestEmptyTokenFitsNothing(t *testing.T) {
	if space, ok := hook.Tokens(map[string][]string{"s1": {""}})(""); ok {
		t.Errorf("it opens space %q", space)
	}
}

type breaking struct{ left string }

func (b *breaking) Read(p []byte) (int, error) {
	if b.left == "" {
		return 0, errors.New("connection reset")
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

func TestDeliveryThatBreaksOff(t *testing.T) {
	s := &shelf{}
	w := httptest.NewRecorder()
	open(s, nil).ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/hooks/backlog/"+tokenNow, &breaking{left: issueBody[:20]}))
	if w.Code != http.StatusBadRequest || len(s.events) > 0 {
		t.Errorf("status %d, events %v", w.Code, s.keys())
	}
}

func TestTokensStayOutOfLogs(t *testing.T) {
	var log bytes.Buffer
	s := &shelf{}
	h := open(s, &log)
	for _, body := range []string{issueBody, "{", `{"id":1,"type":77}`, `{"type":1}`} {
		deliver(h, http.MethodPost, "/hooks/backlog/"+tokenNow, body)
	}
	s.down = errors.New("disk full")
	deliver(h, http.MethodPost, "/hooks/backlog/"+tokenNow, issueBody)
	deliver(h, http.MethodPost, "/hooks/backlog/nearly-"+tokenNow, issueBody)
	if log.Len() == 0 || strings.Contains(log.String(), tokenNow) {
		t.Errorf("log: %s", log.String())
	}
}
