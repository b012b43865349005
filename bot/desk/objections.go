package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

// objection is a word that speaks against taking a ticket at its word, whatever else it asks for.
type objection struct {
	at       span
	kind     int
	sentence int
}

// objections are the kinds of what is heard that object, each with what staff are told. A text that plainly asks for work and then says one of
// these may want something else: it stays likely, and a person looks.
var objections = map[int]string{
	heardWithdrawn: "the text may take the request back",
	heardReported:  "the text may only report what is done already, or by others",
	heardWaiting:   "the text may ask to wait",
	heardWeighing:  "the text may first want to know what the work costs, means or does",
	heardCorrected: "the text corrects itself",
	heardAffected:  "what is asked for may be because something fails: an incident",
	heardBeside:    "the text goes on to something else",
	heardInquiring: "the text may only want to know something",
	heardChasing:   "the text may go after an earlier ticket",
	heardAttacked:  "what is asked for may be because of an attack: an incident",
}

// AgainstKinds are the kinds of counter-evidence, by the names under which a provider adds words of its own (config, "against").
func AgainstKinds() map[string]string {
	out := map[string]string{}
	for name, kind := range ownKinds {
		out[name] = objections[kind]
	}
	return out
}

var ownKinds = map[string]int{
	"withdrawn": heardWithdrawn, "reported": heardReported, "waiting": heardWaiting, "weighing": heardWeighing, "corrected": heardCorrected,
	"affected": heardAffected, "attacked": heardAttacked, "beside": heardBeside, "inquiring": heardInquiring, "chasing": heardChasing,
}

// oppose takes in what a provider's own words say against the ticket; nil = it has none.
func (r *reader) oppose(words *bot.Signs) {
	if words == nil {
		return
	}
	words.Asks(r.apart, func(asks []bot.Asked) {
		for _, a := range asks {
			if kind, ok := ownKinds[words.ID(a.Type)]; ok {
				r.mood.objections = append(r.mood.objections, objection{span{a.From, a.To}, kind, a.Sentence})
			}
		}
	})
}

// doubt is the first piece of counter-evidence against a type that everything else agrees on; "" when there is none. A word by which the type
// itself is asked for is none: 静観を解除 withdraws nothing, and what was deleted by mistake is to be restored.
func (r *reader) doubt(rt bot.RequestType) string {
	m := &r.mood
	asking := talk(rt) || rt.Class != bot.ClassIncident && r.asksType(rt.ID)
	switch {
	case m.drill:
		return "the text speaks of a drill or a test"
	case m.complaint:
		return "the text reads like a complaint, too"
	case rt.Class == bot.ClassIncident:
		return r.objected(rt, heardWithdrawn, heardReported)
	case m.down:
		return "the text reports an outage, too"
	case asking && answers(r.text):
		return "the text answers or passes on a mail"
	case asking:
		return r.objected(rt, heardWithdrawn, heardReported, heardCorrected, heardAffected, heardAttacked, heardChasing)
	case r.of(rt.ID).refused:
		return "the text says somewhere that the work is not wanted"
	case m.asksBelow:
		return "the text asks a question, too"
	case r.rival(rt.ID) != "":
		return "the text asks for " + r.rival(rt.ID) + ", too"
	}
	return r.objected(rt, heardWithdrawn, heardReported, heardWaiting, heardWeighing, heardCorrected, heardAffected, heardBeside, heardInquiring, heardAttacked, heardChasing)
}

// talk reports whether a type is of things to talk over: it needs nothing but words on that.
func talk(rt bot.RequestType) bool {
	return len(rt.Required) == 1 && rt.Required[0].Item == "ご相談内容"
}

// asksType reports whether a type is one for questions.
func (r *reader) asksType(id string) bool {
	rt, ok := r.inquiry()
	return ok && rt.ID == id
}

func (r *reader) objected(rt bot.RequestType, kinds ...int) string {
	_, outages := r.incident()
	var mine *parts
	for _, o := range r.mood.objections {
		if !slices.Contains(kinds, o.kind) || (o.kind == heardAffected || o.kind == heardAttacked) && !outages {
			continue
		}
		if mine == nil {
			mine = r.partsOf(rt)
		}
		if !mine.hold(o) {
			return objections[o.kind] + ": " + strings.TrimSpace(r.text[o.at.from:o.at.to])
		}
	}
	return ""
}

// parts are what asks for a type.
type parts struct {
	words     cover
	sentences func(int) bool
}

func (r *reader) partsOf(rt bot.RequestType) *parts {
	var asks []bot.Asked
	var words []span
	for _, a := range r.heard.Asks {
		if r.types[a.Type].ID == rt.ID {
			asks, words = append(asks, a), append(words, span{a.From, a.Head}, span{a.Last, a.To})
		}
	}
	return &parts{newCover(words), sentencesOf(asks)}
}

// hold reports whether words are a part of what asks for a type.
func (p *parts) hold(o objection) bool {
	return p.words.holds(o.at.from, o.at.from+1) || o.kind == heardBeside && p.sentences(o.sentence)
}
