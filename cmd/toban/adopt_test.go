package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
)

// adoptAll proposes and takes over the project, as the two commands do, through the table that staff confirm.
func (b *bench) adoptAll(change func(table string) string) (handed int) {
	b.t.Helper()
	k := bot.ModeKey{Customer: demoCustomer, Project: backlogsim.SampleProjectKey}
	p, err := b.app.ProposeAdoption(b.t.Context(), k, func(int, int) {})
	if err != nil {
		b.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := printAdoption(&out, b.cfg, p, false); err != nil {
		b.t.Fatal(err)
	}
	t, err := readAdoption("table", []byte(change(out.String())), b.cfg)
	if err != nil {
		b.t.Fatalf("%v in\n%s", err, out.String())
	}
	for _, x := range t.Tickets {
		if !x.Adopt {
			continue
		}
		at := time.Now().Add(time.Duration(handed) * store.Apart)
		e, err := app.AdoptEvent(t.made, at, t.customer, bot.Adopt{
			IssueChanged: bot.IssueChanged{Space: t.Space, Project: t.Project, IssueID: x.Issue}, RequestType: x.changedType(), Owner: x.Owner, By: "山田",
		})
		if err != nil {
			b.t.Fatal(err)
		}
		if err := b.store.AcceptLater(b.t.Context(), at, e); err != nil {
			b.t.Fatal(err)
		}
		handed++
	}
	return handed
}

// table presses a button of the table that the demo's staff have open in Slack.
func (b *bench) table(action, value string) {
	b.t.Helper()
	if err := b.slack.ClickView(b.t.Context(), slacksim.ClickView{User: demoStaffSlack, ActionID: action, Value: value}); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(time.Second)
}

// lineOf is what the buttons of an issue carry in that table.
func (b *bench) lineOf(key string) string {
	b.t.Helper()
	rows, err := b.store.Adoptions(b.t.Context(), bot.ModeKey{Customer: demoCustomer, Project: backlogsim.SampleProjectKey})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, r := range rows {
		if strings.Contains(string(r.Body), `"key":"`+key+`"`) {
			return fmt.Sprintf("%s|%d|", r.Ticket, r.Version)
		}
	}
	b.t.Fatalf("%s is in no line of %d", key, len(rows))
	return ""
}

// A project with more than three hundred open tickets of every kind and age is taken over, by the table in Slack and the one in a file, killed in
// the middle of reading and of taking over and asked for twice, without a single write of the bot; the clocks are those of the history, the next event is answered as on any ticket, and nobody is told of what was
// late before.
func TestAdoptSaysNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-10-01 10:00:00"))
		defer b.close()
		b.mode(bot.ModeOff)
		var keys []string
		kinds := []string{"バックアップ作業", "障害ご連絡", "技術相談", "バックアップ作業"}
		for i := range 310 {
			kind, text := kinds[i%len(kinds)], backupText
			if i%4 == 3 {
				text = "お願いします"
			}
			is := b.issue(backlogsim.SampleCustomerKey, kind, fmt.Sprintf("web%02d の件", i), text, 3)
			if i%7 == 0 {
				b.comment(backlogsim.SampleStaffKey, is.Key, "承知しました。担当の佐藤です。確認して進めます。")
			}
			if i%11 == 0 {
				b.comment(backlogsim.SampleCustomerKey, is.Key, "よろしくお願いします。")
			}
			keys = append(keys, is.Key)
			if i%100 == 0 {
				time.Sleep(6 * time.Hour)
			}
		}
		time.Sleep(10 * time.Minute)
		b.mode(bot.ModeOn)
		b.ask("adopt AOZORA")
		time.Sleep(time.Minute)
		b.restart(time.Second) // in the middle of reading
		time.Sleep(3 * time.Minute)
		b.table("adopt.refresh", "")
		time.Sleep(3 * time.Minute)
		b.table("adopt.take", b.lineOf(keys[0]))
		b.table("adopt.sure", "")
		b.table("adopt.page", "")
		time.Sleep(3 * time.Minute)
		b.restart(time.Second) // in the middle of taking over
		same := func(s string) string { return s }
		if n := b.adoptAll(same); n < 70 || n > 240 {
			t.Errorf("the table in a file has %d issues left", n)
		}
		b.adoptAll(same)
		time.Sleep(30 * time.Minute)
		if w := b.writes(); len(w) != 0 {
			t.Fatalf("%d writes: %v", len(w), w[:min(len(w), 5)])
		}
		tickets, err := b.store.Tickets(t.Context(), demoCustomer)
		if err != nil || len(tickets) != 310 {
			t.Fatalf("%d tickets, %v", len(tickets), err)
		}
		if n := b.adoptAll(same); n != 0 {
			t.Errorf("a later table lists %d issues that are known", n)
		}
		k, err := b.store.FindTicket(t.Context(), keys[0])
		if err != nil {
			t.Fatal(err)
		}
		if clocks, err := b.store.TicketClocks(t.Context(), k.ID); err != nil || len(clocks) == 0 || clocks[0].Start.After(tokyo(t, "2026-10-01 10:01:00")) {
			t.Errorf("clocks of the history: %+v, %v", clocks, err)
		}
		if n := b.shown("期限", "を過ぎました"); n != 0 {
			t.Errorf("staff were told of %d old misses", n)
		}
		b.comment(backlogsim.SampleCustomerKey, keys[0], "この件は取り下げます。")
		time.Sleep(5 * time.Minute)
		if n := len(b.said(keys[0])); n != 1 {
			t.Errorf("the next event was answered %d times", n)
		}
		b.calm()
	})
}

