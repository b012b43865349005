package report

import "time"

// asOf is a clock as it was when the data were closed: what came later is not told, though a page that is written days later could know it.
func (m *Meter) asOf(c ClockResult) ClockResult {
	if m.known(Known(c)) { // a miss is known at its deadline
		if !m.known(c.Stopped) {
			c.Stopped = time.Time{}
		}
		return c
	}
	if c.State != Paused {
		c.State = Running
	}
	c.Stopped, c.Cause, c.Measure = time.Time{}, "", ""
	return c
}

func (m *Meter) clocksAsOf(list []ClockResult) []ClockResult {
	out := make([]ClockResult, len(list))
	for i, c := range list {
		out[i] = m.asOf(c)
	}
	return out
}

// roundsAsOf are the rounds up to the one that ran when the data were closed.
func (m *Meter) roundsAsOf(list []Round) []Round {
	var out []Round
	for _, r := range list {
		c := m.asOf(ClockResult{State: r.State, Due: r.Due, Stopped: r.At, Cause: r.Cause})
		ran := c.State == Running && r.State != Running
		r.State, r.At, r.Cause = c.State, c.Stopped, c.Cause
		r.Automatic = r.Automatic && !ran
		out = append(out, r)
		if ran {
			return out
		}
	}
	return out
}

// openAsOf is a ticket that was done later than the data were closed.
func openAsOf(t Ticket) Ticket {
	t.Done, t.Status = time.Time{}, "締めの時点で未完了"
	return t
}
