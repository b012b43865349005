package bot

import (
	"hash/fnv"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

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
	What     string      `json:"what,omitempty"`    // the work in words
	Running  bool        `json:"running,omitempty"` // work that has begun and is not over, whatever Until says
}

// Overlaps reports whether two spans share time.
func (h Holding) Overlaps(from, until time.Time) bool {
	return h.From.Before(until) && from.Before(h.Until)
}

// SameWords is what two requests in the same words have in common: a digest of the letters and digits of a summary, whatever their case and
// width. It is never empty.
func SameWords(summary string) string {
	digest := fnv.New64a()
	for _, r := range summary {
		if r >= '\uff01' && r <= '\uff5e' {
			r -= '\uff01' - '!'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			_, _ = digest.Write(utf8.AppendRune(nil, unicode.ToLower(r)))
		}
	}
	return strconv.FormatUint(digest.Sum64(), 36)
}
