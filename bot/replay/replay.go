package replay

import (
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/inbox"
)

// Otherwise is an event that would be decided otherwise, or could not be decided at all.
type Otherwise struct {
	At          time.Time     `json:"at"`       // world time of the decision
	Key         string        `json:"key"`      // issue key, or the lane where there is no ticket
	Customer    string        `json:"customer"` // "" where the event belongs to none
	Event       string        `json:"event"`    // its key
	Kind        bot.EventKind `json:"kind"`
	Differences []Difference  `json:"differences,omitempty"`
	Problem     string        `json:"problem,omitempty"` // why it can't be decided again
}

// Summary is what a comparison found.
type Summary struct {
	From      time.Time    `json:"from,omitzero"` // world time of the first and the last decision
	Until     time.Time    `json:"until,omitzero"`
	Events    int          `json:"events"`
	Tickets   int          `json:"tickets"`
	Otherwise int          `json:"otherwise"` // events
	Undecided int          `json:"undecided"` // events that can't be decided again
	Parts     map[Part]int `json:"parts"`     // events with a difference that concerns it
}

// Weighty reports whether a contract or a customer would notice: an operator should look before the version is rolled out.
func (s Summary) Weighty() bool {
	for p, n := range s.Parts {
		if p.Weighty() && n > 0 {
			return true
		}
	}
	return s.Undecided > 0
}

// Replay decides what it is given again.
type Replay struct {
	Handlers  []bot.Handler
	Directory *bot.Directory
	// Differs is told of each event that would be decided otherwise, in their order.
	Differs func(Otherwise) error

	sum   Summary
	lanes map[string]bool
}

// Take decides one recorded event again.
func (r *Replay) Take(customer string, body json.RawMessage) error {
	var rec inbox.Record
	if err := json.Unmarshal(body, &rec); err != nil {
		return fmt.Errorf("reading a recorded decision: %w", err)
	}
	r.count(rec)
	o := Otherwise{At: rec.Now, Key: key(rec), Customer: customer, Event: rec.Event.Key, Kind: rec.Event.Kind}
	now, err := rec.Again(r.Handlers, r.Directory)
	if err == nil {
		o.Differences, err = Compare(rec.Said, now)
	}
	switch {
	case err != nil:
		o.Problem = err.Error()
		r.sum.Undecided++
	case len(o.Differences) == 0:
		return nil
	}
	r.sum.Otherwise++
	concerned := map[Part]bool{}
	for _, d := range o.Differences {
		concerned[d.Part] = true
	}
	for p := range concerned {
		r.sum.Parts[p]++
	}
	return r.Differs(o)
}

func (r *Replay) count(rec inbox.Record) {
	if r.lanes == nil {
		r.lanes, r.sum.Parts = map[string]bool{}, map[Part]int{}
	}
	r.sum.Events++
	if _, _, err := bot.TicketID(rec.Event.Lane).Split(); err == nil && !r.lanes[rec.Event.Lane] {
		r.lanes[rec.Event.Lane] = true
		r.sum.Tickets++
	}
	if r.sum.From.IsZero() || rec.Now.Before(r.sum.From) {
		r.sum.From = rec.Now
	}
	if rec.Now.After(r.sum.Until) {
		r.sum.Until = rec.Now
	}
}

// Summary is what was found so far.
func (r *Replay) Summary() Summary { return r.sum }
