package bot_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// Places of words are bytes of the text, whatever stands before them: characters of one to four bytes, and what is no UTF-8 at all.
func TestPlacesOfSigns(t *testing.T) {
	signs := bot.NewSigns([]bot.RequestType{{ID: "x", Signs: bot.SignWords{Asks: [][][]string{{{"障害"}}}, Phrases: []string{"web"}, Except: []string{"障害者"}}}})
	for _, before := range []string{"", "a", "é", "あ", "漢字", "𠮷", "\xe9", "\xe9\x9a", "\xff\xfe", "\x80\x80\x80", "\xe3\x81\xe3", "\xed\xa0\x80", "\xf0\x9f", "한글。", "ｱ", "a\n", "b。\n"} {
		for _, tail := range []string{"", "です", "\xe9", "\xe9\x9a", "者", " web", "\nweb"} {
			text := before + "障害" + tail
			h := signs.Read(bot.NewText(text))
			if tail == "者" {
				if len(h.Asks) != 0 {
					t.Errorf("%q: asked within an exception", text)
				}
				continue
			}
			from := strings.Index(text, "障害")
			if len(h.Asks) != 1 || h.Asks[0].From != from || h.Asks[0].To != from+len("障害") {
				t.Errorf("%q: %+v, want one at %d", text, h.Asks, from)
			}
			all, titled, _ := h.Phrases(0)
			if want := strings.HasSuffix(text, "web"); (all == 1) != want || want && h.Places()[0].From != len(text)-3 {
				t.Errorf("%q: %d phrases at %v", text, all, h.Places())
			}
			if first, _, _ := strings.Cut(text, "\n"); (titled == 1) != strings.HasSuffix(first, "web") {
				t.Errorf("%q: %d in the first line", text, titled)
			}
		}
	}
}

// Unspaced takes single spaces out where one of the neighbours is not Latin, and leaves all others.
func TestUnspaced(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ": " ", "iam ユーザー": "iamユーザー", "ユーザー a b 削除": "ユーザーa b削除", " あ い ": " あい ", "あ  い": "あ い", "a b": "a b", "\n あ": "\n あ", "あ \nい": "あ\nい",
	} {
		if got := bot.Unspaced(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
