package desk

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// plainForce reads each ask by itself, through the whole of its sentence: slow, and what tones must come to as well.
func plainForce(m mood, text string, a bot.Asked, title bool) force {
	if isASCII(text[a.From:a.To]) {
		from, to := englishSentence(text, a.From, a.To)
		sentence := text[from:to]
		has := func(list []string) bool {
			return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(sentence, w) })
		}
		switch {
		case !isASCII(sentence):
		case has(doubting):
			return aside
		case has(pleadings), title:
			return demanded
		case has(wonderers):
			return aside
		case strings.TrimSpace(text[from:a.From]) == "":
			return demanded
		default:
			return perhaps
		}
	}
	tail, _, _ := strings.Cut(text[a.To:], "\n")
	if i := strings.Index(tail, "。"); i >= 0 {
		tail = tail[:i+len("。")]
	}
	if strings.HasSuffix(text[:a.To], "。") || strings.HasSuffix(text[:a.To], "\n") {
		tail = ""
	}
	if compounded(tail) || attributive(tail) {
		return aside
	}
	then := carriesOn(tail) || strings.HasSuffix(text[:a.To], "て") && strings.HasPrefix(tail, "、")
	end := a.To + min(len(tail), reach)
	if then {
		end = a.To + len(tail)
	}
	for i, e := range m.at {
		if e.from < a.Last || e.from > end {
			continue
		}
		switch e.kind {
		case heardNot:
			return negated
		case heardPast2, heardSupposed:
			if e.kind == heardPast2 && e.from < a.To {
				return demanded
			}
			if then {
				continue
			}
			return aside
		case heardAble:
			if e.from < a.To {
				return demanded
			}
			return perhaps
		}
		const near = 9
		for _, next := range m.at[i+1:] {
			if next.from > e.to+near || next.from >= a.To+len(tail) {
				break
			}
			if next.from >= e.to-near && next.kind == heardSupposed {
				return aside
			}
		}
		return demanded
	}
	const short = 36
	said := len(strings.TrimRight(strings.TrimSpace(tail), "。!.)」』】")) > short
	switch {
	case title && !said:
		return demanded
	case title, !said:
		return pointed
	}
	return perhaps
}

// TestTones: whatever the order in which a text's asks are looked at, each is meant as it is when it is read by itself.
func TestTones(t *testing.T) {
	words := bot.NewSigns([]bot.RequestType{
		{Signs: bot.SignWords{Asks: [][][]string{{{"停止", "再起動", "削除", "restart", "delete"}}, {{"web"}, {"停止", "再起動してください"}}}}},
		{Signs: bot.SignWords{Asks: [][][]string{{{"please"}, {"restart", "delete"}}}, Gap: 12}},
	})
	r := rand.New(rand.NewPCG(5, 6))
	asked := 0
	list := scraps(12_000, "停止|再起動|削除|してください|し、|して、|しました|したい|しないで|場合|ため|できますか|。|、|の件| |web|restart|delete|please|could you|what|no need|. |? |.com|!|」|あいうえおかきくけこさしすせそ|お願いします|した後、|済みです|予定|please ! the restart|the ")
	for i := 2; i < len(list); i++ {
		text := bot.Unspaced(list[i-2] + list[i-1] + list[i])
		apart := bot.NewText(text)
		m := listen(text, apart)
		asks := words.Read(apart).Asks
		r.Shuffle(len(asks), func(i, j int) { asks[i], asks[j] = asks[j], asks[i] })
		tones := m.tones(text)
		for _, a := range asks {
			title := r.IntN(2) == 0
			if got, want := tones.forceOf(a, title), plainForce(m, text, a, title); got != want {
				t.Fatalf("%q: %q is meant %d, want %d", text, text[a.From:a.To], got, want)
			}
			asked++
		}
	}
	if asked < 10_000 {
		t.Errorf("only %d asks were compared", asked)
	}
}

// TestCovers holds looking up among pieces of a text against looking at each of them.
func TestCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 4_000 {
		spans := make([]span, r.IntN(6))
		for i := range spans {
			from := r.IntN(20)
			spans[i] = span{from, from + r.IntN(6)}
		}
		from := r.IntN(22)
		to := from + r.IntN(5)
		holds, touches := false, false
		for _, s := range spans {
			holds = holds || s.from <= from && to <= s.to
			touches = touches || s.from <= to && from <= s.to && s.to%2 == 0
		}
		c := newCover(slices.Clone(spans))
		if c.holds(from, to) != holds || c.touches(from, to, func(s span) bool { return s.to%2 == 0 }) != touches {
			t.Fatalf("%v: %d to %d is held: %v, touched: %v", spans, from, to, holds, touches)
		}
	}
}
