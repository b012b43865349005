package slack_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// dial serves the workspace on loopback and runs Socket Mode against it.
func dial(t *testing.T, changes ...change) (*bench, <-chan error, context.CancelFunc) {
	t.Helper()
	var server *httptest.Server
	outer := http.NewServeMux()
	server = httptest.NewServer(outer)
	t.Cleanup(server.Close)
	b := newBench(t, append([]change{func(c *slack.Config, s *slacksim.Seed) {
		c.APIURL, c.HTTPClient = server.URL+"/api/", nil
		s.URLs = slacksim.URLs{}
	}}, changes...)...)
	b.sim.SetBaseURL(server.URL)
	outer.Handle("/", b.sim)
	t.Cleanup(func() { _ = b.sim.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	done := make(chan error, 1)
	go func() { done <- b.slack.RunSocket(ctx) }()
	return b, done, cancel
}

// until waits for a condition of something that runs elsewhere.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain: %s", what)
}

func TestSocketMode(t *testing.T) {
	b, done, cancel := dial(t)
	until(t, "hello", func() bool { return b.slack.Socket().Connected })
	first := b.slack.Socket().LastHello
	b.post()
	if err := b.click("sato", "desk.take"); err != nil {
		t.Fatal(err)
	}
	if err := b.click("sato", "work.schedule"); err != nil {
		t.Fatal(err)
	}
	res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: fill("2026-11-24T09:00:00+09:00", "2026-11-24T11:00:00+09:00", "")})
	if err != nil || !strings.Contains(res.Errors["start"], "これから") {
		t.Fatalf("submitting a wrong form: %+v, %v", res, err)
	}
	res, err = b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: fill("2026-11-25T09:00:00+09:00", "2026-11-25T11:00:00+09:00", "")})
	if err != nil || len(res.Errors) != 0 {
		t.Fatalf("submitting: %+v, %v", res, err)
	}
	if a := b.inbox.actions(t); len(a) != 2 || a[0].Action != "desk.take" || a[1].Action != "work.schedule" {
		t.Errorf("actions %+v", a)
	}
	if err := b.sim.Command(t.Context(), slacksim.Command{User: "sato", Channel: "C0DESK", Command: "/toban", Text: "help"}); err != nil {
		t.Fatal(err)
	}
	if w := b.whispers("sato"); len(w) != 1 || !strings.Contains(w[0], "/toban help") {
		t.Errorf("sato is told %q", w)
	}

	b.sim.Disconnect("refresh_requested")
	until(t, "another hello", func() bool { st := b.slack.Socket(); return st.Connected && st.LastHello.After(first) })
	if err := b.click("suzuki", "desk.take"); err != nil {
		t.Fatal(err)
	}
	if n := len(b.inbox.actions(t)); n != 3 {
		t.Errorf("%d actions after the reconnect, want 3", n)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the end of ctx gave %v", err)
	}
	if b.slack.Socket().Connected {
		t.Error("the status still says connected")
	}
}

func TestSocketModeWithAWrongToken(t *testing.T) {
	b, done, _ := dial(t, func(c *slack.Config, _ *slacksim.Seed) { c.AppToken = "xapp-wrong-0123456789" })
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "connections:write") || strings.Contains(err.Error(), "xapp-wrong") {
			t.Errorf("have %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a wrong token must end RunSocket")
	}
	if b.slack.Socket().Err == "" {
		t.Error("the status does not say why")
	}
}
