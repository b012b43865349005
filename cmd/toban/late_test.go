package main

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/store"
)

const lateWords = "お送りするものでした"

// recorded is what the audit trail of an issue says about lateness.
func (b *bench) recorded(issue string) []string {
	b.t.Helper()
	ticket, err := b.store.FindTicket(b.t.Context(), issue)
	if err != nil {
		b.t.Fatal(err)
	}
	lines, err := b.store.Audit(b.t.Context(), ticket.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		if l.Feature == "outbox" {
			out = append(out, l.What+": "+l.Why)
		}
	}
	return out
}

// count says how often words stand on an issue and how often with the words about lateness.
func (b *bench) count(issue, words string) (all, late int) {
	b.t.Helper()
	for _, c := range b.told(issue, words) {
		all++
		late += min(1, strings.Count(c.Content, lateWords))
	}
	return all, late
}

// Backlog is down for two hours, over every kind of notice. When it is back each is said once, those with a promised time say that they
// are late and why, a start whose notice was not verified does not hold, and the missed rounds of an incident are named in one comment.
func TestTwoHoursWithoutBacklog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		open := func(kind, text string, priority int) string {
			return b.issue(backlogsim.SampleCustomerKey, kind, kind, text, priority).Key
		}
		work := open("バックアップ作業", backupText, 3)
		done := open("バックアップ作業", backupText, 3)
		time.Sleep(time.Minute)
		plan := func(issue, start, end string) {
			b.press(demoStaffSlack, issue, "work.schedule", map[string]any{"start": unix(tokyo(t, start)), "end": unix(tokyo(t, end)), "what": "スナップショット取得"})
		}
		plan(work, "2026-11-24 12:00:00", "2026-11-24 12:30:00")
		plan(done, "2026-11-24 10:40:00", "2026-11-24 11:30:00")
		time.Sleep(time.Until(tokyo(t, "2026-11-24 10:41:00")))
		b.press(demoStaffSlack, done, "work.start", nil)
		running := open("障害ご連絡", outageText, 2)
		time.Sleep(time.Until(tokyo(t, "2026-11-24 10:59:59")))
		// Opened right before: Toban hears of them, and can't read them.
		if err := b.backlog.AddFaults(backlogsim.Faults{Webhooks: &backlogsim.WebhookFaults{Delay: backlogsim.Duration(2 * time.Second)}}); err != nil {
			t.Fatal(err)
		}
		request, less, fresh := open("バックアップ作業", backupText, 3), open("バックアップ作業", "よろしくお願いします。", 3), open("障害ご連絡", outageText, 2)
		b.outage(tokyo(t, "2026-11-24 11:00:00"), tokyo(t, "2026-11-24 13:00:00"))
		time.Sleep(time.Until(tokyo(t, "2026-11-24 11:20:00")))
		b.press(demoStaffSlack, done, "work.done", map[string]any{"done": "取得しました。", "result": "completed です。"})
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:10:00")))
		for _, want := range []struct {
			issue, words string
			all, late    int
		}{
			{request, "次のとおり承りました", 1, 0},
			{less, "お知らせください", 1, 0},
			{work, "次のとおり承りました", 1, 0},
			{work, "まもなく作業を開始します", 0, 0},
			{work, "始めておりません", 1, 0},
			{done, "対応が完了しました", 1, 0},
			{running, "障害の検知について", 1, 0},
			{running, "次の時刻の途中経過をお届けできませんでした", 1, 0},
			{fresh, "障害のご連絡を承りました", 1, 0},
			{fresh, "障害の検知について", 1, 1},
		} {
			if all, late := b.count(want.issue, want.words); all != want.all || late != want.late {
				t.Errorf("%s: %d × %q, %d of them late; want %d and %d: %+v", want.issue, all, want.words, late, want.all, want.late, b.said(want.issue))
			}
		}
		if first := b.told(fresh, "障害の検知について"); len(first) == 1 && !strings.Contains(first[0].Content, "Backlog に接続できなかったため") {
			t.Errorf("the late first notice does not say why: %q", first[0].Content)
		}
		if got := b.recorded(fresh); len(got) != 1 || !strings.Contains(got[0], "cause backlog") {
			t.Errorf("the record of the late first notice: %q", got)
		}
		down, err := b.store.Downtimes(t.Context(), tokyo(t, "2026-11-24 11:00:00"), tokyo(t, "2026-11-24 13:00:00"))
		if err != nil || len(down) != 1 || down[0].Name != store.BacklogDown+"demo" || down[0].To.Sub(down[0].From) < 119*time.Minute {
			t.Errorf("downtimes %+v, %v", down, err)
		}
		b.calm()
	})
}

// Toban itself is down over an interim update: the next word says that it is late and why.
func TestTobanIsDownOverAPromise(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
		time.Sleep(30 * time.Minute)
		b.restart(50 * time.Minute)
		time.Sleep(5 * time.Minute)
		all, late := b.count(is.Key, "途中経過")
		if all != 1 || late != 1 {
			t.Fatalf("%d updates, %d of them late, want one late one: %+v", all, late, b.said(is.Key))
		}
		said := b.told(is.Key, "途中経過")[0]
		if !strings.Contains(said.Content, "弊社の連絡システムが停止していたため") || !strings.Contains(said.Content, "11:00 JST までに") {
			t.Errorf("said %q", said.Content)
		}
		if got := b.recorded(is.Key); !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, "cause toban: toban from") }) {
			t.Errorf("the record: %q", got)
		}
		b.calm()
	})
}
