package desk

import (
	"fmt"
	"slices"

	"toban/bot"
	"toban/bot/desk/opinion"
)

// What speaks for a type beside the text, as a weight in the second opinion, and the share that a type needs which no issue type names.
const (
	weightNamed    = 2   // the customer chose the issue type
	weightIncident = 20  // and it is that of outages: a real one that is not certain phones nobody
	enoughAlone    = 0.6 // tried against the batches, each left out of the lessons: testdata/README.md
)

// second asks the second opinion on a type that everything else agrees on: another type that the text is more like, and the reason in words;
// "" when the opinion agrees or there is none. A type that it was not taught, such as a provider's own, and what is asked for in a provider's own
// words it can't judge. Nor is it asked where the issue type names the type and the text is empty, or that type's own form: that is no wording.
func (r *reader) second(rt bot.RequestType) (other, why string) {
	model, err := opinion.Shipped()
	named := r.names(rt.ID)
	if err != nil || r.inOwnWords(rt.ID) || named && (r.blank() || r.telling(rt)) {
		return "", ""
	}
	scores := model.Score(r.text)
	o, ok := scores.On(rt.ID, r.weight)
	if !ok || o.Type == rt.ID && (named || o.Of >= enoughAlone) {
		return "", ""
	}
	const percent = 100
	if o.Type == rt.ID {
		return "", fmt.Sprintf("a second opinion, by sample tickets, is not sure: the wording is like %s only by %.0f %%", rt.ID, percent*o.Of)
	}
	if o.Type != typeUnclear {
		other = o.Type
	}
	return other, fmt.Sprintf("a second opinion, by sample tickets, differs: the wording is more like %s (%.0f %%) than like %s (%.0f %%)", o.Type, percent*o.Share, rt.ID, percent*o.Of)
}

// weight is what speaks for a type beside the text: the contract has it, the customer named it.
func (r *reader) weight(id string) float64 {
	switch id {
	case typeComplaint:
		return 1
	case typeUnclear: // what says nothing speaks against no issue type
		if len(r.named) > 0 {
			return 0
		}
		return 1
	}
	rt, ok := find(r.types, id)
	switch {
	case !ok:
		return 0
	case r.names(id) && rt.Class == bot.ClassIncident:
		return weightIncident
	case r.names(id):
		return weightNamed
	}
	return 1
}

// names reports whether the issue type, or a category, names a type.
func (r *reader) names(id string) bool {
	return slices.ContainsFunc(r.named, func(rt bot.RequestType) bool { return rt.ID == id })
}

// inOwnWords reports whether a type is asked for by words that a provider added.
func (r *reader) inOwnWords(id string) bool {
	return slices.ContainsFunc(r.heard.Asks, func(a bot.Asked) bool { return a.Own && r.types[a.Type].ID == id })
}
