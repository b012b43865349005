package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/store"
)

// BenchmarkThrough: what a webhook costs from the door to its committed decision, by the real worker with a decision that is next to nothing:
// a ticket, an effect and a line of audit. Sixteen clients bring the next event when theirs was decided. The baseline are doors that write
// into the inbox itself, in turns with it.
func BenchmarkThrough(b *testing.B) {
	for _, e := range engines() {
		if e.name == "postgres" {
			continue // its doors always write into the inbox
		}
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				benchThrough(b, e)
			}
		})
	}
}

func benchThrough(b *testing.B, e engine) {
	const clients, rounds, slice = 16, 6, 600 * time.Millisecond
	journal, directly := through(b, e), through(b, e, store.AcceptDirectly)
	journal.run(b, clients, slice/4)
	directly.run(b, clients, slice/4)
	spent := map[*turn]time.Duration{}
	for _, t := range []*turn{journal, directly} {
		*t = turn{do: t.do}
	}
	for range rounds {
		for _, t := range []*turn{directly, journal} {
			before, _ := durable.Spent()
			t.run(b, clients, slice)
			after, _ := durable.Spent()
			spent[t] += after - before
		}
	}
	each := func(t *turn) float64 { return float64(spent[t].Microseconds()) / float64(t.done) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(journal.rate(), "events/s")
	b.ReportMetric(directly.rate(), "direct/s")
	b.ReportMetric(journal.rate()/directly.rate(), "ratio")
	b.ReportMetric(ms(quantile(journal.each, 0.99)), "p99-ms")
	b.ReportMetric(ms(quantile(directly.each, 0.99)), "direct-p99-ms")
	b.ReportMetric(each(journal), "own-cpu-us/event")
	b.ReportMetric(each(directly), "direct-cpu-us/event")
}

// little decides next to nothing, and tells who waits for it.
type little struct{ waiting sync.Map }

func (*little) Name() string { return "desk" }

func (*little) Handle(in bot.In) (bot.Output, error) {
	t := &bot.Ticket{ID: bot.TicketID(in.Event.Lane), Customer: "aoba", Space: "demo", Project: "AOBA", Key: in.Event.Key, Received: in.Now}
	return bot.Output{
		Ticket: t, Effects: []bot.Effect{bot.MakeEffect(bot.EffectComment, bot.Notice, "answer:"+in.Event.Key, t, bot.Post{Text: "x"})},
		Reasons: []bot.Reason{{What: "did", Why: "it was asked for"}},
	}, nil
}

// through is one event from the door to its decision, in a database of its own.
func through(b *testing.B, e engine, with ...func(s *store.Store)) *turn {
	b.Helper()
	s, _ := e.open(b)
	for _, f := range with {
		f(s)
	}
	h := &little{}
	w := inbox.New(inbox.Config{
		Store: told{s, h}, Handlers: []bot.Handler{h}, Directory: func() *bot.Directory { return &bot.Directory{} }, Clock: bot.ClockFunc(time.Now), Machine: time.Now,
		Owner: "bench", Logger: silent(),
	})
	ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	var mu sync.Mutex
	last := 0
	return &turn{do: func(int) error {
		mu.Lock()
		last++
		key := fmt.Sprint(last)
		mu.Unlock()
		decided := make(chan struct{})
		h.waiting.Store(key, decided)
		if err := s.Accept(b.Context(), bot.Event{Key: key, Kind: "x", Lane: "demo/" + key, At: time.Now()}); err != nil {
			return err
		}
		w.Poke()
		<-decided
		return nil
	}}
}

// told is a store that says when a decision is committed.
type told struct {
	*store.Store
	h *little
}

func (t told) Commit(ctx context.Context, d store.Decision) error {
	err := t.Store.Commit(ctx, d)
	if c, ok := t.h.waiting.LoadAndDelete(d.Claim.Event.Key); ok && err == nil {
		close(c.(chan struct{}))
	}
	return err
}
