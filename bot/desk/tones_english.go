package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

var (
	// Explaining words make a question of what begins as a plea.
	explaining = []string{"tell", "explain", "advise", "let me know", "let us know", "how", "what", "which", "why", "when ", "whether", "confirm", "clarify"}
	pleadings  = []string{"please", "could you", "can you", "would you", "we need", "i need", "also need", "need a ", "need an ", "we want", "would like", "kindly", "want to", "need to", "is it possible"}
	doubting   = []string{"do we need", "do i need", "need to know", "should we need", "don't need", "no need", "not need"}
	wonderers  = []string{"what", "how", "which", "why", "should we", "when was", "does it", "is it"}
)

// englishTone is how a sentence with English words in it sounds.
type englishTone struct {
	span
	one                            bool // no other one begins in it
	ascii, doubts, pleads, wonders bool
}

// hear listens to the sentence around a piece of text.
func (t *englishTone) hear(text string, from, to int) {
	t.from, t.to = englishSentence(text, from, to)
	t.one = true
	for i := from; i < to; i++ {
		t.one = t.one && !closesEnglish(text, i)
	}
	sentence := text[t.from:t.to]
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(sentence, w) })
	}
	if t.ascii = isASCII(sentence); t.ascii {
		t.doubts, t.pleads, t.wonders = has(doubting), has(pleadings), has(wonderers)
	}
}

// englishForce is that of an ask in an English sentence; ok is false when the sentence is Japanese with English words in it.
func (t *tones) englishForce(a bot.Asked, title bool) (f force, ok bool) {
	e := &t.english
	if !e.one || a.From < e.from || a.To > e.to {
		e.hear(t.text, a.From, a.To)
	}
	switch {
	case !e.ascii:
		return aside, false
	case e.doubts:
		return aside, true
	case e.pleads, title:
		return demanded, true
	case e.wonders:
		return aside, true
	case strings.TrimSpace(t.text[e.from:a.From]) == "":
		return demanded, true
	}
	return perhaps, true
}

// englishSentence is where the sentence around a piece of text begins and ends.
func englishSentence(text string, from, to int) (begin, end int) {
	for begin = from; begin > 0 && !closesEnglish(text, begin-1); begin-- {
	}
	for end = to; end < len(text) && !closesEnglish(text, end); end++ {
	}
	return begin, end
}

// closesEnglish reports whether a character ends an English sentence; the full stop within 8.3 or www.example.com ends none.
func closesEnglish(text string, at int) bool {
	switch text[at] {
	case '\n', '!', '?':
		return true
	case '.':
		return at+1 == len(text) || text[at+1] == ' ' || text[at+1] == '\n'
	}
	return false
}

// englishPlea reports whether a question mark ends an English sentence that politely asks for something to be done: could you restart web01?
func englishPlea(text string, mark int) bool {
	from, _ := englishSentence(text, mark, mark)
	sentence := text[from:mark]
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(sentence, w) })
	}
	return isASCII(sentence) && has([]string{"could you", "can you", "would you", "please", "will you"}) && !has(explaining)
}
