package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"toban/bot"
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
	typeUnclear      = "unclear"
)

// Classify finds the request type: by the issue type and its aliases, then by category, then by what the text asks for (the words of the
// types, bot.Signs). Where two types share an issue type the content decides. Where the issue type and a plain reading of the content
// disagree, the content wins and the confidence falls. Certain is what the issue type says and nothing contradicts, or what the text
// plainly asks for, complete, with no rival; without any sign it is unclear. signs may be nil: they are made from the types then.
func Classify(types []bot.RequestType, signs *bot.Signs, t Ticket) Classification {
	return newReader(types, signs, t).classify()
}

// reader is one ticket being read.
type reader struct {
	types  []bot.RequestType
	t      Ticket
	typed  string // what a person wrote of the description: no quoted mail, no signature
	text   string // folded, without the template's headings
	apart  *bot.Text
	mood   mood
	counts map[string]bot.SignCount
	title  map[string]bot.SignCount // of the summary alone
	signs  *bot.Signs
	pages  map[string]*page // by type
}

func newReader(types []bot.RequestType, signs *bot.Signs, t Ticket) *reader {
	if signs == nil {
		signs = bot.NewSigns(types)
	}
	typed := own(t.Description)
	r := &reader{types: types, signs: signs, t: t, typed: typed, text: reading(t, typed), pages: map[string]*page{}}
	r.apart = bot.NewText(r.text)
	r.mood = listen(r.text, r.apart)
	r.counts = signs.Count(r.apart)
	r.title = signs.Count(bot.NewText(fold(t.Summary)))
	return r
}

// page is the ticket's text as read for a type.
func (r *reader) page(rt bot.RequestType) *page {
	p := r.pages[rt.ID]
	if p == nil {
		text := r.t.Details
		if text == "" {
			text = r.t.Summary + "\n" + r.t.Description
		}
		read := read(rt, text)
		p = &read
		r.pages[rt.ID] = p
	}
	return p
}

func (r *reader) classify() Classification {
	named, by := byName(r.types, r.t.IssueType), fmt.Sprintf("issue type %q", r.t.IssueType)
	for _, c := range r.t.Category {
		if len(named) > 0 {
			break
		}
		named, by = byName(r.types, c), fmt.Sprintf("category %q", c)
	}
	var c Classification
	switch {
	case strings.Contains(r.t.IssueType, "苦情"), strings.Contains(r.t.IssueType, "クレーム"):
		return Classification{Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Certain, Reasons: []string{"the issue type is a complaint"}}
	case len(named) == 1:
		c = r.against(named[0], by+" names it")
	case len(named) > 1:
		rt, why := r.pick(named)
		c = r.against(rt, fmt.Sprintf("%s is shared by %d types", by, len(named)))
		if c.Confidence == bot.Certain && !r.settled(rt, named) {
			c.Confidence = bot.Likely
		}
		c.Reasons = append(c.Reasons, why)
	default:
		c = r.byContent()
	}
	return r.several(c)
}

// reading is what a person typed without the template's headings, folded.
func reading(t Ticket, typed string) string {
	if typed == "" {
		typed = strings.ReplaceAll(t.Description, "\r\n", "\n") // nothing but quoted mail: that is what there is
	}
	return fold(t.Summary + "\n" + without(typed, func(line string) fate {
		if _, is := headed(line); is {
			return dropLine
		}
		if _, value, is := labelled(line); is && strings.TrimSpace(value) == "" {
			return dropLine
		}
		return keepLine
	}))
}

func byName(types []bot.RequestType, name string) []bot.RequestType {
	want := squeeze(name)
	if want == "" {
		return nil
	}
	var out []bot.RequestType
	for _, rt := range types {
		if slices.ContainsFunc(append([]string{rt.IssueType}, rt.Aliases...), func(n string) bool { return squeeze(n) == want }) {
			out = append(out, rt)
		}
	}
	// An alias that only one type has is a plain answer even where the main name is shared.
	for _, rt := range out {
		if len(out) > 1 && slices.ContainsFunc(rt.Aliases, func(n string) bool { return squeeze(n) == want }) {
			return []bot.RequestType{rt}
		}
	}
	return out
}

func (r *reader) pick(named []bot.RequestType) (bot.RequestType, string) {
	best, score := named[len(named)-1], 0
	for _, rt := range named {
		// The general type of a shared name has words such as 相談 in nearly every ticket: they don't count against a special one.
		if n := r.score(rt.ID); n > score && rt.ID != typeConsultation {
			best, score = rt, n
		}
	}
	if score == 0 {
		return best, "no key phrase decides, the general type stands"
	}
	return best, "key phrases of " + best.ID
}

// settled reports whether the content leaves no doubt which of the types that share an issue type is meant: only that one is asked for, or
// something is only asked about and no other one is even named.
func (r *reader) settled(rt bot.RequestType, named []bot.RequestType) bool {
	for _, o := range named {
		if o.ID != rt.ID && o.ID != typeConsultation && r.score(o.ID) > 0 {
			return false
		}
	}
	return r.counts[rt.ID].Asks > 0 || rt.ID == typeConsultation && r.mood.asksOnly()
}

