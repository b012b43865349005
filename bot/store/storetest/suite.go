package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// Run tries a store; open gives a fresh, empty one for each test.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		try  func(b *bench)
	}{
		{"an event is heard once", eventOnce},
		{"what was kept long enough goes", expiry},
		{"a trace leads through the database", eventTrace},
		{"text that one engine refuses", hardText},
		{"documents of a batch", oddDocuments},
		{"many doors at once", manyDoors},
		{"one event a lane", oneEventALane},
		{"an event that waits lets others pass", waitingEvent},
		{"an event of another release", foreignEvent},
		{"an event under which processes die", suspectEvents},
		{"who is slow is not dead", slowIsNotDead},
		{"an effect under which processes die", suspectEffects},
		{"the mail that opened an issue", letterOfIssue},
		{"a lost claim writes nothing", fencedEvent},
		{"what was acknowledged first comes first", takenInOrder},
		{"many that were acknowledged", manyTakenIn},
		{"what was just heard is not removed", takenInBeforeRemoval},
		{"the cursor moves with its events and never back", cursor},
		{"a decision is written whole", wholeDecision},
		{"what another release wrote into a ticket", carriedOver},
		{"two decisions on one ticket", conflict},
		{"many decisions at once", manyDecisions},
		{"effects that change each other", tangled},
		{"a timer fires once, in order", timersFire},
		{"a timer that was replaced does not fire", timersReplaced},
		{"a timer does not fire a fraction of a microsecond early", timersNotEarly},
		{"a damaged timer", damagedTimer},
		{"moments of no time", momentsOfNoTime},
		{"many dead letters", manyDeadLetters},
		{"schedules", schedules},
		{"only one replica sends in bulk", bulkElsewhere},
		{"notices keep their order", noticeOrder},
		{"a failing ticket holds up nobody else", failingTicket},
		{"cosmetics stand before nobody", cosmeticOrder},
		{"an old cosmetic never follows a newer one", coalesced},
		{"a newer value is not put back by an older update", overtaken},
		{"urgent first, and full channels left out", urgentFirst},
		{"effects without a ticket do not wait for each other", ticketless},
		{"mails and calls wait for nobody", mailsWaitForNobody},
		{"what a channel has not taken", unsent},
		{"withdrawing", withdrawing},
		{"stopping a customer", stopping},
		{"stopping everything", stoppingAll},
		{"modes", modes},
		{"silences", silences},
		{"what is managed, and when", managed},
		{"sizes of groups", groupSizes},
		{"what shadow keeps back", shadowed},
		{"what waits for a person", held},
		{"what nobody knew, judged", judged},
		{"forgetting", forgetting},
		{"what decisions were made of", recorded},
		{"a table of issues to take over", adoptions},
		{"the end of an effect", effectEnds},
		{"a new epoch looks first", epoch},
		{"why a notice is late", lateness},
		{"dead letters", deadLetters},
		{"echoes", echoes},
		{"leases", leases},
		{"a lease is given back", released},
		{"the clock", clock},
		{"status", status},
		{"what is kept of a ticket", kept},
		{"what tickets hold", holdings},
		{"two tickets never take the same share", sharedOut},
		{"who opened an issue", opener},
		{"many workers", manyWorkers},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.try(&bench{T: t, Store: open(t), ctx: context.WithoutCancel(t.Context())})
		})
	}
}

// bench is a store under test with short words for what tests do.
type bench struct {
	*testing.T
	*store.Store
	ctx context.Context //nolint:containedctx // it lives as long as a test
	n   int
}

// t0 is when tests begin, in both times.
var t0 = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

const (
	lease = 30 * time.Second
	me    = "me"
	lane  = "demo/1"
)

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) is(what string, got, want any) {
	b.Helper()
	if g, w := text(got), text(want); g != w {
		b.Fatalf("%s: got %s, want %s", what, g, w)
	}
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

func (b *bench) accept(key, lane string) {
	b.Helper()
	b.ok(b.Accept(b.ctx, bot.Event{Key: key, Kind: bot.EventIssueChanged, Lane: lane, At: t0, Body: json.RawMessage(`{}`)}))
}

// claim takes events at a moment after t0.
func (b *bench) claim(after time.Duration, n int) []store.Claimed {
	b.Helper()
	c, err := b.ClaimEvents(b.ctx, me, t0.Add(after), lease, n)
	b.ok(err)
	return c
}

func keys(claims []store.Claimed) []string {
	out := []string{}
	for _, c := range claims {
		out = append(out, c.Event.Key)
	}
	return out
}

// event makes an event of a lane and claims it.
func (b *bench) event(lane string) store.Claimed {
	b.Helper()
	b.n++
	key := fmt.Sprintf("event-%d", b.n)
	b.accept(key, lane)
	for _, c := range b.claim(0, 100) {
		if c.Event.Key == key {
			return c
		}
	}
	b.Fatalf("%s was not claimed", key)
	return store.Claimed{}
}

func ticket() *bot.Ticket {
	return &bot.Ticket{ID: lane, Customer: "aozora", Space: "demo", Project: "AOZORA", Key: "AOZORA-1", Status: bot.StatusReceived, Received: t0}
}

// decide commits a decision on the ticket as it is stored now.
func (b *bench) decide(change func(d *store.Decision)) {
	b.Helper()
	l, err := b.Load(b.ctx, lane)
	b.ok(err)
	d := store.Decision{Claim: b.event(lane), Now: t0, Ticket: ticket(), Version: l.Version}
	change(&d)
	b.ok(b.Commit(b.ctx, d))
}

// queue stores effects of the ticket.
func (b *bench) queue(effects ...bot.Effect) {
	b.Helper()
	b.ok(b.Queue(b.ctx, t0, effects...))
}

func notice(key string) bot.Effect {
	return bot.Effect{Key: key, Kind: bot.EffectComment, Class: bot.Notice, Ticket: lane, Customer: "aozora", Body: json.RawMessage(`{"text":"x"}`)}
}

func card(key string) bot.Effect {
	return bot.Effect{Key: key, Kind: bot.EffectCard, Class: bot.Cosmetic, Ticket: lane, Customer: "aozora", Coalesce: "card:" + lane, Body: json.RawMessage(`{}`)}
}

// send claims effects at a moment after t0.
func (b *bench) send(after time.Duration, full ...string) []store.Sending {
	b.Helper()
	s, err := b.ClaimEffects(b.ctx, store.Claim{Owner: me, Now: t0.Add(after), World: t0.Add(after), Lease: lease, Most: 100, Full: full})
	b.ok(err)
	return s
}

func effects(list []store.Sending) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, s.Attempt.Effect.Key)
	}
	return out
}

// sendOne claims what must be one effect.
func (b *bench) sendOne(after time.Duration, key string) store.Sending {
	b.Helper()
	got := b.send(after)
	b.is("what can be sent", effects(got), []string{key})
	return got[0]
}

func (b *bench) done(s store.Sending) {
	b.Helper()
	b.ok(b.FinishEffect(b.ctx, s, bot.Sent{RemoteID: "r-" + s.Attempt.Effect.Key, At: t0}, t0))
}
