package config

import (
	"slices"
	"time"

	"toban/config/tree"
	"toban/sla"
)

// Rota says who of a team is on duty.
type Rota struct {
	// Zone is the zone of the shifts and overrides.
	Zone *time.Location `yaml:"zone,required"`
	// Default is on duty when nothing else says who is.
	Default string  `yaml:"default,required"`
	Shifts  []Shift `yaml:"shifts"`
	// Overrides win over shifts, the later in the list over the earlier.
	Overrides []Override `yaml:"overrides"`
}

// Shift is a weekly turn of duty.
type Shift struct {
	Person string       `yaml:"person,required"`
	Days   Days         `yaml:"days,required"`
	Hours  sla.Interval `yaml:"hours,required"`
}

// Override puts a person on duty from one local instant to another, the end not included.
type Override struct {
	Person string    `yaml:"person,required"`
	From   LocalTime `yaml:"from,required"`
	To     LocalTime `yaml:"to,required"`
}

// OnDuty returns who of a team is on duty at an instant: the last override that covers it, else the first shift, else the default.
// Absent people are passed over, down to any other member of the team; when all are absent the default is on duty nevertheless,
// since somebody must be called. It returns false for an unknown team.
func (c *Config) OnDuty(team string, at time.Time) (*Person, bool) {
	i := slices.IndexFunc(c.Teams, func(t Team) bool { return t.ID == team })
	if i < 0 {
		return nil, false
	}
	rota := c.Teams[i].Rota
	today := sla.DateOf(at.In(rota.Zone))
	for _, id := range c.dutyOrder(&c.Teams[i], at) {
		p, ok := c.Person(id)
		if ok && !slices.ContainsFunc(p.Absences, func(a Absence) bool { return !today.Before(a.From) && !a.To.Before(today) }) {
			return p, true
		}
	}
	return c.Person(rota.Default)
}

func (c *Config) dutyOrder(t *Team, at time.Time) []string {
	var order []string
	for _, o := range slices.Backward(t.Rota.Overrides) {
		if !at.Before(o.From.In(t.Rota.Zone)) && at.Before(o.To.In(t.Rota.Zone)) {
			order = append(order, o.Person)
		}
	}
	for _, s := range t.Rota.Shifts {
		if s.covers(at.In(t.Rota.Zone)) {
			order = append(order, s.Person)
		}
	}
	order = append(order, t.Rota.Default)
	for i := range c.People {
		if slices.Contains(c.People[i].Teams, t.ID) {
			order = append(order, c.People[i].ID)
		}
	}
	return order
}

func (s Shift) covers(local time.Time) bool {
	minute := local.Hour()*60 + local.Minute()
	today, yesterday := local.Weekday(), (local.Weekday()+6)%7
	return slices.Contains(s.Days, today) && minute >= s.Hours.Open && minute < s.Hours.Close ||
		slices.Contains(s.Days, yesterday) && minute+24*60 < s.Hours.Close
}

func (l *loader) checkRota(t *Team, people []Person, n *tree.Node) {
	member := func(id string, pos tree.Pos) {
		i := slices.IndexFunc(people, func(p Person) bool { return p.ID == id })
		switch {
		case id == "": // said already
		case i < 0:
			l.missing(pos, "person", id, personIDs(people))
		case !slices.Contains(people[i].Teams, t.ID):
			l.faults.Add(pos, "puts %s on duty, who is no member of team %s; add the team to the person", id, t.ID)
		}
	}
	member(t.Rota.Default, n.At("default"))
	for i, s := range t.Rota.Shifts {
		member(s.Person, n.At("shifts", i, "person"))
	}
	for i, o := range t.Rota.Overrides {
		member(o.Person, n.At("overrides", i, "person"))
		if !o.From.IsZero() && !o.To.IsZero() && !o.From.Before(o.To) {
			l.faults.Add(n.At("overrides", i, "to"), "must be later than from")
		}
	}
}

func personIDs(people []Person) []string {
	out := make([]string, len(people))
	for i := range people {
		out[i] = people[i].ID
	}
	return out
}
