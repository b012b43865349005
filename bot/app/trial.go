package app

import (
	"net/http"
	"strings"

	"toban/bot/store"
)

// The points around a call that changes something at a vendor: between the two nobody knows whether it arrived.
const (
	beforeBacklog = "backlog.before"
	afterBacklog  = "backlog.after"
	beforeSlack   = "slack.before"
	afterSlack    = "slack.after"
)

// Points lists every named place at which a trial can stop or slow down Toban: around each durable write and each call outward.
func Points() []string {
	out := []string{beforeBacklog, afterBacklog, beforeSlack, afterSlack}
	for _, s := range store.Steps() {
		out = append(out, s.Before(), s.After())
	}
	return out
}

// tried tells a trial of the calls that change something at a vendor; without a trial it is the transport itself.
func (a *App) tried(next http.RoundTripper, before, after string) http.RoundTripper {
	if a.p.Trial == nil {
		return next
	}
	if next == nil {
		next = http.DefaultTransport
	}
	return triedTransport{next: next, trial: a.p.Trial, before: before, after: after}
}

type triedTransport struct {
	next          http.RoundTripper
	trial         func(point string)
	before, after string
}

// RoundTrip implements http.RoundTripper.
func (t triedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !changes(r) {
		return t.next.RoundTrip(r)
	}
	t.trial(t.before)
	res, err := t.next.RoundTrip(r)
	t.trial(t.after)
	return res, err
}

// changes reports whether a call changes something at the vendor. Slack takes its questions by POST, too.
func changes(r *http.Request) bool {
	if i := strings.Index(r.URL.Path, "/api/"); i >= 0 && !strings.HasPrefix(r.URL.Path, "/api/v2/") {
		method := r.URL.Path[i+len("/api/"):]
		return strings.HasPrefix(method, "chat.") || strings.HasPrefix(method, "views.")
	}
	return r.Method != http.MethodGet && r.Method != http.MethodHead
}
