package incident_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
)

// escalated is an incident whose contract names who is reached while nobody takes it.
func escalated(t *testing.T, steps ...bot.EscalationStep) *core {
	t.Helper()
	c := newCore(t, "10:00")
	c.calls = string(bot.CallNoAnswer)
	c.dir.People = append(c.dir.People, bot.Person{ID: "ito", Name: "伊藤", SlackUser: "U3", Phone: true, Mail: true})
	c.dir.Duty = func(team string, _ time.Time) (bot.Person, bool) {
		switch team {
		case "", "desk":
			return c.dir.People[0], true
		case "monitoring_center":
			return c.dir.People[2], true
		}
		return bot.Person{}, false
	}
	cust := *c.cust
	cust.Escalation, cust.Calls = steps, bot.Calls{Rounds: 2, Ask: 5 * time.Minute}
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	return c
}

func (c *core) reached() []string {
	var out []string
	for _, s := range c.outbox {
		if s.Kind == bot.EffectMail || s.Kind == bot.EffectCall {
			out = append(out, s.at.In(tokyo).Format("15:04")+" "+string(s.Kind))
		}
	}
	return out
}

var ladder = []bot.EscalationStep{
	{To: "duty", By: []string{"slack"}},
	{After: 5 * time.Minute, To: "tier:monitoring_center", By: []string{"slack", "phone", "mail"}},
	{After: 10 * time.Minute, To: "team:nobody", By: []string{"slack", "phone"}},
	{After: 15 * time.Minute, To: "manager", By: []string{"slack", "phone"}},
}

const asked = "まだ担当者がいません"

func TestNobodyTakesAnIncident(t *testing.T) {
	c := escalated(t, ladder...)
	c.until("10:04")
	if c.heard(asked) {
		t.Errorf("the first step is asked twice: %q", c.posts)
	}
	c.until("10:19")
	if got, want := fmt.Sprint(c.reached()), "[10:05 mail.send 10:05 phone.call]"; got != want {
		t.Errorf("reached %s, want %s", got, want)
	}
	if n := c.count(asked); n != 3 {
		t.Errorf("staff were asked %d times in Slack: %q", n, c.posts)
	}
	for _, want := range []string{"U3", "team:nobody", "U2", "応答なし"} {
		if !slices.ContainsFunc(c.posts, func(p string) bool { return strings.Contains(p, want) }) {
			t.Errorf("nobody was told of %s: %q", want, c.posts)
		}
	}
	for _, s := range c.outbox { // who of the provider's is asked is no business of the customer
		if s.Kind.Channel() == "backlog" && (strings.Contains(string(s.Body), "伊藤") || strings.Contains(string(s.Body), "monitoring_center")) {
			t.Errorf("the customer reads %s", s.Body)
		}
	}
	// All of them once more; then it is said aloud, once, to everybody who was called, and the customer hears nothing of it.
	c.until("10:39")
	if got, want := fmt.Sprint(c.reached()), "[10:05 mail.send 10:05 phone.call 10:25 mail.send 10:25 phone.call]"; got != want || c.count("2巡目の呼び出し") != 4 {
		t.Errorf("reached %s, %q", got, c.posts)
	}
	if c.heard("だれもこの障害の対応を始めていません") {
		t.Errorf("said before whoever was reached last could answer: %q", c.posts)
	}
	c.until("13:30")
	last := slices.IndexFunc(c.posts, func(p string) bool { return strings.Contains(p, "呼び出しを2巡行いましたが") })
	if c.count("呼び出しを2巡行いましたが") != 1 || !strings.Contains(c.posts[last], "U3") || !strings.Contains(c.posts[last], "U2") || len(c.reached()) != 4 {
		t.Errorf("reached %v, staff heard %q", c.reached(), c.posts)
	}
	for _, s := range c.outbox {
		if s.Kind.Channel() == "backlog" && strings.Contains(string(s.Body), "巡") {
			t.Errorf("the customer reads %s", s.Body)
		}
	}
}

// How often they are called is as it was when the incident began, and whoever answers in the second lap ends it like in the first.
func TestLapsAreThoseOfTheBeginning(t *testing.T) {
	c := escalated(t, ladder...)
	cust := *c.cust
	cust.Calls.Rounds = 9
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust} // somebody edits the configuration
	c.until("10:24")
	c.calls = string(bot.CallAcknowledged) + ":1"
	c.until("14:00")
	if got := len(c.reached()); got != 4 || c.heard("だれもこの障害の対応を始めていません") || !c.heard("対応するとの回答を受けました") {
		t.Errorf("reached %v: %q", c.reached(), c.posts)
	}
	one := escalated(t, bot.EscalationStep{To: "duty", By: []string{"slack"}}) // nobody but who was asked at once
	one.until("14:00")
	if one.count("2巡目の呼び出し") != 1 || one.count("だれもこの障害の対応を始めていません") != 1 {
		t.Errorf("a ladder of one step: %q", one.posts)
	}
	none := escalated(t)
	none.until("14:00")
	if none.heard("巡") {
		t.Errorf("a contract without steps: %q", none.posts)
	}
}

