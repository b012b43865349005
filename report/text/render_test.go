package text_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"toban/report/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// model has every block and every part once.
var model = text.Doc{
	text.Heading{Level: 1, Text: "月次報告"},
	text.Heading{Level: 5, Text: "深い見出し"},
	text.Para{text.Text("判定: "), text.Bad("×"), text.Text(" 対象 "), text.Issue("ACME-12"), text.Text("。詳細は "), text.Page("SLA/2026/2026-11/作業詳細"), text.Break{}, text.Bold("次の行"), text.Text(" と "), text.Link{Label: "手順", URL: "https://x.example/a?b=1&c=2"}},
	text.Lines("山田様", "", "ご依頼を承りました。"),
	text.List{Items: []text.Item{{Line: text.Cell("一つ目"), Sub: []text.Item{{Line: text.Line{text.Issue("ACME-13")}}}}, {Line: text.Cell("二つ目")}}},
	text.List{Ordered: true, Items: []text.Item{{Line: text.Cell("先")}, {Line: text.Cell("後")}}},
	text.Table{Head: []string{"種別", "件数", "判定"}, Right: []int{1}, RowHead: true, Rows: [][]text.Line{
		{text.Cell("Disk"), text.Cell("1"), {text.Bad("×")}},
		{text.Cell("a|b\nc"), text.Cell("2")},
		{text.Cell("~"), {text.Text("上"), text.Break{}, text.Text("下")}, text.Cell(">")},
	}},
	text.Image{File: "slo-2026-11-0a1b2c3d.png", Alt: "達成率の推移"},
	text.Code{Language: "sh", Text: "echo '* x'\n{/code}\n```"},
	text.Quote{Text: "お世話になります。\n\n* 至急 *\n{/quote}\n> 以上"},
	text.Para{text.Text("鍵でない: "), text.Issue("acme 12"), text.Text(" "), text.Link{Label: "罠", URL: "javascript:alert(1)"}},
	text.Para{},
	text.Para{text.Text("鍵の隣"), text.Issue("ACME-14"), text.Text("です"), text.Break{}, text.Break{}, text.Text(" 終わり "), text.Break{}},
}

func TestRenderGolden(t *testing.T) {
	for rule, name := range map[text.Rule]string{text.Backlog: "model.backlog.txt", text.Markdown: "model.md", text.HTML: "model.html"} {
		got := text.Render(rule, model)
		if rule == text.HTML {
			got = text.RenderHTML(model, func(kind, name string) string { return "/" + kind + "/" + name })
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestComment(t *testing.T) {
	got := text.Comment(text.Backlog,
		text.Lines("山田様", "ご依頼を承りました。"),
		text.Fields("種別", "Disk 追加 / 削除(EBS)", "完了期限", "2026-11-30 19:00"),
		text.Lines("次の内容をお知らせください。"),
		text.Points("ホスト名", "必要な容量"))
	want := "山田様\nご依頼を承りました。\n\n|項目|内容|h\n|~種別|Disk 追加 / 削除(EBS)|\n|~完了期限|2026-11-30 19:00|\n\n次の内容をお知らせください。\n\n- ホスト名\n- 必要な容量\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	long := text.Comment(text.Markdown, text.Quote{Text: strings.Repeat("長い話。", 20_000)})
	if n := utf8.RuneCountInString(long); n > text.CommentLimit || n < text.CommentLimit-100 || !strings.Contains(long, "省略しました") {
		t.Errorf("a long comment has %d runes and ends in %q", n, long[len(long)-80:])
	}
}

func TestRenderWithin(t *testing.T) {
	rows := text.Table{Head: []string{"名"}}
	for range 500 {
		rows.Rows = append(rows.Rows, []text.Line{text.Cell("値*")})
	}
	doc := text.Doc{
		text.Heading{Level: 1, Text: "題"},
		text.Lines(strings.Repeat("あ", 50), "い"), rows,
		text.Points(strings.Split(strings.Repeat("点,", 50), ",")...),
		text.Code{Text: strings.Repeat("行\n", 50)},
		text.Quote{Text: strings.Repeat("声", 50)},
	}
	for _, rule := range []text.Rule{text.Backlog, text.Markdown, text.HTML} {
		whole := utf8.RuneCountInString(text.Render(rule, doc))
		for limit := 0; limit <= whole+1; limit += 1 + limit/20 {
			got := text.RenderWithin(rule, doc, limit)
			n := utf8.RuneCountInString(got)
			switch {
			case n > limit:
				t.Fatalf("%s: %d runes in a place for %d", rule, n, limit)
			case limit >= whole && n != whole:
				t.Fatalf("%s: a text that fits was cut to %d", rule, n)
			case limit < whole && n > 0 && !strings.Contains(got, "省略しました"):
				t.Fatalf("%s: cut to %d without a word:\n%s", rule, limit, got)
			case limit > 200 && n < limit/3 && limit < whole/3:
				t.Fatalf("%s: only %d of %d runes used", rule, n, limit)
			}
			if rule != text.HTML && strings.Count(got, "|")%2 != 0 && rule == text.Backlog && !strings.HasSuffix(strings.TrimSpace(got), ")") {
				t.Fatalf("%s: cut inside a row:\n%s", rule, got)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"あいうえお", 5, "あいうえお"},
		{"あいうえおかきくけこ", 9, "あいう…(以下略)"},
		{"あいうえおかきくけこ", 3, "あい…"},
		{"あい", 1, "…"},
		{"あ", 0, ""},
		{"", 3, ""},
		{"ab   cdefghijk", 11, "ab…(以下略)"},
		{"𠮷𠮷𠮷", 2, "𠮷…"},
	} {
		got := text.Cut(c.in, c.limit)
		if got != c.want || utf8.RuneCountInString(got) > max(c.limit, 0) {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\u2028d": "a\nb\nc\nd", "a\tb": "a b", "a\x00\x07\x1b[0mb": "a[0mb", "a\u202eb\u200b\ufeffc": "abc",
		"👨‍👩‍👧": "👨‍👩‍👧", "a\u200db": "ab", "\xffa": "\ufffda", "\uffff\ue000": "", "髙﨑①㈱": "髙﨑①㈱",
	} {
		if got := text.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIssues(t *testing.T) {
	render := func(l text.Line) string { return text.Render(text.Markdown, text.Doc{text.Para(l)}) }
	for _, c := range []struct {
		keys []string
		want string
	}{
		{nil, "–\n"},
		{[]string{"A-1"}, "A-1\n"},
		{[]string{"A-1", "A-2"}, "A-1, A-2\n"},
		{[]string{"A-1", "A-2", "A-3", "A-4"}, "A-1, A-2 ほか 2 件\n"},
	} {
		if got := render(text.Issues(c.keys, 2)); got != c.want {
			t.Errorf("Issues(%v) = %q, want %q", c.keys, got, c.want)
		}
	}
}

func TestParseRule(t *testing.T) {
	for _, rule := range []text.Rule{text.Backlog, text.Markdown} {
		if got, err := text.ParseRule(string(rule)); got != rule || err != nil {
			t.Errorf("ParseRule(%q) = %q, %v", rule, got, err)
		}
	}
	if _, err := text.ParseRule("textile"); err == nil {
		t.Error("ParseRule(textile) gives no error")
	}
}
