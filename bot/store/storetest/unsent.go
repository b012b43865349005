package storetest

import (
	"time"

	"toban/bot"
	"toban/bot/store"
)

func unsent(b *bench) {
	urgent, late := post("urgent"), post("late")
	urgent.Urgent = true
	cosmetic := post("card")
	cosmetic.Class = bot.Cosmetic
	b.queue(post("p1"), notice("comment"), cosmetic, urgent)
	b.ok(b.Queue(b.ctx, t0.Add(time.Minute), late))
	got, err := b.Unsent(b.ctx, "slack", t0.Add(time.Second), 9)
	b.ok(err)
	var keys []string
	for _, e := range got.First {
		keys = append(keys, e.Key)
	}
	b.is("what Slack has not taken", []any{got.N, got.Oldest, keys}, []any{2, t0, []string{"urgent", "p1"}})
	got, err = b.Unsent(b.ctx, "slack", t0.Add(time.Hour), 1)
	b.ok(err)
	b.is("a short list", []any{got.N, len(got.First)}, []any{3, 1})
	for _, s := range b.send(0) {
		b.done(s)
	}
	b.send(0)
	got, err = b.Unsent(b.ctx, "mail", t0.Add(time.Hour), 9)
	b.ok(err)
	b.is("another channel", got, store.Unsent{})
}

// Mails and calls are each a delivery of their own: a receiver whose server says "later" holds up nobody else.
func mailsWaitForNobody(b *bench) {
	var all []bot.Effect
	for _, kind := range []bot.EffectKind{bot.EffectMail, bot.EffectCall} {
		for _, to := range []string{"1", "2"} {
			e := notice(string(kind) + to)
			e.Kind = kind
			all = append(all, e)
		}
	}
	b.queue(all...)
	b.is("at once", effects(b.send(0)), []string{"mail.send1", "mail.send2", "phone.call1", "phone.call2"})
}
