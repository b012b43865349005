package mask

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestFinder holds the one pass against a look for each word.
func TestFinder(t *testing.T) {
	list := []string{"パス", "パスワード", "key", "private key", "://", "k", "0", "合言葉", "シークレット", "token", "ｱ", "é"}
	w := newFinder(list)
	pieces := append([]string{"パ", "ス", "PASS", "Key", "\u212aey", "to\u212aen", " ", "\n", ":", "/", "\xe3", "\xe3\x83", "合言", "葉", "😀", "É", "kE", "Y", "TOKEN", "シーク", "レット", "x"}, list...)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		text := b.String()
		small := strings.Map(func(c rune) rune {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A' // only Latin letters count whatever their case
			}
			return c
		}, text)
		if strings.ContainsRune(text, kelvin) {
			small = strings.ToLower(text)
		}
		var want hintSet
		for i, x := range list {
			if strings.Contains(small, x) {
				want |= 1 << i
			}
		}
		if got := w.in(text); got != want {
			t.Fatalf("%q holds %b, want %b", text, got, want)
		}
	}
	if len(all) > 64 {
		t.Fatalf("%d hints, a set holds 64", len(all))
	}
}
