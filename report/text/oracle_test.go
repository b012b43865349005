package text_test

import (
	"regexp"
	"strings"

	"toban/report/text"
)

// The oracle is a small, slow and suspicious reader of the two notations. It reports every sign that would have a
// meaning, in order; what it calls plain is plain. It shares no code with the renderers.
//
// How "\" before "\" is read is not documented, so it knows both ways: pairs ("\\" is one backslash) and
// lookback (a sign is disarmed when the rune before it is a backslash, whatever stands before that).

type reading bool

const (
	pairs    reading = false
	lookback reading = true
)

// disarmed says for each byte of the line whether a backslash takes its meaning away.
func disarmed(line string, how reading) []bool {
	off := make([]bool, len(line)+1)
	for i := 0; i < len(line); i++ {
		if line[i] != '\\' {
			continue
		}
		if how == lookback {
			off[i+1] = true
			continue
		}
		if i+1 < len(line) && line[i+1] < 0x80 && !asciiWord(line[i+1]) && line[i+1] != ' ' {
			off[i], off[i+1] = true, true
			i++
		}
	}
	return off
}

func asciiWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func signs(rule text.Rule, how reading, s string) []string {
	if rule == text.Backlog {
		return backlogSigns(how, s)
	}
	return markdownSigns(how, s)
}

var backlogInline = []struct {
	name string
	at   *regexp.Regexp
}{
	{"bold", regexp.MustCompile(`^''+`)},
	{"strike", regexp.MustCompile(`^%%`)},
	{"link", regexp.MustCompile(`^\[\[`)},
	{"link end", regexp.MustCompile(`^\]\]`)},
	{"macro", regexp.MustCompile(`^&(#|[A-Za-z0-9]+[(;])`)},
	{"macro", regexp.MustCompile(`^#([A-Za-z]+\(|contents)`)},
	{"tag", regexp.MustCompile(`(?i)^\{/?(code|quote)`)},
}

var lineStart = regexp.MustCompile(`^[\s\x{3000}\x{a0}]*([*+>|:#-])`)

func backlogSigns(how reading, s string) []string {
	var out []string
	code := false
	for line := range strings.SplitSeq(s, "\n") {
		if code {
			if i := strings.Index(strings.ToLower(line), "{/code}"); i >= 0 {
				out, code, line = append(out, "code end"), false, line[i+7:]
			} else {
				continue
			}
		}
		if strings.HasPrefix(strings.ToLower(line), "{code") {
			out, code = append(out, "code"), true
			continue
		}
		off := disarmed(line, how)
		table := false
		if m := lineStart.FindStringSubmatchIndex(line); m != nil && !off[m[2]] {
			out = append(out, "start "+line[m[2]:m[3]])
			table = line[m[2]] == '|'
		}
		for i := range line {
			if off[i] {
				continue
			}
			for _, sign := range backlogInline {
				if m := sign.at.FindString(line[i:]); m != "" {
					out = append(out, sign.name+" "+m)
				}
			}
			if table && line[i] == '|' {
				mark := "bar"
				if rest := strings.TrimLeft(line[i+1:], " "); strings.HasPrefix(rest, "~") || strings.HasPrefix(rest, ">") {
					mark += rest[:1]
				}
				out = append(out, mark)
			}
			out = append(out, mentionAt(line, i)...)
		}
		if table && strings.HasSuffix(line, "|h") {
			out = append(out, "head")
		}
	}
	return out
}

var (
	markdownStart = regexp.MustCompile("^[\\s\\x{3000}\\x{a0}]*(#|>|[-+*=:]|[0-9]+[.)](?:[^0-9]|$)|\\||```|~~~)")
	entity        = regexp.MustCompile(`^&(#|[A-Za-z0-9]+;)`)
	markdownTag   = regexp.MustCompile(`^\{/?[A-Za-z]`)
	indented      = regexp.MustCompile(`^( {4,}|\t)`)
)

func markdownSigns(how reading, s string) []string {
	var out []string
	fence := ""
	for line := range strings.SplitSeq(s, "\n") {
		if fence != "" {
			if strings.HasPrefix(line, fence) && strings.Trim(line, "` ") == "" {
				out, fence = append(out, "fence end"), ""
			}
			continue
		}
		if run := line[:len(line)-len(strings.TrimLeft(line, "`"))]; len(run) >= 3 {
			out, fence = append(out, "fence"), run
			continue
		}
		if indented.MatchString(line) {
			out = append(out, "indented")
		}
		off := disarmed(line, how)
		if m := markdownStart.FindStringSubmatchIndex(line); m != nil && plainDigits(line[m[2]:m[3]], off[m[2]:]) {
			out = append(out, "start "+strings.TrimLeft(line[m[2]:m[2]+1], "0123456789"))
		}
		for i := 0; i < len(line); i++ {
			if off[i] {
				continue
			}
			c, before, after := line[i], at(line, i-1), at(line, i+1)
			switch {
			case strings.IndexByte("`*[]<~|", c) >= 0,
				c == '_' && !(asciiWord(before) && asciiWord(after)),
				c == '&' && entity.MatchString(line[i:]),
				c == '!' && after == '[',
				c == '{' && markdownTag.MatchString(line[i:]):
				out = append(out, string(c))
				if end := strings.IndexAny(line[i:], " )"); c == ']' && after == '(' && end > 0 && line[i+end] == ')' {
					i += end // an address is no text
					continue
				}
			}
			out = append(out, mentionAt(line, i)...)
		}
	}
	return out
}

// plainDigits says whether none of the signs of a line's start is disarmed.
func plainDigits(start string, off []bool) bool {
	for i := range start {
		if off[i] {
			return false
		}
	}
	return true
}

func at(s string, i int) byte {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}

func mentionAt(line string, i int) []string {
	if line[i] != '@' {
		return nil
	}
	before, after := at(line, i-1), at(line, i+1)
	if (asciiWord(before) || before != 0 && strings.IndexByte("._%+-", before) >= 0) && asciiWord(after) {
		return nil // inside a mail address
	}
	return []string{"mention"}
}

// plain takes the backslashes of the renderers away again, and the full-width twins, so that texts can be compared.
func plain(s string) string {
	var b strings.Builder
	off := disarmed(s, pairs)
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && off[i] && i+1 < len(s) && off[i+1] {
			i++
		}
		b.WriteByte(s[i])
	}
	return twins(b.String())
}

func twins(s string) string {
	return strings.NewReplacer("｜", "|", "＠", "@", "＞", ">", "～", "~", "＼", `\`, "｛", "{").Replace(s)
}
