package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// bulkElsewhere: a replica that does not send in bulk leaves those to the other, and everything else comes before them.
func bulkElsewhere(b *bench) {
	bulk, urgent := notice("bulk"), notice("urgent")
	bulk.Ticket, bulk.Bulk = "demo/8", true
	urgent.Ticket, urgent.Urgent = "demo/9", true
	b.queue(bulk, notice("n"), urgent)
	claim := store.Claim{Owner: "other", Now: t0, World: t0, Lease: time.Minute, Most: 9, NoBulk: true}
	got, err := b.ClaimEffects(b.ctx, claim)
	b.ok(err)
	b.is("without bulk", effects(got), []string{"n", "urgent"})
	claim.NoBulk = false
	got, err = b.ClaimEffects(b.ctx, claim)
	b.ok(err)
	b.is("with it", effects(got), []string{"bulk"})
}

func noticeOrder(b *bench) {
	post := notice("post")
	post.Kind = bot.EffectPost
	b.queue(notice("n1"), notice("n1"), notice("n2"), post)
	first := b.send(0)
	b.is("one a channel", effects(first), []string{"n1", "post"})
	b.is("none beside it", effects(b.send(time.Second)), []string{})
	b.ok(b.RetryEffect(b.ctx, first[0], t0.Add(time.Hour), time.Time{}, "503"))
	b.is("none before it", effects(b.send(lease-1)), []string{})
	again := b.send(time.Hour) // the post's lease is over, too
	b.is("then", effects(again), []string{"n1", "post"})
	b.is("look", []bool{first[0].Attempt.Look, again[0].Attempt.Look}, []bool{false, true})
	b.is("first try", again[0].Attempt.First, t0)
	b.done(again[0])
	b.sendOne(time.Hour+time.Second, "n2")
	if err := b.FinishEffect(b.ctx, first[1], bot.Sent{}, t0); !errors.Is(err, store.ErrFenced) {
		b.Errorf("writing back after the claim was lost: %v, want ErrFenced", err)
	}
}

// failingTicket: what fails on one ticket holds up its own channel only: not another ticket's, and not the ticket's cards in Slack.
func failingTicket(b *bench) {
	other, slack := notice("other"), notice("slack")
	other.Ticket, slack.Kind = "demo/2", bot.EffectPost
	b.queue(notice("fails"), notice("behind"), other, slack)
	for round := range 3 {
		at := time.Duration(round) * time.Hour
		for _, s := range b.send(at) {
			if s.Attempt.Effect.Key == "fails" {
				b.ok(b.RetryEffect(b.ctx, s, t0.Add(at+time.Hour), time.Time{}, "500"))
				continue
			}
			if s.Attempt.Effect.Key == "behind" {
				b.Fatal("a notice overtook the one before it")
			}
			b.done(s)
		}
		next := notice(fmt.Sprint("other ", round))
		next.Ticket = "demo/2"
		b.queue(next)
		b.done(b.sendOne(at+time.Minute, next.Key))
	}
	b.done(b.sendOne(3*time.Hour, "fails"))
	b.sendOne(3*time.Hour, "behind")
}

func cosmeticOrder(b *bench) {
	due := notice("due")
	due.Class = bot.Cosmetic
	b.queue(due, notice("n1"))
	n1 := b.sendOne(0, "n1") // a notice does not wait for what was there before it
	b.is("beside it", effects(b.send(0)), []string{})
	b.ok(b.RetryEffect(b.ctx, n1, t0.Add(time.Minute), time.Time{}, "503"))
	b.done(b.sendOne(time.Second, "due")) // nor does a cosmetic wait for a back-off
	b.sendOne(time.Minute, "n1")
}

