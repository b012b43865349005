package inbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/store"
)

// rig is a worker on a database of its own, inside a synctest bubble.
type rig struct {
	*store.Store
	t      *testing.T
	mu     sync.Mutex
	tries  []time.Duration // when the feature was asked, since the start
	facts  []bot.Fact      // what it was told last
	decide func(n int, in bot.In) (bot.Output, error)
	fetch  func(n int, change bot.IssueChanged) (bot.Fetched, error)
	looks  int
	start  time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "toban.db")})
	if err != nil {
		t.Fatal(err)
	}
	return &rig{
		Store: s, t: t, start: time.Now(),
		decide: func(int, bot.In) (bot.Output, error) { return bot.Output{Ticket: ticket()}, nil },
		fetch:  func(int, bot.IssueChanged) (bot.Fetched, error) { return bot.Fetched{Cursor: 5}, nil },
	}
}

func (r *rig) close() {
	if err := r.Close(); err != nil {
		r.t.Error(err)
	}
}

// Fetch implements bot.Fetcher.
func (r *rig) Fetch(_ context.Context, c bot.IssueChanged, _ int64) (bot.Fetched, error) {
	r.mu.Lock()
	r.looks++
	n := r.looks
	r.mu.Unlock()
	return r.fetch(n, c)
}

func (r *rig) Name() string { return "desk" }

func (r *rig) Handle(in bot.In) (bot.Output, error) {
	r.mu.Lock()
	r.tries = append(r.tries, time.Since(r.start))
	r.facts = in.New
	n := len(r.tries)
	r.mu.Unlock()
	return r.decide(n, in)
}

func (r *rig) config() inbox.Config {
	return inbox.Config{
		Store: r.Store, Fetcher: r, Handlers: []bot.Handler{r}, Directory: directory, Clock: bot.ClockFunc(time.Now), Machine: time.Now,
		Owner: "me", Logger: slog.New(slog.DiscardHandler),
	}
}

// run works for d.
func (r *rig) run(c inbox.Config, d time.Duration) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	if err := inbox.New(c).Run(ctx); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) hint(key, lane string) {
	r.t.Helper()
	body, err := json.Marshal(bot.IssueChanged{Space: "demo", Project: "AOZORA", IssueID: 1})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.Accept(r.t.Context(), bot.Event{Key: key, Kind: bot.EventIssueChanged, Lane: lane, Body: body}); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) letters() []string {
	r.t.Helper()
	list, err := r.DeadLetters(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, l := range list {
		out = append(out, l.Problem)
	}
	return out
}

// left counts events that are not ended.
func (r *rig) left() int64 {
	r.t.Helper()
	s, err := r.Status(r.t.Context(), time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return s.OpenEvents + s.WaitingEvents
}

func TestFaultsOfAnEvent(t *testing.T) {
	broken := errors.New("no such type")
	tests := []struct {
		name   string
		decide func(n int, in bot.In) (bot.Output, error)
		fetch  func(n int, c bot.IssueChanged) (bot.Fetched, error)
		span   time.Duration
		tries  int // of the feature
		dead   string
		last   [2]time.Duration // when the last try came
	}{
		{name: "a vendor that is down is waited for", fetch: func(n int, _ bot.IssueChanged) (bot.Fetched, error) {
			if n < 8 {
				return bot.Fetched{}, errors.New("503")
			}
			return bot.Fetched{}, nil
		}, span: 2 * time.Minute, tries: 1, last: [2]time.Duration{31 * time.Second, 65 * time.Second}},
		{name: "a vendor's own wait wins", fetch: func(n int, _ bot.IssueChanged) (bot.Fetched, error) {
			if n == 1 {
				return bot.Fetched{}, bot.RetryAfter(errors.New("429"), 40*time.Second)
			}
			return bot.Fetched{}, nil
		}, span: time.Minute, tries: 1, last: [2]time.Duration{40 * time.Second, 41 * time.Second}},
		{name: "but not for a day", fetch: func(n int, _ bot.IssueChanged) (bot.Fetched, error) {
			if n == 1 {
				return bot.Fetched{}, bot.RetryAfter(errors.New("429"), 24*time.Hour)
			}
			return bot.Fetched{}, nil
		}, span: 12 * time.Minute, tries: 1, last: [2]time.Duration{10 * time.Minute, 11 * time.Minute}},
		{
			name: "a fault of the decision ends as a dead letter", decide: func(int, bot.In) (bot.Output, error) { return bot.Output{}, broken },
			span: time.Minute, tries: 5, dead: broken.Error(),
		},
		{name: "so does a panic", decide: func(int, bot.In) (bot.Output, error) { panic("index out of range") }, span: time.Minute, tries: 5, dead: "index out of range"},
		{name: "so does what can't be written", decide: func(int, bot.In) (bot.Output, error) {
			return bot.Output{Ticket: ticket(), Effects: []bot.Effect{{Key: "k"}}}, nil
		}, span: time.Minute, tries: 5, dead: "kind and class are needed"},
		{
			name: "what can't be mended at once", fetch: func(int, bot.IssueChanged) (bot.Fetched, error) { return bot.Fetched{}, bot.Permanent(broken) },
			span: time.Second, dead: broken.Error(),
		},
		{name: "a fault that passes", decide: func(n int, _ bot.In) (bot.Output, error) {
			if n < 3 {
				return bot.Output{}, broken
			}
			return bot.Output{Ticket: ticket()}, nil
		}, span: time.Minute, tries: 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				defer r.close()
				if tt.decide != nil {
					r.decide = tt.decide
				}
				if tt.fetch != nil {
					r.fetch = tt.fetch
				}
				r.hint("k", "demo/1")
				c := r.config()
				c.Attempts, c.Every = 5, time.Second
				r.run(c, tt.span)
				if len(r.tries) != tt.tries || r.left() != 0 {
					t.Errorf("asked at %v, %d left; want %d times and none", r.tries, r.left(), tt.tries)
				}
				dead := strings.Join(r.letters(), "; ")
				if (tt.dead == "") != (dead == "") || !strings.Contains(dead, tt.dead) {
					t.Errorf("dead letters %q, want %q", dead, tt.dead)
				}
				if tt.last[1] > 0 && (r.tries[0] < tt.last[0] || r.tries[0] > tt.last[1]) {
					t.Errorf("asked at %v, want within %v", r.tries, tt.last)
				}
			})
		})
	}
}

func TestUnknownProjectIsADeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		if err := r.Accept(t.Context(), bot.Event{Key: "k", Kind: bot.EventIssueChanged, Lane: "demo/1", Body: json.RawMessage(`{"space":"demo","project":"OTHER"}`)},
			bot.Event{Key: "l", Kind: bot.EventIssueChanged, Lane: "demo/2", Body: json.RawMessage(`{"issue_id":"x"}`)}); err != nil {
			t.Fatal(err)
		}
		r.run(r.config(), time.Second)
		if got := r.letters(); len(got) != 2 || !strings.Contains(got[0], "OTHER") || !strings.Contains(got[1], "reading body") {
			t.Errorf("dead letters %q", got)
		}
	})
}

// clash lets another worker win the first commits.
type clash struct {
	*store.Store
	left int
	err  error
}

func (c *clash) Commit(ctx context.Context, d store.Decision) error {
	if c.left--; c.left >= 0 {
		return c.err
	}
	return c.Store.Commit(ctx, d)
}

func TestConflictIsDecidedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.hint("k", "demo/1")
		c := r.config()
		c.Store = &clash{r.Store, 3, store.ErrConflict}
		r.run(c, 3*time.Second)
		if len(r.tries) != 4 || r.tries[3] > time.Second || r.left() != 0 {
			t.Errorf("decided at %v, %d left; want four times within a second", r.tries, r.left())
		}
	})
}

func TestFencedWorkerLeavesTheEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.hint("k", "demo/1")
		c := r.config()
		c.Store = &clash{r.Store, 1, store.ErrFenced}
		r.run(c, 20*time.Second)
		if len(r.tries) != 1 || r.left() != 1 {
			t.Errorf("decided at %v, %d left; want once, and the event with its new owner", r.tries, r.left())
		}
		other := r.config()
		other.Owner = "other"
		r.run(other, 20*time.Second) // the lease is over
		if len(r.tries) != 2 || r.left() != 0 {
			t.Errorf("decided at %v, %d left after the lease", r.tries, r.left())
		}
	})
}

