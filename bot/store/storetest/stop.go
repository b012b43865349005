package storetest

import (
	"encoding/json"
	"time"

	"toban/bot"
	"toban/bot/store"
)

func stopping(b *bench) {
	first, err := b.Stop(b.ctx, store.Stop{Customer: "aozora", Since: t0, Person: "yamada", Reason: "wrong texts"}, post("told"))
	b.ok(err)
	b.is("the first", first, true)
	first, err = b.Stop(b.ctx, store.Stop{Customer: "aozora", Since: t0.Add(time.Hour), Person: "sato"}, post("told again"))
	b.ok(err)
	b.is("the second", first, false)
	other := notice("other")
	other.Ticket, other.Customer = "demo/2", "midori"
	thread := notice("thread")
	thread.Kind = bot.EffectPost
	other.Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	b.queue(notice("n1"), notice("n2"), other, thread)
	got := b.send(0)
	b.is("what goes on", effects(got), []string{"told", "other", "thread"})
	b.is("the trace and the time of its decision", []any{got[1].Attempt.Effect.Trace, got[1].Made}, []any{other.Trace, t0})
	for _, s := range got {
		b.done(s)
	}
	held, oldest, err := b.Held(b.ctx)
	b.ok(err)
	b.is("held", held, 2)
	b.is("the oldest", oldest, t0)
	st, err := b.Status(b.ctx, t0)
	b.ok(err)
	b.is("what is held is no work to do", []any{st.OpenEffects, st.OldestNotice}, []any{0, time.Time{}})
	stops, err := b.Stops(b.ctx)
	b.ok(err)
	b.is("stops", stops, []store.Stop{{Customer: "aozora", Since: t0, Person: "yamada", Reason: "wrong texts"}})
	// What must not be said any more, and what a newer one says better, is not said after the start.
	b.decide(func(d *store.Decision) { d.Withdraw = []string{"n1"} })
	due := notice("due-1")
	due.Class, due.Coalesce = bot.Cosmetic, "due"
	newer := due
	newer.Key = "due-2"
	b.queue(due, newer)
	b.is("still", effects(b.send(time.Hour)), []string{})
	ended, err := b.Start(b.ctx, "aozora", t0.Add(time.Hour), func([]store.Stop) []bot.Effect { return []bot.Effect{post("started")} })
	b.ok(err)
	b.is("ended", ended, stops)
	got = b.send(time.Hour)
	b.is("what waited, once, in order", effects(got), []string{"n2", "started"})
	for _, s := range got {
		b.is("a first try", []any{s.Attempt.Number, s.Attempt.Look}, []any{1, false})
		b.done(s)
	}
	b.sendOne(time.Hour, "due-2")
}

func stoppingAll(b *bench) {
	b.queue(notice("n1"))
	n1 := b.sendOne(0, "n1") // claimed before the stop, and given back by its worker
	for _, c := range []string{"", "aozora"} {
		_, err := b.Stop(b.ctx, store.Stop{Customer: c, Since: t0, Person: "sato"})
		b.ok(err)
	}
	b.ok(b.RetryEffect(b.ctx, n1, t0.Add(time.Second), time.Time{}, "stopped"))
	wiki := bot.Effect{Key: "report", Kind: bot.EffectReport, Class: bot.Notice, Body: json.RawMessage(`{}`)}
	b.queue(wiki, bot.Effect{Key: "mail", Kind: bot.EffectMail, Class: bot.Notice, Customer: "midori", Body: json.RawMessage(`{}`)})
	b.queue(bot.Effect{Key: "operators", Kind: bot.EffectMail, Class: bot.Notice, Body: json.RawMessage(`{}`)})
	for _, to := range []string{bot.PersonRef("sato"), bot.ContactRef("yamamoto")} {
		b.queue(bot.MakeEffect(bot.EffectCall, bot.Notice, "call "+to, ticket(), bot.Call{To: to, Text: "x"}), bot.MakeEffect(bot.EffectMail, bot.Notice, "mail "+to, ticket(), bot.Mail{To: to, Text: "x"}))
	}
	own := b.send(time.Hour)
	b.is("nothing goes but to the provider's own people", effects(own), []string{"operators", "call person:sato", "mail person:sato"})
	for _, s := range own {
		b.done(s)
	}
	none := func([]store.Stop) []bot.Effect { return nil }
	ended, err := b.Start(b.ctx, "midori", t0, none)
	b.ok(err)
	b.is("a customer without a stop of its own", len(ended), 0)
	b.is("nothing goes yet", effects(b.send(time.Hour)), []string{})
	ended, err = b.Start(b.ctx, "", t0, none)
	b.ok(err)
	b.is("every stop ends", len(ended), 2)
	got := b.send(2 * time.Hour)
	b.is("all go", effects(got), []string{"n1", "report", "mail", "call contact:yamamoto", "mail contact:yamamoto"})
	b.is("one that was claimed before is looked for", got[0].Attempt.Look, true)
}

func post(key string) bot.Effect {
	return bot.Effect{Key: key, Kind: bot.EffectPost, Class: bot.Notice, Body: json.RawMessage(`{"text":"x"}`)}
}
