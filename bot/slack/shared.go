package slack

import (
	"context"
	"fmt"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// lookShared finds out which customers' channels another organisation reads, too. What Slack does not tell for want of a scope is told by
// toban doctor.
func (s *Slack) lookShared(ctx context.Context) {
	for _, c := range s.c.Directory().Customers {
		if c.Channel == "" {
			continue
		}
		ch, err := s.api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: c.Channel})
		if err != nil {
			s.c.Logger.Debug("asking whether a channel is shared", "channel", c.Channel, "error", s.hide(err))
			continue
		}
		if ch.IsExtShared {
			s.c.Logger.Error("a customer's channel is shared with another organisation: nothing is posted there", "channel", c.Channel, "customer", c.ID)
			s.shared.Store(c.Channel, true)
		} else {
			s.shared.Delete(c.Channel)
		}
	}
}

// refuseShared keeps what is internal out of a channel that another organisation reads (spec/7-customers.md, Customers).
func (s *Slack) refuseShared(channel, key string) error {
	if _, ok := s.shared.Load(channel); !ok {
		return nil
	}
	return bot.Permanent(fmt.Errorf("sending %s: the channel %s is shared with another organisation, which would read it: name a channel of your own workspace only and replay", key, channel))
}
