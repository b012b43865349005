package slack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/mask"
	"toban/bot/slack/view"
)

// Slack shows a time-out to the person after 3 s (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response).
// The parts of one answer stay below that together.
const (
	actWithin  = 1800 * time.Millisecond // look up, store, open a form
	tellWithin = time.Second             // say why not
)

// door is the kind of a delivery, the same word for HTTP and Socket Mode.
type door string

const (
	doorEvents       door = "slack.events"
	doorInteractions door = "slack.interactions"
	doorCommands     door = "slack.commands"
)

// unreadable marks a delivery that is Slack's but makes no sense to us; it goes to the dead letters.
type unreadable struct{ reason string }

func (u *unreadable) Error() string { return u.reason }

// interaction is what we read of a click or a submission.
type interaction struct {
	Type      string    `json:"type"`
	TriggerID string    `json:"trigger_id"`
	User      slackUser `json:"user"`
	Channel   struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		Type      string `json:"type"`
		ChannelID string `json:"channel_id"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"container"`
	CallbackID string `json:"callback_id"`
	Message    struct {
		Text string `json:"text"`
	} `json:"message"`
	Actions []struct {
		ActionID string `json:"action_id"`
		Type     string `json:"type"`
		Value    string `json:"value"`
		ActionTS string `json:"action_ts"`
		Selected struct {
			Value string `json:"value"`
		} `json:"selected_option"`
	} `json:"actions"`
	View struct {
		ID              string `json:"id"`
		Hash            string `json:"hash"`
		CallbackID      string `json:"callback_id"`
		PrivateMetadata string `json:"private_metadata"`
		State           struct {
			Values map[string]map[string]view.Entered `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// channel is where the click happened, and where its answer goes.
func (in interaction) channel() string { return cmp.Or(in.Container.ChannelID, in.Channel.ID) }

type slackUser struct {
	ID string `json:"id"`
}

// receive handles one delivery: raw is the JSON payload. The answer goes into the acknowledgement, nil for an empty one. An *unreadable
// error is the payload's fault; any other means that Slack should show a failure or deliver again.
func (s *Slack) receive(ctx context.Context, d door, raw []byte) (answer any, err error) {
	// Slack hanging up, or Toban being stopped, must not leave a click between stored and not stored without a word.
	ctx = context.WithoutCancel(ctx)
	switch d {
	case doorCommands:
		var c command
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, &unreadable{"the command is no JSON of the expected shape"}
		}
		return s.command(ctx, c), nil
	case doorEvents:
		return s.event(ctx, raw)
	case doorInteractions:
	}
	var in interaction
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, &unreadable{"the interaction is no JSON of the expected shape"}
	}
	if in.User.ID == "" {
		return nil, &unreadable{"the interaction names no user"}
	}
	switch in.Type {
	case "block_actions":
		return nil, s.click(ctx, in)
	case "view_submission":
		return s.submission(ctx, in)
	case "shortcut", "message_action":
		return nil, s.shortcut(ctx, in)
	case "":
		return nil, &unreadable{"the interaction has no type"}
	}
	s.c.Count(string(d), "ignored")
	return nil, nil
}

// store puts a staff member's action into the inbox.
func (s *Slack) store(ctx context.Context, key string, customer *bot.Customer, body bot.StaffAction) error {
	for id, v := range body.Values {
		body.Values[id] = mask.Incoming(v) // a password that staff paste must not be kept or passed on
	}
	lane := string(body.Ticket)
	if lane == "" {
		lane = body.Action // what belongs to no ticket goes one after another
	}
	e, err := bot.NewEvent(bot.EventStaffAction, key, lane, s.c.Clock.Now(), body)
	if err != nil {
		return err
	}
	if customer != nil {
		e.Customer = customer.ID
	}
	return s.c.Inbox.Accept(ctx, e)
}

// customerOf finds whose ticket a card is, by the project or else by the card's channel.
func (s *Slack) customerOf(c bot.Card) *bot.Customer {
	dir := s.c.Directory()
	if space, _, err := c.Ticket.Split(); err == nil {
		if i := strings.LastIndexByte(c.Key, '-'); i > 0 {
			if x, ok := dir.OfProject(space, c.Key[:i]); ok {
				return x
			}
		}
	}
	for _, x := range dir.Customers {
		if x.Channel != "" && x.Channel == c.Channel {
			return x
		}
	}
	return nil
}

// foreign reports whether a channel is that of customers who are not the card's: what stands there of it was not put there by Toban.
func (s *Slack) foreign(channel string, c bot.Card) bool {
	x := s.customerOf(c)
	if x == nil {
		return false
	}
	_, ours := s.c.Directory().Within(channel).Customer(x.ID)
	return !ours
}

// findButton looks a button up on the ticket's card as it is stored now. The card's version may have grown since the message was drawn;
// what counts is that the same action with the same value is still offered.
func findButton(c bot.Card, action, valueSum string) (bot.Button, bool) {
	for _, p := range c.Panels {
		for _, b := range p.Buttons {
			if b.Action == action {
				return b, fingerprint(b.Value) == valueSum
			}
		}
	}
	return bot.Button{}, false
}

// fingerprint is a short hash for keys: trigger ids are not kept, long values need not travel.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// tell shows a person, and nobody else, why nothing happened. An error means that the person was not told.
func (s *Slack) tell(ctx context.Context, in interaction, text string) error {
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	o := s.content(view.Whisper(text))
	if in.Container.ThreadTS != "" {
		o = append(o, slackgo.MsgOptionTS(in.Container.ThreadTS))
	}
	if _, err := s.api.PostEphemeralContext(ctx, in.channel(), in.User.ID, o...); err != nil {
		return fmt.Errorf("telling %s why nothing happened: %w", in.User.ID, s.hide(err))
	}
	return nil
}
