package deploy_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"toban/bot/app"
	"toban/bot/watch"
)

// rules is as much of Prometheus's rule files as ours has.
type rules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr string
			For         string
			Labels      struct{ Severity string }
			Annotations struct {
				Summary string
				Runbook string `yaml:"runbook_url"`
			}
		}
	}
}

var (
	metric  = regexp.MustCompile(`\b(?:toban|go|process)_[a-z0-9_]+\b|\bup\b`)
	series  = regexp.MustCompile(`_(?:bucket|sum|count)$`)
	outcome = regexp.MustCompile(`condition=\\?"([a-z]+)`)
)

// known reports whether a series is told by Toban, or is Prometheus's own.
func known(names []string, name string) bool {
	if name == "up" || slices.Contains(names, name) {
		return true
	}
	base := series.ReplaceAllString(name, "")
	return base != name && slices.Contains(names, base)
}

// hold holds an expression's metrics and conditions to the program.
func hold(t *testing.T, where, expr string) (n int) {
	t.Helper()
	names := app.MetricNames()
	for _, m := range metric.FindAllString(expr, -1) {
		n++
		if !known(names, m) {
			t.Errorf("%s: nobody tells %s", where, m)
		}
	}
	for _, m := range outcome.FindAllStringSubmatch(expr, -1) {
		if !slices.Contains(watch.Conditions(), watch.Condition(m[1])) {
			t.Errorf("%s: there is no condition %s", where, m[1])
		}
	}
	for _, pair := range []string{"()", "{}", "[]"} {
		if strings.Count(expr, pair[:1]) != strings.Count(expr, pair[1:]) {
			t.Errorf("%s: unbalanced %s in %s", where, pair, expr)
		}
	}
	return n
}

func TestAlertsNameWhatIsToldAndLeadToTheRunbook(t *testing.T) {
	var r rules
	decode(t, "prometheus/alerts.yaml", &r)
	runbook := string(read(t, "RUNBOOK.md"))
	seen := map[string]bool{}
	for _, g := range r.Groups {
		for _, a := range g.Rules {
			if seen[a.Alert] {
				t.Errorf("%s stands twice", a.Alert)
			}
			seen[a.Alert] = true
			if hold(t, a.Alert, a.Expr) == 0 {
				t.Errorf("%s asks for no metric", a.Alert)
			}
			if a.Labels.Severity != "page" && a.Labels.Severity != "warn" {
				t.Errorf("%s: severity %q", a.Alert, a.Labels.Severity)
			}
			if a.Annotations.Summary == "" || a.Annotations.Runbook != "deploy/RUNBOOK.md#"+strings.ToLower(a.Alert) {
				t.Errorf("%s: summary %q, runbook %q", a.Alert, a.Annotations.Summary, a.Annotations.Runbook)
			}
			entry := regexp.MustCompile(`(?m)^### ` + a.Alert + "\n\n" + `\*` + a.Labels.Severity + `\.\* .{40,}$`)
			if !entry.MatchString(runbook) {
				t.Errorf("the runbook has no entry for %s with its severity", a.Alert)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d alerts", len(seen))
	}
	for _, m := range regexp.MustCompile(`(?m)^### (Toban\w+)$`).FindAllStringSubmatch(runbook, -1) {
		if !seen[m[1]] {
			t.Errorf("the runbook explains %s, which is no alert", m[1])
		}
	}
	var raw any
	if err := yaml.Unmarshal(read(t, "prometheus/alerts.yaml"), &raw); err != nil {
		t.Error(err)
	}
}

// Links within the runbook lead somewhere.
func TestRunbookLinks(t *testing.T) {
	runbook := string(read(t, "RUNBOOK.md"))
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(runbook, -1) {
		a := strings.ToLower(m[1])
		a = regexp.MustCompile(`[^\p{L}\p{N} -]`).ReplaceAllString(a, "")
		anchors[strings.ReplaceAll(a, " ", "-")] = true
	}
	for _, m := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(runbook, -1) {
		if !anchors[m[1]] {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
}

func TestDashboardNamesWhatIsTold(t *testing.T) {
	var d struct {
		Title  string
		Panels []struct {
			ID      int
			Title   string
			Type    string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(read(t, "grafana/toban.json"), &d); err != nil {
		t.Fatal(err)
	}
	ids := map[int]bool{}
	var all strings.Builder
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %d %q: id twice, no title, or beyond the edge", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, o := range d.Panels {
			a, b := p.GridPos, o.GridPos
			if o.ID != p.ID && a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%q lies over %q", p.Title, o.Title)
			}
		}
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			hold(t, p.Title, target.Expr)
			all.WriteString(target.Expr + "\n")
		}
	}
	// Everything that Toban tells of itself is shown.
	for _, name := range app.MetricNames() {
		if strings.HasPrefix(name, "toban_") && !strings.Contains(all.String(), name) && name != "toban_heartbeat_configured" {
			t.Errorf("no panel shows %s", name)
		}
	}
}