// score weighs what the text says of a type: what it asks for before what it only names, and more in the summary.
func (r *reader) score(id string) int {
	const ask, inTitle = 3, 2
	c := r.counts[id]
	n := ask*c.Asks + c.Phrases
	if r.title[id].Asks > 0 {
		n += inTitle
	}
	return n
}

// leader is the type that the text points to most, what it weighs, and what the next one weighs. Consultations are told by asksOnly.
func (r *reader) leader() (id string, n, next int) {
	for _, rt := range r.types {
		if rt.ID == typeConsultation || rt.OpenedBy == "provider" && r.counts[rt.ID].Asks == 0 {
			continue
		}
		switch h := r.score(rt.ID); {
		case h > n, h == n && h > 0 && r.counts[rt.ID].Asks > r.counts[id].Asks:
			id, n, next = rt.ID, h, n
		case h > next:
			next = h
		}
	}
	return id, n, next
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
	incident, incidents := r.incident()
	consultation, consults := find(r.types, typeConsultation)
	if rt.Class == bot.ClassIncident {
		if r.mood.drill {
			c.Confidence = bot.Likely
			c.Reasons = append(c.Reasons, "the text speaks of a drill or a test: staff are asked")
		} else if consults && r.mood.asksOnly() && !r.mood.outage && len(r.lacks(rt)) > 1 {
			c = other(consultation, "the text only asks about something and reports no outage")
		} else if lead, _, _ := r.leader(); lead != "" && lead != rt.ID && r.counts[lead].Asks > 0 && r.counts[rt.ID].Asks == 0 && !r.mood.outage && r.mood.doing {
			c.Confidence, c.Suggested = bot.Likely, lead
			c.Reasons = append(c.Reasons, "the text reports no outage and asks for "+lead+": the shorter promise runs, staff are asked")
		}
		return c
	}
	own := r.counts[rt.ID]
	lead, n, _ := r.leader()
	if rt.OpenedBy == "provider" {
		if own.Asks+own.Phrases == 0 {
			c.Confidence, c.Suggested = bot.Likely, lead
			c.Reasons = append(c.Reasons, "the content says nothing that is of this type only")
		}
		return c
	}
	switch {
	case r.mood.complaint && own.Asks+own.Phrases == 0 && !r.mood.down:
		return Classification{
			Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Likely, Suggested: rt.ID,
			Reasons: []string{why, "the text reads like a complaint and says nothing of the type"},
		}
	case incidents && !r.mood.drill && r.mood.down:
		return other(incident, "the text reports an outage: the shorter promise leads")
	case incidents && r.mood.outage:
		c.Confidence, c.Suggested = bot.Likely, incident.ID
		c.Reasons = append(c.Reasons, "the text speaks of an outage, not plainly of one now: staff are asked")
		return c
	case consults && (rt.Class == bot.ClassMinor || rt.Class == bot.ClassImpactful) && rt.ID != "procedure_change" && rt.ID != typeConsultation && r.mood.asksOnly():
		return other(consultation, "questions about a thing are consultations, not changes of it")
	}
	if lead == rt.ID || rt.ID == typeConsultation && r.mood.asksOnly() {
		return c
	}
	if lead == "" {
		return r.borneOut(c, rt)
	}
	o, _ := find(r.types, lead)
	switch {
	case own.Asks == 0 && r.counts[lead].Asks > 0 && n >= r.score(rt.ID)+minLead:
		return other(o, fmt.Sprintf("the content plainly asks for another: %s, and not for %s", lead, rt.ID))
	case own.Asks+own.Phrases == 0 && len(r.lacks(rt)) > 0 && r.counts[lead].Phrases > 1 && len(r.lacks(o)) == 0:
		return other(o, fmt.Sprintf("the content is plainly another: key phrases of %s, its details are all there", lead))
	case own.Asks == 0 && r.counts[lead].Asks > 0, n >= 2*r.score(rt.ID) && r.counts[lead].Asks > own.Asks:
		c.Confidence, c.Suggested = bot.Likely, lead
		c.Reasons = append(c.Reasons, "the content may be of "+lead+", too")
	default:
		c = r.borneOut(c, rt)
	}
	return c
}

// borneOut leaves a named type certain only where the content bears it out: by its words, or by details that no other type asks for. A
// customer who chose from a list may have chosen the wrong line.
func (r *reader) borneOut(c Classification, rt bot.RequestType) Classification {
	own := r.counts[rt.ID]
	if own.Asks+own.Phrases > 0 || rt.ID == typeConsultation && r.mood.question || r.empty() {
		return c // an empty ticket says nothing against its type, either
	}
	telling := 0 // items that prose alone does not carry
	filled := r.page(rt).labels
	for _, item := range rt.Required {
		switch h := head(item.Item); {
		case strings.HasSuffix(h, "詳細"), strings.HasSuffix(h, "内容"), aHost.MatchString(h), h == "実施希望日時", h == "理由":
		default:
			telling++
			for label, value := range filled { // the type's own template
				if value != "" && named(item.Item, label) {
					return c
				}
			}
		}
	}
	if telling > 0 && len(r.lacks(rt)) == 0 {
		return c
	}
	c.Confidence = bot.Likely
	c.Reasons = append(c.Reasons, "the content says nothing that is of this type only")
	return c
}

