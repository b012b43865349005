package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"toban/bot"
	"toban/bot/desk/opinion"
)

// Ticket is what a classification reads.
type Ticket struct {
	IssueType   string
	Summary     string
	Description string
	Category    []string
	Details     string // what required items are read from, beside the two: custom fields; "" = Summary and Description
}

// Classification is what a ticket was understood as, with reasons.
type Classification struct {
	Type       string // request type id, or incident, complaint, unclear
	Class      bot.Class
	Confidence bot.Confidence
	Suggested  string   // what else it may be, for staff to confirm
	Several    []string // ids of all types that the ticket's list asks for, when there is more than one
	Reasons    []string
}

// Ids of what is no request type of every contract.
const (
	typeIncident     = "incident"
	typeConsultation = "consultation"
	typeComplaint    = "complaint"
	typeNoRequest    = "other" // wants nothing: thanks, a test, word of another ticket; only people say so
	typeUnclear      = "unclear"
)

// Classify finds the request type: by the issue type and its aliases, then by category, then by what the text asks for (the words of the
// types, bot.Signs). Where two types share an issue type the content decides. Where the issue type and a plain reading of the content
// disagree, the content wins and the confidence falls.
//
// Certain is what independent evidence agrees on, with nothing against it: the issue type and the text; or, where the issue type tells
// nothing, the summary and the text below it, or a plain request whose details are all there. A rival that is asked for as plainly, a
// question, an outage, a drill or a complaint stands against it, and so does a second opinion (second.go) that is another one. Without any
// sign a ticket is unclear. signs may be nil: they are made from the types then.
func Classify(types []bot.RequestType, signs *bot.Signs, t Ticket) Classification {
	r := newReader(types, signs, t)
	defer r.done()
	return r.classify()
}

// reader is one ticket being read.
type reader struct {
	types []bot.RequestType
	signs *bot.Signs
	t     Ticket
	typed string // what a person wrote of the description: no quoted mail, no signature
	text  string // folded, without the template's headings; its first line is the summary
	apart *bot.Text
	mood  mood
	tones *tones // nil until somebody asks
	heard *bot.Heard
	said  []evidence // by type
	whole string     // what required items are read from; "" until somebody asks
	pages pages
	// shared: other types have the same issue type
	shared bool
	named  []bot.RequestType // that the issue type or a category names
	model  *opinion.Model    // of the second opinion; nil = none
	scored []scored          // what it was asked so far
	open   bool              // nothing speaks against the reading, but only one piece of evidence for it
	weak   bool              // no word of the text speaks for the reading
}

func newReader(types []bot.RequestType, signs *bot.Signs, t Ticket) *reader {
	if signs == nil {
		signs = bot.NewSigns(types)
	}
	typed := own(t.Description)
	r := &reader{types: types, signs: signs, t: t, typed: typed, text: reading(t, typed), pages: pages{}, model: shipped()}
	r.hear()
	return r
}

// hear takes in what the text says.
func (r *reader) hear() {
	r.apart = speech.Text(r.text)
	r.mood = listen(r.text, r.apart)
	r.heard = r.signs.Read(r.apart)
	r.said = weigh(len(r.types), slices.IndexFunc(r.types, func(rt bot.RequestType) bool { return rt.ID == typeConsultation }), r.text, r.heard, r.mood)
}

// done gives back what the ticket was read with: nothing of it may be read any more.
func (r *reader) done() {
	speech.Back(r.apart)
	r.apart = nil
}

// of is the evidence for a type.
func (r *reader) of(id string) evidence {
	for i := range r.types {
		if r.types[i].ID == id {
			return r.said[i]
		}
	}
	return evidence{}
}

// page is the ticket's text as read for a type.
func (r *reader) page(rt bot.RequestType) *page {
	if r.whole == "" {
		if r.whole = r.t.Details; r.whole == "" {
			r.whole = r.t.Summary + "\n" + r.t.Description
		}
	}
	return r.pages.read(rt, r.whole)
}

func (r *reader) classify() Classification {
	chosen, by := byName(r.types, r.t.IssueType), fmt.Sprintf("issue type %q", r.t.IssueType)
	for _, c := range r.t.Category {
		if len(chosen) > 0 {
			break
		}
		chosen, by = byName(r.types, c), fmt.Sprintf("category %q", c)
	}
	r.named = chosen
	var c Classification
	switch {
	case strings.Contains(r.t.IssueType, "苦情"), strings.Contains(r.t.IssueType, "クレーム"):
		return Classification{Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Certain, Reasons: []string{"the issue type is a complaint"}}
	case len(chosen) == 1:
		c = r.against(chosen[0], by+" names it")
	case len(chosen) > 1:
		r.shared = true
		rt, why := r.pick(chosen)
		c = r.against(rt, fmt.Sprintf("%s is shared by %d types", by, len(chosen)))
		if c.Confidence == bot.Certain && !r.settled(rt, chosen) {
			c.Confidence, r.open = bot.Likely, true
		}
		c.Reasons = append(c.Reasons, why)
	default:
		c = r.byContent()
	}
	c = r.noted(r.several(c))
	rt, ok := find(r.types, c.Type)
	if ok && c.Confidence == bot.Likely && r.open && len(c.Several) < 2 {
		if c = r.seconded(c, rt); c.Confidence == bot.Certain {
			return c
		}
	}
	if c.Confidence != bot.Certain {
		return r.proposed(c)
	}
	if ok {
		if why := r.doubt(rt); why != "" {
			c.Confidence = bot.Likely
			c.Reasons = append(c.Reasons, why)
			return c
		}
		if other, why := r.contradicted(rt); why != "" {
			c.Confidence, c.Suggested = bot.Likely, cmp.Or(c.Suggested, other)
			c.Reasons = append(c.Reasons, why)
		}
	}
	return c
}

// reading is what a person typed without the template's headings, folded.
func reading(t Ticket, typed string) string {
	if typed == "" {
		typed = strings.ReplaceAll(t.Description, "\r\n", "\n") // nothing but quoted mail: that is what there is
	}
	return readable(fold(t.Summary + "\n" + without(typed, saysNothing)))
}

// saysNothing drops lines that are a template's: headings, and what nobody filled in.
func saysNothing(line string) fate {
	if _, is := headed(line); is {
		return dropLine
	}
	if _, value, is := labelled(line); is && unfilled(value) || line != "" && unfilled(line) {
		return dropLine
	}
	return keepLine
}

// readable is folded text as signs are read in it.
func readable(folded string) string { return marked(bot.Unspaced(folded)) }

func byName(types []bot.RequestType, name string) []bot.RequestType {
	want := squeeze(name)
	if want == "" {
		return nil
	}
	var out []bot.RequestType
	for _, rt := range types {
		if squeezed(rt.IssueType, want) || slices.ContainsFunc(rt.Aliases, func(n string) bool { return squeezed(n, want) }) {
			out = append(out, rt)
		}
	}
	// An alias that only one type has is a plain answer even where the main name is shared.
	for _, rt := range out {
		if len(out) > 1 && slices.ContainsFunc(rt.Aliases, func(n string) bool { return squeezed(n, want) }) {
			return []bot.RequestType{rt}
		}
	}
	return out
}

func find(types []bot.RequestType, id string) (bot.RequestType, bool) {
	for i := range types {
		if types[i].ID == id {
			return types[i], true
		}
	}
	return bot.RequestType{}, false
}
