package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// Store is what the worker needs of the database.
type Store interface {
	ClaimEvents(ctx context.Context, owner string, now time.Time, lease time.Duration, n int) ([]store.Claimed, error)
	Load(ctx context.Context, id bot.TicketID) (store.Loaded, error)
	Echoes(ctx context.Context, ticket bot.TicketID) (store.Echoes, error)
	ModeOf(ctx context.Context, customer, project string) (bot.Mode, error)
	Unsaid(ctx context.Context, ticket bot.TicketID) ([]string, error)
	AlertView(ctx context.Context, lane string, now time.Time) (*bot.AlertView, error)
	LetterView(ctx context.Context, e bot.Event) (*bot.LetterView, error)
	LetterOf(ctx context.Context, key string, since time.Time) (*bot.LetterView, error)
	OpenerOf(ctx context.Context, number string) (string, error)
	SeeHoldings(ctx context.Context, what store.Sought) ([]bot.Holding, store.SeenHoldings, error)
	Commit(ctx context.Context, d store.Decision) error
	SuspectEvents(ctx context.Context, now time.Time) (store.Suspects, error)
	ClaimSuspects(ctx context.Context, which store.Suspicion, owner string, now time.Time, lease time.Duration, n int) ([]store.Claimed, error)
	AbsolveEvent(ctx context.Context, c store.Claimed) error
	RetryEvent(ctx context.Context, c store.Claimed, at time.Time, problem string) error
	ReleaseEvent(ctx context.Context, c store.Claimed, at time.Time, what string) error
	BuryEvent(ctx context.Context, c store.Claimed, problem string) error
	BuryLane(ctx context.Context, c store.Claimed, problem string) error
}

// Config wires a Worker.
type Config struct {
	Store     Store
	Fetcher   bot.Fetcher
	Handlers  []bot.Handler // asked in this order
	Directory func() *bot.Directory
	Clock     bot.Clock        // world time: the decision's now
	Machine   func() time.Time // machine time: leases and back-off
	Owner     string           // this process
	Lease     time.Duration    // 30 s when 0
	Parallel  int              // 256 when 0: decisions at the same time share what they cost the database (BENCHMARKS.md)
	Asking    int              // questions to the Fetcher at a time; 64 when 0
	Every     time.Duration    // machine time between looks; 100 ms when 0
	Features  []string         // further names that due moments may begin with, beside the handlers'
	Attempts  int              // tries before an event that fails by its own fault is a dead letter; 20 when 0
	Gate      *store.Gate      // shared with the other queues of the process; its own when nil
	Record    bool             // with each decision what it was made of is stored, for [Record]
	Busy      func(bool)       // told when events wait in numbers, and when none is under way any more; may be nil
	Wake      func()           // called after a decision that queued effects; may be nil
	Tracer    bot.Tracer       // follows each event; nobody when nil
	Logger    *slog.Logger
}

// Worker handles events.
type Worker struct {
	c    Config
	poke chan struct{}
	busy atomic.Int64  // events under way
	asks chan struct{} // holds one for each question under way
	hold *store.Quarantine
	crew *crew
}

// New makes a Worker.
func New(c Config) *Worker {
	if c.Lease == 0 {
		c.Lease = 30 * time.Second
	}
	if c.Parallel == 0 {
		c.Parallel = 256
	}
	if c.Asking == 0 {
		c.Asking = 64
	}
	if c.Every == 0 {
		c.Every = 100 * time.Millisecond
	}
	if c.Attempts == 0 {
		c.Attempts = 20
	}
	if c.Busy == nil {
		c.Busy = func(bool) {}
	}
	if c.Wake == nil {
		c.Wake = func() {}
	}
	if c.Tracer == nil {
		c.Tracer = bot.Untraced{}
	}
	return &Worker{c: c, poke: make(chan struct{}, 1), asks: make(chan struct{}, c.Asking), crew: newCrew(), hold: store.NewQuarantine(c.Gate, c.Store.SuspectEvents)}
}

