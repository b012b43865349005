package slack_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/slack"
)

const fuzzSecret = "signing-secret-of-the-fuzzed-door"

// FuzzDoor sends any body, signed or not, to the three doors. Whatever comes:
//   - unsigned it is 401 and leaves nothing behind, neither an event nor a dead letter nor a call to Slack;
//   - signed it is answered in one of the documented ways, never with a failure: 400 keeps the body among the dead, once, and tells
//     Slack not to repeat it; everything else keeps nothing;
//   - an event comes only of a person we know, with the role the button asks for, for a button that is on the ticket's card now with
//     its present value, and with values that the form finds right;
//   - delivered again it makes no second event;
//   - tokens and secrets are in no log and no answer.
func FuzzDoor(f *testing.F) {
	for i, body := range []string{challenge, "payload=" + url.QueryEscape(`{"type":"block_actions","user":{"id":"U0SATO"},"trigger_id":"1.2.3","container":{"channel_id":"C0DESK"},`+
		`"actions":[{"type":"button","action_id":"desk.take","value":"acme.backlog.com/101|3|"}]}`), "command=%2Ftoban&text=help&user_id=U0SATO"} {
		f.Add(uint8(i), true, []byte(body))
		f.Add(uint8(i), false, []byte(body))
	}
	f.Fuzz(func(t *testing.T, which uint8, sign bool, body []byte) {
		b := newFuzzBench(t)
		path := []string{"/slack/events", "/slack/interactions", "/slack/commands"}[which%3]
		kind := formType
		if path == "/slack/events" {
			kind = "application/json"
		}
		secret := "guess"
		if sign {
			secret = fuzzSecret
		}
		w := b.serve(signed(path, kind, string(body), secret, time.Now()))
		for _, hidden := range []string{fuzzSecret, botToken, appToken} {
			if strings.Contains(b.log.String()+w.Body.String(), hidden) && !bytes.Contains(body, []byte(hidden)) {
				t.Fatalf("a secret is shown: %s %s", b.log, w.Body)
			}
		}
		stored, kept := b.inbox.actions(t), b.dead.all()
		switch {
		case !sign:
			if w.Code != http.StatusUnauthorized || len(stored)+len(kept)+b.calls > 0 {
				t.Fatalf("unsigned: %d, events %+v, kept %q, %d calls", w.Code, stored, kept, b.calls)
			}
			return
		case w.Code == http.StatusOK && len(kept) == 0:
		case w.Code == http.StatusOK && len(kept) == 1 && len(stored) == 0 && strings.Contains(b.log.String(), "losing a place in Slack"):
		case w.Code == http.StatusBadRequest && len(kept) == 1 && len(stored) == 0 && w.Header().Get("X-Slack-No-Retry") == "1":
		default:
			t.Fatalf("%d %s, events %+v, kept %q", w.Code, w.Body, stored, kept)
		}
		for _, a := range stored {
			judge(t, a)
		}
		b.serve(signed(path, kind, string(body), secret, time.Now()))
		if diff := cmp.Diff(stored, b.inbox.actions(t)); diff != "" {
			t.Fatalf("delivered again:\n%s", diff)
		}
	})
}

// judge holds an action against the card and the directory that the door had.
func judge(t *testing.T, a bot.StaffAction) {
	t.Helper()
	person, known := directory().BySlack(a.SlackUser)
	if !known || person.ID != a.Person || a.Ticket != ticket {
		t.Fatalf("nobody we know, or another ticket: %+v", a)
	}
	for _, p := range card().Panels {
		i := slices.IndexFunc(p.Buttons, func(b bot.Button) bool { return b.Action == a.Action })
		if i < 0 {
			continue
		}
		b := p.Buttons[i]
		if a.Value != b.Value || !person.Has(b.Roles...) || (b.Form == nil) != (a.Values == nil) {
			t.Fatalf("%+v does not fit the button %+v", a, b)
		}
		if b.Form != nil {
			if wrong := b.Form.Check(a.Values, start); wrong != nil {
				t.Fatalf("values that the form refuses: %+v: %v", a.Values, wrong)
			}
		}
		return
	}
	t.Fatalf("no such button: %+v", a)
}

// newFuzzBench is a bench with a Slack that says yes to everything, built anew for each body without a simulator's cost.
func newFuzzBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{
		t: t, inbox: &inbox{seen: map[string]bool{}}, dead: &dead{}, board: &board{cards: map[bot.TicketID]bot.Card{}},
		log: &bytes.Buffer{}, counts: map[string]int{}, now: start,
	}
	s, err := slack.New(slack.Config{
		Token: botToken, AppToken: appToken, APIURL: "http://slack.test/api/", HTTPClient: &http.Client{Transport: yes{b}},
		SigningSecret: fuzzSecret, Inbox: b.inbox, Dead: b.dead, Board: b.board, Directory: directory, Clock: bot.ClockFunc(b.time),
		Logger: slog.New(slog.NewTextHandler(lockedWriter{b}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.slack, b.handler = s, s.Handler()
	b.board.put(card())
	return b
}

// yes answers every call of the Web API with ok.
type yes struct{ b *bench }

func (y yes) RoundTrip(r *http.Request) (*http.Response, error) {
	y.b.mu.Lock()
	defer y.b.mu.Unlock()
	y.b.calls++
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"ok":true,"channel":"C0DESK","ts":"1.000001"}`)),
	}, nil
}
