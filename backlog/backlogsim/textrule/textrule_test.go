package textrule_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/backlog/backlogsim/textrule"
)

func TestRender(t *testing.T) {
	tests := []struct{ name, rule, text, want string }{
		{"heading", "markdown", "## 見出し", "<h2>見出し</h2>\n"},
		{"heading", "backlog", "** 見出し", "<h2>見出し</h2>\n"},
		{"hash without a space", "markdown", "#1", "<p>#1</p>\n"},
		{"the other rule's heading", "backlog", "# a", "<p># a</p>\n"},
		{"line breaks", "markdown", "a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"},
		{"windows line ends", "backlog", "a\r\nb", "<p>a<br>\nb</p>\n"},
		{"styles", "markdown", "**b** *i* ~~s~~ `c<d`", "<p><strong>b</strong> <em>i</em> <del>s</del> <code>c&lt;d</code></p>\n"},
		{"styles", "backlog", "''b'' '''i''' %%s%%", "<p><strong>b</strong> <em>i</em> <del>s</del></p>\n"},
		{"stars that are no style", "markdown", "2 * 3 * 4", "<p>2 * 3 * 4</p>\n"},
		{"underscores in a word", "markdown", "a_b_c", "<p>a_b_c</p>\n"},
		{"escapes", "markdown", `\*a\*`, "<p>*a*</p>\n"},
		{"escapes", "backlog", `\''a`, "<p>&#39;&#39;a</p>\n"},
		{"list", "markdown", "- a\n    - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n"},
		{"list", "backlog", "- a\n-- b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n"},
		{"numbers", "markdown", "1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"},
		{"numbers", "backlog", "+ a\n++ b", "<ol>\n<li>a\n<ol>\n<li>b</li>\n</ol>\n</li>\n</ol>\n"},
		{"check list", "markdown", "- [ ] a\n- [x] b", "<ul>\n<li><input type=\"checkbox\" disabled> a</li>\n<li><input type=\"checkbox\" disabled checked> b</li>\n</ul>\n"},
		{"list after a line", "backlog", "見る:\n- a", "<p>見る:</p>\n<ul>\n<li>a</li>\n</ul>\n"},
		{"table", "markdown", "| a | b |\n| --- | :-: |\n| 1 | `x|y` |", "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><code>x|y</code></td></tr>\n</table>\n"},
		{"escaped bar", "markdown", "| a |\n|---|\n| x\\|y |", "<table>\n<tr><th>a</th></tr>\n<tr><td>x|y</td></tr>\n</table>\n"},
		{"table", "backlog", "|a|b|h\n|~c|d|\n|>|e|", "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><th>c</th><td>d</td></tr>\n<tr><td colspan=\"2\">e</td></tr>\n</table>\n"},
		{"bars without a rule", "markdown", "a | b", "<p>a | b</p>\n"},
		{"code", "markdown", "```go\n**x** <y>\n```\nz", "<pre><code>**x** &lt;y&gt;</code></pre>\n<p>z</p>\n"},
		{"code", "backlog", "{code:go}\n''x'' <y>\n{/code}\nz", "<pre><code>&#39;&#39;x&#39;&#39; &lt;y&gt;</code></pre>\n<p>z</p>\n"},
		{"code in a line", "backlog", "{code}x{/code}", "<pre><code>x</code></pre>\n"},
		{"code without an end", "markdown", "```\nx", "<pre><code>x</code></pre>\n"},
		{"quote", "markdown", "> a\n> - b", "<blockquote>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</blockquote>\n"},
		{"quote", "backlog", "{quote}\na\n{/quote}\nb", "<blockquote>\n<p>a</p>\n</blockquote>\n<p>b</p>\n"},
		{"rule", "markdown", "a\n\n---", "<p>a</p>\n<hr>\n"},
		{"contents", "backlog", "#contents\n\na", "<p>a</p>\n"},
		{"link", "markdown", "[表 *1*](https://x.example/?a=1&b=2)", `<p><a href="https://x.example/?a=1&amp;b=2" rel="nofollow noopener noreferrer">表 <em>1</em></a></p>` + "\n"},
		{"link", "backlog", "[[表>https://x.example/]] [[表:http://x.example/]]", `<p><a href="https://x.example/" rel="nofollow noopener noreferrer">表</a> <a href="http://x.example/" rel="nofollow noopener noreferrer">表</a></p>` + "\n"},
		{"bare link", "markdown", "見て https://x.example/a。", `<p>見て <a href="https://x.example/a" rel="nofollow noopener noreferrer">https://x.example/a</a>。</p>` + "\n"},
		{"issue", "markdown", "ABC-12 と [[ABC_D-3]]", `<p><a class="issue" href="/view/ABC-12">ABC-12</a> と <a class="issue" href="/view/ABC_D-3">ABC_D-3</a></p>` + "\n"},
		{"issue within a sentence", "backlog", "課題ABC-12を", `<p>課題<a class="issue" href="/view/ABC-12">ABC-12</a>を</p>` + "\n"},
		{"no issue", "markdown", "xABC-12 UTF-8x ABC-0", "<p>xABC-12 UTF-8x ABC-0</p>\n"},
		{"wiki link", "backlog", "[[Home]]", `<p><a class="wiki-link" href="/alias/wiki/1">Home</a></p>` + "\n"},
		{"wiki link with a title", "markdown", "[[**表** ABC-1>SLA/a>b]]", `<p><span class="wiki-link">**表** ABC-1&gt;SLA/a&gt;b</span></p>` + "\n"},
		{"wiki link with a title", "markdown", "[[**表** ABC-1>Home]]", `<p><a class="wiki-link" href="/alias/wiki/1"><strong>表</strong> ABC-1</a></p>` + "\n"},
		{"wiki link to a name with a sign", "backlog", "[[a>b]]", `<p><a class="wiki-link" href="/alias/wiki/2">a&gt;b</a></p>` + "\n"},
		{"no wiki page", "backlog", "[[None]]", `<p><span class="wiki-link">None</span></p>` + "\n"},
		{"picture", "markdown", "![図](a.png)", `<p><span class="file">図</span></p>` + "\n"},
		{"picture", "backlog", "#image(a.png) &br; &color(red) { 赤 }", `<p><span class="file">a.png</span> <br> <span style="color:red">赤</span></p>` + "\n"},
		{"bad address", "markdown", "[x](javascript:alert(1))", `<p><span class="file">x</span>)</p>` + "\n"},
		{"bad address", "backlog", "[[x>javascript:alert(1)]]", `<p><span class="wiki-link">x&gt;javascript:alert(1)</span></p>` + "\n"},
		{"link within a link", "markdown", "[https://a.example ABC-1](https://b.example)", `<p><a href="https://b.example" rel="nofollow noopener noreferrer">https://a.example ABC-1</a></p>` + "\n"},
		{"markup", "markdown", `<b onclick="x">&amp;`, "<p>&lt;b onclick=&#34;x&#34;&gt;&amp;amp;</p>\n"},
		{"unknown rule", "rst", "<a>", "<p>&lt;a&gt;</p>\n"},
		{"empty", "markdown", "", ""},
		{"bad bytes", "markdown", "a\xff\x00b", "<p>a�b</p>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+" "+tt.name, func(t *testing.T) {
			got := string(textrule.Render(tt.rule, tt.text, func(name string) string {
				return map[string]string{"Home": "/alias/wiki/1", "a>b": "/alias/wiki/2"}[name]
			}))
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			check(t, got)
		})
	}
}

