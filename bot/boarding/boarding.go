package boarding

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/playbook"
)

// Name is the feature's name: the prefix of its actions, due moments and effects.
const Name = "boarding"

const (
	actionTick    = Name + ".tick"
	actionDoubt   = Name + ".doubt"
	actionAttest  = Name + ".attest"
	actionLook    = Name + ".look"
	actionMail    = Name + ".mail"
	actionPhone   = Name + ".phone"
	actionAbort   = Name + ".abort"
	actionAgain   = Name + ".again"
	actionDone    = Name + ".done"
	ruleLook      = "look"
	mostKeptLines = 20 // of a fact
)

// Boarding is the feature.
type Boarding struct{ books []playbook.Playbook }

// New makes the feature with the playbooks among which those of checklist tickets are.
func New(books ...playbook.Playbook) *Boarding { return &Boarding{books} }

// Name implements bot.Handler.
func (*Boarding) Name() string { return Name }

// State is what the feature keeps of a ticket.
type State struct {
	Kind    bot.Boarding    `json:"kind"`
	Run     *playbook.Run   `json:"run,omitempty"`
	Rounds  int             `json:"rounds,omitempty"` // how often it was begun
	Looks   int             `json:"looks,omitempty"`  // how often Toban was asked to look
	Facts   map[string]Fact `json:"facts,omitempty"`  // what was found last, by what was looked at
	Tests   []Test          `json:"tests,omitempty"`  // mails and calls to contacts, the newest of each
	Tries   int             `json:"tries,omitempty"`  // of mails and calls
	DoneKey string          `json:"done_key,omitempty"`
	DoneTry int             `json:"done_try,omitempty"`
	DoneBy  string          `json:"done_by,omitempty"`
	Told    time.Time       `json:"told,omitzero"` // when the customer was told of the end
}

// Fact is what was found at an instant.
type Fact struct {
	Result bot.LookResult `json:"result"`
	Lines  []string       `json:"lines,omitempty"`
	At     time.Time      `json:"at"`
}

// Test is a mail or a call to one contact.
type Test struct {
	Kind  string         `json:"kind"` // LookMail or LookPhone
	Name  string         `json:"name"` // of the contact
	Key   string         `json:"key"`
	Asked time.Time      `json:"asked"`
	By    string         `json:"by"`
	Ended time.Time      `json:"ended,omitzero"`
	State bot.LookResult `json:"state,omitempty"`
	Why   string         `json:"why,omitempty"`
}

type decision struct {
	in    bot.In
	v     *voice.Voice
	t     *bot.Ticket
	s     State
	books []playbook.Playbook
	out   bot.Output
	dirty bool
}

// Handle implements bot.Handler.
func (b *Boarding) Handle(in bot.In) (bot.Output, error) {
	if in.Ticket == nil {
		return b.withoutTicket(in)
	}
	cust, ok := in.Dir.Customer(in.Ticket.Customer)
	if !ok || in.Ticket.Boarding == "" {
		return bot.Output{}, nil
	}
	d := &decision{in: in, t: in.Ticket, books: b.books}
	d.v = &voice.Voice{Feature: Name, In: in, Customer: cust, Ticket: in.Ticket, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.s); err != nil {
			return bot.Output{}, fmt.Errorf("reading the checklist of %s: %w", in.Ticket.Key, err)
		}
	}
	if err := d.handle(); err != nil {
		return bot.Output{}, err
	}
	if d.dirty {
		d.out.State = d.s
		p := d.panel()
		d.out.Panel = &p
	}
	return d.out, nil
}

func (d *decision) handle() error {
	switch d.in.Event.Kind {
	case bot.EventTicketReceived:
		return d.begin("Toban")
	case bot.EventTicketStatus, bot.EventTicketCancelled:
		d.moved()
	case bot.EventStaffAction:
		return d.staffAction()
	case bot.EventEffectDone, bot.EventEffectDead:
		return d.effectEnded()
	case bot.EventTimerDue:
		var due bot.TimerDue
		if err := d.in.Event.Decode(&due); err != nil {
			return err
		}
		if due.Rule == Name+"/"+ruleLook && d.runs() {
			d.look(false)
			d.lookLater()
		}
	default: // what is no news of a checklist
	}
	return nil
}

