package desk

import (
	"strings"
	"unicode/utf8"
)

// Marks stand in the text that signs are read in, behind what no list of words can hold: web01{host}, 203.0.113.7/32{address}. Signs name
// them like any other word.
const (
	markHost    = "{host}"
	markAddress = "{address}"
	markKind    = "{kind}"    // of an instance: m5.large
	markSize    = "{size}"    // 100gb
	markVersion = "{version}" // 8.3
	markSetting = "{setting}" // max_execution_time
	markImage   = "{image}"   // snap-0abc, ami-0abc
)

// marked sets the marks into folded text.
func marked(text string) string {
	var out strings.Builder
	from, after, person := 0, 0, false
	var known marksKnown
	for i := 0; i < len(text); {
		if !inName(text[i]) {
			if i++; i+1 < len(text) && text[i] >= utf8.RuneSelf && text[i+1] >= utf8.RuneSelf { // the rest of kana and kanji, or of nothing that has a name
				i += 2
			}
			continue
		}
		end := i
		for end < len(text) && inName(text[end]) {
			end++
		}
		m := known.of(strings.Trim(text[i:end], "-_.:/"))
		if m == markHost {
			between := strings.Trim(text[after:i], " 「『\"'(〜~、,・と:はが")
			person = person && after > 0 && between == "" || strings.HasSuffix(between, "ユーザー") || strings.HasSuffix(between, "ユーザ") || strings.HasSuffix(between, "アカウント") || strings.HasSuffix(between, "ユーザー名")
			after = end
			if person { // the name of a user
				m = ""
			}
		}
		if m != "" {
			if out.Len() == 0 {
				out.Grow(len(text) + len(text)/8)
			}
			name := i + len(strings.TrimRight(text[i:end], "-_.:/")) // the full stop of an English sentence is none of the name
			out.WriteString(text[from:name])
			out.WriteString(m)
			from = name
		}
		i = end
	}
	if from == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
}

// marksKnown are the marks of a text's last names: the same few are named again and again, and it takes expressions to tell a host.
type marksKnown struct {
	names, marks [8]string
	next         int
}

func (k *marksKnown) of(name string) string {
	for i := range k.names {
		if k.names[i] == name && name != "" {
			return k.marks[i]
		}
	}
	m := markOf(name)
	k.names[k.next], k.marks[k.next] = name, m
	k.next = (k.next + 1) % len(k.names)
	return m
}

func inName(c byte) bool { return nameBytes[c] }

// nameBytes are the bytes of names; every byte of a ticket is asked for.
var nameBytes = func() (is [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyz0123456789-_./@:") {
		is[c] = true
	}
	return is
}()

// markOf tells what a name of Latin letters and digits is; "" when nothing in particular.
func markOf(name string) string {
	letters, digits, dots, scores, first := 0, 0, 0, 0, byte(0)
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z':
			letters++
			if first == 0 {
				first = c
			}
		case digit(c):
			digits++
		case c == '.':
			dots++
		case c == '_':
			scores++
		case c == '@':
			return ""
		}
	}
	switch {
	case scores > 0 && letters > 0 && digits == 0:
		return markSetting
	case digits == 0:
		return ""
	case letters == 0 && dots == 3:
		return markAddress
	case letters == 0 && dots > 0 && dots < 3 && !strings.ContainsAny(name, "/:"):
		return markVersion
	case letters == 0:
		return ""
	case typeNames.hinted(name) && typeName.MatchString(name):
		return markKind
	case strings.HasPrefix(name, "snap-"), strings.HasPrefix(name, "ami-"):
		return markImage
	case digit(name[0]) && (strings.HasSuffix(name, "gb") || strings.HasSuffix(name, "gib") || strings.HasSuffix(name, "tb") || strings.HasSuffix(name, "tib")):
		return markSize
	case strings.HasPrefix(name, "i-"):
		return markHost
	case dots > 0 || strings.ContainsAny(name, "/:") || digit(name[0]) || scores > 0 && letters > 12:
		return ""
	case noHost.MatchString(name), awsThing.MatchString(name), product.MatchString(name):
		return ""
	}
	return markHost
}
