package view_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"toban/bot"
	"toban/bot/slack/view"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\u2028d": "a\nb\nc\nd",
		"a\tb\x00\x1b[31m": "a b[31m",
		"\u202eabc\u2069":  "abc",
		"\xff壊":            "\uFFFD壊",
		"\U000E0041x":      "x",
		"👩\u200d🚒":         "👩\u200d🚒",
	} {
		if got := view.Clean(in); got != want {
			t.Errorf("%q: have %q, want %q", in, got, want)
		}
	}
}

func TestMentions(t *testing.T) {
	text, notes := view.Mentions([]string{"U0SATO", "W0GRID", "S0DUTY", "<!channel>", "here", "U1|x"})
	if text != "<@U0SATO> <@W0GRID> <!subteam^S0DUTY>" || len(notes) != 3 {
		t.Errorf("have %q, %q", text, notes)
	}
	var many []string
	for range 50 {
		many = append(many, "U0SATO")
	}
	if text, notes := view.Mentions(many); strings.Count(text, "<@") != 20 || len(notes) != 1 {
		t.Errorf("have %q, %q", text, notes)
	}
}

func FuzzPost(f *testing.F) {
	for _, s := range []string{"", "\n\n", "<!channel>", strings.Repeat("😀", 7000), strings.Repeat("行\n", 9000), "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := view.Post{Post: bot.Post{Text: s}, Ticket: ticket, Key: s, Title: s, URL: s}.Message()
		plain, mrkdwn := texts(t, m.Blocks)
		total := 0
		for _, p := range append(plain, mrkdwn...) {
			n := utf8.RuneCountInString(p)
			if total += n; n == 0 || n > 3000 || total > 13200 {
				t.Fatalf("a text of %d characters, %d so far", n, total)
			}
		}
		if len(m.Blocks) == 0 || strings.ContainsAny(m.Text, "<>") || utf8.RuneCountInString(m.Text) > 4000 {
			t.Fatalf("%d blocks, text %q", len(m.Blocks), m.Text)
		}
	})
}
