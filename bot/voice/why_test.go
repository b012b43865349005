package voice_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/voice"
)

// Staff read Japanese whatever an adapter says; what is Japanese already stays.
func TestWhyIsForStaff(t *testing.T) {
	for cause, want := range map[string]string{
		"not notified, because no longer a member of the project: user 2001": "参加していません",
		"not among the notified: user 2001":                                  "通知先にお客様が入っていません",
		"the comment's text is not what was sent":                            "変わっています",
		"the comment was there and is gone again":                            "削除されています",
		"updating the issue on demo/3041: PATCH /issues/3041: 403 Forbidden: x (code 5) — the bot's account may not do this; check its role and the project's settings, and replay": "権限がありません",
		bot.ErrMode.Error():      "モード",
		bot.ErrStopped.Error():   "止められています",
		bot.ErrWithdrawn.Error(): "取り下げ",
		"something new":          "運用者に確認",
		"":                       "運用者に確認",
		"通知された人がいません":            "通知された人がいません",
	} {
		got := voice.Why(cause)
		if !strings.Contains(got, want) || strings.Contains(got, "user") || strings.Contains(got, "403") {
			t.Errorf("%q: staff read %q, want %q in it", cause, got, want)
		}
	}
}
