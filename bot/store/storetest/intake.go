package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// takenInOrder: whatever way an event comes, it stands behind what was acknowledged before it and is heard once.
func takenInOrder(b *bench) {
	b.decide(func(d *store.Decision) { d.Timers = []bot.Timer{{Rule: "r", At: t0}} })
	b.accept("door", lane)
	b.accept("door", lane)
	n, err := b.FireTimers(b.ctx, t0, 9)
	b.ok(err)
	b.is("fired", n, 1)
	b.accept("door again", lane)
	x := func(key string) bot.Event {
		return bot.Event{Key: key, Kind: "x", Lane: lane, At: t0, Body: json.RawMessage(`{}`)}
	}
	b.ok(b.Advance(b.ctx, "feed", 1, []bot.Event{x("door"), x("door again"), x("feed")}))
	b.accept("feed", lane)
	b.accept("later", lane)
	b.ok(b.AcceptLater(b.ctx, t0.Add(time.Hour), x("later")))
	var got []string
	for {
		c := b.claim(0, 9)
		if len(c) == 0 {
			break
		}
		for _, one := range c {
			key := one.Event.Key
			if one.Event.Kind == bot.EventTimerDue {
				key = "timer"
			}
			got = append(got, key)
			b.ok(b.Commit(b.ctx, store.Decision{Claim: one, Now: t0}))
		}
	}
	b.is("events in their order", got, []string{"door", "timer", "door again", "feed", "later"})
}

// manyTakenIn: more than one claim takes in keep their order, and none waits unseen.
func manyTakenIn(b *bench) {
	const n = 2500
	for i := range n {
		b.ok(b.Accept(b.ctx, bot.Event{Key: fmt.Sprint(i), Kind: "x", Lane: fmt.Sprint("demo/", i), At: t0.Add(time.Duration(i) * time.Second)}))
	}
	st, err := b.Status(b.ctx, t0)
	b.ok(err)
	b.is("open", []any{st.OpenEvents, st.OldestEvent.Equal(t0), st.Quiet()}, []any{n, true, false})
	next := 0
	for next < n {
		c := b.claim(0, 500)
		if len(c) == 0 {
			b.Fatalf("%d of %d events can be claimed", next, n)
		}
		for _, one := range c {
			b.is("the next", one.Event.Key, fmt.Sprint(next))
			next++
		}
	}
	st, err = b.Status(b.ctx, t0)
	b.ok(err)
	b.is("open", st.OpenEvents, n)
}

// takenInBeforeRemoval: what was just heard of a ticket keeps it, and its customer, from being removed as ended.
func takenInBeforeRemoval(b *bench) {
	b.decide(func(d *store.Decision) { d.Ticket.Ended, d.Ticket.Status = t0, bot.StatusFinished })
	b.accept("news", lane)
	b.ok(b.Accept(b.ctx, bot.Event{Key: "of no ticket", Kind: "x", Lane: "x", Customer: "aozora", At: t0}))
	later := t0.Add(1000 * time.Hour)
	_, err := b.Expire(b.ctx, store.Keep{Now: later, RawEvents: later, Messages: later, Records: later}, false)
	b.ok(err)
	if _, _, err := b.Forget(b.ctx, store.Erasure{Customer: "aozora", Why: "asked for", Now: later}, false); err == nil {
		b.Error("a customer of whom something is open was forgotten")
	}
	l, err := b.Load(b.ctx, lane)
	b.ok(err)
	b.is("the ticket is kept", l.Ticket != nil, true)
	b.is("events", keys(b.claim(0, 9)), []string{"news", "of no ticket"})
}
