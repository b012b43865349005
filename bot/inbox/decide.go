package inbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// maxDerived bounds the events that features tell each other within one decision: more is a loop.
const maxDerived = 50

// decision gathers what the features say about one event.
type decision struct {
	handlers []bot.Handler
	dir      *bot.Directory
	now      time.Time
	loaded   store.Loaded
	ticket   *bot.Ticket
	states   map[string]json.RawMessage
	changed  map[string]store.StateChange
	out      store.Decision
	panels   bool
}

// Decide runs an event through the features: a pure function of its arguments.
func Decide(handlers []bot.Handler, dir *bot.Directory, now time.Time, loaded store.Loaded, claim store.Claimed, fetched *bot.Fetched) (store.Decision, error) {
	d := &decision{
		handlers: handlers, dir: dir, now: now, loaded: loaded, ticket: loaded.Ticket,
		states: map[string]json.RawMessage{}, changed: map[string]store.StateChange{},
		out: store.Decision{Claim: claim, Now: now, Cursor: loaded.Cursor, Version: loaded.Version, Stored: loaded.Stored},
	}
	for f, s := range loaded.States {
		d.states[f] = s.State
	}
	in := bot.In{Now: now, Event: claim.Event, Dir: dir, Holdings: loaded.Holdings, Unsaid: loaded.Unsaid, Alert: loaded.Alert, Letter: loaded.Letter, Quiet: claim.Event.Kind == bot.EventIssueAdopt}
	if fetched != nil {
		in.Snapshot, in.New = &fetched.Snapshot, fetched.Facts
	}
	if e, ok := d.found(in); ok {
		in.Event, in.Quiet = e, true
	}
	if c := d.switchedOff(in); c != "" { // what happened meanwhile is read when the mode goes on
		d.out.Reasons = []store.Audited{{Feature: "inbox", Reason: bot.Reason{What: "left " + string(claim.Event.Kind) + " alone", Why: "customer " + c + " has mode off"}}}
		return d.finish()
	}
	if fetched != nil {
		d.out.Facts = fetched.Facts
		d.out.Cursor = max(d.out.Cursor, fetched.Cursor)
	}
	queue := []bot.Event{in.Event}
	most := maxDerived + 2*len(in.New) // each entry of a long history is told to the others
	for i := 0; i < len(queue); i++ {
		if i > most {
			return store.Decision{}, fmt.Errorf("deciding %s: more than %d derived events, a loop", claim.Event.Key, most)
		}
		in.Event, in.Next = queue[i], queue[i+1:]
		if i > 0 { // the facts belong to the first event only
			in.New = nil
		}
		more, err := d.ask(in)
		if err != nil {
			return store.Decision{}, err
		}
		for _, e := range more {
			// A derived event has a key of its own, since effect keys are built from it.
			e.Key = fmt.Sprintf("%s/%d", claim.Event.Key, len(queue))
			queue = append(queue, e)
		}
	}
	out, err := d.finish()
	if err != nil {
		return store.Decision{}, err
	}
	if in.Quiet {
		out.Effects = quiet(out.Effects, loaded.Ticket == nil)
	}
	return out, nil
}

// quiet keeps of the effects of a taking over what staff are shown: of an issue that is new to Toban its card, behind everything else, since many
// are taken over at once; of a ticket that staff know what they have to hear.
func quiet(effects []bot.Effect, fresh bool) []bot.Effect {
	var out []bot.Effect
	for _, e := range effects {
		switch {
		case e.Key == bot.FoundKey(e.Ticket):
		case e.Outward(), fresh && e.Kind != bot.EffectCard:
			continue
		case fresh:
			e.Urgent, e.Bulk = false, true
		}
		out = append(out, e)
	}
	return out
}

// found makes of news of an issue from before Toban worked in its project, which nobody adopted, its taking over: answered like a new one it
// would be told of promises that nobody made.
func (d *decision) found(in bot.In) (bot.Event, bool) {
	if in.Event.Kind != bot.EventIssueChanged || d.ticket != nil || in.Snapshot == nil || in.Snapshot.Deleted {
		return bot.Event{}, false
	}
	c, ok := d.dir.OfProject(in.Snapshot.Space, in.Snapshot.Project)
	if !ok || !c.Before(in.Snapshot.Project, in.Snapshot.Created) {
		return bot.Event{}, false
	}
	a := bot.Adopt{By: "Toban", Found: true}
	if in.Event.Decode(&a.IssueChanged) != nil {
		return bot.Event{}, false
	}
	e, err := bot.NewEvent(bot.EventIssueAdopt, in.Event.Key, in.Event.Lane, in.Event.At, a)
	e.Customer, e.Trace = in.Event.Customer, in.Event.Trace
	return e, err == nil
}

// switchedOff names the customer whose contract Toban does nothing for at present; "" when it works.
func (d *decision) switchedOff(in bot.In) string {
	var c *bot.Customer
	switch {
	case d.ticket != nil:
		c, _ = d.dir.Customer(d.ticket.Customer)
	case in.Snapshot != nil:
		c, _ = d.dir.OfProject(in.Snapshot.Space, in.Snapshot.Project)
	}
	if c == nil || d.loaded.Mode != bot.ModeOff {
		return ""
	}
	return c.ID
}

