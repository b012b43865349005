package slack_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// partnerBench has two customers; ito is of a partner who works for the other one alone.
func partnerBench(t *testing.T, d *desks) (*bench, *lever) {
	t.Helper()
	l := &lever{}
	b := newBench(t, func(c *slack.Config, seed *slacksim.Seed) {
		c.Office, c.Draft, c.Switch = d, newForm, l
		c.Works = func(context.Context, string, time.Time) ([]bot.ScheduledWork, error) {
			w := bot.ScheduledWork{Key: "ACME-8", Customer: "acme", What: "パッチ", State: bot.WorkPlanned, Start: start.Add(time.Hour), End: start.Add(2 * time.Hour)}
			o := w
			o.Key, o.Customer = "OTHER-8", "other"
			return []bot.ScheduledWork{w, o}, nil
		}
		c.Directory = func() *bot.Directory {
			dir := directory()
			dir.People = append(dir.People, bot.Person{ID: "ito", Name: "伊藤", SlackUser: "U0ITO", Roles: []bot.Role{bot.RoleOperator, bot.RoleManager}, Partner: true, Teams: []string{"soc"}})
			dir.Customers[0].Name = "エース商事"
			dir.Customers = append(dir.Customers, &bot.Customer{ID: "other", Name: "他社", Space: "other.backlog.com", Projects: []string{"OTHER"}, Channel: "C0INCIDENT", Zone: tokyo, Team: "soc"})
			return dir
		}
		seed.Shortcuts = nil
		for id, kind := range slack.Shortcuts() {
			seed.Shortcuts = append(seed.Shortcuts, slacksim.AppShortcut{CallbackID: id, Name: id, Type: kind})
		}
	})
	return b, l
}

// What a partner reads is of the customers that they work for, wherever they ask.
func TestPartnersReadOfTheirCustomersAlone(t *testing.T) {
	d := &desks{lines: append(lines(), slack.Line{Customer: "other", Key: "OTHER-1", Title: "不審な通信", State: "対応中", Owner: "ito", Due: start.Add(time.Hour)})}
	d.lines[0].Owner = "ito" // even their own, of a customer whom they no longer work for
	b, l := partnerBench(t, d)
	foreign := []string{"ACME", "エース", "acme"}
	read := func(where, text string, want ...string) {
		t.Helper()
		for _, w := range foreign {
			if strings.Contains(text, w) {
				t.Errorf("%s tells a partner of %s: %s", where, w, text)
			}
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q: %s", where, w, text)
			}
		}
	}
	if err := b.openHome("ito"); err != nil {
		t.Fatal(err)
	}
	read("App Home", string(b.sim.Home("ito")), "OTHER-1", "あなたの担当(1)", "対応中の障害(0)", "home.new")
	read("my", b.commandIn("C0GENERAL", "ito", "my"), "OTHER-1")
	read("schedule", b.commandIn("C0GENERAL", "ito", "schedule"), "OTHER-8")
	read("schedule all", b.commandIn("C0GENERAL", "ito", "schedule all"), "OTHER-8")
	read("oncall", b.commandIn("C0GENERAL", "ito", "oncall"))
	read("report of a customer", strings.ReplaceAll(b.commandIn("C0GENERAL", "ito", "report acme 2026-10"), "「acme」", ""), "という顧客はありません。顧客ID: other")
	read("report of their own", b.commandIn("C0GENERAL", "ito", "report other 2026-10"), "月次報告を書きます")
	read("stop of all", b.commandIn("C0GENERAL", "ito", "stop all"), "顧客IDを指定してください: other")
	read("stop of a stranger", strings.ReplaceAll(b.commandIn("C0GENERAL", "ito", "stop acme"), "「acme」", ""), "という顧客はありません")
	if len(l.did) != 0 {
		t.Errorf("a partner stopped %v", l.did)
	}
	if got := b.commandIn("C0GENERAL", "ito", "stop other"); !strings.Contains(got, "止めました") || len(l.did) != 1 {
		t.Errorf("stop of their own: %q %v", got, l.did)
	}
	read("my in a foreign channel", b.commandIn("C0DESK", "ito", "my"), "担当しているチケットはありません")
	read("schedule in a foreign channel", b.commandIn("C0DESK", "ito", "schedule"), "ありません")
	read("a new ticket in a foreign channel", b.commandIn("C0DESK", "ito", "new"))
	if err := b.sim.Shortcut(t.Context(), slacksim.Shortcut{User: "ito", CallbackID: "register_incident"}); err != nil {
		t.Fatal(err)
	}
	if m, ok := b.modal("ito"); !ok || m.CallbackID != "desk.new" {
		t.Errorf("their own customer's form does not open: %+v", m)
	}
}

// What a partner presses on another customer's card, in its menu, or sends by a form that was opened before, is refused with what to do instead.
func TestPartnersPressNothingOfOthers(t *testing.T) {
	b, _ := partnerBench(t, &desks{})
	crowd(b)
	for _, action := range []string{"desk.take", "work.schedule", view.ActionMore} {
		if err := b.click("ito", action); err != nil {
			t.Fatal(err)
		}
		w := b.whispers("ito")
		if len(w) == 0 || !strings.Contains(w[len(w)-1], "担当に登録されていない") || !strings.Contains(w[len(w)-1], "管理者に") {
			t.Errorf("%s: told %q", action, w)
		}
		if _, open := b.modal("ito"); open {
			t.Errorf("%s: a dialogue opened", action)
		}
	}
	if n := len(b.inbox.actions(t)); n != 0 || b.counted("slack.interactions refused") != 3 {
		t.Errorf("%d actions, counts %v", n, b.counts)
	}
	// sato's dialogue, sent by ito: the person counts, not who opened it.
	if err := b.click("sato", "work.schedule"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", "")}); err != nil {
		t.Fatal(err)
	}
	if n := len(b.inbox.actions(t)); n != 1 {
		t.Errorf("%d actions of our own people", n)
	}
}
