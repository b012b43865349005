package work

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/bot/voice"
	"toban/playbook"
)

// Name is the feature's name: the prefix of its actions and timers.
const Name = "work"

// Work is the feature.
type Work struct{ books []playbook.Playbook }

// New makes the feature with the playbooks that staff may choose from.
func New(books ...playbook.Playbook) *Work { return &Work{books} }

// Name implements bot.Handler.
func (*Work) Name() string { return Name }

type decision struct {
	in    bot.In
	v     *voice.Voice
	t     *bot.Ticket
	o     Order
	books []playbook.Playbook
	out   bot.Output
	said  []verdict.Clock // the clocks of which people may say something
	dirty bool
}

// Handle implements bot.Handler.
func (w *Work) Handle(in bot.In) (bot.Output, error) {
	if in.Ticket == nil {
		return bot.Output{}, nil
	}
	cust, ok := in.Dir.Customer(in.Ticket.Customer)
	if !ok {
		return bot.Output{}, nil
	}
	if len(in.State) == 0 && idle(in) {
		return bot.Output{}, nil
	}
	d := &decision{in: in, t: in.Ticket, books: w.books}
	d.v = &voice.Voice{Feature: Name, In: in, Customer: cust, Ticket: in.Ticket, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.o); err != nil {
			return bot.Output{}, fmt.Errorf("reading work order: %w", err)
		}
	}
	before := d.o
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	if d.dirty {
		d.publish(before)
		if err := d.clock(); err != nil {
			return bot.Output{}, err
		}
		d.o.Figures = d.v.Figures(d.o.Figures, d.out.Clocks)
		d.out.State = d.o
		d.out.Holdings = d.holdings()
	}
	if d.dirty || shown(in.Event) && !slices.ContainsFunc(in.Next, shown) {
		p := d.panel()
		d.out.Panel = &p
	}
	return d.out, nil
}

// idle tells whether an event means nothing to a ticket without a work order: most events of most tickets.
func idle(in bot.In) bool {
	if in.Event.Kind == bot.EventIssueChanged {
		return true
	}
	return (in.Event.Kind == bot.EventTicketReceived || in.Event.Kind == bot.EventTicketClassified) && slices.ContainsFunc(in.Next, shown)
}

// shown tells whether the panel shows something of an event of the ticket: of several within one decision it is drawn for the last.
func shown(e bot.Event) bool {
	return e.Kind == bot.EventTicketStatus || e.Kind == bot.EventTicketReceived || e.Kind == bot.EventTicketClassified
}

func (d *decision) handle() error {
	switch d.in.Event.Kind {
	case bot.EventIssueAdopt:
		d.strike()
		return nil
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventTimerDue:
		return d.timerDue()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventTicketComment:
		return d.commented()
	case bot.EventTicketClassified:
		if d.o.ahead() && !d.o.Exempt && d.o.Change != "" && d.o.Change != d.t.Change && d.t.Change.NeedsPlan() {
			d.o.Change = d.t.Change
			return d.lapse("変更の区分が変わりました。計画を確認し、「日程を変更」で記録し直してください。", "the ticket's change class is now "+string(d.t.Change))
		}
		if d.o.Exempt && d.o.ahead() && d.needsNotice() {
			d.v.Reason("planned the work again", "the ticket is no open incident any more, so a start notice is needed")
			return d.plan(d.o.Start, d.o.End, d.o.What, d.o.Person)
		}
	case bot.EventTicketStatus, bot.EventTicketCancelled:
		return d.ticketMoved()
	case bot.EventIssueChanged:
		return d.statusSet()
	case bot.EventAlert, bot.EventLetter, bot.EventScheduleDue, bot.EventTicketReceived,
		bot.EventWorkDone, bot.EventWorkStarted, bot.EventWorkScheduled, bot.EventWorkAsked, bot.EventWorkUnasked, bot.EventIncidentClosed, bot.EventPromiseKept:
	}
	return nil
}

// ticketMoved follows the ticket: an end takes a plan back, and a ticket that goes on shows what is planned.
func (d *decision) ticketMoved() error {
	gone := d.in.Event.Kind == bot.EventTicketCancelled || d.t.Status == bot.StatusCancelled || d.t.Status == bot.StatusDeclined || d.t.Status == bot.StatusDeletedOff
	switch {
	case gone && d.o.Stage == Working:
		d.v.Post(bot.Post{
			Text:    "作業中にチケットが取り下げになりました。作業をやめて元に戻すか、最後まで行うかを判断し、お客様に説明してください。",
			Mention: d.v.Mention(), Top: true,
		})
		return d.cancel("the ticket was cancelled while the work ran", false)
	case gone && d.o.ahead():
		return d.cancel("the ticket was cancelled", d.t.Status != bot.StatusDeletedOff)
	case d.t.Status.Ended() && d.o.ahead():
		// Whoever ended the ticket after the start may well have done the work: the customer is not told that it does not take place.
		begun := d.o.Stage == Noticed && !d.in.Now.Before(d.o.Start)
		if d.o.Told.IsZero() || !begun {
			d.v.Tell("チケットが終了したため、予定していた作業(" + d.v.Short(d.o.Start) + ")を取りやめました。")
		} else {
			d.v.Tell("開始をお知らせした作業が残ったまま、チケットが終了になりました。作業の予定は外しました。必要ならチケットでお客様に説明してください。", d.v.Mention()...)
		}
		return d.cancel("the ticket ended", !begun)
	case d.t.Status.Ended() && d.o.Stage == Working:
		d.v.Tell("作業中のまま、チケットが終了になりました。作業が終わっていればカードの「作業完了」を押してください。", d.v.Mention()...)
	case d.t.Status == bot.StatusAccepted || d.t.Status == bot.StatusTaken || d.t.Status == bot.StatusReceived:
		d.sync()
	}
	return nil
}

// sync tells desk what is planned or runs on a ticket that was asked about, reopened or taken meanwhile.
func (d *decision) sync() {
	switch d.o.Stage {
	case Planned, Noticed:
		d.news(d.o.wanted(), d.personName(), d.key("plan"), "work is planned from "+d.v.Short(d.o.Start)+" to "+d.v.Short(d.o.End))
	case Finished:
		d.news(bot.StatusVerifying, d.personName(), d.key("finished"), "the work is over, its completion notice is on its way")
	case Working:
		d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkStarted, d.t.ID, d.o.Began, bot.WorkNews{By: d.personName(), Ref: d.key("started"), Reason: "the work runs"}))
	case None, Proposed, Stopped, Done, Cancelled:
	}
}

// cancel ends the plan; a customer who was told of it is told that it will not take place.
func (d *decision) cancel(why string, tell bool) error {
	d.withdrawWords()
	d.unask(why)
	d.forgetEnd()
	d.v.Cancel("notice", "overdue", "again", "start", "ask", "late", "consent", "step")
	told := d.o.Told
	d.o.Wanted = nil
	d.o.Stage, d.o.Dropped, d.o.Problem, d.o.Told, d.dirty = Cancelled, d.in.Now, "", time.Time{}, true
	d.v.Reason("cancelled the work", why)
	if !tell || told.IsZero() {
		return nil
	}
	return d.v.Say(d.key("withdrawn"), "start_withdrawn", map[string]any{"start": d.v.When(told), "work": d.o.What}, d.options())
}
