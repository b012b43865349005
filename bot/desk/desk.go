package desk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
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
	AskRound  int             `json:"ask_round"`            // questions asked so far; part of their effect keys
	AskKey    string          `json:"ask_key,omitempty"`    // the open question, until its comment is known to be out
	Required  bool            `json:"required,omitempty"`   // the open question is about required details: the answer is checked
	Spoken    bool            `json:"spoken,omitempty"`     // the open question is staff's own: a plain yes answers it
	Reminders int             `json:"reminders,omitempty"`  // sent for the open question
	Answers   []string        `json:"answers,omitempty"`    // what customer users answered
	Answered  bool            `json:"answered,omitempty"`   // the intake answer was queued
	DoneKey   string          `json:"done_key,omitempty"`   // the completion notice of this cycle
	DoneRound int             `json:"done_round,omitempty"` // completion notices so far
	Work      bot.Status      `json:"work,omitempty"`       // where the work room sees the ticket
	Held      bool            `json:"held,omitempty"`       // priority 低 without a date
	Warned    map[string]int  `json:"warned,omitempty"`     // highest level told, percent, by clock and cycle
	Approved  string          `json:"approved,omitempty"`   // why the plan that is about to be scheduled may be carried out
	Thanked   bool            `json:"thanked,omitempty"`    // the requester has written since the completion, only thanks or a confirmation
	LateTold  bool            `json:"late_told,omitempty"`  // a deadline passed in this cycle
	Several   bool            `json:"several,omitempty"`    // the ticket holds several requests: it may be split
	Others    []string        `json:"others,omitempty"`     // the types of these, the leading one first
	Renew     string          `json:"renew,omitempty"`      // what was written long after the end: it may be a new request
	Phone     bool            `json:"phone,omitempty"`      // staff registered it for a caller
	LateSaid  string          `json:"late_said,omitempty"`  // the cycle whose lateness the requester was told ahead
	LateRound int             `json:"late_round,omitempty"` // such notices so far; part of their keys
	WorkEnd   time.Time       `json:"work_end,omitzero"`    // when the planned work is to end
	Promises  []bot.ClockRow  `json:"promises,omitempty"`   // clocks written so far, without their explanation
	Past      []bot.ClockRow  `json:"past,omitempty"`       // missed, and promised no more since the ticket changed
	Wish      *Wish           `json:"wish,omitempty"`       // when the work is wanted; nil when the ticket names no date
	Named     string          `json:"named,omitempty"`      // the due date that the requester typed into the issue, where the text names none
	Written   string          `json:"written,omitempty"`    // what the issue's own text says of the desired date, as it was read last
	Complaint time.Time       `json:"complaint,omitzero"`   // a complaint that nobody has answered yet
	Condition string          `json:"condition,omitempty"`  // of the work catalogue, told to the requester
	RowChange bot.ChangeClass `json:"row_change,omitempty"` // what the matching row of the work catalogue needs
	OverQuota string          `json:"over_quota,omitempty"` // the request goes over the month's units of work, until staff have decided
	// Unsupported names work that the catalogue does not take on, until staff have decided.
	Unsupported string               `json:"unsupported,omitempty"`
	OutOfPlan   string               `json:"out_of_plan,omitempty"` // the type as reports name it, which the plan does not include, until staff have decided
	Paid        bool                 `json:"paid,omitempty"`        // the plan charges for it
	Changed     []bot.ResourceChange `json:"changed,omitempty"`     // of managed resources, told with the completion
	Twin        string               `json:"twin,omitempty"`        // key of an open ticket that may be the same; told once
	Suggested   string               `json:"suggested,omitempty"`   // the type that staff are to consider
	Note        string               `json:"note,omitempty"`        // shown on the card
	Snoozed     *Snooze              `json:"snoozed,omitempty"`     // staff put it off until then
	ClaimTold   int                  `json:"claim_told,omitempty"`  // times that staff were asked to take it
	Warnings    []string             `json:"warnings,omitempty"`    // places where a secret was found and told
	DueSaid     string               `json:"due_said,omitempty"`    // the due date that Backlog was last told
	Verdicts    verdict.Book         `json:"verdicts,omitzero"`     // exclusions and causes
	LastFact    int64                `json:"last_fact,omitempty"`   // highest comment taken in
	Seen        []string             `json:"seen,omitempty"`        // keys of the last events that changed something
}

