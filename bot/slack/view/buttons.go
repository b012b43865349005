package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// rowSize is the number of elements that an actions block holds.
const rowSize = 25

// onCard is how many buttons a card shows beside the one of its menu: a row that a telephone shows without scrolling.
const onCard = 4

// ActionMore is the button that opens the menu of a card's further actions. Its value lists the actions that stand on the card as it was drawn.
const ActionMore = "card.more"

// Further lists what can be done of a card beside what its button ActionMore says stands there: on a card that was drawn before the ticket
// changed, what moved onto the new one can be found in the menu.
func Further(panels []bot.Panel, drawn string) []bot.Button {
	shown, menu := Split(panels)
	on := strings.Fields(drawn)
	return slices.DeleteFunc(append(shown, menu...), func(b bot.Button) bool { return slices.Contains(on, b.Action) })
}

const moreLabel = "ほかの操作"

// Split says which of a card's buttons stand on it, the likeliest first, and which in its menu. A menu of one is none.
func Split(panels []bot.Panel) (shown, menu []bot.Button) {
	seen := map[string]bool{}
	for _, p := range panels {
		for _, b := range p.Buttons {
			if seen[b.Action] {
				continue
			}
			seen[b.Action] = true
			if b.Rank == bot.RankMenu {
				menu = append(menu, b)
			} else {
				shown = append(shown, b)
			}
		}
	}
	slices.SortStableFunc(shown, func(a, b bot.Button) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(styleOrder(a), styleOrder(b)))
	})
	if len(shown)+len(menu) <= onCard+1 && len(menu) <= 1 {
		return append(shown, menu...), nil
	}
	if len(shown) > onCard {
		over := slices.Clone(shown[onCard:])
		shown, menu = shown[:onCard:onCard], append(over, menu...)
	}
	return shown, menu
}

func styleOrder(b bot.Button) int {
	if b.Style == "primary" {
		return 0
	}
	return 1
}

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

// rows puts the buttons of a message into actions blocks.
func (s *buttons) rows(list []bot.Button) []slackgo.Block {
	var row []slackgo.BlockElement
	for _, b := range list {
		if e := s.one(b); e != nil {
			row = append(row, e)
		}
	}
	var out []slackgo.Block
	for part := range slices.Chunk(row, rowSize) {
		out = append(out, slackgo.NewActionBlock("", part...))
	}
	return out
}

// card is the one row of a card: the likeliest buttons, and that of the menu. Only the first may be drawn as the one to press.
func (s *buttons) card(panels []bot.Panel) []slackgo.Block {
	made := map[string]*slackgo.ButtonBlockElement{}
	valid := make([]bot.Panel, len(panels))
	for i, p := range panels {
		for _, b := range p.Buttons {
			if e := s.one(b); e != nil { // what can't be shown must not take the place of what can
				valid[i].Buttons, made[b.Action] = append(valid[i].Buttons, b), e
			}
		}
	}
	shown, menu := Split(valid)
	var row []slackgo.BlockElement
	for i, b := range shown {
		e := made[b.Action]
		if i > 0 && e.Style == slackgo.StylePrimary {
			e.Style = slackgo.StyleDefault
		}
		row = append(row, e)
	}
	if len(menu) > 0 {
		drawn := make([]string, len(shown))
		for i, b := range shown {
			drawn[i] = b.Action
		}
		row = append(row, s.one(bot.Button{Action: ActionMore, Label: moreLabel, Value: strings.Join(drawn, " ")}))
	}
	if len(row) == 0 {
		return nil
	}
	return []slackgo.Block{slackgo.NewActionBlock("", row...)}
}
