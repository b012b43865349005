package bot

import (
	"encoding/json"
	"time"

	"toban/sla"
)

// Handler is a feature: it decides. Handle is pure: the same Input gives the same Output, nothing is read or written elsewhere.
// An error means a programming fault or impossible data; the event goes to the dead letters and nothing of the decision is kept.
type Handler interface {
	Name() string
	Handle(in In) (Output, error)
}

// In is what a handler decides from.
type In struct {
	Now      time.Time       // world time of the decision
	Event    Event           //
	Dir      *Directory      // people and customers
	Ticket   *Ticket         // nil before desk recorded it; read-only but for desk
	State    json.RawMessage // the feature's own aggregate; nil at first
	Snapshot *Snapshot       // the issue as it is now; only for issue.changed
	Holdings []Holding       // what the customer's other tickets hold; only for staff.action, and for a new ticket
	New      []Fact          // what happened since the last look, in the vendor's order; only for issue.changed
	Alert    *AlertView      // only in the lane of an alert or of a silence
	Letter   *LetterView     // only in the lane of a mail
	Quiet    bool            // an issue is taken over: what is decided goes outward in no case
	Next     []Event         // what features have said within the same decision and the feature is told after this one
	Unsaid   []string        // keys of the ticket's effects that did not go out in shadow; only while an issue is taken over
}

// Output is what a handler wants to be so.
type Output struct {
	Ticket   *Ticket      // desk: the new record
	State    any          // the feature's new aggregate; nil keeps the old one
	Panel    *Panel       // the feature's part of the card; nil keeps the old one
	Timers   []Timer      // due moments to set or, with Cancel, to remove
	Effects  []Effect     // outward acts
	Withdraw []string     // keys of effects that must not go out if they have not yet
	Holdings []Holding    // all that the feature holds for this ticket now; nil keeps what is stored, empty is nothing
	Clocks   []ClockRow   // the promises as they stand now
	Alert    *AlertRecord // what is kept of the lane's alerts; nil keeps the old
	Events   []Event      // told to the other features within the same transaction
	Reasons  []Reason     // why, for the audit trail
}

// Timer is a due moment of a ticket. Only one exists for each (ticket, rule): setting replaces it.
type Timer struct {
	Rule   string          `json:"rule"`
	At     time.Time       `json:"at"`
	Cancel bool            `json:"cancel,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
}

// Reason is one line of the audit trail: what was decided and why.
type Reason struct {
	What string `json:"what"` // e.g. "classified as security_group (minor), certain"
	Why  string `json:"why"`
	Ref  string `json:"ref,omitempty"` // source event or fact
}

// ClockRow is one promise of a ticket as it stands: written with every decision, read by the status page and the report. It is derived
// anew from the history each time.
type ClockRow struct {
	Ticket   TicketID  `json:"ticket"`
	Customer string    `json:"customer"`
	ID       string    `json:"id"` // unique in the ticket, e.g. "complete" or "interim/3"
	Name     string    `json:"name"`
	Level    sla.Level `json:"level"`
	State    sla.State `json:"state"`
	Start    time.Time `json:"start"`
	Due      time.Time `json:"due,omitzero"`
	Stopped  time.Time `json:"stopped,omitzero"`
	Auto     bool      `json:"auto,omitempty"`    // kept by an automatic post
	Cause    string    `json:"cause,omitempty"`   // of a miss, or the reason of an exclusion
	Measure  string    `json:"measure,omitempty"` // what is done about a miss
	// Ledger is the arithmetic line by line, Explain what else is to be said.
	Ledger  []sla.Line   `json:"ledger,omitempty"`
	Explain []sla.Remark `json:"explain,omitempty"`
}
