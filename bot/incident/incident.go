package incident

import (
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// Name is the feature's name: the prefix of its actions and timers.
const Name = "incident"

// Impact is what an incident does to the service, as judged.
type Impact string

// Impacts. Undecided means that staff are still asked; Checking that nobody decided in time, which is handled as affected.
const (
	Undecided   Impact = "undecided"
	Checking    Impact = "checking"
	Affected    Impact = "affected"
	NotAffected Impact = "not_affected"
)

// asAffected reports whether the clocks and updates of an affected service run.
func (i Impact) asAffected() bool { return i != NotAffected }

// Record is the incident of a ticket: the feature's aggregate.
type Record struct {
	Open      bool        `json:"open"`
	Detected  time.Time   `json:"detected"`
	Judged    []Judgement `json:"judged"`
	NoticeKey string      `json:"notice_key,omitempty"`
	Updates   []Update    `json:"updates,omitempty"` // customer-visible, the first notice first
	Pending   string      `json:"pending,omitempty"` // key of an update that is on its way
	Sent      int         `json:"sent,omitempty"`    // updates queued so far; part of their keys
	Timeline  []Line      `json:"timeline,omitempty"`
	AutoInRow int         `json:"auto_in_row,omitempty"`
	DoneKey   string      `json:"done_key,omitempty"`
	Recovered time.Time   `json:"recovered,omitzero"` // the service was back
	Ended     time.Time   `json:"ended,omitzero"`     // the recovery notice's own instant, or the cancelling
	Cancelled bool        `json:"cancelled,omitempty"`
	CaughtUp  time.Time   `json:"caught_up,omitzero"` // rounds due up to here were named in a catch-up comment
}

// Judgement is one judging of the impact.
type Judgement struct {
	At     time.Time `json:"at"`
	Impact Impact    `json:"impact"`
	By     string    `json:"by"`
	Staff  bool      `json:"staff"` // a person judged, which a change of priority does not overrule
	Ref    string    `json:"ref"`
}

// Update is a customer-visible word on the ticket, with the comment's own instant.
type Update struct {
	At       time.Time `json:"at"`
	Ref      string    `json:"ref"`
	Auto     bool      `json:"auto,omitempty"`
	ByHand   bool      `json:"by_hand,omitempty"`  // written in Backlog by staff
	Rejected bool      `json:"rejected,omitempty"` // staff said that it does not count
}

// Line is a recorded fact that may be told to the customer.
type Line struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// Incident is the feature.
type Incident struct{}

// New makes the feature.
func New() *Incident { return &Incident{} }

// Name implements bot.Handler.
func (*Incident) Name() string { return Name }

type decision struct {
	in    bot.In
	v     *voice.Voice
	t     *bot.Ticket
	r     Record
	out   bot.Output
	dirty bool
}

// Handle implements bot.Handler.
func (*Incident) Handle(in bot.In) (bot.Output, error) {
	if in.Ticket == nil || (in.Ticket.Class != bot.ClassIncident && len(in.State) == 0) {
		return bot.Output{}, nil
	}
	cust, ok := in.Dir.Customer(in.Ticket.Customer)
	if !ok {
		return bot.Output{}, nil
	}
	d := &decision{in: in, t: in.Ticket}
	d.v = &voice.Voice{Feature: Name, In: in, Customer: cust, Ticket: in.Ticket, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.r); err != nil {
			return bot.Output{}, fmt.Errorf("reading incident: %w", err)
		}
	}
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	if d.dirty {
		if err := d.clocks(); err != nil {
			return bot.Output{}, err
		}
		d.out.State = d.r
		p := d.panel()
		d.out.Panel = &p
	}
	return d.out, nil
}

func (d *decision) handle() error {
	switch d.in.Event.Kind {
	case bot.EventTicketClassified:
		return d.classified()
	case bot.EventTicketComment:
		return d.commented()
	case bot.EventIssueChanged:
		return d.closedByHand()
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventTimerDue:
		return d.timerDue()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventTicketCancelled:
		d.drop("the ticket was cancelled")
	case bot.EventTicketStatus:
		d.dirty = d.r.Open || d.dirty
		if d.r.Open && d.t.Status == bot.StatusTaken {
			d.note(d.in.Now, d.ownerName(), "担当者("+d.ownerName()+")が対応を始めました。")
		}
	case bot.EventScheduleDue, bot.EventTicketReceived, bot.EventWorkDone, bot.EventWorkStarted, bot.EventWorkScheduled, bot.EventIncidentClosed:
	}
	return nil
}

func (d *decision) ownerName() string {
	if p, ok := d.in.Dir.Person(d.t.Owner); ok {
		return p.Name
	}
	return "担当者"
}

// classified opens the incident of a ticket that became one, judges anew when the priority changed, and drops the incident of a ticket
// that is none any more.
func (d *decision) classified() error {
	switch {
	case d.t.Class != bot.ClassIncident:
		d.drop("the ticket is no incident: " + string(d.t.Class))
		return nil
	case d.r.Open:
		last := d.r.Judged[len(d.r.Judged)-1]
		if want := d.byPriority(); !last.Staff && last.Impact != want && last.Impact != Checking {
			return d.judge(want, "priority", false, d.in.Event.At)
		}
		return nil
	case !d.r.Ended.IsZero() && !d.r.Cancelled:
		return nil // recovered: a new report is a new ticket, or staff reopen
	}
	return d.start()
}

