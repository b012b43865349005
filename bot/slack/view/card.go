package view

import (
	"fmt"
	"net/url"
	"strings"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Message is what is posted: blocks, the sentence that stands for them in notifications and screen readers, and for operators what
// could not be shown.
type Message struct {
	Text   string
	Blocks []slackgo.Block
	Notes  []string
}

// toneWords say in words what a colour would; they are read aloud too.
func toneWords(t bot.Tone) string {
	switch t {
	case bot.ToneWarn:
		return "⚠️【注意】"
	case bot.ToneAlarm:
		return "🔴【緊急】"
	case bot.ToneDone:
		return "✅【完了】"
	case bot.ToneOver:
		return "⏹️【終了】"
	case bot.ToneCalm:
		return ""
	}
	return ""
}

// Card renders a ticket's card.
func Card(c bot.Card) Message {
	key, title := Line(c.Key), Line(c.Title)
	if title == "" {
		title = "(件名なし)"
	}
	press := &buttons{ticket: c.Ticket, key: key, version: c.Version, seen: map[string]bool{}}
	l := newLayout()
	l.add(slackgo.NewHeaderBlock(plain(strings.TrimSpace(key+" "+title), 150)))
	if link := Link(c.URL, key+" をBacklogで開く"); link != "" {
		l.add(slackgo.NewContextBlock("", ours(link)))
	}
	row := press.card(c.Panels)
	if !l.reserve(row...) {
		press.notes, row = append(press.notes, "buttons left out: no room on the card"), nil
	}
	var parts []part
	for i, p := range c.Panels {
		x := part{panel: p}
		if state := strings.TrimSpace(toneWords(p.Tone) + Clean(p.State)); state != "" {
			x.section = slackgo.NewSectionBlock(plain(cut(state, 1000, more), 1000), nil, nil)
		}
		if !l.reserve(x.core()...) {
			press.notes = append(press.notes, fmt.Sprintf("%d of %d panels left out: no room on the card", len(c.Panels)-i, len(c.Panels)))
			l.dropped += len(c.Panels) - i
			break
		}
		parts = append(parts, x)
	}
	for i, x := range parts {
		if i > 0 {
			l.divide()
		}
		l.panel(x)
	}
	l.blocks = append(l.blocks, row...)
	return Message{Text: sentence(key, title, c.Panels), Blocks: l.done(), Notes: press.notes}
}

// sentence is the accessible text of a card. It is escaped, and short enough for chat.update's 4,000 characters even when every character is.
func sentence(key, title string, panels []bot.Panel) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s「%s」の状況です。", key, cut(title, 150, "…"))
	for _, p := range panels {
		if s := Line(p.State); s != "" {
			b.WriteString(toneWords(p.Tone) + strings.TrimRight(cut(s, 200, "…"), "。") + "。")
		}
	}
	return Escape(cut(b.String(), 700, "…"))
}

// Link is a mrkdwn link to a page of ours; "" when the address is none that a browser should open.
func Link(address, label string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	a := strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", "&", "&amp;", " ", "%20").Replace(u.String())
	if units(a) > 1000 {
		return ""
	}
	return "<" + a + "|" + Escape(strings.ReplaceAll(Line(label), "|", "/")) + ">"
}
