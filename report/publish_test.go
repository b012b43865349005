package report_test

import (
	"testing"
	"time"

	"toban/report"
)

func TestDecide(t *testing.T) {
	const old, fresh = "# 月次報告\n\n9 件\n", "# 月次報告\n\n10 件\n"
	stored := &report.Published{ID: 7, Name: "SLA/2026/2026-11", Hash: report.Hash(old)}
	page := func(content string, bot bool) *report.Page {
		return &report.Page{ID: 7, Name: "SLA/2026/2026-11", Content: content, UpdatedByBot: bot}
	}
	for _, c := range []struct {
		name    string
		stored  *report.Published
		current *report.Page
		wanted  string
		want    report.Action
	}{
		{"first time", nil, nil, fresh, report.Create},
		{"removed by a person", stored, nil, fresh, report.Create},
		{"as we left it", stored, page(old, true), fresh, report.Update},
		{"as we left it, saved again by a person", stored, page("# 月次報告  \r\n\r\n9 件\r\n\r\n", false), fresh, report.Update},
		{"twice", stored, page(old, true), old, report.Same},
		{"twice, with other line ends", stored, page("# 月次報告\r\n\r\n9 件", true), old, report.Same},
		{"written, but the record was lost", nil, page(fresh, true), fresh, report.Same},
		{"written, and we stopped before recording it", stored, page("# 月次報告\n\n8 件\n", true), fresh, report.Update},
		{"changed by a person", stored, page(old+"追記\n", false), fresh, report.Conflict},
		{"changed by a person to just what we want", stored, page(fresh, false), fresh, report.Same},
		{"made by a person", nil, page("自分のメモ", false), fresh, report.Conflict},
		{"emptied", stored, page(" \r\n", false), fresh, report.Update},
		{"indented by a person", stored, page("# 月次報告\n\n  9 件\n", false), fresh, report.Conflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := report.Decide(c.stored, c.current, c.wanted)
			if got.Action != c.want || got.Reason == "" || got.Hash != report.Hash(c.wanted) {
				t.Errorf("Decide = %+v, want %s", got, c.want)
			}
		})
	}
}

// What is written once is the same the next time, also on the page beside.
func TestDecideTwice(t *testing.T) {
	d := report.Decide(nil, nil, "本文\n")
	written := &report.Published{ID: 1, Hash: d.Hash}
	if again := report.Decide(written, &report.Page{ID: 1, Content: "本文\n", UpdatedByBot: true}, "本文\n"); again.Action != report.Same {
		t.Errorf("again = %+v", again)
	}
	if got, want := report.BesideName("SLA/2026/2026-11"), "SLA/2026/2026-11/自動生成(要確認)"; got != want {
		t.Errorf("BesideName = %q, want %q", got, want)
	}
}

func TestPeriod(t *testing.T) {
	zone := tokyo(t)
	p, err := report.Parse("2026-12", zone)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2027, 1, 1, 0, 0, 0, 0, zone); !p.End.Equal(want) || p.String() != "2026-12" {
		t.Errorf("period %s ends %s", p, p.End)
	}
	if !p.Contains(p.Start) || p.Contains(p.End) || p.Contains(time.Time{}) {
		t.Error("a period holds its start and not its end")
	}
	for _, name := range [][2]string{
		{report.PageName(p), "SLA/2026/2026-12"},
		{report.DetailsName(p), "SLA/2026/2026-12/作業詳細"},
		{report.NotesName(p), "SLA/2026/2026-12/特記事項"},
	} {
		if name[0] != name[1] {
			t.Errorf("name %q, want %q", name[0], name[1])
		}
	}
	for _, bad := range []string{"", "2026", "2026-13", "2026-W47", "2026-1", "11-2026", "2026-11-01", "0001-01"} {
		if p, err := report.Parse(bad, zone); err == nil {
			t.Errorf("Parse(%q) = %v", bad, p)
		}
	}
}
