package bot

import (
	"time"

	"toban/sla"
)

// Class is the promise class of a ticket (spec/1-requests.md, Intake 2).
type Class string

// Classes.
const (
	ClassMinor        Class = "minor"
	ClassImpactful    Class = "impactful"
	ClassBasic        Class = "basic_support"
	ClassAdvanced     Class = "advanced_support"
	ClassIncident     Class = "incident"
	ClassAnnouncement Class = "announcement"
	ClassComplaint    Class = "complaint"
	ClassOther        Class = "other"
	ClassUnclear      Class = "unclear"
)

// Confidence of a classification.
type Confidence string

// Confidences.
const (
	Certain Confidence = "certain"
	Likely  Confidence = "likely"
	Unsure  Confidence = "unsure"
)

// Status is the life of a request (spec/1-requests.md, Life of a request).
type Status string

// Statuses.
const (
	StatusReceived   Status = "received"
	StatusClassified Status = "classified" // passed on the way: the type is known
	StatusWaiting    Status = "waiting"    // for the customer
	StatusAccepted   Status = "accepted"
	StatusTaken      Status = "taken"
	StatusApproved   Status = "approved" // passed on the way: the plan has its approval and the customer's agreement
	StatusScheduled  Status = "scheduled"
	StatusNotified   Status = "notified"
	StatusWorking    Status = "in_progress"
	StatusVerifying  Status = "verifying" // the work is over, its completion notice is not verified yet
	StatusDone       Status = "done"
	StatusReopened   Status = "reopened" // passed on the way from an end back to work
	StatusFinished   Status = "closed"
	StatusCancelled  Status = "cancelled"
	StatusDeclined   Status = "declined"
	StatusHold       Status = "on_hold"
	StatusUnclear    Status = "unclear" // staff choose the type
	StatusDeletedOff Status = "deleted"
)

// Ended reports whether nothing more is promised.
func (s Status) Ended() bool {
	switch s {
	case StatusDone, StatusFinished, StatusCancelled, StatusDeclined, StatusDeletedOff:
		return true
	case StatusReceived, StatusClassified, StatusWaiting, StatusAccepted, StatusTaken, StatusApproved, StatusScheduled, StatusNotified, StatusWorking,
		StatusVerifying, StatusReopened, StatusHold, StatusUnclear:
		return false
	}
	return false
}

// Ticket is Toban's record of an issue. Desk owns it; the other features read it and learn of changes by ticket.* events.
type Ticket struct {
	ID         TicketID   `json:"id"`
	Customer   string     `json:"customer"`
	Space      string     `json:"space"`
	Project    string     `json:"project"`
	Key        string     `json:"key"`
	URL        string     `json:"url"`
	Summary    string     `json:"summary"`
	IssueType  string     `json:"issue_type"`
	Type       string     `json:"type"` // request type id, or incident, complaint, unclear
	Class      Class      `json:"class"`
	Confidence Confidence `json:"confidence"`
	PriorityID int64      `json:"priority_id"`
	Host       string     `json:"host,omitempty"`
	// Change is what the work needs before it may be started, by type and operation or by the row of the work catalogue.
	Change   ChangeClass `json:"change,omitempty"`
	TextRule string      `json:"text_rule"`
	Received time.Time   `json:"received"`
	OpenedBy Author      `json:"opened_by"`
	// Requester is who is notified: the creator if a customer user, else the caller or the contract's notify_default.
	Requester  []Author     `json:"requester"`
	Drill      bool         `json:"drill,omitempty"` // an exercise: in no figure
	OnBehalfOf string       `json:"on_behalf_of,omitempty"`
	Alert      *AlertOrigin `json:"alert,omitempty"`    // the alert for which Toban opened it
	Boarding   Boarding     `json:"boarding,omitempty"` // the end of the contract for which Toban opened it
	Owner      string       `json:"owner,omitempty"`    // person id of who took it
	Status     Status       `json:"status"`
	Urgent     bool         `json:"urgent,omitempty"` // staff confirmed it: worked on at any hour
	StatusID   int64        `json:"status_id"`        // Backlog's, as last seen or set
	Missing    []string     `json:"missing,omitempty"`
	Details    string       `json:"details,omitempty"` // description plus the answers, from which required items are read
	Due        time.Time    `json:"due,omitzero"`
	Ended      time.Time    `json:"ended,omitzero"`
	Members    []int64      `json:"members,omitempty"`
	Entries    []Entry      `json:"entries"` // everything that clocks are derived from, in order of At
	Reopened   int          `json:"reopened,omitempty"`
}

// Entry is one line of a ticket's history as desk understood it.
type Entry struct {
	Kind   EntryKind `json:"kind"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Ref    string    `json:"ref,omitempty"` // the source event or fact
	Reason string    `json:"reason,omitempty"`
	// Version is the first day of the policy's version that was applied; zero is the one without a beginning.
	Version sla.Date `json:"version,omitzero"`
}

// EntryKind names what happened to a ticket.
type EntryKind string

// Entry kinds.
const (
	EntryReceived  EntryKind = "received"
	EntryAsked     EntryKind = "asked"    // the customer was asked for details: the clock stands still from here
	EntryAnswered  EntryKind = "answered" // a customer user wrote while we waited
	EntryComplete  EntryKind = "complete" // every required detail is there
	EntryTaken     EntryKind = "taken"
	EntryGivenBack EntryKind = "given_back" // whoever had it has it no more, and nobody else has
	EntryScheduled EntryKind = "scheduled"
	EntryStarted   EntryKind = "started"
	EntryDone      EntryKind = "done"
	EntryClosed    EntryKind = "closed"
	EntryReopened  EntryKind = "reopened"
	EntryCancelled EntryKind = "cancelled"
	EntryHeld      EntryKind = "held"
	EntryReclassed EntryKind = "reclassified"
	EntryPriority  EntryKind = "priority"
	EntryKept      EntryKind = "kept"    // a promise of a checklist ticket was kept: Ref ends with its id
	EntryAgreed    EntryKind = "agreed"  // staff and requester agreed on a date: Reason holds it in RFC 3339
	EntryReplied   EntryKind = "replied" // our first answer went out
	EntryComplaint EntryKind = "complaint"
	EntryAppeased  EntryKind = "complaint_answered" // staff wrote to the customer after a complaint
	EntryReapplied EntryKind = "reapplied"          // staff put the ticket under another version of the policy: Version
)
