package view

import (
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// Home is what App Home shows to one person.
type Home struct {
	At       string // when it was drawn
	Note     string // why there is nothing else
	Lists    []HomeList
	Register bool // offer the forms of new tickets
}

// HomeList is one part of it.
type HomeList struct {
	Title string
	None  string // said when it is empty
	Items []HomeItem
}

// HomeItem is a ticket: its text is plain, it may hold a customer's words.
type HomeItem struct {
	Key, URL, Text string
}

// homeItems is how many tickets a list shows: five lists stay within the 100 blocks of a view.
const homeItems = 12

// View renders the home.
func (h Home) View() slackgo.HomeTabViewRequest {
	var blocks []slackgo.Block
	button := func(action, label string) *slackgo.ButtonBlockElement {
		return slackgo.NewButtonBlockElement(action, "", plain(label, 75))
	}
	row := []slackgo.BlockElement{button("home.refresh", "更新")}
	if h.Register {
		row = append(row, button("home.new", "ご依頼を登録"), button("home.incident", "障害を登録"))
	}
	blocks = append(blocks, slackgo.NewActionBlock("home", row...), slackgo.NewContextBlock("", plain(h.At+" 現在", 100)))
	if h.Note != "" {
		blocks = append(blocks, slackgo.NewSectionBlock(plain(Clean(h.Note), 2900), nil, nil))
	}
	for _, l := range h.Lists {
		blocks = append(blocks, slackgo.NewHeaderBlock(plain(fmt.Sprintf("%s(%d)", l.Title, len(l.Items)), 150)))
		if len(l.Items) == 0 {
			blocks = append(blocks, slackgo.NewContextBlock("", plain(l.None, 300)))
		}
		for i, item := range l.Items {
			if i == homeItems {
				blocks = append(blocks, slackgo.NewContextBlock("", plain(fmt.Sprintf("ほかに%d件あります。", len(l.Items)-homeItems), 100)))
				break
			}
			b := slackgo.NewSectionBlock(plain(cut(Line(item.Text), 300, "…"), 300), nil, nil)
			if Link(item.URL, item.Key) != "" {
				open := button("home.open", "開く")
				open.URL = strings.ReplaceAll(item.URL, " ", "%20")
				open.AccessibilityLabel = cut(Line(item.Key)+" を Backlog で開く", 75, "…")
				b.Accessory = slackgo.NewAccessory(open)
			}
			blocks = append(blocks, b)
		}
	}
	return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}}
}
