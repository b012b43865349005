package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

// metadataType marks our messages; the payload's "key" is the effect's key, by which a message is found again.
const metadataType = "toban_effect"

// Send carries out a slack.* effect. Errors: bot.Permanent with advice for operators, bot.RetryAfter for rate limits, anything else may
// or may not have happened and is looked up before it is repeated.
func (s *Slack) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	if wait := s.limit.wait(s.c.Machine()); wait > 0 {
		return bot.Sent{}, bot.Untried(fmt.Errorf("sending %s: slack refuses the app (toban doctor says why)", a.Effect.Key), wait)
	}
	switch a.Effect.Kind {
	case bot.EffectCard:
		var c bot.Card
		if err := a.Effect.Decode(&c); err != nil {
			return bot.Sent{}, bot.Permanent(err)
		}
		if err := s.refuseShared(c.Channel, a.Effect.Key); err != nil {
			return bot.Sent{}, err
		}
		sent, err := s.sendCard(ctx, a, c)
		if err == nil {
			s.changed()
		}
		return sent, err
	case bot.EffectPost:
		var p bot.Post
		if err := a.Effect.Decode(&p); err != nil {
			return bot.Sent{}, bot.Permanent(err)
		}
		if err := s.refuseShared(p.Channel, a.Effect.Key); err != nil {
			return bot.Sent{}, err
		}
		return s.sendPost(ctx, a, p)
	case bot.EffectEphemeral:
		var e bot.Ephemeral
		if err := a.Effect.Decode(&e); err != nil {
			return bot.Sent{}, bot.Permanent(err)
		}
		return s.sendEphemeral(ctx, a, e)
	default: // what other adapters carry out
	}
	return bot.Sent{}, bot.Permanent(fmt.Errorf("sending effect %s: slack does not carry out %s", a.Effect.Key, a.Effect.Kind))
}

// message is a message on its way to a channel or thread.
type message struct {
	doing   string
	channel string
	thread  string
	top     bool // a thread reply that the channel sees too
	key     string
	card    bot.TicketID // set for cards: marks whose card it is
	anyCard bool         // a look takes any card of the ticket, not only this effect's
	again   func() view.Message
	view    view.Message
	urgent  bool
}

// lookUp says where the message is already, "" when it must be posted. A message that can't be looked up is repeated when it is urgent
// and says so; the others are for a person to judge.
func (s *Slack) lookUp(ctx context.Context, a bot.Attempt, m *message) (ts string, err error) {
	ts, err = s.find(ctx, a, *m)
	switch {
	case err == nil:
		return ts, nil
	case errors.Is(err, errBlind) && m.urgent:
		s.c.Logger.Warn("repeating an urgent message without a look", "effect", m.key, "reason", err)
		m.view = m.again()
		return "", nil
	case errors.Is(err, errBlind):
		return "", bot.Permanent(fmt.Errorf(
			"%s in channel %s: it may have been posted already: look there and replay it if it is missing: %w", m.doing, m.channel, err))
	}
	return "", s.fault("looking for "+m.key, m.channel, err)
}

// post sends a message that is known not to be there yet.
func (s *Slack) post(ctx context.Context, m message) (bot.Sent, error) {
	if wait := s.limit.reserve(m.channel, s.c.Machine()); wait > waitAtMost {
		return bot.Sent{}, bot.Untried(fmt.Errorf("%s in channel %s: waiting for the channel's turn", m.doing, m.channel), wait)
	} else if err := pause(ctx, wait); err != nil {
		return bot.Sent{}, fmt.Errorf("%s in channel %s: %w", m.doing, m.channel, err)
	}
	payload := map[string]any{"key": m.key}
	if m.card != "" {
		payload["card"] = string(m.card)
	}
	o := append(s.content(m.view), slackgo.MsgOptionMetadata(slackgo.SlackMetadata{EventType: metadataType, EventPayload: payload}))
	if m.thread != "" {
		o = append(o, slackgo.MsgOptionTS(m.thread))
		if m.top {
			o = append(o, slackgo.MsgOptionBroadcast())
		}
	}
	_, ts, err := s.api.PostMessageContext(ctx, m.channel, o...)
	if code(err) == codeNotInChannel && s.join(ctx, m.channel) {
		_, ts, err = s.api.PostMessageContext(ctx, m.channel, o...)
	}
	if err != nil {
		return bot.Sent{}, s.fault(m.doing, m.channel, err)
	}
	return s.sent(m.channel, ts, "", m), nil
}

// content is what every message of ours carries: the sentence, the blocks, and no previews of links.
func (s *Slack) content(v view.Message) []slackgo.MsgOption {
	return []slackgo.MsgOption{
		slackgo.MsgOptionText(v.Text, false), slackgo.MsgOptionBlocks(v.Blocks...), slackgo.MsgOptionParse(false),
		slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(),
	}
}

// join enters a public channel; false when that is not possible.
func (s *Slack) join(ctx context.Context, channel string) bool {
	_, _, _, err := s.api.JoinConversationContext(ctx, channel)
	if err != nil {
		s.c.Logger.Warn("joining a channel", "channel", channel, "error", s.hide(err))
	}
	return err == nil
}

// sent describes a message that is there.
func (s *Slack) sent(channel, ts, why string, m message) bot.Sent {
	notes := m.view.Notes
	if why != "" {
		notes = append([]string{why}, notes...)
	}
	out := bot.Sent{RemoteID: channel + " " + ts, At: instant(ts), Why: strings.Join(notes, "; ")}
	if m.card != "" {
		out.Refs = map[string]string{bot.RefCard: channel + " " + ts}
	}
	return out
}

// instant reads a ts as the time that it is. A ts is an id before it is a time, so it is read without floating point.
func instant(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(sec, 10, 64)
	if err != nil {
		return time.Time{}
	}
	us, _ := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	return time.Unix(n, us*1000).UTC()
}

// cardRef reads the stored reference of a ticket's card.
func cardRef(refs map[string]string) (channel, ts string, ok bool) {
	channel, ts, ok = strings.Cut(refs[bot.RefCard], " ")
	return channel, ts, ok && channel != "" && ts != ""
}
