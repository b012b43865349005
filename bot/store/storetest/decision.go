package storetest

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/sla"
)

func wholeDecision(b *bench) {
	c := b.event(lane)
	b.ok(b.Commit(b.ctx, store.Decision{
		Claim: c, Now: t0, Ticket: ticket(), Cursor: 7,
		States:  []store.StateChange{{Feature: "desk", State: map[string]int{"n": 1}, Panel: &bot.Panel{State: "受付"}}},
		Facts:   []bot.Fact{{ID: "issue:1", At: t0}},
		Timers:  []bot.Timer{{Rule: "desk/remind", At: t0.Add(time.Hour)}},
		Effects: []bot.Effect{notice("n1")},
		Clocks:  []bot.ClockRow{{ID: "complete", State: sla.StateRunning, Start: t0, Due: t0.Add(time.Hour)}},
		Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "recorded", Why: "it is new"}}},
	}))
	l, err := b.Load(b.ctx, lane)
	b.ok(err)
	b.is("version and cursor", []int64{l.Version, l.Cursor}, []int64{1, 7})
	b.is("state", string(l.States["desk"].State), `{"n":1}`)
	b.is("ticket", l.Ticket, ticket())
	timers, err := b.Timers(b.ctx, lane)
	b.ok(err)
	b.is("timers", timers, []bot.Timer{{Rule: "desk/remind", At: t0.Add(time.Hour)}})
	b.is("effects", effects(b.send(0)), []string{"n1"})
	// A fault in the last part leaves nothing of the first ones.
	bad := b.event(lane)
	err = b.Commit(b.ctx, store.Decision{
		Claim: bad, Now: t0, Ticket: ticket(), Version: 1, Cursor: 9, Timers: []bot.Timer{{Rule: "x", At: t0}}, Effects: []bot.Effect{{Key: "no kind"}},
	})
	if err == nil {
		b.Fatal("an effect without a kind was queued")
	}
	l, err = b.Load(b.ctx, lane)
	b.ok(err)
	b.is("version and cursor after a fault", []int64{l.Version, l.Cursor}, []int64{1, 7})
	b.ok(b.RetryEvent(b.ctx, bad, t0, "again"))
}

func conflict(b *bench) {
	first := b.event(lane)
	b.ok(b.Commit(b.ctx, store.Decision{Claim: first, Now: t0, Ticket: ticket()}))
	again := b.event(lane)
	for _, version := range []int64{0, 7} { // decided for a new ticket, and from another state of it
		err := b.Commit(b.ctx, store.Decision{Claim: again, Now: t0, Ticket: ticket(), Version: version, Effects: []bot.Effect{notice("n")}})
		if !errors.Is(err, store.ErrConflict) {
			b.Fatalf("deciding from version %d: %v, want ErrConflict", version, err)
		}
	}
	b.is("effects of a conflict", effects(b.send(0)), []string{})
	b.ok(b.Commit(b.ctx, store.Decision{Claim: again, Now: t0, Ticket: ticket(), Version: 1}))
}

