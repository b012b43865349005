package store_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/outbox"
	"toban/bot/store"
)

// sink is a vendor that does nothing, at once.
type sink struct {
	n    atomic.Int64
	want int64
	all  chan struct{}
}

func (s *sink) Send(context.Context, bot.Attempt) (bot.Sent, error) {
	if s.n.Add(1) == s.want {
		close(s.all)
	}
	return bot.Sent{RemoteID: "1", At: time.Now()}, nil
}

// BenchmarkEffects: how many effects a second the real worker claims, hands over and writes back when the vendor costs nothing, on one
// replica, with the 8 places a vendor has in production and with 32. The baseline is a bare prepared INSERT by 16 connections: an effect costs a claim and an
// end, both durable.
func BenchmarkEffects(b *testing.B) {
	for _, e := range engines() {
		for _, places := range []int{8, 32} {
			b.Run(fmt.Sprintf("%s/places=%d", e.name, places), func(b *testing.B) {
				for range b.N {
					benchEffects(b, e, places)
				}
			})
		}
	}
}

func benchEffects(b *testing.B, e engine, places int) {
	const effects, clients = 12_000, 16
	s, db := e.open(b)
	raw := bare(b, db, clients)
	if e.name == "sqlite" {
		raw = bareBatches(b, db, 1)
		raw.run(b, 1, 2*time.Second)
	} else {
		raw.run(b, clients, 2*time.Second)
	}
	queueMany(b, s, effects)
	done := &sink{want: effects, all: make(chan struct{})}
	w := outbox.New(outbox.Config{
		Store: s, Senders: map[string]bot.Sender{"slack": done, "backlog": done}, Clock: bot.ClockFunc(time.Now), Machine: time.Now, Owner: "bench", Parallel: places, Logger: silent(),
	})
	ctx, stop := context.WithTimeout(b.Context(), time.Minute)
	defer stop()
	ended := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(ended)
		_ = w.Run(ctx)
	}()
	select {
	case <-done.all:
	case <-ctx.Done():
		b.Fatalf("%d of %d effects in a minute", done.n.Load(), effects)
	}
	stop()
	<-ended // with all ends written back
	rate := effects / time.Since(began).Seconds()
	if st, err := s.Status(b.Context(), time.Now()); err != nil || !st.Quiet() || done.n.Load() != effects {
		b.Fatalf("left over: %+v, %v; %d sent", st, err, done.n.Load())
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate, "effects/s")
	b.ReportMetric(raw.rate(), "raw/s")
	b.ReportMetric(rate/raw.rate(), "ratio")
}

// queueMany queues effects of as many tickets, half for each vendor.
func queueMany(b *testing.B, s *store.Store, effects int) {
	b.Helper()
	const batch = 1000
	for at := 0; at < effects; at += batch {
		var list []bot.Effect
		for i := at; i < at+batch; i++ {
			kind := bot.EffectPost
			if i%2 == 0 {
				kind = bot.EffectComment
			}
			t := &bot.Ticket{ID: bot.NewTicketID("demo", int64(i+1)), Customer: "aoba"}
			list = append(list, bot.MakeEffect(kind, bot.Notice, fmt.Sprintf("bench:%d", i), t, bot.Post{Channel: "C0DESK", Text: "承りました。"}))
		}
		if err := s.Queue(b.Context(), time.Now(), list...); err != nil {
			b.Fatal(err)
		}
	}
}
