package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"toban/config"
)

// Handler is every HTTP door of Toban: webhooks, Slack over HTTP, health and metrics.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/hooks/backlog/", a.hook)
	mux.Handle("/slack/", a.slack.Handler())
	a.metrics.reg.MustRegister(newQueues(a.p.Store, a.p.Clock.Now))
	mux.Handle("GET /metrics", guarded(a.p.Config.Server.StatusToken, a.metrics.handler()))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		problems := a.Problems(r.Context())
		if len(problems) > 0 {
			answer(w, http.StatusServiceUnavailable, map[string]any{"status": "not ready", "problems": problems})
			return
		}
		answer(w, http.StatusOK, map[string]string{"status": "ready"})
	})
	return mux
}

// guarded serves h to who brings one of the tokens; without any token, to callers on this machine.
func guarded(tokens config.Secrets, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := sha256.Sum256([]byte(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
		ok := false
		for _, t := range tokens {
			want := sha256.Sum256([]byte(t.Reveal()))
			ok = subtle.ConstantTimeCompare(given[:], want[:]) == 1 || ok
		}
		if len(tokens) == 0 {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			ok = err == nil && net.ParseIP(host).IsLoopback()
		}
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			answer(w, http.StatusUnauthorized, map[string]string{"error": "send the status_token of server.yaml as Authorization: Bearer TOKEN"})
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Limits of /readyz, in world time (spec/9-running.md, Who watches Toban).
const (
	eventLimit  = 2 * time.Minute
	timerLimit  = time.Minute
	noticeLimit = 5 * time.Minute
)

// Problems says what keeps Toban from being ready; nothing when all is well.
func (a *App) Problems(ctx context.Context) []string {
	var out []string
	const limit = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := a.p.Store.Ping(ctx); err != nil {
		return []string{"the database takes no writes: " + err.Error()}
	}
	st, err := a.p.Store.Status(ctx, time.Now())
	if err != nil {
		return []string{"the database does not answer: " + err.Error()}
	}
	now := a.p.Clock.Now()
	check := func(what string, t time.Time, limit time.Duration) {
		if !t.IsZero() && now.Sub(t) > limit {
			out = append(out, what+" is "+now.Sub(t).Round(time.Second).String()+" old, more than "+limit.String())
		}
	}
	check("the oldest unhandled event", st.OldestEvent, eventLimit)
	check("the oldest due moment", st.OldestTimer, timerLimit)
	check("the oldest unsent notice", st.OldestNotice, noticeLimit)
	if a.p.Config.Server.Slack.Mode == config.SlackSocket && !a.slack.Socket().Connected {
		out = append(out, "Slack's socket is not connected")
	}
	return out
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client is gone when this fails
}
