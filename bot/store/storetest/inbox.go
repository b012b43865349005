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

func eventOnce(b *bench) {
	b.accept("a", lane)
	b.accept("a", lane)
	b.ok(b.Accept(b.ctx, bot.Event{Key: "a", Kind: "x"}, bot.Event{Key: "b", Kind: "x", Lane: "demo/2"}))
	b.is("claimed", keys(b.claim(0, 9)), []string{"a", "b"})
	if err := b.Accept(b.ctx, bot.Event{Kind: "x"}); err == nil {
		b.Error("an event without a key was accepted")
	}
}

// eventTrace: the trace of an event leads through the database, on to the effect and to what its end causes.
func eventTrace(b *bench) {
	const door, step = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"
	b.ok(b.Accept(b.ctx, bot.Event{Key: "a", Kind: "x", Lane: lane, At: t0, Trace: door}))
	got := b.claim(0, 9)
	b.is("the door's", got[0].Event.Trace, door)
	b.ok(b.Commit(b.ctx, store.Decision{Claim: got[0], Now: t0}))
	n := notice("n")
	n.Report, n.Trace = true, step
	b.queue(n)
	b.ok(b.FinishEffect(b.ctx, b.send(0)[0], bot.Sent{}, t0))
	b.is("its end's", b.claim(time.Second, 9)[0].Event.Trace, step)
}

// hardText: PostgreSQL refuses NUL and broken UTF-8 and can't index long keys; nothing of it may be stuck for ever.
func hardText(b *bench) {
	long := strings.Repeat("長", 5000)
	e := bot.Event{Key: "k\x00\xff" + long, Kind: "x", Lane: "l\x00\xff", At: t0, Body: json.RawMessage("{\"a\":\"\x00\xff" + long + "\"}")}
	b.ok(b.Accept(b.ctx, e))
	b.ok(b.Accept(b.ctx, e)) // the same, so heard once
	got := b.claim(0, 9)
	b.is("claimed", len(got), 1)
	b.ok(b.RetryEvent(b.ctx, got[0], t0, "problem \x00\xff "+long))
	got = b.claim(time.Minute, 9)
	b.ok(b.BuryEvent(b.ctx, got[0], "problem \x00\xff "+long))
	b.ok(b.Bury(b.ctx, "hook\x00", "reason\xff", []byte("\x00\xff"+long), t0))
	n := notice("n\x00\xff" + long)
	b.queue(n, n)
	s := b.send(0)
	b.is("sent", len(s), 1)
	if number := bot.NoticeNumber(s[0].Attempt.Effect.Key); number == "" {
		b.Error("no number")
	}
	b.ok(b.FinishEffect(b.ctx, s[0], bot.Sent{RemoteID: "1\x00", Why: "\xff", Refs: map[string]string{"a\x00": "\xff"}}, t0))
	letters, err := b.DeadLetters(b.ctx)
	b.ok(err)
	b.is("dead letters", len(letters), 2)
	if n := len([]rune(letters[0].Problem)); n > 2001 {
		b.Errorf("a problem of %d characters was stored", n)
	}
}

// oddDocuments: what is no JSON, though it should be, keeps the others of its batch as they are.
func oddDocuments(b *bench) {
	body := func(key, text string) bot.Event {
		return bot.Event{Key: key, Kind: "x", Lane: "demo/" + key, At: t0, Body: json.RawMessage(text)}
	}
	b.ok(b.Accept(b.ctx, body("1", ""), body("2", "a\x1eb"), body("3", `{"a":"\u001e \"quoted\" \\ {},NULL"}`), body("4", "NULL")))
	got := b.claim(0, 9)
	b.is("claimed", keys(got), []string{"1", "2", "3", "4"})
	b.is("bodies", []string{string(got[0].Event.Body), string(got[2].Event.Body), string(got[3].Event.Body)}, []string{"{}", `{"a":"\u001e \"quoted\" \\ {},NULL"}`, "NULL"})
}

func oneEventALane(b *bench) {
	for i := range 3 {
		b.accept(fmt.Sprint("a", i), "demo/1")
		b.accept(fmt.Sprint("b", i), "demo/2")
	}
	b.is("the limit", len(b.claim(0, 1)), 1)
	b.is("the other lane", keys(b.claim(0, 9)), []string{"b0"})
	b.is("both lanes are busy", keys(b.claim(lease-1, 9)), []string{})
	again := b.claim(lease+time.Second, 9)
	b.is("after the lease", keys(again), []string{"a0", "b0"})
	b.is("attempts", []int{again[0].Attempt, again[1].Attempt}, []int{2, 2})
	b.ok(b.Commit(b.ctx, store.Decision{Claim: again[0], Now: t0}))
	b.is("the next of the lane", keys(b.claim(lease+time.Second, 9)), []string{"a1"})
}

func waitingEvent(b *bench) {
	b.accept("hint", lane)
	b.accept("timer", lane)
	first := b.claim(0, 9)
	b.ok(b.RetryEvent(b.ctx, first[0], t0.Add(time.Hour), "Backlog is down"))
	b.is("the next goes on", keys(b.claim(time.Second, 9)), []string{"timer"})
	b.is("not beside it", keys(b.claim(2*time.Second, 9)), []string{})
}

