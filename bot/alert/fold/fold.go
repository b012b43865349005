// Package fold makes incidents of alerts (spec/4-incidents.md, Where alerts come from). All alerts of one customer, host and name are one
// lane: the first opens an issue, which is taken in like any other and starts the incident; what comes while that runs goes to its thread; a
// recovery asks staff and closes nothing. Alerts under a silence, or of a host on which work runs, are recorded with what holds them back, and
// raised when that ends while they are still firing.
//
//	           ┌────────── silenced, or work on the host ──► held ── that ends, still firing ──┐
//	           │                                               │ recovered: recorded           ▼
//	alert ─────┴─ no incident runs ──────────────────────────────────────────────► opening ─► incident runs
//	  │                                                                                            ▲   │ the ticket ends
//	  └─ an incident runs: a line in its thread, at most four in ten minutes ──────────────────────┘   ▼
//	recovery: staff are asked in the thread                                                     the next outbreak opens another
//
// The order in which an alert and its recovery come does not matter where the source names the outbreak. The room is pure; the incident itself
// is bot/incident's, the door bot/alert's.
package fold

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// Name is the feature's name: the prefix of its due moments and effects.
const Name = "fold"

const (
	ruleLook = Name + "/look"
	ruleTell = Name + "/tell"
	ruleOver = Name + "/over"
	ruleRead = Name + "/review"
)

// Fold is the feature.
type Fold struct{}

// New makes the feature.
func New() *Fold { return &Fold{} }

// Name implements bot.Handler.
func (*Fold) Name() string { return Name }

type decision struct {
	in    bot.In
	cust  *bot.Customer
	asked bool // a person asks for the incident: nothing leaves it to a review
	lane  string
	s     State
	out   bot.Output
	dirty bool
}

// Handle implements bot.Handler.
func (*Fold) Handle(in bot.In) (bot.Output, error) {
	if in.Alert == nil {
		return bot.Output{}, nil
	}
	d := &decision{in: in, lane: in.Event.Lane}
	if _, ok := bot.LaneSilence(d.lane); ok {
		d.silenceOver()
		return d.out, nil
	}
	id, _ := bot.AlertCustomer(d.lane)
	var ok bool
	if d.cust, ok = in.Dir.Customer(id); !ok {
		return bot.Output{}, fmt.Errorf("handling an alert: the configuration has no customer %q any more", id)
	}
	if r := in.Alert.Record; r != nil {
		if err := json.Unmarshal(r.State, &d.s); err != nil {
			return bot.Output{}, fmt.Errorf("reading alerts of %s: %w", d.lane, err)
		}
	}
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	return d.out, d.keep()
}

func (d *decision) handle() error {
	switch d.in.Event.Kind {
	case bot.EventAlert:
		var a bot.Alert
		if err := d.in.Event.Decode(&a); err != nil {
			return err
		}
		d.alert(a)
	case bot.EventEffectDone, bot.EventEffectDead:
		var r bot.EffectResult
		if err := d.in.Event.Decode(&r); err != nil {
			return err
		}
		d.opened(r)
	case bot.EventTimerDue:
		var t bot.TimerDue
		if err := d.in.Event.Decode(&t); err != nil {
			return err
		}
		switch t.Rule {
		case ruleLook:
			d.look()
		case ruleTell:
			if d.s.Alert.Unread {
				d.showUnread()
			} else {
				d.catchUp()
			}
		case ruleRead:
			d.review(t.Due)
		}
	case bot.EventStaffAction:
		var a bot.StaffAction
		if err := d.in.Event.Decode(&a); err != nil {
			return err
		}
		d.reviewed(a)
	default: // what is no news of an alert
	}
	return nil
}

// keep writes down what the decision came to.
func (d *decision) keep() error {
	if !d.dirty {
		return nil
	}
	b, err := json.Marshal(d.s)
	if err != nil {
		return fmt.Errorf("writing alerts of %s: %w", d.lane, err)
	}
	held := d.s.Held
	if held == "" && len(d.s.Review) > 0 {
		held = bot.HeldForReview
	}
	r := &bot.AlertRecord{Lane: d.lane, Customer: d.cust.ID, Key: d.s.Key, Firing: d.s.Firing, Held: held, Last: d.s.Last, State: b}
	if old := d.in.Alert.Record; old != nil {
		r.Version = old.Version
	}
	d.out.Alert = r
	return nil
}

func (d *decision) reason(what, why string) {
	d.out.Reasons = append(d.out.Reasons, bot.Reason{What: what, Why: why})
}

func (d *decision) set(rule string, at time.Time) {
	d.out.Timers = append(d.out.Timers, bot.Timer{Rule: rule, At: at})
}

func (d *decision) cancel(rules ...string) {
	for _, r := range rules {
		d.out.Timers = append(d.out.Timers, bot.Timer{Rule: r, Cancel: true})
	}
}

// duty is whom staff's lines address: the owner of the incident, else who is on duty.
func (d *decision) duty() []string {
	if t := d.in.Alert.Ticket; t != nil {
		if p, ok := d.in.Dir.Person(t.Owner); ok && p.SlackUser != "" {
			return []string{p.SlackUser}
		}
	}
	if d.in.Dir.Duty != nil {
		if p, ok := d.in.Dir.Duty(d.cust.Team, d.in.Now); ok && p.SlackUser != "" {
			return []string{p.SlackUser}
		}
	}
	return nil
}

// post queues a line for staff: in the thread of a ticket, or in the customer's channel.
func (d *decision) post(t *bot.Ticket, p bot.Post) {
	p.Channel = d.cust.Channel
	key := fmt.Sprintf("%s:%s:tell:%s:%d", Name, strings.TrimPrefix(d.lane, "alert:"), d.in.Event.Key, len(d.out.Effects))
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, t, p)
	e.Customer, e.Urgent = d.cust.ID, true
	d.out.Effects = append(d.out.Effects, e)
}
