package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
)

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
		c.until("14:46")
		if !c.heard("間に合わない場合") || c.heard("終了予定を過ぎました") {
			t.Errorf("staff were not asked before the end: %v", c.posts)
		}
		c.until("15:01")
		if !c.heard("終了予定を過ぎました") {
			t.Error("staff were not asked")
		}
		c.until("15:20")
		if !c.heard("お客様にお知らせします") {
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
		c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01", "extended:1:1 15:20:01", "extended:1:2 15:20:02")
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
		if !c.heard("作業は完了しましたが、完了のお知らせを送れませんでした") {
			t.Errorf("staff heard %q", c.posts)
		}
		c.wantStage(work.Finished)
		if c.ticket.Status != bot.StatusVerifying || len(c.panel.Buttons) != 1 {
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

// Without an end the work takes the contract's usual length.
func TestPlanWithoutAnEnd(t *testing.T) {
	c := newCore(t, "10:00")
	if why := c.press("work.schedule", map[string]string{"start": clockAt("14:00").Format(time.RFC3339)}); why != "" {
		t.Fatal(why)
	}
	if o := c.order(); !o.End.Equal(clockAt("16:00")) {
		t.Errorf("the work ends at %s, want two hours after its start", o.End)
	}
}
