package incident_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/incident"
	"toban/sla"
)

// Words that go out because nobody wrote any carry the moment when they are due, so that one that is late says so; one that only names what was missed has none.
func TestUpdatesKnowWhenTheyAreDue(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	if s := c.find("first-notice"); !s.Due.Equal(clockAt("10:15")) {
		t.Errorf("the first notice is due %s", s.Due.In(tokyo))
	}
	c.down = true
	c.until("11:30")
	if s := c.find("update:1:auto"); !s.Due.Equal(clockAt("11:00:02")) {
		t.Errorf("the update is due %s", s.Due.In(tokyo))
	}
	if s := c.find("update:2:caught"); !s.Due.IsZero() {
		t.Errorf("what names the missed ones is due %s", s.Due.In(tokyo))
	}
	if !c.heard("(前回から新しい記録はありません)") {
		t.Errorf("staff heard %q", c.posts)
	}
}

// The rounds of interim updates are rows of their own, numbered, under the promise's name and level.
func TestRowsOfRounds(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("12:30")
	var rounds []bot.ClockRow
	for id, r := range c.rows {
		if strings.Contains(id, "/") {
			rounds = append(rounds, r)
		}
	}
	slices.SortFunc(rounds, func(a, b bot.ClockRow) int { return a.Due.Compare(b.Due) })
	if len(rounds) < 2 {
		t.Fatalf("rows %v", c.rows)
	}
	for i, r := range rounds[:2] {
		if r.ID != fmt.Sprint("interim/", i+1) || r.Name != fmt.Sprintf("途中経過 %d回目", i+1) || r.Level != sla.LevelObjective || r.State != sla.StateMet || !r.Auto {
			t.Errorf("round %d: %+v", i+1, r)
		}
	}
}

// What another configuration would promise of an incident is derived from its record: running until the first notice is out, met by it.
func TestPromisesOfARecord(t *testing.T) {
	promises := func(c *core) []sla.Result {
		t.Helper()
		out, err := incident.Promises(bot.In{Now: c.now, Dir: c.dir, Ticket: c.ticket, State: c.state})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	c := newCore(t, "10:00")
	if out := promises(c); len(out) != 0 {
		t.Errorf("before there is an incident: %+v", out)
	}
	c = open(t, "10:00", bot.PriorityHigh)
	out := promises(c)
	if len(out) != 2 || out[0].Current().State != sla.StateRunning {
		t.Fatalf("promises %+v", out)
	}
	c.until("10:05")
	for i, r := range promises(c) {
		if now := r.Current(); now.State != sla.StateMet || !now.Stopped.Equal(clockAt("10:00:02")) {
			t.Errorf("promise %d: %+v", i, now)
		}
	}
	c.ticket.Customer = "gone"
	if out = promises(c); len(out) != 0 {
		t.Errorf("of a customer whom nobody knows: %+v", out)
	}
}

// Staff's comment before the first notice is out counts once, however often it is told, and only from the first notice on.
func TestCommentBeforeTheFirstNotice(t *testing.T) {
	c := newCore(t, "10:00")
	c.down = true
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	for range 2 {
		c.comment("7", "データベースの接続数を調べています。", clockAt("10:20"))
		c.comment("6", "ログを見ています。少々お待ちください。", clockAt("09:59"))
	}
	if got := c.record(); len(got.Early) != 2 || len(got.Updates) != 0 {
		t.Fatalf("early %+v, updates %+v", got.Early, got.Updates)
	}
	c.now = clockAt("10:25")
	s := c.find("first-notice")
	s.at = clockAt("10:00:05")
	c.sent(s)
	if got := c.record(); len(got.Updates) != 2 || got.Updates[1].Ref != "comment:7" || len(got.Early) != 0 {
		t.Errorf("updates %+v", got.Updates)
	}
	c.comment("8", "短い", clockAt("10:26"))
	c.comment("9", "お客様の窓口にも電話で状況をお伝えしました。", clockAt("10:27"))
	if got := c.record(); len(got.Updates) != 3 || got.Updates[2].Ref != "comment:9" {
		t.Errorf("updates %+v", got.Updates)
	}
}

// Who declared the recovery, and how the telephone went, stands in the thread and on the card.
func TestWhoSaidWhat(t *testing.T) {
	c := phoned(t, bot.PriorityHigh, nil, answered)
	c.until("10:05")
	if v := c.field("お客様への電話"); v != "伝えました" {
		t.Errorf("the card says %q", v)
	}
	c.recover()
	if !c.heard("田中 が復旧を宣言しました") {
		t.Errorf("staff heard %q", c.posts)
	}
	c = phoned(t, bot.PriorityHigh, nil, string(bot.CallNoAnswer))
	c.until("10:30")
	if v := c.field("お客様への電話"); v != "応答なし" {
		t.Errorf("the card says %q", v)
	}
	c = phoned(t, bot.PriorityHigh, nil, string(bot.CallByHand))
	if v := c.field("お客様への電話"); v != yamamoto+"(電話してください、1巡目)" {
		t.Errorf("the card says %q", v)
	}
	if i := slices.IndexFunc(c.panel.Buttons, func(b bot.Button) bool { return b.Action == "incident.call" }); i < 0 || c.panel.Buttons[i].Style != "primary" {
		t.Errorf("offers %+v", c.panel.Buttons)
	}
}

// A judgement that changes while the first notice is on its way is told behind it, once; one that is as the notice says is not.
func TestJudgementThatCrossesTheFirstNotice(t *testing.T) {
	for action, told := range map[string]bool{"incident.not_affected": true, "": false} {
		c := newCore(t, "10:00")
		c.down = true
		c.classified(bot.ClassIncident, bot.PriorityHigh)
		if action != "" {
			c.press(action, nil)
		}
		c.down = false
		c.until("10:10")
		said := c.said()
		if len(said) < 2 && told || slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "update:1:judged ") }) != told {
			t.Errorf("%q: said %q", action, said)
		}
		if told && !strings.Contains(c.text("update:1:judged"), "影響") {
			t.Errorf("the customer reads %q", c.text("update:1:judged"))
		}
	}
}

// From when the next word is owed: from the judgement that makes words owed, even if nothing can be written; from the newest word that counts, whichever came to
// be known last; and no later than a word that was long on its way has promised.
func TestFromWhenTheNextWordIsOwed(t *testing.T) {
	due := func(c *core, want string) {
		t.Helper()
		if got := c.timers["incident/round"]; !got.Truncate(time.Minute).Equal(clockAt(want)) {
			t.Errorf("the next word is due %s, want %s", got.In(tokyo).Format("15:04:05"), want)
		}
	}
	c := open(t, "10:00", bot.PriorityLow)
	c.until("10:40")
	c.down = true
	c.press("incident.affected", nil)
	due(c, "11:40")
	c.until("11:05")
	if c.heard("間に合いませんでした") {
		t.Errorf("staff heard %q", c.posts)
	}

	c = open(t, "10:00", bot.PriorityHigh)
	c.until("10:31")
	c.comment("8", "データベースの接続数を調べています。", clockAt("10:30"))
	c.comment("7", "ログを確認しています。お待ちください。", clockAt("10:10"))
	due(c, "11:30")

	c = open(t, "10:00", bot.PriorityHigh)
	c.until("10:05")
	c.down = true
	c.update("調査しています")
	c.until("10:20")
	c.down = false
	c.until("10:21")
	due(c, "11:05")
}
