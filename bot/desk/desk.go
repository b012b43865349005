package desk

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// Name is the feature's name: the prefix of its actions and timers.
const Name = "desk"

// Desk is the feature. It has no state of its own.
type Desk struct{}

// New makes the feature.
func New() *Desk { return &Desk{} }

// Name implements bot.Handler.
func (*Desk) Name() string { return Name }

// State is what desk keeps beside the ticket.
type State struct {
	AskRound  int    `json:"ask_round"`            // questions asked so far; part of their effect keys
	AskKey    string `json:"ask_key,omitempty"`    // the open question, until its comment is out
	Reminders int    `json:"reminders,omitempty"`  // sent for the open question
	DoneKey   string `json:"done_key,omitempty"`   // the completion notice
	DoneRound int    `json:"done_round,omitempty"` //
	LateTold  bool   `json:"late_told,omitempty"`  // the requester was told that the deadline passed
	Warned    int    `json:"warned,omitempty"`     // highest warning level told to staff, percent
	Answered  bool   `json:"answered,omitempty"`   // the intake answer was queued
	Held      bool   `json:"held,omitempty"`
	Suggested string `json:"suggested,omitempty"` // the type that content suggests where staff must choose
	Note      string `json:"note,omitempty"`      // shown on the card
	ClaimTold int    `json:"claim_told,omitempty"`
}

// decision is one decision in the making.
type decision struct {
	in    bot.In
	cust  *bot.Customer
	t     *bot.Ticket
	s     State
	v     *voice.Voice
	out   bot.Output
	dirty bool
}

// Handle implements bot.Handler.
func (*Desk) Handle(in bot.In) (bot.Output, error) {
	d := &decision{in: in}
	d.v = &voice.Voice{Feature: Name, In: in, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.s); err != nil {
			return bot.Output{}, fmt.Errorf("reading desk's state: %w", err)
		}
	}
	if in.Ticket != nil {
		t := *in.Ticket
		t.Entries = slices.Clone(t.Entries)
		t.Missing = slices.Clone(t.Missing)
		d.t = &t
		d.v.Ticket = d.t
	}
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	if !d.dirty || d.t == nil {
		return d.out, nil
	}
	if err := d.clocks(); err != nil {
		return bot.Output{}, err
	}
	d.out.Ticket, d.out.State = d.t, d.s
	p := d.panel()
	d.out.Panel = &p
	return d.out, nil
}

func (d *decision) handle() error {
	if !d.findCustomer() {
		return nil
	}
	d.v.Customer = d.cust
	switch d.in.Event.Kind {
	case bot.EventIssueChanged:
		return d.issueChanged()
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventTimerDue:
		return d.timerDue()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventWorkScheduled, bot.EventWorkStarted, bot.EventWorkDone, bot.EventIncidentClosed:
		return d.featureSaid()
	case bot.EventScheduleDue, bot.EventTicketReceived, bot.EventTicketClassified, bot.EventTicketComment, bot.EventTicketStatus, bot.EventTicketCancelled:
		return nil
	}
	return nil
}

func (d *decision) findCustomer() bool {
	var ok bool
	switch {
	case d.t != nil:
		d.cust, ok = d.in.Dir.Customer(d.t.Customer)
	case d.in.Snapshot != nil:
		d.cust, ok = d.in.Dir.OfProject(d.in.Snapshot.Space, d.in.Snapshot.Project)
	}
	return ok
}

func (d *decision) issueChanged() error {
	snap := d.in.Snapshot
	if snap == nil {
		return nil
	}
	if snap.Deleted {
		return d.deleted()
	}
	facts := d.in.New
	if d.t == nil {
		if err := d.intake(); err != nil {
			return err
		}
	} else {
		d.refresh(snap)
	}
	for _, f := range facts {
		if f.Opened { // intake read it; it comes again until there is a comment to read from
			continue
		}
		if err := d.fact(f); err != nil {
			return err
		}
	}
	return nil
}

// refresh keeps what may change on an issue without being a decision of its own.
func (d *decision) refresh(snap *bot.Snapshot) {
	if d.t.Key != snap.Key || d.t.Summary != snap.Summary || d.t.TextRule != snap.TextRule || d.t.URL != snap.URL || !slices.Equal(d.t.Members, snap.Members) {
		d.t.Key, d.t.Project, d.t.Summary, d.t.TextRule, d.t.URL, d.t.Members = snap.Key, snap.Project, snap.Summary, snap.TextRule, snap.URL, snap.Members
		d.dirty = true
	}
}

func (d *decision) deleted() error {
	if d.t == nil || d.t.Status == bot.StatusDeletedOff {
		d.v.Reason("left a deleted issue alone", "it was gone before Toban knew it")
		return nil
	}
	d.enter(bot.EntryCancelled, d.in.Now, bot.Author{Name: "Backlog"}, d.in.Event.Key, "the issue was deleted")
	d.status(bot.StatusDeletedOff, "the issue was deleted in Backlog")
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketCancelled, d.t.ID, d.in.Now, nil))
	d.v.Tell("課題が Backlog から削除されました。時計と予定の通知は止めました。")
	return nil
}

// enter adds a line to the ticket's history, once for a source and kind.
func (d *decision) enter(kind bot.EntryKind, at time.Time, who bot.Author, ref, why string) {
	for _, e := range d.t.Entries {
		if e.Kind == kind && e.Ref == ref && ref != "" {
			return
		}
	}
	d.t.Entries = append(d.t.Entries, bot.Entry{Kind: kind, At: at, Actor: who.Name, Ref: ref, Reason: why})
	slices.SortStableFunc(d.t.Entries, func(a, b bot.Entry) int { return a.At.Compare(b.At) })
	d.dirty = true
}

// status moves the ticket on and says so to the other features.
func (d *decision) status(to bot.Status, why string) {
	if d.t.Status == to {
		return
	}
	d.v.Reason(fmt.Sprintf("moved from %s to %s", d.t.Status, to), why)
	d.t.Status = to
	if to.Ended() {
		if d.t.Ended.IsZero() {
			d.t.Ended = d.in.Now
		}
	} else {
		d.t.Ended = time.Time{}
	}
	d.dirty = true
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketStatus, d.t.ID, d.in.Now, map[string]string{"status": string(to)}))
}

// say queues a message to the requester; with report its end comes back as an event.
func (d *decision) say(key, message string, data map[string]any, u bot.Update, report bool) error {
	d.dirty = true
	return d.v.Say(key, message, data, voice.Options{Update: u, Verify: u.Verify, Report: report})
}
