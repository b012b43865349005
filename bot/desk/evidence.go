package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

// evidence is what a ticket says of one type, each apart: the summary and the text below it speak for themselves.
type evidence struct {
	title, body force // how plainly each asks for its work at best
	wants       int   // sentences of the body that plainly ask for it
	phrases     int   // words that point to it
	titled      int   // such words in the summary
	below       int   // and below it
	refused     bool  // somewhere it is said not to be wanted
}

// asks reports whether anything asks for the work.
func (e evidence) asks() bool { return e.title >= pointed || e.body >= pointed }

// plain reports whether something asks for it in so many words.
func (e evidence) plain() bool { return e.title >= demanded || e.body >= demanded }

// says reports whether the ticket names it at all.
func (e evidence) says() bool { return e.asks() || e.phrases > 0 || e.title > 0 || e.body > 0 }

func (e evidence) weight() int {
	const twice = 2
	return twice*int(max(e.title, 0)) + twice*int(max(e.body, 0)) + min(e.wants, twice) + min(e.phrases, 3)
}

// weigh gathers the evidence for every type out of what was heard in the whole text, whose first line is the summary. general is
// the type of questions, whose words stand in all kinds of requests; -1 when there is none.
func weigh(types, general int, text string, h *bot.Heard, m mood) []evidence {
	out := make([]evidence, types)
	title := strings.IndexByte(text, '\n')
	if title < 0 {
		title = len(text)
	}
	asks := slices.Clone(h.Asks)
	slices.SortStableFunc(asks, func(a, b bot.Asked) int { return a.Last - b.Last })
	last := make([]int, types) // the sentence that was counted last, from 1
	quotes := quoted(text)
	reply := answers(text)
	tones := m.tones(text)
	for i, a := range asks {
		if within(quotes, a.Last) || outdone(text, asks, i, quotes, general) {
			continue
		}
		e := &out[a.Type]
		f := tones.forceOf(a, a.From < title)
		if f > perhaps && ownerOnly(text, a) {
			f = perhaps
		}
		if f == negated {
			e.refused = true
			continue
		}
		if a.From < title {
			if reply {
				f = min(f, perhaps)
			}
			e.title = max(e.title, f)
			continue
		}
		e.body = max(e.body, f)
		if f >= pointed && last[a.Type] != a.Sentence+1 {
			last[a.Type] = a.Sentence + 1
			e.wants++
		}
	}
	for i := range out {
		out[i].phrases, out[i].titled, out[i].below = h.Phrases(i)
	}
	return out
}

// answers reports whether a summary is that of an answer or of what was passed on: what it asks for was asked for by somebody, some time.
func answers(text string) bool {
	for _, w := range []string{"re:", "re ", "fw:", "fwd:", "返信:", "転送:"} {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

// ownerOnly reports whether a host is only where the thing is that something is done to: agency01 の kubo を削除.
func ownerOnly(text string, a bot.Asked) bool {
	between := text[a.Head:max(a.Head, a.Last)]
	return text[a.From:a.Head] == markHost && strings.HasPrefix(between, "の") && strings.Contains(between, "を")
}

// outdone reports whether the same verb serves another type better: what stands nearest before it is what it is about. 監視を停止 stops no
// server, and a Security Group is no group of users.
func outdone(text string, asks []bot.Asked, i int, quotes []span, general int) bool {
	a := asks[i]
	const around = 40 // an ask overlaps few others
	for j := max(0, i-around); j < min(len(asks), i+around); j++ {
		b := asks[j]
		if b.Type != a.Type && b.Sentence == a.Sentence && a.Words > 1 && b.Type != general && a.Head <= b.Last && b.To <= a.Last && empty(text[a.Last:a.To]) && !empty(text[b.Last:b.To]) {
			return true // 引き上げる申請をお願いします: the nearest verb tells what is asked for
		}
		if b.Type == a.Type || b.Sentence != a.Sentence || b.Last >= a.To || a.Last >= b.To {
			continue
		}
		switch in, out := within(quotes, b.From), within(quotes, a.From); {
		case in && !out: // what is quoted is a value, and no thing that is worked on
		case out && !in && b.Words > 1, better(text, b, a):
			return true
		}
	}
	return false
}

// empty reports whether a verb says nothing of what is to be done.
func empty(verb string) bool {
	return slices.Contains([]string{"お願い", "ください", "下さい", "いただ", "頂", "ほしい", "欲しい", "希望", "依頼", "申請", "したい"}, verb)
}

// better reports whether a is the closer reading of a verb than b.
func better(text string, a, b bot.Asked) bool {
	switch {
	case (a.Words > 1) != (b.Words > 1):
		return a.Words > 1
	case a.Words == 1:
		return a.To-a.From > b.To-b.From
	case a.From <= b.From && b.Head <= a.Head && a.Head-a.From > b.Head-b.From: // b's word lies within a's
		return true
	case b.From <= a.From && a.Head <= b.Head && b.Head-b.From > a.Head-a.From:
		return false
	case follows(text, a.Head, "を") && follows(text, b.Head, "から"): // アカウントを bastion から削除
		return true
	case follows(text, b.Head, "を") && follows(text, a.Head, "から"):
		return false
	case a.Words != b.Words:
		return a.Words > b.Words
	case a.From == b.From && a.Last == b.Last:
		return a.To > b.To // 原因調査, not 原因
	}
	return a.From > b.From
}

// follows reports whether a particle stands behind a word, perhaps with a name between them.
func follows(text string, at int, particle string) bool {
	for at < len(text) && (inName(text[at]) || text[at] == '{' || text[at] == '}' || text[at] == ' ') {
		at++
	}
	return strings.HasPrefix(text[at:], particle)
}