func TestSomebodyTakesAnIncident(t *testing.T) {
	for name, take := range map[string]func(c *core){
		"takes": func(c *core) {
			taken := *c.ticket
			taken.Owner, taken.Status = "tanaka", bot.StatusTaken
			c.ticket = &taken
			c.event(bot.EventTicketStatus, "taken", nil)
		},
		"judges":   func(c *core) { c.press("incident.not_affected", nil) },
		"recovers": func(c *core) { c.recover() },
		"answers":  func(c *core) { c.calls = string(bot.CallAcknowledged) + ":1" },
	} {
		t.Run(name, func(t *testing.T) {
			c := escalated(t, ladder...)
			c.until("10:04")
			take(c)
			c.until("13:45")
			want := 0
			if name == "answers" {
				want = 1
			}
			if n := c.count(asked); n != want {
				t.Errorf("asked %d times, want %d: %q", n, want, c.posts)
			}
		})
	}
}

// Who takes it stops everything at once: what is not out yet stays in, and whoever was called out is told. The steps are those of the beginning.
func TestTakingAnIncidentCallsTheOthersOff(t *testing.T) {
	c := escalated(t, ladder...)
	cust := *c.cust
	cust.Escalation = nil
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust} // somebody edits the configuration
	c.until("10:04:58")
	c.down = true // mail and telephone, too
	c.until("10:06")
	if n := c.count(asked); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	taken := *c.ticket
	taken.Owner, taken.Status = "tanaka", bot.StatusTaken
	c.ticket = &taken
	c.event(bot.EventTicketStatus, "taken", nil)
	c.down = false
	c.until("10:30")
	for _, s := range c.outbox {
		if (s.Kind == bot.EffectMail || s.Kind == bot.EffectCall) && s.state != "withdrawn" {
			t.Errorf("%s is %s", s.Key, s.state)
		}
	}
	last := slices.IndexFunc(c.posts, func(p string) bool { return strings.Contains(p, "ほかの方の対応は不要です") })
	if last < 0 || !strings.Contains(c.posts[last], `"mention":["U3"]`) {
		t.Errorf("who was called out does not hear it: %q", c.posts)
	}
}

// What is over calls nobody out: a mail or a call that is not out yet stays in.
func TestEndOfAnIncidentCallsNobodyOut(t *testing.T) {
	for name, end := range map[string]func(c *core){
		"recovered":      func(c *core) { c.recover() },
		"is no incident": func(c *core) { c.classified(bot.ClassMinor, bot.PriorityNormal) },
	} {
		t.Run(name, func(t *testing.T) {
			c := escalated(t, ladder...)
			c.until("10:04:58")
			c.down = true
			c.until("10:06")
			end(c)
			c.down = false
			c.until("10:30")
			n := 0
			for _, s := range c.outbox {
				if s.Kind == bot.EffectMail || s.Kind == bot.EffectCall {
					if n++; s.state != "withdrawn" {
						t.Errorf("%s is %s", s.Key, s.state)
					}
				}
			}
			if n != 2 {
				t.Errorf("%d mails and calls were on their way, want 2", n)
			}
		})
	}
}

// A wrong key, and a call of an incident that was taken up anew since, take nothing.
func TestCallThatTakesNothing(t *testing.T) {
	c := escalated(t, ladder...)
	c.calls = string(bot.CallAcknowledged) + ":2"
	c.until("10:19")
	if n := c.count(asked); n != 3 {
		t.Errorf("asked %d times: %q", n, c.posts)
	}
	c = escalated(t, ladder...)
	c.until("10:06")
	i := slices.IndexFunc(c.outbox, func(s *sending) bool { return s.Kind == bot.EffectCall })
	call := *c.outbox[i]
	c.classified(bot.ClassMinor, bot.PriorityNormal)
	c.until("10:20")
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	c.calls = string(bot.CallAcknowledged) + ":1"
	c.sent(&call)
	if c.record().Answered != "" {
		t.Error("an old call took the incident")
	}
	c.die(&call)
	if !c.heard("電話をかけられませんでした") {
		t.Errorf("nobody heard of a call that was given up: %q", c.posts)
	}
}

// Toban learns of it late: what is due is done at once, each step once.
func TestEscalationAfterAnOutage(t *testing.T) {
	c := escalated(t, ladder...)
	delete(c.timers, "climb")
	c.now = clockAt("10:40")
	c.fire("climb", clockAt("10:05"))
	c.until("10:44")
	if n := c.count(asked); n != 3 || len(c.reached()) != 2 {
		t.Errorf("asked %d times, reached %v", n, c.reached())
	}
	c.fire("climb", clockAt("10:05")) // doubled
	if n := c.count(asked); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

// What hardly touches the service wakes nobody, until it is judged otherwise.
func TestIncidentWithoutEffectRingsNobody(t *testing.T) {
	c := escalated(t)
	cust := *c.cust
	cust.Escalation = ladder
	c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
	c.state, c.timers, c.outbox = nil, map[string]time.Time{}, nil
	c.classified(bot.ClassIncident, bot.PriorityLow)
	c.until("10:30")
	if c.heard(asked) || len(c.reached()) > 0 {
		t.Errorf("reached %v: %q", c.reached(), c.posts)
	}
	c.classified(bot.ClassIncident, bot.PriorityHigh)
	c.until("10:36")
	if got := fmt.Sprint(c.reached()); got != "[10:35 mail.send 10:35 phone.call]" {
		t.Errorf("reached %s", got)
	}
}
