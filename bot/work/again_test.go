package work_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
)

// moved is the ticket with another target, as an edit of it leaves it.
func (c *core) moved(host string) {
	t := *c.ticket
	t.Host = host
	c.ticket = &t
}

// A plan that is made again and differs from the one that was approved is not carried out: it needs approval, agreement and notice again.
func TestPlanMadeAgainDiffers(t *testing.T) {
	newer := procedure()
	newer.Version, newer.Steps[1].Undo = "2", "別の手順で戻す"
	for name, tc := range map[string]struct {
		change func(c *core)
		why    string
	}{
		"another target":           {func(c *core) { c.moved("web02") }, "「web01」から「web02」に変わりました"},
		"another playbook version": {func(c *core) { c.h = work.New(newer) }, "手順書「設定の変更」が変わりました(版 2)"},
		"no such playbook":         {func(c *core) { c.h = work.New() }, "なくなりました"},
	} {
		t.Run(name, func(t *testing.T) {
			for at, told := range map[string]bool{"13:00": false, "13:40": true, "13:58": true} {
				c := change(t, bot.ChangeApproval)
				c.h = work.New(procedure())
				c.ticket.Type = "conf"
				c.propose("14:00", "15:00", "playbook", "conf", "rollback", "")
				c.agreed()
				before := c.order()
				c.until(at)
				tc.change(c)
				if at == "13:58" { // too late for the timer: the button looks
					c.until("14:00")
					if why := c.press("work.start", nil); why != "" {
						t.Error(why)
					}
				}
				c.until("14:10")
				c.wantStage(work.Proposed)
				o := c.order()
				if o.Approval != nil || o.Agreement != nil || !o.Began.IsZero() || !c.heard(tc.why) {
					t.Errorf("%s: the order is %+v; staff read %v", at, o, c.posts)
				}
				said := c.said()
				if got := slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "withdrawn") }); got != told {
					t.Errorf("%s: said %v", at, said)
				}
				if told && !strings.Contains(c.text("withdrawn:2"), "改めて予定をお知らせします") {
					t.Errorf("%s: the customer reads %s", at, c.text("withdrawn:2"))
				}
				if name == "another playbook version" && (o.Book.Version != "2" || !strings.Contains(o.Rollback, "別の手順で戻す") || before.Rollback == o.Rollback) {
					t.Errorf("%s: the plan is %+v", at, o)
				}
			}
		})
	}
}

// Once approved and agreed to again, the new plan is noticed and carried out.
func TestPlanMadeAgainIsApprovedAgain(t *testing.T) {
	c := change(t, bot.ChangeApproval)
	c.propose("14:00", "15:00")
	c.agreed()
	c.until("13:40")
	c.moved("web02")
	c.until("13:56")
	c.wantStage(work.Proposed)
	c.propose("16:00", "17:00")
	c.agreed()
	c.until("16:00")
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
	c.wantStage(work.Working)
}

// Of a standard change the procedure is what is approved: its newest version is taken; another target stops it.
func TestStandardPlanMadeAgain(t *testing.T) {
	newer := procedure()
	newer.Version, newer.Steps[0].Do = "2", "別の手順"
	for name, tc := range map[string]struct {
		change func(c *core)
		want   work.Stage
	}{
		"as it was":                {func(*core) {}, work.Noticed},
		"another playbook version": {func(c *core) { c.h = work.New(newer) }, work.Noticed},
		"no such playbook":         {func(c *core) { c.h = work.New() }, work.Stopped},
		"another target":           {func(c *core) { c.moved("web02") }, work.Stopped},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCore(t, "10:00")
			c.h = work.New(procedure())
			c.ticket.Host, c.ticket.Type = "web01", "conf"
			c.press("work.schedule", map[string]string{"start": clockAt("14:00").Format(time.RFC3339), "end": clockAt("15:00").Format(time.RFC3339), "playbook": "conf"})
			c.until("13:50")
			tc.change(c)
			c.until("13:59")
			c.wantStage(tc.want)
			if tc.want == work.Noticed {
				c.until("14:00")
				if why := c.press("work.start", nil); why != "" || c.order().Run.Playbook.Hash() != c.order().Book.Hash() {
					t.Errorf("start: %q, %+v", why, c.order().Book)
				}
				if name != "as it was" && c.order().Run.Playbook.Version != "2" {
					t.Error("the old version runs")
				}
				return
			}
			c.wantSaid("notice:1 13:30:01", "withdrawn:2 13:55:01")
			if why := c.press("work.start", nil); why == "" {
				t.Error("started")
			}
			// Staff plan anew: a notice of its own, and it runs.
			c.schedule("15:00", "16:00")
			c.until("15:00")
			if why := c.press("work.start", nil); why != "" {
				t.Error(why)
			}
			c.wantSaid("notice:1 13:30:01", "withdrawn:2 13:55:01", "notice:3 14:30:01")
		})
	}
}

