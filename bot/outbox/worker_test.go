package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/outbox"
	"toban/bot/store"
)

// rig is a worker on a database of its own with a vendor that remembers what it was told, inside a synctest bubble.
type rig struct {
	*store.Store
	t     *testing.T
	start time.Time
	send  func(n int, a bot.Attempt) (bot.Sent, error)

	mu    sync.Mutex
	tries []string // effect, attempt, look, halt, second
	times []time.Duration
	there map[string]bool // what arrived
	twice []string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "toban.db")})
	if err != nil {
		t.Fatal(err)
	}
	return &rig{Store: s, t: t, start: time.Now(), there: map[string]bool{}, send: func(int, bot.Attempt) (bot.Sent, error) { return bot.Sent{RemoteID: "1"}, nil }}
}

func (r *rig) close() {
	if err := r.Close(); err != nil {
		r.t.Error(err)
	}
}

// Send implements bot.Sender: it looks when it is told to, and otherwise acts.
func (r *rig) Send(_ context.Context, a bot.Attempt) (bot.Sent, error) {
	r.mu.Lock()
	key := a.Effect.Key
	r.tries = append(r.tries, fmt.Sprintf("%s %d look=%t halt=%t", key, a.Number, a.Look, a.Halt))
	r.times = append(r.times, time.Since(r.start))
	n := len(r.tries)
	found := a.Look && r.there[key]
	r.mu.Unlock()
	if found {
		return bot.Sent{RemoteID: "1", Why: "found on look"}, nil
	}
	if a.Halt {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	return r.send(n, a)
}

// arrive is the vendor doing what it was asked.
func (r *rig) arrive(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.there[key] {
		r.twice = append(r.twice, key)
	}
	r.there[key] = true
}

func (r *rig) config() outbox.Config {
	return outbox.Config{
		Store: r.Store, Senders: map[string]bot.Sender{"backlog": r, "slack": r}, Clock: bot.ClockFunc(time.Now), Machine: time.Now, Owner: "me",
		Every: 250 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	}
}

func (r *rig) run(c outbox.Config, d time.Duration) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	if err := outbox.New(c).Run(ctx); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) queue(effects ...bot.Effect) {
	r.t.Helper()
	if err := r.Queue(r.t.Context(), time.Now(), effects...); err != nil {
		r.t.Fatal(err)
	}
}

func effect(key string, kind bot.EffectKind, ticket bot.TicketID) bot.Effect {
	return bot.Effect{Key: key, Kind: kind, Class: bot.Notice, Ticket: ticket, Body: json.RawMessage(`{}`)}
}

