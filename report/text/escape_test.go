package text_test

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"toban/report/text"
)

var notations = []text.Rule{text.Backlog, text.Markdown}

// hostile are texts that try to be more than text.
var hostile = []string{
	"* 見出し", "** 見出し", "# 見出し", "###### x", "見出し\n====", "見出し\n---", "----", "***",
	"- 点", "+ 点", "1. 点", "1) 点", "> 引用", "- [ ] 済", "    字下げ", "\t字下げ", "  - 点", "　* 全角の後",
	"|a|b|h\n|c|d|", "a|b", "|", "||", "| a | b |\n|---|---|\n| 1 | 2 |", "~行見出し", ">", "~", "a\\|b", `\`, `\\`, `\\\`, `a\`, `\|`, `\*x`, `\\*x`,
	"''太字''", "'", "''", "'''斜体'''", "%%消し%%", "100%", "**太字**", "__太字__", "_斜体_", "~~消し~~", "`code`", "```\ncode\n```", "``` `",
	"{code}\nx\n{/code}", "{CODE:java}", "{/code}", "{quote}x{/quote}", "{", "}", "{c", `\{code}`, `\\{code}`,
	"#contents", "#image(x.png)", "#thumbnail(x)", "#", "&color(red) { 赤 }", "&br;", "&lt;b&gt;", "&#60;", "&", "& ", "R&D", "C#", "#contents x", "&color", "#image", "} x",
	"[[Home]]", "[[銀行>https://evil.example/]]", "[x](https://evil.example/)", "![x](y)", "!", "[x][y]", "[", "]", "[[", "]]", "[toc]",
	"@all", "@山田", "担当@山田", "a@b.example", "a@", "@", "＠x", "<script>alert(1)</script>", "<!channel>", "<b>", "<https://x.example>", "https://x.example/a_b?c=1&d=2",
	"ACME-12 の続き", "C:\\temp\\new", "a\r\nb", "a\rb", "a\u2028# b", "a\u0085* b", "a\v- b", "a\x00\x1b[31mb", "\u202egnp.exe", "\u200b* x", "\ufeff# x", "👨‍👩‍👧", "𠮷野家",
	"\xff\xfe* x", "a\n\n\n* b", "a  \n- b", "x\n\n{code}", "#a #b", "a #", "1.5", "2026.11.22 10:00", "-5 分", ":", ": a", "(c)", "…", "$x$", "a\\\n# b",
}

func TestEscapeIsPlain(t *testing.T) {
	for _, rule := range notations {
		for _, s := range hostile {
			checkEscape(t, rule, s)
		}
	}
}

func TestEscapeIsPlainRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 4_000 {
		checkEscape(t, notations[random.IntN(2)], randomText(random))
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, rule := range notations {
			checkEscape(t, rule, s)
			checkDoc(t, rule, s, s)
		}
	})
}

// randomText strings signs, words and line ends together.
func randomText(random *rand.Rand) string {
	const alphabet = "**--++>|#~:'''%%[[]]{{}}/&@\\\\`_!<=.()1a b\n\n　あ&;"
	parts := []string{"{code}", "{/code}", "#contents", "&color(red) {", "&br;", "[[", "]]", "''", "ACME-1", "\r\n", "@all", "|h"}
	rs := []rune(alphabet)
	var b strings.Builder
	for range random.IntN(12) {
		if random.IntN(5) == 0 {
			b.WriteString(parts[random.IntN(len(parts))])
		} else {
			b.WriteRune(rs[random.IntN(len(rs))])
		}
	}
	return b.String()
}

// checkEscape wants no live sign, no word lost, and no empty line.
func checkEscape(t *testing.T, rule text.Rule, s string) {
	t.Helper()
	got := text.Escape(rule, s)
	for _, how := range []reading{pairs, lookback} {
		if live := signs(rule, how, got); len(live) > 0 {
			t.Errorf("Escape(%s, %q) = %q: live signs %q", rule, s, got, live)
		}
	}
	if strings.Contains(got, "\n\n") || !utf8.ValidString(got) {
		t.Errorf("Escape(%s, %q) = %q: ends its paragraph or is broken", rule, s, got)
	}
	want := strings.Join(visible(s), "\n")
	if have := strings.Join(visible(plain(got)), "\n"); have != twins(want) {
		t.Errorf("Escape(%s, %q) = %q: reads %q, want %q", rule, s, got, have, want)
	}
	if cell := text.EscapeCell(rule, s); strings.ContainsAny(cell, "\r\n") {
		t.Errorf("EscapeCell(%s, %q) = %q: has a line end", rule, s, cell)
	}
}

