package view

import (
	"fmt"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Limits of a message. The number of characters of all blocks together is undocumented: Slack answers msg_blocks_too_long at about
// 13,200 (https://github.com/slackapi/bolt-js/issues/2509); we stay below.
const (
	maxBlocks = 50
	maxChars  = 12000
	maxField  = 2000
	perBlock  = 10 // fields of a section, elements of a context
)

// layout fills a message: what must be there is reserved first, then the rest is added as long as there is room.
type layout struct {
	blocks     []slackgo.Block
	roomBlocks int
	roomChars  int
	dropped    int // things left out, told at the foot
}

// part is a panel with its block that must not be left out.
type part struct {
	panel   bot.Panel
	section *slackgo.SectionBlock
}

func (p part) core() []slackgo.Block {
	if p.section == nil {
		return nil
	}
	return []slackgo.Block{p.section}
}

func newLayout() *layout {
	// One block and a line are kept for the foot that says what is missing.
	return &layout{roomBlocks: maxBlocks - 1, roomChars: maxChars - 100}
}

// add places blocks that are known to fit.
func (l *layout) add(b ...slackgo.Block) {
	l.reserve(b...)
	l.blocks = append(l.blocks, b...)
}

// reserve takes the room of blocks that will be placed later; false when there is none.
func (l *layout) reserve(b ...slackgo.Block) bool {
	chars := 0
	for _, x := range b {
		chars += textOf(x)
	}
	if len(b) > l.roomBlocks || chars > l.roomChars {
		return false
	}
	l.roomBlocks -= len(b)
	l.roomChars -= chars
	return true
}

// divide draws a line while blocks are plenty.
func (l *layout) divide() {
	if l.roomBlocks > 10 {
		l.add(slackgo.NewDividerBlock())
	}
}

// panel places a reserved panel with as many of its fields and notes as there is room for.
func (l *layout) panel(p part) {
	fields := l.fields(p.panel.Fields)
	if p.section != nil {
		n := min(perBlock, len(fields))
		p.section.Fields, fields = fields[:n:n], fields[n:]
		l.blocks = append(l.blocks, p.section)
	}
	for len(fields) > 0 {
		n := min(perBlock, len(fields))
		if l.roomBlocks == 0 {
			l.dropped += len(fields)
			break
		}
		l.roomBlocks--
		l.blocks = append(l.blocks, slackgo.NewSectionBlock(nil, fields[:n:n], nil))
		fields = fields[n:]
	}
	l.notes(p.panel.Notes)
}

// fields takes the room of labels and values, cutting what is long.
func (l *layout) fields(list []bot.Field) []*slackgo.TextBlockObject {
	out := make([]*slackgo.TextBlockObject, 0, len(list))
	for i, f := range list {
		limit := min(maxField, l.roomChars)
		if limit < 40 {
			l.dropped += len(list) - i
			break
		}
		o := plain(cut(cut(Line(f.Label), 100, "…")+"\n"+Clean(f.Value), limit, more), limit)
		l.roomChars -= units(o.Text)
		out = append(out, o)
	}
	return out
}

// notes puts small print into context blocks.
func (l *layout) notes(list []string) {
	var row []slackgo.MixedElement
	for i, n := range list {
		limit := min(maxField, l.roomChars)
		if limit < 40 || len(row) == 0 && l.roomBlocks == 0 {
			l.dropped += len(list) - i
			break
		}
		if len(row) == 0 {
			l.roomBlocks--
		}
		o := plain(cut(Clean(n), limit, more), limit)
		l.roomChars -= units(o.Text)
		if row = append(row, o); len(row) == perBlock {
			l.blocks = append(l.blocks, slackgo.NewContextBlock("", row...))
			row = nil
		}
	}
	if len(row) > 0 {
		l.blocks = append(l.blocks, slackgo.NewContextBlock("", row...))
	}
}

// done gives the blocks, with a foot when something was left out.
func (l *layout) done() []slackgo.Block {
	if l.dropped > 0 {
		l.blocks = append(l.blocks, slackgo.NewContextBlock("", plain(fmt.Sprintf("ほかに%d件の項目があります。全文はBacklogでご確認ください。", l.dropped), 100)))
	}
	return l.blocks
}

// textOf counts the text of a block that we build.
func textOf(b slackgo.Block) int {
	n := 0
	add := func(o *slackgo.TextBlockObject) {
		if o != nil {
			n += units(o.Text)
		}
	}
	switch b := b.(type) {
	case *slackgo.HeaderBlock:
		add(b.Text)
	case *slackgo.SectionBlock:
		add(b.Text)
		for _, f := range b.Fields {
			add(f)
		}
	case *slackgo.ContextBlock:
		for _, e := range b.ContextElements.Elements {
			if o, ok := e.(*slackgo.TextBlockObject); ok {
				add(o)
			}
		}
	case *slackgo.ActionBlock:
		for _, e := range b.Elements.ElementSet {
			if x, ok := e.(*slackgo.ButtonBlockElement); ok {
				add(x.Text)
				n += units(x.AccessibilityLabel)
				if c := x.Confirm; c != nil {
					add(c.Title)
					add(c.Text)
					add(c.Confirm)
					add(c.Deny)
				}
			}
		}
	}
	return n
}
