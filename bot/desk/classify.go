package desk

import (
	"fmt"
	"slices"
	"strings"

	"toban/bot"
)

// Ticket is what a classification reads.
type Ticket struct {
	IssueType   string
	Summary     string
	Description string
	Category    []string
}

// Classification is what a ticket was understood as, with reasons.
type Classification struct {
	Type       string // request type id, or incident, complaint, unclear
	Class      bot.Class
	Confidence bot.Confidence
	Suggested  string // what else it may be, for staff to confirm
	Reasons    []string
}

// Ids of what is no request type of every contract.
const (
	typeIncident     = "incident"
	typeConsultation = "consultation"
	typeComplaint    = "complaint"
	typeUnclear      = "unclear"
)

// Classify finds the request type: by the issue type and its aliases, then by category, then by key phrases. Where two types share an
// issue type the content decides. Where the issue type and a plain reading of the content disagree, the content wins and the confidence
// falls. What is only guessed from phrases is likely at best; without any sign it is unclear.
func Classify(types []bot.RequestType, t Ticket) Classification {
	named, by := byName(types, t.IssueType), fmt.Sprintf("issue type %q", t.IssueType)
	for _, c := range t.Category {
		if len(named) > 0 {
			break
		}
		named, by = byName(types, c), fmt.Sprintf("category %q", c)
	}
	text := reading(t)
	switch {
	case complaints.MatchString(fold(t.IssueType)):
		return Classification{Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Certain, Reasons: []string{"the issue type is a complaint"}}
	case len(named) == 1:
		return against(types, named[0], by+" names it", t, text)
	case len(named) > 1:
		rt, why := pick(named, text)
		c := against(types, rt, fmt.Sprintf("%s is shared by %d types", by, len(named)), t, text)
		c.Confidence = bot.Likely
		c.Reasons = append(c.Reasons, why)
		return c
	}
	return byContent(types, t.IssueType, text)
}

// reading is the text without the template's headings, folded.
func reading(t Ticket) string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(t.Description, "\r\n", "\n"), "\n") {
		if headingLine.MatchString(line) {
			continue
		}
		if m := labelLine.FindStringSubmatch(line); m != nil && strings.TrimSpace(m[2]) == "" {
			continue
		}
		out = append(out, line)
	}
	return fold(t.Summary + "\n" + strings.Join(out, "\n"))
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

func pick(named []bot.RequestType, text string) (bot.RequestType, string) {
	best, score := named[len(named)-1], 0
	for _, rt := range named {
		// The general type of a shared name has words such as 相談 in nearly every ticket: they don't count against a special one.
		if n := hits(rt.ID, text); n > score && rt.ID != typeConsultation {
			best, score = rt, n
		}
	}
	if score == 0 {
		return best, "no key phrase decides, the general type stands"
	}
	return best, fmt.Sprintf("%d key phrases of %s", score, best.ID)
}

// against holds what the issue type says against a plain reading of the content.
func against(types []bot.RequestType, rt bot.RequestType, why string, t Ticket, text string) Classification {
	c := Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Certain, Reasons: []string{why}}
	other := func(id, reason string) Classification {
		o, _ := find(types, id)
		return Classification{Type: o.ID, Class: o.Class, Confidence: bot.Likely, Suggested: rt.ID, Reasons: []string{why, reason}}
	}
	_, incidents := find(types, typeIncident)
	_, consults := find(types, typeConsultation)
	if rt.Class == bot.ClassIncident {
		if drill(text) {
			c.Confidence = bot.Likely
			c.Reasons = append(c.Reasons, "the text speaks of a drill or a test: staff are asked")
		} else if consults && asksOnly(text) && !outage.MatchString(text) && len(Missing(rt, t.Summary+"\n"+t.Description)) > 1 {
			c = other(typeConsultation, "the text only asks about something and reports no outage")
		}
		return c
	}
	if rt.OpenedBy == "provider" {
		return c
	}
	switch {
	case complaints.MatchString(text) && hits(rt.ID, text) == 0 && !reportsOutage(text):
		return Classification{
			Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Likely, Suggested: rt.ID,
			Reasons: []string{why, "the text reads like a complaint and says nothing of the type"},
		}
	case incidents && !drill(text) && reportsOutage(text):
		return other(typeIncident, "the text reports an outage: the shorter promise leads")
	case incidents && outage.MatchString(text):
		c.Confidence, c.Suggested = bot.Likely, typeIncident
		c.Reasons = append(c.Reasons, "the text speaks of an outage, not plainly of one now: staff are asked")
		return c
	case consults && (rt.Class == bot.ClassMinor || rt.Class == bot.ClassImpactful) && rt.ID != "procedure_change" && rt.ID != typeConsultation && asksOnly(text):
		return other(typeConsultation, "questions about a thing are consultations, not changes of it")
	}
	if len(Missing(rt, t.Summary+"\n"+t.Description)) > 0 && hits(rt.ID, text) == 0 {
		if id, n, plainly := best(types, text); plainly && id != rt.ID {
			if o, _ := find(types, id); len(Missing(o, t.Summary+"\n"+t.Description)) == 0 {
				return other(id, fmt.Sprintf("the content is plainly another: %d key phrases of %s, its details are all there", n, id))
			}
		}
	}
	return c
}

func find(types []bot.RequestType, id string) (bot.RequestType, bool) {
	for _, rt := range types {
		if rt.ID == id {
			return rt, true
		}
	}
	return bot.RequestType{}, false
}

func byContent(types []bot.RequestType, issueType, text string) Classification {
	reasons := []string{fmt.Sprintf("issue type %q is none of the contract's", issueType)}
	likely := func(id, why string) (Classification, bool) {
		rt, ok := find(types, id)
		return Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Likely, Reasons: append(reasons, why)}, ok
	}
	if reportsOutage(text) && !drill(text) {
		if c, ok := likely(typeIncident, "the text reports an outage"); ok {
			return c
		}
	}
	if complaints.MatchString(text) {
		return Classification{Type: typeComplaint, Class: bot.ClassComplaint, Confidence: bot.Likely, Reasons: append(reasons, "the text reads like a complaint")}
	}
	id, n, plainly := best(types, text)
	if asksOnly(text) && n > 0 {
		if c, ok := likely(typeConsultation, "questions about a thing are consultations"); ok {
			return c
		}
	}
	if plainly {
		if c, ok := likely(id, fmt.Sprintf("%d key phrases of %s", n, id)); ok {
			return c
		}
	}
	return Classification{
		Type: typeUnclear, Class: bot.ClassUnclear, Confidence: bot.Unsure, Suggested: id,
		Reasons: append(reasons, "no key phrases that point to one type only"),
	}
}

// best is the type with the most key phrases; plainly when it has at least two and more than every other.
func best(types []bot.RequestType, text string) (id string, n int, plainly bool) {
	second := 0
	for _, rt := range types {
		switch h := hits(rt.ID, text); {
		case h > n:
			id, n, second = rt.ID, h, n
		case h > second:
			second = h
		}
	}
	return id, n, n >= 2 && n > second
}

func hits(id, text string) int {
	n := 0
	for _, p := range phrases[id] {
		if strings.Contains(text, p) {
			n++
		}
	}
	return n
}
