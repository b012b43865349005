package slacksim

import (
	"cmp"
	"slices"
	"time"
)

// oddness is what will happen to one delivery.
type oddness struct {
	delay             time.Duration
	twice, deaf, lost bool
	behind            time.Duration // how long to wait for the next payload to pass
}

func (s *Server) oddity(d *delivery, try int) oddness {
	s.mu.Lock()
	defer s.mu.Unlock()
	var o oddness
	now, dice := s.o.Machine(), s.faults.die(d, try)
	for _, r := range s.faults.rules {
		if !r.Kind.ofDelivery() || !r.matches(d.name, d.channel()) || !r.strikes(now, dice) {
			continue
		}
		lag := time.Duration(r.LagMS) * time.Millisecond
		switch r.Kind {
		case FaultDelay:
			o.delay += lag + r.extra(dice)
		case FaultReorder:
			o.behind = cmp.Or(lag, 2*time.Second)
		case FaultDuplicate:
			o.twice = true
		case FaultNoAck:
			o.deaf = true
		case FaultLost:
			o.lost = true
		default: // strikes calls, not deliveries
		}
	}
	return o
}

// channel is where a delivery's event happened, as far as its payload says.
func (d *delivery) channel() string {
	if id := text(d.payload, "channel_id"); id != "" { // a command
		return id
	}
	if id := text(d.payload["channel"], "id"); id != "" { // a click
		return id
	}
	e, _ := d.payload["event"].(obj)
	return cmp.Or(text(e, "channel"), text(e["channel"], "id"), text(e["item"], "channel"))
}

// letPass waits until a later payload has been handed over, or for the longest time.
func (s *Server) letPass(d *delivery, longest time.Duration) bool {
	end := time.NewTimer(longest)
	defer end.Stop()
	for {
		s.mu.Lock()
		passed, news := s.handed > d.seq, s.passing
		s.mu.Unlock()
		if passed {
			return true
		}
		select {
		case <-news:
		case <-end.C:
			return true
		case <-s.ctx.Done():
			return false
		}
	}
}

// pass notes that a payload has been handed over.
func (s *Server) pass(d *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.seq > s.handed {
		s.handed = d.seq
		close(s.passing)
		s.passing = make(chan struct{})
	}
}

// sitOut waits for the end of an outage, during which nothing leaves Slack. Only events wait as long as it takes: nobody looks at a
// spinner for longer than the app may take. False means that it has not ended.
func (s *Server) sitOut(d *delivery) bool {
	var patience <-chan time.Time
	if d.lane != viaEvents {
		patience = time.After(s.o.AckWithin)
	}
	for {
		s.mu.Lock()
		down, left, news := s.inOutage(), s.outageLeft(), s.weather
		s.mu.Unlock()
		if !down {
			return true
		}
		d.launch() // nobody should queue behind a wait
		var end <-chan time.Time
		if left > 0 {
			end = time.After(left)
		}
		select {
		case <-news:
		case <-end:
		case <-patience:
			return false
		case <-s.ctx.Done():
			return false
		}
	}
}

// inOutage reports whether an outage is on; the lock is held.
func (s *Server) inOutage() bool {
	return slices.ContainsFunc(s.faults.rules, func(r *rule) bool { return r.outage(s.o.Machine()) })
}

func (r *rule) outage(now time.Time) bool {
	return r.Kind == FaultOutage && (r.until.IsZero() || !now.After(r.until)) && (r.Count == 0 || r.struck < r.Count)
}

// outageLeft is how long the present outage still takes, 0 when nobody can tell; the lock is held.
func (s *Server) outageLeft() time.Duration {
	left, now := time.Duration(0), s.o.Machine()
	for _, r := range s.faults.rules {
		if r.outage(now) && !r.until.IsZero() {
			left = max(left, r.until.Sub(now)+time.Millisecond)
		}
	}
	return left
}