func (r *rig) check(what string, got, want []string) {
	r.t.Helper()
	if !slices.Equal(got, want) {
		r.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func (r *rig) events() []string {
	r.t.Helper()
	claims, err := r.ClaimEvents(r.t.Context(), "x", time.Now(), time.Minute, 9)
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, c := range claims {
		out = append(out, string(c.Event.Kind)+" "+c.Event.Lane)
	}
	return out
}

func TestWhatBecomesOfAnEffect(t *testing.T) {
	tests := []struct {
		name   string
		send   func(r *rig) func(n int, a bot.Attempt) (bot.Sent, error)
		tries  []string
		last   time.Duration // when the last try came, at least
		dead   string
		events []string
	}{
		{name: "it goes out", send: func(*rig) func(int, bot.Attempt) (bot.Sent, error) {
			return func(int, bot.Attempt) (bot.Sent, error) { return bot.Sent{RemoteID: "1"}, nil }
		}, tries: []string{"n 1 look=false halt=false"}, events: []string{"effect.done demo/1"}},
		{name: "a lost answer is looked for", send: func(r *rig) func(int, bot.Attempt) (bot.Sent, error) {
			return func(_ int, a bot.Attempt) (bot.Sent, error) {
				r.arrive(a.Effect.Key)
				return bot.Sent{}, errors.New("connection reset")
			}
		}, tries: []string{"n 1 look=false halt=false", "n 2 look=true halt=false"}, events: []string{"effect.done demo/1"}},
		{name: "a vendor's own wait wins", send: func(*rig) func(int, bot.Attempt) (bot.Sent, error) {
			return func(n int, _ bot.Attempt) (bot.Sent, error) {
				if n == 1 {
					return bot.Sent{}, bot.RetryAfter(errors.New("429"), 33*time.Second)
				}
				return bot.Sent{}, nil
			}
		}, tries: []string{"n 1 look=false halt=false", "n 2 look=true halt=false"}, last: 33 * time.Second, events: []string{"effect.done demo/1"}},
		{name: "a try that waited in vain does not count", send: func(*rig) func(int, bot.Attempt) (bot.Sent, error) {
			return func(n int, _ bot.Attempt) (bot.Sent, error) {
				if n <= 2 {
					return bot.Sent{}, bot.Untried(errors.New("no budget"), 10*time.Second)
				}
				return bot.Sent{}, nil
			}
		}, tries: []string{"n 1 look=false halt=false", "n 1 look=false halt=false", "n 1 look=false halt=false"}, last: 20 * time.Second, events: []string{"effect.done demo/1"}},
		{name: "what can't succeed is a dead letter, and staff are told", send: func(*rig) func(int, bot.Attempt) (bot.Sent, error) {
			return func(int, bot.Attempt) (bot.Sent, error) {
				return bot.Sent{}, bot.Permanent(errors.New("the issue is gone"))
			}
		}, tries: []string{"n 1 look=false halt=false"}, dead: "the issue is gone", events: []string{"effect.dead demo/1"}},
		{name: "a panic of an adapter is one failure", send: func(*rig) func(int, bot.Attempt) (bot.Sent, error) {
			return func(n int, _ bot.Attempt) (bot.Sent, error) {
				if n == 1 {
					panic("nil map")
				}
				return bot.Sent{}, nil
			}
		}, tries: []string{"n 1 look=false halt=false", "n 2 look=true halt=false"}, events: []string{"effect.done demo/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				defer r.close()
				r.send = tt.send(r)
				n := effect("n", bot.EffectComment, "demo/1")
				n.Report = true
				r.queue(n)
				r.run(r.config(), time.Minute)
				r.check("tries", r.tries, tt.tries)
				r.check("twice", r.twice, nil)
				r.check("events", r.events(), tt.events)
				if at := r.times[len(r.times)-1]; at < tt.last {
					t.Errorf("tried after %v, want %v", at, tt.last)
				}
				letters, err := r.DeadLetters(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if (tt.dead != "") != (len(letters) == 1) || len(letters) == 1 && letters[0].Problem != tt.dead {
					t.Errorf("dead letters %+v, want %q", letters, tt.dead)
				}
			})
		})
	}
}

func TestNobodySpeaksToTheVendor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.queue(effect("call", "phone.call", "demo/1"))
		r.run(r.config(), time.Second)
		letters, err := r.DeadLetters(t.Context())
		if err != nil || len(letters) != 1 || !strings.Contains(letters[0].Problem, "nobody speaks") {
			t.Errorf("dead letters %+v, %v", letters, err)
		}
	})
}

func TestWithdrawnWhileItFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.send = func(int, bot.Attempt) (bot.Sent, error) {
			return bot.Sent{}, bot.RetryAfter(errors.New("429"), 5*time.Minute)
		}
		r.queue(effect("n", bot.EffectComment, "demo/1"))
		r.run(r.config(), time.Second)
		if err := r.Accept(t.Context(), bot.Event{Key: "e", Kind: "x", Lane: "demo/1"}); err != nil {
			t.Fatal(err)
		}
		c, err := r.ClaimEvents(t.Context(), "x", time.Now(), time.Minute, 1)
		if err != nil {
			t.Fatal(err)
		}
		next := effect("next", bot.EffectComment, "demo/1")
		if err := r.Commit(t.Context(), store.Decision{Claim: c[0], Now: time.Now(), Withdraw: []string{"n"}, Effects: []bot.Effect{next}}); err != nil {
			t.Fatal(err)
		}
		r.send = func(int, bot.Attempt) (bot.Sent, error) { return bot.Sent{}, nil }
		r.run(r.config(), time.Second) // what follows does not wait for the back-off of what will not be sent
		r.check("tries", r.tries, []string{"n 1 look=false halt=false", "n 2 look=true halt=true", "next 1 look=false halt=false"})
	})
}

// died is a process that dies between the vendor's answer and writing it down.
type died struct{ *store.Store }

func (died) FinishEffect(context.Context, store.Sending, bot.Sent, time.Time) error {
	return errors.New("killed")
}

func TestDeadProcessIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.send = func(_ int, a bot.Attempt) (bot.Sent, error) {
			r.arrive(a.Effect.Key)
			return bot.Sent{RemoteID: "1"}, nil
		}
		r.queue(effect("n", bot.EffectComment, "demo/1"))
		c := r.config()
		c.Store = died{r.Store}
		r.run(c, 20*time.Second)
		r.check("before the lease ends", r.tries, []string{"n 1 look=false halt=false"})
		other := r.config()
		other.Owner = "other"
		r.run(other, 20*time.Second)
		r.check("after it", r.tries, []string{"n 1 look=false halt=false", "n 2 look=true halt=false"})
		r.check("twice", r.twice, nil)
	})
}

func TestSlowVendorHoldsUpItsOwnChannelOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.send = func(_ int, a bot.Attempt) (bot.Sent, error) {
			if a.Effect.Kind == bot.EffectComment {
				time.Sleep(9 * time.Second)
			}
			return bot.Sent{}, nil
		}
		for i := range 12 {
			r.queue(effect(fmt.Sprintf("slow-%d", i), bot.EffectComment, bot.TicketID(fmt.Sprintf("demo/%d", i))))
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		c := r.config()
		c.Parallel = 4
		go func() { done <- outbox.New(c).Run(ctx) }()
		time.Sleep(time.Second)
		for i := range 6 {
			r.queue(effect(fmt.Sprintf("fast-%d", i), bot.EffectPost, bot.TicketID(fmt.Sprintf("demo/%d", i))))
		}
		time.Sleep(time.Second)
		r.mu.Lock()
		slow, fast := 0, 0
		for _, s := range r.tries {
			if strings.HasPrefix(s, "slow") {
				slow++
			} else {
				fast++
			}
		}
		r.mu.Unlock()
		if slow != 4 || fast != 6 {
			t.Errorf("%d slow ones begun and %d fast ones sent, want 4 and 6", slow, fast)
		}
		cancel() // a graceful stop ends what it has begun and begins nothing more
		if err := <-done; err != nil {
			t.Error(err)
		}
		s, err := r.Status(t.Context(), time.Now())
		if err != nil || s.OpenEffects != 8 {
			t.Errorf("after the stop: %+v, %v; want 8 left", s, err)
		}
	})
}

func TestBackoff(t *testing.T) {
	for attempt, most := range map[int]time.Duration{0: 500 * time.Millisecond, 1: 500 * time.Millisecond, 2: time.Second, 5: 8 * time.Second, 9: time.Minute, 500: time.Minute} {
		for range 50 {
			if d := outbox.Backoff(attempt, false, errors.New("503")); d < most/2 || d > most {
				t.Fatalf("attempt %d waits %v, want %v to %v", attempt, d, most/2, most)
			}
		}
	}
	if d := outbox.Backoff(500, true, errors.New("503")); d > 15*time.Second {
		t.Errorf("the words of an incident wait %v", d)
	}
	if d := outbox.Backoff(1, true, fmt.Errorf("posting: %w", context.DeadlineExceeded)); d < 15*time.Second || d > 30*time.Second {
		t.Errorf("after a call without an answer the look comes in %v", d)
	}
	if d := outbox.Backoff(1, false, fmt.Errorf("posting: %w", bot.RetryAfter(errors.New("429"), 24*time.Hour))); d != 10*time.Minute {
		t.Errorf("a day's wait becomes %v", d)
	}
	if d := outbox.Backoff(1, true, bot.RetryAfter(errors.New("429"), -time.Hour)); d <= 0 {
		t.Errorf("a wait in the past becomes %v", d)
	}
}

// A retry goes out when its wait is over, however seldom the worker looks.
func TestRetryDoesNotWaitForTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.send = func(n int, _ bot.Attempt) (bot.Sent, error) {
			if n == 1 {
				return bot.Sent{}, errors.New("busy")
			}
			return bot.Sent{RemoteID: "1"}, nil
		}
		r.queue(effect("a", bot.EffectComment, "demo/1"))
		c := r.config()
		c.Every = time.Hour
		r.run(c, 30*time.Minute)
		if len(r.times) != 2 || r.times[1] > time.Second {
			t.Errorf("tried after %v, want a second try within a second", r.times)
		}
	})
}
