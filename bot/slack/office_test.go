package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// desks is an office in memory.
type desks struct {
	lines   []slack.Line
	err     error
	words   []string
	reports []string
	refusal string
}

func (d *desks) Open(context.Context) ([]slack.Line, error) { return d.lines, d.err }

func (d *desks) Find(_ context.Context, _ *bot.Directory, words []string, limit int) ([]slack.Line, error) {
	d.words = words
	return d.lines[:min(limit, len(d.lines))], d.err
}

func (d *desks) Explain(_ context.Context, _ *bot.Directory, key string) ([]string, error) {
	if key != "ACME-7" {
		return nil, d.err
	}
	return []string{"ACME-7 web01", "【完了】running", "day 1: Tue 24 Nov counted"}, d.err
}

func (d *desks) Report(_ context.Context, m slack.Month) (string, error) {
	line := m.Customer + " " + m.Month + " " + m.By
	if m.Final {
		line += " final"
	}
	d.reports = append(d.reports, line)
	return d.refusal, d.err
}

func lines() []slack.Line {
	return []slack.Line{
		{Customer: "acme", Key: "ACME-7", URL: "https://acme.example/view/ACME-7", Title: "サイトが <!channel> *落ちた*", State: "対応中", Owner: "sato", Incident: true, Due: start.Add(time.Hour)},
		{Customer: "acme", Key: "ACME-8", URL: "https://acme.example/view/ACME-8", Title: "パッチ", State: "作業予定あり", Owner: "suzuki", Due: start.Add(72 * time.Hour), Start: start.Add(24 * time.Hour), End: start.Add(26 * time.Hour)},
		{Customer: "acme", Key: "ACME-9", URL: "javascript:alert(1)", Title: "相談", State: "受付済み"},
	}
}

// newForm is a form of no ticket.
func newForm(customer, what, text string, _ time.Time) (bot.Button, bool) {
	if customer == "gone" {
		return bot.Button{}, false
	}
	return bot.Button{Action: "desk.new", Form: &bot.Form{Title: "登録", Submit: "登録する", Inputs: []bot.Input{
		{ID: "project", Label: "お客様", Type: bot.InputSelect, Options: []bot.Option{{Value: "acme/ACME", Label: "ACME"}}, Initial: "acme/ACME"},
		{ID: "kind", Label: "区分", Type: bot.InputText, Initial: what},
		{ID: "content", Label: "内容", Type: bot.InputArea, Initial: text},
	}}}, true
}

func officeBench(t *testing.T, d *desks) *bench {
	t.Helper()
	return newBench(t, func(c *slack.Config, seed *slacksim.Seed) {
		c.Office, c.Draft = d, newForm
		c.Directory = func() *bot.Directory {
			dir := directory()
			dir.People = append(dir.People, bot.Person{ID: "yamada", Name: "山田", SlackUser: "U0YAMADA", Roles: []bot.Role{bot.RoleManager}})
			return dir
		}
		seed.Shortcuts = nil
		for id, kind := range slack.Shortcuts() {
			seed.Shortcuts = append(seed.Shortcuts, slacksim.AppShortcut{CallbackID: id, Name: id, Type: kind})
		}
	})
}

func (b *bench) command(user, text string) string {
	b.t.Helper()
	return b.commandIn("C0DESK", user, text)
}

func (b *bench) commandIn(channel, user, text string) string {
	b.t.Helper()
	before := len(b.whispers(user))
	if err := b.sim.Command(b.t.Context(), slacksim.Command{User: user, Channel: channel, Command: "/toban", Text: text}); err != nil {
		b.t.Fatal(err)
	}
	w := b.whispers(user)
	return strings.Join(w[before:], "\n")
}

