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

func TestNotStarted(t *testing.T) {
	c := newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("14:09")
	if !c.heard("開始予定の時刻です") || c.heard("まだ開始されていません") {
		t.Errorf("staff heard %v", c.posts)
	}
	c.until("14:14")
	if !c.heard("まだ開始されていません") {
		t.Errorf("staff heard %v", c.posts)
	}
	c.until("14:16")
	c.wantSaid("notice:1 13:30:01", "delayed:1 14:15:01")
	c.fire("work/late", clockAt("14:15"))
	c.fire("work/ask", clockAt("14:10"))
	c.fire("work/start", clockAt("14:00"))
	if n := len(c.posts); n != 5 {
		t.Errorf("staff heard %d things: %v", n, c.posts)
	}
	// The customer was promised a word.
	c.until("14:20")
	c.press("work.start", nil)
	c.until("14:21")
	c.wantSaid("notice:1 13:30:01", "delayed:1 14:15:01", "begun:1 14:20:02")

	// Long after the window that was told nobody starts any more.
	c = newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("15:00")
	if why := c.press("work.start", nil); !strings.Contains(why, "時間帯") {
		t.Errorf("started after the end: %q", why)
	}
	c.schedule("17:00", "18:00")
	c.until("16:45")
	c.wantSaid("notice:1 13:30:01", "delayed:1 14:15:01", "correction:2 15:00:01", "notice:2 16:30:01")
}

func TestExtensionAndCompletion(t *testing.T) {
	working := func(t *testing.T) *core {
		c := newCore(t, "10:00")
		c.schedule("14:00", "15:00")
		c.until("14:00:01")
		if why := c.press("work.start", nil); why != "" {
			t.Fatal(why)
		}
		return c
	}
	extend := func(c *core, end string) string {
		return c.press("work.extend", map[string]string{"end": clockAt(end).Format(time.RFC3339), "reason": "容量が大きいため"})
	}
	t.Run("over the end", func(t *testing.T) {
		c := working(t)
		c.until("15:01")
		if !c.heard("終了予定を過ぎました") {
			t.Error("staff were not asked")
		}
		c.until("15:20")
		if !c.heard("まだ何もお知らせしていません") {
			t.Error("staff were not asked again")
		}
		for _, end := range []string{"14:30", "15:00", "15:10"} {
			if why := extend(c, end); why == "" {
				t.Errorf("extended to %s", end)
			}
		}
		extend(c, "16:00")
		extend(c, "17:00")
		c.until("16:30")
		c.wantSaid("notice:1 13:30:01", "extended:1:1 15:20:01", "extended:1:2 15:20:02")
		if s := c.text("extended:1:2"); !strings.Contains(s, "16:00") || !strings.Contains(s, "17:00") {
			t.Errorf("extension says %s", s)
		}
		if n := strings.Count(strings.Join(c.posts, ""), "終了予定を過ぎました"); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
	t.Run("notice unverified", func(t *testing.T) {
		c := working(t)
		c.gone = true
		c.press("work.done", map[string]string{"done": "取得した"})
		c.until("14:05")
		c.wantStage(work.Done)
		if !c.heard("受け取ったことを確認できませんでした") || c.ticket.Status != bot.StatusDone {
			t.Errorf("ticket is %s, staff heard %v", c.ticket.Status, c.posts)
		}
	})
	t.Run("notice dead, then told again", func(t *testing.T) {
		c := working(t)
		c.down = true
		c.press("work.done", map[string]string{"done": "取得した"})
		c.die(c.find("done:1:1"))
		c.die(c.find("done:1:1"))
		c.wantStage(work.Finished)
		if c.ticket.Status != bot.StatusWorking || len(c.panel.Buttons) != 1 {
			t.Errorf("ticket is %s, panel %+v", c.ticket.Status, c.panel)
		}
		c.down = false
		c.until("14:30")
		c.press("work.done", map[string]string{"done": "取得した"})
		c.until("14:31")
		c.wantSaid("notice:1 13:30:01", "done:1:2 14:30:01")
		c.wantStage(work.Done)
		if s := c.text("done:1:2"); !strings.Contains(s, "終了: 2026年11月24日(火) 14:00 JST") {
			t.Errorf("the end moved: %s", s)
		}
	})
	t.Run("ticket cancelled", func(t *testing.T) {
		c := working(t)
		c.status(bot.StatusCancelled)
		c.wantStage(work.Cancelled)
		if !c.heard("作業中にチケットが取り下げ") || len(c.timers) > 0 {
			t.Errorf("staff heard %v, timers %v", c.posts, c.timers)
		}
	})
	t.Run("ticket closed by hand, then finished", func(t *testing.T) {
		c := working(t)
		tk := *c.ticket
		tk.StatusID = bot.StatusClosed
		c.ticket = &tk
		c.status(bot.StatusFinished)
		c.wantStage(work.Working)
		c.press("work.done", map[string]string{"done": "取得した"})
		c.until("14:10")
		c.wantStage(work.Done)
		if e := c.find("done:1:1"); e.Kind != bot.EffectComment || c.ticket.Status != bot.StatusFinished {
			t.Errorf("sent %s, ticket is %s", e.Kind, c.ticket.Status)
		}
	})
	t.Run("closed and reopened", func(t *testing.T) {
		c := working(t)
		c.status(bot.StatusDone)
		c.status(bot.StatusAccepted)
		c.wantStage(work.Working)
		if c.ticket.Status != bot.StatusWorking {
			t.Errorf("ticket is %s", c.ticket.Status)
		}
	})
}

func TestIncidentWork(t *testing.T) {
	incident := func(t *testing.T, standing bool) *core {
		c := newCore(t, "10:00")
		c.cust.Standing = standing
		c.ticket.Class = bot.ClassIncident
		return c
	}
	t.Run("standing permission", func(t *testing.T) {
		c := incident(t, true)
		c.schedule("10:10", "11:00")
		c.wantStage(work.Noticed)
		c.until("10:30")
		c.press("work.start", nil)
		c.press("work.done", map[string]string{"done": "再起動"})
		c.until("10:31")
		c.wantSaid("done:1:1 10:30:02")
		if len(c.rows) != 0 || c.ticket.Status != bot.StatusTaken {
			t.Errorf("rows %v, ticket is %s", c.rows, c.ticket.Status)
		}
		if e := c.find("done:1:1"); e.Kind != bot.EffectComment || !e.Urgent {
			t.Errorf("completion is %+v: the incident goes on", e.Effect)
		}
	})
	t.Run("no permission", func(t *testing.T) {
		c := incident(t, false)
		c.schedule("10:10", "11:00")
		c.until("10:10")
		if why := c.press("work.start", nil); why == "" {
			t.Error("started without a notice")
		}
		c.wantSaid("notice:1 10:00:01")
	})
	t.Run("no incident any more", func(t *testing.T) {
		c := incident(t, true)
		c.schedule("10:10", "11:00")
		tk := *c.ticket
		tk.Class = bot.ClassMinor
		c.ticket = &tk
		c.event(bot.EventTicketClassified, "classified", nil)
		c.until("10:10")
		if why := c.press("work.start", nil); why == "" {
			t.Error("started without a notice")
		}
		c.wantSaid("notice:2 10:00:01")
	})
}