// What newly clashes with a plan is shown shortly before the start; who starts has seen it, and that is on record.
func TestNewConflictsBeforeTheStart(t *testing.T) {
	other := bot.Holding{Kind: bot.HoldWork, Ref: "web01", Key: "AOBA-9", From: clockAt("14:30"), Until: clockAt("15:30")}
	c := newCore(t, "10:00")
	c.ticket.Host = "web01"
	c.schedule("14:00", "15:00")
	c.until("13:50")
	c.others = []bot.Holding{other}
	c.until("13:56")
	c.wantStage(work.Noticed)
	if !c.heard("AOBA-9") {
		t.Fatalf("staff read %v", c.posts)
	}
	c.until("14:00")
	i := slices.IndexFunc(c.panel.Buttons, func(b bot.Button) bool { return b.Action == "work.start" })
	if i < 0 || !strings.Contains(c.panel.Buttons[i].Confirm, "AOBA-9") {
		t.Errorf("the button does not say it: %+v", c.panel.Buttons)
	}
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
	c.wantStage(work.Working)
	if !c.heard("承知のうえで開始します") {
		t.Error("nobody learns who took it on")
	}

	// It comes up in the last moment: the first press shows it, the second starts.
	c = newCore(t, "10:00")
	c.ticket.Host = "web01"
	c.schedule("14:00", "15:00")
	c.until("14:00")
	c.others = []bot.Holding{other}
	for i, want := range []work.Stage{work.Noticed, work.Working} {
		if why := c.press("work.start", nil); why != "" {
			t.Error(why)
		}
		if got := c.order().Stage; got != want {
			t.Errorf("press %d: %s", i, got)
		}
	}

	// Taken on when it was planned: nobody is asked twice.
	c = newCore(t, "10:00")
	c.ticket.Host, c.others = "web01", []bot.Holding{other}
	c.schedule("14:00", "15:00")
	c.press("work.goon", nil)
	told := len(c.posts)
	c.until("14:00")
	if slices.ContainsFunc(c.posts[told:], func(s string) bool { return strings.Contains(s, "AOBA-9") }) {
		t.Error("asked again")
	}
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
}

// A second order on a ticket has a line of its own in the change schedule, and the first stays as it was done; a plan that is only moved or
// dropped and planned again keeps its line.
func TestScheduleKeepsWhatWasDone(t *testing.T) {
	c := newCore(t, "10:00")
	c.schedule("11:00", "12:00")
	c.press("work.cancel", nil)
	c.schedule("12:00", "13:00")
	c.until("12:00:05")
	c.press("work.start", nil)
	c.press("work.done", map[string]string{"done": "取得しました"})
	c.until("12:10")
	c.status(bot.StatusTaken)
	c.schedule("16:00", "17:00")
	c.schedule("17:00", "18:00")
	list, err := work.Scheduled(c.dir, c.ticket, c.state)
	if err != nil || len(list) != 2 {
		t.Fatalf("the schedule holds %+v, %v", list, err)
	}
	if a := list[0]; a.Order != 1 || a.State != bot.WorkDone || !a.Start.Equal(clockAt("12:00")) || !a.Began.Equal(clockAt("12:00:05")) || a.Sequence != 200 {
		t.Errorf("the first is %+v", a)
	}
	if b := list[1]; b.Order != 2 || b.State != bot.WorkPlanned || !b.Start.Equal(clockAt("17:00")) || b.Sequence != 400 {
		t.Errorf("the second is %+v", b)
	}
}
