package slack

import (
	"context"
	"errors"
	"fmt"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// errBlind says that a message can't be looked up: the history scope is missing or the history is too long.
var errBlind = errors.New("the message can't be looked up")

const (
	lookPage  = 200
	lookPages = 25
	lookSkew  = 5 * time.Minute // Slack's clock against ours
	cardSpan  = 30 * 24 * time.Hour
)

// find looks for a message of ours by its metadata since the first try; "" when it is not there. Thread replies are looked for in the
// thread, and in the channel when the thread is gone.
func (s *Slack) find(ctx context.Context, a bot.Attempt, m message) (ts string, err error) {
	oldest := ""
	if since := a.Since().Add(-lookSkew); !a.First.IsZero() {
		if m.card != "" && !a.Look {
			since = since.Add(-cardSpan) // nobody tried yet: an earlier effect posted the card
		}
		oldest = fmt.Sprintf("%d.000000", since.Unix())
	}
	cursor := ""
	pages := lookPages
	if !a.Look {
		pages = 5
	}
	for range pages {
		page, next, err := s.page(ctx, m, oldest, cursor)
		if code(err) == codeNotInChannel && s.join(ctx, m.channel) {
			page, next, err = s.page(ctx, m, oldest, cursor)
		}
		if err != nil {
			return "", err
		}
		for _, x := range page {
			if m.isIn(x) {
				return x.Timestamp, nil
			}
		}
		if next == "" {
			return "", nil
		}
		cursor = next
	}
	return "", fmt.Errorf("%w: more than %d messages since the first try", errBlind, lookPage*pages)
}

func (s *Slack) page(ctx context.Context, m message, oldest, cursor string) ([]slackgo.Message, string, error) {
	if m.thread != "" {
		list, _, next, err := s.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
			ChannelID: m.channel, Timestamp: m.thread, Oldest: oldest, Cursor: cursor, Limit: lookPage, IncludeAllMetadata: true,
		})
		return list, next, blind(err)
	}
	r, err := s.api.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{
		ChannelID: m.channel, Oldest: oldest, Cursor: cursor, Limit: lookPage, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, "", blind(err)
	}
	return r.Messages, r.ResponseMetaData.NextCursor, nil
}

// blind names the one error of a look that a different decision follows from.
func blind(err error) error {
	if code(err) == codeMissingScope {
		return fmt.Errorf("%w: grant channels:history and groups:history: %w", errBlind, err)
	}
	return err
}

// isIn reports whether x is the message: the same effect, or the same ticket's card.
func (m message) isIn(x slackgo.Message) bool {
	if x.Metadata.EventType != metadataType {
		return false
	}
	p := x.Metadata.EventPayload
	return p["key"] == m.key || m.anyCard && p["card"] == string(m.card)
}
