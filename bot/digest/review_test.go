package digest_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/digest"
	"toban/sla"
)

// A month is a draft, then reviewed by a person in Slack, then final; what turns out later is a revision that says what changed.
func TestDraftReviewFinalRevision(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, zone(t))
	w := &wiki{pages: map[string]string{}}
	list := month(t)
	list[0].Clocks[0].State, list[0].Clocks[0].Stopped = sla.StateMissed, list[0].Clocks[0].Due.Add(time.Hour)
	p := publisher(t, w, &now, list)
	refs := map[string]string{}
	send := func() string {
		t.Helper()
		e := digest.Request(customer(t), "2026-11", "report:x")
		sent, err := p.Send(t.Context(), bot.Attempt{Effect: e, Number: 1, Refs: refs})
		if err != nil || !sent.Verified {
			t.Fatalf("%+v, %v", sent, err)
		}
		maps.Copy(refs, sent.Refs)
		return sent.Outcome
	}
	ends := func(by string) error {
		kept, err := p.Close(t.Context(), "aozora", "2026-11", by, nil, refs)
		maps.Copy(refs, kept)
		return err
	}
	page := func() string { return w.pages["SLA/2026/2026-11"] }
	has := func(text string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("got %q\nwant %q", text, want)
			}
		}
	}
	has(send(), "2026年11月の月次報告の下書きを wiki の SLA/2026/2026-11 に書きました", "/toban report final aozora 2026-11", "期限は 12/7(月) 19:00 JST です。", "原因が未記入の未達が1件あります")
	has(page(), "状態: 下書き(確認前です", "確定の期限: 2026-12-07 19:00")
	has(w.pages["SLA/2026/2026-11/作業詳細"], "状態: 下書き")
	if again := send(); again != "" {
		t.Errorf("the reviewer was told twice: %q", again)
	}
	now = time.Date(2026, 12, 7, 19, 30, 0, 0, zone(t))
	has(send(), "期限(12/7(月) 19:00 JST)を過ぎましたが確定していません")
	if again := send(); again != "" {
		t.Errorf("told twice that it is overdue: %q", again)
	}
	var bare *sla.NoCauseError
	if err := ends("花子"); !errors.As(err, &bare) {
		t.Errorf("final without a cause: %v", err)
	}
	list[0].Clocks[0].Cause = "部品待ち"
	if err := ends("花子"); err != nil {
		t.Fatal(err)
	}
	if told := send(); told != "" {
		t.Errorf("told %q", told)
	}
	has(page(), "状態: 確定(第 1 版、2026-12-07 19:30、花子)", "部品待ち")
	final, writes := page(), w.writes
	if err := ends("太郎"); !errors.Is(err, digest.ErrClosed) {
		t.Errorf("final twice: %v", err)
	}

	now = now.AddDate(0, 0, 2)
	list[0].Clocks[0].State, list[0].Clocks[0].Stopped, list[0].Clocks[0].Cause = sla.StateMet, list[0].Clocks[0].Due.Add(-time.Hour), ""
	has(send(), "確定していますが、その後に分かった記録では次の判定が変わります", "AOZORA-1 完了: 目標未達", "→ 達成")
	if again := send(); again != "" || page() != final || w.writes != writes {
		t.Errorf("told twice, or written: %q", again)
	}
	if err := ends("太郎"); err != nil {
		t.Fatal(err)
	}
	send()
	has(page(), "状態: 確定(第 2 版、2026-12-09 19:30、太郎)", "訂正(第 2 版", "完了: 目標未達、期限", "判定の数字は最初に確定したままです", "部品待ち")
	if err := ends("太郎"); !errors.Is(err, digest.ErrClosed) {
		t.Errorf("the same revision twice: %v", err)
	}
	writes = w.writes
	if told := send(); told != "" || w.writes != writes {
		t.Errorf("told %q, wrote %d times", told, w.writes-writes)
	}
	// What turned out to be a miss needs its cause before it may be said.
	list[0].Clocks[0].State, list[0].Clocks[0].Stopped = sla.StateMissed, list[0].Clocks[0].Due.Add(2*time.Hour)
	other := list[0].Clocks[0]
	other.ID = "complete/reopened-1"
	list[0].Clocks = append(list[0].Clocks, other)
	if err := ends("太郎"); !errors.As(err, &bare) || bare.Rows[0].Clock != "complete/reopened-1" {
		t.Errorf("a revision with a miss without a cause: %v", err)
	}
	list[0].Clocks[1].Cause = "手配漏れ"
	if err := ends("花子"); err != nil {
		t.Fatal(err)
	}
	send()
	has(page(), "第 3 版", "訂正(第 2 版", "訂正(第 3 版")
}

// In the evenings of a review the last month is written again, where it has a page; its reviewer is mentioned, else the manager.
func TestReviewInTheEvening(t *testing.T) {
	c := customer(t)
	c.Timing.ReviewPerson = "hanako"
	dir := &bot.Directory{Customers: []*bot.Customer{c}, People: []bot.Person{{ID: "hanako", SlackUser: "U1"}}}
	asked := func(day string) (out []bot.ReportRequest) {
		at, err := time.Parse(time.RFC3339, day+"T19:30:00+09:00")
		if err != nil {
			t.Fatal(err)
		}
		e, err := bot.NewEvent(bot.EventScheduleDue, "k", "schedule/x", at, bot.ScheduleDue{Name: "digest/running/aozora", Due: at})
		if err != nil {
			t.Fatal(err)
		}
		got, err := digest.New().Handle(bot.In{Now: at, Event: e, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range got.Effects {
			var r bot.ReportRequest
			if err := f.Decode(&r); err != nil {
				t.Fatal(err)
			}
			out = append(out, r)
		}
		return out
	}
	if got := fmt.Sprint(asked("2027-01-05")); got != "[{aozora 2027-01 } {aozora 2026-12 again}]" {
		t.Errorf("asked for %s", got)
	}
	if got := fmt.Sprint(asked("2026-12-21")); got != "[{aozora 2026-12 }]" {
		t.Errorf("asked for %s", got)
	}
	now := time.Date(2026, 12, 2, 19, 30, 0, 0, zone(t))
	w := &wiki{pages: map[string]string{}}
	p := publisher(t, w, &now, month(t))
	e := bot.MakeEffect(bot.EffectReport, bot.Cosmetic, "k", nil, bot.ReportRequest{Customer: "aozora", Month: "2026-11", What: bot.ReportAgain})
	if sent, err := p.Send(t.Context(), bot.Attempt{Effect: e, Number: 1}); err != nil || !sent.Verified || sent.Outcome != "" || w.writes != 0 {
		t.Errorf("a month without a report was written: %+v, %v", sent, err)
	}
	ended, err := bot.NewEvent(bot.EventEffectDone, "k", "x", now, bot.EffectResult{Kind: bot.EffectReport, Key: "report:k", Ticket: bot.ReportRefs("aozora"), Verified: true, Outcome: "下書きを書きました"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := digest.New().Handle(bot.In{Now: now, Event: ended, Dir: dir})
	var post bot.Post
	if err != nil || len(out.Effects) != 1 || out.Effects[0].Decode(&post) != nil || post.Text != "下書きを書きました" || fmt.Sprint(post.Mention) != "[U1]" || post.Channel != "C1" {
		t.Errorf("%+v, %v", out, err)
	}
}
