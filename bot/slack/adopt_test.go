package slack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// issues is a table of open issues in memory.
type issues struct {
	mu     sync.Mutex
	table  slack.AdoptTable
	chosen []string
	done   map[string]int // decisions by key
	asked  int
}

func newIssues(n int) *issues {
	x := &issues{done: map[string]int{}, table: slack.AdoptTable{
		Customer: "青葉商事株式会社", Mode: bot.ModeShadow, Listed: true, Zone: tokyo,
		Types: []bot.Option{{Value: "backup", Label: "バックアップ(軽微)"}, {Value: "incident", Label: "障害"}}, People: []bot.Option{{Value: "sato", Label: "佐藤"}},
	}}
	for i := range n {
		x.table.Rows = append(x.table.Rows, slack.AdoptRow{
			AdoptPick: slack.AdoptPick{Ticket: bot.TicketID(fmt.Sprintf("acme.backlog.com/%d", 500+i)), Version: 2}, Key: fmt.Sprintf("MSP-%d", i+1), URL: fmt.Sprintf("https://acme.backlog.com/view/MSP-%d", i+1),
			Title: "<!channel> *太字* ```x``` <https://evil.example|ここ> " + strings.Repeat("長い件名", 40) + "\u202e", Type: "backup", TypeName: "バックアップ", Class: "軽微", Status: "受付済み・担当待ち", Sure: i%3 != 0,
			Opened: start.Add(-time.Duration(i) * time.Hour), Due: start.Add(time.Hour), Clocks: []string{"完了: 期限まで"}, State: "open",
		})
	}
	return x
}

func (x *issues) Ask(_ context.Context, of *bot.Directory, word string, _ bool) (bot.ModeKey, string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.asked++
	if word != "" && word != "MSP" && word != "acme/MSP" || len(of.Customers) != 1 {
		return bot.ModeKey{}, "「" + word + "」というプロジェクトはありません。", nil
	}
	return bot.ModeKey{Customer: "acme", Project: "MSP"}, "", nil
}

func (x *issues) Table(context.Context, bot.ModeKey) (slack.AdoptTable, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.table
	t.Rows = slices.Clone(t.Rows)
	return t, nil
}

func (x *issues) find(p slack.AdoptPick) *slack.AdoptRow {
	i := slices.IndexFunc(x.table.Rows, func(r slack.AdoptRow) bool { return r.AdoptPick == p && r.State == "open" })
	if i < 0 {
		return nil
	}
	return &x.table.Rows[i]
}

func (x *issues) Choose(_ context.Context, _ bot.ModeKey, p slack.AdoptPick, requestType, owner string, by bot.Person) (string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.find(p)
	if r == nil {
		return "MSP は鈴木さんが引き継いでいます。", nil
	}
	r.Type, r.Owner, r.Version, r.Chosen, r.Person = requestType, owner, r.Version+1, true, by.Name
	x.chosen = append(x.chosen, r.Key+" "+requestType+" "+owner)
	return "", nil
}

func (x *issues) Decide(_ context.Context, _ bot.ModeKey, picks []slack.AdoptPick, to slack.AdoptDecision, by bot.Person) (string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	lost := ""
	for _, p := range picks {
		r := x.find(p)
		if r == nil {
			lost = "ほかの人が先に操作しました。"
			continue
		}
		r.State, r.Person = map[slack.AdoptDecision]string{slack.AdoptTake: "handed", slack.AdoptLeave: "left", slack.AdoptUndo: "open"}[to], by.Name
		r.Version++
		x.done[r.Key]++
	}
	return lost, nil
}

func adoptBench(t *testing.T, x *issues) *bench {
	t.Helper()
	return newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.Adoptions = x
		c.Directory = func() *bot.Directory {
			d := directory()
			d.People = append(d.People, bot.Person{ID: "ito", Name: "伊藤", SlackUser: "U0ITO"})
			return d
		}
	})
}

