package app

import (
	"cmp"
	"encoding/json"
	"net"
	"net/http"
	"strings"

	"toban/bot/console"
	"toban/bot/watch"
	"toban/config"
)

// Handler is every HTTP door of Toban: webhooks, Slack over HTTP, health, metrics and the status page.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/hooks/backlog/", a.hook)
	mux.Handle("/hooks/alerts/", a.alerts)
	mux.Handle("/slack/", a.slack.Handler())
	mux.Handle("GET /metrics", guarded(a.p.Config.Server.StatusToken, a.metrics.handler()))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", a.readyz)
	status := guarded(a.p.Config.Server.StatusToken, console.StatusPage(a.status))
	mux.Handle("GET /status", status)
	mux.Handle("GET /status.css", status)
	mux.Handle("GET /schedule/", console.SchedulePages(a.feed))
	return mux
}

// readyz answers whether this replica is well, and why not. A stop is a person's will and no fault: it is told, not judged.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	h := a.look(r.Context())
	out := struct {
		Status     string            `json:"status"`
		Problems   []string          `json:"problems,omitempty"`
		Conditions []watch.Condition `json:"conditions,omitempty"` // those that do not hold
		Stopped    []string          `json:"stopped,omitempty"`    // for whom nothing goes outward
	}{Status: "ready"}
	for _, p := range h.Problems {
		out.Problems, out.Conditions = append(out.Problems, p.Text), append(out.Conditions, p.Condition)
	}
	for _, st := range h.Stops {
		out.Stopped = append(out.Stopped, cmp.Or(st.Customer, "all"))
	}
	code := http.StatusOK
	if len(h.Problems) > 0 {
		out.Status, code = "not ready", http.StatusServiceUnavailable
	}
	answer(w, code, out)
}

// guarded serves h to who brings one of the tokens, as a bearer token or, in a browser, as the password of any user; without any token, to
// callers on this machine.
func guarded(tokens config.Secrets, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		word := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, password, ok := r.BasicAuth(); ok {
			word = password
		}
		ok := holds(tokens, word)
		if len(tokens) == 0 {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			ok = err == nil && net.ParseIP(host).IsLoopback()
		}
		if !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="Toban", charset="UTF-8"`)
			w.Header().Add("WWW-Authenticate", "Bearer")
			answer(w, http.StatusUnauthorized, map[string]string{"error": "send the status_token of server.yaml as Authorization: Bearer TOKEN, or as a password"})
			return
		}
		h.ServeHTTP(w, r)
	})
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client is gone when this fails
}
