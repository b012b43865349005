package work

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// Name is the feature's name: the prefix of its actions and timers.
const Name = "work"

// Stage is where a work order stands.
type Stage string

// Stages.
const (
	None      Stage = ""
	Planned   Stage = "planned"
	Noticed   Stage = "noticed"
	Stopped   Stage = "stopped"
	Working   Stage = "working"
	Done      Stage = "done"
	Cancelled Stage = "cancelled"
)

// Order is the work order of a ticket: the feature's aggregate.
type Order struct {
	Stage     Stage     `json:"stage"`
	Gen       int       `json:"gen"` // rises with each plan
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	What      string    `json:"what"`
	Person    string    `json:"person"`
	NoticeDue time.Time `json:"notice_due"`
	NoticeKey string    `json:"notice_key,omitempty"` // queued for this generation
	NoticeAt  time.Time `json:"notice_at,omitzero"`   // verified: the comment's own instant
	ToldStart time.Time `json:"told_start,omitzero"`  // the start that the customer was told last
	PrevStart time.Time `json:"prev_start,omitzero"`  // the start of the plan before this one
	Began     time.Time `json:"began,omitzero"`
	DoneKey   string    `json:"done_key,omitempty"`
	Problem   string    `json:"problem,omitempty"` // why the notice is not verified
}

// Work is the feature.
type Work struct{}

// New makes the feature.
func New() *Work { return &Work{} }

// Name implements bot.Handler.
func (*Work) Name() string { return Name }

type decision struct {
	in    bot.In
	v     *voice.Voice
	t     *bot.Ticket
	o     Order
	out   bot.Output
	dirty bool
}

// Handle implements bot.Handler.
func (*Work) Handle(in bot.In) (bot.Output, error) {
	if in.Ticket == nil {
		return bot.Output{}, nil
	}
	cust, ok := in.Dir.Customer(in.Ticket.Customer)
	if !ok {
		return bot.Output{}, nil
	}
	d := &decision{in: in, t: in.Ticket}
	d.v = &voice.Voice{Feature: Name, In: in, Customer: cust, Ticket: in.Ticket, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.o); err != nil {
			return bot.Output{}, fmt.Errorf("reading work order: %w", err)
		}
	}
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	if d.dirty {
		d.out.State = d.o
		d.clock()
	}
	if d.dirty || in.Event.Kind == bot.EventTicketStatus || in.Event.Kind == bot.EventTicketReceived {
		p := d.panel()
		d.out.Panel = &p
	}
	return d.out, nil
}

func (d *decision) handle() error {
	switch d.in.Event.Kind {
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventTimerDue:
		return d.timerDue()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventTicketCancelled:
		if d.open() {
			return d.cancel("the ticket was cancelled", false)
		}
	case bot.EventTicketStatus:
		if d.t.Status.Ended() && (d.o.Stage == Planned || d.o.Stage == Noticed || d.o.Stage == Stopped) {
			return d.cancel("the ticket ended", true)
		}
	case bot.EventIssueChanged, bot.EventScheduleDue, bot.EventTicketReceived, bot.EventTicketClassified, bot.EventTicketComment,
		bot.EventWorkDone, bot.EventWorkStarted, bot.EventWorkScheduled, bot.EventIncidentClosed:
	}
	return nil
}

func (d *decision) open() bool {
	switch d.o.Stage {
	case Planned, Noticed, Stopped, Working:
		return true
	case None, Done, Cancelled:
	}
	return false
}

func (d *decision) key(what string) string {
	return fmt.Sprintf("work:%s:%s:%d", d.t.ID, what, d.o.Gen)
}

// needsNotice: work under an open incident with the contract's standing permission needs no start notice.
func (d *decision) needsNotice() bool {
	return d.t.Class != bot.ClassIncident || !d.v.Customer.Standing
}

