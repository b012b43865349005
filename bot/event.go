package bot

import (
	"encoding/json"
	"fmt"
	"time"
)

// EventKind says what an event is.
type EventKind string

// The events that come in from outside, from time and from Toban's own effects, and those that one feature tells the others.
const (
	EventIssueChanged EventKind = "issue.changed"  // a hint that an issue has news; the history is then read from the API
	EventIssueAdopt   EventKind = "issue.adopt"    // an issue is taken over as it stands: nothing is said of it
	EventStaffAction  EventKind = "staff.action"   // a button or form in Slack
	EventTimerDue     EventKind = "timer.due"      // a due moment
	EventScheduleDue  EventKind = "schedule.due"   // a moment of a schedule
	EventAlert        EventKind = "alert.received" // a monitoring system said something of a host
	EventLetter       EventKind = "mail.received"  // somebody wrote a mail to the desk
	EventEffectDone   EventKind = "effect.done"    // an effect with Report set is done
	EventEffectDead   EventKind = "effect.dead"    // an effect was given up

	EventTicketReceived   EventKind = "ticket.received"   // desk recorded a new ticket
	EventTicketClassified EventKind = "ticket.classified" // type, class or priority became known or changed
	EventTicketComment    EventKind = "ticket.comment"    // a person wrote on the ticket
	EventTicketStatus     EventKind = "ticket.status"     // the life of the ticket went on
	EventTicketCancelled  EventKind = "ticket.cancelled"  // the ticket ended without being done
	EventWorkDone         EventKind = "work.done"         // scheduled work ended
	EventWorkStarted      EventKind = "work.started"      // scheduled work began
	EventWorkAsked        EventKind = "work.asked"        // the customer was asked to agree to a plan; the event's At is the question's instant
	EventWorkUnasked      EventKind = "work.unasked"      // that question is taken back
	EventWorkScheduled    EventKind = "work.scheduled"    // work has a start
	EventIncidentClosed   EventKind = "incident.recovered"
	EventPromiseKept      EventKind = "promise.kept" // a step was finished that keeps a promise; the body is a PromiseKept
)

// Known reports whether this release has a word for the kind. One that it does not know is another release's, which runs beside it or ran before
// it: the event is left to that one.
func (k EventKind) Known() bool {
	switch k {
	case EventIssueChanged, EventIssueAdopt, EventStaffAction, EventTimerDue, EventScheduleDue, EventAlert, EventLetter, EventEffectDone, EventEffectDead,
		EventTicketReceived, EventTicketClassified, EventTicketComment, EventTicketStatus, EventTicketCancelled, EventWorkDone, EventWorkStarted,
		EventWorkAsked, EventWorkUnasked, EventWorkScheduled, EventIncidentClosed, EventPromiseKept:
		return true
	default:
		return false
	}
}

// Event is one thing that happened. Events of one Lane are handled one at a time.
type Event struct {
	ID       int64           `json:"id"`              // the inbox row; 0 for a derived event
	Key      string          `json:"key"`             // dedup key: the same happening gives the same key whichever door it took
	Kind     EventKind       `json:"kind"`            //
	Lane     string          `json:"lane"`            // the ticket's id, or another aggregate's
	Customer string          `json:"customer"`        // "" while unknown
	At       time.Time       `json:"at"`              // world time at which the door received it
	Trace    string          `json:"trace,omitempty"` // W3C trace context of the door; "" when nobody traces
	Body     json.RawMessage `json:"body"`            // one of the body structs below
}

// Decode reads the event's body into v.
func (e Event) Decode(v any) error {
	if err := json.Unmarshal(e.Body, v); err != nil {
		return fmt.Errorf("reading body of %s event %q: %w", e.Kind, e.Key, err)
	}
	return nil
}

// NewEvent makes an event; body must be a value that JSON can hold.
func NewEvent(kind EventKind, key, lane string, at time.Time, body any) (Event, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return Event{}, fmt.Errorf("writing body of %s event %q: %w", kind, key, err)
	}
	return Event{Key: key, Kind: kind, Lane: lane, At: at, Body: b}, nil
}

