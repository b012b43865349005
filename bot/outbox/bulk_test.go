package outbox_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
)

// However many effects in bulk wait long for their turn at a vendor, what is said to somebody meanwhile goes out at once; and all of them go out in the end.
func TestBulkLeavesPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		const many, turn = 40, 10 * time.Second
		for i := range many {
			e := effect(fmt.Sprint("bulk", i), bot.EffectComment, bot.TicketID(fmt.Sprint("demo/", 100+i)))
			e.Bulk = true
			r.queue(e)
		}
		var mu sync.Mutex
		now, most, done := 0, 0, 0
		waited := time.Duration(-1) // it never went out
		began := time.Now()
		r.send = func(_ int, a bot.Attempt) (bot.Sent, error) {
			if a.Effect.Key == "notice" {
				waited = time.Since(began) - 3*time.Second
				return bot.Sent{RemoteID: "1"}, nil
			}
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(turn)
			mu.Lock()
			now, done = now-1, done+1
			mu.Unlock()
			return bot.Sent{RemoteID: "1"}, nil
		}
		time.AfterFunc(3*time.Second, func() {
			if err := r.Queue(t.Context(), time.Now(), effect("notice", bot.EffectComment, "demo/1")); err != nil {
				t.Error(err)
			}
		})
		r.run(r.config(), 3*time.Minute)
		if waited < 0 || waited > time.Second {
			t.Errorf("the notice waited %s for effects in bulk", waited)
		}
		if most != 4 || done != many {
			t.Errorf("%d in bulk at a time, want half of the eight places; %d of %d went out", most, done, many)
		}
	})
}