var void = regexp.MustCompile(`<(br|hr|input[^<>]*)>`)

// check parses the output: well-formed, known tags, known attributes, harmless addresses.
func check(t *testing.T, out string) {
	t.Helper()
	doc := void.ReplaceAllStringFunc(out, func(tag string) string {
		tag = strings.NewReplacer(" disabled", ` disabled=""`, " checked>", ` checked="">`).Replace(tag)
		return strings.TrimSuffix(tag, ">") + "/>"
	})
	dec := xml.NewDecoder(strings.NewReader("<root>" + doc + "</root>"))
	tags := strings.Fields("root p br hr h1 h2 h3 h4 h5 h6 ul ol li input table tr th td pre code blockquote strong em del a span")
	attributes := strings.Fields("href rel class style colspan type disabled checked")
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(tags, start.Name.Local) {
			t.Fatalf("tag %s in\n%s", start.Name.Local, out)
		}
		for _, a := range start.Attr {
			if !slices.Contains(attributes, a.Name.Local) {
				t.Fatalf("attribute %s in\n%s", a.Name.Local, out)
			}
			if a.Name.Local == "href" && !regexp.MustCompile(`^(https?://|mailto:|/view/[A-Z0-9_]+-[0-9]+$|/alias/wiki/[0-9]+$)`).MatchString(a.Value) {
				t.Fatalf("address %s in\n%s", a.Value, out)
			}
		}
	}
}

func TestHugeTextsEndSoon(t *testing.T) {
	for _, unit := range []string{"[", "[[", "**", "*a", "''", "`", "> ", "- ", "|", "&color(red) { ", "![](", "_a", "http://", "{quote}\n", "A-", "\\", "&br;", ">\n>"} {
		for _, rule := range []string{"backlog", "markdown"} {
			check(t, string(textrule.Render(rule, strings.Repeat(unit, 100_000/len(unit)), nil)))
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("markdown", "| a |\n|---|\n> - [x](https://a.example) `<b>` **_x_** ABC-1")
	f.Add("backlog", "|a|h\n{quote}\n[[x>https://a.example]] &color(red) { ''x'' } #image(a)")
	f.Fuzz(func(t *testing.T, rule, text string) {
		if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0xFFFE || c == 0xFFFF }) {
			return // not characters of XML, which the check parses
		}
		check(t, string(textrule.Render(rule, text, func(string) string { return "/alias/wiki/1" })))
	})
}