// foreignEvent: what a release does not know stays whole for the one that does; being looked at was no try.
func foreignEvent(b *bench) {
	b.ok(b.Accept(b.ctx, bot.Event{Key: "new", Kind: "moon.landed", Lane: lane, At: t0, Body: json.RawMessage(`{"n":1}`)}))
	b.accept("known", lane)
	for range 30 {
		got := b.claim(0, 1)
		b.is("claimed", keys(got), []string{"new"})
		b.ok(b.ReleaseEvent(b.ctx, got[0], t0, "moons"))
		if err := b.ReleaseEvent(b.ctx, got[0], t0, "moons"); !errors.Is(err, store.ErrFenced) {
			b.Errorf("released twice: %v, want ErrFenced", err)
		}
	}
	list, err := b.Foreign(b.ctx)
	b.ok(err)
	b.is("waits", list, []store.Foreign{{What: "moons", Count: 1, Oldest: t0}})
	got := b.claim(0, 1)
	b.ok(b.ReleaseEvent(b.ctx, got[0], t0.Add(time.Hour), "moons"))
	b.is("its lane goes on", keys(b.claim(0, 9)), []string{"known"})
	taken, err := b.ClaimEvents(b.ctx, "newer", t0.Add(time.Hour), lease, 9)
	b.ok(err)
	if len(taken) != 1 || taken[0].Attempt != 1 || string(taken[0].Event.Body) != `{"n":1}` || taken[0].Event.Kind != "moon.landed" {
		b.Fatalf("the newer release finds %+v", taken)
	}
	b.ok(b.Commit(b.ctx, store.Decision{Claim: taken[0], Now: t0}))
	list, err = b.Foreign(b.ctx)
	b.ok(err)
	b.is("none waits", len(list), 0)
}

// letterOfIssue: the mail that opened an issue is found by the effect that opened it, with how many receipts its contact had of late.
func letterOfIssue(b *bench) {
	l := bot.Letter{Customer: "aozora", MessageID: "1@x", Contact: "情シス", Raw: []byte("raw"), Files: []bot.File{{Name: "a"}}}
	e, err := bot.NewEvent(bot.EventLetter, bot.LetterLane("aozora", "1@x"), bot.LetterLane("aozora", "1@x"), t0, l)
	b.ok(err)
	b.ok(b.Accept(b.ctx, e))
	b.is("handled before its issue is taken in", len(b.claim(0, 9)), 1)
	for i, to := range []string{"情シス", "情シス", "他部署"} {
		receipt := bot.MakeEffect(bot.EffectMail, bot.Notice, bot.ReceiptKey(bot.TicketID(fmt.Sprint("demo/", i))), nil, bot.Mail{To: bot.ContactRef(to)})
		receipt.Customer = "aozora"
		b.ok(b.Queue(b.ctx, t0.Add(time.Duration(i)*time.Hour), receipt))
	}
	for since, want := range map[time.Duration]int{-time.Hour: 2, time.Minute: 1, 2 * time.Hour: 0} {
		v, err := b.LetterOf(b.ctx, bot.LetterKey("aozora", "1@x"), t0.Add(since))
		b.ok(err)
		if v == nil || v.Opened.MessageID != "1@x" || v.Opened.Raw != nil || v.Opened.Files != nil || v.Receipts != want {
			b.Errorf("since %s: %+v, want %d receipts", since, v, want)
		}
	}
	for _, key := range []string{"desk:new:aozora", bot.LetterKey("aozora", "2@x"), bot.LetterKey("midori", "1@x"), bot.LetterKey("aozora", "1@x") + ":on:demo/1"} {
		v, err := b.LetterOf(b.ctx, key, t0)
		b.ok(err)
		b.is(key, v, (*bot.LetterView)(nil))
	}
}

func fencedEvent(b *bench) {
	old := b.event(lane)
	taken, err := b.ClaimEvents(b.ctx, "other", t0.Add(2*lease), lease, 9)
	b.ok(err)
	b.is("taken over", keys(taken), []string{old.Event.Key})
	for what, err := range map[string]error{
		"committing": b.Commit(b.ctx, store.Decision{Claim: old, Now: t0, Ticket: ticket(), Effects: []bot.Effect{notice("n")}}),
		"retrying":   b.RetryEvent(b.ctx, old, t0, ""), "burying": b.BuryEvent(b.ctx, old, ""), "releasing": b.ReleaseEvent(b.ctx, old, t0, ""),
	} {
		if !errors.Is(err, store.ErrFenced) {
			b.Errorf("%s after the claim was lost: %v, want ErrFenced", what, err)
		}
	}
	b.is("effects of the fenced decision", effects(b.send(0)), []string{})
	// The answer of a commit may be lost: what follows must not open the event again.
	b.ok(b.Commit(b.ctx, store.Decision{Claim: taken[0], Now: t0}))
	if err := b.RetryEvent(b.ctx, taken[0], t0, ""); !errors.Is(err, store.ErrFenced) {
		b.Errorf("retrying after the commit: %v, want ErrFenced", err)
	}
	b.is("claims after the commit", keys(b.claim(9*lease, 9)), []string{})
}

func cursor(b *bench) {
	_, known, err := b.Cursor(b.ctx, "feed")
	b.ok(err)
	b.is("known", known, false)
	b.ok(b.Advance(b.ctx, "feed", 5, []bot.Event{{Key: "a", Kind: "x"}}))
	b.ok(b.Advance(b.ctx, "feed", 3, []bot.Event{{Key: "a", Kind: "x"}}))
	if err := b.Advance(b.ctx, "feed", 9, []bot.Event{{Key: "b", Kind: "x"}, {}}); err == nil {
		b.Error("a bad event was accepted")
	}
	at, known, err := b.Cursor(b.ctx, "feed")
	b.ok(err)
	b.is("cursor", []any{at, known}, []any{5, true})
	b.is("events", keys(b.claim(0, 9)), []string{"a"})
	b.ok(b.Ping(b.ctx))
}
