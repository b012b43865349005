package work_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/work"
	"toban/sla"
)

// deliver lets Backlog take what is queued.
func (c *core) deliver() {
	c.t.Helper()
	for i := 0; i < len(c.outbox) && !c.down; i++ {
		if s := c.outbox[i]; s.state == "open" {
			c.now = c.now.Add(c.slow)
			c.sent(s)
		}
	}
}

// sent makes an effect happen now, also one that was withdrawn, and tells the feature.
func (c *core) sent(s *sending) {
	c.t.Helper()
	s.state = "done"
	if s.at.IsZero() {
		s.at = c.now
	}
	if !s.Report {
		return
	}
	r := bot.EffectResult{Key: s.Key, Kind: s.Kind, Ticket: s.Ticket, RemoteID: fmt.Sprint(1000 + slices.Index(c.outbox, s)), At: s.at, Verified: !c.gone}
	var u bot.Update // a comment's body has the same names
	switch err := s.Decode(&u); {
	case err != nil:
		c.t.Fatal(err)
	case c.gone:
		r.Why = "not among the notified: user 2001"
	default:
		r.Notified = u.Notify
	}
	c.event(bot.EventEffectDone, "effect:"+s.Key+":done", r)
}

func (c *core) die(s *sending) {
	c.t.Helper()
	s.state = "dead"
	c.event(bot.EventEffectDead, "effect:"+s.Key+":dead", bot.EffectResult{Key: s.Key, Kind: s.Kind, Ticket: s.Ticket, Why: "issue is gone"})
}

// run lets time pass, timer by timer.
func (c *core) run(until time.Time) {
	c.t.Helper()
	for {
		c.deliver()
		rule, at := "", until
		for r, due := range c.timers {
			if due.Before(at) || due.Equal(at) && (rule == "" || r < rule) {
				rule, at = r, due
			}
		}
		if rule == "" {
			break
		}
		if at.After(c.now) {
			c.now = at
		}
		delete(c.timers, rule)
		c.fire(rule, at)
	}
	if until.After(c.now) {
		c.now = until
	}
}

func (c *core) fire(rule string, at time.Time) {
	c.t.Helper()
	c.seq++
	c.event(bot.EventTimerDue, fmt.Sprintf("timer:%s:%d", rule, c.seq), bot.TimerDue{Ticket: c.ticket.ID, Rule: rule, Due: at})
}

func (c *core) until(hm string) { c.t.Helper(); c.run(clockAt(hm)) }

// press is a button; it reports why it was refused.
func (c *core) press(action string, values map[string]string) string {
	c.t.Helper()
	return c.pressBy("tanaka", action, values)
}

func (c *core) pressBy(person, action string, values map[string]string) string {
	c.t.Helper()
	c.seq++
	before := string(c.state)
	out := c.event(bot.EventStaffAction, fmt.Sprintf("press:%d", c.seq), bot.StaffAction{
		Action: action, Ticket: c.ticket.ID, Person: person, SlackUser: "U1", Channel: c.cust.Channel, Values: values,
	})
	for _, e := range out.Effects {
		if e.Kind == bot.EffectEphemeral {
			var body bot.Ephemeral
			if err := e.Decode(&body); err != nil {
				c.t.Fatal(err)
			}
			if len(out.Effects) != 1 || len(out.Timers) > 0 || len(out.Withdraw) > 0 || len(out.Events) > 0 || string(c.state) != before {
				c.t.Errorf("refused %s changed something: %+v", action, out)
			}
			return body.Text
		}
	}
	return ""
}

func (c *core) schedule(start, end string) string {
	c.t.Helper()
	return c.press("work.schedule", map[string]string{"start": clockAt(start).Format(time.RFC3339), "end": clockAt(end).Format(time.RFC3339), "what": "取得"})
}

// status moves the ticket as desk does.
func (c *core) status(to bot.Status) {
	c.t.Helper()
	t := *c.ticket
	t.Status = to
	c.ticket = &t
	c.seq++
	c.event(bot.EventTicketStatus, fmt.Sprintf("status:%d", c.seq), nil)
	if to == bot.StatusCancelled || to == bot.StatusDeletedOff {
		c.event(bot.EventTicketCancelled, fmt.Sprintf("cancelled:%d", c.seq), nil)
	}
}

// said lists what Backlog took: "work:…:notice:1" as "notice:1 13:30:01".
func (c *core) said() []string {
	var out []string
	for _, s := range c.outbox {
		if s.state == "done" && s.Class == bot.Notice {
			out = append(out, c.short(s)+" "+s.at.In(tokyo).Format("15:04:05"))
		}
	}
	return out
}

func (c *core) short(s *sending) string {
	key, _, _ := strings.Cut(strings.TrimPrefix(s.Key, "work:"+string(c.ticket.ID)+":"), ":T-")
	return key
}

func (c *core) find(key string) *sending {
	c.t.Helper()
	for _, s := range c.outbox {
		if c.short(s) == key {
			return s
		}
	}
	c.t.Fatalf("no effect %s among %v", key, c.said())
	return nil
}

func (c *core) text(key string) string {
	c.t.Helper()
	var u bot.Update
	if err := c.find(key).Decode(&u); err != nil {
		c.t.Fatal(err)
	}
	return u.Text
}

func (c *core) wantSaid(want ...string) {
	c.t.Helper()
	if diff := cmp.Diff(want, c.said()); diff != "" {
		c.t.Errorf("said (-want +got): %s", diff)
	}
}

func (c *core) wantStage(want work.Stage) {
	c.t.Helper()
	if got := c.order().Stage; got != want {
		c.t.Errorf("stage is %q, want %q", got, want)
	}
}

func (c *core) wantRow(id string, want sla.State) {
	c.t.Helper()
	if got := c.rows[id].State; got != want {
		c.t.Errorf("clock %s is %q, want %q", id, got, want)
	}
}

// heard reports whether staff were told something.
func (c *core) heard(words string) bool {
	return slices.ContainsFunc(c.posts, func(p string) bool { return strings.Contains(p, words) })
}
