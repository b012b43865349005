package incident_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

func TestAffectedFromReportToRecovery(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:01")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02")
	s := c.text("first-notice")
	for _, want := range []string{"検知日時: 2026年11月24日(火) 10:00 JST", "対象ホスト: web01", "サービスに影響が出ています", "担当者に連絡し", "次のご連絡: 2026年11月24日(火) 11:00"} {
		if !strings.Contains(s, want) {
			t.Errorf("first notice lacks %q: %s", want, s)
		}
	}
	if e := c.find("first-notice"); !e.Urgent || !e.Report || !e.Due.Equal(clockAt("10:15")) {
		t.Errorf("first notice is %+v", e.Effect)
	}
	c.wantRow("first_notice_slo", sla.StateMet)
	c.wantRow("first_notice_sla", sla.StateMet)
	c.press("incident.note", map[string]string{"text": "httpd を再起動した"})
	c.until("10:50")
	if n := c.count("次の経過報告の期限"); n != 1 {
		t.Errorf("reminded %d times", n)
	}
	c.until("10:59")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02", "update:1:auto 10:58:03")
	if s := c.text("update:1:auto"); !strings.Contains(s, "httpd を再起動した") || strings.Contains(s, "対応を続けています") {
		t.Errorf("automatic update says %s", s)
	}
	if n := c.count("次の経過報告の期限"); n != 2 {
		t.Errorf("reminded %d times", n)
	}
	c.until("11:57")
	c.wantRow("interim/1", sla.StateMet)
	if l := c.rows["interim/1"].Ledger; len(l) != 2 || l[0].Kind != sla.LinePolicy || l[0].Note == "" {
		t.Errorf("the round names no version of the policy: %+v", l)
	}
	c.until("11:59")
	if !c.heard("続けて自動") || !c.rows["interim/2"].Auto {
		t.Errorf("two in a row did not go to the leader: %v", c.rows["interim/2"])
	}
	if why := c.update("復旧作業中"); why != "" {
		t.Fatal(why)
	}
	if why := c.update("もう一度"); why == "" {
		t.Error("two updates at once")
	}
	c.until("12:40")
	c.recover()
	c.until("18:00")
	if n := len(c.said()); n != 6 {
		t.Errorf("said %v", c.said())
	}
	for id, r := range c.rows {
		if !r.State.Ended() {
			t.Errorf("clock %s is %s after recovery", id, r.State)
		}
	}
	c.wantRow("interim/4", sla.StateCancelled)
	if len(c.timers) > 0 || c.ticket.Status != bot.StatusDone {
		t.Errorf("timers %v, ticket is %s", c.timers, c.ticket.Status)
	}
	c.sent(c.find("recovered:1"))
	if n := len(c.told); n != 1 {
		t.Errorf("told desk %d things: %+v", n, c.told)
	}
	// The ticket is reopened: nothing runs, staff decide.
	c.status(bot.StatusAccepted)
	c.run(c.now.Add(2 * time.Hour))
	if !c.heard("障害を再開") || len(c.said()) != 6 {
		t.Errorf("said %v", c.said())
	}
	if why := c.press("incident.reopen", nil); why != "" {
		t.Fatal(why)
	}
	c.run(c.now.Add(59 * time.Minute))
	if said := c.said(); len(said) != 8 || !strings.Contains(said[6], ":judged") || !strings.Contains(said[7], ":auto") {
		t.Errorf("said %v", c.said())
	}
	c.recover()
	c.run(c.now.Add(time.Minute))
	if said := c.said(); !strings.HasPrefix(said[len(said)-1], "recovered:2") {
		t.Errorf("said %v", said)
	}
}

