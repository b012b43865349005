package report

import (
	"strings"
	"time"
)

// rowKey finds the row that counts a clock.
type rowKey struct {
	kind, id, clock string
	level           Level
}

// rounds is the clock id under which the rounds of interim updates are counted.
const rounds = "\x00rounds"

func (m *Meter) addRows(head Facts) {
	for _, t := range head.Types {
		m.addRow(rowKey{"request", t.ID, t.Clock, t.Level}, Row{
			Kind: "request", ID: t.ID, Clock: t.Clock, Name: t.Name, Class: t.Class,
			ClassName: orElse(t.ClassName, className(t.Class)), Target: t.Target, Level: t.Level,
		})
		if _, ok := m.workAt[t.ID]; !ok && t.ID != "" {
			m.workAt[t.ID] = len(m.work)
			m.work = append(m.work, Work{Type: t.ID, Name: t.Name})
		}
	}
	for _, c := range head.Classes {
		clock := c.Clock
		if c.Rounds {
			clock = rounds
		}
		m.addRow(rowKey{"incident", c.Class, clock, c.Level}, Row{
			Kind: "incident", ID: c.Class, Clock: c.Clock, Name: c.Name, Class: c.Class,
			ClassName: className("incident"), Target: c.Target, Level: c.Level,
		})
	}
}

func (m *Meter) addRow(key rowKey, row Row) int {
	at, ok := m.find[key]
	if !ok {
		at = len(m.rows)
		m.find[key] = at
		m.rows = append(m.rows, row)
	}
	return at
}

// row finds the row for a clock, the most particular first: its own, that of the clock for every type, that of the type for
// every clock. A result is never dropped: one that no row of the contract wants gets a row of its own,
// named with the promise: a ticket that was an incident first has several.
func (m *Meter) row(key rowKey, name, promise string) *Row {
	for _, k := range []rowKey{
		key,
		{key.kind, "", key.clock, key.level},
		{key.kind, key.id, "", key.level},
		{key.kind, "", "", key.level},
	} {
		if at, ok := m.find[k]; ok && (key.clock != rounds || k.clock == rounds) {
			return &m.rows[at]
		}
	}
	clock := key.clock
	if clock == rounds {
		clock = ""
	}
	promise, _, _ = strings.Cut(promise, " ") // 途中経過 1回目, 完了(再開1回目): one row counts them all
	promise, _, _ = strings.Cut(promise, "(")
	if promise != "" {
		name += " " + promise
	}
	return &m.rows[m.addRow(key, Row{
		Kind: key.kind, ID: key.id, Clock: clock, Name: name, ClassName: "一覧にない約束", Level: key.level,
	})]
}

// clock counts a result if it became known in the month, and says whether it did.
func (m *Meter) clock(key rowKey, name, ticket, summary string, c ClockResult) bool {
	known := Known(c)
	state := c.State
	if state == Running && m.known(c.Due) {
		state = Missed // the deadline passed while it ran, whether or not somebody has judged it yet
		c.State, known = state, c.Due
	}
	if state == Running || state == Paused || !m.inMonth(known) {
		return false
	}
	row := m.row(key, orElse(name, key.id), c.Name)
	row.add(state)
	if state != Cancelled {
		row.Keys.add(ticket)
	}
	judged := Judged{Key: ticket, Name: row.Name, Target: row.Target, Summary: summary, Clock: c, Known: known}
	switch state {
	case Missed:
		m.misses.add(judged)
		if c.Cause == "" {
			m.fig.Uncaused++
		}
	case Excluded:
		m.excluded.add(judged)
	default: // met: nothing to show; the others were turned away above
	}
	return true
}

// Known is the instant at which a clock's result became known: when it was done or due, whichever is first. Zero means not yet.
func Known(c ClockResult) time.Time {
	switch {
	case c.State == Running || c.State == Paused:
		return time.Time{}
	case c.Stopped.IsZero():
		return c.Due
	case c.Due.IsZero() || c.Stopped.Before(c.Due):
		return c.Stopped
	}
	return c.Due
}

// className names the classes that the shipped profiles have.
func className(class string) string {
	switch class {
	case "minor":
		return "軽微な作業"
	case "impactful":
		return "影響のある作業"
	case "basic_support":
		return "基本サポート"
	case "advanced_support":
		return "アドバンスドサポート"
	case "incident":
		return "障害対応"
	}
	return class
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
