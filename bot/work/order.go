package work

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/playbook"
)

// Stage is where a work order stands.
type Stage string

// Stages.
const (
	None      Stage = ""
	Proposed  Stage = "proposed" // a recorded plan that waits for approval and agreement
	Planned   Stage = "planned"
	Noticed   Stage = "noticed"
	Stopped   Stage = "stopped" // no verified notice before the start
	Working   Stage = "working"
	Finished  Stage = "finished" // the work is over, its completion notice is not out yet
	Done      Stage = "done"
	Cancelled Stage = "cancelled"
)

// Order is the work order of a ticket: the feature's aggregate.
type Order struct {
	Stage     Stage                `json:"stage"`
	Gen       int                  `json:"gen"` // rises with each plan
	PlannedAt time.Time            `json:"planned_at"`
	Start     time.Time            `json:"start"`
	End       time.Time            `json:"end"`
	What      string               `json:"what"`
	Person    string               `json:"person"`
	Exempt    bool                 `json:"exempt,omitempty"` // under an open incident with standing permission: no start notice
	NoticeDue time.Time            `json:"notice_due"`
	NoticeKey string               `json:"notice_key,omitempty"` // queued for this generation
	NoticeAt  time.Time            `json:"notice_at,omitzero"`   // verified: the comment's own instant
	Moved     bool                 `json:"moved,omitempty"`      // this plan came of a late notice
	Words     []Word               `json:"words,omitempty"`      // what was written of the start and may still go out
	Told      time.Time            `json:"told,omitzero"`        // the start that the customer was told last and counts on
	Asked     int                  `json:"asked,omitempty"`      // how far the start that nobody pressed was followed up
	Began     time.Time            `json:"began,omitzero"`       //
	Amended   int                  `json:"amended,omitempty"`    // extensions and corrections of this generation; part of their keys
	EndAsk    time.Time            `json:"end_ask,omitzero"`     // when staff are asked about the expected end before it comes; zero when they were
	Overrun   int                  `json:"overrun,omitempty"`    // how far an expected end that has passed was followed up
	Word      int                  `json:"word,omitempty"`       // how often the customer was told that the work goes on; part of the keys
	WordFrom  int                  `json:"word_from,omitempty"`  // of these, those before the end that holds now was given
	WordKey   string               `json:"word_key,omitempty"`   // the newest of these
	WordDue   time.Time            `json:"word_due,omitzero"`    // by when the customer was promised the next
	Finished  time.Time            `json:"finished,omitzero"`    //
	DoneTry   int                  `json:"done_try,omitempty"`   // completion notices queued; part of their keys
	DoneKey   string               `json:"done_key,omitempty"`   // the newest of them
	DoneDead  bool                 `json:"done_dead,omitempty"`  // it was given up
	Dropped   time.Time            `json:"dropped,omitzero"`     // cancelled
	Problem   string               `json:"problem,omitempty"`    // shown on the card
	Changed   []bot.ResourceChange `json:"changed,omitempty"`    // of managed resources, by all orders of the ticket
	Number    int                  `json:"number,omitempty"`     // which of the ticket's orders it is; 0 is the first
	Earlier   []Order              `json:"earlier,omitempty"`    // orders of the ticket that are done, in short
	Verdicts  verdict.Book         `json:"verdicts,omitzero"`    // exclusions and causes, of this generation and those before
	Figures   []bot.ClockRow       `json:"figures,omitempty"`    // promises as the trail has them, in short
	Past      []bot.ClockRow       `json:"past,omitempty"`       // promises of generations before that were missed

	// The plan of a change that needs approval and agreement.
	Change    bot.ChangeClass    `json:"change,omitempty"`    // frozen when the plan was recorded
	Author    string             `json:"author,omitempty"`    // person id of who recorded it
	Effect    string             `json:"effect,omitempty"`    // on the service
	Checks    string             `json:"checks,omitempty"`    // that it went well
	Rollback  string             `json:"rollback,omitempty"`  // the way back
	Approval  *Consent           `json:"approval,omitempty"`  // of a second person
	SentBack  *Consent           `json:"sent_back,omitempty"` // by an approver, to be changed
	Agreement *Consent           `json:"agreement,omitempty"` // of one of the customer's approvers
	AskKey    string             `json:"ask_key,omitempty"`   // the question for the agreement
	AskedAt   time.Time          `json:"asked_at,omitzero"`   // it is on the ticket since
	Shown     bool               `json:"shown,omitempty"`     // the customer was asked to agree to an earlier plan of this work
	Tries     int                `json:"tries,omitempty"`     // questions so far; part of their keys
	Said      *Remark            `json:"said,omitempty"`      // an answer that staff have to read
	Wanted    *Wanted            `json:"wanted,omitempty"`    // asked for in spite of conflicts, which staff have not taken on yet
	Book      *playbook.Playbook `json:"book,omitempty"`      // chosen for this plan; frozen with it
	Run       *playbook.Run      `json:"run,omitempty"`       // while and after the work runs
	Aborted   bool               `json:"aborted,omitempty"`   // the customer was told that the run was stopped
	Early     bool               `json:"early,omitempty"`     // the customer agreed to a start with less than the notice's lead
	Sooner    *Consent           `json:"sooner,omitempty"`    // of an approver of the customer, to such a start
	Heard     *Remark            `json:"heard,omitempty"`     // what an approver of the customer wrote last
	Basis     *Basis             `json:"basis,omitempty"`     // what the plan was made from; nil for orders of an earlier release
	Clashes   []string           `json:"clashes,omitempty"`   // came up after the plan was made; staff start in spite of them, knowingly
}

