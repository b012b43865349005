package storetest

import (
	"encoding/json"
	"errors"
	"time"

	"toban/bot"
	"toban/bot/store"
)

func aozora(to bot.Mode, at time.Duration) store.ModeChange {
	return store.ModeChange{
		ModeKey: bot.ModeKey{Customer: "aozora", Project: "AOZORA"}, To: to, Person: "yamada", At: t0.Add(at),
		Say: func(from bot.Mode) []bot.Effect {
			return []bot.Effect{post("from " + string(from) + " to " + string(to))}
		},
	}
}

func ours(key string) bot.Effect {
	e := notice(key)
	e.Customer, e.Project, e.Report = "aozora", "AOZORA", key == "open" || key == "four" // the last ones, whose ends wait behind nobody
	return e
}

// set changes the mode and tells nobody.
func (b *bench) set(to bot.Mode, at time.Duration) {
	c := aozora(to, at)
	c.Say = nil
	_, changed, err := b.SetMode(b.ctx, c)
	b.ok(err)
	b.is("changed", changed, true)
}

// modes: what the file says is taken over once for each change of the file, and a change in between holds.
func modes(b *bench) {
	from, changed, err := b.WriteMode(b.ctx, aozora(bot.ModeShadow, 0))
	b.ok(err)
	b.is("the first mode is no change", []any{from, changed}, []any{bot.ModeShadow, false})
	mode, err := b.ModeOf(b.ctx, "aozora", "")
	b.ok(err)
	b.is("the customer as a whole", mode, bot.ModeShadow)
	_, changed, err = b.SetMode(b.ctx, aozora(bot.ModeOn, time.Hour))
	b.ok(err)
	b.is("changed", changed, true)
	b.done(b.sendOne(time.Hour, "from shadow to on"))
	_, changed, err = b.SetMode(b.ctx, aozora(bot.ModeOn, time.Hour))
	b.ok(err)
	b.is("changed again", changed, false)
	_, changed, err = b.WriteMode(b.ctx, aozora(bot.ModeShadow, 2*time.Hour))
	b.ok(err)
	b.is("the file says what it said", changed, false)
	mode, err = b.ModeOf(b.ctx, "aozora", "AOZORA")
	b.ok(err)
	b.is("now", mode, bot.ModeOn)
	from, changed, err = b.WriteMode(b.ctx, aozora(bot.ModeAssist, 3*time.Hour))
	b.ok(err)
	b.is("the file says something new", []any{from, changed}, []any{bot.ModeOn, true})
	list, err := b.Modes(b.ctx)
	b.ok(err)
	b.is("the list", list, []store.Mode{
		{ModeKey: bot.ModeKey{Customer: "aozora"}, Mode: bot.ModeAssist, Written: bot.ModeShadow, Since: t0.Add(3 * time.Hour), Person: "yamada"},
		{ModeKey: bot.ModeKey{Customer: "aozora", Project: "AOZORA"}, Mode: bot.ModeAssist, Written: bot.ModeAssist, Since: t0.Add(3 * time.Hour), Born: t0, Person: "yamada"},
	})
	born := func() time.Time {
		list, err := b.Modes(b.ctx)
		b.ok(err)
		return list[1].Born
	}
	b.set(bot.ModeOff, 4*time.Hour)
	b.is("off", born(), t0)
	b.set(bot.ModeShadow, 5*time.Hour)
	b.is("decides again since", born(), t0.Add(5*time.Hour))
	b.set(bot.ModeOn, 6*time.Hour)
	b.is("goes on", born(), t0.Add(5*time.Hour))
}

// shadowed: what is decided in shadow ends there, and its end is told; what was decided before and not sent does not go out in shadow; nothing of
// either goes out when the mode goes on.
func shadowed(b *bench) {
	b.queue(ours("before"), ours("tried"))
	before := b.sendOne(0, "before")
	b.is("it may go out", before.Mode, bot.ModeOn)
	b.ok(b.RetryEffect(b.ctx, before, t0.Add(time.Second), time.Time{}, "503"))
	b.set(bot.ModeShadow, time.Second)
	again := b.sendOne(2*time.Second, "before")
	b.is("only looked for", []any{again.Mode, again.Attempt.Look, again.Attempt.Halt}, []any{bot.ModeShadow, true, false})
	b.ok(b.ShadowEffect(b.ctx, again, bot.Sent{}, t0))
	b.ok(b.ShadowEffect(b.ctx, b.sendOne(3*time.Second, "tried"), bot.Sent{}, t0))
	b.queue(ours("during"), ours("open"))
	during := b.sendOne(4*time.Second, "during")
	first, second := bot.Fact{ID: "comment:9", At: t0, Text: "a"}, bot.Fact{ID: "comment:10", At: t0, Text: "b"}
	b.decide(func(d *store.Decision) { d.Withdraw, d.Facts = []string{"during"}, []bot.Fact{second, first} })
	b.ok(b.ShadowEffect(b.ctx, during, bot.Sent{}, t0, post("of what was taken back")))
	b.set(bot.ModeOn, 5*time.Second)
	open := b.sendOne(6*time.Second, "open")
	b.is("decided in shadow", open.Mode, bot.ModeShadow)
	b.ok(b.ShadowEffect(b.ctx, open, bot.Sent{}, t0))
	b.queue(ours("after"))
	after := b.sendOne(7*time.Second, "after")
	b.is("decided after it", after.Mode, bot.ModeOn)
	k := bot.ModeKey{Customer: "aozora", Project: "AOZORA"}
	spoken, err := b.SpokenOn(b.ctx, k)
	b.ok(err)
	b.is("nothing was said yet", spoken, map[bot.TicketID]time.Time{})
	b.ok(b.FinishEffect(b.ctx, after, bot.Sent{RemoteID: "1"}, t0))
	spoken, err = b.SpokenOn(b.ctx, k)
	b.ok(err)
	b.is("something was said", spoken, map[bot.TicketID]time.Time{lane: t0})
	keys := func(from, to time.Time) (out []string) {
		kept, err := b.KeptBack(b.ctx, k, from, to)
		b.ok(err)
		for _, e := range kept {
			b.is("when", e.At, t0)
			out = append(out, e.Key)
		}
		return out
	}
	b.is("kept back", keys(t0, t0.Add(time.Second)), []string{"before", "tried", "open"})
	b.is("the end is excluded", keys(t0.Add(-time.Second), t0), []string(nil))
	facts, err := b.Facts(b.ctx, lane)
	b.ok(err)
	b.is("history", facts, []bot.Fact{first, second})
	ends := map[string]bool{}
	for _, c := range b.claim(time.Hour, 20) {
		var r bot.EffectResult
		if c.Event.Kind == bot.EventEffectDone {
			b.ok(json.Unmarshal(c.Event.Body, &r))
			ends[r.Key] = bot.IsShadow(r.RemoteID)
		}
	}
	b.is("told as not sent", ends["open"], true)
}

