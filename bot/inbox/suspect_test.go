package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// die has n processes claim what there is and never answer.
func (r *rig) die(n int) {
	r.t.Helper()
	for range n {
		for _, which := range []store.Suspicion{store.Unsuspected, store.Slight, store.Grave} {
			if _, err := r.ClaimSuspects(r.t.Context(), which, fmt.Sprint("dead since ", time.Now()), time.Now(), time.Second, 99); err != nil {
				r.t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Second)
	}
}

// What processes died under is handled by itself, behind what else waits; a due moment like any other event. After the last death it is a dead letter.
func TestEventThatKills(t *testing.T) {
	for _, tt := range []struct {
		deaths, beside int // how many of the suspects are handled at a time
		dead           bool
	}{{1, 12, false}, {2, 8, false}, {3, 1, false}, {4, 1, false}, {5, 0, true}} {
		t.Run(fmt.Sprint(tt.deaths), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				defer r.close()
				for i := range 12 {
					e, err := bot.NewEvent(bot.EventTimerDue, fmt.Sprint("due", i), fmt.Sprint("demo/", 10+i), time.Now(), bot.TimerDue{Rule: "desk/clock"})
					if err != nil {
						t.Fatal(err)
					}
					if err := r.Accept(t.Context(), e); err != nil {
						t.Fatal(err)
					}
				}
				r.die(tt.deaths)
				r.hint("fresh", "demo/1")
				var mu sync.Mutex
				now, most, others := 0, 0, 0
				var order []string
				began := time.Now()
				r.decide = func(_ int, in bot.In) (bot.Output, error) {
					mu.Lock()
					order = append(order, in.Event.Key)
					fresh := strings.HasPrefix(in.Event.Key, "fresh")
					if now++; fresh {
						others = max(others, now)
					}
					most = max(most, now)
					mu.Unlock()
					time.Sleep(time.Second)
					if !fresh {
						r.hint(fmt.Sprint("fresh", in.Event.Key), "demo/1") // the rest of the work goes on coming in
					}
					mu.Lock()
					now--
					mu.Unlock()
					return bot.Output{}, nil
				}
				c := r.config()
				r.run(c, time.Minute)
				if tt.dead {
					letters := r.letters()
					if len(letters) != 12 || !strings.Contains(letters[0], "died 5 times while it handled this") || len(order) != 1 {
						t.Errorf("dead %q, handled %q", letters, order)
					}
					return
				}
				if len(r.letters()) != 0 || r.left() != 0 {
					t.Errorf("dead %q, %d left", r.letters(), r.left())
				}
				if tt.deaths > 1 && (order[0] != "fresh" || time.Since(began) < 5*time.Second) {
					t.Errorf("%q, what else waits goes first", order)
				}
				if most > tt.beside+1 || most < tt.beside {
					t.Errorf("%d at a time, want %d and the rest of the work", most, tt.beside)
				}
				if tt.beside == 1 && (most != 1 || others != 1) {
					t.Errorf("%d at a time, %d beside the rest of the work", most, others)
				}
			})
		})
	}
}

// Two queues of one process never have what they suspect under way at the same time: whichever kills, only one of the two is held for it.
func TestSuspectsOfTwoQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		count := func(s store.Suspects) func(context.Context, time.Time) (store.Suspects, error) {
			return func(context.Context, time.Time) (store.Suspects, error) { return s, nil }
		}
		gate := &store.Gate{}
		a, b := store.NewQuarantine(gate, count(store.Suspects{Grave: 1})), store.NewQuarantine(gate, count(store.Suspects{Slight: 1, Grave: 1}))
		turn := func(q *store.Quarantine) string {
			which, n, err := q.Turn(t.Context(), time.Now())
			return fmt.Sprint(which, " ", n, " ", err)
		}
		begin := func(q *store.Quarantine, which store.Suspicion, n int) func() { return q.Begin(which, n, time.Now()) }
		want := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		want("just started", turn(a)+turn(b), " 0 <nil> 0 <nil>")
		time.Sleep(6 * time.Second)
		if !b.Enter() {
			t.Fatal("nobody enters")
		}
		want("somebody is inside", turn(a), " 0 <nil>")
		if b.Enter() {
			t.Error("it is being emptied, and somebody enters")
		}
		want("the other queue", turn(b), " 0 <nil>")
		b.Leave()
		want("empty", turn(a), "> 1 1 <nil>")
		end := begin(a, store.Grave, 1)
		want("one alone", turn(a)+turn(b), " 0 <nil> 0 <nil>")
		end()
		want("then a few", turn(b), "= 1 8 <nil>")
		first := begin(b, store.Slight, 1)
		want("while they are under way", turn(a), " 0 <nil>")
		first()
		want("and again", turn(a), "> 1 1 <nil>")
		begin(a, store.Grave, 0)
		want("none was to be had: the others go on", turn(a), " 0 <nil>")
		want("slight ones that can't be claimed", turn(b), "= 1 8 <nil>")
		begin(b, store.Slight, 0)
		want("make way for a grave one", turn(b), "> 1 1 <nil>")
	})
}
