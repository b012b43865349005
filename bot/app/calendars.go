package app

import (
	"fmt"

	"toban/bot"
	"toban/sla"
)

// calendars compiles the calendars of a customer as first written, and those that later versions of the policies change.
func calendars(c *bot.Customer, base map[string]sla.CalendarSpec) error {
	hash := map[string]string{}
	for name, spec := range base {
		cal, err := spec.Compile()
		if err != nil {
			return fmt.Errorf("compiling calendar %s: %w", name, err)
		}
		if hash[name], err = identity(spec); err != nil {
			return err
		}
		c.Calendars[name] = cal
	}
	c.Revised = map[sla.Date]map[string]*sla.Calendar{}
	known := map[string]*sla.Calendar{} // a version is compiled once, however many policies hold it
	for _, p := range c.Policies {
		for name, spec := range p.Calendars {
			id, err := identity(spec)
			if err != nil {
				return err
			}
			if id == hash[name] {
				continue
			}
			if known[id] == nil {
				if known[id], err = spec.Compile(); err != nil {
					return fmt.Errorf("compiling calendar %s of version %s: %w", name, p.Version, err)
				}
			}
			if c.Revised[p.From] == nil {
				c.Revised[p.From] = map[string]*sla.Calendar{}
			}
			c.Revised[p.From][name] = known[id]
		}
	}
	return nil
}

// identity tells calendars apart by their hours, name and version.
func identity(s sla.CalendarSpec) (string, error) {
	hours, err := s.Hash()
	return s.Name + "/" + s.Version + "/" + hours, err
}