// minLead is by how much another type must outweigh the one that the issue type names.
const minLead = 2

func find(types []bot.RequestType, id string) (bot.RequestType, bool) {
	for _, rt := range types {
		if rt.ID == id {
			return rt, true
		}
	}
	return bot.RequestType{}, false
}

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
	if rt, ok := find(r.types, typeConsultation); ok && r.mood.asksOnly() && !r.empty() && (n > 0 || r.counts[typeConsultation].Asks > 0) {
		return as(rt, bot.Likely, "questions about a thing are consultations")
	}
	if rt, ok := r.inquiry(); ok && n == 0 && r.mood.asksOnly() && !r.empty() && !r.mood.down {
		return as(rt, bot.Likely, "it asks about something and names nothing that is to be done")
	}
	rt, _ := find(r.types, lead)
	asks := r.counts[lead].Asks
	const plain, rival = 5, 2
	switch {
	case asks > 0 && n >= plain && next < rival && !r.mood.question && len(rt.Required) > 1 && len(r.lacks(rt)) == 0:
		return as(rt, bot.Certain, "the text plainly asks for "+lead+", nothing else, and all its details are there")
	case asks > 0 && n > next, r.counts[lead].Phrases > 1 && n > next:
		return as(rt, bot.Likely, "what the text asks for is of "+lead)
	}
	return Classification{
		Type: typeUnclear, Class: bot.ClassUnclear, Confidence: bot.Unsure, Suggested: lead,
		Reasons: append(reasons, "no key phrases that point to one type only"),
	}
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

// empty reports whether a text says next to nothing beside courtesies.
func (r *reader) empty() bool {
	const little, long = 12, 1200 // characters, bytes
	if len(r.text) > long {
		return false
	}
	rest := strings.Map(func(c rune) rune {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) || strings.ContainsRune(particles, c) {
			return -1
		}
		return c
	}, polite.ReplaceAllString(withoutPleas(r.text), ""))
	return utf8.RuneCountInString(rest) < little
}

// listItem is a line of a list of requests.
var listItem = regexp.MustCompile(`^\s*(?:[-*・●○◆■]|\(?\d{1,2}[).\x{ff0e}]|[①-⑳])\s*(.{6,})$`)

// nominal is a point of a list that names work without a verb: web01 の再起動.
var nominal = regexp.MustCompile(`(再起動|起動|停止|取得|作成|追加|削除|変更|更新|設定|登録|解除|適用|拡張|復元|リストア|発行|付与|アップ)(の件)?[。.]?$`)

// several looks whether the lines of a list ask for work of more than one type: the one with the shorter promise leads, and staff are
// offered to split the ticket.
func (r *reader) several(c Classification) Classification {
	if c.Class == bot.ClassIncident || c.Class == bot.ClassComplaint {
		return c
	}
	var ids []string
	for line := range strings.SplitSeq(r.t.Description, "\n") {
		text, ok := point(line)
		if !ok {
			continue
		}
		if _, _, label := labelled(line); label {
			continue
		}
		item := &reader{types: r.types, text: fold(text)}
		item.apart = bot.NewText(item.text)
		item.mood, item.counts = listen(item.text, item.apart), r.signs.Count(item.apart)
		if id, _, _ := item.leader(); id != "" && (item.counts[id].Asks > 0 || nominal.MatchString(item.text)) && !item.mood.asksOnly() && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 {
		return c
	}
	slices.SortStableFunc(ids, func(a, b string) int { return r.promise(a) - r.promise(b) })
	lead, _ := find(r.types, ids[0])
	if current, ok := find(r.types, c.Type); ok && slices.Contains(ids, c.Type) && r.promise(c.Type) == r.promise(lead.ID) {
		lead = current
	}
	c.Type, c.Class, c.Several = lead.ID, lead.Class, ids
	if c.Confidence != bot.Likely {
		c.Confidence = bot.Likely
	}
	c.Reasons = append(c.Reasons, "the ticket lists several requests ("+strings.Join(ids, ", ")+"): the shorter promise leads")
	return c
}

// promise orders types by the length of their promise.
func (r *reader) promise(id string) int {
	rt, _ := find(r.types, id)
	switch rt.Class {
	case bot.ClassIncident:
		return 0
	case bot.ClassMinor:
		return 1
	case bot.ClassImpactful, bot.ClassBasic, bot.ClassAdvanced, bot.ClassAnnouncement, bot.ClassComplaint, bot.ClassOther, bot.ClassUnclear:
	}
	return 2
}
