package config

import (
	"fmt"
	"slices"
	"time"

	"toban/config/tree"
)

// Scheduling says when work may be planned for a customer. What is outside is shown to staff, who may go on knowingly.
type Scheduling struct {
	// Hours names the calendar of the agreed hours; none = any time.
	Hours string `yaml:"hours"`
	// Freezes are periods without changes, Maintenance the customer's own work on its systems.
	Freezes     []Span `yaml:"freezes"`
	Maintenance []Span `yaml:"maintenance"`
	// FeedToken opens the customer's change schedule as iCalendar at public_url/schedule/TOKEN.ics; none = no feed.
	FeedToken Secrets `yaml:"feed_token"`
	// Page is the name of the wiki page with the change schedule; none = 作業予定 or Change schedule, "-" = no page.
	Page string `yaml:"page"`
}

// PageName is the name of the wiki page with the change schedule in a language; "" is no page.
func (s Scheduling) PageName(language string) string {
	switch {
	case s.Page == "-":
		return ""
	case s.Page != "":
		return s.Page
	case language == "en":
		return "Change schedule"
	}
	return "作業予定"
}

// Span is a period in the customer's zone: from and to are days (to is included) or minutes such as 2026-12-28 18:00 (to is excluded).
type Span struct {
	From   string `yaml:"from,required"`
	To     string `yaml:"to,required"`
	Reason string `yaml:"reason"`
}

const minuteLayout = "2006-01-02 15:04"

// Within gives the instants of a span; the end is exclusive.
func (s Span) Within(zone *time.Location) (from, until time.Time, err error) {
	if from, _, err = spanEdge(s.From, zone); err != nil {
		return from, until, err
	}
	until, day, err := spanEdge(s.To, zone)
	if day {
		until = until.AddDate(0, 0, 1)
	}
	if err == nil && !until.After(from) {
		err = fmt.Errorf("to must lie after from")
	}
	return from, until, err
}

func spanEdge(text string, zone *time.Location) (at time.Time, day bool, err error) {
	if at, err = time.ParseInLocation(minuteLayout, text, zone); err == nil {
		return at, false, nil
	}
	if at, err = time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at, true, nil
	}
	return at, false, fmt.Errorf("must be a day such as 2026-12-28 or a minute such as 2026-12-28 18:00, got %q", text)
}

func (l *loader) checkScheduling(c *Customer, n *tree.Node) {
	l.checkFeedTokens(n.Get("scheduling"), "feed_token", "customer "+c.ID, c.Scheduling.FeedToken)
	zone := c.Zone
	if zone == nil {
		zone = time.UTC // said already
	}
	for name, list := range map[string][]Span{"freezes": c.Scheduling.Freezes, "maintenance": c.Scheduling.Maintenance} {
		for i, s := range list {
			if s.From == "" || s.To == "" {
				continue // said already
			}
			if _, _, err := s.Within(zone); err != nil {
				l.faults.Add(n.At("scheduling", name, i), "%s", err)
			}
		}
	}
	if c.Scheduling.Hours == "" || len(c.profiles) == 0 {
		return
	}
	known := c.CalendarSpecs()
	if _, ok := known[c.Scheduling.Hours]; !ok {
		var names []string
		for name := range known {
			names = append(names, name)
		}
		slices.Sort(names)
		l.missing(n.At("scheduling", "hours"), "calendar", c.Scheduling.Hours, names)
	}
}
