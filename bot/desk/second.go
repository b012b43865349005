package desk

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"toban/bot"
	"toban/bot/desk/opinion"
)

// What the second opinion counts. The figures were tried against the batches, each left out of the lessons: testdata/README.md.
const (
	weightNamed    = 2   // what speaks for a type that the customer chose as issue type, where it would be contradicted
	weightIncident = 20  // and for that of outages: a real one that is not certain phones nobody
	weightAbout    = 3   // by how much less the words of a thing count against a question about it
	enoughAlone    = 0.5 // the share that a certain type needs which no issue type names
	secondsNamed   = 0.7 // the share that makes certain what else only the issue type says
	secondsAlone   = 0.9 // and what only the text says
	secondsTerse   = 0.8 // and what is told without a verb of wishing
	secondsTalk    = 0.9 // and what is to be answered or talked over
	differsApart   = 0.9 // the share of another type that a summary needs against a form that is filled in
	secondsBelow   = 0.5 // the share of the text below the summary then
	secondsDoubt   = 0.1 // the share of tickets that are not to be taken at their word, at most
	proposes       = 0.6 // the share that names a type where the rules have no word for it
	proposesGrave  = 0.7 // and one of outages or complaints, or against an issue type
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
	if named && r.blank() {
		return "", ""
	}
	other, why = r.unlike(rt, named)
	if !named {
		return other, why
	}
	// Whether it is written in the type's own form takes the longest to find out: only where that makes a difference.
	if apart, reason := r.apartFrom(rt); (why != "" || reason != "") && r.inForm(rt) {
		return apart, reason
	}
	return other, why
}

// unlike asks on the whole of a ticket.
func (r *reader) unlike(rt bot.RequestType, named bool) (other, why string) {
	scores := r.score(r.worded())
	o, ok := scores.On(rt.ID, r.weightBeside(rt))
	if !ok || o.Type == rt.ID && (named || o.Of >= enoughAlone) {
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

// apartFrom asks on the summary of a form that is filled in: it may be of another type.
func (r *reader) apartFrom(rt bot.RequestType) (other, why string) {
	title := r.text[:r.titleEnd()]
	scores := r.score(title)
	o, ok := scores.On(rt.ID, r.weight)
	if !ok || o.Type == rt.ID || o.Type == typeUnclear || o.Share < differsApart || namesOnly(title) {
		return "", ""
	}
	return o.Type, fmt.Sprintf("a second opinion, by sample tickets, differs: the summary is like %s (%.0f %%)", o.Type, percent*o.Share)
}

// bareNames are those with a figure or a mark, such as those of hosts, what any of them is, and what asks for nothing.
var bareNames = regexp.MustCompile(`[a-z0-9._{}-]*[0-9{}][a-z0-9._{}-]*|\b(ap|db|web|app|prod|stg|dev)\b|サーバー?|ホスト|インスタンス|システム|本番|検証|開発|環境|について|に関して|お願い(いた|致)?し(ます)?|依頼|至急`)

// namesOnly reports whether a text names things and says nothing of them (web01 の件): it is like what is told of such things most, which is no opinion.
func namesOnly(text string) bool {
	const word, long = 2, 400 // characters; bytes
	return len(text) < long && utf8.RuneCountInString(left(courtesies(bareNames.ReplaceAllString(text, " ")))) < word
}

// seconded makes certain what one piece of evidence is for and nothing against, where the second opinion is another one.
func (r *reader) seconded(c Classification, rt bot.RequestType) Classification {
	if r.model == nil || r.doubt(rt) != "" {
		return c
	}
	enough := r.secondsFor(rt)
	if enough > 1 {
		return c
	}
	whole, below := r.score(r.worded()), r.score(r.text[r.titleEnd():])
	o, ok := whole.On(rt.ID, r.evenly)
	if !ok || o.Of < enough || o.Doubt > secondsDoubt {
		return c
	}
	if o, _ := below.On(rt.ID, r.evenly); o.Of < secondsBelow { // a summary of another ticket makes nothing certain
		return c
	}
	c.Confidence, c.Suggested = bot.Certain, ""
	c.Reasons = append(c.Reasons, fmt.Sprintf("a second opinion, by sample tickets, agrees: the wording is like %s (%.0f %%)", rt.ID, percent*o.Of))
	return c
}

// secondsFor is the share that a type needs to be seconded: an outage is told of, a question is asked, work is asked for and no trouble stands
// beside it. More than the whole where the text wants nothing of that kind.
func (r *reader) secondsFor(rt bot.RequestType) float64 {
	const never = 2
	seconds := secondsAlone
	if r.names(rt.ID) {
		seconds = secondsNamed
	}
	switch {
	case rt.Class == bot.ClassIncident && r.mood.asksOnly():
		return never
	case rt.Class == bot.ClassIncident:
		return seconds
	case r.mood.troubled, r.mood.outage, r.titledElse(rt.ID):
		return never
	case (talk(rt) || r.asksType(rt.ID)) && (r.mood.doing || r.mood.inquires):
		return secondsTalk
	case r.mood.doing && !r.mood.inquires:
		return seconds
	case r.mood.inquires, r.mood.question, slices.ContainsFunc(r.mood.at, func(e ending) bool { return e.kind == heardNot }):
		return never
	}
	return max(seconds, secondsTerse)
}

// evenly weighs the types of the contract alike.
func (r *reader) evenly(id string) float64 {
	if id == typeUnclear {
		return 1
	}
	return min(r.weight(id), 1)
}

// proposed takes the second opinion's type where the rules have no word of what is asked for: they read the ticket as unclear, or as what its issue
// type says although nothing in it does. It is no more than likely, and an outage stays one: the shorter promise runs.
func (r *reader) proposed(c Classification) Classification {
	if r.model == nil || !r.weak || c.Confidence == bot.Certain || c.Class == bot.ClassIncident || len(c.Several) > 1 || r.inOwnWords(c.Type) || r.blank() && r.empty() || len(r.named) > 0 && namesOnly(r.text) {
		return c
	}
	scores := r.score(r.worded())
	weight := func(id string) float64 { return min(r.weight(id), weightNamed) }
	for _, rt := range r.types {
		o, ok := scores.On(rt.ID, weight)
		if !ok {
			continue
		}
		enough := proposes
		to, found := find(r.types, o.Type)
		if o.Type == typeComplaint {
			to, found = bot.RequestType{ID: typeComplaint, Class: bot.ClassComplaint}, true
		}
		if !found || o.Type == c.Type || r.mood.complaint && o.Type != typeComplaint { // nobody who complains is asked for the details of work on an opinion
			return c
		}
		if to.Class == bot.ClassIncident || to.Class == bot.ClassComplaint || len(r.named) > 0 {
			enough = proposesGrave
		}
		if to.Class == bot.ClassIncident && r.mood.drill || o.Share < enough {
			return c
		}
		if c.Type != typeUnclear {
			c.Suggested = c.Type
		}
		c.Type, c.Class, c.Confidence = to.ID, to.Class, bot.Likely
		c.Reasons = append(c.Reasons, fmt.Sprintf("a second opinion, by sample tickets, names it: the wording is like %s (%.0f %%)", to.ID, percent*o.Share))
		return c
	}
	return c
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

// scored is a text with what the second opinion said of it.
type scored struct {
	text   string
	scores *opinion.Scores
}

// score asks the second opinion once about each text.
func (r *reader) score(text string) *opinion.Scores {
	for _, s := range r.scored {
		if s.text == text {
			return s.scores
		}
	}
	scores := r.model.Score(text)
	r.scored = append(r.scored, scored{text, scores})
	return scores
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