// overtaken: an update that waits does not put back what a newer one set; what else it sets or says stays to be done.
func overtaken(b *bench) {
	update := func(key string, class bot.EffectClass, u bot.Update) bot.Effect {
		e := bot.MakeEffect(bot.EffectUpdate, class, key, nil, u)
		e.Ticket, e.Customer = lane, "aozora"
		return e
	}
	sent := func(after time.Duration, key string) (u bot.Update) {
		s := b.sendOne(after, key)
		b.ok(s.Attempt.Effect.Decode(&u))
		b.done(s)
		return u
	}
	b.queue(update("answer", bot.Notice, bot.Update{Text: "承りました", DueDate: "2026-11-25", AssigneeID: 5}))
	b.ok(b.RetryEffect(b.ctx, b.sendOne(0, "answer"), t0.Add(time.Hour), time.Time{}, "503"))
	b.queue(update("take", bot.Cosmetic, bot.Update{StatusID: 2, AssigneeID: 7, KeepAssignee: []int64{5}}))
	b.ok(b.RetryEffect(b.ctx, b.sendOne(time.Second, "take"), t0.Add(time.Minute), time.Time{}, "503"))
	b.queue(update("due", bot.Cosmetic, bot.Update{DueDate: "2026-11-27"}), update("done", bot.Notice, bot.Update{Text: "完了しました", StatusID: 3}))
	b.is("answer", sent(time.Hour, "answer"), bot.Update{Text: "承りました"})
	b.is("done", sent(time.Hour, "done"), bot.Update{Text: "完了しました", StatusID: 3})
	b.is("due", sent(time.Hour, "due"), bot.Update{DueDate: "2026-11-27"})
	b.is("what is left of take", sent(time.Hour, "take:rest"), bot.Update{AssigneeID: 7, KeepAssignee: []int64{5}})
	b.is("nothing else", effects(b.send(2*time.Hour)), []string{})
	// One that is on its way ends with this try.
	b.queue(update("taken", bot.Cosmetic, bot.Update{StatusID: 2, AssigneeID: 7}))
	taken := b.sendOne(2*time.Hour, "taken")
	b.queue(update("closed", bot.Notice, bot.Update{Text: "終了しました", StatusID: 4}), update("other", bot.Cosmetic, bot.Update{AssigneeID: 8}))
	b.ok(b.RetryEffect(b.ctx, taken, t0.Add(2*time.Hour), time.Time{}, "503"))
	b.is("closed", sent(2*time.Hour, "closed"), bot.Update{Text: "終了しました", StatusID: 4})
	b.is("other", sent(2*time.Hour, "other"), bot.Update{AssigneeID: 8})
	b.is("nothing else", effects(b.send(3*time.Hour)), []string{})
}

func coalesced(b *bench) {
	b.queue(card("c1"), card("c2"))
	c2 := b.sendOne(0, "c2") // the older one was never tried
	b.queue(card("c3"))      // c2 is on its way
	b.ok(b.RetryEffect(b.ctx, c2, t0.Add(time.Second), time.Time{}, "500"))
	c3 := b.sendOne(time.Minute, "c3") // c2 would put back what c3 changes
	b.ok(b.RetryEffect(b.ctx, c3, t0.Add(time.Hour), time.Time{}, "500"))
	b.queue(card("c4")) // c3 waits after a fault
	c4 := b.sendOne(2*time.Hour, "c4")
	b.queue(card("c5")) // c4 is on its way, and its process dies
	b.is("while it may be on its way", effects(b.send(2*time.Hour+time.Second)), []string{})
	b.is("its successor waits one look", effects(b.send(3*time.Hour)), []string{})
	b.sendOne(3*time.Hour, "c5")
	if err := b.FinishEffect(b.ctx, c4, bot.Sent{}, t0); !errors.Is(err, store.ErrFenced) {
		b.Errorf("the dead process's answer: %v, want ErrFenced", err)
	}
	b.is("afterwards", effects(b.send(3*time.Hour+time.Second)), []string{})
	// An answer of one that was superseded on its way counts; its permanent failure is no news.
	b.queue(card("c6"))
	s, err := b.Status(b.ctx, t0.Add(9*time.Hour))
	b.ok(err)
	b.is("dead", s.DeadEffects, 0)
}

func urgentFirst(b *bench) {
	far := notice("far")
	far.Ticket = "demo/2"
	urgent := notice("urgent")
	urgent.Ticket, urgent.Urgent = "demo/3", true
	pretty := card("pretty")
	pretty.Ticket = "demo/0"
	slack := notice("slack")
	slack.Kind, slack.Ticket = bot.EffectPost, "demo/4"
	b.queue(pretty, far, slack, urgent)
	var got []string
	for _, full := range [][]string{nil, {"backlog"}, {"slack", "report"}, nil} {
		s, err := b.ClaimEffects(b.ctx, store.Claim{Owner: me, Now: t0, World: t0, Lease: lease, Most: 1, Full: full})
		b.ok(err)
		got = append(got, effects(s)...)
	}
	b.is("order", got, []string{"urgent", "slack", "far", "pretty"})
}

func ticketless(b *bench) {
	x, y := notice("x"), notice("y")
	x.Ticket, y.Ticket = "", ""
	b.queue(x, y)
	list := b.send(0)
	b.is("at once", effects(list), []string{"x", "y"})
	b.done(list[0])
	b.ok(b.BuryEffect(b.ctx, list[1], "gone", t0))
	b.is("events", keys(b.claim(0, 9)), []string{})
}

