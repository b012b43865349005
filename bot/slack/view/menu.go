package view

import (
	"cmp"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Menu is the dialogue of a card's further actions, in front of one person.
type Menu struct {
	Ticket   bot.TicketID
	Key      string
	Title    string
	Version  int64
	Metadata string // comes back with a press
	Items    []MenuItem
}

// MenuItem is an action; Refused says why this person may not press it, "" when they may.
type MenuItem struct {
	Button  bot.Button
	Refused string
}

// ActionMenu is the callback id of the dialogue.
const ActionMenu = ActionMore

// maxItems keeps the dialogue within the 100 blocks of a view.
const maxItems = 90

// Modal renders the menu. notes tell operators what could not be shown.
func (m Menu) Modal() (v slackgo.ModalViewRequest, notes []string) {
	press := &buttons{ticket: m.Ticket, key: m.Key, version: m.Version, seen: map[string]bool{}}
	blocks := []slackgo.Block{slackgo.NewContextBlock("", plain(Line(m.Key+" "+m.Title), 300))}
	for _, item := range m.Items[:min(len(m.Items), maxItems)] {
		b := item.Button
		help := cmp.Or(Clean(b.Help), Line(b.Label))
		if item.Refused != "" {
			blocks = append(blocks, slackgo.NewSectionBlock(plain(help+"\n"+Clean(item.Refused), 1000), nil, nil))
			continue
		}
		if e := press.one(b); e != nil {
			e.Style = slackgo.StyleDefault // none is to be pressed rather than another
			blocks = append(blocks, slackgo.NewSectionBlock(plain(help, 1000), nil, slackgo.NewAccessory(e)))
		}
	}
	if len(m.Items) == 0 {
		blocks = append(blocks, slackgo.NewSectionBlock(plain("いまできるほかの操作はありません。カードの最新の表示をご確認ください。", 300), nil, nil))
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: ActionMenu, PrivateMetadata: m.Metadata, Title: plain(moreLabel, 24), Close: plain("閉じる", 24),
		Blocks: slackgo.Blocks{BlockSet: blocks},
	}, press.notes
}

// Word is a dialogue that only says something, in place of the one before.
func Word(about, text string) slackgo.ModalViewRequest {
	var blocks []slackgo.Block
	if about = Line(about); about != "" {
		blocks = append(blocks, slackgo.NewContextBlock("", plain(about, 300)))
	}
	for _, t := range pieces(Clean(text), 2900, 3) {
		blocks = append(blocks, slackgo.NewSectionBlock(plain(t, 2900), nil, nil))
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, Title: plain("Toban", 24), Close: plain("閉じる", 24), Blocks: slackgo.Blocks{BlockSet: blocks},
	}
}
