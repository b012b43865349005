package bot

import (
	"slices"
	"strings"
	"time"
)

// Silence is a period in which alerts of hosts are recorded and nobody is told of them (spec/7-customers.md): during maintenance, above all. It
// ends by itself.
type Silence struct {
	ID       string    `json:"id"`
	Customer string    `json:"customer"`
	Hosts    []string  `json:"hosts,omitempty"` // none: every host of the customer
	From     time.Time `json:"from"`            // world time
	Until    time.Time `json:"until"`           // exclusive
	Reason   string    `json:"reason"`
	Person   string    `json:"person"`
	Ticket   string    `json:"ticket,omitempty"` // key of the customer's ticket that asked for it
	Made     time.Time `json:"made"`
}

// SilenceID names a silence by what it says, so that one that is asked for twice is one.
func SilenceID(customer string, hosts []string, from, until time.Time) string {
	parts := append([]string{"silence", customer, from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339)}, slices.Sorted(slices.Values(hosts))...)
	const letters = 6
	return "S-" + NoticeNumber(strings.Join(parts, ":"))[len("T-"):][:letters]
}

// Covers reports whether an alert of a host at a moment is silenced.
func (s Silence) Covers(host string, at time.Time) bool {
	return !at.Before(s.From) && at.Before(s.Until) && (len(s.Hosts) == 0 || slices.Contains(s.Hosts, host))
}
