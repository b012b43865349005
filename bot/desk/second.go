package desk

import (
	"fmt"
	"slices"

	"toban/bot"
	"toban/bot/desk/opinion"
)

// What the second opinion counts. The figures were tried against the batches, each left out of the lessons: testdata/README.md.
const (
	weightNamed    = 2   // what speaks for a type that the customer chose as issue type, where it would be contradicted
	weightIncident = 20  // and for that of outages: a real one that is not certain phones nobody
	weightAbout    = 3   // by how much less the words of a thing count against a question about it
	enoughAlone    = 0.6 // the share that a certain type needs which no issue type names
	secondsNamed   = 0.8 // the share that makes certain what else only the issue type says
	secondsAlone   = 0.9 // and what only the text says
	secondsBelow   = 0.5 // the share of the text below the summary then
)

const percent = 100

// shipped is the model that comes with Toban; without one (a test holds that there is one) nothing is seconded or contradicted.
func shipped() *opinion.Model {
	m, err := opinion.Shipped()
	if err != nil {
		return nil
	}
	return m
}

// contradicted asks the second opinion on a type that everything else agrees on: another type that the text is more like, and the reason in words;
// "" when the opinion agrees or there is none. A type that it was not taught, such as a provider's own, and what is asked for in a provider's own
// words it can't judge. Nor is it asked where the issue type names the type and the text is empty, or that type's own form: that is no wording.
func (r *reader) contradicted(rt bot.RequestType) (other, why string) {
	named := r.names(rt.ID)
	if r.model == nil || r.inOwnWords(rt.ID) {
		return "", ""
	}
	scores := r.model.Score(r.worded())
	o, ok := scores.On(rt.ID, r.weightBeside(rt))
	if !ok || o.Type == rt.ID && (named || o.Of >= enoughAlone) || named && (r.blank() || r.inForm(rt)) {
		return "", ""
	}
	if o.Type == rt.ID {
		return "", fmt.Sprintf("a second opinion, by sample tickets, is not sure: the wording is like %s only by %.0f %%", rt.ID, percent*o.Of)
	}
	if o.Type != typeUnclear {
		other = o.Type
	}
	return other, fmt.Sprintf("a second opinion, by sample tickets, differs: the wording is more like %s (%.0f %%) than like %s (%.0f %%)", o.Type, percent*o.Share, rt.ID, percent*o.Of)
}

// seconded makes certain what one piece of evidence is for and nothing against, where the second opinion is another one.
func (r *reader) seconded(c Classification, rt bot.RequestType) Classification {
	if r.model == nil || r.doubt(rt) != "" || !r.wanted(rt) {
		return c
	}
	plain := func(id string) float64 {
		if id == typeUnclear {
			return 1
		}
		return min(r.weight(id), 1)
	}
	enough := secondsAlone
	if r.names(rt.ID) {
		enough = secondsNamed
	}
	whole, below := r.model.Score(r.worded()), r.model.Score(r.text[r.titleEnd():])
	o, ok := whole.On(rt.ID, plain)
	if !ok || o.Of < enough {
		return c
	}
	if o, _ := below.On(rt.ID, plain); o.Of < secondsBelow { // a summary of another ticket makes nothing certain
		return c
	}
	c.Confidence, c.Suggested = bot.Certain, ""
	c.Reasons = append(c.Reasons, fmt.Sprintf("a second opinion, by sample tickets, agrees: the wording is like %s (%.0f %%)", rt.ID, percent*o.Of))
	return c
}

// wanted reports whether a text that is of a type wants something of that kind: an outage is told of, a question is asked, work is asked for and no
// trouble stands beside it.
func (r *reader) wanted(rt bot.RequestType) bool {
	switch {
	case rt.Class == bot.ClassIncident:
		return true
	case r.mood.troubled, r.mood.outage:
		return false
	case talk(rt), r.asksType(rt.ID):
		return r.mood.doing || r.mood.inquires
	}
	return r.mood.doing && !r.mood.inquires
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

// weightBeside is weight where a type is to be contradicted: a plain question is in the words of the thing that it is about.
func (r *reader) weightBeside(rt bot.RequestType) func(id string) float64 {
	if !r.asksType(rt.ID) || !r.mood.inquires || r.mood.doing {
		return r.weight
	}
	return func(id string) float64 {
		other, ok := find(r.types, id)
		if !ok || id == rt.ID || other.Class == bot.ClassIncident {
			return r.weight(id)
		}
		return r.weight(id) / weightAbout
	}
}

// worded is what the opinion is asked on: the summary of an answer is not its writer's.
func (r *reader) worded() string {
	if answers(r.text) {
		return r.text[r.titleEnd():]
	}
	return r.text
}

// inForm reports whether a ticket is written in a type's own form, under its labels.
func (r *reader) inForm(rt bot.RequestType) bool {
	for label := range r.page(rt).seen {
		if isKnown(knownLabels(rt), label) {
			return r.telling(rt)
		}
	}
	return false
}

// names reports whether the issue type, or a category, names a type.
func (r *reader) names(id string) bool {
	return slices.ContainsFunc(r.named, func(rt bot.RequestType) bool { return rt.ID == id })
}

// inOwnWords reports whether a type is asked for by words that a provider added.
func (r *reader) inOwnWords(id string) bool {
	return slices.ContainsFunc(r.heard.Asks, func(a bot.Asked) bool { return a.Own && r.types[a.Type].ID == id })
}
