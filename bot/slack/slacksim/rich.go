package slacksim

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	bullet   = regexp.MustCompile(`^(?:•|-|\*) +(.*)$`)
	numbered = regexp.MustCompile(`^\d{1,3}[.)] +(.*)$`)
	colons   = regexp.MustCompile(`^:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:`)
)

// richText is the block that Slack makes of a text without blocks, and that its composer sends along with what a person typed; inside it
// nothing is escaped. t is a text as Slack keeps it. Without markup the text is one run of words.
func richText(t string, markup bool) obj {
	block := obj{"type": "rich_text"}
	if !markup {
		block["elements"] = []any{section([]any{run(spelled.Replace(t), nil)})}
		return block
	}
	var elements []any
	for i, part := range strings.Split(t, "```") {
		if i%2 == 1 && strings.Contains(t, "```") {
			elements = append(elements, obj{"type": "rich_text_preformatted", "border": 0, "elements": inline(strings.Trim(part, "\n"), obj{"literal": true})})
			continue
		}
		if part = strings.Trim(part, "\n"); part != "" {
			elements = append(elements, paragraphs(part)...)
		}
	}
	if elements == nil {
		elements = []any{section([]any{})}
	}
	block["elements"] = elements
	return block
}

func section(of []any) obj { return obj{"type": "rich_text_section", "elements": of} }

// paragraphs groups lines of one kind: quotes, lists, and the rest.
func paragraphs(t string) []any {
	var out []any
	kind, lines := "", []string{}
	flush := func() {
		switch {
		case len(lines) == 0:
		case kind == "quote":
			out = append(out, obj{"type": "rich_text_quote", "elements": inline(strings.Join(lines, "\n"), nil)})
		case kind == "":
			out = append(out, section(inline(strings.Join(lines, "\n"), nil)))
		default:
			items := []any{}
			for _, l := range lines {
				items = append(items, section(inline(l, nil)))
			}
			out = append(out, obj{"type": "rich_text_list", "style": kind, "indent": 0, "border": 0, "elements": items})
		}
		lines = nil
	}
	for line := range strings.SplitSeq(t, "\n") {
		now, rest := "", line
		if q, ok := strings.CutPrefix(line, "&gt;"); ok {
			now, rest = "quote", strings.TrimPrefix(q, " ")
		} else if m := bullet.FindStringSubmatch(line); m != nil {
			now, rest = "bullet", m[1]
		} else if m := numbered.FindStringSubmatch(line); m != nil {
			now, rest = "ordered", m[1]
		}
		if now != kind {
			flush()
			kind = now
		}
		lines = append(lines, rest)
	}
	flush()
	return out
}

// run is a piece of text in one style.
func run(t string, style obj) obj {
	e := obj{"type": "text", "text": t}
	if s := shown(style); len(s) > 0 {
		e["style"] = s
	}
	return e
}

// shown is a style as it goes into an element.
func shown(style obj) obj {
	s := maps.Clone(style)
	delete(s, "literal")
	return s
}

// marks are the characters around styled words.
func marks(c byte) string {
	switch c {
	case '*':
		return "bold"
	case '_':
		return "italic"
	case '~':
		return "strike"
	case '`':
		return "code"
	}
	return ""
}

// inline makes elements of a line's text: words, styles, references, emoji. A literal style takes references only.
func inline(t string, style obj) []any {
	out := []any{}
	i, from := 0, 0 // the words that nothing was made of yet
	flush := func(next int) {
		if from < i {
			out = append(out, run(spelled.Replace(t[from:i]), style))
		}
		i, from = next, next
	}
	literal := style["literal"] != nil || style["code"] != nil
	for i < len(t) {
		c := t[i]
		if c == '<' {
			if at := inAngles.FindStringIndex(t[i:]); at != nil && at[0] == 0 && meaningful(t[i+1:i+at[1]-1]) {
				e := reference(t[i+1:i+at[1]-1], style)
				flush(i + at[1])
				out = append(out, e)
				continue
			}
		}
		if c == ':' && !literal {
			if m := colons.FindStringSubmatch(t[i:]); m != nil && emojis()[m[1]] != "" {
				flush(i + len(m[0]))
				out = append(out, emojiElement(m[1], emojis()[m[1]]))
				continue
			}
		}
		if name := marks(c); name != "" && !literal && style[name] == nil {
			if end := closing(t, i); end > 0 {
				inner := maps.Clone(style)
				if inner == nil {
					inner = obj{}
				}
				inner[name] = true
				within := t[i+1 : end]
				flush(end + 1)
				out = append(out, inline(within, inner)...)
				continue
			}
		}
		i++
	}
	flush(i)
	return out
}

// closing finds the mark that ends what the mark at i begins; 0 when it begins nothing.
func closing(t string, i int) int {
	before, _ := utf8.DecodeLastRuneInString(t[:i])
	after, _ := utf8.DecodeRuneInString(t[i+1:])
	if i > 0 && wordly(before) || unicode.IsSpace(after) {
		return 0
	}
	for j := i + 1; j < min(len(t), i+4000) && t[j] != '\n'; j++ { // nobody styles more than that; a text full of stars must not take for ever
		if t[j] != t[i] || j == i+1 {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(t[:j])
		next, _ := utf8.DecodeRuneInString(t[j+1:])
		if !unicode.IsSpace(last) && (j+1 == len(t) || !wordly(next)) {
			return j
		}
	}
	return 0
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// reference is what stands in angle brackets.
func reference(inner string, style obj) obj {
	id, label, _ := strings.Cut(inner, "|")
	e := obj{}
	switch {
	case strings.HasPrefix(id, "@"):
		e["type"], e["user_id"] = "user", id[1:]
	case strings.HasPrefix(id, "#"):
		e["type"], e["channel_id"] = "channel", id[1:]
	case strings.HasPrefix(id, "!subteam^"):
		e["type"], e["usergroup_id"] = "usergroup", strings.TrimPrefix(id, "!subteam^")
	case strings.HasPrefix(id, "!date^"):
		parts := strings.SplitN(strings.TrimPrefix(id, "!date^"), "^", 3)
		at, _ := strconv.ParseInt(parts[0], 10, 64) // nonsense shows as the fallback all the same
		e["type"], e["timestamp"], e["fallback"] = "date", at, spelled.Replace(label)
		if len(parts) > 1 {
			e["format"] = parts[1]
		}
	case strings.HasPrefix(id, "!"):
		e["type"], e["range"] = "broadcast", id[1:]
	default:
		e["type"], e["url"] = "link", spelled.Replace(id)
		if label != "" {
			e["text"] = spelled.Replace(label)
		}
	}
	if s := shown(style); len(s) > 0 {
		e["style"] = s
	}
	return e
}
