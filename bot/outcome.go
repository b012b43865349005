package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Sender carries out effects of one vendor. Send is called again after a failure or a crash with Look set: it must then find out
// whether the effect already happened before it repeats it (ARCHITECTURE, table of effects).
type Sender interface {
	Send(ctx context.Context, a Attempt) (Sent, error)
}

// Attempt is one try to carry out an effect.
type Attempt struct {
	Effect Effect
	Number int               // 1 for the first try
	Look   bool              // look before acting: a try may have gone through, or the key is older than the epoch
	Halt   bool              // withdrawn: find out whether it happened, but don't do it any more; answer ErrWithdrawn when it did not
	First  time.Time         // world time of the first try that this database knows of
	Back   time.Time         // world time to which a look goes back when an earlier try may be forgotten (a restore); zero: First
	Refs   map[string]string // the ticket's stored references, by name
	// Released: a person let it go out although its project's mode is assist.
	Released bool
	Late     *Lateness // a notice that goes out after its time says so; nil in time
}

// Since is the world time before which a look need not search.
func (a Attempt) Since() time.Time {
	if a.Back.IsZero() {
		return a.First
	}
	return a.Back
}

// Sent is what an effect left behind at the vendor.
type Sent struct {
	RemoteID string            // the vendor's id: a comment id, channel+ts
	At       time.Time         // the vendor's instant
	Verified bool              // read back and complete, where the effect asked for it
	Why      string            // why it is not verified, or a note such as "found on look"
	Notified []int64           // who was notified
	Outcome  string            // of a call, see CallOutcome; of a look, see LookResult; of a report, what its reviewer is to be told
	Refs     map[string]string // references to keep for the ticket's next effects
}

// Names of references.
const (
	RefCard     = "slack.card"   // "channel ts" of the ticket's card
	RefComment  = "backlog.last" // highest comment id that Toban wrote
	RefPageHash = "wiki.page"    // prefix: + page name → "id hash"
)

// Fetcher reads an issue and what happened to it since a cursor.
type Fetcher interface {
	Fetch(ctx context.Context, change IssueChanged, cursor int64) (Fetched, error)
}

// Fetched is the answer of a Fetcher. A deleted issue has Snapshot.Deleted set and no facts.
type Fetched struct {
	Snapshot Snapshot
	Facts    []Fact // in the vendor's order; the opening first when the cursor is 0
	Cursor   int64  // the highest comment id seen
}

// Inbox stores events durably; an event whose key is known already is dropped silently. It returns after the commit.
type Inbox interface {
	Accept(ctx context.Context, events ...Event) error
}

// DeadLetters keeps what a door could not read, so that nothing is dropped silently.
type DeadLetters interface {
	Bury(ctx context.Context, door, reason string, raw []byte, at time.Time) error
}

// PermanentError marks an effect that will never succeed as it is.
type PermanentError struct{ Err error }

// Error tells why.
func (e *PermanentError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *PermanentError) Unwrap() error { return e.Err }

// Permanent marks err as one that repeating can't mend: the effect becomes a dead letter and staff are told.
func Permanent(err error) error { return &PermanentError{Err: err} }

// RetryAfterError asks for the next try after a wait, without counting as a fault of the effect.
type RetryAfterError struct {
	Err     error
	After   time.Duration
	Untried bool // nothing can have gone out: the next try is the first again, and need not look
}

// Error tells why and how long.
func (e *RetryAfterError) Error() string { return fmt.Sprintf("%v (again in %s)", e.Err, e.After) }

// Unwrap gives the cause.
func (e *RetryAfterError) Unwrap() error { return e.Err }

// RetryAfter asks for the next try after d of machine time.
func RetryAfter(err error, d time.Duration) error { return &RetryAfterError{Err: err, After: d} }

// Untried is RetryAfter of a try that ended before anything could go out, such as one that waited for its turn in vain.
func Untried(err error, d time.Duration) error {
	return &RetryAfterError{Err: err, After: d, Untried: true}
}

// IsUntried reports whether nothing can have gone out.
func IsUntried(err error) bool {
	var r *RetryAfterError
	return errors.As(err, &r) && r.Untried
}

// ErrUnderWay says that an effect is being carried out and takes longer than one try, such as a call that rings: nothing is wrong with it.
var ErrUnderWay = errors.New("under way")

// ErrWithdrawn is a Sender's answer to an attempt with Halt: the effect did not happen and will not.
var ErrWithdrawn = errors.New("withdrawn before it went out")

// ErrStopped says that a stop holds an effect back.
var ErrStopped = errors.New("stopped: nothing goes outward now (see toban start)")

// ErrMode says that a project's mode holds an effect back.
var ErrMode = errors.New("held back by the project's mode (see toban mode)")

// IsPermanent reports whether repeating can't help.
func IsPermanent(err error) bool {
	var p *PermanentError
	return errors.As(err, &p)
}
