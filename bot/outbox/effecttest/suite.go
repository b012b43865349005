package effecttest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/outbox"
	"toban/bot/store"
)

// Arrival is an effect as it stands at the vendor.
type Arrival struct {
	N     int  // of Bench.Effect
	Again bool // it says that it may be a second one (再送)
}

// Bench is an adapter before its stand-in, inside a bubble. World and machine time are the bubble's.
type Bench struct {
	Open    func() bot.Sender      // a new adapter that remembers nothing, as after a start
	Effect  func(n int) bot.Effect // the nth effect; Key may be empty
	Arrived func() []Arrival       // what stands at the vendor, in the order of its coming
	Break   func(f Fault)          // Lost, Timeout, Failing or Limited happens to the next act
	Close   func()
}

// lane is the ticket of effects that name none.
const lane = bot.TicketID("s/1")

// Run proves the row of a name.
func Run(t *testing.T, name string, open func(t *testing.T) Bench) {
	t.Helper()
	rows := Rows()
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Name == name })
	if i < 0 {
		t.Fatalf("there is no row %q", name)
	}
	for _, f := range Faults() {
		t.Run(string(f), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scene{T: t, row: rows[i], fault: f, bench: open(t)}
				s.open()
				s.play()
				s.check()
				if s.bench.Close != nil {
					s.bench.Close()
				}
				if err := s.store.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// scene is one fault.
type scene struct {
	*testing.T
	row   Row
	fault Fault
	bench Bench
	store *store.Store
	want  []int // the effects that are to arrive, in order
}

func (s *scene) open() {
	s.Helper()
	var err error
	if s.store, err = store.Open(s.Context(), store.Options{Path: filepath.Join(s.TempDir(), "toban.db")}); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) effect(n int) bot.Effect {
	e := s.bench.Effect(n)
	e.Key = fmt.Sprintf("%s/%d", s.row.Kind, n)
	if e.Kind != s.row.Kind {
		s.Fatalf("the bench makes %s, the row is about %s", e.Kind, s.row.Kind)
	}
	return e
}

func (s *scene) queue(n ...int) {
	s.Helper()
	for _, n := range n {
		s.want = append(s.want, n)
		if err := s.store.Queue(s.Context(), time.Now(), s.effect(n)); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *scene) play() {
	s.Helper()
	switch s.fault {
	case Lost, Timeout, Failing, Limited:
		s.bench.Break(s.fault)
		s.queue(1, 2)
		s.work(s.store, s.bench.Open(), "one", 20*time.Minute)
	case Killed: // the process dies between the vendor's answer and writing it down; another one takes over
		s.queue(1)
		s.work(dying{s.store}, s.bench.Open(), "one", 20*time.Second)
		s.work(s.store, s.bench.Open(), "two", 20*time.Minute)
	case Doubled:
		s.decide()
		s.work(s.store, s.bench.Open(), "one", 20*time.Minute)
	case Replicas:
		s.queue(1, 2, 3)
		s.replicas()
	case Restored: // what the database does not remember is decided again, with the same key
		s.queue(1)
		s.work(s.store, s.bench.Open(), "one", 20*time.Minute)
		if err := s.store.Close(); err != nil {
			s.Fatal(err)
		}
		s.open()
		if err := s.store.OpenEpoch(s.Context(), time.Now()); err != nil {
			s.Fatal(err)
		}
		if err := s.store.Queue(s.Context(), time.Now(), s.effect(1)); err != nil {
			s.Fatal(err)
		}
		s.work(s.store, s.bench.Open(), "two", 20*time.Minute)
	}
}

// dying is a database that a process can't write an end to any more.
type dying struct{ *store.Store }

func (dying) FinishEffect(context.Context, store.Sending, bot.Sent, time.Time) error {
	return errors.New("killed")
}

// work sends as one process for a while.
func (s *scene) work(st outbox.Store, sender bot.Sender, owner string, d time.Duration) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), d)
	defer cancel()
	w := outbox.New(outbox.Config{
		Store: st, Senders: map[string]bot.Sender{s.row.Kind.Channel(): sender}, Clock: bot.ClockFunc(time.Now), Machine: time.Now, Owner: owner,
		Every: 5 * time.Second, Logger: slog.New(slog.DiscardHandler),
	})
	if err := w.Run(ctx); err != nil {
		s.Error(err)
	}
}

