package desk

import (
	"fmt"
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
	Type       string // request type id, or incident, unclear
	Class      bot.Class
	Confidence bot.Confidence
	Suggested  string // what content alone suggests, where it was not followed
	Reasons    []string
}

// Classify finds the request type: by the issue type and its aliases, then by category, then by key phrases. Where two types share an
// issue type the content decides. What is only guessed from phrases is likely at best; without any sign it is unclear.
func Classify(types []bot.RequestType, t Ticket) Classification {
	named := byName(types, t.IssueType)
	by := "issue type"
	if len(named) == 0 {
		for _, c := range t.Category {
			if named = byName(types, c); len(named) > 0 {
				by = "category"
				break
			}
		}
	}
	body := fold(t.Summary + "\n" + t.Description)
	switch {
	case len(named) == 1:
		c := Classification{Type: named[0].ID, Class: named[0].Class, Confidence: bot.Certain}
		c.Reasons = append(c.Reasons, fmt.Sprintf("%s %q names it", by, t.IssueType))
		return doubt(c, types, body)
	case len(named) > 1:
		rt, why := pick(named, body)
		return Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Likely, Reasons: []string{
			fmt.Sprintf("%s %q is shared by %d types", by, t.IssueType, len(named)), why,
		}}
	}
	return byContent(types, t.IssueType, body)
}

func byName(types []bot.RequestType, name string) []bot.RequestType {
	want := squeeze(name)
	if want == "" {
		return nil
	}
	var out []bot.RequestType
	for _, rt := range types {
		names := append([]string{rt.IssueType}, rt.Aliases...)
		for _, n := range names {
			if squeeze(n) == want {
				out = append(out, rt)
				break
			}
		}
	}
	// An alias that only one type has is a plain answer even where the main name is shared.
	if len(out) > 1 {
		for _, rt := range out {
			for _, a := range rt.Aliases {
				if squeeze(a) == want {
					return []bot.RequestType{rt}
				}
			}
		}
	}
	return out
}

func pick(named []bot.RequestType, body string) (bot.RequestType, string) {
	best, score := named[len(named)-1], 0
	for _, rt := range named {
		if n := hits(rt.ID, body); n > score {
			best, score = rt, n
		}
	}
	if score == 0 {
		return best, "no key phrase decides, the general type stands"
	}
	return best, fmt.Sprintf("%d key phrases of %s", score, best.ID)
}

// doubt lowers the confidence where a plain reading says something else than the issue type: content that reports an outage under the
// name of ordinary work, or questions under the name of changes.
func doubt(c Classification, types []bot.RequestType, body string) Classification {
	if c.Class == bot.ClassIncident {
		if drill(body) {
			c.Confidence = bot.Likely
			c.Reasons = append(c.Reasons, "the text speaks of a drill or a test")
		}
		return c
	}
	if reportsOutage(body) {
		if _, ok := find(types, "incident"); ok {
			c.Confidence, c.Suggested = bot.Likely, "incident"
			c.Reasons = append(c.Reasons, "the text reads like an outage: staff are asked")
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

func byContent(types []bot.RequestType, issueType, body string) Classification {
	reasons := []string{fmt.Sprintf("issue type %q is none of the contract's", issueType)}
	if reportsOutage(body) && !drill(body) {
		if rt, ok := find(types, "incident"); ok {
			return Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Likely, Reasons: append(reasons, "the text reports an outage")}
		}
	}
	best, second := "", 0
	score := 0
	for _, rt := range types {
		n := hits(rt.ID, body)
		switch {
		case n > score:
			best, score, second = rt.ID, n, score
		case n > second:
			second = n
		}
	}
	if score >= 2 && score > second {
		rt, _ := find(types, best)
		return Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Likely, Reasons: append(reasons, fmt.Sprintf("%d key phrases of %s", score, best))}
	}
	return Classification{
		Type: "unclear", Class: bot.ClassUnclear, Confidence: bot.Unsure, Suggested: best,
		Reasons: append(reasons, "no key phrases that point to one type only"),
	}
}

func hits(id, body string) int {
	n := 0
	for _, p := range phrases[id] {
		if strings.Contains(body, p) {
			n++
		}
	}
	return n
}
