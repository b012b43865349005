package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
)

// overrunning is work planned from 14:00 to 15:00 that was begun in time.
func overrunning(t *testing.T) *core {
	t.Helper()
	c := newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("14:00:01")
	if why := c.press("work.start", nil); why != "" {
		t.Fatal(why)
	}
	return c
}

func (c *core) extend(end string) string {
	c.t.Helper()
	return c.press("work.extend", map[string]string{"end": clockAt(end).Format(time.RFC3339)})
}

// Nobody gives a new end: the customer hears ten minutes after the old one that the work goes on, and by when the next word comes, again and
// again, each before its time; a later end is the correction.
func TestOverrunThatNobodyExplains(t *testing.T) {
	c := overrunning(t)
	c.until("16:15")
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01", "overrun:1:2 15:38:01", "overrun:1:3 16:06:01")
	for key, words := range map[string][]string{
		"overrun:1:1": {"15:00", "次のご連絡: 2026年11月24日(火) 15:40 JST まで", "お待たせして"},
		"overrun:1:2": {"作業を続けております", "16:08 JST まで"},
	} {
		for _, w := range words {
			if s := c.text(key); !strings.Contains(s, w) {
				t.Errorf("%s lacks %q: %s", key, w, s)
			}
		}
	}
	if due := c.find("overrun:1:2").Due; !due.Equal(clockAt("15:40")) {
		t.Errorf("the second word was promised by %s", due)
	}
	if due := c.find("overrun:1:1").Due; !due.Equal(clockAt("15:10")) {
		t.Errorf("the first word was owed by %s", due)
	}
	if n := strings.Count(strings.Join(c.posts, ""), `"action":"work.extend"`); n != 5 { // before the end, at it, with each word
		t.Errorf("staff got the form %d times: %v", n, c.posts)
	}
	c.extend("17:00")
	c.until("16:44")
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01", "overrun:1:2 15:38:01", "overrun:1:3 16:06:01", "extended:1:1 16:15:01")
	c.until("17:11")
	c.press("work.done", map[string]string{"done": "取得した"})
	c.until("18:30")
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01", "overrun:1:2 15:38:01", "overrun:1:3 16:06:01", "extended:1:1 16:15:01", "overrun:1:4 17:10:01", "done:1:1 17:11:01")
	c.wantStage(work.Done)
}

// A timer that comes twice, late, or for an end that has moved says nothing more.
func TestTimersOfAnOverrunComeTwiceLateAndForAnOldEnd(t *testing.T) {
	c := overrunning(t)
	c.until("15:12")
	posts := len(c.posts)
	for range 2 {
		for _, r := range []string{"ending", "end", "over", "word"} {
			c.fire("work/"+r, clockAt("15:00"))
		}
	}
	c.extend("16:00")
	for _, r := range []string{"ending", "end", "over", "word"} {
		c.fire("work/"+r, clockAt("15:00"))
	}
	c.until("15:20")
	if len(c.posts) != posts+1 { // that the end was moved
		t.Errorf("staff heard %v", c.posts[posts:])
	}
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01", "extended:1:1 15:12:01")
	// Toban was down from before the end until long after it: one word, which says since when it was owed.
	c = overrunning(t)
	c.now = clockAt("16:30")
	c.until("16:31")
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 16:30:02")
	if due := c.find("overrun:1:1").Due; !due.Equal(clockAt("15:10")) {
		t.Errorf("owed by %s", due)
	}
}

// Backlog is down: what was overtaken by a new end or by the completion is never said.
func TestOverrunWordIsWithdrawn(t *testing.T) {
	for name, end := range map[string]func(c *core) string{
		"by a new end":        func(c *core) string { return c.extend("16:30") },
		"by the completion":   func(c *core) string { return c.press("work.done", map[string]string{"done": "x"}) },
		"by the ticket's end": func(c *core) string { c.status(bot.StatusCancelled); return "" },
	} {
		t.Run(name, func(t *testing.T) {
			c := overrunning(t)
			c.down = true
			c.until("15:12")
			if why := end(c); why != "" {
				t.Fatal(why)
			}
			c.down = false
			c.until("15:30")
			if s := c.find("overrun:1:1").state; s != "withdrawn" {
				t.Errorf("the word is %s: %v", s, c.said())
			}
		})
	}
}

