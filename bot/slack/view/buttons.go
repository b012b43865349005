package view

import (
	"fmt"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// rowSize is the number of elements that an actions block holds.
const rowSize = 25

// buttons makes buttons of one message. It remembers the action ids, since Slack wants them unique in a message.
type buttons struct {
	ticket  bot.TicketID
	key     string
	version int64
	seen    map[string]bool
	notes   []string
}

// one makes a button, or nil when it can't be shown; the reason is noted for operators.
func (s *buttons) one(b bot.Button) *slackgo.ButtonBlockElement {
	value := Value(s.ticket, s.version, b.Value)
	switch err := b.Valid(); {
	case err != nil:
		s.notes = append(s.notes, "button left out: "+err.Error())
		return nil
	case s.seen[b.Action]:
		s.notes = append(s.notes, fmt.Sprintf("button left out: %q stands on the message twice", b.Action))
		return nil
	case len(b.Action) > 255, units(value) > maxValue:
		s.notes = append(s.notes, fmt.Sprintf("button left out: action or value of %q is too long", b.Action))
		return nil
	}
	s.seen[b.Action] = true
	label := Line(b.Label)
	e := slackgo.NewButtonBlockElement(b.Action, value, plain(label, 75))
	e.AccessibilityLabel = cut(label+" "+Line(s.key), 75, "…")
	style := slackgo.StyleDefault
	switch b.Style {
	case "primary":
		style = slackgo.StylePrimary
	case "danger":
		style = slackgo.StyleDanger
	}
	e.Style = style
	if b.Confirm != "" {
		e.Confirm = slackgo.NewConfirmationBlockObject(plain("確認", 100), plain(Clean(b.Confirm), 300), plain(label, 30), plain("やめる", 30))
		e.Confirm.Style = style
	}
	return e
}

// rows puts the buttons of one panel into actions blocks.
func (s *buttons) rows(list []bot.Button) []slackgo.Block {
	var out []slackgo.Block
	var row []slackgo.BlockElement
	flush := func() {
		if len(row) > 0 {
			out = append(out, slackgo.NewActionBlock("", row...))
			row = nil
		}
	}
	for _, b := range list {
		if e := s.one(b); e != nil {
			row = append(row, e)
		}
		if len(row) == rowSize {
			flush()
		}
	}
	flush()
	return out
}
