package report_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/report"
	"toban/report/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestMonthlyPageGolden(t *testing.T) {
	facts := november(t)
	page, details := report.MonthlyPage(facts, report.Measure(facts))
	for rule, suffix := range map[text.Rule]string{text.Backlog: ".backlog.txt", text.Markdown: ".md", text.HTML: ".html"} {
		golden(t, "2026-11"+suffix, text.Render(rule, page))
		golden(t, "2026-11-details"+suffix, text.Render(rule, details))
	}
	out, err := report.JSON(facts, report.Measure(facts))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "2026-11.json", string(out))
	var b strings.Builder
	csv := report.NewCSV(&b, facts.Zone)
	for _, x := range facts.Tickets {
		if err := csv.Ticket(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := csv.Close(); err != nil {
		t.Fatal(err)
	}
	golden(t, "2026-11.csv", b.String())
}

// A month without anything has every section and says so.
func TestEmptyMonth(t *testing.T) {
	zone := tokyo(t)
	facts := report.Facts{CustomerName: "アクメ商会株式会社", ProjectKey: "ACME", Zone: zone, Period: report.Month(2026, time.November, zone), Types: november(t).Types, Classes: november(t).Classes}
	page, details := report.MonthlyPage(facts, report.Measure(facts))
	golden(t, "empty.md", text.Render(text.Markdown, page))
	if got := text.Render(text.Markdown, details); strings.Count(got, "該当なし") != 2 {
		t.Errorf("details of an empty month:\n%s", got)
	}
}

// The order of what is put in, of incidents and of tickets, changes nothing: the page is a function of the facts.
func TestOrderDoesNotMatter(t *testing.T) {
	facts := november(t)
	a, aDetails := report.MonthlyPage(facts, report.Measure(facts))
	turned := november(t)
	turned.Incidents[0], turned.Incidents[1] = turned.Incidents[1], turned.Incidents[0]
	b, bDetails := report.MonthlyPage(turned, report.Measure(turned))
	if diff := cmp.Diff(text.Render(text.Markdown, a), text.Render(text.Markdown, b)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(text.Render(text.Markdown, aDetails), text.Render(text.Markdown, bDetails)); diff != "" {
		t.Error(diff)
	}
}

// The closing time of a month that is over does not show when the data was read.
func TestClosingTime(t *testing.T) {
	facts := november(t)
	render := func(cutoff time.Time) string {
		facts.Cutoff = cutoff
		page, details := report.MonthlyPage(facts, report.Measure(facts))
		return text.Render(text.Backlog, page) + text.Render(text.Backlog, details)
	}
	end := facts.Period.End
	if diff := cmp.Diff(render(end), render(end.AddDate(0, 1, 0))); diff != "" {
		t.Errorf("the page of a month that is over depends on the cutoff:\n%s", diff)
	}
	if got := render(end.AddDate(0, 0, -5)); !strings.Contains(got, "状態: 速報(期間の途中です。数字は変わります)") {
		t.Errorf("a running month does not say so:\n%s", got)
	}
}

// Hostile words in every field leave the pages with the same headings, tables and cells.
// A page that is written days after the data were closed tells nothing that came later.
func TestNothingAfterTheClosing(t *testing.T) {
	zone := tokyo(t)
	at := func(s string) time.Time { return clockTime(t, zone, s) }
	facts := report.Facts{
		Zone: zone, Customer: "青葉商事", Period: report.Month(2026, time.November, zone), Cutoff: at("12-01 00:00"),
		Types: []report.TypeRow{{ID: "disk", Name: "Disk", Level: report.Objective}},
		Tickets: []report.Ticket{{Key: "A-1", Type: "disk", Status: "終了", Received: at("11-27 10:00"), Done: at("12-02 17:00"), Clocks: []report.ClockResult{
			{Level: report.Objective, State: report.Met, Due: at("12-04 19:00"), Stopped: at("12-02 17:00")},
		}}},
		Incidents: []report.Incident{{Key: "A-2", Class: report.Affected, Alarm: "503", Detected: at("11-30 22:00"), FirstNotice: at("11-30 22:01"), Recovered: at("12-01 02:30"), Rounds: []report.Round{
			{State: report.Met, Due: at("11-30 23:01"), At: at("11-30 22:59"), Automatic: true},
			{State: report.Met, Due: at("11-30 23:59"), At: at("11-30 23:57")},
			{State: report.Met, Due: at("12-01 00:57"), At: at("12-01 00:55"), Automatic: true},
			{State: report.Met, Due: at("12-01 01:55"), At: at("12-01 01:53")},
			{State: report.Cancelled, Due: at("12-01 02:53"), At: at("12-01 02:30")},
		}}},
	}
	fig := report.Measure(facts)
	if got := fig.Details[0]; !got.Done.IsZero() || got.Status != "締めの時点で未完了" || got.Clocks[0].State != report.Running || !got.Clocks[0].Stopped.IsZero() {
		t.Errorf("ticket %+v", got)
	}
	var got []string
	for _, r := range fig.Incidents[0].Rounds {
		got = append(got, fmt.Sprintf("%s %t %t", r.State, r.Automatic, r.At.IsZero()))
	}
	if want := "[met true false met false false running false true]"; fmt.Sprint(got) != want {
		t.Errorf("rounds %v, want %s", got, want)
	}
	if len(facts.Incidents[0].Rounds) != 5 || facts.Incidents[0].Rounds[2].State != report.Met {
		t.Error("measuring changed the facts")
	}
}

func TestHostileWords(t *testing.T) {
	shape := func(facts report.Facts, rule text.Rule) string {
		page, details := report.MonthlyPage(facts, report.Measure(facts))
		var shape strings.Builder
		for line := range strings.SplitSeq(text.Render(rule, page)+text.Render(rule, details), "\n") {
			switch {
			case strings.HasPrefix(line, "|"):
				bars := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
				shape.WriteString(strings.Repeat("|", bars) + "\n")
			case strings.HasPrefix(line, "*"), strings.HasPrefix(line, "#"), strings.HasPrefix(line, "-"), strings.HasPrefix(line, "{"), line == "":
				shape.WriteString(line[:min(len(line), 2)] + "\n")
			default:
				shape.WriteString(".\n")
			}
		}
		return shape.String()
	}
	for _, rule := range []text.Rule{text.Backlog, text.Markdown} {
		for _, words := range []string{"|a|b|h\n* x\n{code}", "# x\n| a |\n|---|", "[[a>https://x.example]] &br; @all {/quote}\\", "<script>", "~x", ">"} {
			facts := november(t)
			want := shape(facts, rule)
			for i := range facts.Tickets {
				x := &facts.Tickets[i]
				x.Summary, x.Requester, x.Assignee, x.Status, x.Priority = words, words, words, words, words
				for j := range x.Clocks {
					if x.Clocks[j].Cause != "" {
						x.Clocks[j].Cause, x.Clocks[j].Measure = words, words
					}
				}
			}
			for i := range facts.Incidents {
				x := &facts.Incidents[i]
				x.Host, x.Alarm = words, words
				for j := range x.Actions {
					x.Actions[j] = words
				}
			}
			facts.CustomerName, facts.Billed, facts.Version = words, words, words
			facts.Decisions[0].Text, facts.Hosts[0].Name, facts.Info[0].Value = words, words, words
			if diff := cmp.Diff(want, shape(facts, rule)); diff != "" {
				t.Errorf("%s: %q changes the shape of the pages:\n%s", rule, words, diff)
			}
		}
	}
}
