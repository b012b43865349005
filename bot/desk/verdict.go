package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"toban/bot"
)

// pick chooses among types that share an issue type.
func (r *reader) pick(chosen []bot.RequestType) (bot.RequestType, string) {
	best, most := chosen[len(chosen)-1], 0
	for _, rt := range chosen {
		// The general type of a shared name has words such as 相談 in nearly every ticket: they don't count against a special one.
		if n := r.of(rt.ID).weight(); n > most && rt.ID != typeConsultation {
			best, most = rt, n
		}
	}
	if most == 0 {
		r.weak = true
		return best, "no key phrase decides, the general type stands"
	}
	return best, "key phrases of " + best.ID
}

// settled reports whether the content leaves no doubt which of the types that share an issue type is meant: only that one is asked for, or
// something is only asked about and no other one is even named.
func (r *reader) settled(rt bot.RequestType, chosen []bot.RequestType) bool {
	for _, o := range chosen {
		if o.ID != rt.ID && o.ID != typeConsultation && r.of(o.ID).says() {
			return false
		}
	}
	return r.of(rt.ID).asks() || rt.ID == typeConsultation && r.mood.asksOnly()
}

// leader is the type that the text points to most, what it weighs, and what the next one weighs. Consultations are told by asksOnly.
func (r *reader) leader() (id string, n, next int) {
	for i, rt := range r.types {
		e := r.said[i]
		if rt.ID == typeConsultation || rt.OpenedBy == "provider" && !e.asks() {
			continue
		}
		switch h := e.weight(); {
		case h > n, h == n && h > 0 && e.plain() && !r.of(id).plain():
			id, n, next = rt.ID, h, n
		case h > next:
			next = h
		}
	}
	return id, n, next
}

// rival is another type that is asked for as plainly, beside those whose work belongs to what is asked for.
func (r *reader) rival(id string) string {
	for i, rt := range r.types {
		if rt.ID != id && rt.ID != typeConsultation && r.said[i].plain() {
			return rt.ID
		}
	}
	return ""
}

func (r *reader) lacks(rt bot.RequestType) []string {
	return r.page(rt).lacks(rt)
}

// incident is the contract's type for outages.
func (r *reader) incident() (bot.RequestType, bool) {
	for _, id := range []string{typeIncident, "incident_inquiry", "saas_incident"} {
		if rt, ok := find(r.types, id); ok {
			return rt, true
		}
	}
	return bot.RequestType{}, false
}