// plan makes a new generation. A start less than the notice's lead ahead moves to one lead after now.
func (d *decision) plan(start, end time.Time, what, person string) error {
	lead := d.v.Customer.Timing.StartNotice
	oldKey, told := d.o.NoticeKey, d.o.ToldStart
	length := end.Sub(start)
	moved := false
	if d.needsNotice() && start.Before(d.in.Now.Add(lead)) {
		start, moved = d.in.Now.Add(lead), true
		start = start.Add(time.Minute - 1).Truncate(time.Minute) // a customer is told whole minutes
		end = start.Add(length)
	}
	if oldKey != "" {
		d.out.Withdraw = append(d.out.Withdraw, oldKey)
	}
	d.o = Order{
		Stage: Planned, Gen: d.o.Gen + 1, Start: start, End: end, What: what, Person: person,
		NoticeDue: start.Add(-lead), ToldStart: told, PrevStart: d.o.Start,
	}
	d.dirty = true
	d.v.Cancel("ask", "late", "end")
	d.v.Set("start", start)
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkScheduled, d.t.ID, d.in.Now, bot.WorkNews{
		Status: bot.StatusScheduled, By: d.personName(), Ref: d.key("plan"), Reason: "work planned from " + d.v.Short(start) + " to " + d.v.Short(end),
	}))
	d.v.Reason("planned work", fmt.Sprintf("from %s to %s, generation %d", d.v.Short(start), d.v.Short(end), d.o.Gen))
	if moved {
		d.v.Tell("開始連絡を先にお送りするため、開始を " + d.v.Short(start) + " に変更しました。")
	}
	switch {
	case !d.needsNotice():
		d.o.Stage, d.o.NoticeAt = Noticed, d.in.Now
		return nil
	case !told.IsZero() && !told.Equal(start):
		return d.correct(told)
	case d.o.NoticeDue.After(d.in.Now):
		d.v.Set("notice", d.o.NoticeDue)
		return nil
	}
	return d.notice()
}

// notice queues the start notice of this generation.
func (d *decision) notice() error {
	d.o.NoticeKey = d.key("notice")
	d.dirty = true
	d.v.Cancel("notice")
	return d.v.Say(d.o.NoticeKey, "start_notice", d.window(), voice.Options{Verify: true, Report: true, Due: d.o.NoticeDue})
}

// correct tells that a start which was told has changed. Close to the new start it is the start notice itself.
func (d *decision) correct(told time.Time) error {
	data := d.window()
	data["old_start"] = d.v.When(told)
	soon := !d.o.NoticeDue.After(d.in.Now.Add(d.v.Customer.Timing.NoticeLate))
	key := d.key("correction")
	if soon {
		d.o.NoticeKey = key
		d.v.Cancel("notice")
	} else {
		d.v.Set("notice", d.o.NoticeDue)
	}
	d.o.ToldStart = d.o.Start
	d.dirty = true
	return d.v.Say(key, "start_correction", data, voice.Options{Verify: soon, Report: soon, Due: d.in.Now})
}

func (d *decision) window() map[string]any {
	out := map[string]any{"start": d.v.When(d.o.Start), "end": d.v.When(d.o.End), "work": d.o.What}
	if p, ok := d.in.Dir.Person(d.o.Person); ok {
		out["person"] = p.Name
	}
	return out
}

func (d *decision) personName() string {
	if p, ok := d.in.Dir.Person(d.o.Person); ok {
		return p.Name
	}
	return "Toban"
}

// cancel ends the plan; a customer who was told of it is told that it will not take place.
func (d *decision) cancel(why string, tell bool) error {
	if d.o.NoticeKey != "" {
		d.out.Withdraw = append(d.out.Withdraw, d.o.NoticeKey)
	}
	d.v.Cancel("notice", "start", "ask", "late", "end")
	told := d.o.ToldStart
	d.o.Stage, d.dirty = Cancelled, true
	d.v.Reason("cancelled the work", why)
	if !tell || told.IsZero() {
		return nil
	}
	return d.v.Say(d.key("withdrawn"), "start_withdrawn", map[string]any{"start": d.v.When(told), "work": d.o.What}, voice.Options{})
}

