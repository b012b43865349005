package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"toban/bot"
)

// state is how far a change is, as a look shows it.
type state string

// States.
const (
	before  state = "before"  // not begun, and all is as the change expects it
	busy    state = "busy"    // on its way elsewhere: it may become as expected
	working state = "working" // on its way to what is wanted
	done    state = "done"    // as wanted
	astray  state = "astray"  // neither: somebody else's hand, or it failed
)

// sight is what a look shows.
type sight struct {
	state   state
	what    string // in words: "the instance is stopping"
	id      string // of what was made
	foreign bool   // done, and certainly not by us
}

// glance is what a look may need to know of what was tried.
type glance struct {
	mark     string        // of the effect
	since    time.Time     // world time of the first try; zero: nothing was tried yet
	answered time.Duration // machine time since AWS said yes to this process; 0: it did not
	id       string        // of what was made, as AWS told this process
}

// tried reports whether the change may have been asked for already.
func (g glance) tried() bool { return !g.since.IsZero() }

// operation is a change with its own words.
type operation interface {
	// check tells what is wrong with the words.
	check() error
	// object names what is changed, for people.
	String() string
	// look shows how far it is. Errors are refusals.
	look(ctx context.Context, d *door, g glance) (sight, error)
	// act asks for it, once; rehearsed where dry is set and the entry says that it can be. It answers the id of what was made.
	act(ctx context.Context, d *door, mark string, dry bool) (id string, err error)
}

// Waits between tries, machine time.
const (
	soon     = 5 * time.Second  // to the next look at what is under way
	later    = 30 * time.Second // to the next look at what takes hours
	slow     = 5 * time.Minute  // from when on it takes hours
	unmet    = 10 * time.Second // to the next try of what could not be begun
	young    = time.Minute      // how long something may be missing because it is new
	leastAct = 4 * time.Second  // what a call that changes something gets at least: one that is given up early is one whose end nobody knows
	// repeatable is how long after the first try (world time) "not begun" still means that it never happened. Later it could have happened
	// and been undone by somebody else.
	repeatable = 15 * time.Minute
)

// attempt is one try of an effect.
type attempt struct {
	*Changer
	a       bot.Attempt
	body    bot.AWSChange
	entry   entry
	op      operation
	account Account
	run     run
}

// Mark is what an effect's key looks like at AWS: the client token, or the value of the tag by which what was made is found again.
func Mark(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "toban-" + hex.EncodeToString(sum[:16])
}

// Send carries out aws.change: it looks, asks for the change once, and follows it to its end. While it is under way it answers with
// bot.RetryAfter, so that it is followed across restarts and by whichever replica comes next. What can't be carried out and what nobody can
// say ends the effect (bot.AWSOutcome) after staff have been told; it is never repeated on a guess.
func (c *Changer) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	if a.Effect.Kind != bot.EffectAWS {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("sending effect %q: AWS knows no %s", a.Effect.Key, a.Effect.Kind))
	}
	t := &attempt{Changer: c, a: a}
	var err error
	if err = a.Effect.Decode(&t.body); err == nil {
		t.entry, t.op, err = parse(t.body)
	}
	if err != nil {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("changing AWS for effect %q: %w", a.Effect.Key, err))
	}
	if a.Halt && !a.Look {
		c.forget(a.Effect.Key)
		return bot.Sent{}, bot.ErrWithdrawn
	}
	t.run = c.known(a.Effect.Key)
	var ok bool
	switch t.account, ok = c.c.Account(a.Effect.Customer, t.body.Account); {
	case !ok:
		return t.end(ctx, bot.AWSRefused, "", fmt.Sprintf("the customer has no account %s in the configuration", t.body.Account))
	case !t.account.may(t.body.Region):
		return t.end(ctx, bot.AWSRefused, "", fmt.Sprintf("the account has no region %s in the configuration", t.body.Region))
	case t.account.Operate == "":
		return t.end(ctx, bot.AWSRefused, "", "the account has no role to operate in the configuration")
	case !a.Look && !c.c.Clock.Now().Before(t.body.NotAfter):
		return t.end(ctx, bot.AWSRefused, "", "the time for it was over at "+t.body.NotAfter.UTC().Format(time.RFC3339))
	}
	return t.follow(ctx)
}
