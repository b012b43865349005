package desk

import (
	"maps"
	"slices"
	"strings"

	"toban/bot"
)

// changeClass is what the ticket's work needs before it may be started: the matching row of the work catalogue decides, else type and
// operation. Work whose operation is not named is taken for the strictest that the type has.
func (d *decision) changeClass() bot.ChangeClass {
	rt, ok := d.cust.Type(d.t.Type)
	switch {
	case !ok || d.t.Class == bot.ClassComplaint || d.t.Class == bot.ClassUnclear:
		return bot.ChangeNone
	case d.s.RowChange != "":
		return d.s.RowChange
	}
	return rt.Change.For(d.pages.read(rt, d.t.Details).ops)
}

// rowChange is the change class of a row of the work catalogue for what a ticket asks.
func rowChange(w bot.Work, text string) bot.ChangeClass {
	var named []string
	for _, op := range slices.Sorted(maps.Keys(w.Change.ByOperation)) {
		if strings.Contains(text, fold(op)) {
			named = append(named, op)
		}
	}
	return w.Change.For(named)
}

// plainYes reports whether a comment says yes and nothing else that could take it back: no question, condition, change or doubt.
func plainYes(comment string) bool {
	text := fold(own(comment))
	return agreeing.MatchString(text) && !hedging.MatchString(text) && !hear(text).wonders
}
