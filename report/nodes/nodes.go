package nodes

import (
	"fmt"
	"slices"
	"time"
)

// Rule is how a contract counts and what it costs. Amounts are in the currency's smallest unit that is billed (yen), without tax.
type Rule struct {
	Kinds        []string      // of resources that are nodes; others are free
	FreeScaleOut time.Duration // a month, for each further instance of a group
	Minimum      int           // fee of a month, for up to Included nodes
	Included     int
	PerNode      int  // for each further node and whole month
	SetupMonths  int  // how many months' fees the set-up costs
	AddedByDay   bool // a node that was added in the month counts from its day on; else for the whole month
	RemovedByDay bool // a node that was removed in the month counts until its day; else for the whole month
}

// Resource is a managed resource and when it was one.
type Resource struct {
	ID, Kind    string
	From, Until time.Time // Until is exclusive; zero: from ever on, until now and further
}

// Level is how many instances of a group run from a moment on (the desired capacity that runs), until its next level.
type Level struct {
	Group, Kind string
	At          time.Time
	Running     int
}

// Month is a month in a zone.
type Month struct{ Start, End time.Time }

// MonthOf is the month that holds a moment, in its zone.
func MonthOf(t time.Time) Month {
	start := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	return Month{start, start.AddDate(0, 1, 0)}
}

// Days is how many days the month has.
func (m Month) Days() int { return m.day(m.End) - 1 }

// day is the day of the month of a moment within it, from 1 on; that of its end is one more than its last day.
func (m Month) day(t time.Time) int {
	t = t.In(m.Start.Location())
	if !t.Before(m.End) {
		return m.End.AddDate(0, 0, -1).Day() + 1
	}
	return t.Day()
}

// Node is one node of a month.
type Node struct {
	ID   string `json:"id"` // of the resource, or group#n for the nth instance of a group
	Kind string `json:"kind"`
	From int    `json:"from"` // day of the month from which it counts
	Days int    `json:"days"` // 0: it is free
	Why  string `json:"why"`
}

// Bill is what a month comes to.
type Bill struct {
	Month string `json:"month"`
	Nodes []Node `json:"nodes"` // those that count, and those that are free with the reason
	Count int    `json:"count"` // that count, on at least a day
	// Further are the days of nodes beyond those that the minimum includes; the nodes with the most days are the included ones.
	Further int `json:"further_days"`
	Fee     int `json:"fee"`             // of the month; without tax
	Setup   int `json:"setup,omitempty"` // of the first month, beside the fee
}

// Count counts a month. The order of what is given does not matter. first says that the contract begins in it, so the set-up is due.
func Count(r Rule, m Month, resources []Resource, levels []Level, first bool) Bill {
	b := Bill{Month: m.Start.Format("2006-01"), Nodes: []Node{}}
	for _, x := range resources {
		if n, ok := r.resource(m, x); ok {
			b.Nodes = append(b.Nodes, n)
		}
	}
	b.Nodes = append(b.Nodes, r.groups(m, levels)...)
	slices.SortFunc(b.Nodes, func(x, y Node) int {
		if x.Days != y.Days {
			return y.Days - x.Days
		}
		return compare(x.ID, y.ID)
	})
	for _, n := range b.Nodes {
		if n.Days == 0 {
			continue
		}
		if b.Count++; b.Count > r.Included {
			b.Further += n.Days
		}
	}
	// Days are added up before they are divided, and what is left of a yen is not charged: nodes that share a month pay what one pays for it.
	b.Fee = r.Minimum + b.Further*r.PerNode/m.Days()
	if first {
		b.Setup = r.SetupMonths * b.Fee
	}
	return b
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// resource is the node that a resource is in the month; false when it is none of the month's.
func (r Rule) resource(m Month, x Resource) (Node, bool) {
	if !x.From.IsZero() && !x.From.Before(m.End) || !x.Until.IsZero() && !x.Until.After(m.Start) || !x.Until.IsZero() && !x.Until.After(x.From) {
		return Node{}, false
	}
	if !slices.Contains(r.Kinds, x.Kind) {
		return Node{ID: x.ID, Kind: x.Kind, Why: x.Kind + " does not count"}, true
	}
	n := Node{ID: x.ID, Kind: x.Kind, From: 1, Days: m.Days(), Why: "the whole month"}
	if x.From.After(m.Start) && r.AddedByDay {
		n.From = m.day(x.From)
		n.Days, n.Why = m.Days()-n.From+1, fmt.Sprintf("added on day %d", n.From)
	}
	if !x.Until.IsZero() && x.Until.Before(m.End) {
		if !r.RemovedByDay {
			n.Why += ", removed in the month: charged to its end"
			return n, true
		}
		last := m.day(x.Until.Add(-1)) // Until is exclusive
		n.Days, n.Why = last-n.From+1, n.Why+fmt.Sprintf(", removed on day %d", last)
	}
	return n, true
}

// groups are the instances of groups: the nth instance is a node when it ran longer than scaled-out capacity may for nothing.
func (r Rule) groups(m Month, levels []Level) []Node {
	levels = slices.Clone(levels)
	slices.SortStableFunc(levels, func(a, b Level) int {
		if c := compare(a.Group, b.Group); c != 0 {
			return c
		}
		return a.At.Compare(b.At)
	})
	var out []Node
	for len(levels) > 0 {
		n := 1
		for n < len(levels) && levels[n].Group == levels[0].Group {
			n++
		}
		out = append(out, r.group(m, levels[:n])...)
		levels = levels[n:]
	}
	return out
}

func (r Rule) group(m Month, levels []Level) []Node {
	most := 0
	for i, l := range levels {
		if from, until := m.within(l.At, next(levels, i, m.End)); until.After(from) {
			most = max(most, l.Running)
		}
	}
	var out []Node
	for k := 1; k <= most; k++ {
		var ran time.Duration
		first := time.Time{}
		for i, l := range levels {
			from, until := m.within(l.At, next(levels, i, m.End))
			if l.Running < k || !until.After(from) {
				continue
			}
			if ran += until.Sub(from); first.IsZero() {
				first = from
			}
		}
		if ran == 0 {
			continue
		}
		node := Node{ID: fmt.Sprintf("%s#%d", levels[0].Group, k), Kind: levels[0].Kind}
		switch {
		case !slices.Contains(r.Kinds, node.Kind):
			node.Why = node.Kind + " does not count"
		case ran <= r.FreeScaleOut:
			node.Why = fmt.Sprintf("ran %s, at most %s a month are free", ran, r.FreeScaleOut)
		default:
			node.From, node.Days, node.Why = 1, m.Days(), fmt.Sprintf("ran %s", ran)
			if r.AddedByDay && first.After(m.Start) {
				node.From = m.day(first)
				node.Days, node.Why = m.Days()-node.From+1, node.Why+fmt.Sprintf(", from day %d on", node.From)
			}
		}
		out = append(out, node)
	}
	return out
}

// next is when the ith level ends.
func next(levels []Level, i int, end time.Time) time.Time {
	if i+1 < len(levels) {
		return levels[i+1].At
	}
	return end
}

// within cuts a period to the month.
func (m Month) within(from, until time.Time) (time.Time, time.Time) {
	if from.Before(m.Start) {
		from = m.Start
	}
	if until.After(m.End) {
		until = m.End
	}
	return from, until
}
