package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"toban/bot/store"
	"toban/config"
)

// newApp builds an App of the example without any network: its bot user is in the configuration.
func newApp(t *testing.T) *App {
	t.Helper()
	cfg, err := config.Load("../../config/example", config.Options{Getenv: func(name string) string { return "value-of-" + name }})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "toban.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	cfg.Server.Backup = config.Backup{}
	a, err := New(t.Context(), Parts{Config: cfg, Store: st})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func scrape(t *testing.T, a *App) string {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Authorization", "Bearer value-of-TOBAN_STATUS_TOKEN")
	a.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("GET /metrics: %d", w.Code)
	}
	return w.Body.String()
}

func TestMetricsAreWellNamedAndTellNoSecret(t *testing.T) {
	a := newApp(t)
	a.metrics.slack("slack.events", "accepted")
	a.metrics.events.WithLabelValues("issue.changed", "done").Inc()
	text := scrape(t, a)
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	if strings.Contains(text, "value-of-") {
		t.Error("the metrics tell a secret")
	}
	// A key of an issue would be a label for each ticket.
	if key := regexp.MustCompile(`"[A-Z][A-Z0-9_]+-\d+"`).FindString(text); key != "" {
		t.Errorf("the metrics name a ticket: %s", key)
	}
	for _, g := range gaugeTable() {
		if strings.HasPrefix(g.name, "toban_backlog_budget") {
			continue // known after the first call
		}
		if g.name == "toban_webhooks_total" || g.name == "toban_alerts_total" || g.name == "toban_mails_received_total" || g.name == "toban_backup_age_seconds" || g.name == "toban_secret_expires_timestamp_seconds" {
			continue // before the first webhook, without backups, without anything that expires
		}
		if !strings.Contains(text, "\n"+g.name) {
			t.Errorf("%s is not told", g.name)
		}
	}
	for _, want := range []string{`toban_condition{condition="socket"} 0`, `toban_condition{condition="database"} 1`, "go_goroutines", "toban_build_info{"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}

// While the database is away nothing is told that only it knows.
func TestMetricsWithoutADatabase(t *testing.T) {
	a := newApp(t)
	if err := a.p.Store.Close(); err != nil {
		t.Fatal(err)
	}
	text := scrape(t, a)
	if strings.Contains(text, "\ntoban_inbox_open ") || !strings.Contains(text, `toban_condition{condition="database"} 0`) {
		t.Errorf("without a database:\n%s", text)
	}
	if got := a.Problems(context.WithoutCancel(t.Context())); len(got) != 1 || !strings.Contains(got[0], "takes no writes") {
		t.Errorf("problems: %q", got)
	}
}

// What deploy's alerts and dashboard are held to is what is told.
func TestMetricNames(t *testing.T) {
	families, err := newApp(t).metrics.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := MetricNames()
	for _, f := range families {
		if !slices.Contains(names, f.GetName()) {
			t.Errorf("MetricNames lacks %s", f.GetName())
		}
	}
	for _, want := range []string{"toban_events_total", "toban_effect_seconds", "toban_backlog_budget_remaining"} {
		if !slices.Contains(names, want) {
			t.Errorf("MetricNames lacks %s", want)
		}
	}
}
