package opinion

import (
	"strings"
	"unicode/utf8"
)

// maxTokens bounds what is read of a text: what a customer wants stands near its top.
const maxTokens = 640

// feature is a hash of one token or of two neighbours, of the summary, of what stands below it, or of the whole text; its low bits are not used.
type feature uint32

const (
	seedWhole, seedTitle, seedBelow = 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35
	begin, end                      = 1, 2 // tokens before the first and behind the last one
)

// tokens takes folded text apart, whose first line is the summary; title is how many of them are the summary's.
func tokens(text string, room *[maxTokens]uint32) (all []uint32, title int) {
	n, lined := 0, false
	for at := 0; at < len(text) && n < len(room); {
		if text[at] == '\n' && !lined {
			title, lined = n, true
		}
		token, next := read(text, at)
		if token != 0 {
			room[n] = token
			n++
		}
		at = next
	}
	if !lined {
		title = n
	}
	return room[:n], title
}

// features appends every feature of a text, in order; some come more than once.
func features(text string, out []feature) []feature {
	var room [maxTokens]uint32
	all, title := tokens(text, &room)
	return joined(all[title:], seedBelow, joined(all, seedWhole, joined(all[:title], seedTitle, out)))
}

// maxFeatures is how many features a text has at most.
const maxFeatures = 4*maxTokens + 3

func joined(tokens []uint32, seed uint32, out []feature) []feature {
	before := uint32(begin)
	for _, token := range tokens {
		out = append(out, mixed(token, 0, seed), mixed(before, token, seed))
		before = token
	}
	return append(out, mixed(before, end, seed))
}

// mixed spreads two tokens over all bits.
func mixed(a, b, seed uint32) feature {
	h := a*0xcc9e2d51 ^ (b+seed)*0x1b873593
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	return feature(h)
}

// read is the token at a place and where the next one begins; 0 for what is passed over: white space. A name that the desk marked
// (web01{host}) counts as its mark only, numbers and addresses of mail are all alike.
func read(text string, at int) (token uint32, next int) {
	c := text[at]
	if c >= utf8.RuneSelf {
		r, n := utf8.DecodeRuneInString(text[at:])
		if r == '\u3000' {
			return 0, at + n
		}
		return uint32(r), at + n //nolint:gosec // no rune is negative here
	}
	if !inName(c) {
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			return 0, at + 1
		}
		return uint32(c), at + 1
	}
	next = at + 1
	for next < len(text) && inName(text[next]) {
		next++
	}
	if next < len(text) && text[next] == '{' {
		if n := strings.IndexByte(text[next:], '}'); n > 0 {
			return hash(text[next : next+n+1]), next + n + 1
		}
	}
	return name(strings.Trim(text[at:next], "-_.:/")), next
}

func name(word string) uint32 {
	digits := 0
	for i := range len(word) {
		if word[i] >= '0' && word[i] <= '9' {
			digits++
		}
	}
	switch {
	case word == "":
		return 0
	case strings.IndexByte(word, '@') >= 0 && len(word) > 1:
		return hash("@")
	case digits == len(word):
		return hash("0")
	case 2*digits > len(word):
		return hash("a0")
	}
	return hash(word)
}

// hash is FNV-1a, above all characters.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h | 1<<31
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '/' || c == '@' || c == ':'
}
