package config

import (
	"time"

	"toban/config/tree"
)

// Expiry is a secret, a certificate or a licence that ends by itself on a day.
type Expiry struct {
	What string `yaml:"what,required"` // as people call it, such as "Backlog API key of main"
	On   string `yaml:"on,required"`   // yyyy-MM-dd, the last day on which it holds
}

// End is the moment at which it no longer holds: the day's end in UTC, which is never too late by more than the zone.
func (e Expiry) End() time.Time {
	day, err := time.Parse(time.DateOnly, e.On)
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

func (l *loader) checkExpiries(list []Expiry, n *tree.Node) {
	for i, e := range list {
		if e.On != "" && e.End().IsZero() {
			l.faults.Add(n.At("expires", i), "must have a day such as 2027-03-31 in on, got %s", tree.Quote(e.On))
		}
	}
}