// clock writes the promise of the start notice down: due 30 minutes before the start, with the contract's tolerance for the vendor's
// own seconds.
func (d *decision) clock() {
	if d.o.Gen == 0 || !d.needsNotice() {
		return
	}
	due := d.o.NoticeDue.Add(d.v.Customer.Timing.NoticeLate)
	row := bot.ClockRow{
		ID: fmt.Sprintf("start-notice/%d", d.o.Gen), Name: "作業開始連絡", Level: sla.LevelObjective, State: sla.StateRunning,
		Start: d.o.NoticeDue, Due: due,
		Explain: []string{
			"due " + bot.Lasting(d.v.Customer.Timing.StartNotice) + " before the start " + d.v.Short(d.o.Start),
			"counts as late when verified more than " + bot.Lasting(d.v.Customer.Timing.NoticeLate) + " after it was due",
		},
	}
	switch {
	case !d.o.NoticeAt.IsZero():
		row.Stopped, row.State = d.o.NoticeAt, sla.StateMet
		if d.o.NoticeAt.After(due) {
			row.State = sla.StateMissed
		}
	case d.o.Stage == Cancelled:
		row.State, row.Stopped = sla.StateCancelled, d.in.Now
	case d.in.Now.After(due):
		row.State = sla.StateMissed
	}
	d.out.Clocks = append(d.out.Clocks, row)
}

func (d *decision) timerDue() error {
	var due bot.TimerDue
	if err := d.in.Event.Decode(&due); err != nil {
		return err
	}
	rule, ours := strings.CutPrefix(due.Rule, Name+"/")
	if !ours || !d.open() {
		return nil
	}
	switch rule {
	case "notice":
		if d.o.Stage == Planned && d.o.NoticeKey == "" {
			return d.notice()
		}
	case "start":
		return d.startDue()
	case "ask":
		if d.o.Stage == Noticed {
			d.v.Post(bot.Post{Text: "開始予定から時間がたちましたが、まだ開始されていません。開始するか、日程を変更してください。", Mention: d.v.Mention()})
		}
	case "late":
		if d.o.Stage == Noticed {
			data := map[string]any{"start": d.v.When(d.o.Start), "work": d.o.What}
			d.v.Reason("told the customer of a late start", "not started after "+bot.Lasting(d.v.Customer.Timing.StartLate))
			return d.v.Say(d.key("delayed"), "work_delayed", data, voice.Options{})
		}
	case "end":
		if d.o.Stage == Working {
			d.v.Post(bot.Post{Text: "終了予定を過ぎました。「延長」で新しい終了予定をお知らせするか、「作業完了」を押してください。", Mention: d.v.Mention()})
		}
	}
	return nil
}

// startDue: without a verified notice the work does not start, staff are told now and the customer when Backlog takes it.
func (d *decision) startDue() error {
	timing := d.v.Customer.Timing
	switch d.o.Stage {
	case Noticed:
		d.v.Post(bot.Post{Text: "開始予定の時刻です。「作業開始」を押してください。", Mention: d.v.Mention()})
		d.v.Set("ask", d.o.Start.Add(timing.StartAsk))
		d.v.Set("late", d.o.Start.Add(timing.StartLate))
		return nil
	case Planned:
		d.o.Stage, d.dirty = Stopped, true
		if d.o.NoticeKey != "" {
			d.out.Withdraw = append(d.out.Withdraw, d.o.NoticeKey)
		}
		why := d.o.Problem
		if why == "" {
			why = "開始連絡が届いたことを確認できませんでした"
		}
		d.v.Post(bot.Post{Text: "作業を始めないでください。" + why + "。日程を決め直してください。", Mention: d.v.Mention(), Top: true})
		d.v.Reason("stopped the work", "no verified start notice before the start: "+why)
		return d.v.Say(d.key("stopped"), "work_stopped", map[string]any{"start": d.v.When(d.o.Start), "work": d.o.What}, voice.Options{})
	case None, Stopped, Working, Done, Cancelled:
	}
	return nil
}