// against holds what the issue type says against a plain reading of the content.
func (r *reader) against(rt bot.RequestType, why string) Classification {
	c := Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Certain, Reasons: []string{why}}
	other := func(o bot.RequestType, reason string) Classification {
		return Classification{Type: o.ID, Class: o.Class, Confidence: bot.Likely, Suggested: rt.ID, Reasons: []string{why, reason}}
	}
	doubt := func(suggested, reason string) Classification {
		c.Confidence, c.Suggested = bot.Likely, suggested
		c.Reasons = append(c.Reasons, reason)
		return c
	}
	incident, incidents := r.incident()
	consultation, consults := find(r.types, typeConsultation)
	inquiry, asking := r.inquiry()
	lead, n, _ := r.leader()
	said := r.of(rt.ID)
	if rt.Class == bot.ClassIncident && rt.ID == incident.ID {
		switch {
		case r.mood.drill:
			return doubt("", "the text speaks of a drill or a test: staff are asked")
		case consults && r.mood.asksOnly() && !r.mood.outage && len(r.lacks(rt)) > 1:
			return other(consultation, "the text only asks about something and reports no outage")
		case lead != "" && lead != rt.ID && r.of(lead).plain() && !said.asks() && !r.mood.outage && r.mood.doing:
			if o, ok := find(r.types, lead); ok && len(r.lacks(rt)) > 1 {
				return other(o, "the text reports no outage and plainly asks for "+lead)
			}
			return doubt(lead, "the text reports no outage and asks for "+lead+": the shorter promise runs, staff are asked")
		case r.mood.troubled && !r.mood.doing && !r.mood.asksBelow && !r.mood.pastBelow && !r.mood.complaint && r.rival(rt.ID) == "" && (lead == "" || lead == rt.ID || !r.of(lead).asks()):
			return c // the issue type and the text below the summary agree, and nothing is asked for
		case !r.mood.downBelow && said.body < pointed && !r.telling(rt) && !(r.bare() && !r.mood.asksBelow && !r.mood.pastBelow && (r.mood.down || r.blank())):
			r.open = !r.mood.asksBelow && !r.mood.pastBelow && !r.mood.complaint && r.rival(rt.ID) == ""
			return doubt(lead, "the text below the summary reports no outage: the shorter promise runs, staff are asked")
		case r.mood.complaint:
			return doubt(typeComplaint, "the text reads like a complaint, too: the shorter promise runs, staff are asked")
		case r.rival(rt.ID) != "":
			return doubt(r.rival(rt.ID), "the text asks for "+r.rival(rt.ID)+", too: the shorter promise runs, staff are asked")
		case !r.mood.outage && !r.mood.troubled && !said.asks() && lead != "" && lead != rt.ID:
			return doubt(lead, "the text reports no outage and names "+lead+": the shorter promise runs, staff are asked")
		}
		return c
	}
	if rt.OpenedBy == "provider" {
		if rival := r.rival(rt.ID); rival != "" || said.body < pointed && !r.blank() {
			return doubt(cmp.Or(rival, lead), "the content says nothing that is of this type only")
		}
		return c
	}
	switch {
	case r.mood.complaint && !said.says() && !r.mood.down:
		return Classification{
			Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Likely, Suggested: rt.ID,
			Reasons: []string{why, "the text reads like a complaint and says nothing of the type"},
		}
	case incidents && !r.mood.drill && r.mood.down:
		return other(incident, "the text reports an outage: the shorter promise leads")
	case incidents && r.mood.outage:
		return doubt(incident.ID, "the text speaks of an outage, not plainly of one now: staff are asked")
	case consults && (rt.Class == bot.ClassMinor || rt.Class == bot.ClassImpactful) && rt.ID != "procedure_change" && rt.ID != typeConsultation && r.mood.asksOnly():
		return other(consultation, "questions about a thing are consultations, not changes of it")
	case asking && !consults && rt.ID != inquiry.ID && rt.Class != bot.ClassIncident && r.mood.asksOnly() && r.mood.asksBelow && !said.asks():
		return other(inquiry, "questions about a thing are questions, not changes of it")
	}
	rival := r.rival(rt.ID)
	switch {
	case r.mood.complaint && r.shared && rt.ID == typeConsultation && (lead == "" || !r.of(lead).asks()) && !r.mood.down:
		return Classification{
			Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Likely, Suggested: rt.ID,
			Reasons: []string{why, "the text reads like a complaint and asks for no work"},
		}
	case r.mood.complaint && (rt.ID == typeConsultation || said.body < demanded):
		return doubt(typeComplaint, "it may be a complaint")
	case rt.ID != typeConsultation && r.asksType(rt.ID) && r.mood.asksOnly() && r.mood.asksBelow && !r.mood.able && !r.mood.outage && rival == "":
		return c // the issue type is that of questions, and a question is asked
	case rt.ID == typeConsultation && r.mood.asksOnly():
		if !r.mood.asksBelow && !r.bare() || r.mood.able || rival != "" {
			return doubt(cmp.Or(rival, lead), "it may be more than a question")
		}
		return c
	case lead == rt.ID && rival == "", lead == "":
		return r.borneOut(c, rt)
	}
	o, _ := find(r.types, lead)
	switch {
	case lead == rt.ID:
		return doubt(rival, "the content asks for "+rival+", too")
	case r.of(lead).body < demanded && r.namesItself(rt):
		return r.borneOut(c, rt)
	case !said.asks() && !(r.shared && said.titled > 0) && r.of(lead).plain() && n >= said.weight()+minLead:
		return other(o, fmt.Sprintf("the content plainly asks for another: %s, and not for %s", lead, rt.ID))
	case !said.says() && len(r.lacks(rt)) > 0 && r.of(lead).phrases > 1 && len(r.lacks(o)) == 0:
		return other(o, fmt.Sprintf("the content is plainly another: key phrases of %s, its details are all there", lead))
	case !said.asks() && r.of(lead).asks(), n >= 2*said.weight() && r.of(lead).asks():
		return doubt(lead, "the content may be of "+lead+", too")
	case rival != "":
		return doubt(rival, "the content asks for "+rival+", too")
	}
	return r.borneOut(c, rt)
}

