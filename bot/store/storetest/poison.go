package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// damagedTimer: one timer whose data a hand or a disk damaged holds up no other, and is heard of.
func damagedTimer(b *bench) {
	b.decide(func(d *store.Decision) {
		d.Timers = []bot.Timer{{Rule: "a", At: t0, Data: json.RawMessage("{")}, {Rule: "b", At: t0.Add(time.Second), Data: json.RawMessage(`{"n":2}`)}}
	})
	n, err := b.FireTimers(b.ctx, t0.Add(time.Minute), 9)
	b.ok(err)
	b.is("fired", n, 2)
	var data []string
	for range n {
		c := b.claim(0, 9)
		var due bot.TimerDue
		b.ok(c[0].Event.Decode(&due))
		data = append(data, due.Rule+string(due.Data))
		b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0}))
	}
	b.is("data", data, []string{"a", `b{"n":2}`})
}

// momentsOfNoTime: a moment before all others, that of no time among them, hides none.
func momentsOfNoTime(b *bench) {
	_, ok, err := b.NextDue(b.ctx)
	b.ok(err)
	b.is("none", ok, false)
	b.decide(func(d *store.Decision) {
		d.Timers = []bot.Timer{
			{Rule: "epoch", At: time.Unix(0, 0)},
			{Rule: "moon", At: time.Date(1969, 7, 20, 20, 17, 0, 0, time.UTC)},
			{Rule: "now", At: t0},
			{Rule: "far", At: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
		}
	})
	at, ok, err := b.NextDue(b.ctx)
	b.ok(err)
	b.is("the first", []any{ok, at.Year()}, []any{true, 1969})
	n, err := b.FireTimers(b.ctx, t0, 9)
	b.ok(err)
	b.is("fired", n, 3)
	at, ok, err = b.NextDue(b.ctx)
	b.ok(err)
	b.is("the last", []any{ok, at.Year()}, []any{true, 9999})
	b.ok(b.SetSchedule(b.ctx, bot.Schedule{Name: "never", Spec: "0 9 1 * *", Zone: "UTC", Catchup: bot.CatchupLatest}))
	at, ok, err = b.NextDue(b.ctx)
	b.ok(err)
	b.is("one of no time is due", []any{ok, at.After(t0)}, []any{true, false})
}

// manyDeadLetters: heads are read without what is in the letters.
func manyDeadLetters(b *bench) {
	large := []byte(`{"text":"` + strings.Repeat("x", 60_000) + `"}`)
	for range 3 {
		b.ok(b.Bury(b.ctx, "hook", "no JSON", large, t0))
	}
	b.ok(b.BuryEvent(b.ctx, b.event(lane), "broken"))
	b.queue(notice("n"))
	b.ok(b.BuryEffect(b.ctx, b.sendOne(0, "n"), "refused", t0))
	whole, err := b.DeadLetters(b.ctx)
	b.ok(err)
	heads, err := b.DeadLetterHeads(b.ctx)
	b.ok(err)
	b.is("letters", []int{len(whole), len(heads)}, []int{5, 5})
	for i := range whole {
		if whole[i].Raw == "" || heads[i].Raw != "" {
			b.Errorf("%s: %d bytes in the letter, %d in its head", whole[i].ID, len(whole[i].Raw), len(heads[i].Raw))
		}
		whole[i].Raw = ""
		b.is("head", heads[i], whole[i])
	}
	one, ok, err := b.DeadEffect(b.ctx, heads[1].ID)
	b.ok(err)
	b.is("one", []any{ok, one.ID, one.Raw}, []any{true, heads[1].ID, `{"text":"x"}`})
	_, ok, err = b.DeadEffect(b.ctx, "effect:999999")
	b.ok(err)
	b.is("none", ok, false)
	if _, _, err := b.DeadEffect(b.ctx, "effect:x"); err == nil {
		b.Error(fmt.Errorf("a letter without a number was read"))
	}
}
