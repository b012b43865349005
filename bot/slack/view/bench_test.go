package view_test

import (
	"fmt"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

// wide is a card of four panels with ten fields each, in the words of a real ticket.
func wide() bot.Card {
	c := request()
	c.Panels = nil
	for p := range 4 {
		x := bot.Panel{State: "対応中です。次の期限は 2026-11-27(金) 18:00 JST です。", Buttons: []bot.Button{{Action: "desk.take", Label: "担当する", Value: fmt.Sprint(p)}}}
		for f := range 10 {
			x.Fields = append(x.Fields, bot.Field{Label: fmt.Sprintf("項目%d", f), Value: "web01 の httpd <設定> & 再起動、2026年11月27日(金) 18:00 JST"})
		}
		c.Panels = append(c.Panels, x)
	}
	return c
}

// BenchmarkCardOf40Fields is what a card costs beside its baseline: the same blocks built by slack-go alone, with no escaping, no limits and
// no layout. The aim is 50 µs.
func BenchmarkCardOf40Fields(b *testing.B) {
	c := wide()
	b.Run("card", func(b *testing.B) {
		for b.Loop() {
			if m := view.Card(c); len(m.Blocks) < 8 {
				b.Fatal("the card is not whole")
			}
		}
	})
	b.Run("baseline", func(b *testing.B) {
		for b.Loop() {
			blocks := []slackgo.Block{slackgo.NewHeaderBlock(slackgo.NewTextBlockObject("plain_text", c.Key+" "+c.Title, false, false))}
			for _, p := range c.Panels {
				var fields []*slackgo.TextBlockObject
				for _, f := range p.Fields {
					fields = append(fields, slackgo.NewTextBlockObject("mrkdwn", "*"+f.Label+"*\n"+f.Value, false, false))
				}
				blocks = append(blocks, slackgo.NewSectionBlock(slackgo.NewTextBlockObject("plain_text", p.State, false, false), fields, nil))
			}
			if len(blocks) < 5 {
				b.Fatal("the baseline is not whole")
			}
		}
	})
}

// The benchmark's card shows all that it is given.
func TestCardOf40FieldsIsWhole(t *testing.T) {
	var text strings.Builder
	for _, block := range view.Card(wide()).Blocks {
		if s, ok := block.(*slackgo.SectionBlock); ok {
			for _, f := range s.Fields {
				text.WriteString(f.Text)
			}
			if s.Text != nil {
				text.WriteString(s.Text.Text)
			}
		}
	}
	if n := strings.Count(text.String(), "項目"); n != 40 {
		t.Errorf("the card shows %d fields, want 40:\n%s", n, text.String())
	}
}