// Steps of following up a start that nobody pressed.
const (
	askedStart = 1 // staff were told that it is time
	askedAgain = 2
	toldDelay  = 3 // the customer was told
)

// Wanted is a plan with what speaks against it.
type Wanted struct {
	Start, End time.Time
	What       string
	Person     string
	Paper      Paper
	Book       string // id of the playbook; "" is none
	Sooner     *Consent
	Conflicts  []string
}

// Word is a message that names a start.
type Word struct {
	Key        string    `json:"key"`
	Gen        int       `json:"gen"`
	Start      time.Time `json:"start"`
	Correction bool      `json:"correction,omitempty"`
	Out        bool      `json:"out,omitempty"`
}

// ahead reports whether work is planned and has not begun.
func (o *Order) ahead() bool {
	return o.Stage == Proposed || o.Stage == Planned || o.Stage == Noticed || o.Stage == Stopped
}

func (d *decision) key(what string) string {
	return fmt.Sprintf("work:%s:%s:%d", d.t.ID, what, d.o.Gen)
}

// needsNotice: work under an open incident with the contract's standing permission needs no start notice.
func (d *decision) needsNotice() bool {
	return d.t.Class != bot.ClassIncident || d.t.Status.Ended() || !d.v.Customer.Standing
}

// underIncident: the ticket is an incident that runs on when the work is over.
func (d *decision) underIncident() bool {
	return d.t.Class == bot.ClassIncident && !d.t.Status.Ended()
}

// wanted is the ticket's status that goes with the stage; "" when work has no say.
func (o *Order) wanted() bot.Status {
	switch o.Stage {
	case Planned:
		return bot.StatusScheduled
	case Noticed:
		return bot.StatusNotified
	case Working:
		return bot.StatusWorking
	case Finished:
		return bot.StatusVerifying
	case None, Proposed, Stopped, Done, Cancelled:
	}
	return ""
}

// news tells desk where the ticket stands by the work. While the customer is asked something the ticket keeps waiting; the work
// comes back when it goes on.
func (d *decision) news(to bot.Status, by, ref, why string) {
	if d.t.Status == bot.StatusWaiting || d.t.Status.Ended() {
		return
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkScheduled, d.t.ID, d.in.Now, bot.WorkNews{Status: to, By: by, Person: d.inCharge(), Ref: ref, End: d.o.End, Reason: why}))
}

// inCharge is the person whose work is planned or runs; "" when there is none.
func (d *decision) inCharge() string {
	switch d.o.Stage {
	case Proposed, Planned, Noticed, Working, Finished:
		return d.o.Person
	case None, Stopped, Done, Cancelled:
	}
	return ""
}

// at is the instant of what a person did: the door's, never later than now.
func (d *decision) at() time.Time {
	if at := d.in.Event.At; !at.IsZero() && at.Before(d.in.Now) {
		return at
	}
	return d.in.Now
}

func (d *decision) personName() string {
	if p, ok := d.in.Dir.Person(d.o.Person); ok {
		return p.Name
	}
	return "Toban"
}

// minute rounds up to the whole minutes that a customer is told.
func minute(t time.Time) time.Time { return t.Add(time.Minute - 1).Truncate(time.Minute) }
