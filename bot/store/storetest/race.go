package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// manyWorkers lets eight workers handle two hundred events of twenty tickets, each of which sends a notice, while eight others send. No
// lane is handled twice at a time, each event once, and the notices of a ticket leave in the order of its events.
func manyWorkers(b *bench) {
	const lanes, each, workers = 20, 10, 8
	var in []bot.Event
	for i := range lanes * each {
		in = append(in, bot.Event{Key: fmt.Sprintf("e-%03d", i), Kind: "x", Lane: fmt.Sprintf("demo/%d", i%lanes), At: t0})
	}
	b.ok(b.Accept(b.ctx, in...))
	d := &desk{bench: b, busy: map[string]int{}, handled: map[string]int{}, sent: map[bot.TicketID][]string{}}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { d.handle(fmt.Sprint("in", w), lanes*each) })
		wg.Go(func() { d.send(fmt.Sprint("out", w), lanes*each) })
	}
	wg.Wait()
	for _, f := range d.faults {
		b.Error(f)
	}
	for key, n := range d.handled {
		if n != 1 {
			b.Errorf("%s was handled %d times", key, n)
		}
	}
	for i := range lanes {
		var want []string
		for j := range each {
			want = append(want, fmt.Sprintf("n:e-%03d", j*lanes+i))
		}
		b.is(fmt.Sprintf("notices of lane %d", i), d.sent[bot.TicketID(fmt.Sprintf("demo/%d", i))], want)
	}
}

// desk counts what many workers do.
type desk struct {
	*bench
	mu       sync.Mutex
	busy     map[string]int
	handled  map[string]int
	sent     map[bot.TicketID][]string
	finished int
	out      int
	faults   []string
}

func (d *desk) fault(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, fmt.Sprintf(format, args...))
	d.finished, d.out = 1e6, 1e6 // everybody goes home
}

func (d *desk) over(n *int, all int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return *n >= all
}

func (d *desk) enter(lane string, by int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[lane] += by; d.busy[lane] > 1 {
		d.faults = append(d.faults, lane+" is handled twice at a time")
	}
}

func (d *desk) handle(owner string, all int) {
	for !d.over(&d.finished, all) {
		claims, err := d.ClaimEvents(d.ctx, owner, time.Now(), time.Minute, 3)
		if err != nil {
			d.fault("claiming: %v", err)
		}
		for _, c := range claims {
			d.enter("in "+c.Event.Lane, 1)
			id := bot.TicketID(c.Event.Lane)
			l, err := d.Load(d.ctx, id)
			if err == nil {
				n := notice("n:" + c.Event.Key)
				n.Ticket = id
				k := ticket()
				k.ID = id
				d.enter("in "+c.Event.Lane, -1) // from its commit on the next may begin
				err = d.Commit(d.ctx, store.Decision{Claim: c, Now: t0, Ticket: k, Version: l.Version, Effects: []bot.Effect{n}})
			}
			if err != nil {
				d.fault("deciding %s: %v", c.Event.Key, err)
			}
			d.mu.Lock()
			d.finished++
			d.handled[c.Event.Key]++
			d.mu.Unlock()
		}
	}
}

func (d *desk) send(owner string, all int) {
	for !d.over(&d.out, all) {
		claims, err := d.ClaimEffects(d.ctx, store.Claim{Owner: owner, Now: time.Now(), World: t0, Lease: time.Minute, Most: 3})
		if err != nil {
			d.fault("claiming effects: %v", err)
		}
		for _, s := range claims {
			lane := s.Attempt.Effect.Ticket
			d.enter("out "+string(lane), 1)
			d.mu.Lock()
			d.sent[lane] = append(d.sent[lane], s.Attempt.Effect.Key)
			d.mu.Unlock()
			d.enter("out "+string(lane), -1)
			if err := d.FinishEffect(d.ctx, s, bot.Sent{}, t0); err != nil && !errors.Is(err, store.ErrFenced) {
				d.fault("finishing %s: %v", s.Attempt.Effect.Key, err)
			}
			d.mu.Lock()
			d.out++
			d.mu.Unlock()
		}
		if len(claims) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}