func TestEchoWaitsForItsEffect(t *testing.T) {
	for _, settled := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			defer r.close()
			e := bot.MakeEffect(bot.EffectUpdate, bot.Notice, "set", ticket(), bot.Update{StatusID: 3})
			if err := r.Queue(t.Context(), time.Now(), e); err != nil {
				t.Fatal(err)
			}
			sent, err := r.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: time.Now(), World: time.Now(), Lease: 2 * time.Hour, Most: 1})
			if err != nil || len(sent) != 1 {
				t.Fatal(sent, err)
			}
			// Backlog sets a second field along with ours, so only the comment's id tells whose it is.
			r.fetch = func(int, bot.IssueChanged) (bot.Fetched, error) {
				return bot.Fetched{Cursor: 9, Facts: []bot.Fact{{
					ID: "comment:9", Author: bot.Author{Kind: bot.AuthorBot}, Changes: []bot.Change{{Field: "status"}, {Field: "resolution"}},
				}}}, nil
			}
			r.hint("k", "demo/1")
			go func() {
				time.Sleep(700 * time.Millisecond)
				if settled {
					_ = r.FinishEffect(t.Context(), sent[0], bot.Sent{RemoteID: "9"}, time.Now())
				} else { // Backlog is down: the next try comes in an hour
					_ = r.RetryEffect(t.Context(), sent[0], time.Now().Add(time.Hour), time.Time{}, "503")
				}
			}()
			r.run(r.config(), 10*time.Second)
			want := map[bool]string{true: "set", false: ""}[settled]
			if len(r.tries) != 1 || r.tries[0] > 5*time.Second || r.facts[0].Origin != want {
				t.Errorf("settled %v: decided at %v on %+v; want origin %q within seconds", settled, r.tries, r.facts, want)
			}
		})
	}
}

func TestSlowEventHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.fetch = func(n int, _ bot.IssueChanged) (bot.Fetched, error) {
			if n == 1 {
				time.Sleep(15 * time.Second)
			}
			return bot.Fetched{}, nil
		}
		r.decide = func(int, bot.In) (bot.Output, error) { return bot.Output{}, nil }
		r.hint("slow", "demo/1")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- inbox.New(r.config()).Run(ctx) }()
		time.Sleep(time.Second)
		for _, lane := range []string{"demo/2", "demo/3", "demo/4", "demo/5", "demo/6"} {
			r.hint(lane, lane)
		}
		time.Sleep(time.Second)
		if n := r.left(); n != 1 {
			t.Errorf("%d events are left beside the slow one", n-1)
		}
		cancel() // a graceful stop ends what it has begun
		if err := <-done; err != nil || r.left() != 0 || time.Since(r.start) < 15*time.Second {
			t.Errorf("stopped after %v with %d left: %v", time.Since(r.start), r.left(), err)
		}
	})
}

// A vendor that hangs has so many places and no more: what needs no vendor goes on beside it.
func TestHangingVendorHoldsUpNoDueMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		asked, most := 0, 0
		r.fetch = func(int, bot.IssueChanged) (bot.Fetched, error) {
			r.mu.Lock()
			asked++
			most = max(most, asked)
			r.mu.Unlock()
			time.Sleep(20 * time.Second)
			r.mu.Lock()
			asked--
			r.mu.Unlock()
			return bot.Fetched{}, errors.New("no answer")
		}
		c := r.config()
		c.Parallel, c.Asking = 12, 4
		for i := range 8 {
			r.hint(fmt.Sprint("k", i), fmt.Sprint("demo/", i))
		}
		if err := r.Accept(t.Context(), bot.Event{Key: "due", Kind: bot.EventTimerDue, Lane: "demo/100", Body: json.RawMessage(`{}`)}); err != nil {
			t.Fatal(err)
		}
		r.run(c, time.Second)
		if len(r.tries) != 1 || r.tries[0] > time.Second || most != 4 {
			t.Errorf("decided at %v beside %d questions; want the due moment within a second beside 4", r.tries, most)
		}
	})
}

// A retry comes when its wait is over, however seldom the worker looks.
func TestRetryDoesNotWaitForTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.fetch = func(n int, _ bot.IssueChanged) (bot.Fetched, error) {
			if n == 1 {
				return bot.Fetched{}, errors.New("busy")
			}
			return bot.Fetched{Cursor: 5}, nil
		}
		r.hint("a", "demo/1")
		c := r.config()
		c.Every = time.Hour
		r.run(c, 30*time.Minute)
		if len(r.tries) != 1 || r.tries[0] > time.Second {
			t.Errorf("decided after %v, want within a second", r.tries)
		}
	})
}
