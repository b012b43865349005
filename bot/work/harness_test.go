package work_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/work"
	"toban/config"
)

var tokyo = time.FixedZone("JST", 9*60*60)

// clockAt is a time of Tuesday 24 November 2026.
func clockAt(hm string) time.Time {
	layout := "2006-01-02 15:04:05"[:11+len(hm)]
	at, err := time.ParseInLocation(layout, "2026-11-24 "+hm, tokyo)
	if err != nil {
		panic(err)
	}
	return at
}

// contract is the example contract with its real figures and messages, read once.
var contract = sync.OnceValues(func() (bot.Customer, error) {
	cfg, err := config.Load("../../config/example", config.Options{Getenv: func(string) string { return "secret" }})
	if err != nil {
		return bot.Customer{}, err
	}
	c := &cfg.Customers[0]
	w := c.Profile().Work
	return bot.Customer{
		ID: c.ID, Name: c.Name, Space: c.Space, Channel: c.Channel, Lang: c.Language, Zone: tokyo, Messages: c.Templates(c.Language),
		Timing: bot.Timing{StartNotice: w.StartNotice, NoticeLate: w.NoticeLate, PlanAgain: w.PlanAgain, WorkLength: w.Length, StartAsk: w.StartAsk, StartLate: w.StartLate, EndAsk: w.EndAsk, OverTell: w.OverTell, OverNext: w.OverNext, ApprovalDays: c.Profile().Desk.ApprovalDays},
	}, nil
})

// core drives the feature as the real core does: one event after another, derived events, one timer a rule, effects in order.
type core struct {
	t      testing.TB
	h      bot.Handler
	dir    *bot.Directory
	cust   *bot.Customer
	ticket *bot.Ticket
	state  json.RawMessage
	panel  *bot.Panel
	now    time.Time
	timers map[string]time.Time
	outbox []*sending
	posts  []string
	rows   map[string]bot.ClockRow
	told   []bot.Event // derived events
	down   bool        // Backlog takes nothing
	gone   bool        // the requester can't be notified
	slow   time.Duration
	others []bot.Holding // what other tickets hold
	holds  []bot.Holding // what this one does
	fresh  []bot.Fact    // what people did since the last look
	seq    int

	heardReasons func([]bot.Reason)
}

type sending struct {
	bot.Effect
	state string // open, done, withdrawn, dead
	at    time.Time
}

func newCore(t testing.TB, now string) *core {
	t.Helper()
	example, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	cust := &example
	c := &core{t: t, h: work.New(), cust: cust, now: clockAt(now), timers: map[string]time.Time{}, rows: map[string]bot.ClockRow{}, slow: time.Second}
	c.dir = &bot.Directory{
		People: []bot.Person{{ID: "tanaka", Name: "田中", SlackUser: "U1", Backlog: map[string]int64{cust.Space: 11}}, {ID: "sato", Name: "佐藤", SlackUser: "U2", Roles: []bot.Role{bot.RoleApprover}}},
	}
	c.dir.Customers = []*bot.Customer{cust}
	c.ticket = &bot.Ticket{
		ID: bot.NewTicketID(cust.Space, 1), Customer: cust.ID, Space: cust.Space, Key: "AOBA-1", Summary: "web01 のバックアップ", IssueType: "バックアップ作業",
		Class: bot.ClassMinor, TextRule: "markdown", Status: bot.StatusAccepted, StatusID: bot.StatusOpen, Owner: "tanaka",
		Requester: []bot.Author{{ID: 2001, Name: "山本", Kind: bot.AuthorCustomer}},
	}
	return c
}

func (c *core) order() work.Order {
	var o work.Order
	if len(c.state) > 0 {
		if err := json.Unmarshal(c.state, &o); err != nil {
			c.t.Fatal(err)
		}
	}
	return o
}

func (c *core) handle(e bot.Event) bot.Output {
	c.t.Helper()
	in := bot.In{Now: c.now, Event: e, Dir: c.dir, Ticket: c.ticket, State: c.state, Holdings: c.others, New: c.fresh}
	out, err := c.h.Handle(in)
	if err != nil {
		c.t.Fatalf("%s %s: %v", e.Kind, e.Key, err)
	}
	again, err := c.h.Handle(in)
	if err != nil {
		c.t.Fatal(err)
	}
	if diff := cmp.Diff(out, again); diff != "" {
		c.t.Errorf("%s %s gives two answers: %s", e.Kind, e.Key, diff)
	}
	return out
}

