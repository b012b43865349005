package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
	"toban/sla"
)

func TestPlanChanges(t *testing.T) {
	tests := []struct {
		name  string
		do    func(c *core)
		said  []string
		stage work.Stage
		rows  map[string]sla.State
	}{
		{"before the notice", func(c *core) {
			c.until("12:00")
			c.schedule("16:00", "17:00")
		}, []string{"notice:2 15:30:01"}, work.Noticed, map[string]sla.State{"start-notice/1": sla.StateCancelled, "start-notice/2": sla.StateMet}},
		{"while the notice waits", func(c *core) {
			c.down = true
			c.until("13:31")
			c.schedule("16:00", "17:00")
			c.down = false
		}, []string{"notice:2 15:30:01"}, work.Noticed, map[string]sla.State{"start-notice/1": sla.StateCancelled, "start-notice/2": sla.StateMet}},
		{"while the notice waits, which went out all the same", func(c *core) {
			c.down = true
			c.until("13:31")
			c.schedule("16:00", "17:00")
			c.sent(c.find("notice:1"))
			c.sent(c.find("notice:1"))
			c.down = false
		}, []string{"notice:1 13:31:00", "correction:2 13:31:01", "notice:2 15:30:01"}, work.Noticed, map[string]sla.State{"start-notice/2": sla.StateMet}},
		{"after the notice", func(c *core) {
			c.until("13:40")
			c.schedule("16:00", "17:00")
		}, []string{"notice:1 13:30:01", "correction:2 13:40:01", "notice:2 15:30:01"}, work.Noticed, map[string]sla.State{"start-notice/1": sla.StateMet, "start-notice/2": sla.StateMet}},
		{"after the notice, soon: the correction is the notice", func(c *core) {
			c.until("13:40")
			c.schedule("14:12", "15:00")
		}, []string{"notice:1 13:30:01", "correction:2 13:40:01"}, work.Noticed, map[string]sla.State{"start-notice/2": sla.StateMet}},
		{"after the notice, sooner than may be", func(c *core) {
			c.until("13:40")
			c.schedule("13:50", "15:00")
			if o := c.order(); !o.Start.Equal(clockAt("14:10")) {
				c.t.Errorf("start is %s", o.Start)
			}
		}, []string{"notice:1 13:30:01", "correction:2 13:40:01"}, work.Noticed, map[string]sla.State{"start-notice/2": sla.StateMet}},
		{"twice after the notice, the first correction still waiting", func(c *core) {
			c.until("13:40")
			c.down = true
			c.schedule("16:00", "17:00")
			c.schedule("18:00", "19:00")
			c.down = false
			c.until("13:50")
			if s := c.text("correction:3"); !strings.Contains(s, "変更前の開始予定: 2026年11月24日(火) 14:00") || !strings.Contains(s, "18:00") {
				c.t.Errorf("correction says %s", s)
			}
		}, []string{"notice:1 13:30:01", "correction:3 13:40:01", "notice:3 17:30:01"}, work.Noticed, map[string]sla.State{"start-notice/2": sla.StateCancelled, "start-notice/3": sla.StateMet}},
		{"twice after the notice, the first correction out in the end", func(c *core) {
			c.until("13:40")
			c.down = true
			c.schedule("16:00", "17:00")
			c.schedule("18:00", "19:00")
			c.sent(c.find("correction:2"))
			c.down = false
		}, []string{"notice:1 13:30:01", "correction:2 13:40:00", "correction:3 13:40:01", "notice:3 17:30:01"}, work.Noticed, nil},
		{"only the end, after the notice", func(c *core) {
			c.until("13:45")
			c.schedule("14:00", "15:30")
		}, []string{"notice:1 13:30:01", "correction:1:1 13:45:01"}, work.Noticed, map[string]sla.State{"start-notice/1": sla.StateMet}},
		{"nothing", func(c *core) {
			c.until("13:45")
			if why := c.schedule("14:00", "15:00"); why == "" {
				c.t.Error("the same plan again")
			}
		}, []string{"notice:1 13:30:01"}, work.Noticed, nil},
		{"back to the first start", func(c *core) {
			c.until("13:00")
			c.schedule("16:00", "17:00")
			c.schedule("14:00", "15:00")
		}, []string{"notice:3 13:30:01"}, work.Noticed, map[string]sla.State{"start-notice/2": sla.StateCancelled, "start-notice/3": sla.StateMet}},
		{"cancelled before the notice", func(c *core) {
			c.until("13:00")
			c.press("work.cancel", nil)
			if why := c.press("work.cancel", nil); why == "" {
				c.t.Error("cancelled twice")
			}
		}, nil, work.Cancelled, map[string]sla.State{"start-notice/1": sla.StateCancelled}},
		{"cancelled after the notice", func(c *core) {
			c.until("13:40")
			c.press("work.cancel", nil)
		}, []string{"notice:1 13:30:01", "withdrawn:1 13:40:01"}, work.Cancelled, map[string]sla.State{"start-notice/1": sla.StateMet}},
		{"cancelled while the notice waits, which went out all the same", func(c *core) {
			c.down = true
			c.until("13:31")
			c.press("work.cancel", nil)
			c.sent(c.find("notice:1"))
			c.down = false
			c.until("13:32")
		}, []string{"notice:1 13:31:00", "withdrawn:1 13:31:01"}, work.Cancelled, map[string]sla.State{"start-notice/1": sla.StateCancelled}},
		{"cancelled and planned anew", func(c *core) {
			c.until("13:40")
			c.press("work.cancel", nil)
			c.schedule("16:00", "17:00")
		}, []string{"notice:1 13:30:01", "withdrawn:1 13:40:01", "notice:2 15:30:01"}, work.Noticed, nil},
		{"ticket cancelled after the notice", func(c *core) {
			c.until("13:40")
			c.status(bot.StatusCancelled)
		}, []string{"notice:1 13:30:01", "withdrawn:1 13:40:01"}, work.Cancelled, nil},
		{"ticket deleted after the notice", func(c *core) {
			c.until("13:40")
			c.status(bot.StatusDeletedOff)
		}, []string{"notice:1 13:30:01"}, work.Cancelled, nil},
		{"ticket closed before the start", func(c *core) {
			c.until("13:40")
			c.status(bot.StatusFinished)
		}, []string{"notice:1 13:30:01", "withdrawn:1 13:40:01"}, work.Cancelled, nil},
		{"ticket closed after the start: staff may have done it", func(c *core) {
			c.until("14:05")
			c.status(bot.StatusDone)
			if !c.heard("作業の予定は外しました") {
				c.t.Error("staff heard nothing")
			}
		}, []string{"notice:1 13:30:01"}, work.Cancelled, nil},
		{"ticket asked about: it keeps waiting, then shows the plan", func(c *core) {
			c.until("13:00")
			c.status(bot.StatusWaiting)
			c.until("13:40")
			if c.ticket.Status != bot.StatusWaiting {
				c.t.Errorf("ticket is %s", c.ticket.Status)
			}
			c.status(bot.StatusAccepted)
			if c.ticket.Status != bot.StatusNotified {
				c.t.Errorf("ticket is %s", c.ticket.Status)
			}
		}, []string{"notice:1 13:30:01"}, work.Noticed, nil},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			c := newCore(t, "10:00")
			c.schedule("14:00", "15:00")
			tc.do(c)
			c.run(c.now.Add(time.Second))
			if o := c.order(); o.Stage == work.Planned || o.Stage == work.Noticed {
				c.run(o.Start.Add(-time.Minute))
			}
			c.wantSaid(tc.said...)
			c.wantStage(tc.stage)
			for id, want := range tc.rows {
				c.wantRow(id, want)
			}
			if tc.stage == work.Cancelled && len(c.timers) > 0 {
				t.Errorf("timers left: %v", c.timers)
			}
		})
	}
}
