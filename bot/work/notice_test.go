package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
	"toban/sla"
)

func TestNoticeStartCompletion(t *testing.T) {
	c := newCore(t, "10:00")
	if why := c.schedule("14:00", "15:00"); why != "" {
		t.Fatal(why)
	}
	c.until("13:29:59")
	c.wantSaid()
	c.wantRow("start-notice/1", sla.StateRunning)
	c.until("13:40")
	c.wantSaid("notice:1 13:30:01")
	c.wantStage(work.Noticed)
	c.wantRow("start-notice/1", sla.StateMet)
	if c.ticket.Status != bot.StatusNotified {
		t.Errorf("ticket is %s", c.ticket.Status)
	}
	if s := c.text("notice:1"); !strings.Contains(s, "11月24日(火) 14:00 JST") || !strings.Contains(s, "田中") {
		t.Errorf("notice says %s", s)
	}
	if e := c.find("notice:1"); !e.Report || !e.Due.Equal(clockAt("13:30")) {
		t.Errorf("notice is %+v", e.Effect)
	}
	if why := c.press("work.start", nil); !strings.Contains(why, "14:00") {
		t.Errorf("started early: %q", why)
	}
	c.until("14:00:05")
	if why := c.press("work.start", nil); why != "" {
		t.Fatal(why)
	}
	if why := c.pressBy("sato", "work.start", nil); !strings.Contains(why, "すでに作業中") {
		t.Errorf("started twice: %q", why)
	}
	c.until("14:30")
	if why := c.press("work.done", map[string]string{"done": " "}); why == "" {
		t.Error("done without words")
	}
	c.press("work.done", map[string]string{"done": "取得した", "result": "正常"})
	c.wantStage(work.Finished)
	if why := c.pressBy("sato", "work.done", map[string]string{"done": "もう一度"}); why == "" {
		t.Error("done twice")
	}
	c.until("20:00")
	c.wantSaid("notice:1 13:30:01", "done:1:1 14:30:01")
	c.wantStage(work.Done)
	if c.ticket.Status != bot.StatusDone || len(c.timers) != 0 {
		t.Errorf("ticket is %s, timers %v", c.ticket.Status, c.timers)
	}
	c.sent(c.find("done:1:1")) // doubled
	if n := len(c.told); n != 5 {
		t.Errorf("told desk %d things: %+v", n, c.told)
	}
	// A second order on the same ticket knows nothing of the first.
	c.status(bot.StatusAccepted)
	c.now = clockAt("20:00")
	c.schedule("22:00", "23:00")
	c.until("22:00")
	c.wantSaid("notice:1 13:30:01", "done:1:1 14:30:01", "notice:2 21:30:01")
	c.wantStage(work.Noticed)
	c.wantRow("start-notice/1", sla.StateMet)
	c.wantRow("start-notice/2", sla.StateMet)
}

func TestShortNoticeMovesStart(t *testing.T) {
	c := newCore(t, "10:00:20")
	c.schedule("10:10", "11:10")
	if o := c.order(); !o.Start.Equal(clockAt("10:31")) || !o.End.Equal(clockAt("11:31")) {
		t.Errorf("planned %s to %s", o.Start, o.End)
	}
	c.until("10:05")
	c.wantSaid("notice:1 10:01:01")
	c.wantStage(work.Noticed)
	if !c.heard("開始を 11/24(火) 10:31 JST に変更しました") {
		t.Errorf("staff heard %v", c.posts)
	}
}

func TestLateNoticeMovesStartAndTellsOnce(t *testing.T) {
	c := newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("13:29")
	c.down = true
	c.until("13:45:10")
	c.wantRow("start-notice/1", sla.StateMissed)
	if !c.heard("確認できるまで作業を始めないでください") {
		t.Error("staff heard nothing of the missing notice")
	}
	c.down = false
	c.until("14:10")
	c.wantSaid("notice:1 13:45:11", "correction:2 13:45:12")
	c.wantStage(work.Noticed)
	if o := c.order(); !o.Start.Equal(clockAt("14:16")) || !o.End.Equal(clockAt("15:16")) {
		t.Errorf("moved to %s to %s", o.Start, o.End)
	}
	c.wantRow("start-notice/1", sla.StateMissed)
	c.wantRow("start-notice/2", sla.StateMet)
	if s := c.text("correction:2"); !strings.Contains(s, "14:00") || !strings.Contains(s, "14:16") {
		t.Errorf("correction says %s", s)
	}
	if why := c.press("work.start", nil); why == "" {
		t.Error("started by the old plan")
	}
	c.until("14:16")
	if why := c.press("work.start", nil); why != "" {
		t.Error(why)
	}
}

