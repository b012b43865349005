package slack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

// submission handles a sent form. The answer is nil (the form closes) or says what is wrong.
func (s *Slack) submission(ctx context.Context, in interaction) (any, error) {
	if in.View.CallbackID == adoptPrefix+"change" {
		outcome, answer := s.adoptSubmit(ctx, in)
		s.c.Count(string(doorInteractions), outcome)
		return answer, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(in.View.PrivateMetadata)
	var o origin
	if err != nil || json.Unmarshal(raw, &o) != nil || o.Ticket == "" && o.Draft == nil || o.Action == "" {
		return nil, &unreadable{"the form was not opened by Toban"}
	}
	outcome, answer := s.submit(ctx, in, o)
	s.c.Count(string(doorInteractions), outcome)
	return answer, nil
}

func (s *Slack) submit(ctx context.Context, in interaction, o origin) (outcome string, answer any) {
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	if o.Draft != nil {
		return s.submitDraft(ctx, in, o)
	}
	person, ok := s.c.Directory().BySlack(in.User.ID)
	if !ok {
		return "unknown_user", notice(unknownUser(in.User.ID))
	}
	card, err := s.c.Board.Card(ctx, o.Ticket)
	if err != nil {
		s.c.Logger.Error("reading the card of a sent form", "ticket", o.Ticket, "action", o.Action, "error", err)
		return "failed", complaint(in, cannotCheck)
	}
	if s.foreign(o.Channel, card) {
		s.c.Logger.Warn("refusing a form of another channel's ticket", "ticket", o.Ticket, "action", o.Action, "person", person.ID)
		return "foreign", complaint(in, staleText)
	}
	if s.strange(person, card) {
		return "refused", notice(notServed)
	}
	b, ok := findButton(card, o.Action, o.Value)
	if !ok || b.Form == nil {
		s.c.Logger.Info("refusing a stale form", "ticket", o.Ticket, "action", o.Action, "stored", card.Version)
		return "stale", complaint(in, staleWords(card))
	}
	if !person.Has(b.Roles...) {
		return "refused", notice(s.refusal(b, person))
	}
	customer := s.customerOf(card)
	zone := time.UTC
	if customer != nil && customer.Zone != nil {
		zone = customer.Zone
	}
	values := view.Values(*b.Form, in.View.State.Values, zone)
	if wrong := b.Form.Check(values, s.c.Clock.Now()); wrong != nil {
		return "invalid", answerWrong(in, wrong)
	}
	// The view's hash changes when a form is drawn anew, the id when it is opened anew: the same sending has the same of both.
	err = s.store(ctx, "slack:form:"+fingerprint(in.View.ID, in.View.Hash), customer, bot.StaffAction{
		Action: o.Action, Ticket: o.Ticket, Person: person.ID, SlackUser: in.User.ID, Channel: o.Channel, Values: values, Value: b.Value,
	})
	if err != nil {
		s.c.Logger.Error("storing a form", "ticket", o.Ticket, "action", o.Action, "person", person.ID, "error", err)
		return "failed", complaint(in, brokenText)
	}
	return "accepted", nil
}

// answerWrong puts messages at the fields of the form that is open. A field that the form lost since then is not in the view: its
// message would be dropped by Slack, so the form as a whole is called stale.
func answerWrong(in interaction, wrong map[string]string) any {
	for id := range wrong {
		if _, shown := in.View.State.Values[id]; !shown {
			return complaint(in, staleText)
		}
	}
	return slackgo.NewErrorsViewSubmissionResponse(wrong)
}

// complaint keeps what the person typed: the message stands at the first field. Without fields the form is replaced by the message.
func complaint(in interaction, text string) any {
	first := ""
	for id := range in.View.State.Values {
		if first == "" || id < first {
			first = id
		}
	}
	if first == "" {
		return notice(text)
	}
	return slackgo.NewErrorsViewSubmissionResponse(map[string]string{first: text})
}

// notice replaces the form by a message.
func notice(text string) any {
	return slackgo.NewUpdateViewSubmissionResponse(&slackgo.ModalViewRequest{
		Type:  slackgo.VTModal,
		Title: slackgo.NewTextBlockObject(slackgo.PlainTextType, "Toban", false, false),
		Close: slackgo.NewTextBlockObject(slackgo.PlainTextType, "閉じる", false, false),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{
			slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false), nil, nil),
		}},
	})
}
