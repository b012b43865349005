package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"toban/bot/console"
)

func TestStatusPage(t *testing.T) {
	at := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		status console.Status
		want   []string
		lacks  []string
	}{
		{
			"well",
			console.Status{Now: at, Zone: tokyo, Checks: []console.Check{{"Oldest unsent notice", console.StateOK, "3s", "at most 5m"}}},
			[]string{"<title>Well", "Every condition holds.", "2026-11-24 10:00:00 JST", `<span class="badge ok">ok</span>`, "at most 5m"},
			[]string{"Stopped", "Not well"},
		},
		{
			"modes, with a customer's name",
			console.Status{Now: at, Zone: tokyo, Modes: []console.Mode{{Project: "ACME", Customer: "<b>Acme</b>", Mode: "shadow", State: console.StateWarn, By: "山田", Since: at, Written: "on"}, {Project: "OTHER", Mode: "on", State: console.StateOK}}},
			[]string{"&lt;b&gt;Acme&lt;/b&gt;", `<span class="badge warn">shadow</span> <span class="soft">the file says on</span>`, "2026-11-24 10:00:00 JST", `<span class="badge ok">on</span></td><td></td>`},
			[]string{"<b>Acme"},
		},
		{
			"not well",
			console.Status{Now: at, Problems: []string{"Slack's socket is not connected"}},
			[]string{"<title>Not well", "<li>Slack&#39;s socket is not connected</li>"},
			[]string{"Every condition holds."},
		},
		{
			"stopped, in a person's words",
			console.Status{Now: at, Held: 3, HeldFor: "4m0s", Stops: []console.Stopped{{Whom: "all customers", By: "山田", Reason: `<script>alert("x")</script>`, Since: at}}},
			[]string{"<title>Stopped", "<b>all customers</b> since 2026-11-24 01:00:00 UTC, by 山田: &lt;script&gt;", "3 effects wait, the oldest for 4m0s"},
			[]string{"<script"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := console.StatusPage(func(*http.Request) console.Status { return tt.status })
			w := ask(t, h, http.MethodGet, "/status", "")
			for _, want := range tt.want {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("the page lacks %q:\n%s", want, w.Body)
				}
			}
			for _, bad := range append(tt.lacks, "http://", "https://", "style=") {
				if strings.Contains(w.Body.String(), bad) {
					t.Errorf("the page has %q", bad)
				}
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
				t.Errorf("policy %q", csp)
			}
		})
	}
	css := ask(t, console.StatusPage(nil), http.MethodGet, "/status.css", "")
	if css.Code != http.StatusOK || !strings.HasPrefix(css.Header().Get("Content-Type"), "text/css") {
		t.Errorf("style: %d %v", css.Code, css.Header())
	}
}
