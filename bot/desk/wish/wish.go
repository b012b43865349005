package wish

import (
	"strings"
	"time"
)

// Doubt is why a wish must be asked back.
type Doubt string

// Doubts.
const (
	DoubtNone         Doubt = ""
	DoubtWeekday      Doubt = "weekday"      // the weekday contradicts the date
	DoubtNoSuchDay    Doubt = "no_such_day"  // 2/30, 25:70
	DoubtAlternatives Doubt = "alternatives" // more than one window
	DoubtLateNight    Doubt = "late_night"   // 深夜1時: which night?
	DoubtHalfDay      Doubt = "half_day"     // 3時: in the morning or in the afternoon?
	DoubtVague        Doubt = "vague"        // 頃, 上旬, 週末, 夜間
	DoubtPast         Doubt = "past"         // over before it was written
	DoubtOrder        Doubt = "order"        // ends before it starts
	DoubtNoDay        Doubt = "no_day"       // a time without a day
	DoubtNegation     Doubt = "negation"     // 12/1 以外
	DoubtZone         Doubt = "zone"         // a zone that is not read
	DoubtFieldAgainst Doubt = "field_against_text"
)

// Reading is what a text says of the desired window.
type Reading struct {
	// Found tells whether the text speaks of a date or a time at all; 至急 and 特になし do not.
	Found bool
	// Start and End are the window; the end is exclusive. A zero Start means "by End", a zero End means "from Start on".
	Start, End time.Time
	// OpenEnd says that the text gives no end: End is Start plus the default length of work.
	OpenEnd bool
	// Certain is false when the wish must be asked back; Doubt says why. Start and End are then the best guess, possibly zero.
	Certain bool
	Doubt   Doubt
}

// Context is what a text can't say itself.
type Context struct {
	// Written is the instant at which the text was written, in the writer's zone: 明日 is the day after it there.
	Written time.Time
	// Length is the default length of work when the text gives no end; two hours when 0.
	Length time.Duration
	// Business gives the day that is n business days after a day, for 翌営業日 and 3営業日以内; nil = such words are vague.
	Business func(day time.Time, n int) (time.Time, bool)
}

// Read reads a text that is about the desired date: the value of a field or of a template's heading.
func Read(text string, c Context) Reading {
	if c.Length == 0 {
		c.Length = usualLength
	}
	text = fold(text)
	r := c.read(text)
	if !r.Found && figures(text) { // 12.1, 0/5: whatever it means, it is no empty field
		r.Found, r.Doubt = true, DoubtVague
	}
	return r
}

// figures reports whether a field holds nothing but figures and what stands between those of dates.
func figures(text string) bool {
	text = strings.TrimSpace(text)
	return (strings.Contains(text, ".") || strings.HasPrefix(text, "0/")) && strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789./:- ~", r) }) < 0 && strings.ContainsAny(text, "0123456789")
}

// read reads folded text.
func (c Context) read(text string) Reading { return c.settle(parse(lex(text))) }

// Find looks for a wish in prose. Only sentences that ask for something to be done at a time count, not those that tell when something
// happened; two different windows are alternatives.
func Find(text string, c Context) Reading {
	if c.Length == 0 {
		c.Length = usualLength
	}
	var out Reading
	var scan scanner
	for s := range strings.FieldsFuncSeq(text, endsSentence) {
		if !mayName(s) { // most sentences name no day
			continue
		}
		s = asked(fold(s))
		if !mayName(s) {
			continue
		}
		r := c.settle(parse(scan.lex(s)))
		switch {
		case r.Doubt == DoubtNoDay || r.Start.IsZero() && r.End.IsZero():
		case !out.Found:
			out = r
		case !r.Start.Equal(out.Start) || !r.End.Equal(out.End):
			out.Certain, out.Doubt = false, DoubtAlternatives
		}
	}
	if out.Certain && leansOnOther(text) {
		out.Certain, out.Doubt = false, DoubtVague
	}
	return out
}

// Agree holds two readings of one wish against each other, such as that of a field and that of the text: when both are found and differ,
// the wish must be asked back. Otherwise the first that is found counts.
func Agree(a, b Reading) Reading {
	switch {
	case !a.Found:
		return b
	case !b.Found:
		return a
	case a.Start.Equal(b.Start) && (a.End.Equal(b.End) || a.OpenEnd || b.OpenEnd):
		if a.OpenEnd && !b.OpenEnd {
			a.End, a.OpenEnd = b.End, false
		}
		a.Certain = a.Certain && b.Certain
		if a.Doubt == DoubtNone {
			a.Doubt = b.Doubt
		}
		return a
	case within(a, b):
		return a
	case within(b, a):
		return b
	}
	a.Certain, a.Doubt = false, DoubtFieldAgainst
	return a
}

// within reports whether a is certain and says the same as b, only closer: a day and a time on it.
func within(a, b Reading) bool {
	return a.Certain && b.Certain && !a.Start.IsZero() && !a.End.IsZero() && !b.Start.IsZero() && !b.End.IsZero() &&
		!a.Start.Before(b.Start) && !a.End.After(b.End)
}

const usualLength = 2 * time.Hour

func endsSentence(r rune) bool { return r == '。' || r == '\n' || r == '\r' }
