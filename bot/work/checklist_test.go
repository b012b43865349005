package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
	"toban/playbook"
)

// procedure is a checklist with one change that can be taken back.
func procedure() playbook.Playbook {
	return playbook.Playbook{
		ID: "conf", Title: "設定の変更", Version: "1", Effect: "数秒遅れます",
		Steps: []playbook.Step{
			{ID: "keep", Title: "控え", Do: "控える", Checks: []playbook.Check{{ID: "copy", Text: "控えがある"}}},
			{
				ID: "change", Title: "変更", Do: "変更する", Changes: true, Checks: []playbook.Check{{ID: "syntax", Text: "文法が正しい"}, {ID: "served", Text: "200 を返す"}},
				Abort: []string{"文法の誤り"}, OnAbort: playbook.Undo, Undo: "控えに戻す", Within: 15 * time.Minute,
			},
		},
	}
}

// running is work by a playbook that has begun.
func runningBook(t *testing.T, class bot.ChangeClass) *core {
	t.Helper()
	c := change(t, class)
	c.h = work.New(procedure())
	c.press("work.schedule", map[string]string{
		"start": clockAt("14:00").Format(time.RFC3339), "end": clockAt("15:00").Format(time.RFC3339), "what": "設定の変更", "playbook": "conf",
	})
	if class.NeedsPlan() {
		c.agreed()
	}
	c.until("14:00:10")
	if why := c.press("work.start", nil); why != "" {
		t.Fatal(why)
	}
	return c
}

func (c *core) button(action string) (bot.Button, bool) {
	for _, b := range c.panel.Buttons {
		if b.Action == action {
			return b, true
		}
	}
	return bot.Button{}, false
}

// tick presses what the card offers.
func (c *core) tick() string {
	c.t.Helper()
	b, ok := c.button("work.tick")
	if !ok {
		c.t.Fatalf("nothing to tick: %+v", c.panel.Buttons)
	}
	return c.pressValue("tanaka", "work.tick", b.Value, nil)
}

func (c *core) pressValue(person, action, value string, values map[string]string) string {
	c.t.Helper()
	c.seq++
	out := c.event(bot.EventStaffAction, strings.Join([]string{"press", person, action, value}, ":"), bot.StaffAction{
		Action: action, Ticket: c.ticket.ID, Person: person, SlackUser: "U1", Channel: c.cust.Channel, Value: value, Values: values,
	})
	for _, e := range out.Effects {
		var body bot.Ephemeral
		if e.Kind == bot.EffectEphemeral && e.Decode(&body) == nil {
			return body.Text
		}
	}
	return ""
}

// The playbook fills in the plan, its content is part of the plan's number, and its checks are ticked off one by one before the end.
func TestChecklistFromPlanToEnd(t *testing.T) {
	c := runningBook(t, bot.ChangeApproval)
	if s := c.text("agree:1:1"); !strings.Contains(s, "文法が正しい") || !strings.Contains(s, "控えに戻す") || !strings.Contains(s, "数秒遅れます") {
		t.Errorf("the plan says %s", s)
	}
	if why := c.press("work.done", map[string]string{"done": "変更した"}); !strings.Contains(why, "手順がまだ") {
		t.Errorf("done before the checks: %q", why)
	}
	b, _ := c.button("work.tick")
	for range 3 {
		if why := c.tick(); why != "" {
			t.Fatal(why)
		}
	}
	if why := c.pressValue("sato", "work.tick", b.Value, nil); why == "" {
		t.Error("a check was ticked off twice")
	}
	done, _ := c.button("work.done")
	if done.Form == nil || !strings.Contains(done.Form.Inputs[0].Initial, "変更") || !strings.Contains(done.Form.Inputs[1].Initial, "200 を返す: 確認済み") {
		t.Errorf("the completion form says %+v", done.Form)
	}
	c.press("work.done", map[string]string{"done": "変更した", "result": "200 を返す: 確認済み"})
	c.until("14:30")
	c.wantStage(work.Done)
}

// Of two people who press the same check at once one has ticked it off.
func TestChecklistTwoAtOnce(t *testing.T) {
	c := runningBook(t, bot.ChangeStandard)
	b, _ := c.button("work.tick")
	if why := c.pressValue("tanaka", "work.tick", b.Value, nil); why != "" {
		t.Fatal(why)
	}
	if why := c.pressValue("sato", "work.tick", b.Value, nil); !strings.Contains(why, "もう済んでいます") {
		t.Errorf("told %q", why)
	}
	if n := len(c.order().Run.Log); n != 2 { // start and one tick
		t.Errorf("%d lines in the log", n)
	}
}

