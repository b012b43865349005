package watch

import (
	"fmt"
	"slices"
	"time"
)

// Limits under which Toban calls itself well (spec/9-running.md, Who watches Toban).
const (
	EventLimit  = 2 * time.Minute // world time
	TimerLimit  = time.Minute     // world time
	NoticeLimit = 5 * time.Minute // world time
	PollLimit   = 3               // intervals without a successful look
	RoundLimit  = 5 * time.Minute // world time of a synthetic ticket's way
)

// Condition names one thing that must be so. They are the label of a metric and stay as they are.
type Condition string

// Conditions.
const (
	Database  Condition = "database"  // takes writes
	Events    Condition = "events"    // the oldest unhandled event
	Timers    Condition = "timers"    // the oldest overdue due moment
	Notices   Condition = "notices"   // the oldest unsent notice
	Polling   Condition = "poll"      // the activity feeds are read
	Socket    Condition = "socket"    // Slack's socket is open
	Clocks    Condition = "clock"     // this machine's clock is near the database's
	Synthetic Condition = "synthetic" // the synthetic ticket came back
)

// Conditions lists them all.
func Conditions() []Condition {
	return []Condition{Database, Events, Timers, Notices, Polling, Socket, Clocks, Synthetic}
}

// Figures are what a replica sees of Toban. World times are zero where there is nothing.
type Figures struct {
	Now      time.Time // world time
	Broken   error     // why the database takes no writes, or does not answer
	Event    time.Time // when the oldest unhandled event came
	Timer    time.Time // the next due moment
	Notice   time.Time // when the oldest unsent notice was decided; what a stop holds back does not count
	Feeds    []Feed
	SocketUp bool // or no socket is used
	Offset   time.Duration
	Round    Round
}

// Feed is the activity feed of one space.
type Feed struct {
	Space string
	Age   time.Duration // machine time since the last successful look of any replica, or since this replica's start
	Every time.Duration // machine time between looks
}

// Problem is a condition that does not hold.
type Problem struct {
	Condition Condition `json:"condition"`
	Text      string    `json:"text"`
}

// Problems says which conditions do not hold; none when Toban is well. It is the one judgement for /readyz, the heartbeat and the status
// page.
func Problems(f Figures) []Problem {
	if f.Broken != nil {
		return []Problem{{Database, f.Broken.Error()}}
	}
	var out []Problem
	say := func(c Condition, format string, args ...any) {
		out = append(out, Problem{c, fmt.Sprintf(format, args...)})
	}
	old := func(c Condition, what string, t time.Time, limit time.Duration) {
		if age := f.Now.Sub(t); !t.IsZero() && age > limit {
			say(c, "%s is %s old, more than %s", what, age.Round(time.Second), limit)
		}
	}
	old(Events, "the oldest unhandled event", f.Event, EventLimit)
	old(Timers, "the oldest due moment", f.Timer, TimerLimit)
	old(Notices, "the oldest unsent notice", f.Notice, NoticeLimit)
	for _, feed := range f.Feeds {
		if feed.Age > PollLimit*feed.Every {
			say(Polling, "the activity feed of space %s was last read %s ago, more than %d times %s", feed.Space, feed.Age.Round(time.Second), PollLimit, feed.Every)
		}
	}
	if !f.SocketUp {
		say(Socket, "Slack's socket is not connected")
	}
	if f.Offset.Abs() > OffsetLimit {
		say(Clocks, "this machine's clock is %s off the database's, more than %s: this replica claims nothing", f.Offset.Round(time.Millisecond), OffsetLimit)
	}
	if late := f.Round.late(f.Now); late > 0 {
		say(Synthetic, "no synthetic ticket came back for %s, more than %s", late.Round(time.Second), f.Round.limit())
	}
	return out
}

// Holds reports whether a condition is not among the problems.
func Holds(problems []Problem, c Condition) bool {
	return !slices.ContainsFunc(problems, func(p Problem) bool { return p.Condition == c })
}

// Round is how the synthetic ticket is doing, in world time. The zero value is no synthetic ticket.
type Round struct {
	Every   time.Duration // between two tickets; 0: there are none
	Since   time.Time     // from when on they are expected: the start of the process, or the end of a stop
	Last    time.Time     // when the last one came back, closed; zero: none yet
	Took    time.Duration // its way, from the moment it was due until it was closed
	Waiting bool          // a stop holds it back: nothing is expected
}

func (r Round) limit() time.Duration { return r.Every + RoundLimit }

// late is for how long none came back, when that is too long; else 0.
func (r Round) late(now time.Time) time.Duration {
	from := r.Last
	if r.Since.After(from) {
		from = r.Since
	}
	if r.Every == 0 || r.Waiting || now.Sub(from) <= r.limit() {
		return 0
	}
	return now.Sub(from)
}