// shownTable is the front modal of a person as text, and how many blocks it has.
func (b *bench) shownTable(user string) (text string, blocks int) {
	b.t.Helper()
	views := b.sim.Views(user)
	if len(views) == 0 {
		return "", 0
	}
	var v struct{ Blocks []json.RawMessage }
	if err := json.Unmarshal(views[len(views)-1], &v); err != nil {
		b.t.Fatal(err)
	}
	return string(views[len(views)-1]), len(v.Blocks)
}

func (b *bench) press(user, action, value string) {
	b.t.Helper()
	if err := b.sim.ClickView(b.t.Context(), slacksim.ClickView{User: user, ActionID: action, Value: value}); err != nil {
		b.t.Fatal(err)
	}
}

// Three hundred issues with hostile titles fit into pages that Slack takes; nothing of a title pings, formats or links.
func TestTableOfHundreds(t *testing.T) {
	x := newIssues(310)
	b := adoptBench(t, x)
	b.command("sato", "adopt MSP")
	seen := map[string]bool{}
	for page := range 21 {
		text, blocks := b.shownTable("sato")
		if blocks > 100 || len(text) > 250_000 {
			t.Fatalf("page %d has %d blocks and %d bytes", page, blocks, len(text))
		}
		if strings.Contains(text, "<!channel>") || strings.Contains(text, "*太字*") || strings.Contains(text, "<https://evil") || strings.Contains(text, "```") || strings.Contains(text, "\\u202e") {
			t.Fatalf("a title reaches Slack as it is: %s", text)
		}
		for i := range 310 {
			if strings.Contains(text, fmt.Sprintf("|MSP-%d>", i+1)) {
				seen[fmt.Sprint(i)] = true
			}
		}
		if page < 20 {
			b.press("sato", "adopt.next", "")
		}
	}
	if len(seen) != 310 {
		t.Errorf("the pages show %d issues", len(seen))
	}
	if text, _ := b.shownTable("sato"); !strings.Contains(text, "21 / 21") || strings.Contains(text, "adopt.next") {
		t.Errorf("the last page: %s", text)
	}
	b.press("sato", "adopt.page", "")
	b.press("sato", "adopt.sure", "")
	if n := len(x.done); n < 200 || n > 217 {
		t.Errorf("%d issues are handed over", n)
	}
	b.press("sato", "adopt.filter", "handed")
	if text, _ := b.shownTable("sato"); !strings.Contains(text, "引き継ぎ中(佐藤)") || strings.Contains(text, "adopt.take") {
		t.Errorf("what is handed over: %s", text)
	}
	b.press("sato", "adopt.filter", "unsure")
	if text, _ := b.shownTable("sato"); !strings.Contains(text, "種別・担当を選ぶ") || strings.Contains(text, "|MSP-2>") {
		t.Errorf("what is not certain: %s", text)
	}
	for key, n := range x.done {
		if n != 1 {
			t.Errorf("%s is handed over %d times", key, n)
		}
	}
}

