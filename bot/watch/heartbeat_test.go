package watch_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot/watch"
)

// monitor is the outside monitor.
type monitor struct {
	got  []string
	code int
	err  error
}

func (m *monitor) RoundTrip(r *http.Request) (*http.Response, error) {
	m.got = append(m.got, r.Method+" "+r.URL.String())
	return &http.Response{StatusCode: m.code, Body: http.NoBody, Request: r}, m.err
}

const hush = "https://hc.example/ping/secret-part"

func TestHeartbeatOnlyWhenWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &monitor{code: http.StatusOK}
		var problems []watch.Problem
		var mails []string
		var log bytes.Buffer
		h, err := watch.NewHeartbeat(watch.HeartbeatConfig{
			Addresses: []string{hush, "POST https://second.example/x", "mailto:centre@example.jp"},
			Well:      func(context.Context) []watch.Problem { return problems },
			Mail: func(_ context.Context, to string, minute time.Time) error {
				mails = append(mails, to+" "+minute.UTC().Format("15:04:05"))
				return nil
			},
			Client: &http.Client{Transport: m}, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.Run(ctx) }()
		at := func(d time.Duration, wantCalls, wantFailed int, age time.Duration) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			b := h.Beat()
			if len(m.got) != wantCalls || b.Failed != wantFailed || time.Since(b.Last) != age {
				t.Errorf("calls %q, %d failed, the last %s ago (%s); want %d calls, %d, %s", m.got, b.Failed, time.Since(b.Last), b.Problem, wantCalls, wantFailed, age)
			}
		}
		at(time.Second, 2, 0, time.Second)
		at(time.Minute, 4, 0, time.Second)
		problems = []watch.Problem{{Condition: watch.Socket, Text: "Slack's socket is not connected"}}
		at(2*time.Minute, 4, 2, 2*time.Minute+time.Second)
		problems = nil
		at(time.Minute, 6, 0, time.Second)
		m.code = http.StatusServiceUnavailable // the monitor is away: a miss, and no repeat
		at(time.Minute, 8, 1, time.Minute+time.Second)
		m.err = errors.New("connection refused")
		at(time.Minute, 10, 2, 2*time.Minute+time.Second)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if m.got[0] != "GET "+hush || m.got[1] != "POST https://second.example/x" {
			t.Errorf("asked %q", m.got)
		}
		if len(mails) != 5 || mails[0] != "centre@example.jp 00:00:00" {
			t.Errorf("mails %q", mails)
		}
		for _, text := range []string{log.String(), h.Beat().Problem} {
			if strings.Contains(text, "secret-part") || strings.Contains(text, "centre@") || !strings.Contains(text, "connection refused") {
				t.Errorf("an address is told, or the reason is not: %s", text)
			}
		}
	})
}

func TestHeartbeatAddresses(t *testing.T) {
	for _, tt := range []struct {
		address string
		mail    bool
		ok      bool
	}{
		{"https://a.example/x?y=1", false, true},
		{"POST http://127.0.0.1:1/", false, true},
		{"mailto:a@example.jp", true, true},
		{"mailto:a@example.jp", false, false},
		{"mailto:", true, false},
		{"PUT https://secret-part.example/", false, false},
		{"ftp://secret-part.example/", false, false},
		{"secret-part", false, false},
	} {
		c := watch.HeartbeatConfig{Addresses: []string{tt.address}}
		if tt.mail {
			c.Mail = func(context.Context, string, time.Time) error { return nil }
		}
		_, err := watch.NewHeartbeat(c)
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.address, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret-part") {
			t.Errorf("the error tells the address: %v", err)
		}
	}
}
