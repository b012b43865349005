package slack_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

const formType = "application/x-www-form-urlencoded"

// signed builds a request as Slack signs it.
func signed(path, kind, body, secret string, at time.Time) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

func (b *bench) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

const challenge = `{"type":"url_verification","challenge":"c-123"}`

func TestSignatures(t *testing.T) {
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) { c.PreviousSigningSecret = "the-old-secret" })
	secret, now := b.seed.App.SigningSecret, time.Now()
	edit := func(f func(http.Header)) *http.Request {
		r := signed("/slack/events", "application/json", challenge, secret, now)
		f(r.Header)
		return r
	}
	for _, tt := range []struct {
		name string
		req  *http.Request
		want int
	}{
		{"good", edit(func(http.Header) {}), 200},
		{"charset", edit(func(h http.Header) { h.Set("Content-Type", "application/json; charset=utf-8") }), 200},
		{"the secret before", signed("/slack/events", "application/json", challenge, "the-old-secret", now), 200},
		{"another secret", signed("/slack/events", "application/json", challenge, "guess", now), 401},
		{"no signature", edit(func(h http.Header) { h.Del("X-Slack-Signature") }), 401},
		{"no timestamp", edit(func(h http.Header) { h.Del("X-Slack-Request-Timestamp") }), 401},
		{"timestamp changed", edit(func(h http.Header) { h.Set("X-Slack-Request-Timestamp", strconv.FormatInt(now.Unix()-1, 10)) }), 401},
		{"timestamp is a word", edit(func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "now") }), 401},
		{"old", signed("/slack/events", "application/json", challenge, secret, now.Add(-6*time.Minute)), 401},
		{"from the future", signed("/slack/events", "application/json", challenge, secret, now.Add(6*time.Minute)), 401},
		{"version 1", edit(func(h http.Header) {
			h.Set("X-Slack-Signature", strings.Replace(h.Get("X-Slack-Signature"), "v0=", "v1=", 1))
		}), 401},
		{"cut", edit(func(h http.Header) { h.Set("X-Slack-Signature", h.Get("X-Slack-Signature")[:20]) }), 401},
		{"no hex", edit(func(h http.Header) { h.Set("X-Slack-Signature", "v0="+strings.Repeat("z", 64)) }), 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			good := tt.req.Header.Get("X-Slack-Signature")
			w := b.serve(tt.req)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
			if w.Code == 401 && (w.Body.String() != "the signature does not match\n" || good != "" && strings.Contains(w.Body.String(), good)) {
				t.Errorf("the answer tells too much: %q", w.Body)
			}
		})
	}
	if n := b.counted("slack.events unsigned"); n != 10 {
		t.Errorf("%d unsigned requests counted, want 10", n)
	}
	if len(b.dead.all()) != 0 {
		t.Errorf("unsigned requests were buried: %q", b.dead.all())
	}
}

func TestBadInput(t *testing.T) {
	payload := func(s string) string { return url.Values{"payload": {s}}.Encode() }
	for _, tt := range []struct {
		name, path, kind, body string
		want                   int
		buried                 bool
	}{
		{"too large", "/slack/events", "application/json", strings.Repeat(" ", 1<<20+1), 413, false},
		{"form at the events", "/slack/events", formType, "a=b", 415, false},
		{"JSON at the interactions", "/slack/interactions", "application/json", "{}", 415, false},
		{"no type", "/slack/commands", "", "command=%2Ftoban", 415, false},
		{"broken JSON", "/slack/events", "application/json", `{"type":`, 400, true},
		{"a list", "/slack/events", "application/json", `[]`, 400, true},
		{"unknown envelope", "/slack/events", "application/json", `{"type":"surprise"}`, 400, true},
		{"no event", "/slack/events", "application/json", `{"type":"event_callback"}`, 400, true},
		{"empty challenge", "/slack/events", "application/json", `{"type":"url_verification"}`, 400, true},
		{"no payload", "/slack/interactions", formType, "x=y", 400, true},
		{"broken form", "/slack/interactions", formType, "payload=%zz", 400, true},
		{"broken payload", "/slack/interactions", formType, payload(`{"type"`), 400, true},
		{"nobody", "/slack/interactions", formType, payload(`{"type":"block_actions","actions":[{}]}`), 400, true},
		{"no action", "/slack/interactions", formType, payload(`{"type":"block_actions","user":{"id":"U0SATO"}}`), 400, true},
		{"no interaction type", "/slack/interactions", formType, payload(`{"user":{"id":"U0SATO"}}`), 400, true},
		{"foreign form", "/slack/interactions", formType, payload(`{"type":"view_submission","user":{"id":"U0SATO"},"view":{"private_metadata":"?"}}`), 400, true},
		{"no command", "/slack/commands", formType, "text=help", 400, true},
		{"unknown interaction", "/slack/interactions", formType, payload(`{"type":"shortcut","user":{"id":"U0SATO"}}`), 200, false},
		{"unknown event", "/slack/events", "application/json", `{"type":"event_callback","event":{"type":"reaction_added","user":["odd"]}}`, 200, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			w := b.serve(signed(tt.path, tt.kind, tt.body, b.seed.App.SigningSecret, time.Now()))
			if w.Code != tt.want {
				t.Errorf("status %d, want %d: %s", w.Code, tt.want, w.Body)
			}
			if buried := len(b.dead.all()) == 1; buried != tt.buried {
				t.Errorf("buried %v, want %v: %q", buried, tt.buried, b.dead.all())
			}
			if tt.buried && w.Header().Get("X-Slack-No-Retry") != "1" {
				t.Error("Slack is not told to stop sending it")
			}
			if len(b.inbox.actions(t)) != 0 {
				t.Error("an event came of it")
			}
		})
	}
}

