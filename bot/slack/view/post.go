package view

import (
	"fmt"
	"regexp"
	"strings"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Post is a message to be rendered, with what only the adapter knows about it.
type Post struct {
	Post   bot.Post
	Ticket bot.TicketID
	Key    string // with Title, shown before the text when the message can't stand in the ticket's thread
	Title  string
	URL    string
	Again  bool   // it may have been sent before
	Late   string // the planned time in words when it goes out late
}

var (
	userID  = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)
	groupID = regexp.MustCompile(`^S[A-Z0-9]{2,20}$`)
)

// maxMentions keeps a mistake in configuration from calling everybody.
const maxMentions = 20

// Mentions addresses users and user groups by their ids; anything else is left out and named.
func Mentions(ids []string) (text string, notes []string) {
	var out []string
	for i, id := range ids {
		switch {
		case i >= maxMentions:
			return strings.Join(out, " "), append(notes, fmt.Sprintf("%d mentions left out: more than %d", len(ids)-i, maxMentions))
		case userID.MatchString(id):
			out = append(out, "<@"+id+">")
		case groupID.MatchString(id):
			out = append(out, "<!subteam^"+id+">")
		default:
			notes = append(notes, fmt.Sprintf("mention left out: %q is no Slack user or group id", id))
		}
	}
	return strings.Join(out, " "), notes
}

// Whisper renders words that only one person sees.
func Whisper(text string) Message {
	l := newLayout()
	for _, t := range pieces(Clean(text), 2900, 3) {
		l.add(slackgo.NewSectionBlock(plain(t, 2900), nil, nil))
	}
	return Message{Text: Escape(cut(Line(text), 600, "…")), Blocks: l.done()}
}

// Message renders the post. Only its mentions are interpreted by Slack.
func (p Post) Message() Message {
	press := &buttons{ticket: p.Ticket, key: p.Key, seen: map[string]bool{}}
	l := newLayout()
	mention, notes := Mentions(p.Post.Mention)
	if mention != "" {
		l.add(slackgo.NewSectionBlock(ours(mention), nil, nil))
	}
	var heads []string
	if p.Again {
		heads = append(heads, "【再送】同じ内容がすでに届いている場合があります。")
	}
	if p.Late != "" {
		heads = append(heads, "【遅延】"+p.Late+"の予定でしたが、遅れて送信しました。")
	}
	for _, h := range heads {
		l.add(slackgo.NewContextBlock("", plain(h, 200)))
	}
	if p.Key != "" {
		top := []slackgo.MixedElement{plain(strings.TrimSpace(Line(p.Key)+" "+Line(p.Title)), 300)}
		if link := Link(p.URL, Line(p.Key)+" をBacklogで開く"); link != "" {
			top = append(top, ours(link))
		}
		l.add(slackgo.NewContextBlock("", top...))
	}
	rows := press.rows(p.Post.Buttons)
	if !l.reserve(rows...) {
		press.notes, rows = append(press.notes, "buttons left out: no room"), nil
	}
	text := Clean(p.Post.Text)
	if strings.TrimSpace(text) == "" {
		text = "(本文なし)"
	}
	for _, t := range pieces(text, 2900, min(4, l.roomChars/2900)) {
		l.add(slackgo.NewSectionBlock(plain(t, 2900), nil, nil))
	}
	l.blocks = append(l.blocks, rows...)
	lead := strings.Join(append(heads, strings.TrimSpace(Line(p.Key)+" "+Line(text))), " ")
	return Message{
		Text:   strings.TrimSpace(mention + " " + Escape(cut(strings.TrimSpace(lead), 600, "…"))),
		Blocks: l.done(),
		Notes:  append(notes, press.notes...),
	}
}