// decision is one decision in the making.
type decision struct {
	in     bot.In
	cust   *bot.Customer
	t      *bot.Ticket
	s      State
	v      *voice.Voice
	out    bot.Output
	dirty  bool
	fresh  bool            // the ticket is recorded in this very decision
	said   []verdict.Clock // the clocks of which people may say something
	pages  pages           // of its texts
	by     string          // who did what is taken in now; "" is Toban
	when   time.Time       // the vendor's instant of the fact that is taken in now; zero: it is none
	unlike bool            // an incident has just become something else
}

// Handle implements bot.Handler.
func (*Desk) Handle(in bot.In) (bot.Output, error) {
	if ofDesk(in.Event.Kind) {
		return bot.Output{}, nil
	}
	d := &decision{in: in, pages: pages{}}
	d.v = &voice.Voice{Feature: Name, In: in, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.s); err != nil {
			return bot.Output{}, fmt.Errorf("reading desk's state: %w", err)
		}
	}
	if in.Ticket != nil {
		t := *in.Ticket
		t.Entries, t.Missing, t.Requester = slices.Clone(t.Entries), slices.Clone(t.Missing), slices.Clone(t.Requester)
		d.t, d.v.Ticket = &t, &t
	}
	if d.withoutTicket() || d.seen() || !d.findCustomer() {
		return d.out, nil
	}
	d.v.Customer = d.cust
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	return d.out, d.finish()
}

// ofDesk reports whether desk is the one who tells of such events: there is nothing to read its state for.
func ofDesk(k bot.EventKind) bool {
	return k == bot.EventTicketReceived || k == bot.EventTicketClassified || k == bot.EventTicketComment || k == bot.EventTicketStatus || k == bot.EventTicketCancelled
}

// withoutTicket handles what belongs to no ticket: a request that is registered, and what became of it.
func (d *decision) withoutTicket() bool {
	if d.in.Ticket != nil {
		return false
	}
	switch d.in.Event.Kind {
	case bot.EventLetter:
		var l bot.Letter
		if d.in.Event.Decode(&l) == nil {
			d.letter(l)
		}
		return true
	case bot.EventStaffAction:
		var a bot.StaffAction
		if d.in.Event.Decode(&a) != nil || a.Action != ActionNew {
			return false
		}
		if p, ok := d.in.Dir.Person(a.Person); ok {
			d.pressNew(a, p)
		}
		return true
	case bot.EventEffectDone, bot.EventEffectDead:
		var r bot.EffectResult
		switch {
		case d.in.Event.Decode(&r) != nil:
			return false
		case strings.HasPrefix(r.Key, letterPrefix):
			d.lettered(r)
		case strings.HasPrefix(r.Key, newPrefix):
			d.registered(r)
		default:
			return false
		}
		return true
	default:
		return false
	}
}

// finish writes down what the decision came to.
func (d *decision) finish() error {
	if !d.dirty || d.t == nil {
		return nil
	}
	if !d.t.Status.Ended() {
		d.t.Change = d.changeClass()
	}
	if err := d.settle(); err != nil {
		return err
	}
	if k := d.in.Event.Key; k != "" && d.in.Event.Kind != bot.EventIssueChanged && d.in.Event.Kind != bot.EventIssueAdopt {
		const keep = 32
		d.s.Seen = append(d.s.Seen, k)
		d.s.Seen = d.s.Seen[max(0, len(d.s.Seen)-keep):]
	}
	d.out.Ticket, d.out.State, d.out.Holdings = d.t, d.s, d.holdings()
	p := d.panel()
	d.out.Panel = &p
	return nil
}

// seen reports whether this very event was decided before: then nothing is said twice.
func (d *decision) seen() bool {
	k := d.in.Event.Key
	if k == "" || !slices.Contains(d.s.Seen, k) {
		return false
	}
	d.v.Reason("left "+k+" alone", "it was decided before")
	return true
}

func (d *decision) handle() error {
	switch d.in.Event.Kind {
	case bot.EventIssueChanged:
		return d.issueChanged()
	case bot.EventIssueAdopt:
		return d.adopted()
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventTimerDue:
		return d.timerDue()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventWorkScheduled, bot.EventWorkAsked, bot.EventWorkUnasked, bot.EventWorkStarted, bot.EventWorkDone, bot.EventIncidentClosed:
		return d.featureSaid()
	case bot.EventPromiseKept:
		return d.promiseKept()
	case bot.EventAlert, bot.EventLetter, bot.EventScheduleDue, bot.EventTicketReceived, bot.EventTicketClassified, bot.EventTicketComment, bot.EventTicketStatus, bot.EventTicketCancelled:
		return nil
	}
	return nil
}

