package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/sla"
)

// A later version of the contract's days is put on a running request: by a form in Slack, by two people at once on two replicas, and by a
// click that is delivered twice. It happens once, the customer hears of it once, and a month that is closed stays as it was.
func TestReapplyOnTwoReplicas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const yamada = "U0YAMADA"
		b := newBenchWith(t, tokyo(t, "2026-06-29 18:55:00"), bench{
			terms: "overrides:\n  support-desk:\n    revisions:\n      - {version: \"2\", from: 2026-06-30, policy: {rules: {minor: {targets: {complete: {days: 3}}}}}}\n",
		})
		defer b.close()
		defer b.twin()()
		formed := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		doubled := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", strings.ReplaceAll(backupText, "web01", "web02"), 3)
		left := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web03 のバックアップ", strings.ReplaceAll(backupText, "web01", "web03"), 3)
		time.Sleep(time.Until(tokyo(t, "2026-06-30 10:30:00")))
		b.press(yamada, formed.Key, "desk.reapply", map[string]any{"version": "2026-06-30", "reason": "契約の変更"})
		ticket := func(key string) *bot.Ticket {
			tk, err := b.store.FindTicket(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			return tk
		}
		press := func(key, person string) bot.Event {
			e, err := bot.NewEvent(bot.EventStaffAction, key, string(ticket(doubled.Key).ID), time.Now(), bot.StaffAction{
				Action: "desk.reapply", Ticket: ticket(doubled.Key).ID, Person: person, SlackUser: yamada, Channel: demoChannel,
				Values: map[string]string{"version": "2026-06-30", "reason": "契約の変更"},
			})
			if err != nil {
				t.Fatal(err)
			}
			e.Customer = demoCustomer
			return e
		}
		if err := b.store.Accept(t.Context(), press("click:1", "yamada"), press("click:2", "suzuki"), press("click:1", "yamada")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		for _, key := range []string{formed.Key, doubled.Key} {
			if got := b.told(key, "扱いを変更しました"); len(got) != 1 || !strings.Contains(got[0].Content, "7月2日(木) 19:00") || !strings.Contains(got[0].Content, "契約の変更") {
				t.Errorf("%s: the customer was told %v", key, got)
			}
			n := 0
			for _, e := range ticket(key).Entries {
				if e.Kind == bot.EntryReapplied {
					n++
				}
			}
			var is simIssue
			if b.call(backlogsim.SampleAdminKey, "GET", "/issues/"+key, nil, &is); n != 1 || !strings.HasPrefix(is.DueDate, "2026-07-02") {
				t.Errorf("%s: applied %d times, due on %s", key, n, is.DueDate)
			}
		}
		if got := b.whispered(yamada); strings.Count(got, "すでに版 2 で計測しています") != 1 {
			t.Errorf("the second was told %q", got)
		}
		clocks, err := b.store.TicketClocks(t.Context(), ticket(formed.Key).ID)
		if err != nil || len(clocks) != 1 {
			t.Fatalf("clocks %+v, %v", clocks, err)
		}
		if text := strings.Join(sla.Write(clocks[0].Ledger, sla.English), "\n"); !strings.Contains(text, "version 2, in force from 2026-06-30") || !strings.Contains(text, "by 山田") {
			t.Errorf("explained as %s", text)
		}

		time.Sleep(time.Until(tokyo(t, "2026-06-30 19:10:00")))
		for _, issue := range []string{formed.Key, doubled.Key} {
			b.press(demoStaffSlack, issue, "desk.done", map[string]any{"done": "取得しました。"})
		}
		b.press(demoStaffSlack, left.Key, "desk.cause", map[string]any{"clock": "complete", "cause": "人手不足"})
		time.Sleep(time.Until(tokyo(t, "2026-07-01 09:05:00")))
		if b.heard("2026年6月の月次報告の下書きを wiki の SLA/2026/2026-06 に書きました") != 1 || !strings.Contains(b.page("SLA/2026/2026-06").Content, "状態: 下書き") {
			t.Error("nobody was asked to review the month")
		}
		if err := b.app.CloseMonth(t.Context(), demoCustomer, "2026-06", "山田", nil); err != nil {
			t.Fatal(err)
		}
		b.press(yamada, left.Key, "desk.reapply", map[string]any{"version": "2026-06-30", "reason": "契約の変更"})
		time.Sleep(time.Minute)
		if got := b.whispered(yamada); !strings.Contains(got, "約束の結果はすでに出ています") {
			t.Errorf("a miss of a closed month: %q", got)
		}
		done, err := b.app.PublishReport(t.Context(), demoCustomer, "2026-06")
		if err != nil || len(done.Corrections) > 0 {
			t.Errorf("corrections %v, %v", done.Corrections, err)
		}
		if text := b.page("SLA/2026/2026-06").Content; !strings.Contains(text, "状態: 確定(第 1 版、2026-07-01 09:05、山田)") {
			t.Errorf("a final page does not say so: %s", text)
		}
	})
}

// By the command nothing is changed without --run; with it the same is decided and said as was shown.
func TestReapplyCommand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-06-29 18:55:00"), bench{
			terms: "overrides:\n  support-desk:\n    revisions:\n      - {version: \"2\", from: 2026-06-30, policy: {rules: {minor: {targets: {complete: {days: 3}}}}}}\n",
		})
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Until(tokyo(t, "2026-06-30 10:30:00")))
		dir := b.app.Directory()
		ask := func(version, by string) (bot.Event, reapplied, error) {
			t.Helper()
			tk, err := b.store.FindTicket(t.Context(), is.Key)
			if err != nil {
				t.Fatal(err)
			}
			e, err := reapplication(dir, tk, version, "契約の変更", by, time.Now())
			if err != nil {
				return e, reapplied{}, err
			}
			loaded, err := b.store.Load(t.Context(), tk.ID)
			if err != nil {
				t.Fatal(err)
			}
			r, err := tryReapply(loaded, dir, e, time.Now())
			return e, r, err
		}
		for _, wrong := range [][2]string{{"3", "yamada"}, {"2", "nobody"}, {"", "yamada"}} {
			if _, _, err := ask(wrong[0], wrong[1]); err == nil {
				t.Errorf("%q is taken", wrong)
			}
		}
		e, r, err := ask("2", "山田")
		if err != nil || r.Refused != "" || len(r.Said) != 1 || len(r.Before) != 1 || len(r.After) != 1 ||
			!r.Before[0].Due.Equal(tokyo(t, "2026-06-30 19:00:00")) || !r.After[0].Due.Equal(tokyo(t, "2026-07-02 19:00:00")) {
			t.Fatalf("would be %+v, %v", r, err)
		}
		time.Sleep(2 * time.Minute)
		if n := len(b.told(is.Key, "扱いを変更しました")); n != 0 {
			t.Errorf("looking at it told the customer %d times", n)
		}
		if err := b.store.Accept(t.Context(), e, e); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		got := b.told(is.Key, "扱いを変更しました")
		if len(got) != 1 || !strings.HasPrefix(got[0].Content, strings.TrimSpace(r.Said[0])) {
			t.Errorf("the customer was told %+v, shown was %q", got, r.Said)
		}
		if _, r, err = ask("2026-06-30", "yamada"); err != nil || !strings.Contains(r.Refused, "すでに版 2") {
			t.Errorf("again: %+v, %v", r, err)
		}
		var out strings.Builder
		if err := printReapplied(&out, r, tokyo(t, "2026-06-30 10:00:00").Location(), false); err == nil || !strings.Contains(out.String(), "完了: running, due") {
			t.Errorf("printed %s, %v", out.String(), err)
		}
		b.calm()
	})
}