// visible gives the non-empty lines without blanks at their ends.
func visible(s string) []string {
	var out []string
	for line := range strings.SplitSeq(text.Clean(s), "\n") {
		if line = strings.TrimFunc(line, unicode.IsSpace); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// everywhere puts the two texts into every place of a document.
func everywhere(a, b string) text.Doc {
	return text.Doc{
		text.Heading{Level: 2, Text: a},
		text.Para{text.Text(a), text.Text(b), text.Bold(b), text.Text(a), text.Bad(a), text.Text(b), text.Issue("ACME-1"), text.Text(a), text.Page("SLA/2026"), text.Text(b)},
		text.Para{text.Bold(a), text.Break{}, text.Text(b), text.Link{Label: a, URL: "https://x.example/?q=" + url.QueryEscape(b)}, text.Text(a)},
		text.List{Items: []text.Item{{Line: text.Cell(a), Sub: []text.Item{{Line: text.Cell(b)}}}, {Line: text.Line{text.Text(a), text.Break{}, text.Text(b)}}}},
		text.List{Ordered: true, Items: []text.Item{{Line: text.Cell(b)}}},
		text.Table{
			Head: []string{a, b}, RowHead: true,
			Rows: [][]text.Line{
				{text.Cell(a), text.Cell(b)},
				{{text.Issue("x" + a), text.Text(b)}, {text.Bold(a), text.Break{}, text.Text(b)}},
				{{text.Bad(b)}, {text.Text(a), text.Issue("ACME-2"), text.Text(b)}, text.Cell(a)},
			},
		},
		text.Quote{Text: a},
		text.Code{Language: a, Text: b},
		text.Image{File: "slo-2027-03.png", Alt: b},
		text.Lines(a, b),
		text.Fields(a, b),
	}
}

// benign has the shape of s in words without signs: the structure of a document must not depend on which of the two stands in it.
func benign(s string) string {
	var out []string
	for range visible(s) {
		out = append(out, "文")
	}
	return strings.Join(out, "\n")
}

func checkDoc(t *testing.T, rule text.Rule, a, b string) {
	t.Helper()
	if len(visible(a)) == 0 || len(visible(b)) == 0 {
		return // empty parts are left out, which is a different document
	}
	// Texts side by side are one text: line ends at the seams would make lines that the plain words lack.
	a, b = strings.TrimFunc(a, seam), strings.TrimFunc(b, seam)
	got := text.Render(rule, everywhere(a, b))
	want := text.Render(rule, everywhere(benign(a), benign(b)))
	for _, how := range []reading{pairs, lookback} {
		if was, is := signs(rule, how, want), signs(rule, how, got); !slices.Equal(was, is) {
			t.Errorf("%s: %q and %q change the structure (-plain text +this text):\n%s\n%s", rule, a, b, cmp.Diff(was, is), got)
		}
	}
}

func seam(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) }

func TestDocKeepsItsStructure(t *testing.T) {
	for _, rule := range notations {
		for i, s := range hostile {
			checkDoc(t, rule, s, s)
			checkDoc(t, rule, s, hostile[(i*7+3)%len(hostile)])
		}
	}
}

func TestDocKeepsItsStructureRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 600 {
		checkDoc(t, notations[random.IntN(2)], randomText(random), randomText(random))
		if t.Failed() {
			return
		}
	}
}

// A hostile address is either a link like any other or plain text.
func TestAddresses(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	addresses := []string{"javascript:alert(1)", "data:text/html,x", "//x.example", "/x", "https://", "https://a@b.example/", "ftp://x.example", "mailto:a@b.example"}
	for _, s := range hostile {
		addresses = append(addresses, s, "https://x.example/"+s, "https://x.example/?"+s, "https://x.example/#"+s, "https://"+s)
	}
	for range 600 {
		addresses = append(addresses, "https://x.example/"+randomText(random))
	}
	for _, rule := range notations {
		for _, address := range addresses {
			for _, label := range []string{"", "名"} {
				got := text.Render(rule, text.Doc{text.Para{text.Text("前 "), text.Link{Label: label, URL: address}}})
				link := signs(rule, pairs, text.Render(rule, text.Doc{text.Para{text.Text("前 "), text.Link{Label: label, URL: "https://x.example/"}}}))
				for _, how := range []reading{pairs, lookback} {
					if live := signs(rule, how, got); len(live) > 0 && !slices.Equal(live, link) {
						t.Errorf("%s: link to %q gives %q with the signs %q", rule, address, got, live)
					}
				}
			}
		}
	}
	for address, want := range map[string]string{
		"https://x.example/a?b=1&c=%E3%81%82": "[[名>https://x.example/a?b=1&c=%E3%81%82]]\n",
		"https://x.example/a b]|(c)%":         "名 https://x.example/a b]|(c)%\n",
		"https://x.example/a b]|(c)":          "[[名>https://x.example/a%20b%5D%7C%28c%29]]\n",
		"javascript:alert(1)":                 "名 javascript:alert(1)\n",
		"https://me:secret@x.example/":        "名 https://me:secret@x.example/\n",
	} {
		if got := text.Render(text.Backlog, text.Doc{text.Para{text.Link{Label: "名", URL: address}}}); got != want {
			t.Errorf("link to %q = %q, want %q", address, got, want)
		}
	}
}