// replicas lets two processes work one queue; the first stands still between the vendor's answer and its own next step until the other
// has taken over.
func (s *scene) replicas() {
	s.Helper()
	var wg sync.WaitGroup
	wg.Go(func() { s.work(s.store, &stalling{Sender: s.bench.Open()}, "one", 20*time.Minute) })
	time.Sleep(10 * time.Second)
	wg.Go(func() { s.work(s.store, s.bench.Open(), "two", 20*time.Minute) })
	wg.Wait()
}

// stalling is a process that is stopped once, for longer than its lease.
type stalling struct {
	bot.Sender
	stalled atomic.Bool
}

// Send implements bot.Sender.
func (p *stalling) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	sent, err := p.Sender.Send(ctx, a)
	if err == nil && p.stalled.CompareAndSwap(false, true) {
		time.Sleep(2 * time.Minute)
	}
	return sent, err
}

// decide hears two events, each twice and out of order, each of which asks for one effect.
func (s *scene) decide() {
	s.Helper()
	s.want = []int{2, 1}
	for _, n := range []int{2, 1, 1, 2} {
		e, err := bot.NewEvent(bot.EventStaffAction, fmt.Sprintf("event/%d", n), string(lane), time.Now(), n)
		if err != nil {
			s.Fatal(err)
		}
		if err := s.store.Accept(s.Context(), e); err != nil {
			s.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	w := inbox.New(inbox.Config{
		Store: s.store, Handlers: []bot.Handler{decider{s}}, Directory: func() *bot.Directory { return &bot.Directory{} }, Clock: bot.ClockFunc(time.Now),
		Machine: time.Now, Owner: "one", Every: 5 * time.Second, Logger: slog.New(slog.DiscardHandler),
	})
	if err := w.Run(ctx); err != nil {
		s.Error(err)
	}
}

// decider asks for the effect that an event names.
type decider struct{ s *scene }

// Name implements bot.Handler.
func (decider) Name() string { return "desk" }

// Handle implements bot.Handler.
func (d decider) Handle(in bot.In) (bot.Output, error) {
	var n int
	if err := in.Event.Decode(&n); err != nil {
		return bot.Output{}, err
	}
	return bot.Output{Effects: []bot.Effect{d.s.effect(n)}}, nil
}

// check compares what stands at the vendor with the row.
func (s *scene) check() {
	s.Helper()
	letters, err := s.store.DeadLetters(s.Context())
	end := s.row.End(s.fault)
	if err != nil || len(letters) > 0 {
		s.Errorf("dead letters %+v, %v", letters, err)
	}
	st, err := s.store.Status(s.Context(), time.Now())
	if err != nil || st.OpenEffects+st.WaitingEffects > 0 {
		s.Errorf("work is left: %+v, %v", st, err)
	}
	count, again := map[int]int{}, 0
	var order []int
	for _, a := range s.bench.Arrived() {
		if a.Again {
			again++
		}
		if count[a.N]++; count[a.N] == 1 {
			order = append(order, a.N)
		}
	}
	least, most, total := 1, 1, len(s.want)
	switch end { // which of several effects a fault strikes is the vendor's choice
	case Marked, Looked:
		most, total = 2, total+1
	case AtMost:
		least = 0
	case Once:
	}
	sum := 0
	for _, n := range s.want {
		if sum += count[n]; count[n] < least || count[n] > most {
			s.Errorf("effect %d stands there %d times, want %d to %d: %+v", n, count[n], least, most, s.bench.Arrived())
		}
	}
	if sum > total || sum < total && end != AtMost || sum < total-1 {
		s.Errorf("%d arrivals of %d effects, want %s", sum, len(s.want), end)
	}
	if marked := end == Marked; again > 0 != marked {
		s.Errorf("%d say 再送: %+v", again, s.bench.Arrived())
	}
	// Order is promised for the notices of one ticket and channel; mails and calls are each a delivery of its own.
	one, channel := s.effect(1).Ticket, s.row.Kind.Channel()
	ordered := one != "" && one == s.effect(2).Ticket && channel != "mail" && channel != "phone"
	want := slices.DeleteFunc(slices.Clone(s.want), func(n int) bool { return count[n] == 0 }) // what may be missing was judged above
	if ordered && !slices.Equal(order, want) {
		s.Errorf("came in the order %v, want %v", order, want)
	}
}
