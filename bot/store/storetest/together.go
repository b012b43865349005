package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/sla"
)

// manyDecisions: decisions that come at the same time share a commit, and each is told about its own: those of an event that another worker
// took over and those on a ticket that has changed write nothing, the others everything.
func manyDecisions(b *bench) {
	const tickets, rounds = 24, 3
	hard := "\x00\xff\\\"{},'長" // what arrays, JSON and PostgreSQL's text make trouble with
	var want []string
	for round := range rounds {
		var in []bot.Event
		for i := range tickets {
			in = append(in, bot.Event{Key: fmt.Sprintf("d-%d-%02d", round, i), Kind: "x", Lane: fmt.Sprintf("demo/%d", i), At: t0})
		}
		b.ok(b.Accept(b.ctx, in...))
		claims := b.claim(time.Duration(round)*time.Hour, tickets)
		b.is("claimed", len(claims), tickets)
		var wg sync.WaitGroup
		for i, c := range claims {
			wg.Go(func() {
				k := ticket()
				k.ID, k.Key, k.Summary = bot.TicketID(c.Event.Lane), fmt.Sprintf("AOZORA-%d", i), "s"+hard
				n := notice("n:" + c.Event.Key)
				n.Ticket = k.ID
				card := card(fmt.Sprintf("card:%d:%d", i, round))
				card.Ticket, card.Coalesce = k.ID, "card:"+c.Event.Lane
				d := store.Decision{
					Claim: c, Now: t0, Ticket: k, Version: int64(round), Cursor: int64(10 + round),
					States:   []store.StateChange{{Feature: "desk", State: map[string]string{"n": hard}, Panel: &bot.Panel{State: fmt.Sprint(round)}}, {Feature: "work", State: round}},
					Facts:    []bot.Fact{{ID: fmt.Sprintf("comment:%d", round), At: t0, Text: hard}, {ID: "issue:1", At: t0}},
					Timers:   []bot.Timer{{Rule: "r", At: t0.Add(time.Hour)}, {Rule: "r", Cancel: true}, {Rule: "r", At: t0.Add(2 * time.Hour)}, {Rule: fmt.Sprint(round), At: t0.Add(time.Minute)}},
					Effects:  []bot.Effect{n, card},
					Clocks:   []bot.ClockRow{{ID: "a", State: sla.StateRunning, Start: t0, Due: t0.Add(time.Hour)}, {ID: "a", State: sla.StateMet, Start: t0, Due: t0}},
					Holdings: map[string][]bot.Holding{"work": {{Until: t0.Add(time.Hour)}, {Until: t0.Add(2 * time.Hour)}}},
					Reasons:  []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "round", Why: hard}}},
				}
				switch expected := error(nil); i % 8 {
				case 3: // taken over
					d.Claim.Attempt++
					expected = store.ErrFenced
					fallthrough
				case 5: // the ticket changed
					if expected == nil {
						d.Version, expected = d.Version+5, store.ErrConflict
					}
					if err := b.Commit(b.ctx, d); !errors.Is(err, expected) {
						b.Errorf("%s: %v, want %v", c.Event.Key, err, expected)
					}
					d.Claim, d.Version = c, int64(round)
				}
				if err := b.Commit(b.ctx, d); err != nil {
					b.Errorf("%s: %v", c.Event.Key, err)
				}
			})
			want = append(want, "n:"+c.Event.Key)
		}
		wg.Wait()
		b.is("left open", len(b.claim(time.Duration(round)*time.Hour, 99)), 0)
	}
	for i := range tickets {
		id := bot.TicketID(fmt.Sprintf("demo/%d", i))
		l, err := b.Load(b.ctx, id)
		b.ok(err)
		b.is("version and cursor", []int64{l.Version, l.Cursor}, []int64{rounds, 10 + rounds - 1})
		var state map[string]string
		b.ok(json.Unmarshal(l.States["desk"].State, &state))
		// JSON keeps the zero byte as an escape, and has no broken text.
		b.is("state", state["n"], strings.ToValidUTF8(hard, "\uFFFD"))
		b.is("parts", []string{string(l.States["desk"].Panel), string(l.States["work"].State)}, []string{`{"state":"2"}`, "2"})
		timers, err := b.Timers(b.ctx, id)
		b.ok(err)
		b.is("timers", len(timers), 1+rounds)
		b.is("the last word about a timer", timers[rounds], bot.Timer{Rule: "r", At: t0.Add(2 * time.Hour)})
		clocks, err := b.TicketClocks(b.ctx, id)
		b.ok(err)
		b.is("the last word about a clock", []any{len(clocks), clocks[0].State}, []any{1, sla.StateMet})
		audit, err := b.Audit(b.ctx, id)
		b.ok(err)
		b.is("audit", len(audit), rounds)
		b.is("why", audit[0].Why, strings.ReplaceAll(strings.ToValidUTF8(hard, "\uFFFD"), "\x00", "\uFFFD"))
	}
	held, err := b.Holdings(b.ctx, "aozora", t0)
	b.ok(err)
	b.is("holdings", len(held), 2*tickets)
	var sent []string
	for list := b.send(0); len(list) > 0; list = b.send(0) {
		for _, s := range list {
			if s.Attempt.Effect.Class == bot.Notice {
				sent = append(sent, s.Attempt.Effect.Key)
			} else {
				b.is("the newest card", s.Attempt.Effect.Key[len(s.Attempt.Effect.Key)-2:], ":2")
			}
			b.done(s)
		}
	}
	b.is("notices", len(sent), len(want))
}

// tangled: one decision's effects that change each other come out as if they were queued one after the other, and those of decisions at the
// same time with one coalesce key leave one of them.
func tangled(b *bench) {
	update := func(key string, u bot.Update) bot.Effect {
		return bot.MakeEffect(bot.EffectUpdate, bot.Cosmetic, key, ticket(), u)
	}
	b.decide(func(d *store.Decision) {
		d.Effects = []bot.Effect{
			update("u1", bot.Update{StatusID: 2, DueDate: "2026-11-25"}), card("c1"), update("u2", bot.Update{StatusID: 3}), card("c2"), notice("n1"),
		}
	})
	var got []string
	for list := b.send(0); len(list) > 0; list = b.send(0) {
		for _, s := range list {
			got = append(got, s.Attempt.Effect.Key)
			b.done(s)
		}
	}
	b.is("sent", got, []string{"c2", "n1", "u1:rest", "u2"})
	const doors = 12
	var in []bot.Event
	for i := range doors {
		in = append(in, bot.Event{Key: fmt.Sprintf("home-%d", i), Kind: "x", Lane: fmt.Sprintf("home/%d", i), At: t0})
	}
	b.ok(b.Accept(b.ctx, in...))
	var wg sync.WaitGroup
	for i, c := range b.claim(0, doors) {
		wg.Go(func() {
			e := bot.Effect{Key: fmt.Sprintf("home:%d", i), Kind: bot.EffectCard, Class: bot.Cosmetic, Coalesce: "home", Body: json.RawMessage(`{}`)}
			if err := b.Commit(b.ctx, store.Decision{Claim: c, Now: t0, Effects: []bot.Effect{e}}); err != nil {
				b.Errorf("%s: %v", c.Event.Key, err)
			}
		})
	}
	wg.Wait()
	b.is("left of one coalesce key", len(b.send(0)), 1)
}