func kept(b *bench) {
	b.decide(func(d *store.Decision) {
		d.States = []store.StateChange{{Feature: "desk", State: 1, Panel: &bot.Panel{State: "a"}}, {Feature: "work", State: 2}}
		d.Clocks = []bot.ClockRow{
			{ID: "late", State: sla.StateRunning, Start: t0, Due: t0.Add(2 * time.Hour)},
			{ID: "soon", State: sla.StatePaused, Start: t0, Due: t0.Add(time.Hour)},
			{ID: "over", State: sla.StateMet, Start: t0, Due: t0},
		}
		d.Reasons = []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "w"}}}
	})
	b.decide(func(d *store.Decision) { // nil keeps what is stored
		d.States = []store.StateChange{{Feature: "desk", State: 3}, {Feature: "work", Panel: &bot.Panel{State: "b"}}}
		d.Clocks = []bot.ClockRow{{ID: "soon", State: sla.StateMet, Start: t0, Due: t0}}
	})
	l, err := b.Load(b.ctx, lane)
	b.ok(err)
	b.is("states", []string{string(l.States["desk"].State), string(l.States["work"].State)}, []string{"3", "2"})
	c, err := b.Card(b.ctx, lane)
	b.ok(err)
	b.is("panels", []string{c.Panels[0].State, c.Panels[1].State}, []string{"a", "b"})
	running, err := b.RunningClocks(b.ctx, 10)
	b.ok(err)
	b.is("running", len(running), 1)
	b.is("whose", []string{running[0].ID, running[0].Key, running[0].Customer}, []string{"late", "AOZORA-1", "aozora"})
	all, err := b.CustomerClocks(b.ctx, "aozora")
	b.ok(err)
	b.is("clocks", len(all), 3)
	found, err := b.FindTicket(b.ctx, "AOZORA-1")
	b.ok(err)
	b.is("found", found.ID, lane)
	if _, err := b.FindTicket(b.ctx, "AOZORA-2"); !errors.Is(err, store.ErrNotFound) {
		b.Errorf("finding an unknown ticket: %v", err)
	}
	list, err := b.Tickets(b.ctx, "")
	b.ok(err)
	b.is("tickets of all", len(list), 1)
	list, err = b.Tickets(b.ctx, "other")
	b.ok(err)
	b.is("tickets of another customer", len(list), 0)
	audit, err := b.Audit(b.ctx, lane)
	b.ok(err)
	b.is("audit", []string{audit[0].What, audit[0].Ref}, []string{"w", "event-1"})
	b.ok(b.KeepReferences(b.ctx, lane, map[string]string{"a": "1"}))
	b.ok(b.KeepReferences(b.ctx, lane, map[string]string{"a": "2"}))
	for name, want := range map[string]bool{"a": false, "b": true} {
		won, err := b.ClaimReference(b.ctx, lane, name, "3")
		b.ok(err)
		b.is("claim of "+name, won, want)
	}
	refs, err := b.References(b.ctx, lane)
	b.ok(err)
	b.is("references", refs, map[string]string{"a": "2", "b": "3"})
}

func timersFire(b *bench) {
	b.decide(func(d *store.Decision) {
		d.Timers = []bot.Timer{{Rule: "b", At: t0.Add(2 * time.Minute), Data: json.RawMessage(`{"x":1}`)}, {Rule: "a", At: t0.Add(time.Minute)}, {Rule: "c", At: t0.Add(time.Hour)}}
	})
	next, ok, err := b.NextDue(b.ctx)
	b.ok(err)
	b.is("next", []any{next, ok}, []any{t0.Add(time.Minute), true})
	for i, want := range []int{0, 2, 0} {
		n, err := b.FireTimers(b.ctx, t0.Add(time.Duration(i)*3*time.Minute), 10)
		b.ok(err)
		b.is("fired", n, want)
	}
	var rules []string
	for range 2 {
		c := b.claim(0, 9)
		b.is("one at a time", len(c), 1)
		var due bot.TimerDue
		b.ok(c[0].Event.Decode(&due))
		b.is("customer", c[0].Event.Customer, "aozora")
		rules = append(rules, due.Rule+string(due.Data))
		b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0}))
	}
	b.is("order", rules, []string{"a", `b{"x":1}`})
	// The limit is kept, and what is left comes with the next look.
	b.decide(func(d *store.Decision) { d.Timers = []bot.Timer{{Rule: "a", At: t0}, {Rule: "b", At: t0}} })
	n, err := b.FireTimers(b.ctx, t0, 1)
	b.ok(err)
	b.is("limited", n, 1)
}

// timersNotEarly: instants are kept to the microsecond, and a moment between two of them comes at the later one.
func timersNotEarly(b *bench) {
	at := t0.Add(300 * time.Nanosecond)
	b.decide(func(d *store.Decision) { d.Timers = []bot.Timer{{Rule: "r", At: at}} })
	for _, step := range []struct {
		now  time.Time
		want int
	}{{t0, 0}, {at.Add(-time.Nanosecond), 0}, {t0.Add(time.Microsecond), 1}} {
		if n, err := b.FireTimers(b.ctx, step.now, 10); err != nil || n != step.want {
			b.Errorf("%s after t0: fired %d, %v; want %d", step.now.Sub(t0), n, err, step.want)
		}
	}
}

