package desk

import (
	"slices"
	"strings"
	"unicode"

	"toban/bot"
)

// tones tell how plainly each thing that a text asks for is meant. They remember the sentence that they were asked about last: a text may be one endless
// sentence with thousands of asks, and none of them is to go through all of it again.
type tones struct {
	text    string
	at      []ending
	firm    []int // by ending: the first one from it on that tells more than that something is past or supposed
	rest    rest
	english englishTone
}

// rest is the end of a sentence.
type rest struct {
	span
	said int // where its last words end, before full stops and brackets
}

func (m mood) tones(text string) *tones { return &tones{text: text, at: m.at} }

// forceOf tells how plainly an ask is meant.
func (t *tones) forceOf(a bot.Asked, title bool) force {
	if isASCII(t.text[a.From:a.To]) {
		if f, ok := t.englishForce(a, title); ok {
			return f
		}
	}
	return t.force(a, title)
}

// behind is what follows a place in its sentence: up to the end of the line, or behind the first full stop.
func (t *tones) behind(at int) rest {
	r := &t.rest
	switch {
	case at >= r.from && at < r.to:
	case at < r.from && !strings.Contains(t.text[at:r.from], "\n") && !strings.Contains(t.text[at:r.from], "。"):
		r.from = at
	default:
		tail := t.text[at:]
		if i := strings.IndexByte(tail, '\n'); i >= 0 {
			tail = tail[:i]
		}
		if i := strings.Index(tail, "。"); i >= 0 {
			tail = tail[:i+len("。")]
		}
		r.from, r.to = at, at+len(tail)
		r.said = at + len(strings.TrimRight(strings.TrimRightFunc(tail, unicode.IsSpace), "。!.)」』】"))
	}
	return *r
}

// firmly is the first ending from one on that does not only tell of the past or of what is supposed.
func (t *tones) firmly(from int) int {
	if t.firm == nil {
		t.firm = make([]int, len(t.at)+1)
		t.firm[len(t.at)] = len(t.at)
		for i := len(t.at) - 1; i >= 0; i-- {
			t.firm[i] = i
			if k := t.at[i].kind; k == heardPast2 || k == heardSupposed {
				t.firm[i] = t.firm[i+1]
			}
		}
	}
	return t.firm[from]
}

// force tells by what stands behind its verb how plainly an ask is meant. title: it stands in the summary.
func (t *tones) force(a bot.Asked, title bool) force {
	tail, said := "", a.To
	if !strings.HasSuffix(t.text[:a.To], "。") && !strings.HasSuffix(t.text[:a.To], "\n") { // else the ask itself closes its sentence
		r := t.behind(a.To)
		tail, said = t.text[a.To:r.to], r.said
	}
	if compounded(tail) || attributive(tail) {
		return aside
	}
	then := carriesOn(tail) || strings.HasSuffix(t.text[:a.To], "て") && strings.HasPrefix(tail, "、")
	end := a.To + min(len(tail), reach)
	if then {
		end = a.To + len(tail)
	}
	i, _ := slices.BinarySearchFunc(t.at, a.Last, func(e ending, at int) int { return e.from - at })
	for ; i < len(t.at) && t.at[i].from <= end; i++ {
		e := t.at[i]
		switch e.kind {
		case heardNot:
			return negated
		case heardPast2, heardSupposed:
			switch {
			case e.kind == heardPast2 && e.from < a.To: // that it is done is what the type is told by: パスワードを変更しました
				return demanded
			case !then:
				return aside
			case e.from >= a.To:
				i = t.firmly(i) - 1
			}
			continue
		case heardAble:
			if e.from < a.To { // the question is what the type is asked for by
				return demanded
			}
			return perhaps
		}
		// What somebody wants may itself only be the reason for something else.
		const near = 9 // bytes
		for _, next := range t.at[i+1:] {
			if next.from > e.to+near || next.from >= a.To+len(tail) { // another sentence: それから、
				break
			}
			if next.from >= e.to-near && next.kind == heardSupposed {
				return aside
			}
		}
		return demanded
	}
	const short = 36 // bytes: の件, について, 作業 and the like
	if begin := a.To + len(tail) - len(strings.TrimLeftFunc(tail, unicode.IsSpace)); said-begin <= short {
		if title {
			return demanded
		}
		return pointed
	}
	if title {
		return pointed
	}
	return perhaps
}
