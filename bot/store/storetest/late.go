package storetest

import (
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// lateness: a notice that is claimed after its time is told why it is late, and the record keeps it.
func lateness(b *bench) {
	due := t0.Add(10 * time.Minute)
	promised := func(key, ticket string) bot.Effect {
		n := notice(key)
		n.Due, n.Ticket = due, bot.TicketID(ticket)
		return n
	}
	space := store.BacklogDown + "demo"
	pulse := func(at time.Duration, names ...string) {
		b.ok(b.Pulse(b.ctx, store.Life{Names: names, Machine: t0.Add(at), World: t0.Add(at), Limit: 2 * time.Minute}))
	}
	why := func(s store.Sending) bot.Cause {
		if s.Attempt.Late == nil {
			return ""
		}
		b.is("due", s.Attempt.Late.Due, due)
		return s.Attempt.Late.Cause
	}
	pulse(0, store.TobanDown, space)
	b.queue(promised("in time", "demo/11"))
	timely := b.sendOne(10*time.Minute+bot.LateAfter, "in time")
	b.is("in time", why(timely), "")
	b.done(timely)

	for m := time.Duration(2); m <= 12; m += 2 {
		pulse(m*time.Minute, space)
	}
	b.queue(promised("busy", "demo/12"))
	busy := b.sendOne(12*time.Minute, "busy")
	b.is("busy", why(busy), bot.CauseBusy)
	b.ok(b.FinishEffect(b.ctx, busy, bot.Sent{RemoteID: "1", At: t0.Add(12 * time.Minute)}, t0.Add(12*time.Minute)))

	b.queue(promised("refused", "demo/13"))
	first := b.sendOne(10*time.Minute, "refused")
	b.ok(b.RetryEffect(b.ctx, first, t0.Add(13*time.Minute), time.Time{}, "503 Service Unavailable"))
	again := b.sendOne(13*time.Minute, "refused")
	b.is("refused by Backlog", why(again), bot.CauseBacklog)
	b.ok(b.RetryEffect(b.ctx, again, t0.Add(14*time.Minute), time.Time{}, bot.ErrStopped.Error()))
	held := b.sendOne(14*time.Minute, "refused")
	b.is("held back", why(held), bot.CauseStopped)
	b.done(held)

	b.queue(promised("blind", "demo/14")) // Backlog has said nothing since 12 minutes, and nobody could read what to answer
	blind := b.sendOne(15*time.Minute, "blind")
	b.is("Backlog is down", why(blind), bot.CauseBacklog)
	b.done(blind)
	pulse(15*time.Minute, space)

	pulse(16*time.Minute, store.TobanDown) // it was down since t0
	b.queue(promised("down", "demo/15"))
	down := b.sendOne(16*time.Minute, "down")
	b.is("Toban was down", why(down), bot.CauseToban)
	b.ok(b.FinishEffect(b.ctx, down, bot.Sent{RemoteID: "5", At: t0.Add(16 * time.Minute)}, t0.Add(16*time.Minute)))

	card := promised("cosmetic", "demo/16")
	card.Class = bot.Cosmetic
	b.queue(card)
	b.is("a cosmetic effect", why(b.sendOne(17*time.Minute, "cosmetic")), "")

	lines, err := b.Audit(b.ctx, "demo/15")
	b.ok(err)
	if len(lines) != 1 || lines[0].What != "sent down late" || !strings.Contains(lines[0].Why, "6m0s late; cause toban: toban from 2026-11-24T01:00:00Z to 2026-11-24T01:16:00Z") {
		b.Errorf("the record of the late notice: %+v", lines)
	}
	late, err := b.LateNotices(b.ctx, "aozora", t0, t0.Add(time.Hour))
	b.ok(err)
	n := len(late) - 1
	b.is("the newest late notice", late[n], store.LateNotice{Due: t0.Add(10 * time.Minute), Out: t0.Add(16 * time.Minute), Cause: bot.CauseToban})
	for _, none := range []struct {
		customer string
		from, to time.Time
	}{{"other", t0, t0.Add(time.Hour)}, {"aozora", t0.Add(17 * time.Minute), t0.Add(time.Hour)}, {"aozora", t0.Add(-time.Hour), t0}} {
		if late, err := b.LateNotices(b.ctx, none.customer, none.from, none.to); err != nil || len(late) > 0 {
			b.Errorf("late notices of %s from %s on: %+v, %v", none.customer, none.from, late, err)
		}
	}
	all, err := b.Downtimes(b.ctx, t0, t0.Add(time.Hour))
	b.ok(err)
	names := []string{}
	for _, d := range all {
		names = append(names, d.Name+" "+d.To.Sub(d.From).String())
		slices.Sort(names)
	}
	b.is("downtimes", names, []string{space + " 3m0s", "toban 16m0s"})
	last, err := b.LastLife(b.ctx, store.TobanDown)
	b.ok(err)
	b.is("last life", last, t0.Add(16*time.Minute))
	pulse(time.Minute, store.TobanDown) // an older sign changes nothing
	last, err = b.LastLife(b.ctx, store.TobanDown)
	b.ok(err)
	b.is("last life after an older sign", last, t0.Add(16*time.Minute))
}
