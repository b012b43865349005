package desk

import "strings"

// halfKana are the half-width kana from U+FF66 to U+FF9D, in their order, as they are usually written; U+FF61 to U+FF65 are signs.
const (
	halfSigns = "。「」、・"
	halfKana  = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
	// voiced are those that a mark (U+FF9E) behind them voices, followed by what they become; the mark U+FF9F makes パ of ハ.
	voiced = "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴ"
	popped = "ハパヒピフプヘペホポ"
)

// wideKana writes half-width kana, as old systems send them, in their usual width: ｻｰﾊﾞ is サーバ.
func wideKana(s string) string {
	if !strings.Contains(s, "\xef\xbd") && !strings.Contains(s, "\xef\xbe") {
		return s
	}
	signs, kana := []rune(halfSigns), []rune(halfKana)
	out := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case r >= '\uff61' && r <= '\uff65':
			r = signs[r-'\uff61']
		case r >= '\uff66' && r <= '\uff9d':
			r = kana[r-'\uff66']
		case r == '\uff9e' && joined(out, voiced), r == '\uff9f' && joined(out, popped):
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// joined changes the last character into the one that stands behind it in pairs.
func joined(out []rune, pairs string) bool {
	if len(out) == 0 {
		return false
	}
	list := []rune(pairs)
	for i := 0; i < len(list); i += 2 {
		if list[i] == out[len(out)-1] {
			out[len(out)-1] = list[i+1]
			return true
		}
	}
	return false
}
