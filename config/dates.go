package config

import (
	"cmp"
	"time"
)

// ContractDate is a day of a customer that staff have to know of before it comes.
type ContractDate struct {
	Kind DateKind
	What string    // as people call it, for what the file's expires lists
	On   time.Time // the day's begin in the customer's zone
}

// DateKind says what a date is.
type DateKind string

// Kinds of dates.
const (
	DateEnd     DateKind = "end"     // the contract's last day
	DateNotice  DateKind = "notice"  // the last day on which a contract that ends may be cancelled
	DateMinimum DateKind = "minimum" // the last day of the minimum term
	DateExpires DateKind = "expires" // something ends by itself
)

// Dates lists the days of a customer that staff are reminded of.
func (c *Customer) Dates() []ContractDate {
	var out []ContractDate
	zone := cmp.Or(c.Zone, time.UTC)
	var rules ContractRules
	if len(c.profiles) > 0 {
		rules = c.Profile().Contract
	}
	if e := c.Contract.End; e.Year != 0 {
		end := time.Date(e.Year, e.Month, e.Day, 0, 0, 0, 0, zone)
		out = append(out, ContractDate{Kind: DateEnd, On: end})
		if days := cmp.Or(c.Contract.CancellationDays, rules.CancellationDays); days > 0 {
			out = append(out, ContractDate{Kind: DateNotice, On: end.AddDate(0, 0, -days)})
		}
	}
	if months, s := cmp.Or(c.Contract.MinimumTermMonths, rules.MinimumTermMonths), c.Contract.Start; months > 0 && s.Year != 0 {
		out = append(out, ContractDate{Kind: DateMinimum, On: time.Date(s.Year, s.Month+time.Month(months), s.Day-1, 0, 0, 0, 0, zone)})
	}
	for _, e := range c.Expires {
		if day, err := time.ParseInLocation(time.DateOnly, e.On, zone); err == nil {
			out = append(out, ContractDate{Kind: DateExpires, What: e.What, On: day})
		}
	}
	return out
}
