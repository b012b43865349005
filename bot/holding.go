package bot

import "time"

// HoldingKind says what a ticket holds.
type HoldingKind string

// Kinds of holdings.
const (
	HoldWork HoldingKind = "work" // time on a host: planned or running work
	HoldUnit HoldingKind = "unit" // units of the month's quota
	// HoldRequest is an open request, so that another ticket that asks for the same is noticed. It takes nothing from the others.
	HoldRequest HoldingKind = "request"
)

// Holding is something that a customer's tickets share and this one takes a part of: time on a host, units of a month's work. A feature
// writes all of its holdings of a ticket at once; decisions that need them read those of the customer's other tickets.
type Holding struct {
	Ticket   TicketID    `json:"ticket"`
	Customer string      `json:"customer"`
	Key      string      `json:"key"` // the ticket's issue key
	Kind     HoldingKind `json:"kind"`
	Ref      string      `json:"ref,omitempty"` // the host; "" when none is known
	From     time.Time   `json:"from"`
	Until    time.Time   `json:"until"` // exclusive
	Units    int         `json:"units,omitempty"`
	What     string      `json:"what,omitempty"` // the work in words
}

// Overlaps reports whether two spans share time.
func (h Holding) Overlaps(from, until time.Time) bool {
	return h.From.Before(until) && from.Before(h.Until)
}
