package bot

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Text is folded text taken apart for reading; many Signs may read it.
type Text struct {
	chars  []uint16 // beyond the basic plane all are its last one
	kinds  []uint8  // of each character
	begins []int32  // where each character begins, and where the text ends
	title  int      // characters of the first line
}

// NewText takes folded text apart.
func NewText(folded string) *Text {
	t := &Text{}
	t.take(folded)
	return t
}

// Text takes folded text apart like NewText, in the memory of a text that was given back.
func (s *Signs) Text(folded string) *Text {
	t, _ := s.read.Get().(*Text)
	if t == nil {
		t = &Text{}
	}
	t.take(folded)
	return t
}

// Back takes back a text that nobody reads any more.
func (s *Signs) Back(t *Text) { s.read.Put(t) }

func (t *Text) take(folded string) {
	n := len(folded) // there are no more characters than bytes
	t.chars, t.kinds, t.begins = slices.Grow(t.chars[:0], n)[:n], slices.Grow(t.kinds[:0], n)[:n], slices.Grow(t.begins[:0], n+1)[:n+1]
	t.title = -1
	chars, kinds, begins := t.chars, t.kinds, t.begins
	i := 0
	for at := 0; at < n; i++ {
		begins[i] = int32(at)
		c := folded[at]
		r, size, kind := uint16(c), 1, uint8(0)
		switch {
		case c < utf8.RuneSelf:
			kind = kindOf(folded, at)
			if c == '\n' && t.title < 0 {
				t.title = i
			}
		case c >= firstPlain && c <= lastPlain && at+2 < n && folded[at+1]&0xc0 == utf8.RuneSelf && folded[at+2]&0xc0 == utf8.RuneSelf: // kana and kanji
			r, size = uint16(c&0xf)<<12|uint16(folded[at+1]&0x3f)<<6|uint16(folded[at+2]&0x3f), len("あ")
			if r == '。' {
				kind = endsSentence
			}
		default:
			var wide rune
			wide, size = utf8.DecodeRuneInString(folded[at:])
			r = plane(wide)
		}
		chars[i], kinds[i] = r, kind
		at += size
	}
	begins[i] = int32(n) //nolint:gosec // no text is so long
	t.chars, t.kinds, t.begins = chars[:i], kinds[:i], begins[:i+1]
	if t.title < 0 {
		t.title = i
	}
}

// kindOf is the kind of an ASCII character.
func kindOf(text string, at int) uint8 {
	switch c := text[at]; {
	case c >= 'a' && c <= 'z':
		return isLatin
	case c == '{':
		return opensMark
	case c == '\n', (c == '?' || c == '!') && at > 0 && text[at-1] >= utf8.RuneSelf:
		return endsSentence
	case (c == '.' || c == '?' || c == '!') && closesEnglish(text, at):
		return endsSentence
	}
	return 0
}

// The first bytes of characters of three bytes whose others may be any that continue.
const firstPlain, lastPlain = 0xe1, 0xec

// begin is the byte at which a character begins.
func (t *Text) begin(char int32) int { return int(t.begins[char]) }

// closesEnglish reports whether a sign ends an English sentence: it stands behind a letter or a digit, and a space follows or nothing.
func closesEnglish(text string, at int) bool {
	if at == 0 || at+1 < len(text) && text[at+1] != ' ' && text[at+1] != '\n' {
		return false
	}
	c := text[at-1]
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == ')' || c == '"' || c == '}'
}

// plane is a character of the basic plane; all beyond it are its last one.
func plane(r rune) uint16 {
	const last = 0xffff
	if r < 0 || r > last {
		return last
	}
	return uint16(r)
}

// Unspaced is a text without the single spaces that some people set between Japanese and Latin letters: iam ユーザー is iamユーザー. Words
// are compared in this form.
func Unspaced(text string) string {
	var out strings.Builder
	from := 0
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], ' ')
		if next < 0 {
			break
		}
		i += next
		if i > 0 && i+1 < len(text) && (text[i-1] >= utf8.RuneSelf || text[i+1] >= utf8.RuneSelf) && text[i-1] != '\n' && text[i+1] != ' ' {
			if from == 0 {
				out.Grow(len(text))
			}
			out.WriteString(text[from:i])
			from = i + 1
		}
	}
	if from == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
}

const (
	isLatin      = 1
	endsSentence = 2
	opensMark    = 3 // what follows is no word of its own: {address} adds nothing
)
