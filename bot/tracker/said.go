package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/backlog"
	"toban/bot"
)

// Said lists what the bot wrote in a space since a moment with a 通知番号 at its foot: comments, and issues that it opened. The bot's own
// activities name the issues, their comments are read from there. It changes nothing.
func (t *Tracker) Said(ctx context.Context, space string, since time.Time) ([]bot.Said, error) {
	s, err := t.space(space)
	if err != nil {
		return nil, err
	}
	issues, err := s.touched(ctx, since)
	if err != nil {
		return nil, fmt.Errorf("reading what the bot did in space %s: %w", space, err)
	}
	var out []bot.Said
	for _, id := range issues {
		said, err := s.saidOn(ctx, id, since)
		if err != nil {
			return nil, fmt.Errorf("reading what the bot said on issue %s of space %s: %w", id, space, err)
		}
		out = append(out, said...)
	}
	slices.SortStableFunc(out, func(a, b bot.Said) int { return a.At.Compare(b.At) })
	return out, nil
}

// touched are the issues that the bot opened, changed or commented since a moment.
func (s *Space) touched(ctx context.Context, since time.Time) ([]backlog.ID, error) {
	var out []backlog.ID
	var below backlog.ID
	for {
		page, err := s.Client.GetUserActivities(ctx, backlog.ID(s.BotUser), &backlog.GetActivitiesOptions{
			TypeIDs: []backlog.ActivityType{backlog.ActivityIssueCreated, backlog.ActivityIssueUpdated, backlog.ActivityIssueCommented},
			MaxID:   below, Count: pageSize, Order: backlog.OrderDesc,
		})
		if err != nil {
			return nil, err
		}
		oldest := below
		for _, a := range page {
			if oldest == 0 || a.ID < oldest {
				oldest = a.ID
			}
			if a.Created.Before(since) {
				continue
			}
			if c, err := a.Issue(); err == nil && c.ID > 0 && !slices.Contains(out, c.ID) {
				out = append(out, c.ID)
			}
		}
		// Whether maxId itself is in the answer is not published: only an older id is progress.
		if len(page) < pageSize || oldest == below || page[len(page)-1].Created.Before(since) {
			return out, nil
		}
		below = oldest
	}
}

// saidOn lists what the bot said on one issue; an issue that is gone says nothing.
func (s *Space) saidOn(ctx context.Context, id backlog.ID, since time.Time) ([]bot.Said, error) {
	issue, err := s.Client.GetIssue(ctx, id.String())
	if errors.Is(err, backlog.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []bot.Said
	add := func(ref string, at time.Time, text string) {
		if mark := bot.FindNoticeNumber(text); mark != "" && !at.Before(since) {
			out = append(out, bot.Said{Channel: "backlog", Place: issue.IssueKey, Ref: ref, Mark: mark, At: at, Text: firstLine(text)})
		}
	}
	if int64(issue.CreatedUser.ID) == s.BotUser {
		add("", issue.Created, issue.Description)
	}
	var below backlog.ID
	for {
		page, err := s.Client.GetIssueComments(ctx, id.String(), &backlog.GetIssueCommentsOptions{MaxID: below, Count: pageSize, Order: backlog.OrderDesc})
		if err != nil {
			return nil, err
		}
		oldest := below
		for _, c := range page {
			if oldest == 0 || c.ID < oldest {
				oldest = c.ID
			}
			if int64(c.CreatedUser.ID) == s.BotUser && c.ID != below {
				add(c.ID.String(), c.Created, c.Content)
			}
		}
		if len(page) < pageSize || oldest == below || page[len(page)-1].Created.Before(since) {
			return out, nil
		}
		below = oldest
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(normal(text)), "\n")
	const most = 80
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}
