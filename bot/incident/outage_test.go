package incident_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

// TestBacklogDownForHours: missed rounds are named by one comment, and no pile of stale updates goes out.
func TestBacklogDownForHours(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:30")
	c.down = true
	c.until("13:20")
	for _, id := range []string{"interim/1", "interim/2", "interim/3"} {
		c.wantRow(id, sla.StateMissed)
		if c.rows[id].Cause != "Backlog" {
			t.Errorf("%s is missed because of %q", id, c.rows[id].Cause)
		}
	}
	if n := c.count("Backlogに書き込めていません"); n != 3 {
		t.Errorf("staff heard %d times", n)
	}
	c.down = false
	c.until("13:40")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02", "update:4:caught 13:20:01")
	s := c.text("update:4:caught")
	for _, want := range []string{"11:00", "12:00", "13:00"} {
		if !strings.Contains(s, want) {
			t.Errorf("catch-up lacks %s: %s", want, s)
		}
	}
	c.until("14:19")
	if said := c.said(); len(said) != 4 || !strings.Contains(said[3], ":auto 14:18") {
		t.Errorf("said %v", said)
	}
	c.wantRow("interim/4", sla.StateMet)
	if c.rows["interim/2"].Cause != "Backlog" {
		t.Error("the cause was forgotten")
	}
}

// TestStaffWordsWait: what staff wrote while Backlog was down is not thrown away, and the missed rounds are named after it.
func TestStaffWordsWait(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:50")
	c.down = true
	if why := c.update("調査中"); why != "" {
		t.Fatal(why)
	}
	c.until("12:10")
	c.down = false
	c.until("12:20")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02", "update:1 12:10:01", "update:2:caught 12:10:02")
	// Toban's own waiting words make way for those of staff.
	c.down = true
	c.until("13:09")
	if why := c.update("復旧作業中"); why != "" {
		t.Fatal(why)
	}
	c.down = false
	c.until("13:10")
	if said := c.said(); !strings.HasPrefix(said[len(said)-1], "update:4 13:09:01") {
		t.Errorf("said %v", said)
	}
}

// TestWithdrawnWordWentOut: it counts by its own instant.
func TestWithdrawnWordWentOut(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:30")
	c.down = true
	c.until("11:05")
	c.rewrites = true
	s := c.find("update:1:auto")
	s.at = clockAt("10:58:30")
	c.sent(s)
	c.wantRow("interim/1", sla.StateMet)
	c.down = false
	c.until("11:10")
	if n := c.record().Updates; len(n) != 3 {
		t.Errorf("updates %+v", n)
	}
}

// TestTobanAway: no false word about Backlog, one automatic update at once.
func TestTobanAway(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:30")
	c.now = clockAt("12:30")
	c.until("12:31")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02", "update:1:auto 12:30:01")
	c.wantRow("interim/1", sla.StateMissed)
	c.wantRow("interim/2", sla.StateMissed)
	if c.heard("次の経過報告の期限") {
		t.Errorf("staff were reminded of a due moment that had passed: %v", c.posts)
	}
}

func TestStaffComments(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:40")
	c.comment("7", "データベースを切り替えています。", c.now)
	c.comment("7", "データベースを切り替えています。", c.now)
	c.comment("8", "はい", c.now)
	if n := c.record().Updates; len(n) != 2 {
		t.Fatalf("updates %+v", n)
	}
	c.until("11:30")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02")
	c.press("incident.discount", nil)
	if why := c.press("incident.discount", nil); why == "" {
		t.Error("discounted twice")
	}
	c.run(c.now.Add(2 * time.Second))
	if said := c.said(); len(said) != 3 || !strings.Contains(said[2], ":auto 11:30") {
		t.Errorf("said %v", said)
	}
	c.wantRow("interim/1", sla.StateMissed)

	// A comment between the first notice and the news of it.
	c = open(t, "10:00", bot.PriorityHigh)
	c.comment("7", "データベースを切り替えています。", clockAt("10:05"))
	c.until("10:10")
	if n := c.record().Updates; len(n) != 2 || !n[1].At.Equal(clockAt("10:05")) {
		t.Errorf("updates %+v", n)
	}
	// One that comes while the recorded facts are on their way.
	c.until("10:30")
	c.down = true
	c.until("11:04")
	c.comment("9", "切り替えは終わりました。確認中です。", c.now)
	c.down = false
	c.until("11:10")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02")
}

func TestNoticesThatDoNotArrive(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.down = true
	c.until("10:16")
	c.wantRow("first_notice_slo", sla.StateMissed)
	c.wantRow("first_notice_sla", sla.StateRunning)
	if !c.heard("初報が届いていません") {
		t.Errorf("staff heard %v", c.posts)
	}
	c.until("10:31")
	c.wantRow("first_notice_sla", sla.StateMissed)
	c.die(c.find("first-notice"))
	if why := c.press("incident.notice", nil); why != "" {
		t.Fatal(why)
	}
	if why := c.press("incident.notice", nil); why == "" {
		t.Error("sent twice")
	}
	c.down, c.gone = false, true
	c.until("10:40")
	if !c.heard("初報をお客様が受け取ったことを確認できませんでした") {
		t.Errorf("staff heard %v", c.posts)
	}
	c.down = true
	c.recover()
	if why := c.recover(); why == "" {
		t.Error("recovered twice")
	}
	c.die(c.find("recovered:1"))
	if len(c.panel.Buttons) != 5 || c.panel.Buttons[0].Action != "incident.recovered" { // beside it: review, explain, cause, exclusion
		t.Errorf("panel %+v", c.panel)
	}
	if why := c.recover(); why != "" {
		t.Fatal(why)
	}
	c.down = false
	c.until("12:30")
	if r := c.record(); !r.Ended.Equal(clockAt("10:40:01")) || !r.Recovered.Equal(clockAt("10:40")) {
		t.Errorf("record %+v", r)
	}
}

func TestRecoveryBeforeFirstNoticeIsOut(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.down = true
	c.until("10:05")
	c.recover()
	c.down = false
	c.until("12:00")
	c.wantSaid("receipt 10:05:01", "first-notice 10:05:02", "recovered:1 10:05:03")
	c.wantRow("first_notice_sla", sla.StateMet)
	if _, ok := c.rows["interim/1"]; ok {
		t.Errorf("a round began: %+v", c.rows["interim/1"])
	}
	if why := c.press("incident.recovered", map[string]string{"happened": "x", "done": "x", "at": clockAt("09:00").Format(time.RFC3339)}); why == "" {
		t.Error("recovered again")
	}
}

func TestClosedByHand(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:10")
	in := bot.In{
		Now: c.now, Dir: c.dir, Ticket: c.ticket, State: c.state, Event: bot.Event{Kind: bot.EventIssueChanged, Key: "x"},
		Snapshot: &bot.Snapshot{StatusID: bot.StatusClosed}, New: []bot.Fact{
			{ID: "comment:1", Author: bot.Author{Name: "田中"}, Changes: []bot.Change{{Field: "status", To: "処理中"}}},
			{ID: "comment:2", Author: bot.Author{Name: "田中"}, Changes: []bot.Change{{Field: "status", To: "完了"}}},
		},
	}
	out, err := c.h.Handle(in)
	if err != nil || len(out.Effects) != 1 || !strings.Contains(string(out.Effects[0].Body), "完了") || len(out.Timers) > 0 {
		t.Errorf("said %+v, %v", out.Effects, err)
	}
}