// Derive makes an event that one feature tells the others within the same decision.
func Derive(kind EventKind, ticket TicketID, at time.Time, body any) Event {
	b, err := json.Marshal(body)
	if err != nil { // bodies are plain structs of this room: a failure is a programming error, kept visible
		b, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	return Event{Kind: kind, Lane: string(ticket), At: at, Body: b}
}

// IssueChanged is the body of EventIssueChanged. Webhook and poll build it alike.
type IssueChanged struct {
	Space      string `json:"space"`
	Project    string `json:"project"` // project key
	IssueID    int64  `json:"issue_id"`
	KeyID      int64  `json:"key_id"`
	ActivityID int64  `json:"activity_id"`
	Type       int    `json:"type"`    // Backlog's activity type
	Deleted    bool   `json:"deleted"` // activity type 4
	Via        string `json:"via"`     // webhook | poll
}

// Adopt is the body of EventIssueAdopt: an issue from before, with what staff confirmed of it; or a known ticket whose project goes on after
// a time in shadow or off.
type Adopt struct {
	IssueChanged
	RequestType string `json:"request_type,omitempty"` // id of a request type, incident or complaint; "": as Toban reads it
	Owner       string `json:"owner,omitempty"`        // person id; "": as Backlog says
	By          string `json:"by"`
	Struck      bool   `json:"struck,omitempty"` // a known ticket is put right; else one that is known is left alone
	Found       bool   `json:"found,omitempty"`  // nobody asked for it: something happened on an issue from before
}

// FoundKey is the key of the effect by which staff hear what happened on an issue from before that nobody had adopted.
func FoundKey(id TicketID) string { return "found:" + string(id) }

// IssueChangedKey is the dedup key that webhook and poll share: space, activity, issue (a bulk update names several issues).
func IssueChangedKey(space string, activityID, issueID int64) string {
	return fmt.Sprintf("backlog:%s:%d:%d", space, activityID, issueID)
}

// StaffAction is the body of EventStaffAction: a person pressed a button or sent a form.
type StaffAction struct {
	Action    string            `json:"action"` // e.g. "desk.take"
	Ticket    TicketID          `json:"ticket"`
	Person    string            `json:"person"`     // id in people.yaml
	SlackUser string            `json:"slack_user"` //
	Channel   string            `json:"channel"`    // where the answer goes
	Values    map[string]string `json:"values"`     // form fields by id; datetimes are RFC 3339
	Value     string            `json:"value"`      // the button's own value
}

// TimerDue is the body of EventTimerDue.
type TimerDue struct {
	Ticket TicketID        `json:"ticket"`
	Rule   string          `json:"rule"` // e.g. "work/start-notice"
	Due    time.Time       `json:"due"`  // when it was to fire; the event's At may be later
	Data   json.RawMessage `json:"data,omitempty"`
}

// ScheduleDue is the body of EventScheduleDue.
type ScheduleDue struct {
	Name string    `json:"name"`
	Due  time.Time `json:"due"`
	Late bool      `json:"late"` // caught up after a stop
}

// EffectResult is the body of EventEffectDone and EventEffectDead.
type EffectResult struct {
	Key      string     `json:"key"`
	Kind     EffectKind `json:"kind"`
	Ticket   TicketID   `json:"ticket"`
	RemoteID string     `json:"remote_id"`          // the vendor's id
	At       time.Time  `json:"at"`                 // the vendor's instant of the effect (a comment's created)
	Verified bool       `json:"verified"`           // read back, complete, the wanted people notified
	Why      string     `json:"why,omitempty"`      // why it isn't verified, or why it was given up
	Notified []int64    `json:"notified,omitempty"` // Backlog user ids that the vendor says were notified
	Outcome  string     `json:"outcome,omitempty"`  // of a call, see CallOutcome; of a look, see LookResult; of a report, what its reviewer is to be told
}

// PromiseKept is the body of EventPromiseKept; the event's At is the instant of the fact.
type PromiseKept struct {
	Promise string `json:"promise"` // as the policy names it
	By      string `json:"by"`
	Ref     string `json:"ref"`
}

// WorkNews is the body of the work.* events and of incident.recovered; the event's At is the instant of the fact.
type WorkNews struct {
	Status Status    `json:"status,omitempty"` // where the ticket stands now
	By     string    `json:"by"`
	Person string    `json:"person,omitempty"` // id of the person of staff who does the work; "" when nobody does any
	Ref    string    `json:"ref"`              // the source: a comment, an action
	End    time.Time `json:"end,omitzero"`     // when planned work is to end
	Reason string    `json:"reason"`
}