// Of two people with the table open one decides, the other is told so at the next click, and sees the table as it is.
func TestTwoPeopleAtTheTable(t *testing.T) {
	x := newIssues(4)
	b := adoptBench(t, x)
	b.command("sato", "adopt")
	b.command("suzuki", "adopt MSP")
	value := "acme.backlog.com/500|2|"
	b.press("sato", "adopt.take", value)
	b.press("suzuki", "adopt.take", value)
	if text, _ := b.shownTable("suzuki"); !strings.Contains(text, "ほかの人が先に操作しました") || strings.Contains(text, "|MSP-1>") {
		t.Errorf("suzuki sees %s", text)
	}
	b.press("suzuki", "adopt.change", "acme.backlog.com/501|2|")
	b.press("sato", "adopt.leave", "acme.backlog.com/501|2|")
	res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "suzuki", Values: map[string]map[string]any{"type": {"type": "incident"}}})
	if err != nil || len(res.Errors) != 1 {
		t.Errorf("a form about what sato decided meanwhile: %+v, %v", res, err)
	}
	if err := b.sim.CloseView(t.Context(), slacksim.CloseView{User: "suzuki"}); err != nil {
		t.Fatal(err)
	}
	b.press("suzuki", "adopt.change", "acme.backlog.com/502|2|")
	if res, err = b.sim.Submit(t.Context(), slacksim.Submit{User: "suzuki", Values: map[string]map[string]any{"type": {"type": "incident"}, "owner": {"owner": "sato"}}}); err != nil || len(res.Errors) != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	if text, _ := b.shownTable("suzuki"); strings.Contains(text, "|MSP-3>") || len(b.sim.Views("suzuki")) != 1 {
		t.Errorf("after the form suzuki sees %d views: %s", len(b.sim.Views("suzuki")), text)
	}
	b.press("suzuki", "adopt.change", "acme.backlog.com/503|2|")
	if _, err = b.sim.Submit(t.Context(), slacksim.Submit{User: "suzuki", Values: map[string]map[string]any{"owner": {"owner": "sato"}, "then": {"then": "keep"}}}); err != nil {
		t.Fatal(err)
	}
	if text, _ := b.shownTable("suzuki"); !strings.Contains(text, "鈴木が変更") {
		t.Errorf("the chosen owner: %s", text)
	}
	if got := fmt.Sprint(x.chosen, x.done); got != "[MSP-3 incident sato MSP-4 backup sato] map[MSP-1:1 MSP-2:1 MSP-3:1]" {
		t.Error(got)
	}
}

// Who may not take over is told so, also at a table that was opened before; a stale or foreign button does nothing.
func TestTableIsForRoles(t *testing.T) {
	x := newIssues(2)
	b := adoptBench(t, x)
	if got := b.command("ito", "adopt MSP"); !strings.Contains(got, "担当者またはマネージャーの権限が必要です") || len(b.sim.Views("ito")) != 0 {
		t.Errorf("ito is told %q", got)
	}
	if got := b.command("sato", "adopt OTHER"); !strings.Contains(got, "というプロジェクトはありません") {
		t.Errorf("another project: %q", got)
	}
	x.table.Mode = bot.ModeOff
	b.command("sato", "adopt")
	if text, _ := b.shownTable("sato"); !strings.Contains(text, "/toban mode MSP shadow") || strings.Contains(text, "adopt.take") || strings.Contains(text, "adopt.sure") {
		t.Errorf("mode off: %s", text)
	}
	x.table.Mode = bot.ModeShadow
	b.press("sato", "adopt.refresh", "")
	for i := range x.table.Rows {
		x.table.Rows[i].Version = 3 // read again with news
	}
	b.press("sato", "adopt.take", "acme.backlog.com/500|2|")
	b.press("sato", "adopt.leave", "acme.backlog.com/500|3|")
	if n := len(x.done); n != 1 {
		t.Errorf("%d decided", n)
	}
}

// A table of issues that are still being read fills by itself, until somebody closes it.
func TestTableFills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newIssues(3)
		rows := x.table.Rows
		x.table.Rows, x.table.Listed = nil, false
		b := adoptBench(t, x)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.slack.KeepTables(ctx) }()
		b.command("sato", "adopt")
		if text, _ := b.shownTable("sato"); !strings.Contains(text, "一覧を読み取っています") {
			t.Errorf("at first: %s", text)
		}
		x.mu.Lock()
		x.table.Rows, x.table.Listed, x.table.Reading = rows[:1], true, 2
		x.mu.Unlock()
		time.Sleep(5 * time.Second)
		if text, _ := b.shownTable("sato"); !strings.Contains(text, "残り2件") || !strings.Contains(text, "|MSP-1>") {
			t.Errorf("then: %s", text)
		}
		x.mu.Lock()
		x.table.Rows, x.table.Reading = rows, 0
		x.mu.Unlock()
		time.Sleep(5 * time.Second)
		if text, _ := b.shownTable("sato"); !strings.Contains(text, "|MSP-3>") || strings.Contains(text, "残り") {
			t.Errorf("at last: %s", text)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
