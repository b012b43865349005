package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
)

var errSpoilt = errors.New("this one is spoilt")

// slowDisk is a commit that takes its time and fails when a spoilt event is among the events.
type slowDisk struct {
	takes   time.Duration
	mu      sync.Mutex
	batches [][]bot.Event
	under   int
	most    int
}

func (d *slowDisk) write(ctx context.Context, events []bot.Event) error {
	d.mu.Lock()
	d.under++
	d.most = max(d.most, d.under)
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		d.under--
		d.mu.Unlock()
	}()
	time.Sleep(d.takes)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, e := range events {
		if e.Kind == "spoilt" {
			return errSpoilt
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.batches = append(d.batches, events)
	return nil
}

func (d *slowDisk) stored() (keys map[string]int) {
	keys = map[string]int{}
	for _, b := range d.batches {
		for _, e := range b {
			keys[e.Key]++
		}
	}
	return keys
}

// The first caller writes alone and at once; those who come meanwhile share the next commit; places are kept.
func TestGatherSharesCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slowDisk{takes: time.Second}
		g := &gather[bot.Event]{most: 1, write: d.write}
		var wg sync.WaitGroup
		began := time.Now()
		for i := range 100 {
			time.Sleep(time.Millisecond)
			wg.Go(func() {
				if err := g.do(t.Context(), bot.Event{Key: fmt.Sprint(i), Kind: "x"}); err != nil {
					t.Errorf("event %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("a hundred events took %v", took)
		}
		if len(d.batches) != 2 || len(d.batches[0]) != 1 || len(d.stored()) != 100 || d.most != 1 {
			t.Errorf("%d batches, the first of %d; %d events stored, %d batches at a time", len(d.batches), len(d.batches[0]), len(d.stored()), d.most)
		}
		if g.writing != 0 || len(g.queue) != 0 {
			t.Errorf("at rest: %d writing, %d waiting", g.writing, len(g.queue))
		}
	})
}

// A spoilt event fails for its own caller alone.
func TestGatherTellsEachItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slowDisk{takes: 50 * time.Millisecond}
		g := &gather[bot.Event]{most: 2, write: d.write}
		var wg sync.WaitGroup
		for i := range 50 {
			kind := bot.EventKind("x")
			if i%10 == 3 {
				kind = "spoilt"
			}
			wg.Go(func() {
				err := g.do(t.Context(), bot.Event{Key: fmt.Sprint(i), Kind: kind})
				if want := kind == "spoilt"; errors.Is(err, errSpoilt) != want || (err != nil) != want {
					t.Errorf("event %d (%s): %v", i, kind, err)
				}
			})
		}
		wg.Wait()
		if n := len(d.stored()); n != 45 {
			t.Errorf("%d stored, want 45", n)
		}
	})
}

// A caller who goes away is no reason to lose the others' events, nor its own.
func TestGatherOutlivesItsLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slowDisk{takes: time.Second}
		g := &gather[bot.Event]{most: 1, write: d.write}
		hurry, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { _ = g.do(hurry, bot.Event{Key: "leader", Kind: "x"}) })
		synctest.Wait()
		for i := range 5 {
			wg.Go(func() {
				ctx := t.Context()
				if i == 0 {
					ctx = hurry
				}
				err := g.do(ctx, bot.Event{Key: fmt.Sprint(i), Kind: "x"})
				if (err != nil) != (i == 0) {
					t.Errorf("follower %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		time.Sleep(5 * time.Second)
		if n := len(d.stored()); n != 6 {
			t.Errorf("%d stored, want all 6", n)
		}
	})
}
