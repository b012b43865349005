package textrule

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is a pair of marks around a text.
type style struct{ mark, tag string }

func (r *renderer) styles() []style {
	if r.markdown {
		return []style{{"**", "strong"}, {"__", "strong"}, {"~~", "del"}, {"*", "em"}, {"_", "em"}}
	}
	return []style{{"'''", "em"}, {"''", "strong"}, {"%%", "del"}}
}

var (
	bareURL  = regexp.MustCompile(`^https?://[^\s<>"'「」（）()\[\]{}|]+`)
	issueKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]*-[1-9][0-9]{0,8}`)
	color    = regexp.MustCompile(`^&color\((#[0-9a-fA-F]{3,6}|[a-zA-Z]{1,20})(?:,\s*(?:#[0-9a-fA-F]{3,6}|[a-zA-Z]{1,20}))?\)\s*\{`)
	picture  = regexp.MustCompile(`^#(?:image|thumbnail)\(([^()\n]*)\)`)
)

// inline renders the notation within a line.
func (r *renderer) inline(s string, depth int) {
	plain := 0 // start of the text that is not written yet
	for i := 0; i < len(s); {
		n := 0
		if depth < maxDepth {
			n = r.token(s, i, plain, depth)
		}
		if n == 0 {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		i += n
		plain = i
	}
	r.text(s[plain:])
}

// token writes s[plain:i] and the notation at i, and returns the notation's length; 0 when there is none.
func (r *renderer) token(s string, i, plain, depth int) int {
	rest := s[i:]
	start := func() { r.text(s[plain:i]) }
	first := rest[0]
	if r.links > 0 && strings.IndexByte("[!h", first) >= 0 {
		return 0 // no links within a link
	}
	switch first {
	case '\\':
		if len(rest) > 1 && strings.IndexByte("\\`*_{}[]()#+-.!|~'%&>", rest[1]) >= 0 {
			start()
			r.text(rest[1:2])
			return 2
		}
	case '`':
		if end := closing(rest, 1, "`"); r.markdown && end > 0 {
			start()
			r.raw("<code>")
			r.text(rest[1:end])
			r.raw("</code>")
			return end + 1
		}
	case '[', '!':
		return r.link(rest, start, depth)
	case '&', '#':
		if !r.markdown {
			return r.command(rest, start, depth)
		}
	case 'h':
		if m := bareURL.FindString(rest); m != "" {
			m = strings.TrimRight(m, ".,;:!?、。")
			start()
			r.anchor(m, func() { r.text(m) })
			return len(m)
		}
	}
	if r.links == 0 && first >= 'A' && first <= 'Z' && !wordBefore(s[:i]) {
		if m := issueKey.FindString(rest); m != "" && !wordAfter(rest[len(m):]) {
			start()
			r.issue(m)
			return len(m)
		}
	}
	for _, st := range r.styles() {
		if !strings.HasPrefix(rest, st.mark) {
			continue
		}
		end := closing(rest, len(st.mark), st.mark)
		if end <= len(st.mark) || rest[len(st.mark)] == ' ' || (st.mark == "_" && (wordBefore(s[:i]) || wordAfter(rest[end+1:]))) {
			continue
		}
		start()
		r.raw("<", st.tag, ">")
		r.inline(rest[len(st.mark):end], depth+1)
		r.raw("</", st.tag, ">")
		return end + len(st.mark)
	}
	return 0
}

// closing finds mark in s from the given place, not too far away; -1 when it is not there.
func closing(s string, from int, mark string) int {
	if from >= len(s) {
		return -1
	}
	n := strings.Index(s[from:min(len(s), from+maxReach)], mark)
	if n < 0 {
		return -1
	}
	return from + n
}

func wordBefore(s string) bool {
	c, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && (c == '_' || c == '-' || c == '/' || (c < 128 && (unicode.IsLetter(c) || unicode.IsDigit(c))))
}

func wordAfter(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return s != "" && (c == '_' || (c < 128 && (unicode.IsLetter(c) || unicode.IsDigit(c))))
}

// link reads [[target]], [[title>url]], [[title:url]] in both rules, and [title](url), ![alt](url) in Markdown.
func (r *renderer) link(rest string, start func(), depth int) int {
	if strings.HasPrefix(rest, "[[") {
		end := closing(rest, 2, "]]")
		if end <= 2 {
			return 0
		}
		start()
		r.bracketLink(rest[2:end], depth)
		return end + 2
	}
	image := strings.HasPrefix(rest, "![")
	open := 1
	if image {
		open = 2
	}
	if !r.markdown || (!image && rest[0] != '[') {
		return 0
	}
	mid := closing(rest, open, "](")
	if mid < open {
		return 0
	}
	end := closing(rest, mid+2, ")")
	if end < 0 {
		return 0
	}
	title, target := rest[open:mid], strings.TrimSpace(rest[mid+2:end])
	start()
	r.anchor(target, func() { r.inline(title, depth+1) })
	return end + 1
}

func (r *renderer) bracketLink(inner string, depth int) {
	if issueKey.FindString(inner) == inner {
		r.issue(inner)
		return
	}
	for _, sep := range []string{">", ":"} {
		if title, target, ok := strings.Cut(inner, sep); ok && safeURL(target) {
			r.anchor(target, func() { r.inline(title, depth+1) })
			return
		}
	}
	if safeURL(inner) {
		r.anchor(inner, func() { r.text(inner) })
		return
	}
	r.page(inner, depth)
}

// page is a link to a wiki page, by its name or by a title and its name; a page that is not there stays a word.
func (r *renderer) page(inner string, depth int) {
	title, name, titled := strings.Cut(inner, ">")
	if !titled || r.wiki(inner) != "" {
		title, name = inner, inner
	}
	address := r.wiki(name)
	if address == "" {
		r.raw(`<span class="wiki-link">`)
		r.text(inner)
		r.raw("</span>")
		return
	}
	r.raw(`<a class="wiki-link" href="`, html.EscapeString(address), `">`)
	r.links++
	r.inline(title, depth+1)
	r.links--
	r.raw("</a>")
}

// command reads &br;, &color(red) { x }, #image(x) and #thumbnail(x) of Backlog's rule.
func (r *renderer) command(rest string, start func(), depth int) int {
	if strings.HasPrefix(rest, "&br;") {
		start()
		r.raw("<br>")
		return 4
	}
	if m := color.FindStringSubmatch(rest); m != nil {
		if end := closing(rest, len(m[0]), "}"); end > 0 {
			start()
			r.raw(`<span style="color:`, html.EscapeString(m[1]), `">`)
			r.inline(strings.TrimSpace(rest[len(m[0]):end]), depth+1)
			r.raw("</span>")
			return end + 1
		}
	}
	if m := picture.FindStringSubmatch(rest); m != nil {
		start()
		r.anchor(m[1], func() { r.text(m[1]) })
		return len(m[0])
	}
	return 0
}

func (r *renderer) issue(key string) {
	r.raw(`<a class="issue" href="/view/`, html.EscapeString(key), `">`)
	r.text(key)
	r.raw("</a>")
}

// anchor links to an address of a known kind; with any other the title stands alone.
func (r *renderer) anchor(target string, title func()) {
	if !safeURL(target) {
		r.raw(`<span class="file">`)
		title()
		r.raw("</span>")
		return
	}
	r.raw(`<a href="`, html.EscapeString(target), `" rel="nofollow noopener noreferrer">`)
	r.links++
	title()
	r.links--
	r.raw("</a>")
}

func safeURL(target string) bool {
	u, err := url.Parse(target)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return u.Opaque != ""
	}
	return false
}
