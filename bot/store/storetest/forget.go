package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// forgetting: a name goes out of everything that is kept of one customer and of nobody else, what waits stays and is told, a decision of before is
// made again, and a customer goes as a whole when nothing is open.
func forgetting(b *bench) {
	const name = `山田 "太郎" & 100%`
	raw, err := json.Marshal(map[string]string{"text": "to " + name})
	b.ok(err)
	done, waits := notice("done"), notice("waits")
	done.Body, waits.Body = raw, raw
	b.decide(func(d *store.Decision) {
		d.Ticket.Summary = name + " asks"
		d.Facts = []bot.Fact{{ID: "comment:1", At: t0, Author: bot.Author{Name: name}, Text: "I am " + name}}
	})
	b.queue(done)
	b.done(b.sendOne(0, "done"))
	shown := notice("shown")
	shown.Kind, shown.Body = bot.EffectPost, raw
	b.queue(shown)
	b.done(b.sendOne(0, "shown"))
	b.queue(waits)
	month, err := json.Marshal(map[string]any{"month": "2026-10", "by": "sato", "rows": []any{map[string]any{"ticket": "AOZORA-1", "state": "missed", "cause": name + " was away"}}})
	b.ok(err)
	b.ok(b.KeepReferences(b.ctx, bot.ReportRefs("aozora"), map[string]string{"seal:2026-10": string(month), "wiki.page": "1"}))
	_, err = b.Silence(b.ctx, bot.Silence{ID: "s", Customer: "aozora", From: t0, Until: t0.Add(time.Hour), Reason: name + " asked", Person: "sato", Made: t0})
	b.ok(err)
	before, err := b.Load(b.ctx, lane)
	b.ok(err)
	e := store.Erasure{Customer: "aozora", Word: name, Why: "asked for", Now: t0}
	count := func(dry bool) string {
		list, open, err := b.Forget(b.ctx, e, dry)
		b.ok(err)
		out := []string{fmt.Sprint(open, " open")}
		for _, x := range list {
			out = append(out, fmt.Sprintf("%d %s", x.Rows, x.Kind))
		}
		return strings.Join(out, ", ")
	}
	b.is("of another customer", func() string { e.Customer = "other"; defer func() { e.Customer = "aozora" }(); return count(false) }(), "0 open")
	want := "1 open, 1 tickets, 1 facts, 2 effects, 1 silences, 1 closed months, 1 messages in Slack, 1 audit lines"
	b.is("dry", count(true), want)
	b.is("dry again", count(true), want)
	b.is("done", count(false), want)
	b.is("again", count(false), "1 open")
	after, err := b.Load(b.ctx, lane)
	b.ok(err)
	b.is("the ticket", after.Ticket.Summary, "(消去) asks")
	silences, err := b.Silences(b.ctx, "aozora", t0)
	b.ok(err)
	b.is("the silence", silences[0].Reason, "(消去) asked")
	b.is("its version rises", after.Version > before.Version, true)
	stale := store.Decision{Claim: b.event(lane), Now: t0, Ticket: before.Ticket, Version: before.Version}
	b.is("a decision of before", b.Commit(b.ctx, stale) != nil, true)
	refs, err := b.References(b.ctx, bot.ReportRefs("aozora"))
	b.ok(err)
	b.is("the closed month", strings.Contains(refs["seal:2026-10"], `"cause":"(消去) was away"`) && strings.Contains(refs["seal:2026-10"], `"state":"missed"`), true)
	waiting := b.send(0)
	b.is("what can be sent", effects(waiting), []string{"waits", fmt.Sprintf("erase:2:%d", t0.UnixMicro())})
	b.is("what waits is said as it is", strings.Contains(string(waiting[0].Attempt.Effect.Body), "太郎"), true)
	var edit bot.Post
	b.ok(waiting[1].Attempt.Effect.Decode(&edit))
	b.is("what Slack shows is edited", edit, bot.Post{Text: "to (消去)", Edit: "r-shown"})
	for _, word := range []string{"x", "done", "demo/1"} {
		_, _, err = b.Forget(b.ctx, store.Erasure{Customer: "aozora", Word: word, Why: "x", Now: t0}, true)
		b.is("word "+word, err != nil, true)
	}
	_, _, err = b.Forget(b.ctx, store.Erasure{Customer: "aozora", Why: "x", Now: t0}, false)
	b.is("a customer with open work", errors.Is(err, store.ErrStillOpen), true)
}