// held: what waits for a person is released once, refused once, taken back by a newer decision, and ended when the mode goes back.
func held(b *bench) {
	b.set(bot.ModeAssist, 0)
	hold := func(key string, at time.Duration) store.Held {
		b.queue(ours(key))
		s := b.sendOne(at, key)
		b.is("waits", s.Mode, bot.ModeAssist)
		b.ok(b.HoldEffect(b.ctx, s, t0.Add(at)))
		h, waits, _, _, err := b.HeldEffect(b.ctx, bot.NoticeNumber(key))
		b.ok(err)
		b.is("it waits", []any{waits, h.Key, h.Asked}, []any{true, key, t0.Add(at)})
		return h
	}
	one, two, three, four := hold("one", time.Second), hold("two", 2*time.Second), hold("three", 3*time.Second), hold("four", 4*time.Second)
	list, err := b.Waiting(b.ctx)
	b.ok(err)
	b.is("all wait", len(list), 4)
	b.is("nothing goes out", effects(b.send(time.Minute)), []string{})
	done, err := b.ReleaseHeld(b.ctx, one, "sato", t0)
	b.ok(err)
	b.is("released", done, true)
	done, err = b.ReleaseHeld(b.ctx, one, "suzuki", t0)
	b.ok(err)
	b.is("released again", done, false)
	s := b.sendOne(time.Hour, "one")
	b.is("a first try, all the way", []any{s.Mode, s.Attempt.Number, s.Attempt.Look, s.Attempt.Released}, []any{bot.ModeOn, 1, false, true})
	b.done(s)
	done, err = b.RefuseHeld(b.ctx, two, "not now", t0)
	b.ok(err)
	b.is("refused", done, true)
	done, err = b.ReleaseHeld(b.ctx, two, "sato", t0)
	b.ok(err)
	b.is("released after that", done, false)
	b.decide(func(d *store.Decision) { d.Withdraw = []string{"three"} })
	_, waits, ended, _, err := b.HeldEffect(b.ctx, three.Number)
	b.ok(err)
	b.is("taken back", []any{waits, ended}, []any{false, "withdrawn"})
	b.set(bot.ModeShadow, 2*time.Hour)
	done, err = b.ReleaseHeld(b.ctx, four, "sato", t0)
	b.ok(err)
	b.is("released in shadow", done, false)
	dead := 0
	for _, c := range b.claim(3*time.Hour, 20) {
		if c.Event.Kind == bot.EventEffectDead {
			dead++
		}
	}
	if dead == 0 {
		b.Errorf("nobody heard of what was refused")
	}
}

// judged: of an effect whose outcome nobody knew, the first person's word counts, and whoever asked for it hears.
func judged(b *bench) {
	one := notice("one")
	one.Report = true
	b.queue(one)
	number := bot.NoticeNumber("one")
	judge := func(outcome string) bool {
		done, err := b.Judge(b.ctx, number, "unknown", outcome, "sato", t0, post("told"))
		b.ok(err)
		return done
	}
	heard := func() (outcome string) {
		c := b.claim(0, 9)
		b.is("one is heard", len(c), 1)
		var r bot.EffectResult
		b.ok(c[0].Event.Decode(&r))
		b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0}))
		return r.Outcome
	}
	b.is("judged before it has ended", judge("done"), false)
	b.ok(b.FinishEffect(b.ctx, b.sendOne(0, "one"), bot.Sent{RemoteID: "r", At: t0, Outcome: "unknown", Why: "no answer"}, t0))
	b.is("at first", heard(), "unknown")
	b.is("judged", judge("done"), true)
	b.is("judged again", judge("refused"), false)
	b.is("then", heard(), "done")
	b.is("and no more", keys(b.claim(0, 9)), []string{})
	j, err := b.EndedEffect(b.ctx, number)
	b.ok(err)
	b.is("recorded", []any{j.Outcome, j.Why, j.Key, j.Ended}, []any{"done", "sato: no answer", "one", true})
	b.sendOne(0, "told")
	_, err = b.EndedEffect(b.ctx, "T-NONE")
	b.is("a number of nothing", errors.Is(err, store.ErrNotFound), true)
}