func (d *decision) ask(in bot.In) ([]bot.Event, error) {
	var derived []bot.Event
	for _, h := range d.handlers {
		in.Ticket, in.State = d.ticket, d.states[h.Name()]
		out, err := h.Handle(in)
		if err != nil {
			return nil, fmt.Errorf("deciding %s %s by %s: %w", in.Event.Kind, in.Event.Key, h.Name(), err)
		}
		if err := d.keep(h.Name(), out); err != nil {
			return nil, err
		}
		derived = append(derived, out.Events...)
	}
	return derived, nil
}

func (d *decision) keep(feature string, out bot.Output) error {
	if out.Ticket != nil {
		d.ticket = out.Ticket
	}
	if out.State != nil || out.Panel != nil {
		c := d.changed[feature]
		c.Feature = feature
		if out.State != nil {
			b, err := json.Marshal(out.State)
			if err != nil {
				return fmt.Errorf("writing state of %s: %w", feature, err)
			}
			b = bot.Carry(d.states[feature], b, out.State) // what a newer release wrote stays, see there
			c.State, d.states[feature] = json.RawMessage(b), b
		}
		if out.Panel != nil {
			c.Panel = out.Panel
		}
		d.changed[feature] = c
	}
	d.out.Timers = append(d.out.Timers, out.Timers...)
	d.out.Effects = append(d.out.Effects, out.Effects...)
	d.out.Withdraw = append(d.out.Withdraw, out.Withdraw...)
	d.out.Clocks = append(d.out.Clocks, out.Clocks...)
	if out.Holdings != nil {
		if d.out.Holdings == nil {
			d.out.Holdings = map[string][]bot.Holding{}
		}
		d.out.Holdings[feature] = out.Holdings
	}
	if out.Alert != nil {
		d.out.Alert = out.Alert
	}
	for _, r := range out.Reasons {
		d.out.Reasons = append(d.out.Reasons, store.Audited{Feature: feature, Reason: r})
	}
	return nil
}

// finish adds the card when any panel is new, the first card as a notice so that it stands before what is written into its thread.
func (d *decision) finish() (store.Decision, error) {
	d.out.Ticket = d.ticket
	for _, list := range d.out.Holdings {
		if slices.ContainsFunc(list, func(h bot.Holding) bool { return h.Kind != bot.HoldRequest }) {
			d.out.Seen = d.loaded.Seen // a share of what is scarce: two tickets at once must not both take the last one
		}
	}
	drawn := map[string]*bot.Panel{}
	for _, f := range slices.Sorted(maps.Keys(d.changed)) {
		c := d.changed[f]
		if c.Panel != nil {
			drawn[f] = c.Panel
			text, err := json.Marshal(c.Panel)
			if err != nil {
				return store.Decision{}, fmt.Errorf("writing panel of %s: %w", f, err)
			}
			if bytes.Equal(text, d.loaded.States[f].Panel) {
				c.Panel = nil // what is stored stays, which is most of what would be written
			} else {
				c.Drawn, d.panels = text, true
			}
		}
		if c.State != nil || c.Panel != nil {
			d.out.States = append(d.out.States, c)
		}
	}
	if d.ticket == nil || !d.panels {
		return d.out, nil
	}
	cust, ok := d.dir.Customer(d.ticket.Customer)
	if !ok || cust.Channel == "" {
		return d.out, nil
	}
	var err error
	d.out.Effects, err = d.withCard(cust.Channel, drawn)
	return d.out, err
}

// withCard puts the card among the effects of the decision.
func (d *decision) withCard(channel string, drawn map[string]*bot.Panel) ([]bot.Effect, error) {
	first := true
	for _, s := range d.loaded.States {
		first = first && len(s.Panel) == 0
	}
	version := d.loaded.Version + 1
	card, err := store.Loaded{Ticket: d.ticket, States: d.loaded.States}.Card(version, drawn)
	if err != nil {
		return nil, err
	}
	card = formless(card)
	card.Channel = channel
	if first {
		e := bot.MakeEffect(bot.EffectCard, bot.Notice, fmt.Sprintf("card:%s", d.ticket.ID), d.ticket, card)
		return append([]bot.Effect{e}, d.out.Effects...), nil
	}
	e := bot.MakeEffect(bot.EffectCard, bot.Cosmetic, fmt.Sprintf("card:%s:%d", d.ticket.ID, version), d.ticket, card)
	e.Coalesce = fmt.Sprintf("card:%s", d.ticket.ID)
	return append(d.out.Effects, e), nil
}

// formless is a card without the forms behind its buttons, which are most of it: they are read from the ticket when one is pressed.
func formless(c bot.Card) bot.Card {
	c.Panels = slices.Clone(c.Panels)
	for i := range c.Panels {
		c.Panels[i].Buttons = slices.Clone(c.Panels[i].Buttons)
		for j := range c.Panels[i].Buttons {
			c.Panels[i].Buttons[j].Form = nil
		}
	}
	return c
}
