package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
)

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
	Open         bool                 `json:"open"`
	Detected     time.Time            `json:"detected"`
	Host         string               `json:"host,omitempty"`
	Judged       []Judgement          `json:"judged"`
	Figures      []bot.ClockRow       `json:"figures,omitempty"`  // promises as the trail has them, in short
	Priority     int64                `json:"priority,omitempty"` // the ticket's priority that was judged by
	NoticeKey    string               `json:"notice_key,omitempty"`
	NoticeTry    int                  `json:"notice_try,omitempty"`
	NoticeDead   bool                 `json:"notice_dead,omitempty"`
	Updates      []Update             `json:"updates,omitempty"` // customer-visible, the first notice first
	Early        []Update             `json:"early,omitempty"`   // comments of staff before the first notice is known to be out
	Pending      string               `json:"pending,omitempty"` // key of a message that is on its way
	PendingSince time.Time            `json:"pending_since,omitzero"`
	PendingNext  time.Time            `json:"pending_next,omitzero"` // the next word that it promises
	Sent         int                  `json:"sent,omitempty"`        // updates queued so far; part of their keys
	Told         Impact               `json:"told,omitempty"`        // the impact that the customer was told last
	Timeline     []Line               `json:"timeline,omitempty"`
	Owner        string               `json:"owner,omitempty"` // whose taking over is on the timeline
	DoneKey      string               `json:"done_key,omitempty"`
	DoneTry      int                  `json:"done_try,omitempty"`
	DoneDead     bool                 `json:"done_dead,omitempty"`
	Recovered    time.Time            `json:"recovered,omitzero"` // the service was back
	Pressed      string               `json:"pressed,omitempty"`  // name of who declared the recovery, or took the incident up again
	Ended        time.Time            `json:"ended,omitzero"`     // the recovery notice's own instant, or the dropping
	Cancelled    bool                 `json:"cancelled,omitempty"`
	Adopted      bool                 `json:"adopted,omitempty"`  // it ran before Toban came: staff say whether it goes on
	CaughtUp     time.Time            `json:"caught_up,omitzero"` // rounds due up to here were named in a catch-up comment
	Waits        []Wait               `json:"waits,omitempty"`    // times in which Backlog took nothing and a round passed
	Marks        []Mark               `json:"marks,omitempty"`    // since when interim updates are owed, and since when not
	Rows         int                  `json:"rows,omitempty"`     // rows of rounds written so far
	Verdicts     verdict.Book         `json:"verdicts,omitzero"`  // exclusions and causes
	Missed       time.Time            `json:"missed,omitzero"`    // the newest missed promise that staff were told
	Climbs       time.Time            `json:"climbs,omitzero"`    // since when the escalation climbs while nobody takes the incident
	Climbed      int                  `json:"climbed,omitempty"`  // its steps that were reached
	Ladder       []bot.EscalationStep `json:"ladder,omitempty"`   // its steps as they were when it began
	Laps         int                  `json:"laps,omitempty"`     // how often all of its steps are reached, as it was when it began
	LapAt        time.Time            `json:"lap_at,omitzero"`    // since when the present lap climbs
	Deserted     bool                 `json:"deserted,omitempty"` // all laps are over, nobody took it, and staff were told so
	Rung         bool                 `json:"rung,omitempty"`     // the timeline tells that people are called out
	Called       []string             `json:"called,omitempty"`   // Slack users who were called out and have not heard that somebody has it in hand
	Answered     string               `json:"answered,omitempty"` // key of the call in which somebody said that they take it
	Tree         *Tree                `json:"tree,omitempty"`     // the newest telephone tree to the customer
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
	Key      string    `json:"key,omitempty"` // of the effect
	Auto     bool      `json:"auto,omitempty"`
	ByHand   bool      `json:"by_hand,omitempty"`  // written in Backlog by staff
	Rejected bool      `json:"rejected,omitempty"` // staff said that it does not count
	Next     time.Time `json:"next,omitzero"`      // the next word that it promised
}

