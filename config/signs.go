package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"toban/config/tree"
)

// TypeSigns are the words by which tickets of a request type are recognised when the issue type does not tell, or tells something else.
type TypeSigns struct {
	ID string `yaml:",key"`
	// Asks are what plainly asks for the type's work: groups of words joined by " > ", one word of each in this order within one sentence;
	// words of a group are parted by "|", such as "スナップショット|ami > 取得|作成".
	Asks []string `yaml:"asks"`
	// Also are more of them: a profile that extends another adds its own here, where Asks would take the place of the other's.
	Also []string `yaml:"also"`
	// Phrases only point to the type.
	Phrases []string `yaml:"phrases"`
	// Except are longer phrases that say something else: words inside of them don't count.
	Except []string `yaml:"except"`

	own []bool // by ask: no shipped file has it
}

// Own tells by ask, in the order of Groups, whether it, or a class of words in it, is none of Toban's shipped profiles.
func (s TypeSigns) Own() []bool { return s.own }

// Groups is what Asks says: by ask and group the words, folded.
func (s TypeSigns) Groups() [][][]string { return grouped(slices.Concat(s.Asks, s.Also)) }

func grouped(asks []string) [][][]string {
	var out [][][]string
	for _, ask := range asks {
		var groups [][]string
		for g := range strings.SplitSeq(ask, " > ") {
			var words []string
			for w := range strings.SplitSeq(g, "|") {
				words = append(words, foldWord(w))
			}
			groups = append(groups, words)
		}
		out = append(out, groups)
	}
	return out
}

// Words folds phrases as tickets are folded: half-width and small letters.
func (s TypeSigns) Words(list []string) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = foldWord(w)
	}
	return out
}

func foldWord(w string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\uff01' && r <= '\uff5e' {
			r -= '\uff01' - '!'
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(w))
}

// SignsOf returns the words of a request type.
func (p *Profile) SignsOf(id string) TypeSigns {
	for _, s := range p.Signs {
		if s.ID == id {
			return s
		}
	}
	return TypeSigns{ID: id}
}

// spell writes the words of classes out, in signs and catalogue.
func (l *loader) spell(p *Profile, n *tree.Node) {
	shipped := func(at tree.Pos) bool { return strings.HasPrefix(at.File, shippedPrefix) }
	out := func(asks []string, at func(j int) tree.Pos) (own []bool) {
		for j, ask := range asks {
			own = append(own, !shipped(at(j)) || slices.ContainsFunc(classMark.FindAllString(ask, -1), func(mark string) bool {
				return !shipped(n.Get("words").At(strings.Trim(mark, "<>")))
			}))
			asks[j] = classMark.ReplaceAllStringFunc(ask, func(mark string) string {
				name := strings.Trim(mark, "<>")
				words, ok := p.Words[name]
				if !ok {
					l.missing(at(j), "class of words", name, slices.Sorted(maps.Keys(p.Words)))
				}
				return words
			})
		}
		return own
	}
	for i := range p.Signs {
		s := &p.Signs[i]
		s.own = out(s.Asks, func(j int) tree.Pos { return n.Get("signs").At(s.ID, "asks", j) })
		s.own = append(s.own, out(s.Also, func(j int) tree.Pos { return n.Get("signs").At(s.ID, "also", j) })...)
	}
	for kind, asks := range p.Against {
		out(asks, func(j int) tree.Pos { return n.Get("against").At(kind, j) })
	}
	for _, w := range p.Catalogue {
		out(w.Asks, func(j int) tree.Pos { return n.Get("catalogue").At(w.ID, "asks", j) })
	}
	for name, words := range p.Words {
		if slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool { return foldWord(w) == "" }) {
			l.faults.Add(n.Get("words").At(name), "must be words parted by \"|\", none empty")
		}
	}
}

// classMark names a class of words within an ask.
var classMark = regexp.MustCompile(`<[a-z_]+>`)

func (l *loader) checkSigns(p *Profile, n *tree.Node) {
	for _, s := range p.Signs {
		if _, ok := p.RequestType(s.ID); !ok {
			// A profile that takes a type of a shipped one away need not take its words away, too.
			if pos := n.Fields[n.Index(s.ID)].Pos; !strings.HasPrefix(pos.File, shippedPrefix) {
				l.missing(pos, "request type", s.ID, p.typeIDs())
			}
		}
		for j, ask := range s.Groups() {
			for _, g := range ask {
				for _, w := range g {
					if w == "" {
						l.faults.Add(n.At(s.ID, "asks", j), "must be groups of words such as \"snapshot|ami > take|create\", no word empty")
					}
				}
			}
		}
		for name, list := range map[string][]string{"phrases": s.Phrases, "except": s.Except} {
			for j, w := range list {
				if foldWord(w) == "" {
					l.faults.Add(n.At(s.ID, name, j), "must not be empty")
				}
			}
		}
	}
}
