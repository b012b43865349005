package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// expiry: what is old enough goes, in as many transactions as it takes; what is younger, open, waiting or dead stays.
func expiry(b *bench) {
	const day = 24 * time.Hour
	old, young := t0.Add(-100*day), t0.Add(-80*day)
	handled := func(key, lane string, at time.Time) store.Claimed {
		b.ok(b.Accept(b.ctx, bot.Event{Key: key, Kind: "x", Lane: lane, At: at}))
		return b.claim(0, 9)[0]
	}
	for i := range 210 {
		c := handled(fmt.Sprintf("old %d", i), "other/1", old)
		b.ok(b.Commit(b.ctx, store.Decision{Claim: c, Now: old, Reasons: []store.Audited{{Feature: "f", Reason: bot.Reason{What: "w"}}}}))
	}
	c := handled("young", "other/1", young)
	b.ok(b.Commit(b.ctx, store.Decision{Claim: c, Now: young}))
	b.ok(b.BuryEvent(b.ctx, handled("dead", "other/1", old), "broken"))
	b.ok(b.Bury(b.ctx, "hook", "no JSON", []byte("x"), old))
	b.ok(b.Bury(b.ctx, "hook", "no JSON", []byte("x"), young))

	for i, at := range []time.Time{old, young} { // a ticket that ended long ago, and one that did not
		ticket := bot.TicketID(fmt.Sprintf("demo/%d", 70+i))
		e := notice(string(ticket))
		e.Ticket = ticket
		c := handled("of "+string(ticket), string(ticket), at)
		b.ok(b.Commit(b.ctx, store.Decision{
			Claim: c, Now: at, Ticket: &bot.Ticket{ID: ticket, Customer: "aozora", Key: fmt.Sprintf("DEMO-%d", 70+i), Received: at, Ended: at, Status: bot.StatusFinished},
			States: []store.StateChange{{Feature: "desk", State: map[string]int{"a": 1}}}, Facts: []bot.Fact{{ID: "1", At: at, Text: "words"}},
			Clocks:  []bot.ClockRow{{Ticket: ticket, Customer: "aozora", ID: "complete", Start: at}},
			Effects: []bot.Effect{e}, Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "w"}}},
		}))
	}
	mail := func(key string) bot.Effect {
		return bot.Effect{Key: key, Kind: bot.EffectMail, Class: bot.Notice, Customer: "aozora", Body: json.RawMessage(`{}`)}
	}
	b.queue(mail("old mail"), mail("dead mail"))
	for _, s := range b.send(0) {
		switch s.Attempt.Effect.Key {
		case "old mail":
			b.ok(b.FinishEffect(b.ctx, s, bot.Sent{Refs: map[string]string{"r": "1"}}, old))
		case "dead mail":
			b.ok(b.BuryEffect(b.ctx, s, "refused", old))
		case "demo/71":
			b.ok(b.RetryEffect(b.ctx, s, t0, time.Time{}, "503"))
		default:
			b.ok(b.FinishEffect(b.ctx, s, bot.Sent{Refs: map[string]string{"r": "1"}}, old))
		}
	}
	before := t0.Add(-90 * day)
	keep := store.Keep{RawEvents: before, Messages: before, Records: before}
	want := []store.Expired{
		{Kind: store.ExpiredEvents, Rows: 211},
		{Kind: store.ExpiredBuried, Rows: 1},
		{Kind: store.ExpiredMessages, Rows: 1},
		{Kind: store.ExpiredTickets, Rows: 1},
		{Kind: store.ExpiredAudit, Rows: 210},
	}
	for i, dry := range []bool{true, true, false} { // the dry run removes nothing
		got, err := b.Expire(b.ctx, keep, dry)
		b.ok(err)
		b.is(fmt.Sprintf("run %d", i), got, want)
	}
	got, err := b.Expire(b.ctx, keep, false)
	b.ok(err)
	b.is("removed again", len(got), 0)

	letters, err := b.DeadLetters(b.ctx)
	b.ok(err)
	b.is("dead letters stay, and the young one of the doors", len(letters), 3)
	for id, there := range map[bot.TicketID]bool{"demo/70": false, "demo/71": true} {
		l, err := b.Load(b.ctx, id)
		b.ok(err)
		audit, err := b.Audit(b.ctx, id)
		b.ok(err)
		refs, err := b.References(b.ctx, id)
		b.ok(err)
		if (l.Ticket != nil) != there || (len(l.States) > 0) != there || (len(audit) > 0) != there || len(refs) > 0 {
			b.Errorf("%s: ticket %v, states %v, audit %v, references %v; want there %v", id, l.Ticket, l.States, audit, refs, there)
		}
	}
	b.is("the young one's effect waits", effects(b.send(time.Hour)), []string{"demo/71"})
}