func TestUnreadableIsNotLostWhenItCantBeBuried(t *testing.T) {
	b := newBench(t)
	b.dead.err = errors.New("disk full")
	w := b.serve(signed("/slack/events", "application/json", "{", b.seed.App.SigningSecret, time.Now()))
	if w.Code != 503 || w.Header().Get("X-Slack-No-Retry") != "" {
		t.Errorf("status %d: Slack must send it again", w.Code)
	}
}

func TestMethodsAndPaths(t *testing.T) {
	b := newBench(t)
	for path, want := range map[string]int{"/slack/events": 405, "/slack/other": 404} {
		if w := b.serve(httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)); w.Code != want {
			t.Errorf("GET %s: status %d, want %d", path, w.Code, want)
		}
	}
	off := newBench(t, func(c *slack.Config, _ *slacksim.Seed) { c.SigningSecret = "" })
	if w := off.serve(signed("/slack/events", "application/json", challenge, "", time.Now())); w.Code != 503 {
		t.Errorf("without a secret: status %d, want 503", w.Code)
	}
}

func TestURLVerification(t *testing.T) {
	b := newBench(t)
	if err := b.sim.VerifyURL(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLifeOfTheApp(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{`{"type":"event_callback","event":{"type":"app_uninstalled"}}`, "reinstall"},
		{`{"type":"event_callback","event":{"type":"tokens_revoked"}}`, "reinstall"},
		{`{"type":"event_callback","event":{"type":"channel_archive","channel":"C0DESK"}}`, "C0DESK of customer acme"},
		{`{"type":"event_callback","event":{"type":"member_left_channel","channel":"C0DESK","user":"U0BOT"},"authorizations":[{"user_id":"U0BOT","is_bot":true}]}`, "C0DESK of customer acme"},
		{`{"type":"event_callback","event":{"type":"member_left_channel","channel":"C0DESK","user":"U0SATO"},"authorizations":[{"user_id":"U0BOT","is_bot":true}]}`, ""},
		{`{"type":"event_callback","event":{"type":"channel_archive","channel":"C0LUNCH"}}`, ""},
	} {
		b := newBench(t)
		w := b.serve(signed("/slack/events", "application/json", tt.body, b.seed.App.SigningSecret, time.Now()))
		told := strings.Contains(b.logged(), "level=ERROR")
		if w.Code != 200 || told != (tt.want != "") || !strings.Contains(b.logged(), tt.want) {
			t.Errorf("%s: status %d, log %q, want %q", tt.body, w.Code, b.logged(), tt.want)
		}
		if kept := strings.Join(b.dead.all(), "\n"); (kept != "") != (tt.want != "") || !strings.Contains(kept, tt.want) {
			t.Errorf("%s: kept %q, want %q", tt.body, kept, tt.want)
		}
	}
}

func TestCommand(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", []string{"/toban help", "使い方"}},
		{"help", []string{"/toban help", "使い方"}},
		{"HELP me", []string{"/toban help"}},
		{"hepl", []string{"「hepl」", "/toban help ではありませんか"}},
		{"incident <!channel>", []string{"「incident」", "/toban help で"}},
		{"<!channel>", []string{"&lt;!channel&gt;"}},
		{strings.Repeat("x", 500), []string{"…"}},
		{strings.Repeat("x", 5000), []string{"長すぎて読めません", "何も変えていません"}},
	} {
		before := len(b.whispers("sato"))
		if err := b.sim.Command(t.Context(), slacksim.Command{User: "sato", Channel: "C0DESK", Command: "/toban", Text: tt.text}); err != nil {
			t.Fatal(err)
		}
		w := b.whispers("sato")
		if len(w) != before+1 {
			t.Fatalf("%.20q: %d answers", tt.text, len(w)-before)
		}
		for _, want := range tt.want {
			if !strings.Contains(w[before], want) {
				t.Errorf("%.20q: the answer %.200q lacks %q", tt.text, w[before], want)
			}
		}
	}
}