// byPriority is what the priority of a customer's own ticket means by the contract.
func (d *decision) byPriority() Impact {
	switch Impact(d.v.Customer.Impact[d.t.PriorityID]) {
	case Affected:
		return Affected
	case NotAffected:
		return NotAffected
	case Undecided, Checking:
	}
	return Undecided
}

// start opens the incident: receipt at once, then the judgement.
func (d *decision) start() error {
	d.r = Record{Open: true, Detected: d.t.Received}
	d.dirty = true
	d.v.Reason("opened an incident", "detected at "+d.v.Short(d.r.Detected))
	if d.in.Now.Sub(d.r.Detected) < time.Hour || d.t.OpenedBy.Kind == bot.AuthorCustomer {
		err := d.v.Say(d.key("receipt"), "incident_receipt", map[string]any{"received": d.v.When(d.t.Received)},
			voice.Options{Urgent: true, Update: d.assign()})
		if err != nil {
			return err
		}
	}
	return d.judge(d.byPriority(), "priority", false, d.r.Detected)
}

// assign names the person on duty in the same update as the receipt.
func (d *decision) assign() bot.Update {
	if p, ok := d.v.Duty(""); ok {
		return bot.Update{AssigneeID: p.Backlog[d.t.Space]}
	}
	return bot.Update{}
}

func (d *decision) key(what string) string { return fmt.Sprintf("incident:%s:%s", d.t.ID, what) }

func (d *decision) impact() Impact {
	if len(d.r.Judged) == 0 {
		return Undecided
	}
	return d.r.Judged[len(d.r.Judged)-1].Impact
}

// judge takes a judgement over and does what follows: staff are asked, or the first notice goes out.
func (d *decision) judge(i Impact, by string, staff bool, at time.Time) error {
	first := len(d.r.Judged) == 0
	d.r.Judged = append(d.r.Judged, Judgement{At: at, Impact: i, By: by, Staff: staff, Ref: d.in.Event.Key})
	d.dirty = true
	d.v.Reason("impact is "+string(i), "judged by "+by)
	timing := d.v.Customer.Timing
	if i == Undecided {
		if first {
			d.v.Post(bot.Post{Text: "障害の連絡です。サービスへの影響を判断してください(カードの「影響あり」「影響なし」)。", Mention: d.v.Mention(), Top: true})
		}
		d.v.Set("ask", d.r.Detected.Add(timing.AskAgain))
		d.v.Set("tier", d.r.Detected.Add(timing.AskTier))
		d.v.Set("decide", d.decideAt())
		return nil
	}
	d.v.Cancel("ask", "tier", "decide")
	if i == Affected && first {
		d.v.Post(bot.Post{Text: "サービスに影響する障害の連絡です。対応を始めてください。", Mention: d.v.Mention(), Top: true})
	}
	if d.r.NoticeKey == "" {
		return d.firstNotice()
	}
	d.note(at, by, "影響の判断: "+d.impactWords())
	return nil
}

// decideAt is when an undecided impact is handled as affected: the contract's lead before the objective of the first notice.
func (d *decision) decideAt() time.Time {
	objective := d.r.Detected
	for _, t := range d.targets(Affected) {
		if due := d.r.Detected.Add(t.Duration); t.Duration > 0 && (objective.Equal(d.r.Detected) || due.Before(objective)) {
			objective = due
		}
	}
	at := objective.Add(-d.v.Customer.Timing.DecideBefore)
	if at.Before(d.r.Detected) {
		return d.r.Detected
	}
	return at
}

// firstNotice tells the customer what is known. It stops the first notice's clocks at its comment's own instant.
func (d *decision) firstNotice() error {
	d.r.NoticeKey = d.key("first-notice")
	d.r.Pending = d.r.NoticeKey
	host := d.t.Host
	data := map[string]any{
		"detected": d.v.When(d.r.Detected), "alarm": d.t.Summary, "impact": d.impactWords(),
		"action": "担当者に連絡し、状況の確認を進めています。",
	}
	if host != "" {
		data["host"] = host
	}
	if d.impact().asAffected() {
		data["next"] = d.v.When(d.in.Now.Add(d.cycle()))
	}
	var due time.Time
	if ts := d.targets(d.impact()); len(ts) > 0 {
		due = d.r.Detected.Add(ts[0].Duration)
	}
	return d.v.Say(d.r.NoticeKey, "first_notice", data, voice.Options{Report: true, Verify: true, Urgent: true, Due: due})
}

func (d *decision) impactWords() string {
	switch d.impact() {
	case Affected:
		return "サービスに影響が出ています"
	case NotAffected:
		return "サービスへの影響は確認されていません"
	case Undecided, Checking:
	}
	return "影響確認中"
}

// drop ends an incident that is to be followed no more.
func (d *decision) drop(why string) {
	if !d.r.Open {
		return
	}
	d.r.Open, d.r.Cancelled, d.r.Ended, d.dirty = false, true, d.in.Now, true
	d.stopTimers()
	for _, key := range []string{d.r.NoticeKey, d.r.Pending} {
		if key != "" && !d.isOut(key) {
			d.out.Withdraw = append(d.out.Withdraw, key)
		}
	}
	d.v.Reason("dropped the incident", why)
}

// isOut reports whether the notice of that key is known to be out.
func (d *decision) isOut(key string) bool { return key == d.r.NoticeKey && len(d.r.Updates) > 0 }

func (d *decision) stopTimers() {
	d.v.Cancel("ask", "tier", "decide", "remind1", "remind2", "auto", "round")
}

func (d *decision) note(at time.Time, by, text string) {
	d.r.Timeline = append(d.r.Timeline, Line{At: at, By: by, Text: text})
	d.dirty = true
}
