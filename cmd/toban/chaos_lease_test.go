package main_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// One of two replicas dies for good with an effect in its hands, right after Backlog took it. The other works on at once with everything
// else, and takes over what the dead one held when its lease has ended: it finds what stands there already and says nothing twice.
func TestLostReplicaCostsOneLease(t *testing.T) {
	t.Parallel()
	k := newChaos(t, build(t), chaosPlan{name: "lost replica", postgres: true, replicas: 2, desks: 12}, chaosSeed(t))
	w := &walk{chaos: k, r: k.rest[0]}
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	w.r.start("")
	w.await(ctx, w.r.up)
	w.open(ctx)
	w.await(ctx, func() bool { return w.followed(ctx) })
	w.r.kill()
	w.r.start("die=backlog.after")
	w.await(ctx, w.r.up)
	// Tickets until the first replica has died of one of them; the second one starts only then, so it is sure who holds it.
	for len(w.r.ended) == 0 && ctx.Err() == nil {
		w.request(ctx)
		_ = wait(ctx, time.Second)
	}
	if err := <-w.r.ended; !killed(err) {
		t.Fatalf("the first replica ended with %v\n%s", err, w.r.tail())
	}
	w.r.cmd = nil
	type hold struct {
		Key   string `db:"effect_key"`
		State string `db:"state"`
		Owner string `db:"owner"`
		Run   int64  `db:"run_us"`
	}
	db, err := sqlx.Open("postgres", k.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var held []hold
	if err := db.SelectContext(ctx, &held, "SELECT effect_key, state, owner, run_us FROM outbox WHERE state = 'sending' AND channel = 'backlog'"); err != nil || len(held) == 0 {
		t.Fatalf("the dead replica holds %v, %v", held, err)
	}
	other := k.rest[1]
	other.start("")
	w.await(ctx, other.up)
	late := len(w.tickets)
	for range 4 {
		w.request(ctx)
	}
	w.await(ctx, func() bool {
		for _, tk := range w.tickets[late:] {
			if len(w.said(ctx, tk.key)) == 0 {
				return false
			}
		}
		return true
	})
	// The new tickets are answered. What the dead replica held is still its own while its lease lasts, and done after that.
	for _, h := range held {
		var now []hold
		if err := db.SelectContext(ctx, &now, "SELECT effect_key, state, owner, run_us FROM outbox WHERE effect_key = $1", h.Key); err != nil || len(now) != 1 {
			t.Fatalf("reading %s: %v, %v", h.Key, now, err)
		}
		if now[0].Owner != h.Owner && time.Now().UnixMicro() < h.Run {
			t.Errorf("%s was taken over %s before its lease had ended", h.Key, time.Until(time.UnixMicro(h.Run)))
		}
	}
	w.quiet(ctx)
	for _, h := range held {
		var done []struct {
			State   string `db:"state"`
			Attempt int    `db:"attempt"`
		}
		if err := db.SelectContext(ctx, &done, "SELECT state, attempt FROM outbox WHERE effect_key = $1", h.Key); err != nil || len(done) != 1 || done[0].State != "done" || done[0].Attempt != 2 {
			t.Errorf("%s: %+v, %v; want it done at its second try", h.Key, done, err)
		}
	}
	other.end()
	k.judge()
	if t.Failed() {
		t.Logf("the end of the log of the second replica:\n%s", other.tail())
	}
}