func (d *decision) findCustomer() bool {
	var ok bool
	switch {
	case d.t != nil:
		if d.cust, ok = d.in.Dir.Customer(d.t.Customer); !ok {
			d.v.Reason("left "+d.t.Key+" alone", "the configuration has no customer "+d.t.Customer)
		}
	case d.in.Snapshot != nil:
		if d.cust, ok = d.in.Dir.OfProject(d.in.Snapshot.Space, d.in.Snapshot.Project); !ok {
			d.v.Reason("left an issue of project "+d.in.Snapshot.Project+" alone", "the project belongs to no customer")
		}
	}
	return ok
}

func (d *decision) issueChanged() error {
	snap := d.in.Snapshot
	switch {
	case snap == nil:
		return nil
	case snap.Deleted:
		return d.deleted()
	case d.t != nil && d.t.Status == bot.StatusDeletedOff:
		d.v.Reason("left "+d.t.Key+" alone", "the ticket has ended for good")
		return nil
	case d.t == nil:
		d.fresh = true
		if err := d.intake(); err != nil {
			return err
		}
	case d.movedAway(snap):
		return nil
	default:
		d.refresh(snap)
	}
	for _, f := range d.in.New {
		if f.Opened || !d.newFact(f) { // the opening comes again until there is a comment to read from; intake read it
			continue
		}
		if err := d.fact(f); err != nil {
			return err
		}
	}
	if d.fresh {
		return d.endedBefore()
	}
	return nil
}

// newFact reports whether a fact was not taken in yet, and remembers it.
func (d *decision) newFact(f bot.Fact) bool {
	_, number, _ := strings.Cut(f.ID, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return true
	}
	if n <= d.s.LastFact {
		return false
	}
	d.s.LastFact, d.dirty = n, true
	return true
}

// refresh keeps what may change on an issue without being a decision of its own.
func (d *decision) refresh(snap *bot.Snapshot) {
	masked, _ := Mask(snap.Summary)
	summary := plain(masked)
	if d.t.Key != snap.Key || d.t.Project != snap.Project || d.t.Summary != summary || d.t.TextRule != snap.TextRule || d.t.URL != snap.URL || !slices.Equal(d.t.Members, snap.Members) {
		d.t.Key, d.t.Project, d.t.Summary, d.t.TextRule, d.t.URL, d.t.Members = snap.Key, snap.Project, summary, snap.TextRule, snap.URL, snap.Members
		d.dirty = true
	}
}

// movedAway ends a ticket whose issue went to another customer's project, or to one that is nobody's: no word of it may go on in either.
func (d *decision) movedAway(snap *bot.Snapshot) bool {
	if c, ok := d.in.Dir.OfProject(snap.Space, snap.Project); ok && c.ID == d.t.Customer {
		return false
	}
	if !d.t.Status.Ended() {
		d.end(bot.StatusCancelled, d.in.Now, bot.Author{Name: "Backlog"}, d.in.Event.Key, "the issue was moved to project "+snap.Project)
		d.v.Tell("課題が別のプロジェクトに移されました。このチケットは終了し、予定の通知を止めました。必要であれば移動先で新しい課題を登録してください。", d.v.Mention()...)
	}
	d.v.Reason("left an issue of project "+snap.Project+" alone", "it is not the customer's any more")
	return true
}

func (d *decision) deleted() error {
	if d.t == nil || d.t.Status == bot.StatusDeletedOff {
		d.v.Reason("left a deleted issue alone", "it was gone before Toban knew it, or that is known")
		return nil
	}
	d.end(bot.StatusDeletedOff, d.in.Now, bot.Author{Name: "Backlog"}, d.in.Event.Key, "the issue was deleted in Backlog")
	d.v.Tell("課題が Backlog から削除されました。時計と予定の通知は止めました。")
	return nil
}

// enter adds a line to the ticket's history, once for a source and kind.
func (d *decision) enter(kind bot.EntryKind, at time.Time, who bot.Author, ref, why string) {
	if ref != "" && slices.ContainsFunc(d.t.Entries, func(e bot.Entry) bool { return e.Kind == kind && e.Ref == ref }) {
		return
	}
	d.t.Entries = append(d.t.Entries, bot.Entry{Kind: kind, At: at, Actor: who.Name, Ref: ref, Reason: why})
	slices.SortStableFunc(d.t.Entries, func(a, b bot.Entry) int { return a.At.Compare(b.At) })
	d.dirty = true
}

// say queues a message to the requester; with report its end comes back as an event.
func (d *decision) say(key, message string, data map[string]any, u bot.Update, report bool) error {
	d.dirty = true
	d.v.Reason("said "+message, key)
	return d.v.Say(key, message, data, voice.Options{Update: u, Verify: u.Verify, Report: report})
}
