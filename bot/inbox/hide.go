package inbox

import (
	"strings"

	"toban/bot"
	"toban/bot/mask"
)

// hide masks what people wrote in what was read of an issue, before any feature sees it or anything is stored. It comes after the echoes
// were told: those are found by what the vendor has.
func hide(got *bot.Fetched) {
	s := &got.Snapshot
	s.Summary, s.Description = mask.Incoming(s.Summary), mask.Incoming(s.Description)
	for name, value := range s.Custom {
		// The field's name is the label of its value.
		value, labelled := strings.CutPrefix(mask.Incoming(name+": "+value), name+": ")
		if !labelled {
			value = mask.Incoming(s.Custom[name])
		}
		s.Custom[name] = value
	}
	for i := range s.Attachments {
		s.Attachments[i] = mask.Incoming(s.Attachments[i])
	}
	for i := range got.Facts {
		f := &got.Facts[i]
		f.Text = mask.Incoming(f.Text)
		for j := range f.Changes {
			f.Changes[j].From, f.Changes[j].To = mask.Incoming(f.Changes[j].From), mask.Incoming(f.Changes[j].To)
		}
	}
}
