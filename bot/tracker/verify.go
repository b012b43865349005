package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"toban/backlog"
	"toban/bot"
)

// finish says what a comment left behind and, where asked for, reads it back: the text complete, everybody who was to be notified among
// the notified. When it can't be read now, the next try finds it and verifies again; it is never posted twice for that.
func (w *writing) finish(ctx context.Context, c *backlog.Comment, m message, note string) (bot.Sent, error) {
	var notes []string
	if note != "" {
		notes = append(notes, note)
	}
	faults := leftOut(m)
	if !m.verify {
		return w.sent(c, append(notes, faults...)), nil
	}
	back, err := w.space.Client.GetIssueComment(ctx, w.issue, c.ID)
	if errors.Is(err, backlog.ErrNotFound) {
		return w.sent(c, append(notes, "the comment was there and is gone again")), nil
	}
	if err != nil {
		return bot.Sent{}, w.later(fmt.Errorf("reading comment %d on %s back: %w", c.ID, w.a.Effect.Ticket, err))
	}
	if !sameText(m.text, back.Content) && !apartFromLateness(m.plain, back.Content) {
		faults = append(faults, "the comment's text is not what was sent")
	}
	told := notified(back)
	missing := slices.DeleteFunc(slices.Clone(m.notify), func(id int64) bool { return slices.Contains(told, id) })
	if len(missing) > 0 {
		faults = append(faults, "not among the notified: user "+list(missing))
	}
	sent := w.sent(back, append(notes, faults...))
	sent.Verified = len(faults) == 0
	return sent, nil
}

// leftOut names who was not notified knowingly.
func leftOut(m message) []string {
	if len(m.gone) == 0 {
		return nil
	}
	return []string{"not notified, because no longer a member of the project: user " + list(m.gone)}
}

func list(ids []int64) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(ids), " ", ", "), "[]")
}