// Poke makes the worker look at once; without it an event waits for the next look.
func (w *Worker) Poke() {
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

func (w *Worker) handle(ctx context.Context, c store.Claimed) {
	ctx, cancel := context.WithTimeout(ctx, w.c.Lease*3/4)
	defer cancel()
	log := w.c.Logger.With("event", c.Event.Key, "kind", string(c.Event.Kind), "attempt", c.Attempt)
	ctx, end := w.follow(ctx, c)
	outcome := "done"
	defer func() { end(outcome) }()
	if c.Deaths >= store.MostDeaths {
		outcome = w.condemn(ctx, c)
		return
	}
	if what := w.foreign(c.Event); what != "" {
		outcome = w.leave(ctx, c, what)
		return
	}
	err := w.try(ctx, c)
	switch {
	case err == nil:
		w.c.Wake()
		return
	case errors.Is(err, store.ErrFenced):
		outcome = "fenced"
		log.Warn("leaving event to the worker that took it over")
		w.absolve(ctx, c)
		return
	}
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, hopeless := errors.AsType[*undecidable](err)
	_, unwritable := errors.AsType[*store.UnwritableError](err)
	_, damaged := errors.AsType[*store.DamagedError](err)
	tried := c.Attempt >= w.c.Attempts
	switch {
	case damaged && tried:
		outcome = "dead"
		log.Error("burying event, and what waits behind it", "lane", c.Event.Lane, "error", err)
		err = w.c.Store.BuryLane(ctx, c, err.Error())
	case bot.IsPermanent(err) || (hopeless || unwritable) && tried:
		outcome = "dead"
		log.Error("burying event", "error", err)
		err = w.c.Store.BuryEvent(ctx, c, err.Error())
	default:
		outcome = "retry"
		log.Warn("handling event again later", "error", err)
		wait := Backoff(c.Attempt, err)
		err = w.c.Store.RetryEvent(ctx, c, w.c.Machine().Add(wait), err.Error())
		time.AfterFunc(wait, w.Poke)
	}
	if err != nil && !errors.Is(err, store.ErrFenced) {
		log.Error("writing event back", "error", err) // the lease ends by itself and another try follows
	}
}

// undecidable marks a fault of the decision itself, which waiting alone does not mend.
type undecidable struct{ err error }

func (u *undecidable) Error() string { return u.err.Error() }
func (u *undecidable) Unwrap() error { return u.err }

// errUnsettled: an echo may be among the news, but the answer of the effect it belongs to is not written down yet.
var errUnsettled = errors.New("waiting for an effect's answer to tell its echo")

func (w *Worker) try(ctx context.Context, c store.Claimed) error {
	dir := w.c.Directory()
	var fetched *bot.Fetched
	lane := bot.TicketID(c.Event.Lane)
	if _, _, err := lane.Split(); err != nil {
		lane = "" // an event of no ticket, such as a schedule
	}
	loaded, err := w.c.Store.Load(ctx, lane)
	if err != nil {
		return err
	}
	if c.Event.Kind == bot.EventIssueChanged || c.Event.Kind == bot.EventIssueAdopt {
		if fetched, err = w.fetch(ctx, c, loaded, dir); err != nil {
			return err
		}
	}
	if loaded.Alert, err = w.c.Store.AlertView(ctx, c.Event.Lane, w.c.Clock.Now()); err != nil {
		return err
	}
	if loaded.Letter, err = w.letter(ctx, c.Event, loaded, fetched); err != nil {
		return err
	}
	if c.Event.Kind == bot.EventIssueAdopt && loaded.Ticket != nil {
		if loaded.Unsaid, err = w.c.Store.Unsaid(ctx, lane); err != nil {
			return err
		}
	}
	if loaded.Holdings, loaded.Seen, err = w.holdings(ctx, dir, loaded, c, fetched); err != nil {
		return err
	}
	if loaded.Mode, err = w.mode(ctx, dir, loaded, fetched); err != nil {
		return err
	}
	deciding, end := w.c.Tracer.Start(ctx, "decide", "")
	d, err := w.decide(dir, loaded, c, fetched)
	if err != nil {
		end("failed")
		return &undecidable{cmp.Or(loaded.Damage(lane), err)}
	}
	trace := w.c.Tracer.Context(deciding)
	for i := range d.Effects {
		d.Effects[i].Trace = trace
	}
	end("decided")
	committing, end := w.c.Tracer.Start(ctx, "commit", "")
	if err := w.c.Store.Commit(committing, d); err != nil {
		end("failed")
		return err
	}
	end("done")
	return nil
}

// mode is how far Toban goes in the project that an event is about. What the directory says may be a second old, which is too old for leaving
// an event alone for good.
func (w *Worker) mode(ctx context.Context, dir *bot.Directory, loaded store.Loaded, fetched *bot.Fetched) (bot.Mode, error) {
	c, project := whose(dir, loaded, fetched)
	if c == nil || c.ModeOf(project) != bot.ModeOff {
		return bot.ModeOn, nil
	}
	return w.c.Store.ModeOf(ctx, c.ID, project)
}

// letter is the mail that an event is, or the one that opened the issue which is taken in now.
func (w *Worker) letter(ctx context.Context, e bot.Event, loaded store.Loaded, fetched *bot.Fetched) (*bot.LetterView, error) {
	if e.Kind == bot.EventIssueChanged && loaded.Ticket == nil && fetched != nil {
		for _, f := range fetched.Facts {
			if f.Opened && f.Origin != "" {
				const day = 24 * time.Hour
				return w.c.Store.LetterOf(ctx, f.Origin, w.c.Clock.Now().Add(-day))
			}
		}
		return nil, nil //nolint:nilnil // no mail
	}
	return w.c.Store.LetterView(ctx, e)
}

// heldSince is how far back what tickets hold still matters: a month's units, and work of the day.
const heldSince = 32 * 24 * time.Hour

// holdings reads what the customer's other tickets hold, for the decisions that ask for it: what staff press, and a new ticket.
func (w *Worker) holdings(ctx context.Context, dir *bot.Directory, loaded store.Loaded, c store.Claimed, fetched *bot.Fetched) ([]bot.Holding, store.SeenHoldings, error) {
	what := store.Sought{After: w.c.Clock.Now().Add(-heldSince)}
	switch {
	case c.Event.Kind == bot.EventStaffAction && loaded.Ticket != nil:
		what.Customer, what.Key = loaded.Ticket.Customer, namedKey(c.Event)
	case c.Event.Kind == bot.EventIssueChanged && loaded.Ticket == nil && fetched != nil:
		if x, ok := dir.OfProject(fetched.Snapshot.Space, fetched.Snapshot.Project); ok {
			what.Customer, what.Like = x.ID, fetched.Snapshot.Summary
		}
	}
	if what.Customer == "" {
		return nil, store.SeenHoldings{}, nil
	}
	all, seen, err := w.c.Store.SeeHoldings(ctx, what)
	return slices.DeleteFunc(all, func(h bot.Holding) bool { return h.Ticket == bot.TicketID(c.Event.Lane) }), seen, err
}

var issueKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]*-[0-9]+$`)

// namedKey is the issue that a person named in a form, whatever the width and case; "" when none is.
func namedKey(e bot.Event) string {
	var a bot.StaffAction
	if e.Decode(&a) != nil {
		return ""
	}
	for _, field := range slices.Sorted(maps.Keys(a.Values)) {
		key := strings.ToUpper(strings.TrimSpace(strings.Map(func(r rune) rune {
			if r >= '\uff01' && r <= '\uff5e' {
				r -= '\uff01' - '!'
			}
			return r
		}, a.Values[field])))
		if issueKey.MatchString(key) {
			return key
		}
	}
	return ""
}

// decide asks the features. A panic is a fault of this one event and must not take the others down with it.
func (w *Worker) decide(dir *bot.Directory, loaded store.Loaded, c store.Claimed, fetched *bot.Fetched) (d store.Decision, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("deciding %s %s: a feature panicked: %v", c.Event.Kind, c.Event.Key, p)
		}
	}()
	now := w.c.Clock.Now()
	if !w.c.Record {
		return Decide(w.c.Handlers, dir, now, loaded, c, fetched)
	}
	duty := map[string]string{}
	if d, err = Decide(w.c.Handlers, noting(dir, now, duty), now, loaded, c, fetched); err != nil {
		return d, err
	}
	var fault error
	if d.Record, fault = record(dir, now, duty, loaded, c, fetched, d); fault != nil { // whoever waits for the decision has no use for the record
		w.c.Logger.Warn("leaving a decision unrecorded", "event", c.Event.Key, "error", fault)
	}
	return d, nil
}

// forgotten begins the origin of what the bot's account said with a 通知番号 that this database does not know: said before a restore took
// the memory of it. It is ours all the same, and the effect that is decided anew finds it by its number.
const forgotten = "forgotten:"

func (w *Worker) fetch(ctx context.Context, c store.Claimed, loaded store.Loaded, dir *bot.Directory) (*bot.Fetched, error) {
	var change bot.IssueChanged
	if err := c.Event.Decode(&change); err != nil {
		return nil, bot.Permanent(err)
	}
	if _, ok := dir.OfProject(change.Space, change.Project); !ok && loaded.Ticket == nil {
		return nil, bot.Permanent(fmt.Errorf("finding the customer of project %s in space %s: no customer file names it", change.Project, change.Space))
	}
	got, err := w.ask(ctx, change, loaded.Cursor)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(got.Facts, func(f bot.Fact) bool { return f.Author.Kind == bot.AuthorBot }) {
		hide(&got)
		return &got, nil // nothing can be an echo
	}
	echoes, err := w.c.Store.Echoes(ctx, bot.TicketID(c.Event.Lane)) // read after the facts: what they hold is known by now
	if err != nil {
		return nil, err
	}
	for i, f := range got.Facts {
		if f.Author.Kind != bot.AuthorBot {
			continue
		}
		got.Facts[i].Origin = echoes.Origin(f)
		number := bot.FindNoticeNumber(f.Text)
		if number != "" && f.Opened && got.Facts[i].Origin == "" {
			if got.Facts[i].Origin, err = w.c.Store.OpenerOf(ctx, number); err != nil {
				return nil, err
			}
		}
		if number != "" && got.Facts[i].Origin == "" {
			got.Facts[i].Origin = forgotten + number
		}
		if got.Facts[i].Origin == "" && echoes.Unsettled && c.Attempt < w.c.Attempts {
			return nil, errUnsettled
		}
	}
	hide(&got)
	return &got, nil
}

// longest is the longest wait that a vendor may ask for; after it one call shows whether the wait still holds.
const longest = 10 * time.Minute

// Backoff is the wait before the next try: short at first, at most a minute, with jitter: an incident may be behind it; a vendor's own wait wins.
func Backoff(attempt int, err error) time.Duration {
	var after *bot.RetryAfterError
	if errors.As(err, &after) {
		return min(max(after.After, 100*time.Millisecond), longest)
	}
	if errors.Is(err, errUnsettled) || errors.Is(err, store.ErrConflict) {
		return 50*time.Millisecond + rand.N(100*time.Millisecond) //nolint:gosec // jitter, no secret
	}
	d := 500 * time.Millisecond << min(max(attempt-1, 0), 10)
	d = min(d, time.Minute)
	return d/2 + rand.N(d/2+1) //nolint:gosec // jitter, no secret
}