func timersReplaced(b *bench) {
	set := func(timers ...bot.Timer) { b.decide(func(d *store.Decision) { d.Timers = timers }) }
	fire := func(want int) {
		n, err := b.FireTimers(b.ctx, t0, 10)
		b.ok(err)
		b.is("fired", n, want)
	}
	set(bot.Timer{Rule: "r", At: t0}, bot.Timer{Rule: "r2", At: t0.Add(time.Hour)})
	set(bot.Timer{Rule: "r", At: t0.Add(time.Hour)}) // replaced before it was due
	fire(0)
	set(bot.Timer{Rule: "r", Cancel: true})
	set(bot.Timer{Rule: "r", At: t0}, bot.Timer{Rule: "other", At: t0})
	// It fires, but an event that stands before it in its lane changes the plan: what nobody heard yet is recalled.
	before := b.event(lane)
	fire(2)
	b.ok(b.Commit(b.ctx, store.Decision{Claim: before, Now: t0, Ticket: ticket(), Version: 4, Timers: []bot.Timer{{Rule: "r", At: t0.Add(2 * time.Hour)}}}))
	var got []string
	for c := b.claim(0, 9); len(c) > 0; c = b.claim(0, 9) {
		var due bot.TimerDue
		b.ok(c[0].Event.Decode(&due))
		got = append(got, due.Rule)
		b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0}))
	}
	b.is("heard", got, []string{"other"})
	// Set again for the same moment, it is a new happening.
	set(bot.Timer{Rule: "r", At: t0})
	fire(1)
	c := b.claim(0, 9)
	b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0, Ticket: ticket(), Version: 6, Timers: []bot.Timer{{Rule: "r", At: t0}}}))
	fire(1)
	b.is("heard again", len(b.claim(0, 9)), 1)
}

func schedules(b *bench) {
	sc := bot.Schedule{Name: "digest/last/a", Spec: "0 9 1 * *", Zone: "Asia/Tokyo", Next: t0, Catchup: bot.CatchupLatest}
	b.ok(b.SetSchedule(b.ctx, sc))
	same := sc
	same.Next = t0.Add(time.Hour)
	b.ok(b.SetSchedule(b.ctx, same)) // after a restart: the stored moment stays
	due, err := b.DueSchedules(b.ctx, t0)
	b.ok(err)
	b.is("due", due, []bot.Schedule{sc})
	event := bot.Event{Key: "sched:x", Kind: bot.EventScheduleDue, Lane: "schedule/x"}
	b.ok(b.FireSchedule(b.ctx, sc, t0.Add(24*time.Hour), []bot.Event{event}))
	event.Key = "sched:y"
	b.ok(b.FireSchedule(b.ctx, sc, t0.Add(48*time.Hour), []bot.Event{event})) // another replica was late
	b.is("fired", keys(b.claim(0, 9)), []string{"sched:x"})
	next, _, err := b.NextDue(b.ctx)
	b.ok(err)
	b.is("next", next, t0.Add(24*time.Hour))
	same.Spec = "0 10 1 * *"
	b.ok(b.SetSchedule(b.ctx, same))
	next, _, err = b.NextDue(b.ctx)
	b.ok(err)
	b.is("next of another spec", next, t0.Add(time.Hour))
}

func leases(b *bench) {
	take := func(owner string, after time.Duration) bool {
		ok, err := b.Lease(b.ctx, "poll", owner, t0.Add(after), lease)
		b.ok(err)
		return ok
	}
	b.is("taken, refused, renewed, refused, taken over", []bool{take("a", 0), take("b", 1), take("a", lease-1), take("b", lease+1), take("b", 3*lease)},
		[]bool{true, false, true, false, true})
}

// carriedOver: what a newer release wrote into a ticket stays while this one goes on with it.
func carriedOver(b *bench) {
	b.decide(func(d *store.Decision) { d.Stored = `{"orbit":{"km":400}}` })
	for range 2 {
		l, err := b.Load(b.ctx, lane)
		b.ok(err)
		b.is("stays", strings.Contains(l.Stored, `"orbit":{"km":400}`), true)
		b.decide(func(d *store.Decision) { d.Stored, d.Ticket.Summary = l.Stored, l.Ticket.Summary+"." })
	}
	l, err := b.Load(b.ctx, lane)
	b.ok(err)
	b.is("and the rest is new", []any{l.Ticket.Summary, strings.Contains(l.Stored, `"orbit"`)}, []any{"..", true})
}