// A failed check stops the work and leads back over what was done; the customer hears of both.
func TestChecklistAbortAndUndo(t *testing.T) {
	c := runningBook(t, bot.ChangeStandard)
	c.tick()
	b, _ := c.button("work.trouble")
	if why := c.pressValue("tanaka", "work.trouble", b.Value, map[string]string{"result": "fail", "note": "行 12"}); why != "" {
		t.Fatal(why)
	}
	c.deliver()
	if s := c.text("aborted:1"); !strings.Contains(s, "作業を中断しました") || !strings.Contains(s, "行 12") {
		t.Errorf("said %s", s)
	}
	if o := c.order(); o.Run.State != playbook.Undoing {
		t.Fatalf("run is %s", o.Run.State)
	}
	c.tick()
	c.deliver()
	if s := c.text("undone:1"); !strings.Contains(s, "作業前の状態に戻しました") {
		t.Errorf("said %s", s)
	}
	// What was broken off is no completion: the customer hears what was done and that the request goes on, and staff plan anew.
	b, ok := c.button("work.end")
	if !ok || b.Form == nil || !strings.Contains(b.Form.Inputs[0].Initial, "元の状態に戻しました") {
		t.Fatalf("the work can't be ended: %+v", c.panel.Buttons)
	}
	if why := c.press("work.end", map[string]string{"done": " "}); why == "" {
		t.Error("ended without a word")
	}
	if why := c.press("work.end", map[string]string{"done": b.Form.Inputs[0].Initial}); why != "" {
		t.Fatal(why)
	}
	if why := c.press("work.end", map[string]string{"done": "もう一度"}); why == "" {
		t.Error("ended twice")
	}
	c.deliver()
	if s := c.text("ended:1"); !strings.Contains(s, "ご依頼の対応は続けます") || !strings.Contains(s, "行 12") {
		t.Errorf("said %s", s)
	}
	c.wantStage(work.Stopped)
	if c.ticket.Status != bot.StatusTaken || c.ticket.StatusID == bot.StatusResolved {
		t.Errorf("ticket is %s", c.ticket.Status)
	}
	c.schedule("16:00", "17:00")
	c.until("16:00")
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
}

// With a playbook the plan's own words may be left to it; without one they may not.
func TestPlanTakesItsWordsFromThePlaybook(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.h = work.New(procedure())
	c.seq++
	c.event(bot.EventTicketStatus, "shown", nil)
	b, ok := c.button("work.schedule")
	if !ok {
		t.Fatal("no form")
	}
	values := map[string]string{"start": clockAt("14:00").Format(time.RFC3339), "what": "設定の変更", "playbook": "conf"}
	if wrong := b.Form.Check(values, c.now); wrong != nil {
		t.Errorf("with a playbook: %v", wrong)
	}
	delete(values, "playbook")
	if wrong := b.Form.Check(values, c.now); len(wrong) != 3 || wrong["effect"] == "" {
		t.Errorf("without one: %v", wrong)
	}
}

// What could not be told goes nowhere by itself.
func TestChecklistCouldNotTell(t *testing.T) {
	c := runningBook(t, bot.ChangeStandard)
	b, _ := c.button("work.trouble")
	c.pressValue("tanaka", "work.trouble", b.Value, map[string]string{"result": "unknown", "note": "画面が開けない"})
	if o := c.order(); o.Run.State != playbook.Asking || !c.heard("確認できませんでした") {
		t.Errorf("run is %s, staff heard %v", o.Run.State, c.posts)
	}
	if why := c.press("work.abort", map[string]string{"reason": " "}); why == "" {
		t.Error("aborted without a reason")
	}
	if why := c.press("work.abort", map[string]string{"reason": "確認できないため"}); why != "" {
		t.Error(why)
	}
	if o := c.order(); o.Run.State != playbook.Stopped {
		t.Errorf("run is %s", o.Run.State)
	}
}

// A step that takes longer than it should is asked about.
func TestChecklistLateStep(t *testing.T) {
	c := runningBook(t, bot.ChangeStandard)
	c.tick()
	c.until("14:10")
	if c.heard("予定の時間を過ぎています") {
		t.Error("asked too early")
	}
	c.until("14:20")
	if !c.heard("手順「変更」が予定の時間を過ぎています") {
		t.Errorf("staff heard %v", c.posts)
	}
}

// Another version of the playbook is another plan; a running run keeps the one it began with.
func TestChecklistIsFrozen(t *testing.T) {
	c := runningBook(t, bot.ChangeStandard)
	other := procedure()
	other.Version, other.Steps[1].Checks[0].Text = "2", "別の確認"
	c.h = work.New(other)
	c.tick()
	if c.order().Run.Playbook.Version != "1" || !strings.Contains(c.panel.Fields[len(c.panel.Fields)-2].Value, "文法が正しい") {
		t.Errorf("the run bends: %+v", c.panel.Fields)
	}
}

// A plan that names no end ends after what its playbook takes as a rule, else after the contract's usual length. Staff read it where they choose.
func TestLengthOfAPlaybook(t *testing.T) {
	for name, x := range map[string]struct {
		length time.Duration
		book   string
		end    string
		want   string
		label  string
	}{
		"the playbook's":        {45 * time.Minute, "conf", "", "14:45", "設定の変更(目安 45分)"},
		"the contract's":        {0, "conf", "", "16:00", "設定の変更"},
		"without a playbook":    {45 * time.Minute, "", "", "16:00", "設定の変更(目安 45分)"},
		"what was typed counts": {45 * time.Minute, "conf", "15:30", "15:30", "設定の変更(目安 45分)"},
	} {
		t.Run(name, func(t *testing.T) {
			c := change(t, bot.ChangeStandard)
			book := procedure()
			book.Length = x.length
			c.h = work.New(book)
			c.press("work.schedule", map[string]string{"start": "x"}) // refused; the card has been drawn with the playbook
			values := map[string]string{"start": clockAt("14:00").Format(time.RFC3339), "what": "設定の変更", "playbook": x.book}
			if x.end != "" {
				values["end"] = clockAt(x.end).Format(time.RFC3339)
			}
			if why := c.press("work.schedule", values); why != "" {
				t.Fatal(why)
			}
			if o := c.order(); !o.End.Equal(clockAt(x.want)) {
				t.Errorf("ends %s, want %s", o.End, x.want)
			}
			b, ok := c.button("work.schedule")
			if !ok {
				t.Fatalf("offers %+v", c.panel.Buttons)
			}
			for _, in := range b.Form.Inputs {
				if in.ID == "playbook" && in.Options[0].Label != x.label {
					t.Errorf("the form offers %q", in.Options[0].Label)
				}
			}
		})
	}
}
