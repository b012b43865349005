package tracker

import (
	"context"
	"slices"
	"strings"

	"toban/backlog"
	"toban/bot"
)

const pageSize = 100

// foundBefore looks for the comment of an earlier try. done is true when it was found; a withdrawn effect that was not found ends with
// bot.ErrWithdrawn.
func (w *writing) foundBefore(ctx context.Context, m message) (sent bot.Sent, done bool, err error) {
	if w.a.Look {
		c, err := w.find(ctx)
		if err != nil {
			return bot.Sent{}, false, w.doing("looking for an earlier comment", err)
		}
		if c != nil {
			sent, err := w.finish(ctx, c, m, "found on look")
			return sent, true, err
		}
	}
	if w.a.Halt {
		return bot.Sent{}, false, bot.ErrWithdrawn
	}
	return bot.Sent{}, false, nil
}

// find returns our comment with the effect's 通知番号 at its foot, or nil. Somebody else's comment that quotes the number does not count.
//
// It goes back to where both bounds are passed: the newest comment of ours that the store knows of, and a day before the first try. One
// alone would not do: a cosmetic effect whose answer was lost may be older than a notice that went out since, and after a restore
// the first try that the store knows of is a later one.
func (w *writing) find(ctx context.Context) (*backlog.Comment, error) {
	number := bot.NoticeNumber(w.a.Effect.Key)
	last, since := w.lastComment(), w.since()
	var below backlog.ID
	for {
		page, err := w.space.Client.GetIssueComments(ctx, w.issue, &backlog.GetIssueCommentsOptions{MaxID: below, Count: pageSize, Order: backlog.OrderDesc})
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if int64(c.CreatedUser.ID) == w.space.BotUser && bot.FindNoticeNumber(c.Content) == number {
				return c, nil
			}
		}
		if len(page) < pageSize {
			return nil, nil
		}
		oldest := slices.MinFunc(page, func(a, b *backlog.Comment) int { return int(a.ID - b.ID) })
		// Whether maxId itself is in the answer is not published: only an older id is progress.
		if oldest.ID == below || last > 0 && int64(oldest.ID) <= last && oldest.Created.Before(since) {
			return nil, nil
		}
		below = oldest.ID
	}
}

// echo finds the comment that a change of fields without words made, so that it is known as ours when it comes back. It is a help only:
// an error or nothing found leaves it unknown.
func (w *writing) echo(ctx context.Context, fields []field) *backlog.Comment {
	page, err := w.space.Client.GetIssueComments(ctx, w.issue, &backlog.GetIssueCommentsOptions{Count: 20, Order: backlog.OrderDesc})
	if err != nil {
		w.cfg.Logger.InfoContext(ctx, "comment of a change not read", "effect", w.a.Effect.Key, "reason", err)
		return nil
	}
	since := w.since()
	for _, c := range page {
		if int64(c.CreatedUser.ID) == w.space.BotUser && strings.TrimSpace(c.Content) == "" && c.Created.After(since) && changes(c, fields) {
			return c
		}
	}
	return nil
}

// changes reports whether a comment's change log names all of the fields.
func changes(c *backlog.Comment, fields []field) bool {
	for _, f := range fields {
		if !slices.ContainsFunc(c.ChangeLog, func(l backlog.ChangeLog) bool { return slices.Contains(f, l.Field) }) {
			return false
		}
	}
	return len(fields) > 0
}