func TestQuestions(t *testing.T) {
	d := &desks{lines: lines()}
	b := officeBench(t, d)
	for _, tt := range []struct{ user, text, want string }{
		{"sato", "help", "/toban find 言葉または課題キー — チケットを探します"},
		{"sato", "fnd web", "/toban find ではありませんか"},
		{"sato", "find", "続けて書いてください"},
		{"sato", "find web01 down", "ACME-7 サイトが"},
		{"sato", "find web01", "担当 佐藤"},
		{"suzuki", "my", "ACME-8 パッチ"},
		{"sato", "explain", "課題キーを続けて"},
		{"sato", "explain acme-7", "day 1: Tue 24 Nov counted"},
		{"sato", "explain ACME-99", "というチケットはありません"},
		{"sato", "report acme 2026-10", "2026-10 の月次報告を書きます"},
		{"sato", "report 2030-01", "これからの月です"},
		{"sato", "report final acme 2026-10", "マネージャーの権限が必要です"},
		{"tanaka", "report final acme", "確定する月を続けて書いてください。例: /toban report final acme 2026-10"},
		{"tanaka", "report final acme 2026-10", "2026-10 の月次報告を確定しました"},
		{"sato", "report nobody", "という顧客はありません。顧客ID: acme"},
		{"ito", "find web01", "登録されていない"},
		{"ito", "oncall", "登録されていない"},
		{"ito", "new", "登録されていない"},
	} {
		if got := b.command(tt.user, tt.text); !strings.Contains(got, tt.want) {
			t.Errorf("%s: /toban %s: %q, want %q", tt.user, tt.text, got, tt.want)
		}
	}
	if got := b.command("sato", "find x"); strings.Contains(got, "<!channel>") {
		t.Errorf("a customer's words ping: %q", got)
	}
	if fmt.Sprint(d.reports) != "[acme 2026-10 佐藤 acme 2026-10 田中 final]" {
		t.Errorf("reports %v", d.reports)
	}
	d.refusal = "2026-10 は確定できません。原因が未記入の未達が1件あります。"
	if got := b.command("tanaka", "report final acme 2026-10"); !strings.Contains(got, d.refusal) {
		t.Errorf("a month that can't be closed: %q", got)
	}
	d.err = errors.New("away")
	for _, text := range []string{"find x", "my", "explain ACME-7", "report acme"} {
		if got := b.command("sato", text); !strings.Contains(got, "もう一度お試しください") {
			t.Errorf("/toban %s with the database away: %q", text, got)
		}
	}
}

// Who reviews a contract's report may make it final without being a manager; another operator may not.
func TestReviewerMakesAReportFinal(t *testing.T) {
	d := &desks{lines: lines()}
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.Office = d
		c.Directory = func() *bot.Directory {
			dir := directory()
			dir.Customers[0].Timing.ReviewPerson = "suzuki"
			return dir
		}
	})
	for user, want := range map[string]string{"suzuki": "確定しました", "sato": "マネージャーの権限が必要です"} {
		if got := b.command(user, "report final acme 2026-10"); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", user, got, want)
		}
	}
}

func TestOnCall(t *testing.T) {
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.Directory = func() *bot.Directory {
			d := directory()
			d.Duty = func(team string, _ time.Time) (bot.Person, bool) { return d.People[0], team != "support_center" }
			return d
		}
	})
	if got := b.command("sato", "oncall"); !strings.Contains(got, "佐藤") || strings.Contains(got, "サポートセンター") {
		t.Errorf("on call: %q", got)
	}
}

// A form of no ticket opens from the command, App Home and the shortcuts, and its sending is an event without a ticket.
func TestFormsOfNoTicket(t *testing.T) {
	for name, open := range map[string]func(b *bench) error{
		"command":  func(b *bench) error { b.command("suzuki", "new acme"); return nil },
		"incident": func(b *bench) error { b.command("suzuki", "incident"); return nil },
		"home":     func(b *bench) error { return b.home("suzuki", "home.new") },
		"shortcut": func(b *bench) error {
			return b.sim.Shortcut(b.t.Context(), slacksim.Shortcut{User: "suzuki", CallbackID: "register_request"})
		},
		"a message": func(b *bench) error { return b.messageShortcut("web01 が <遅い> です") },
	} {
		t.Run(name, func(t *testing.T) {
			b := officeBench(t, &desks{lines: lines()})
			if err := open(b); err != nil {
				t.Fatal(err)
			}
			values := map[string]map[string]any{"content": {"content": map[string]any{"value": "web01 が遅いです"}}}
			if name == "a message" {
				values = nil // the message's words are there already
			}
			res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "suzuki", Values: values})
			if err != nil || len(res.Errors) > 0 || res.Action != "" {
				t.Fatalf("sending: %+v, %v", res, err)
			}
			a := b.inbox.actions(t)
			if len(a) != 1 || a[0].Action != "desk.new" || a[0].Ticket != "" || a[0].Person != "suzuki" || !strings.Contains(a[0].Values["content"], "web01 が") {
				t.Fatalf("actions %+v", a)
			}
			e := b.inbox.events[0]
			if e.Lane != "desk.new" || e.Customer != "acme" {
				t.Errorf("event %+v", e)
			}
			if want := map[bool]string{true: "incident", false: "request"}[name == "incident"]; a[0].Values["kind"] != want {
				t.Errorf("kind %q, want %q", a[0].Values["kind"], want)
			}
		})
	}
}

// home opens App Home and clicks there.
func (b *bench) home(user, action string) error {
	if err := b.openHome(user); err != nil {
		return err
	}
	return b.sim.ClickView(b.t.Context(), slacksim.ClickView{User: user, ViewID: "home", ActionID: action})
}

