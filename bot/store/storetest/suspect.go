package storetest

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// after is when the n-th process looks: the lease of the one before it is over.
func after(n int) time.Time { return t0.Add(time.Duration(n) * (lease + time.Second)) }

// suspectEvents: each claim that ends with its process narrows the circle; what was answered is hardly suspect any more.
func suspectEvents(b *bench) {
	b.accept("poison", lane)
	b.accept("behind", lane)
	b.accept("other", "demo/2")
	take := func(n int, which store.Suspicion) []string {
		got, err := b.ClaimSuspects(b.ctx, which, fmt.Sprint("process ", n), after(n), lease, 9)
		b.ok(err)
		out := []string{}
		for _, c := range got {
			out = append(out, fmt.Sprintf("%s %d", c.Event.Key, c.Deaths))
		}
		return out
	}
	b.is("at first", take(0, store.Unsuspected), []string{"poison 0", "other 0"})
	b.is("one death is chance", take(1, store.Unsuspected), []string{"poison 1", "other 1"})
	b.is("the second is none", take(2, store.Unsuspected), []string{})
	b.is("but slight", take(2, store.Slight), []string{"poison 2", "other 2"})
	b.is("its own loss is no death", func() []string {
		c, err := b.ClaimSuspects(b.ctx, store.Grave, "process 2", after(3), lease, 1)
		b.ok(err)
		return []string{fmt.Sprintf("%s %d", c[0].Event.Key, c[0].Deaths)}
	}(), []string{"poison 2"})
	b.is("slight no more", take(4, store.Slight), []string{})
	found, err := b.SuspectEvents(b.ctx, after(4))
	b.ok(err)
	b.is("counted", found, store.Suspects{Grave: 2})
	got, err := b.ClaimSuspects(b.ctx, store.Grave, "process 4", after(4), lease, 1)
	b.ok(err)
	b.is("by itself", keys(got), []string{"poison"})
	named, err := b.Suspected(b.ctx)
	b.ok(err)
	b.is("named", len(named) == 2 && named[0].Deaths == 3 && strings.HasSuffix(named[0].What, " poison") && named[0].Lane == lane, true)
	b.is("what is under way is not due", func() store.Suspects { s, err := b.SuspectEvents(b.ctx, after(4)); b.ok(err); return s }(), store.Suspects{Grave: 1})
	b.ok(b.BuryEvent(b.ctx, got[0], "deadly"))
	b.is("its lane goes on", take(5, store.Unsuspected), []string{"behind 0"})
	got, err = b.ClaimSuspects(b.ctx, store.Grave, "process 5", after(5), lease, 9)
	b.ok(err)
	b.is("the innocent", keys(got), []string{"other"})
	b.ok(b.RetryEvent(b.ctx, got[0], after(5), "Backlog is down"))
	b.is("answered", take(6, store.Slight), []string{"other 1"})
	letters, err := b.DeadLetters(b.ctx)
	b.ok(err)
	b.ok(b.Replay(b.ctx, letters[0].ID))
	b.is("replayed by itself", take(6, store.Grave), []string{"poison 4"})
	b.is("and given up with one more", take(7, store.Grave), []string{fmt.Sprintf("poison %d", store.MostDeaths)})
}

// slowIsNotDead: whoever comes back late takes back the death that was counted for it.
func slowIsNotDead(b *bench) {
	b.accept("slow", lane)
	slow, err := b.ClaimEvents(b.ctx, "slow", after(0), lease, 9)
	b.ok(err)
	other, err := b.ClaimEvents(b.ctx, "other", after(1), lease, 9)
	b.ok(err)
	b.is("taken over", other[0].Deaths, 1)
	b.ok(b.AbsolveEvent(b.ctx, slow[0]))
	b.ok(b.AbsolveEvent(b.ctx, slow[0])) // never below none
	b.ok(b.AbsolveEvent(b.ctx, other[0]))
	found, err := b.SuspectEvents(b.ctx, after(9))
	b.ok(err)
	b.is("none", found, store.Suspects{})
	b.ok(b.Commit(b.ctx, store.Decision{Claim: other[0], Now: t0}))
}

// suspectEffects: the same of effects, whose next try always looks first.
func suspectEffects(b *bench) {
	other := notice("other")
	other.Ticket = "demo/2"
	b.queue(notice("poison"), notice("behind"), other)
	send := func(n int, which store.Suspicion, most int) []store.Sending {
		got, err := b.ClaimEffects(b.ctx, store.Claim{Owner: fmt.Sprint("process ", n), Now: after(n), World: after(n), Lease: lease, Most: most, Which: which})
		b.ok(err)
		return got
	}
	b.is("at first", effects(send(0, store.Unsuspected, 9)), []string{"poison", "other"})
	b.is("once", effects(send(1, store.Unsuspected, 9)), []string{"poison", "other"})
	b.is("twice", effects(send(2, store.Slight, 9)), []string{"poison", "other"})
	b.is("no more beside others", effects(append(send(3, store.Unsuspected, 9), send(3, store.Slight, 9)...)), []string{})
	found, err := b.SuspectEffects(b.ctx, after(3))
	b.ok(err)
	b.is("counted", found, store.Suspects{Grave: 2})
	got := send(3, store.Grave, 1)
	b.is("by itself", []any{effects(got), got[0].Deaths, got[0].Attempt.Look}, []any{[]string{"poison"}, 3, true})
	b.ok(b.AbsolveEffect(b.ctx, store.Sending{ID: got[0].ID, Owner: "somebody else"}))
	b.ok(b.BuryEffect(b.ctx, got[0], "deadly", t0))
	b.is("its ticket goes on", effects(send(4, store.Unsuspected, 9)), []string{"behind"})
	letters, err := b.DeadLetters(b.ctx)
	b.ok(err)
	b.is("told", []any{len(letters), letters[0].Problem}, []any{1, "deadly"})
	heard := b.claim(0, 9)
	b.is("staff hear of it", []any{len(heard), heard[0].Event.Kind}, []any{1, bot.EventEffectDead})
	b.ok(b.Replay(b.ctx, letters[0].ID))
	b.done(send(5, store.Grave, 1)[0])
	got = send(5, store.Grave, 1)
	b.is("the innocent", effects(got), []string{"other"})
	b.ok(b.RetryEffect(b.ctx, got[0], after(5), time.Time{}, "503"))
	b.is("answered", effects(send(6, store.Slight, 9)), []string{"other"})
}
