package tracker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"toban/backlog"
	"toban/bot"
)

// Fetch reads the issue that change names and what happened to it after the comment with the id cursor; with a cursor of 0 the opening
// comes first. An issue that is gone gives a snapshot with Deleted. The id decides: an issue that moved to another project is found
// under its new key. A rate limit gives a bot.RetryAfterError; every other error may pass.
func (t *Tracker) Fetch(ctx context.Context, change bot.IssueChanged, cursor int64) (bot.Fetched, error) {
	s, err := t.space(change.Space)
	if err != nil {
		return bot.Fetched{}, err
	}
	got, err := t.fetch(ctx, s, change, cursor)
	if err != nil {
		return bot.Fetched{}, t.later(fmt.Errorf("reading issue %d of space %s: %w", change.IssueID, s.ID, err))
	}
	return got, nil
}

func (t *Tracker) fetch(ctx context.Context, s *Space, change bot.IssueChanged, cursor int64) (bot.Fetched, error) {
	id := backlog.ID(change.IssueID).String()
	issue, err := s.Client.GetIssue(ctx, id)
	if errors.Is(err, backlog.ErrNotFound) {
		return t.gone(ctx, s, change, cursor)
	}
	if err != nil {
		return bot.Fetched{}, err
	}
	var comments []*backlog.Comment
	for c, err := range s.Client.AllIssueComments(ctx, id, backlog.ID(cursor)) {
		if err != nil {
			return bot.Fetched{}, fmt.Errorf("reading its comments: %w", err)
		}
		comments = append(comments, c)
	}
	// Something was written between the two calls: the snapshot must not be older than the facts.
	if n := len(comments); n > 0 && comments[n-1].Created.After(issue.Updated) {
		if issue, err = s.Client.GetIssue(ctx, id); err != nil {
			return bot.Fetched{}, err
		}
	}
	authors, err := t.authors(ctx, s, issue, comments)
	if err != nil {
		return bot.Fetched{}, err
	}
	got := bot.Fetched{Snapshot: authors.snapshot(s, issue), Cursor: cursor}
	if cursor == 0 {
		got.Facts = append(got.Facts, authors.opening(issue))
	}
	for _, c := range comments {
		got.Facts = append(got.Facts, authors.fact(c))
		got.Cursor = int64(c.ID)
	}
	got.Snapshot.LastComment = got.Cursor
	return got, nil
}

// gone tells a deleted issue from one that the bot only can't see any more: Backlog answers both alike, but promises end with the
// first only. The deletion's own activity proves it; otherwise the project must still be readable.
func (t *Tracker) gone(ctx context.Context, s *Space, change bot.IssueChanged, cursor int64) (bot.Fetched, error) {
	if !change.Deleted && change.Project != "" {
		if _, err := s.Client.GetProject(ctx, change.Project); err != nil {
			return bot.Fetched{}, fmt.Errorf("neither the issue nor project %s can be read; is the bot still a member?: %w", change.Project, err)
		}
	}
	return bot.Fetched{Cursor: cursor, Snapshot: bot.Snapshot{
		Space: s.ID, Project: change.Project, IssueID: change.IssueID, LastComment: cursor, Deleted: true,
	}}, nil
}

// authors names users by the directory. Members are read again when somebody is unknown: a customer may have joined a minute ago.
func (t *Tracker) authors(ctx context.Context, s *Space, issue *backlog.Issue, comments []*backlog.Comment) (authors, error) {
	p, err := t.project(ctx, s, projectKey(issue.IssueKey), false)
	if err != nil {
		return authors{}, err
	}
	a := authors{space: s.ID, dir: t.cfg.Directory(), project: p}
	users := []backlog.User{issue.CreatedUser}
	for _, c := range comments {
		users = append(users, c.CreatedUser)
	}
	for _, u := range users {
		if a.author(u).Kind == bot.AuthorUnknown {
			a.project, err = t.project(ctx, s, p.key, true)
			return a, err
		}
	}
	return a, nil
}

func webURL(s *Space, issueKey string) string {
	return strings.TrimRight(s.URL, "/") + "/view/" + issueKey
}
