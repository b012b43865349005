package desk

import (
	"cmp"
	"slices"
	"strings"

	"toban/bot"
)

// span is a piece of a text, in bytes.
type span struct{ from, to int }

// quoted finds what stands between 「 and 」.
func quoted(text string) []span {
	var out []span
	for at := 0; ; {
		from := strings.Index(text[at:], "「")
		if from < 0 {
			return out
		}
		from += at
		to := strings.Index(text[from:], "」")
		if to < 0 {
			return out
		}
		at = from + to
		out = append(out, span{from, at})
	}
}

// within reports whether a place is inside of one of what quoted finds.
func within(quotes []span, at int) bool {
	next, _ := slices.BinarySearchFunc(quotes, at, func(s span, at int) int { return cmp.Compare(s.from, at) })
	return next > 0 && at < quotes[next-1].to
}

// cover are pieces of a text that others are looked up in, however many there are of both.
type cover struct {
	spans []span // by their beginnings
	reach []int  // where the furthest of each one and those before it ends
}

// covered are the places of asks.
func covered(lists ...[]bot.Asked) cover {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	if n == 0 {
		return cover{}
	}
	spans := make([]span, 0, n)
	for _, l := range lists {
		for _, a := range l {
			spans = append(spans, span{a.From, a.To})
		}
	}
	return newCover(spans)
}

func newCover(spans []span) cover {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	c := cover{spans: spans, reach: make([]int, len(spans))}
	furthest := 0
	for i, s := range spans {
		furthest = max(furthest, s.to)
		c.reach[i] = furthest
	}
	return c
}

// holds reports whether one of the pieces holds another one.
func (c *cover) holds(from, to int) bool {
	next := c.after(from)
	return next > 0 && c.reach[next-1] >= to
}

// touches reports whether one of the pieces that overlap another one, or adjoin it, is of a kind.
func (c *cover) touches(from, to int, is func(span) bool) bool {
	for i := c.after(to) - 1; i >= 0 && c.reach[i] >= from; i-- {
		if c.spans[i].to >= from && is(c.spans[i]) {
			return true
		}
	}
	return false
}

// after is the first of the pieces that begin behind a place.
func (c *cover) after(at int) int {
	next, _ := slices.BinarySearchFunc(c.spans, at+1, func(s span, at int) int { return cmp.Compare(s.from, at) })
	return next
}