func withdrawing(b *bench) {
	withdraw := func(key string, more ...bot.Effect) {
		b.decide(func(d *store.Decision) { d.Withdraw, d.Effects = []string{key}, more })
	}
	b.queue(notice("untried"), notice("next"))
	withdraw("untried")
	next := b.sendOne(0, "next")
	b.ok(b.RetryEffect(b.ctx, next, t0.Add(time.Hour), time.Time{}, "500"))
	withdraw("next", notice("after")) // it was tried: it may be out
	halted := b.sendOne(time.Second, "next")
	b.is("only a look", []bool{halted.Attempt.Halt, halted.Attempt.Look}, []bool{true, true})
	b.ok(b.DropEffect(b.ctx, halted, t0))
	after := b.sendOne(time.Second, "after")
	withdraw("after") // on its way: its answer counts, a further try only looks
	b.ok(b.RetryEffect(b.ctx, after, t0.Add(time.Minute), time.Time{}, "500"))
	b.is("halt", b.sendOne(time.Minute, "after").Attempt.Halt, true)
	// A call that was given up may still be at work: the look waits until it has ended, and what follows waits for the look.
	hung, follows := notice("hung"), notice("follows")
	hung.Ticket, follows.Ticket = "demo/6", "demo/6"
	b.done(b.sendOne(2*time.Minute, "after"))
	b.queue(hung, follows)
	b.ok(b.RetryEffect(b.ctx, b.sendOne(2*time.Minute, "hung"), t0.Add(time.Hour), t0.Add(3*time.Minute), "no answer"))
	withdraw("hung")
	b.is("before it has ended", effects(b.send(3*time.Minute-time.Second)), []string{})
	b.is("a look", b.sendOne(3*time.Minute, "hung").Attempt.Halt, true)
	// A dead one does not come back to life by a replay.
	gone := notice("gone")
	gone.Ticket = "demo/5"
	b.queue(gone)
	b.ok(b.BuryEffect(b.ctx, b.sendOne(time.Minute, "gone"), "403", t0))
	withdraw("gone")
	letters, err := b.DeadLetters(b.ctx)
	b.ok(err)
	b.ok(b.Replay(b.ctx, letters[0].ID))
	b.is("halt of the dead", b.sendOne(time.Minute, "gone").Attempt.Halt, true)
}

func effectEnds(b *bench) {
	told := notice("told")
	told.Report = true
	b.queue(told, notice("quiet"))
	s := b.sendOne(0, "told")
	b.ok(b.FinishEffect(b.ctx, s, bot.Sent{RemoteID: "77", At: t0, Verified: true, Refs: map[string]string{bot.RefComment: "77"}}, t0))
	c := b.claim(0, 9)
	b.is("event", c[0].Event.Kind, bot.EventEffectDone)
	var r bot.EffectResult
	b.ok(c[0].Event.Decode(&r))
	b.is("result", r, bot.EffectResult{Key: "told", Kind: bot.EffectComment, Ticket: lane, RemoteID: "77", At: t0, Verified: true})
	b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0}))
	q := b.sendOne(0, "quiet")
	b.is("references", q.Attempt.Refs, map[string]string{bot.RefComment: "77"})
	b.done(q)
	b.is("no event", keys(b.claim(0, 9)), []string{})
}

func epoch(b *bench) {
	old := notice("old")
	old.Ticket = "demo/8"
	b.queue(old)
	b.ok(b.OpenEpoch(b.ctx, t0))
	b.queue(notice("again")) // what the copy forgot is decided anew with the same key
	fresh := notice("new")
	fresh.Ticket = "demo/9"
	b.ok(b.Queue(b.ctx, t0.Add(8*24*time.Hour), fresh))
	looks := map[string]bool{}
	for _, s := range b.send(0) {
		looks[s.Attempt.Effect.Key] = s.Attempt.Look
		// What is restored is restored hours later: what was said with these keys lies before any try that is remembered.
		if from := s.Attempt.Since(); s.Attempt.Look != from.Before(t0.Add(-7*24*time.Hour)) {
			b.Errorf("%s is looked for since %s", s.Attempt.Effect.Key, from)
		}
	}
	b.is("look", looks, map[string]bool{"old": true, "again": true, "new": false})
}