func (b *bench) messageShortcut(text string) error {
	ts, err := b.sim.Say(b.t.Context(), slacksim.Say{User: "suzuki", Channel: "C0DESK", Text: text})
	if err != nil {
		return err
	}
	return b.sim.Shortcut(b.t.Context(), slacksim.Shortcut{User: "suzuki", CallbackID: "message_to_ticket", Channel: "C0DESK", TS: ts})
}

func TestAppHome(t *testing.T) {
	d := &desks{lines: lines()}
	b := officeBench(t, d)
	if err := b.openHome("suzuki"); err != nil {
		t.Fatal(err)
	}
	h := string(b.sim.Home("suzuki"))
	for _, want := range []string{"対応中の障害(1)", "あなたの担当(1)", "今日までの期限(1)", "これからの作業(1)", "担当者を待っているチケット(1)", "ACME-8 パッチ", "https://acme.example/view/ACME-8"} {
		if !strings.Contains(h, want) {
			t.Errorf("the home lacks %q: %s", want, h)
		}
	}
	if strings.Contains(h, "javascript:") || strings.Contains(h, `"mrkdwn"`) {
		t.Errorf("the home interprets customers' words: %s", h)
	}
	if n := strings.Index(h, "対応中の障害(1)"); n > strings.Index(h, "あなたの担当(1)") || n < 0 {
		t.Errorf("an incident that runs does not come first: %s", h)
	}
	if err := b.openHome("yamada"); err != nil { // may take nothing
		t.Fatal(err)
	}
	if h := string(b.sim.Home("yamada")); strings.Contains(h, "担当者を待っている") || !strings.Contains(h, "今日までの期限(1)") {
		t.Errorf("a manager's home: %s", h)
	}
	d.lines = nil
	if err := b.sim.ClickView(t.Context(), slacksim.ClickView{User: "suzuki", ViewID: "home", ActionID: "home.refresh"}); err != nil {
		t.Fatal(err)
	}
	h = string(b.sim.Home("suzuki"))
	at := -1
	for _, want := range []string{"あなたの担当(0)", "今日までの期限(0)", "対応中の障害(0)", "これからの作業(0)"} { // spec/8's four, in its order
		if i := strings.Index(h, want); i <= at {
			t.Errorf("the home lacks %q or has it out of order: %s", want, h)
		} else {
			at = i
		}
	}
	if strings.Contains(h, "担当者を待っている") {
		t.Errorf("a list of nothing to take: %s", h)
	}
	if err := b.openHome("ito"); err != nil {
		t.Fatal(err)
	}
	if h := string(b.sim.Home("ito")); !strings.Contains(h, "U0ITO") || strings.Contains(h, "ACME-") {
		t.Errorf("somebody who is no staff sees %s", h)
	}
	d.err = errors.New("away")
	if err := b.openHome("sato"); err != nil {
		t.Fatal(err)
	}
	if h := string(b.sim.Home("sato")); !strings.Contains(h, "調べられませんでした") {
		t.Errorf("with the database away the home says %s", h)
	}
}

// A long list stays within what Slack shows.
func TestAppHomeIsBounded(t *testing.T) {
	var many []slack.Line
	for i := range 300 {
		many = append(many, slack.Line{
			Customer: "acme", Key: fmt.Sprintf("ACME-%d", i), URL: "https://acme.example/view/X", Title: strings.Repeat("長", 300), State: "受付済み", Owner: "sato",
			Incident: true, Due: start, Start: start, End: start.Add(time.Hour),
		})
	}
	b := officeBench(t, &desks{lines: many})
	if err := b.openHome("sato"); err != nil {
		t.Fatal(err)
	}
	if h := string(b.sim.Home("sato")); !strings.Contains(h, "ほかに288件あります") {
		t.Errorf("the home says %.300s", h)
	}
	if got := b.command("sato", "my"); strings.Count(got, "\n") > 12 {
		t.Errorf("a long answer: %q", got)
	}
}

// openHome opens App Home and waits until it is drawn.
func (b *bench) openHome(user string) error {
	if err := b.sim.OpenHome(b.t.Context(), user); err != nil {
		return err
	}
	return b.sim.Quiet(b.t.Context())
}

// What is overdue says so wherever tickets are listed.
func TestOverdueTicketsSaySo(t *testing.T) {
	late := lines()[:1]
	late[0].Due = start.Add(-time.Minute)
	b := officeBench(t, &desks{lines: append(late, lines()[1:]...)})
	if err := b.openHome("sato"); err != nil {
		t.Fatal(err)
	}
	if h := string(b.sim.Home("sato")); !strings.Contains(h, "今日までの期限(1)") || strings.Count(h, "(超過)") != 3 { // the incident, hers, due today
		t.Errorf("the home says %s", h)
	}
	if got := b.command("sato", "my"); strings.Count(got, "(超過)") != 1 {
		t.Errorf("the list says %s", got)
	}
}
