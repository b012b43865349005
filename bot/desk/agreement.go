package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

// alone reports whether the text below the summary names no other type, but for words that are a part of what this one is asked for by: a
// snapshot that is to be restored.
func (r *reader) alone(id string) bool {
	for i, rt := range r.types {
		if e := r.said[i]; rt.ID != id && rt.ID != typeConsultation && (e.body > aside || e.below > 0 && rt.OpenedBy != "provider" && r.strange(i, id)) {
			return false
		}
	}
	return true
}

// strange reports whether a phrase of a type stands below the summary and outside of all that asks for another.
func (r *reader) strange(kind int, id string) bool {
	title := r.titleEnd()
	for _, p := range r.heard.Places() {
		if p.Type == kind && p.From > title && !r.asked(id, p.From, p.To) {
			return true
		}
	}
	return false
}

// asked reports whether a place lies within one of the words that ask for a type: what only stands between them is another thing.
func (r *reader) asked(id string, from, to int) bool {
	return slices.ContainsFunc(r.heard.Asks, func(a bot.Asked) bool {
		return r.types[a.Type].ID == id && (a.From <= from && to <= a.Head || a.Last <= from && to <= a.To)
	})
}

// titleEnd is where the summary ends.
func (r *reader) titleEnd() int {
	if at := strings.IndexByte(r.text, '\n'); at >= 0 {
		return at
	}
	return len(r.text)
}

// agreed reports whether two pieces of evidence ask for a type and nothing speaks against it.
func (r *reader) agreed(rt bot.RequestType, e evidence) bool {
	if r.rival(rt.ID) != "" || r.mood.inquires || r.mood.able || r.mood.outage || r.mood.drill || r.mood.complaint || e.refused {
		return false
	}
	if r.mood.troubled {
		return false // what is asked for because something fails or is attacked may be an incident
	}
	const enough = 2
	complete := len(rt.Required) > 1 && r.detailed(rt)
	switch {
	case e.body >= demanded && rt.ID != "server_power" && r.alone(rt.ID) && !r.titledElse(rt.ID) && (complete || e.below >= enough || e.below > 0 && !r.unknown() && !r.contested(rt.ID)):
		return true
	case e.body >= demanded:
		return e.title >= pointed || e.titled > 0 && !r.titledElse(rt.ID) || complete && !r.titledElse(rt.ID) && (e.below > 0 || r.alone(rt.ID) && rt.ID != "server_power")
	case r.bare(), e.title >= demanded && e.body >= pointed && r.alone(rt.ID):
		return e.title >= demanded && complete
	}
	return e.title >= demanded && e.below >= enough && r.mood.doing && r.alone(rt.ID)
}

// detailed reports whether all details of a type are there, beside the kind of work, which the verb tells that asks for it.
func (r *reader) detailed(rt bot.RequestType) bool {
	return !slices.ContainsFunc(r.lacks(rt), func(item string) bool { return head(item) != "作業の種類" })
}

// unknown reports whether the text below the summary holds a name of Latin letters that no list knows and that is no host, size or the like: who
// asks to raise a limit of something unheard of may mean anything.
func (r *reader) unknown() bool {
	const short = 3 // letters
	text := r.text
	for from, to := nextName(text, r.titleEnd()); from >= 0; from, to = nextName(text, to) {
		if to-from < short || to < len(text) && text[to] == '{' || from > 0 && strings.IndexByte("{@./_-", text[from-1]) >= 0 || to < len(text) && text[to] == '@' {
			continue
		}
		if !slices.ContainsFunc(r.heard.Places(), func(p bot.Placed) bool { return p.From < to && from < p.To }) &&
			!slices.ContainsFunc(r.heard.Asks, func(a bot.Asked) bool { return a.From < to && from < a.Head || a.Last < to && from < a.To }) {
			return true
		}
	}
	return false
}

// contested reports whether a verb that asks for a type could be read as asking for another's work, too, even if that reading is the worse one.
func (r *reader) contested(id string) bool {
	for _, a := range r.heard.Asks {
		if r.types[a.Type].ID != id || a.Words < 2 {
			continue
		}
		if slices.ContainsFunc(r.heard.Asks, func(b bot.Asked) bool {
			return r.types[b.Type].ID != id && b.Words > 1 && b.Last < a.To && a.Last < b.To
		}) {
			return true
		}
	}
	return false
}

// titledElse reports whether the summary names another type.
func (r *reader) titledElse(id string) bool {
	for i, rt := range r.types {
		if e := r.said[i]; rt.ID != id && rt.ID != typeConsultation && (e.titled > 0 && rt.OpenedBy != "provider" && r.titledStrange(i, id) || e.title >= pointed) {
			return true
		}
	}
	return false
}

// headed reports whether the summary asks for the work of another type, and not only names a thing of it.
func (r *reader) headed(id string) bool {
	for i, rt := range r.types {
		if rt.ID != id && rt.ID != typeConsultation && r.said[i].title >= pointed {
			return true
		}
	}
	return false
}

// titledStrange reports whether the summary has a phrase of a type that is no part of what asks for another below it.
func (r *reader) titledStrange(kind int, id string) bool {
	title := r.titleEnd()
	for _, p := range r.heard.Places() {
		if p.Type != kind || p.From > title {
			continue
		}
		word := r.text[p.From:p.To]
		if !slices.ContainsFunc(r.heard.Asks, func(a bot.Asked) bool {
			return r.types[a.Type].ID == id && (a.From <= p.From && p.To <= a.Head || a.From > title && strings.Contains(r.text[a.From:a.Head], word))
		}) {
			return true
		}
	}
	return false
}

// technical reports whether the text below the summary names something in Latin letters, as nearly all that is asked about here is.
func (r *reader) technical() bool {
	from, to := nextName(r.text, r.titleEnd())
	return from >= 0 && to-from > 1
}
