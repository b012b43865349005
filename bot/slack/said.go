package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Said lists what the bot posted in channels since a moment, in the channels themselves, in threads that began since, and in the threads
// of the given cards ("channel ts"). It needs the history scopes and changes nothing.
func (s *Slack) Said(ctx context.Context, channels, cards []string, since time.Time) ([]bot.Said, error) {
	oldest := fmt.Sprintf("%d.000000", since.Unix())
	seen := map[string]bool{}
	var out []bot.Said
	add := func(channel string, list []slackgo.Message) (threads []string) {
		for _, x := range list {
			key, _ := x.Metadata.EventPayload["key"].(string)
			at := moment(x.Timestamp)
			if x.Metadata.EventType == metadataType && key != "" && !at.Before(since) && !seen[channel+x.Timestamp] {
				seen[channel+x.Timestamp] = true
				out = append(out, bot.Said{Channel: "slack", Place: channel, Ref: x.Timestamp, Mark: key, At: at, Text: shortText(x.Text)})
			}
			if x.ReplyCount > 0 {
				threads = append(threads, channel+" "+x.Timestamp)
			}
		}
		return threads
	}
	for _, channel := range channels {
		found, err := s.pages(ctx, message{channel: channel}, oldest, func(list []slackgo.Message) []string { return add(channel, list) })
		if err != nil {
			return nil, fmt.Errorf("reading channel %s: %w", channel, s.hide(err))
		}
		cards = append(cards, found...)
	}
	for _, card := range slices.Compact(slices.Sorted(slices.Values(cards))) {
		channel, ts, _ := strings.Cut(card, " ")
		_, err := s.pages(ctx, message{channel: channel, thread: ts}, oldest, func(list []slackgo.Message) []string { return add(channel, list) })
		if err != nil && !threadGone(err) {
			return nil, fmt.Errorf("reading a thread of channel %s: %w", channel, s.hide(err))
		}
	}
	slices.SortStableFunc(out, func(a, b bot.Said) int { return a.At.Compare(b.At) })
	return out, nil
}

// pages gives every page of a history, waiting where Slack asks for it.
func (s *Slack) pages(ctx context.Context, m message, oldest string, each func([]slackgo.Message) []string) (threads []string, err error) {
	cursor := ""
	for {
		page, next, err := s.page(ctx, m, oldest, cursor)
		if code(err) == codeNotInChannel && s.join(ctx, m.channel) {
			page, next, err = s.page(ctx, m, oldest, cursor)
		}
		var limited *slackgo.RateLimitedError
		if errors.As(err, &limited) {
			select {
			case <-ctx.Done():
				return nil, fmt.Errorf("waiting for Slack: %w", ctx.Err())
			case <-time.After(max(limited.RetryAfter, time.Second)):
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		threads = append(threads, each(page)...)
		if next == "" {
			return threads, nil
		}
		cursor = next
	}
}

// moment reads a message's ts.
func moment(ts string) time.Time {
	seconds, micros, _ := strings.Cut(ts, ".")
	s, _ := strconv.ParseInt(seconds, 10, 64) // Slack's own word
	u, _ := strconv.ParseInt(micros, 10, 64)
	return time.Unix(s, u*int64(time.Microsecond)).UTC()
}

func shortText(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	const most = 80
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}
