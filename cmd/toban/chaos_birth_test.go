package main_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Killed in the middle of making its database, twice, Toban starts all the same.
func TestKilledWhileItsDatabaseIsMade(t *testing.T) {
	t.Parallel()
	program, seed := build(t), chaosSeed(t)
	rng := rand.New(rand.NewPCG(seed, 5))
	for i := range 12 {
		k := newChaos(t, program, chaosPlan{desks: 1}, seed)
		r := k.rest[0]
		for range 2 {
			r.start("")
			time.Sleep(time.Duration(i*8+rng.IntN(8)) * time.Millisecond)
			if err := r.cmd.Process.Kill(); err != nil {
				t.Fatalf("killing: %v\n%s", err, r.tail())
			}
			if err := <-r.ended; !killed(err) {
				t.Errorf("Toban ended by itself: %v\n%s", err, r.tail())
			}
		}
		r.start("")
		k.await(t.Context(), func() bool { return r.up() || len(r.ended) > 0 })
		if len(r.ended) > 0 {
			t.Errorf("after a kill at %d ms Toban does not start:\n%s", i*8, r.tail())
		}
		r.kill()
	}
}
