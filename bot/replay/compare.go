package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"toban/bot/inbox"
)

// Part is whom a difference concerns.
type Part string

// Parts, the weightiest first.
const (
	Heard    Part = "heard"    // what customers hear, or what is changed for them
	Promised Part = "promised" // deadlines and their state
	Is       Part = "ticket"   // what the ticket is: class, type, status, owner
	Shown    Part = "shown"    // what staff see
	Kept     Part = "kept"     // due moments, shares of what is scarce, what features remember, reasons
)

// Parts are all of them.
func Parts() []Part { return []Part{Heard, Promised, Is, Shown, Kept} }

// Weighty reports whether a contract or a customer would notice.
func (p Part) Weighty() bool { return p == Heard || p == Promised || p == Is }

// Difference is one thing that would be said otherwise.
type Difference struct {
	Part Part            `json:"part"`
	What string          `json:"what"`          // which effect, clock, member or moment
	Was  json.RawMessage `json:"was,omitempty"` // absent: it was not said
	Now  json.RawMessage `json:"now,omitempty"` // absent: it would not be said
}

// named is something that a decision says, under the name by which it is found in another one.
type named struct {
	part Part
	name string
	text json.RawMessage
}

// Compare lists what one decision says otherwise than another one of the same event.
func Compare(was, now inbox.Said) ([]Difference, error) {
	a, err := said(was)
	if err != nil {
		return nil, err
	}
	b, err := said(now)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, x := range a {
		i := slices.IndexFunc(b, func(y named) bool { return y.part == x.part && y.name == x.name })
		if i < 0 {
			out = append(out, Difference{Part: x.part, What: x.name, Was: x.text})
			continue
		}
		if !bytes.Equal(x.text, b[i].text) {
			out = append(out, Difference{Part: x.part, What: x.name, Was: x.text, Now: b[i].text})
		}
		b = slices.Delete(b, i, i+1)
	}
	for _, y := range b {
		out = append(out, Difference{Part: y.part, What: y.name, Now: y.text})
	}
	slices.SortStableFunc(out, func(x, y Difference) int { return slices.Index(Parts(), x.Part) - slices.Index(Parts(), y.Part) })
	return out, nil
}

// book gathers what a decision says. Of what is said twice under one name each is compared with its like.
type book struct {
	list []named
	seen map[string]int
	err  error
}

func (b *book) note(part Part, name string, v any) {
	text, err := canonical(v)
	if err != nil {
		b.err = fmt.Errorf("reading %s: %w", name, err)
	}
	key := string(part) + name
	if b.seen[key]++; b.seen[key] > 1 {
		name = fmt.Sprintf("%s (%d)", name, b.seen[key])
	}
	b.list = append(b.list, named{part, name, text})
}

// said is a decision as a list.
func said(s inbox.Said) ([]named, error) {
	b := &book{seen: map[string]int{}}
	for _, e := range s.Effects {
		part := Shown
		if e.Outward() {
			part = Heard
		}
		b.note(part, string(e.Kind)+" "+e.Key, e)
	}
	for _, key := range s.Withdraw {
		b.note(Heard, "taking back "+key, true)
	}
	for _, c := range s.Clocks {
		b.note(Promised, "promise "+c.ID, c)
	}
	if s.Ticket != nil {
		b.note(Is, "ticket", s.Ticket)
	}
	for _, f := range slices.Sorted(maps.Keys(s.Panels)) {
		b.note(Shown, "card of "+f, s.Panels[f])
	}
	for _, t := range s.Timers {
		b.note(Kept, "moment "+t.Rule, t)
	}
	for _, f := range slices.Sorted(maps.Keys(s.Holdings)) {
		b.note(Kept, "held by "+f, s.Holdings[f])
	}
	for _, f := range slices.Sorted(maps.Keys(s.States)) {
		b.note(Kept, "memory of "+f, s.States[f])
	}
	if s.Alert != nil {
		b.note(Kept, "alerts", s.Alert)
	}
	for _, r := range s.Reasons {
		b.note(Kept, "reason of "+r.Feature, r)
	}
	return b.list, b.err
}

// canonical is a value as JSON with sorted members, so that only what it says is compared.
func canonical(v any) (json.RawMessage, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// key is the key for people, or the lane where there is no ticket.
func key(r inbox.Record) string {
	if t := r.Said.Ticket; t != nil && t.Key != "" {
		return t.Key
	}
	return r.Event.Lane
}