// event handles an event and everything that it derives.
func (c *core) event(kind bot.EventKind, key string, body any) bot.Output {
	c.t.Helper()
	e, err := bot.NewEvent(kind, key, string(c.ticket.ID), c.now, body)
	if err != nil {
		c.t.Fatal(err)
	}
	queue := []bot.Event{e}
	var first bot.Output
	for i := 0; i < len(queue); i++ {
		if i > 20 {
			c.t.Fatalf("%s is a loop", key)
		}
		if i > 0 {
			queue[i].Key = fmt.Sprintf("%s/%d", key, i)
			c.desk(queue[i], &queue)
		}
		out := c.handle(queue[i])
		if i == 0 {
			first = out
		}
		c.apply(out)
		queue = append(queue, out.Events...)
		c.told = append(c.told, out.Events...)
	}
	// Handled again, nothing is said again.
	if kind == bot.EventTimerDue || kind == bot.EventEffectDone || kind == bot.EventEffectDead {
		for _, x := range c.handle(e).Effects {
			if x.Class == bot.Notice && !strings.Contains(x.Key, ":tell:") && !c.known(x.Key) {
				c.t.Errorf("%s %s handled again says %s", kind, key, x.Key)
			}
		}
	}
	return first
}

// desk is the part of desk that follows the work.
func (c *core) desk(e bot.Event, queue *[]bot.Event) {
	to := c.ticket.Status
	switch e.Kind {
	case bot.EventWorkAsked:
		to = bot.StatusWaiting
	case bot.EventWorkUnasked:
		to = bot.StatusTaken
	case bot.EventWorkScheduled:
		var w bot.WorkNews
		if err := e.Decode(&w); err != nil {
			c.t.Fatal(err)
		}
		to = w.Status
	case bot.EventWorkStarted:
		to, c.ticket.StatusID = bot.StatusWorking, bot.StatusInProgress
	case bot.EventWorkDone:
		to, c.ticket.StatusID = bot.StatusDone, bot.StatusResolved
	}
	if to != c.ticket.Status {
		t := *c.ticket
		t.Status = to
		c.ticket = &t
		*queue = append(*queue, bot.Derive(bot.EventTicketStatus, t.ID, c.now, nil))
	}
}

func (c *core) known(key string) bool {
	return slices.ContainsFunc(c.outbox, func(s *sending) bool { return s.Key == key })
}

func (c *core) apply(out bot.Output) {
	c.t.Helper()
	if c.heardReasons != nil {
		c.heardReasons(out.Reasons)
	}
	if out.State != nil {
		b, err := json.Marshal(out.State)
		if err != nil {
			c.t.Fatal(err)
		}
		c.state = b
	}
	if out.Holdings != nil {
		c.holds = out.Holdings
	}
	if out.Panel != nil {
		c.panel = out.Panel
		c.checkPanel()
	}
	for _, t := range out.Timers {
		if t.Cancel {
			delete(c.timers, t.Rule)
		} else {
			c.timers[t.Rule] = t.At
		}
	}
	for _, key := range out.Withdraw {
		for _, s := range c.outbox {
			if s.Key == key && s.state == "open" {
				s.state = "withdrawn"
			}
		}
	}
	for _, e := range out.Effects {
		switch {
		case e.Kind.Channel() == "slack":
			c.posts = append(c.posts, string(e.Body))
		case !c.known(e.Key):
			c.outbox = append(c.outbox, &sending{Effect: e, state: "open"})
		}
	}
	for _, r := range out.Clocks {
		old, ok := c.rows[r.ID]
		if ok && old.State.Ended() && old.State != r.State {
			c.t.Errorf("clock %s was %s and is %s", r.ID, old.State, r.State)
		}
		c.rows[r.ID] = r
	}
}

func (c *core) checkPanel() {
	c.t.Helper()
	for _, b := range c.panel.Buttons {
		if err := b.Valid(); err != nil {
			c.t.Error(err)
		}
		if b.Form == nil {
			continue
		}
		values := map[string]string{}
		for _, in := range b.Form.Inputs {
			if in.Initial != "" {
				values[in.ID] = in.Initial
			}
			if (in.Type == bot.InputArea || in.Type == bot.InputText) && in.Initial == "" {
				values[in.ID] = "x"
			}
			if in.Type == bot.InputSelect && in.Initial == "" && !in.Optional {
				values[in.ID] = in.Options[0].Value
			}
		}
		if wrong := b.Form.Check(values, c.now); wrong != nil {
			c.t.Errorf("form of %s refuses its own values: %v", b.Action, wrong)
		}
	}
}