func TestUndecided(t *testing.T) {
	c := open(t, "10:00", bot.PriorityNormal)
	c.until("10:03")
	if n := c.count("影響を判断してください"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	c.until("10:05")
	if !c.heard("2回目") || c.heard("サポートセンターで判断") {
		t.Errorf("staff heard %v", c.posts)
	}
	for _, why := range []string{c.update("x"), c.recover()} {
		if !strings.Contains(why, "先に影響を判断") {
			t.Errorf("went on undecided: %q", why)
		}
	}
	c.until("10:09")
	if !c.heard("サポートセンターで判断") {
		t.Errorf("staff heard %v", c.posts)
	}
	c.wantSaid("receipt 10:00:01")
	c.until("10:11")
	c.wantSaid("receipt 10:00:01", "first-notice 10:10:01")
	if s := c.text("first-notice"); !strings.Contains(s, "影響確認中") {
		t.Errorf("first notice says %s", s)
	}
	// Staff judge now: the customer is told, and no second first notice.
	c.press("incident.affected", nil)
	c.until("10:12")
	c.wantSaid("receipt 10:00:01", "first-notice 10:10:01", "update:1:judged 10:11:01")
	c.press("incident.not_affected", nil)
	c.until("13:00")
	if said := c.said(); len(said) != 4 {
		t.Errorf("said %v", said)
	}
	if s := c.text("update:2:judged"); strings.Contains(s, "次のご連絡") || !strings.Contains(s, "影響は確認されていません") {
		t.Errorf("says %s", s)
	}
	c.wantRow("interim/1", sla.StateMet)
	c.wantRow("interim/2", sla.StateCancelled)
	c.wantRow("first_notice_sla", sla.StateMet)
	c.press("incident.affected", nil)
	c.until("13:59")
	if said := c.said(); len(said) != 6 || !strings.Contains(said[5], ":auto 13:58") {
		t.Errorf("said %v", said)
	}
	c.wantRow("interim/2", sla.StateMet)
}

// TestLate: Toban got round to it 40 minutes after the detection.
func TestLate(t *testing.T) {
	for _, priority := range []int64{bot.PriorityHigh, bot.PriorityNormal} {
		c := newCore(t, "10:00")
		c.now = clockAt("10:40")
		c.classified(bot.ClassIncident, priority)
		c.until("10:41")
		c.wantSaid("receipt 10:40:01", "first-notice 10:40:02")
		c.wantRow("first_notice_slo", sla.StateMissed)
		c.wantRow("first_notice_sla", sla.StateMissed)
		c.press("incident.not_affected", nil)
		c.until("10:42")
		c.wantRow("first_notice_sla", sla.StateMissed) // a new judgement hides no breach
	}
}

func TestNotAffected(t *testing.T) {
	c := open(t, "10:00", bot.PriorityLow)
	c.until("14:00")
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02")
	if len(c.rows) != 1 || !c.rows["first_notice_slo"].Due.Equal(clockAt("11:00")) {
		t.Errorf("rows %+v", c.rows)
	}
	if c.panel.Tone != bot.ToneWarn {
		t.Errorf("the card of an incident without effect is shown as %s", c.panel.Tone)
	}
	// The customer raises the priority: the contract says affected. No round was owed before.
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	c.until("14:30")
	c.wantRow("interim/1", sla.StateMet)
	c.wantSaid("receipt 10:00:01", "first-notice 10:00:02", "update:1:judged 14:00:01")
	// Doubt: staff are asked again, the customer has their notice.
	c.classified(bot.ClassIncident, bot.PriorityNormal)
	c.until("14:41")
	if n := c.count("影響を判断してください"); n != 2 {
		t.Errorf("asked %d times: %v", n, c.posts)
	}
	// What staff judged no priority overrules.
	c.press("incident.not_affected", nil)
	c.until("14:50")
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	if got := c.record().Judged; got[len(got)-1].Impact != "not_affected" || !c.heard("見直してください") {
		t.Errorf("judged %+v", got)
	}
}

func TestDroppedAndBack(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.down = true
	c.classified(bot.ClassMinor, bot.PriorityHigh)
	c.down = false
	c.until("10:30")
	c.wantSaid("receipt 10:00:01")
	c.wantRow("first_notice_sla", sla.StateCancelled)
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	c.until("10:40")
	c.wantSaid("receipt 10:00:01", "first-notice:2 10:30:01")
	c.wantRow("first_notice_slo", sla.StateMissed)
	c.classified(bot.ClassMinor, bot.PriorityHigh)
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	c.until("10:50")
	c.wantSaid("receipt 10:00:01", "first-notice:2 10:30:01", "update:1:judged 10:40:01")
	c.status(bot.StatusCancelled)
	c.until("14:00")
	if len(c.said()) != 3 || len(c.timers) > 0 {
		t.Errorf("said %v, timers %v", c.said(), c.timers)
	}
	// Recovered, and a change of priority before the notice is out: nothing opens anew.
	c = open(t, "10:00", bot.PriorityHigh)
	c.until("10:10")
	c.down = true
	c.recover()
	c.classified(bot.ClassIncident, bot.PriorityNormal)
	if r := c.record(); r.Open || len(r.Updates) != 1 {
		t.Errorf("record %+v", r)
	}
}
