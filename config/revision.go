package config

import (
	"maps"

	"toban/config/tree"
	"toban/sla"
)

// revisionFile is a later version of a profile's clocks and of the calendars in which they count. Tickets that started before From keep
// the version, hours included, that they started under.
type revisionFile struct {
	Version string   `yaml:"version,required"`
	From    sla.Date `yaml:"from,required"`
	// Policy and Calendars lie over what was before, with the keys of a profile; at least one is given.
	Policy    *tree.Node `yaml:"policy"`
	Calendars *tree.Node `yaml:"calendars"`
}

// policies builds every version of a profile's policy, the oldest first: the base, then each revision laid over what was before.
func (l *loader) policies(p *Profile, revisions []revisionFile, n *tree.Node) []sla.Policy {
	policy, calendars := n.Get("policy"), n.Get("calendars")
	version := *p // whose calendars are those of the version
	out := []sla.Policy{l.policy(&version, p.Version, p.Effective, policy)}
	for i, r := range revisions {
		at := func(keys ...any) tree.Pos { return n.At(append([]any{"revisions", i}, keys...)...) }
		if r.Policy == nil && r.Calendars == nil {
			l.faults.Add(at(), "changes nothing: give policy, calendars or both")
			continue
		}
		if !out[len(out)-1].From.Before(r.From) {
			l.faults.Add(at("from"), "must be later than the version before it, %s", out[len(out)-1].From)
		}
		policy = tree.Merge(policy, r.Policy)
		version.Calendars = l.revised(version.Calendars, calendars, r)
		calendars = tree.Merge(calendars, r.Calendars)
		out = append(out, l.policy(&version, r.Version, r.From, policy))
	}
	return out
}

// revised returns the calendars of a revision. Those that it does not name stay as they are, their version included.
func (l *loader) revised(before map[string]sla.CalendarSpec, base *tree.Node, r revisionFile) map[string]sla.CalendarSpec {
	if r.Calendars == nil {
		return before
	}
	out := maps.Clone(before)
	for _, f := range r.Calendars.Fields {
		if f.Value.Kind == tree.Null {
			delete(out, f.Name)
			continue
		}
		one := tree.NewMap(f.Pos, f.Name, tree.Merge(base.Get(f.Name), f.Value))
		var files []calendarFile
		l.decoder.Decode(one, &files, l.faults)
		maps.Copy(out, l.calendars(files, r.Version, one))
	}
	return out
}