// Within the tolerance nothing moves; Toban itself was away until after it, so the first notice names a start that holds.
func TestTolerance(t *testing.T) {
	c := newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("13:29")
	c.slow = 5 * time.Minute
	c.until("13:50")
	c.wantSaid("notice:1 13:35:00")
	c.wantStage(work.Noticed)

	c = newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("13:29")
	c.now = clockAt("14:20") // two timers are due at once: the notice's, then the start's
	c.until("14:21")
	c.wantSaid("notice:2 14:20:01")
	c.wantStage(work.Noticed)
	if o := c.order(); !o.Start.Equal(clockAt("14:50")) {
		t.Errorf("start is %s", o.Start)
	}
	c.fire("work/start", clockAt("14:00"))
	c.wantStage(work.Noticed)
}

func TestUnverifiedNoticeStopsWork(t *testing.T) {
	for name, c := range map[string]struct {
		with func(c *core)
		said []string
	}{
		"requester gone": {func(c *core) { c.gone = true }, []string{"notice:1 13:30:01", "stopped:1 14:00:01"}},
		"no requester": {func(c *core) {
			t := *c.ticket
			t.Requester = nil
			c.ticket, c.gone = &t, true
		}, []string{"notice:1 13:30:01", "stopped:1 14:00:01"}},
		"Backlog down": {func(c *core) { c.down = true }, nil},
		"notice refused": {func(c *core) {
			c.down = true
			c.until("13:31")
			c.die(c.find("notice:1"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			k := newCore(t, "10:00")
			k.schedule("14:00", "15:00")
			c.with(k)
			k.until("13:59")
			if why := k.press("work.start", nil); why == "" {
				t.Error("started without a notice")
			}
			k.until("14:30")
			k.wantStage(work.Stopped)
			k.wantRow("start-notice/1", sla.StateMissed)
			k.wantSaid(c.said...)
			if !k.heard("作業を始めないでください") {
				t.Error("staff heard nothing")
			}
			if why := k.press("work.start", nil); why == "" {
				t.Error("started when stopped")
			}
			if k.ticket.Status != bot.StatusTaken {
				t.Errorf("ticket is %s", k.ticket.Status)
			}
			// Backlog is back: the customer hears that nothing began, and the new plan as a change.
			k.down, k.gone = false, false
			again := *k.ticket
			again.Requester = []bot.Author{{ID: 2001, Name: "山本", Kind: bot.AuthorCustomer}}
			k.ticket = &again
			k.until("14:40")
			k.schedule("16:00", "17:00")
			k.until("16:00")
			k.wantStage(work.Noticed)
			if s := k.text("stopped:1"); !strings.Contains(s, "始めておりません") {
				t.Errorf("stopped says %s", s)
			}
			if s := k.text("correction:2"); !strings.Contains(s, "16:00") {
				t.Errorf("correction says %s", s)
			}
			k.find("notice:2")
		})
	}
}

// A notice that nobody was notified of tells nobody: the work does not start on it, whatever the text says.
func TestNoticeToNobodyIsNone(t *testing.T) {
	c := newCore(t, "10:00")
	ticket := *c.ticket
	ticket.Requester = nil
	c.ticket = &ticket
	c.schedule("12:00", "12:30")
	c.until("11:45")
	c.wantStage(work.Planned)
	if !c.heard("通知された人がいません") {
		t.Errorf("staff heard %q", c.posts)
	}
	c.until("12:00")
	c.wantStage(work.Stopped)
}
