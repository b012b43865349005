package storetest

import (
	"encoding/json"
	"errors"
	"sync"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// holdings are replaced whole by their feature, and seen by the customer's other tickets until they end.
func holdings(b *bench) {
	hold := func(kind bot.HoldingKind, ref string, until time.Duration) bot.Holding {
		return bot.Holding{Kind: kind, Ref: ref, From: t0, Until: t0.Add(until), Units: 1}
	}
	b.decide(func(d *store.Decision) {
		d.Holdings = map[string][]bot.Holding{"work": {hold(bot.HoldWork, "web01", 2*time.Hour), hold(bot.HoldWork, "web02", time.Hour)}, "desk": {hold(bot.HoldUnit, "", 3*time.Hour)}}
	})
	refs := func(customer string, after time.Duration) []string {
		list, err := b.Holdings(b.ctx, customer, t0.Add(after))
		b.ok(err)
		out := []string{}
		for _, h := range list {
			out = append(out, string(h.Kind)+" "+h.Ref+" "+h.Key)
		}
		return out
	}
	b.is("held", refs("aozora", 0), []string{"work web02 AOZORA-1", "work web01 AOZORA-1", "unit  AOZORA-1"})
	b.is("held by all", len(refs("", 0)), 3)
	b.is("held by another customer", refs("other", 0), []string{})
	b.is("held later on: the end is exclusive", refs("aozora", 2*time.Hour), []string{"unit  AOZORA-1"})
	b.decide(func(d *store.Decision) { d.Holdings = map[string][]bot.Holding{"work": {}} })
	b.is("held after the work was dropped", refs("aozora", 0), []string{"unit  AOZORA-1"})
	b.decide(func(*store.Decision) {})
	b.is("held after a decision that says nothing of it", refs("aozora", 0), []string{"unit  AOZORA-1"})
	open, err := b.OpenTickets(b.ctx)
	b.ok(err)
	b.is("open tickets", len(open), 1)
	b.decide(func(d *store.Decision) { d.Ticket.Ended = t0 })
	open, err = b.OpenTickets(b.ctx)
	b.ok(err)
	b.is("open tickets after the end", len(open), 0)
}

// opener finds the effect that opened an issue by its 通知番号; it belongs to no ticket.
func opener(b *bench) {
	e := bot.Effect{Key: "desk:new:1", Kind: bot.EffectIssue, Class: bot.Notice, Customer: "aozora", Body: json.RawMessage(`{}`)}
	b.queue(e, notice("n1"))
	key, err := b.OpenerOf(b.ctx, bot.NoticeNumber("desk:new:1"))
	b.ok(err)
	b.is("opener", key, "desk:new:1")
	for _, number := range []string{bot.NoticeNumber("n1"), bot.NoticeNumber("unknown"), ""} {
		key, err = b.OpenerOf(b.ctx, number)
		b.ok(err)
		b.is("opener of "+number, key, "")
	}
}

// sharedOut: of two decisions that take a share of what the same tickets left over, one decides again, whether they share a commit or not.
func sharedOut(b *bench) {
	take := func(lane string, seen store.SeenHoldings) error {
		t := ticket()
		t.ID, t.Key = bot.TicketID(lane), lane
		return b.Commit(b.ctx, store.Decision{
			Claim: b.event(lane), Now: t0, Ticket: t, Seen: seen,
			Holdings: map[string][]bot.Holding{"desk": {{Kind: bot.HoldUnit, From: t0, Until: t0.Add(time.Hour), Units: 1}}},
		})
	}
	see := func() (int, store.SeenHoldings) {
		list, seen, err := b.SeeHoldings(b.ctx, store.Sought{Customer: "aozora", After: t0})
		b.ok(err)
		return len(list), seen
	}
	n, first := see()
	b.is("nothing is held", n, 0)
	b.ok(take("demo/11", first))
	if err := take("demo/12", first); !errors.Is(err, store.ErrConflict) {
		b.Fatalf("the same share twice: %v, want ErrConflict", err)
	}
	n, second := see()
	b.is("one is held", n, 1)
	errs := make(chan error, 2)
	claims := []string{"demo/13", "demo/14"}
	var wg sync.WaitGroup
	decisions := make([]store.Decision, len(claims))
	for i, lane := range claims {
		t := ticket()
		t.ID, t.Key = bot.TicketID(lane), lane
		decisions[i] = store.Decision{
			Claim: b.event(lane), Now: t0, Ticket: t, Seen: second,
			Holdings: map[string][]bot.Holding{"desk": {{Kind: bot.HoldUnit, From: t0, Until: t0.Add(time.Hour), Units: 1}}},
		}
	}
	for _, d := range decisions {
		wg.Go(func() { errs <- b.Commit(b.ctx, d) })
	}
	wg.Wait()
	close(errs)
	var went, clashed int
	for err := range errs {
		switch {
		case err == nil:
			went++
		case errors.Is(err, store.ErrConflict):
			clashed++
		}
	}
	b.is("of two at once one went through", []int{went, clashed}, []int{1, 1})
	n, _ = see()
	b.is("two are held", n, 2)
}
