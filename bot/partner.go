package bot

import (
	"slices"
	"strings"
)

// Serves reports whether a person works for a customer. The provider's own people work for all of them. Those of a partner company work for the
// customers whose file names them: their team or its tier, themselves in the escalation, or one of their Backlog users among the project's
// partners. They see and do nothing of any other (spec/7-customers.md: customers never see each other's data, nor does who is let in for one).
func (p Person) Serves(c *Customer) bool {
	if !p.Partner || c == nil {
		return !p.Partner
	}
	if c.Team != "" && slices.Contains(p.Teams, c.Team) {
		return true
	}
	if id, ok := p.Backlog[c.Space]; ok && slices.Contains(c.Partners, id) {
		return true
	}
	return slices.ContainsFunc(c.Escalation, func(s EscalationStep) bool {
		kind, id, _ := strings.Cut(s.To, ":")
		switch kind {
		case "person":
			return id == p.ID
		case "team", "tier":
			return slices.Contains(p.Teams, id)
		}
		return false
	})
}

// For is the directory as far as it may be spoken of to a person: of a partner's people only the customers that they work for.
func (d *Directory) For(p Person) *Directory {
	if !p.Partner {
		return d
	}
	out := *d
	out.Customers = slices.DeleteFunc(slices.Clone(d.Customers), func(c *Customer) bool { return !p.Serves(c) })
	return &out
}