func TestHTMLIsPlain(t *testing.T) {
	for _, s := range hostile {
		for _, href := range []text.Href{nil, func(_, name string) string { return "/x/" + name }, func(_, name string) string { return name }} {
			got := text.RenderHTML(everywhere(s, s), href)
			for _, bad := range []string{"<script", "<b>", "<!channel", "href=\"javascript", "onerror="} {
				if strings.Contains(got, bad) {
					t.Errorf("%q in HTML gives %s", s, got)
				}
			}
		}
	}
}

func TestEscapeShown(t *testing.T) {
	for _, c := range []struct{ in, backlog, markdown string }{
		{"ACME-12 の DB_HOST を a_b に", "ACME-12 の DB_HOST を a_b に", "ACME-12 の DB_HOST を a_b に"},
		{"[緊急] 再起動のお願い", "[緊急] 再起動のお願い", `\[緊急\] 再起動のお願い`},
		{"a|b", "a|b", `a\|b`},
		{"|a|", "｜a|", `\|a\|`},
		{"* x\n- y", "\\* x\n\\- y", "\\* x  \n\\- y"},
		{"1. x", "1. x", `1\. x`},
		{"3.14 と 95%", "3.14 と 95%", "3.14 と 95%"},
		{`C:\temp\`, `C:\temp＼`, `C:\temp＼`},
		{"<!channel> @here a@b.example", "<!channel> ＠here a@b.example", `\<!channel> ＠here a@b.example`},
		{"it's", "it's", "it's"},
		{"&color(red) { x }", `\&color(red) { x }`, `\&color(red) { x }`},
		{"https://x.example/a?b=1&c=2#top", "https://x.example/a?b=1&c=2#top", "https://x.example/a?b=1&c=2#top"},
	} {
		if got := text.Escape(text.Backlog, c.in); got != c.backlog {
			t.Errorf("Escape(backlog, %q) = %q, want %q", c.in, got, c.backlog)
		}
		if got := text.Escape(text.Markdown, c.in); got != c.markdown {
			t.Errorf("Escape(markdown, %q) = %q, want %q", c.in, got, c.markdown)
		}
	}
	if got, want := text.EscapeCell(text.Backlog, "~a|b\nc"), "～a｜b c"; got != want {
		t.Errorf("EscapeCell = %q, want %q", got, want)
	}
	if got, want := text.Escape(text.HTML, "<b>\n&"), "&lt;b&gt;\n&amp;"; got != want {
		t.Errorf("Escape(html) = %q, want %q", got, want)
	}
}

// A whole text that was made harmless is read back as it was, but for signs in full width, which readers fold.
func TestEscapeLetterIsReadBack(t *testing.T) {
	fold := strings.NewReplacer("＠", "@", "｛", "{", "＼", `\`, "｜", "|")
	for _, s := range []string{
		"", "web01_db の再起動", "- 点\n* 点\n1. 一\n\n段落 *太字* `x`", `C:\share\* \\server\d$`, "[a](https://example.jp/?a=1&b=2#c)", "&lt; &#x41; R&D C#", "@toban a@b.example",
		"{code}\n{/code}", "<img src=x>", "''x'' %%y%%", "| a | b |", "#image(x)", "末尾\\", "=====\n---\n>x",
	} {
		for _, rule := range []text.Rule{text.Markdown, text.Backlog} {
			if got := fold.Replace(text.Unescape(text.EscapeLetter(rule, s))); got != s {
				t.Errorf("%s: %q came back as %q", rule, s, got)
			}
		}
	}
}