// What staff confirm in the table wins, and what they leave out is left alone.
func TestAdoptTakesWhatStaffConfirmed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeOff)
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "表示が遅い件", "先週から少し遅く感じます", 3)
		left := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", backupText, 3)
		time.Sleep(time.Hour)
		b.mode(bot.ModeShadow)
		b.adoptAll(func(table string) string {
			parts := strings.SplitN(table, "  - key: ", 3)
			parts[1] = strings.Replace(parts[1], `    type: "incident"`, "    type: backup\n    owner: suzuki", 1)
			parts[2] = strings.Replace(parts[2], "adopt: true", "adopt: false", 1)
			return strings.Join(parts, "  - key: ")
		})
		time.Sleep(time.Minute)
		k, err := b.store.FindTicket(t.Context(), is.Key)
		if err != nil || k.Type != "backup" || k.Owner != "suzuki" || k.Class != bot.ClassMinor && k.Class != bot.ClassImpactful {
			t.Errorf("taken over as %+v, %v", k, err)
		}
		if _, err := b.store.FindTicket(t.Context(), left.Key); err == nil {
			t.Error("what was left out was taken over")
		}
		b.calm()
	})
}

// An incident that ran before is not told of hourly; staff say whether it goes on.
func TestAdoptedIncidentWaitsForStaff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeOff)
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "web01 に接続できません", "9:50 から応答がありません", 2)
		time.Sleep(10 * time.Minute)
		b.comment(backlogsim.SampleStaffKey, is.Key, "障害を確認しました。原因を調査しています。")
		time.Sleep(time.Hour)
		b.mode(bot.ModeOn)
		b.adoptAll(func(s string) string { return s })
		time.Sleep(3 * time.Hour)
		if w := b.writes(); len(w) != 0 {
			t.Errorf("wrote %v", w)
		}
		b.press(demoStaffSlack, is.Key, "incident.reopen", nil)
		time.Sleep(3 * time.Hour)
		if n := len(b.said(is.Key)); n < 2 {
			t.Errorf("said %d things after staff took it up again", n)
		}
		b.calm()
	})
}

// An issue from before that nobody adopted is not answered like a new one: what happens on it first makes it a ticket without a word, staff
// hear what the customer wrote, and from then on it is a ticket like any other. What was opened since is answered at once.
func TestIssuesFromBeforeAreNotAnsweredLikeNewOnes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeOff)
		old := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		incident := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "web02 に接続できません", "9:50 から応答がありません", 2)
		handled := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web03 のバックアップ", strings.ReplaceAll(backupText, "web01", "web03"), 3)
		time.Sleep(3 * time.Hour)
		fresh := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web04 のバックアップ", strings.ReplaceAll(backupText, "web01", "web04"), 3)
		time.Sleep(2 * time.Minute)
		b.mode(bot.ModeOn)
		time.Sleep(time.Minute)
		b.comment(backlogsim.SampleCustomerKey, old.Key, "この件はどうなっていますか。")
		b.comment(backlogsim.SampleCustomerKey, incident.Key, "まだつながりません。")
		b.comment(backlogsim.SampleStaffKey, handled.Key, "確認しています。")
		time.Sleep(3 * time.Hour)
		if w := b.writes(); len(w) != 0 {
			t.Errorf("wrote on issues from before: %v", w)
		}
		if n := b.shown("引き継いでいない以前の課題に"); n != 2 {
			t.Errorf("staff were told of %d comments of customers, want 2", n)
		}
		k, err := b.store.FindTicket(t.Context(), old.Key)
		if err != nil || k.Received.After(tokyo(t, "2026-11-24 10:01:00")) {
			t.Errorf("the clocks are not those of the history: %+v, %v", k, err)
		}
		b.restart(time.Second)
		b.comment(backlogsim.SampleCustomerKey, old.Key, "この件は取り下げます。")
		b.comment(backlogsim.SampleCustomerKey, fresh.Key, "よろしくお願いします。")
		time.Sleep(5 * time.Minute)
		if n := len(b.said(old.Key)); n != 1 {
			t.Errorf("the next event was answered %d times", n)
		}
		if n := len(b.said(fresh.Key)); n != 1 {
			t.Errorf("an issue of two minutes before was answered %d times", n)
		}
		b.calm()
	})
}

func TestAdoptRefusesBadTables(t *testing.T) {
	o := newOffice(t)
	for name, tt := range map[string]struct{ table, want string }{
		"no YAML":         {"\t{", "no valid YAML"},
		"unknown key":     {"project: AOZORA\nspace: demo\nmade: 2026-11-24T10:00:00Z\ncolour: red\n", "colour"},
		"another project": {"project: NOBODY\nspace: main\nmade: 2026-11-24T10:00:00Z\n", "no customer has"},
		"bad time":        {"project: AOZORA\nspace: main\nmade: yesterday\n", "must be a time"},
	} {
		file := filepath.Join(t.TempDir(), "table.yaml")
		if err := os.WriteFile(file, []byte(tt.table), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := o.toban("", "adopt", "apply", "--config", "CONFIG", file)
		if code != exitUsage || !strings.Contains(errs, tt.want) {
			t.Errorf("%s: exit %d, %s", name, code, errs)
		}
	}
}