// moved follows the ticket: one that ended is not looked at any more, one that goes on is.
func (d *decision) moved() {
	d.dirty = true
	d.v.Cancel(ruleLook)
	if d.runs() && !d.t.Status.Ended() {
		d.lookLater()
	}
}

// runs reports whether there is a check to tick off.
func (d *decision) runs() bool {
	if d.s.Run == nil || d.t.Status.Ended() {
		return false
	}
	_, _, ok := d.s.Run.At()
	return ok
}

// book is the playbook of the ticket's kind.
func (d *decision) book() (playbook.Playbook, bool) {
	i := slices.IndexFunc(d.books, func(p playbook.Playbook) bool { return slices.Contains(p.Types, string(d.t.Boarding)) })
	if i < 0 {
		return playbook.Playbook{}, false
	}
	return d.books[i], true
}

// begin freezes the playbook into a run, and has Toban look at once.
func (d *decision) begin(by string) error {
	if d.s.Run != nil && !d.s.Run.State.Ended() {
		return nil
	}
	d.s.Kind, d.dirty = d.t.Boarding, true
	book, ok := d.book()
	if !ok {
		d.v.Tell("手順書("+string(d.t.Boarding)+")がないため、チェックリストを始められません。playbooks を確認してください。", d.v.Mention()...)
		return nil
	}
	run, err := playbook.New(book)
	if err != nil {
		return err
	}
	d.s.Rounds++
	if d.s.Run = &run; d.s.Facts == nil {
		d.s.Facts = map[string]Fact{}
	}
	if err := d.step(playbook.Event{Kind: playbook.Start, By: by, At: d.at()}); err != nil {
		return err
	}
	d.contacts()
	d.look(true)
	d.lookLater()
	d.v.Post(bot.Post{Text: "「" + book.Title + "」のチェックリストを始めました。カードで上から順に確認してください。Toban が確かめられる項目は、Toban が確認して結果と時刻をカードに示します。", Mention: d.v.Mention()})
	return nil
}

// step applies an event to the run and writes it down; a step that is finished by it keeps its promise.
func (d *decision) step(e playbook.Event) error {
	was := *d.s.Run
	next, err := was.Apply(e)
	if err != nil {
		return err
	}
	d.s.Run, d.dirty = &next, true
	d.v.Reason(e.Words(was.Playbook.ID))
	s, _, ok := was.At()
	if ok && e.Result == playbook.Pass && (next.Step != was.Step || next.State == playbook.Done) && s.Promise != "" {
		d.out.Events = append(d.out.Events, bot.Derive(bot.EventPromiseKept, d.t.ID, e.At, bot.PromiseKept{Promise: s.Promise, By: e.By, Ref: d.in.Event.Key}))
	}
	return nil
}

// advance ticks off what was found to be so, as far as it goes, and tells where people are needed.
func (d *decision) advance() error {
	for {
		s, c, ok := d.s.Run.At()
		if !ok || c.Look == "" {
			break
		}
		f, found := d.s.Facts[c.Look]
		if !found || f.Result != bot.LookPass {
			break
		}
		e := playbook.Event{Kind: playbook.Tick, Step: s.ID, Check: c.ID, Result: playbook.Pass, By: "Toban", At: d.at(), Note: strings.Join(f.Lines, "; ") + " (" + d.v.Short(f.At) + ")"}
		if err := d.step(e); err != nil {
			return err
		}
		d.v.Tell("✅ " + c.Text + "(Toban が " + d.v.Short(f.At) + " に確認" + inBrackets(f.Lines) + ")")
	}
	if d.s.Run.State == playbook.Done {
		d.v.Cancel(ruleLook)
		d.v.Tell("チェックリストがすべて終わりました。「完了を知らせる」でお客様にお知らせください。", d.v.Mention()...)
	}
	return nil
}

func inBrackets(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return ": " + strings.Join(lines, "、")
}

// at is the instant of what a person did: the door's, never later than now.
func (d *decision) at() time.Time {
	if at := d.in.Event.At; !at.IsZero() && at.Before(d.in.Now) {
		return at
	}
	return d.in.Now
}

func (d *decision) key(what string) string { return Name + ":" + string(d.t.ID) + ":" + what }