// Line is a recorded fact that may be told to the customer.
type Line struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// Wait is a time in which a message could not be written.
type Wait struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Mark is an instant from which interim updates are owed or not.
type Mark struct {
	At   time.Time `json:"at"`
	Owed bool      `json:"owed"`
}

func (d *decision) key(what string) string { return fmt.Sprintf("incident:%s:%s", d.t.ID, what) }

func (d *decision) impact() Impact {
	if len(d.r.Judged) == 0 {
		return Undecided
	}
	return d.r.Judged[len(d.r.Judged)-1].Impact
}

// owes reports whether interim updates are promised now.
func (d *decision) owes() bool { return d.r.Open && d.impact().asAffected() }

// mark writes down when the promise of interim updates begins and ends.
func (d *decision) mark(at time.Time) {
	n := len(d.r.Marks)
	if d.owes() == (n > 0 && d.r.Marks[n-1].Owed) {
		return
	}
	if n > 0 && at.Before(d.r.Marks[n-1].At) {
		at = d.r.Marks[n-1].At
	}
	d.r.Marks = append(d.r.Marks, Mark{At: at, Owed: d.owes()})
}

// first is the instant of the first notice; zero while it is not known to be out.
func (d *decision) first() time.Time {
	if len(d.r.Updates) == 0 {
		return time.Time{}
	}
	return d.r.Updates[0].At
}

func (d *decision) last() Update {
	var last Update
	for _, u := range d.r.Updates {
		if !u.Rejected && u.At.After(last.At) {
			last = u
		}
	}
	return last
}

// autoInRow counts the newest updates that nobody wrote.
func (d *decision) autoInRow() int {
	n := 0
	for _, u := range slices.Backward(d.r.Updates) {
		switch {
		case u.Rejected:
		case !u.Auto:
			return n
		default:
			n++
		}
	}
	return n
}

// ours reports whether a pending message is one of Toban's own words, which a newer one may replace.
func ours(key string) bool {
	return strings.HasSuffix(key, ":auto") || strings.HasSuffix(key, ":caught") || strings.HasSuffix(key, ":judged")
}

func (d *decision) note(at time.Time, by, text string) {
	d.r.Timeline = append(d.r.Timeline, Line{At: at, By: by, Text: text})
	d.dirty = true
}

// at is the instant of what a person did: the door's, never later than now.
func (d *decision) at() time.Time {
	if at := d.in.Event.At; !at.IsZero() && at.Before(d.in.Now) {
		return at
	}
	return d.in.Now
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

// byPriority is what the priority of a customer's own ticket means by the contract.
func (d *decision) byPriority() Impact {
	return impactOf(d.v.Customer.Impact[d.t.PriorityID])
}

// impactOf reads an impact of the contract; what is none is asked of staff.
func impactOf(s string) Impact {
	switch Impact(s) {
	case Affected:
		return Affected
	case NotAffected:
		return NotAffected
	case Undecided, Checking:
	}
	return Undecided
}

// hostOf reads the host that the customer named under the label ホスト名; "" when there is none.
func hostOf(t *bot.Ticket) string {
	if t.Host != "" {
		return t.Host
	}
	const label, limit = "ホスト名", 100
	found := false
	for line := range strings.SplitSeq(t.Details, "\n") {
		line = strings.TrimSpace(line)
		if found && line != "" {
			if strings.HasPrefix(line, "■") || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "【") || strings.ContainsAny(line, ":\uff1a") {
				return ""
			}
			return named(line, limit)
		}
		rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \u3000-*#■□●・◆【["), label)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, "】] \u3000:\uff1a")
		if rest != "" {
			return named(rest, limit)
		}
		found = true
	}
	return ""
}

func named(s string, limit int) string {
	s = strings.TrimSpace(s)
	switch {
	case strings.Trim(s, "-ー_…。()\uff08\uff09 ") == "" || s == "未定" || s == "不明" || s == "なし":
		return ""
	case len([]rune(s)) > limit:
		return string([]rune(s)[:limit]) + "…"
	}
	return s
}
