package storetest

import (
	"time"

	"toban/bot"
)

// silences: each is written once, listed until its end has come, and ended early once.
func silences(b *bench) {
	q := bot.Silence{
		ID: "S-ABC234", Customer: "aozora", Hosts: []string{"web-1"}, From: t0, Until: t0.Add(2 * time.Hour), Reason: "保守", Person: "佐藤", Ticket: "AOZORA-1", Made: t0,
	}
	all := bot.Silence{ID: "S-DEF567", Customer: "midori", Hosts: []string{}, From: t0, Until: t0.Add(time.Hour), Reason: "移行", Person: "佐藤", Made: t0}
	for i, want := range []bool{true, false} {
		first, err := b.Silence(b.ctx, q, post("silenced"))
		b.ok(err)
		b.is("first", []any{i, first}, []any{i, want})
	}
	_, err := b.Silence(b.ctx, all)
	b.ok(err)
	list := func(customer string, after time.Duration) []bot.Silence {
		out, err := b.Silences(b.ctx, customer, t0.Add(after))
		b.ok(err)
		return out
	}
	b.is("of all customers, the one that ends first before the others", list("", 0), []bot.Silence{all, q})
	b.is("of one customer", list("aozora", 0), []bot.Silence{q})
	b.is("it ends by itself", list("", time.Hour), []bot.Silence{q})
	b.is("so does the other", list("", 2*time.Hour), []bot.Silence{})
	for i, want := range []bool{true, false} {
		ok, err := b.EndSilence(b.ctx, q.ID, "鈴木", t0.Add(time.Minute), func(s bot.Silence) []bot.Effect {
			b.is("what ends", s, q)
			return []bot.Effect{post("ended")}
		})
		b.ok(err)
		b.is("ended", []any{i, ok}, []any{i, want})
	}
	b.is("after its end", list("aozora", 2*time.Minute), []bot.Silence{})
	notes, err := b.Notes(b.ctx, "aozora")
	b.ok(err)
	b.is("notes in the trail", len(notes), 2)
}