// borneOut leaves a named type certain only where the text below the summary bears it out: it asks for the type's work, or carries details
// that no other type asks for. A customer who chose from a list may have chosen the wrong line, and written a summary to fit it.
func (r *reader) borneOut(c Classification, rt bot.RequestType) Classification {
	said := r.of(rt.ID)
	if r.titledElse(rt.ID) && said.title < pointed && said.titled == 0 && (said.body < demanded || r.headed(rt.ID) || !r.alone(rt.ID)) {
		c.Confidence, r.open = bot.Likely, true
		c.Reasons = append(c.Reasons, "the summary is of another type")
		return c
	}
	switch {
	case said.body < pointed && r.mood.asksBelow && rt.ID != typeConsultation && rt.ID != "procedure_change":
	case said.body >= pointed, said.title >= pointed && said.below > 0 && r.alone(rt.ID):
		return c
	case said.title >= demanded && r.rival(rt.ID) == "" && len(rt.Required) > 1 && r.alone(rt.ID) && r.detailed(rt):
		return c // asked for in the summary, and a form that is filled in
	case rt.ID == typeConsultation && r.mood.asksBelow && !r.mood.able, r.telling(rt), r.bare() && !r.mood.asksBelow && said.title >= pointed, r.blank() && r.empty():
		return c // an empty ticket says nothing against its type, either
	}
	if o, ok := r.inquiry(); ok && o.ID != rt.ID && r.mood.informs && !said.asks() {
		return Classification{
			Type: o.ID, Class: o.Class, Confidence: bot.Likely, Suggested: rt.ID,
			Reasons: append(c.Reasons, "the text only wants to be told or sent something: that is a question, and no change of a thing"),
		}
	}
	c.Confidence, r.open, r.weak = bot.Likely, true, said.body < pointed
	c.Reasons = append(c.Reasons, "the content says nothing that is of this type only")
	return c
}

// namesItself reports whether the summary carries the type's own name: another type's general words may be a part of it.
func (r *reader) namesItself(rt bot.RequestType) bool {
	title, _, _ := strings.Cut(r.text, "\n")
	return slices.ContainsFunc(append([]string{rt.IssueType, rt.ReportName}, rt.Aliases...), func(name string) bool {
		return name != "" && strings.Contains(title, readable(fold(name)))
	})
}

// blank reports whether nothing is written below the summary but an unfilled template.
func (r *reader) blank() bool {
	_, below, _ := strings.Cut(r.text, "\n")
	return strings.TrimSpace(below) == ""
}

// bare reports whether a ticket is its summary and next to nothing else.
func (r *reader) bare() bool {
	at := strings.IndexByte(r.text, '\n') + 1
	if at == 0 {
		at = len(r.text)
	}
	return r.says(at) < fewWords
}

// telling reports whether the ticket is written in the type's own form: with a label that no other type has, or with all that the type
// needs under labels and not a word of another type; or whether it carries all details that only this type asks for, and a word of it.
func (r *reader) telling(rt bot.RequestType) bool {
	only, labelled := 0, 0
	p := r.page(rt)
	for _, item := range rt.Required {
		common := r.common(rt, item.Item)
		if !common {
			only++
		}
		for label := range p.seen {
			if !isNamed(item.Item, label) {
				continue
			}
			labelled++
			if !common && !r.common(rt, label) {
				return true
			}
		}
	}
	said := r.of(rt.ID)
	complete := len(r.lacks(rt)) == 0
	switch {
	case labelled == 0:
		return only > 0 && complete && rt.Class != bot.ClassIncident && said.below > 0 && r.alone(rt.ID) && (r.mood.doing || said.asks())
	case r.foreign(rt):
		return false
	case said.title >= pointed:
		return r.alone(rt.ID)
	}
	return complete && labelled >= len(rt.Required) && r.alone(rt.ID) && !r.titledElse(rt.ID)
}

// foreign reports whether the ticket is written in the form of another type: a label in it is an item of that one and none of this one.
func (r *reader) foreign(rt bot.RequestType) bool {
	mine := knownLabels(rt)
	for label := range r.page(rt).seen {
		if isKnown(mine, label) || slices.Contains(wishLabels, label) || slices.Contains(otherLabels, label) {
			continue
		}
		for _, o := range r.types {
			if o.ID != rt.ID && slices.ContainsFunc(o.Required, func(i bot.RequiredItem) bool { return squeezed(i.Item, label) || squeezed(head(i.Item), label) }) {
				return true
			}
		}
	}
	return false
}

// common reports whether other types ask for an item, too, or any prose carries it.
func (r *reader) common(rt bot.RequestType, item string) bool {
	h := head(item)
	if strings.HasSuffix(h, "詳細") || strings.HasSuffix(h, "内容") || aHost.MatchString(h) || h == "実施希望日時" || h == "理由" || h == "希望日" {
		return true
	}
	label := squeeze(h)
	for _, o := range r.types {
		if o.ID == rt.ID {
			continue
		}
		for _, i := range o.Required {
			if head(i.Item) == h || isNamed(i.Item, label) {
				return true
			}
		}
	}
	return false
}

// minLead is by how much another type must outweigh the one that the issue type names.
const minLead = 2

