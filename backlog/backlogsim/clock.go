package backlogsim

import (
	"errors"
	"time"
)

// errOtherClock says that time is not ours to move.
var errOtherClock = errors.New("moving the clock: this space runs on the clock of the program around it")

// Clock is what time it is in the space.
type Clock struct {
	World   time.Time `json:"world"`   // of timestamps
	Machine time.Time `json:"machine"` // of rate limits, unused uploads and OAuth tokens
	Movable bool      `json:"movable"`
}

// Clock tells both times.
func (s *Server) Clock() Clock {
	return Clock{World: s.opts.Now().UTC(), Machine: s.opts.Machine().UTC(), Movable: s.ownClock}
}

// MoveClock moves both times of a server that was made without clocks of its own by d, which may be negative. Delays of faults and deliveries go on
// as they were.
func (s *Server) MoveClock(d time.Duration) error {
	if !s.ownClock {
		return errOtherClock
	}
	s.shift.Add(int64(d))
	return nil
}

func (s *Server) shifted() time.Time { return time.Now().Add(time.Duration(s.shift.Load())) }

// moveClock is the body of POST /_sim/clock; one of the two is set.
type moveClock struct {
	Advance Duration  `json:"advance"`
	Set     time.Time `json:"set"`
}

func (s *Server) applyClock(m moveClock) (Clock, error) {
	d := time.Duration(m.Advance)
	if !m.Set.IsZero() {
		d = m.Set.Sub(s.opts.Now())
	}
	err := s.MoveClock(d)
	return s.Clock(), err
}
