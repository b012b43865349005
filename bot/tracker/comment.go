package tracker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"toban/backlog"
	"toban/bot"
)

func (t *Tracker) sendComment(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	var body bot.Comment
	if err := a.Effect.Decode(&body); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	if strings.TrimSpace(body.Text) == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("posting comment of effect %q: it says nothing", a.Effect.Key))
	}
	w, err := t.write(a)
	if err != nil {
		return bot.Sent{}, err
	}
	m := w.message(body.Text, body.Notify, body.Verify)
	if sent, done, err := w.foundBefore(ctx, m); done || err != nil {
		return sent, err
	}
	c, err := w.post(ctx, &m)
	if err != nil {
		return bot.Sent{}, w.doing("posting comment", err)
	}
	return w.finish(ctx, c, m, "")
}

// post writes the comment, if need be without those whom Backlog will not notify.
func (w *writing) post(ctx context.Context, m *message) (*backlog.Comment, error) {
	say := func() (*backlog.Comment, error) {
		return w.space.Client.CreateIssueComment(w.beforeLate(ctx), w.issue, &backlog.CreateIssueCommentInput{Content: m.text, NotifiedUserIDs: ids(m.notify)})
	}
	c, err := say()
	if !errors.Is(err, backlog.ErrInvalid) || len(m.notify) == 0 {
		return c, err
	}
	issue, readErr := w.space.Client.GetIssue(ctx, w.issue)
	if readErr != nil {
		return nil, readErr
	}
	p, readErr := w.project(ctx, w.space, projectKey(issue.IssueKey), true)
	if readErr != nil {
		return nil, readErr
	}
	if !m.leaveOut(p) {
		return nil, err
	}
	return say()
}