func (r *reader) byContent() Classification {
	reasons := []string{fmt.Sprintf("issue type %q is none of the contract's", r.t.IssueType)}
	as := func(rt bot.RequestType, how bot.Confidence, why string) Classification {
		return Classification{Type: rt.ID, Class: rt.Class, Confidence: how, Reasons: append(reasons, why)}
	}
	if r.mood.down && !r.mood.drill {
		if rt, ok := r.incident(); ok {
			return as(rt, bot.Likely, "the text reports an outage")
		}
	}
	if r.mood.complaint {
		return Classification{Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Likely, Reasons: append(reasons, "the text reads like a complaint")}
	}
	lead, n, next := r.leader()
	e := r.of(lead)
	if rt, ok := r.inquiry(); ok && r.mood.asksOnly() && !r.empty() && (rt.ID == typeConsultation || !e.asks()) && (n > 0 || r.of(rt.ID).asks() || !r.mood.down) {
		how, why := bot.Likely, "it asks about something and names nothing that is to be done"
		if n > 0 || r.of(rt.ID).asks() {
			why = "questions about a thing are consultations"
		}
		r.open, r.weak = n > 0 && r.onlyAsks(), n == 0 && !r.of(rt.ID).asks()
		if rt.ID == typeConsultation && r.onlyAsks() && (n > 0 || r.mood.names && r.technical()) {
			how = bot.Certain
		}
		return as(rt, how, why)
	}
	rt, _ := find(r.types, lead)
	switch {
	case e.plain() && r.agreed(rt, e): // two pieces of evidence
		return as(rt, bot.Certain, "the summary and the text, or the text and its details, ask for "+lead+" and for nothing else")
	case e.asks() && n > next, n > next && (e.phrases > 1 || e.says() && r.mood.doing):
		r.open, r.weak = true, !e.plain()
		return as(rt, bot.Likely, "what the text asks for is of "+lead)
	}
	r.weak = true
	return Classification{
		Type: typeUnclear, Class: bot.ClassUnclear, Confidence: bot.Unsure, Suggested: lead,
		Reasons: append(reasons, "no key phrases that point to one type only"),
	}
}

// onlyAsks reports whether a text asks about something, plainly and in every part, and nothing speaks against a consultation.
func (r *reader) onlyAsks() bool {
	if !r.mood.inquires || r.mood.able || r.mood.doing || r.mood.outage || r.mood.drill || r.mood.complaint {
		return false
	}
	for _, a := range r.heard.Asks {
		if r.types[a.Type].ID != typeConsultation && strings.HasSuffix(r.text[:a.To], "て") && strings.HasPrefix(r.text[a.To:], "、") {
			return false // 作って、教えて
		}
	}
	for i, rt := range r.types {
		e := r.said[i]
		if e.body >= demanded && rt.ID != typeConsultation {
			return false
		}
		switch rt.ID { // these are asked for by questions, too
		case "procedure_change", "improvement", "capacity", "workshop", "regular_meeting", "performance_test", "bottleneck", "feature_proposal", "vulnerability":
			if e.says() {
				return false
			}
		}
	}
	return r.mood.asksBelow || r.bare()
}

// inquiry is the contract's type for questions.
func (r *reader) inquiry() (bot.RequestType, bool) {
	for _, id := range []string{typeConsultation, "service_inquiry", "security_helpdesk", "saas_question"} {
		if rt, ok := find(r.types, id); ok {
			return rt, true
		}
	}
	return bot.RequestType{}, false
}

const (
	fewWords = 7 // characters of a text that says nothing by itself
	noWords  = 12
)

// empty reports whether a text says next to nothing beside courtesies.
func (r *reader) empty() bool { return r.says(0) < noWords }

// says is how many characters the text says from a place on beside courtesies; of one that says enough at least noWords.
func (r *reader) says(from int) int {
	const long = 1200 // bytes
	text := r.text[from:]
	if len(text) > long {
		return len(text)
	}
	rest := []byte(text)
	for _, plea := range r.mood.pleas {
		for i := max(plea.from, from); i < plea.to; i++ {
			rest[i-from] = ' '
		}
	}
	n := 0
	for _, c := range string(rest) {
		if spells(c) && !courteous[c] {
			if n++; n >= noWords {
				return n
			}
		}
	}
	return utf8.RuneCountInString(left(courtesies(string(rest))))
}

// left are the letters and digits of a text but for particles.
func left(text string) string {
	return strings.Map(func(c rune) rune {
		if !spells(c) || strings.ContainsRune(particles, c) {
			return -1
		}
		return c
	}, text)
}

// courteous are all characters of courtesies: others stay whatever is taken away.
var courteous = func() map[rune]bool {
	s := map[rune]bool{}
	for _, c := range polite.String() + particles {
		s[c] = true
	}
	return s
}()