func TestOverrunOfWhichCustomersHearNothing(t *testing.T) {
	t.Run("under an open incident", func(t *testing.T) {
		c := newCore(t, "10:00")
		cust := *c.cust
		cust.Standing = true
		*c.cust = cust
		tk := *c.ticket
		tk.Class = bot.ClassIncident
		c.ticket = &tk
		c.schedule("10:10", "11:00")
		c.until("10:10:01")
		if why := c.press("work.start", nil); why != "" {
			t.Fatal(why)
		}
		c.until("12:00")
		c.wantSaid()
		if !c.heard("終了予定を過ぎました") || !c.heard("新しい終了予定をお知らせしていません") {
			t.Errorf("staff heard %v", c.posts)
		}
	})
	t.Run("the ticket has ended", func(t *testing.T) {
		c := overrunning(t)
		c.status(bot.StatusDone)
		c.until("16:00")
		c.wantSaid("notice:1 13:30:01")
	})
}

// What staff write on the ticket is the word that was promised.
func TestStaffsOwnWordsPutTheNextWordOff(t *testing.T) {
	c := overrunning(t)
	c.until("15:30")
	comment := func(at string, kind bot.AuthorKind) {
		c.seq++
		c.event(bot.EventTicketComment, "comment:"+at, bot.Fact{ID: "comment:" + at, At: clockAt(at), Author: bot.Author{ID: 11, Name: "田中", Kind: kind}, Text: "残り2台です。"})
	}
	comment("15:09", bot.AuthorStaff) // before the word, and late
	comment("15:29", bot.AuthorCustomer)
	if due := c.order().WordDue; !due.Equal(clockAt("15:41")) && !due.Equal(clockAt("15:40")) {
		t.Errorf("the next word is promised by %s", due)
	}
	comment("15:30", bot.AuthorStaff)
	c.until("15:57")
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01")
	c.until("15:59")
	c.wantSaid("notice:1 13:30:01", "overrun:1:1 15:10:01", "overrun:1:2 15:58:01")
}

// Work that begins late is asked about half-way.
func TestShortTimeIsAskedAboutHalfWay(t *testing.T) {
	c := newCore(t, "10:00")
	c.schedule("14:00", "15:00")
	c.until("14:50")
	if why := c.press("work.start", nil); why != "" {
		t.Fatal(why)
	}
	c.until("14:54")
	if c.heard("間に合わない場合") {
		t.Error("asked too early")
	}
	c.until("14:56")
	if !c.heard("間に合わない場合") {
		t.Error("not asked before the end")
	}
}

// Work that nobody ends over days writes at the contract's pace three times and then ever more seldom, always before the word that was promised; a
// new end begins anew.
func TestOverrunWordsGrowApart(t *testing.T) {
	c := overrunning(t)
	words := func() (out []time.Time) {
		for _, s := range c.outbox {
			if strings.Contains(s.Key, ":overrun:") && s.state == "done" {
				out = append(out, s.at)
			}
		}
		return out
	}
	c.run(clockAt("15:00").AddDate(0, 0, 4))
	at := words()
	if len(at) < 8 || len(at) > 12 {
		t.Fatalf("%d words in four days: %v", len(at), at)
	}
	for i := 1; i < len(at); i++ {
		gap, want := at[i].Sub(at[i-1]), 28*time.Minute // two minutes before each is promised
		for n := 3; n < i; n++ {
			want = min(2*(want+2*time.Minute), 24*time.Hour) - 2*time.Minute
		}
		if d := gap - want; d < -2*time.Minute || d > 2*time.Minute {
			t.Errorf("word %d comes %s after the one before, want %s", i+1, gap, want)
		}
	}
	end := c.now.Add(time.Hour)
	if why := c.press("work.extend", map[string]string{"end": end.Format(time.RFC3339)}); why != "" {
		t.Fatal(why)
	}
	before := len(words())
	c.run(end.Add(2 * time.Hour))
	if n := len(words()) - before; n != 4 {
		t.Errorf("%d words in the two hours after a new end, want 4", n)
	}
}
