package slack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/mask"
	"toban/bot/slack/view"
)

// Preview is what would become of a form if it were sent now.
type Preview struct {
	Words   []PreviewWords // that leave the provider
	Refusal string         // why nothing would; "" when it can be done
	Mode    bot.Mode       // of the project: "" is on
}

// PreviewWords are words that somebody outside would read or hear.
type PreviewWords struct{ Where, Text string }

// preview shows below a form's fields what the customer would read, as they are filled in now. Nothing is stored: the form is sent by its own
// button, with what stands in its fields then.
func (s *Slack) preview(ctx context.Context, in interaction) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	raw, err := base64.RawURLEncoding.DecodeString(in.View.PrivateMetadata)
	var o origin
	if err != nil || json.Unmarshal(raw, &o) != nil || o.Ticket == "" || s.c.Preview == nil {
		return "unreadable"
	}
	b, card, lines, outcome := s.previewed(ctx, in, o)
	if b.Form == nil {
		modal := view.Word(card.Key+" "+card.Title, strings.Join(lines, "\n"))
		if _, err := s.api.UpdateViewContext(ctx, modal, "", in.View.Hash, in.View.ID); err != nil {
			s.c.Logger.Warn("showing why there is no preview", "ticket", o.Ticket, "error", s.hide(err))
		}
		return outcome
	}
	modal, err := s.dialogue(card, b, in.View.PrivateMetadata, lines...).Modal()
	if err != nil {
		s.c.Logger.Error("building a form", "ticket", o.Ticket, "action", o.Action, "error", err)
		return "failed"
	}
	if _, err := s.api.UpdateViewContext(ctx, modal, "", in.View.Hash, in.View.ID); err != nil && code(err) != "hash_conflict" {
		s.c.Logger.Warn("showing a preview", "ticket", o.Ticket, "action", o.Action, "error", s.hide(err))
		return "failed"
	}
	return outcome
}

// previewed finds the words to show. A button without a form says that the form is of no use any more.
func (s *Slack) previewed(ctx context.Context, in interaction, o origin) (b bot.Button, card bot.Card, lines []string, outcome string) {
	nothing := func(outcome, why string) (bot.Button, bot.Card, []string, string) {
		return bot.Button{}, card, []string{why}, outcome
	}
	person, ok := s.c.Directory().BySlack(in.User.ID)
	if !ok {
		return nothing("unknown_user", unknownUser(in.User.ID))
	}
	card, err := s.c.Board.Card(ctx, o.Ticket)
	if err != nil {
		s.c.Logger.Error("reading the card of a form to be previewed", "ticket", o.Ticket, "error", err)
		return nothing("failed", cannotCheck)
	}
	if s.foreign(o.Channel, card) || s.strange(person, card) {
		card = bot.Card{}
		return nothing("foreign", staleText)
	}
	b, ok = findButton(card, o.Action, o.Value)
	switch {
	case !ok || b.Form == nil || !b.Form.Says:
		return nothing("stale", staleWords(card))
	case !person.Has(b.Roles...):
		return nothing("refused", s.refusal(b, person))
	}
	zone := time.UTC
	if c := s.customerOf(card); c != nil && c.Zone != nil {
		zone = c.Zone
	}
	values := view.Values(*b.Form, in.View.State.Values, zone)
	if wrong := b.Form.Check(values, s.c.Clock.Now()); wrong != nil {
		lines = append(lines, "まだ送れません。入力を確認してください。")
		for _, x := range b.Form.Inputs {
			if why := wrong[x.ID]; why != "" {
				lines = append(lines, "・"+x.Label+": "+why)
			}
		}
		return b, card, lines, "invalid"
	}
	for id, v := range values {
		values[id] = mask.Incoming(v)
	}
	p, err := s.c.Preview(ctx, bot.StaffAction{
		Action: o.Action, Ticket: o.Ticket, Person: person.ID, SlackUser: in.User.ID, Channel: o.Channel, Values: values, Value: b.Value,
	})
	if err != nil {
		s.c.Logger.Error("previewing a form", "ticket", o.Ticket, "action", o.Action, "error", err)
		return b, card, []string{"お客様が読む文面を表示できませんでした。送ることはできます。"}, "failed"
	}
	return b, card, p.lines(), "previewed"
}

// lines are the preview as it stands below the form.
func (p Preview) lines() []string {
	if p.Refusal != "" {
		return []string{"このままでは送れません。\n" + p.Refusal}
	}
	if len(p.Words) == 0 {
		return []string{"この操作では、お客様には何も送られません。"}
	}
	head := "お客様が読む文面です(まだ送っていません)。"
	switch p.Mode {
	case bot.ModeShadow:
		head = "お客様が読むはずの文面です。シャドーのため、実際には送られません。"
	case bot.ModeAssist:
		head = "お客様が読む文面です。送る前に、スレッドでもう一度確認をお願いします。"
	case bot.ModeOn, bot.ModeOff:
	}
	out := []string{head}
	for _, w := range p.Words {
		out = append(out, "【"+w.Where+"】\n"+w.Text)
	}
	return out
}

// dialogue is a button's form as it is shown; lines are what a preview says below it.
func (s *Slack) dialogue(card bot.Card, b bot.Button, metadata string, lines ...string) view.Dialogue {
	return view.Dialogue{
		Form: *b.Form, Action: b.Action, About: card.Key + " " + card.Title, Metadata: metadata, Shows: b.Form.Says && s.c.Preview != nil, Preview: lines,
	}
}