func deadLetters(b *bench) {
	b.queue(notice("n1"), notice("n2"))
	dead := b.sendOne(0, "n1")
	b.ok(b.BuryEffect(b.ctx, dead, "403", t0))
	told := b.claim(0, 9)
	b.is("told", told[0].Event.Kind, bot.EventEffectDead)
	b.ok(b.BuryEvent(b.ctx, told[0], "no handler"))
	b.ok(b.Bury(b.ctx, "hook", "no JSON", []byte("<"), t0))
	n2 := b.sendOne(0, "n2") // the lane goes on
	letters, err := b.DeadLetters(b.ctx)
	b.ok(err)
	ids := []string{}
	for _, l := range letters {
		ids = append(ids, l.ID[:5]+" "+l.Problem)
	}
	b.is("letters", ids, []string{"event no handler", "effec 403", "door: no JSON"})
	for _, id := range []string{letters[2].ID, "effect:99", "effect:1x", "event:", "x:1", ""} {
		if err := b.Replay(b.ctx, id); err == nil {
			b.Errorf("replayed %q", id)
		}
	}
	b.ok(b.Replay(b.ctx, letters[0].ID))
	b.ok(b.Replay(b.ctx, letters[1].ID))
	b.is("the replayed one waits for what is on its way", effects(b.send(0)), []string{})
	b.done(n2)
	again := b.sendOne(0, "n1")
	b.is("look", again.Attempt.Look, true)
	b.ok(b.BuryEffect(b.ctx, again, "403", t0))
	news := []bot.EventKind{}
	for c := b.claim(0, 9); len(c) > 0; c = b.claim(0, 9) {
		news = append(news, c[0].Event.Kind)
		b.ok(b.Commit(b.ctx, store.Decision{Claim: c[0], Now: t0}))
	}
	b.is("told again", news, []bot.EventKind{bot.EventEffectDead, bot.EventEffectDead})
	// A dead edit is not replayed over a newer one.
	b.queue(card("c1"))
	b.ok(b.BuryEffect(b.ctx, b.sendOne(0, "c1"), "403", t0))
	b.queue(card("c2"))
	b.done(b.sendOne(0, "c2"))
	letters, err = b.DeadLetters(b.ctx)
	b.ok(err)
	for _, l := range letters {
		if l.What == "slack.card c1" {
			if err := b.Replay(b.ctx, l.ID); err == nil {
				b.Error("an edit was replayed over a newer one")
			}
		}
	}
}

func echoes(b *bench) {
	field := bot.Effect{Key: "field", Kind: bot.EffectUpdate, Class: bot.Cosmetic, Ticket: lane, Body: json.RawMessage(`{"status_id":2}`)}
	b.queue(notice("n1"), field)
	read := func() store.Echoes {
		e, err := b.Echoes(b.ctx, lane)
		b.ok(err)
		return e
	}
	said := bot.Fact{ID: "comment:9", Text: "お知らせ\n\n" + bot.NoticeFoot("n1")}
	set := bot.Fact{ID: "comment:10", Changes: []bot.Change{{Field: "status", To: "処理中"}}}
	e := read()
	b.is("untried", []any{e.Unsettled, e.Origin(said), e.Origin(set)}, []any{false, "n1", ""}) // a number proves itself
	n1 := b.sendOne(0, "n1")
	b.is("under way", read().Unsettled, true)
	b.ok(b.FinishEffect(b.ctx, n1, bot.Sent{RemoteID: "9"}, t0))
	f := b.sendOne(0, "field")
	b.is("by its fields", read().Origin(set), "field")
	b.ok(b.FinishEffect(b.ctx, f, bot.Sent{RemoteID: "10"}, t0))
	e = read()
	said.Text = "番号を消された本文"
	b.is("by the vendor's id", []any{e.Unsettled, e.Origin(said), e.Origin(set)}, []any{false, "n1", "field"})
	set.ID = "comment:11"
	b.is("somebody else's change of the same field", e.Origin(set), "")
	b.is("a quoted number", e.Origin(bot.Fact{ID: "comment:12", Text: bot.NoticeFoot("n1") + "\nとは何ですか"}), "")
}

func status(b *bench) {
	b.decide(func(d *store.Decision) { d.Timers = []bot.Timer{{Rule: "r", At: t0.Add(time.Hour)}} })
	look := func(after time.Duration) store.Status {
		s, err := b.Status(b.ctx, t0.Add(after))
		b.ok(err)
		return s
	}
	b.is("quiet", []any{look(0).Quiet(), look(0).OldestTimer}, []any{true, t0.Add(time.Hour)})
	b.accept("e", lane)
	b.queue(notice("n"), card("c"))
	s := look(0)
	b.is("open", []any{s.OpenEvents, s.OpenEffects, s.OldestEvent, s.OldestNotice}, []any{1, 2, t0, t0})
	c := b.claim(0, 9)
	b.is("being handled", look(0).OpenEvents, 1)
	b.ok(b.RetryEvent(b.ctx, c[0], t0.Add(300*time.Millisecond), "waiting for an answer"))
	b.is("a short wait is work", []any{look(0).OpenEvents, look(0).WaitingEvents}, []any{1, 0})
	b.ok(b.RetryEvent(b.ctx, b.claim(time.Second, 9)[0], t0.Add(time.Minute), "503"))
	b.is("a back-off is none", []any{look(0).OpenEvents, look(0).WaitingEvents}, []any{0, 1})
	for _, e := range b.send(0) {
		b.ok(b.BuryEffect(b.ctx, e, "403", t0))
	}
	b.is("dead", look(0).DeadEffects, 2)
}
