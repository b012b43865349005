package incident

import (
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/bot/voice"
)

// Name is the feature's name: the prefix of its actions and timers.
const Name = "incident"

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
	said  []verdict.Clock // the clocks of which people may say something
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
	d.climb()
	d.telephone()
	if d.dirty {
		if err := d.clocks(); err != nil {
			return bot.Output{}, err
		}
		d.r.Figures = d.v.Figures(d.r.Figures, d.out.Clocks)
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
	case bot.EventIssueAdopt:
		d.strike()
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventTimerDue:
		return d.timerDue()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventTicketCancelled:
		d.drop("the ticket was cancelled", "")
	case bot.EventTicketStatus:
		d.statusMoved()
	default: // what is no news of an incident
	}
	return nil
}

func (d *decision) statusMoved() {
	if len(d.r.Judged) == 0 {
		return
	}
	d.dirty = true // the card's buttons depend on it
	p, ok := d.in.Dir.Person(d.t.Owner)
	if d.r.Open && ok && d.t.Status == bot.StatusTaken && d.r.Owner != p.ID {
		d.r.Owner = p.ID
		d.note(d.in.Now, p.Name, "担当者が"+p.Name+"に決まりました。")
		d.inHand(p.Name)
	}
	if !d.r.Open && !d.r.Cancelled && !d.t.Status.Ended() && !d.r.Ended.IsZero() && d.t.Status == bot.StatusAccepted {
		d.v.Tell("復旧を知らせた障害のチケットが再開されました。障害が続いている場合は、カードの「障害を再開」を押してください。それまで経過報告は行いません。", d.v.Mention()...)
		d.v.Reason("left the incident recovered", "the ticket was reopened; staff decide whether it goes on")
	}
}

// classified opens the incident of a ticket that became one, judges anew when the priority changed, and drops the incident of a ticket
// that is none any more.
func (d *decision) classified() error {
	switch {
	case d.t.Class != bot.ClassIncident:
		d.drop("the ticket is no incident: "+string(d.t.Class), "種別が変わったため、障害の経過報告を止めました。お知らせ済みの内容について、必要ならお客様に説明してください。")
		return nil
	case d.r.Open:
		return d.reprioritised()
	case d.r.Cancelled && !d.t.Status.Ended():
		return d.resume("the ticket is an incident again")
	case len(d.r.Judged) > 0 || d.t.Status.Ended():
		return nil // recovered: staff resume it by the button
	case d.in.Quiet:
		d.takeOver()
		return nil
	}
	return d.start()
}

func (d *decision) reprioritised() error {
	if d.t.PriorityID == d.r.Priority {
		return nil
	}
	d.r.Priority, d.dirty = d.t.PriorityID, true
	last, want := d.r.Judged[len(d.r.Judged)-1], d.byPriority()
	switch {
	case last.Impact == want:
		return nil
	case last.Staff:
		d.v.Tell("優先度が変更されました。影響の判断("+impactNames[last.Impact]+")を見直してください。", d.v.Mention()...)
		d.v.Reason("kept the impact "+string(last.Impact), "staff judged it; the priority was changed")
		return nil
	}
	return d.judge(want, "priority", false, d.in.Event.At)
}

// start opens the incident: receipt at once, then the judgement.
func (d *decision) start() error {
	d.r = Record{Open: true, Detected: d.t.Received, Priority: d.t.PriorityID, Host: hostOf(d.t)}
	d.dirty = true
	d.v.Reason("opened an incident", "detected at "+d.v.Short(d.r.Detected))
	if d.t.OpenedBy.Kind == bot.AuthorCustomer {
		err := d.v.Say(d.key("receipt"), "incident_receipt", map[string]any{"received": d.v.When(d.t.Received)},
			voice.Options{Urgent: true, Update: d.assign()})
		if err != nil {
			return err
		}
	} else if u := d.assign(); u.AssigneeID != 0 {
		d.v.Fields(d.key("assign"), u)
	}
	by, impact := "priority", d.byPriority()
	if o := d.t.Alert; o != nil {
		by, impact = "alert", impactOf(o.Impact)
	}
	return d.judge(impact, by, false, d.r.Detected)
}

// assign names the person on duty; a member of staff whom the customer chose stays.
func (d *decision) assign() bot.Update {
	p, ok := d.v.Duty("")
	if !ok {
		return bot.Update{}
	}
	return bot.Update{AssigneeID: p.Backlog[d.t.Space], KeepAssignee: []int64{d.in.Dir.BotUser[d.t.Space]}}
}

// resume takes an incident up again that was dropped or had recovered: updates are owed from now on.
func (d *decision) resume(why string) error {
	at := d.in.Now
	d.r.Open, d.r.Cancelled, d.r.DoneKey, d.r.DoneDead, d.dirty = true, false, "", false, true
	d.r.Recovered, d.r.Ended = time.Time{}, time.Time{}
	d.mark(at)
	d.v.Reason("took the incident up again", why)
	d.note(at, "Toban", "障害の対応を再開しました。")
	d.v.Post(bot.Post{Text: "障害の対応を再開しました。影響の判断を確認し、経過を報告してください。", Mention: d.v.Mention(), Top: true})
	d.r.Climbs = time.Time{}
	d.again()
	if d.impact() == Undecided {
		d.askAll()
		return nil
	}
	if len(d.r.Updates) == 0 {
		return d.firstNotice()
	}
	return d.tellState()
}

// drop ends an incident that is to be followed no more.
func (d *decision) drop(why, tell string) {
	if !d.r.Open {
		return
	}
	if d.r.Pending != "" {
		d.out.Withdraw = append(d.out.Withdraw, d.r.Pending)
		d.settle(Wait{From: d.r.PendingSince, To: d.in.Now})
	}
	d.r.Open, d.r.Cancelled, d.r.Ended, d.dirty = false, true, d.in.Now, true
	d.mark(d.in.Now)
	d.stopTimers()
	if len(d.r.Updates) == 0 {
		d.r.NoticeKey = ""
	} else if tell != "" {
		d.v.Tell(tell, d.v.Mention()...)
	}
	d.v.Reason("dropped the incident", why)
}

func (d *decision) stopTimers() {
	d.v.Cancel("ask", "tier", "decide", "first", "auto", "round")
	d.calm() // nobody is called out for what is over
	for i := range d.v.Customer.Timing.InterimAsk {
		d.v.Cancel(reminder(i))
	}
}
