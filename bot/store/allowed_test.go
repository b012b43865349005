package store

import (
	"testing"

	"toban/bot"
)

// In assist a person releases what goes to a customer; one of the provider's people is called out at once. In shadow nobody is called at all.
func TestModeOfMailsAndCalls(t *testing.T) {
	for _, c := range []struct {
		kind bot.EffectKind
		to   string
		mode bot.Mode
		want bot.Mode
	}{
		{bot.EffectCall, bot.PersonRef("sato"), bot.ModeAssist, bot.ModeOn},
		{bot.EffectMail, bot.PersonRef("sato"), bot.ModeAssist, bot.ModeOn},
		{bot.EffectCall, bot.ContactRef("sato"), bot.ModeAssist, bot.ModeAssist},
		{bot.EffectMail, bot.ContactRef("person:sato"), bot.ModeAssist, bot.ModeAssist},
		{bot.EffectComment, bot.PersonRef("sato"), bot.ModeAssist, bot.ModeAssist},
		{bot.EffectCall, bot.PersonRef("sato"), bot.ModeShadow, bot.ModeShadow},
		{bot.EffectCall, bot.PersonRef("sato"), bot.ModeOff, bot.ModeOff},
	} {
		r := outboxRow{Kind: string(c.kind), Customer: "aoba", Body: `{"to":"` + c.to + `"}`, Now: string(c.mode), Mode: string(c.mode)}
		if got := r.allowed(); got != c.want {
			t.Errorf("%s to %s in %s: %s, want %s", c.kind, c.to, c.mode, got, c.want)
		}
	}
}
