package tracker

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"toban/backlog"
	"toban/bot"
)

// Send carries out a comment, an update, a new issue, a file or a wiki page. With Look it first finds out whether an earlier try went through; with Halt it does
// no more than that. Urgent effects use the part of the rate limit that is kept for them; those in bulk go behind everything else, at most
// one a second.
func (t *Tracker) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	switch {
	case a.Effect.Urgent:
		ctx = backlog.WithPriority(ctx, backlog.High)
	case a.Effect.Bulk:
		ctx = backlog.WithPriority(ctx, backlog.Bulk)
	}
	switch a.Effect.Kind {
	case bot.EffectComment:
		return t.sendComment(ctx, a)
	case bot.EffectUpdate:
		return t.sendUpdate(ctx, a)
	case bot.EffectWiki:
		return t.sendWiki(ctx, a)
	case bot.EffectIssue:
		return t.sendIssue(ctx, a)
	case bot.EffectFile:
		return t.sendFile(ctx, a)
	default: // what other adapters carry out
	}
	return bot.Sent{}, bot.Permanent(fmt.Errorf("sending effect %q: Backlog knows no %s", a.Effect.Key, a.Effect.Kind))
}

// writing is one attempt to write on one issue.
type writing struct {
	*Tracker
	space *Space
	issue string // its id, as paths want it
	a     bot.Attempt
	late  *bot.Lateness // when it was begun, before anything was said; nil in time
}

// message is what a writing says to people.
type message struct {
	text   string // with its foot
	plain  string // the same without the words about its lateness, which another try may have put otherwise
	notify []int64
	gone   []int64 // left out of notify, because no members any more
	verify bool
}

// leaveOut takes those out who are no members of the project, whom Backlog refuses to notify; it reports whether there were any.
func (m *message) leaveOut(p *project) bool {
	for _, id := range m.notify {
		if !p.member(id) {
			m.gone = append(m.gone, id)
		}
	}
	m.notify = slices.DeleteFunc(m.notify, func(id int64) bool { return !p.member(id) })
	return len(m.gone) > 0
}

func (t *Tracker) write(a bot.Attempt) (*writing, error) {
	space, id, err := a.Effect.Ticket.Split()
	if err != nil {
		return nil, bot.Permanent(err)
	}
	s, err := t.space(space)
	if err != nil {
		return nil, bot.Permanent(err)
	}
	w := &writing{Tracker: t, space: s, issue: strconv.FormatInt(id, 10), a: a}
	w.late = w.judged()
	return w, nil
}

// message adds the foot and leaves out of the notified whoever can't be: nobody, the bot itself (Backlog does not notify the writer)
// and doubles.
func (w *writing) message(text string, notify []int64, verify bool) message {
	m := message{text: withFoot(text, w.a.Effect.Key), verify: verify}
	m.plain = m.text
	if mark := w.lateMark(); mark != "" {
		m.text = withFoot(text+"\n\n"+mark, w.a.Effect.Key)
	}
	seen := map[int64]bool{0: true, w.space.BotUser: true}
	for _, id := range notify {
		if !seen[id] {
			seen[id] = true
			m.notify = append(m.notify, id)
		}
	}
	return m
}

// doing puts what was tried before the error and judges it.
func (w *writing) doing(what string, err error) error {
	return w.refused(fmt.Errorf("%s on %s: %w", what, w.a.Effect.Ticket, err))
}

// sent is what a comment of ours leaves behind.
func (w *writing) sent(c *backlog.Comment, notes []string) bot.Sent {
	last := max(int64(c.ID), w.lastComment())
	return bot.Sent{
		RemoteID: c.ID.String(), At: c.Created, Why: strings.Join(notes, "; "), Notified: notified(c),
		Refs: map[string]string{bot.RefComment: strconv.FormatInt(last, 10)},
	}
}

// lastComment is the stored reference to the newest comment of ours; 0 when there is none.
func (w *writing) lastComment() int64 {
	n, err := strconv.ParseInt(w.a.Refs[bot.RefComment], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// since is the instant before which no try of this effect can lie. A day is taken off, because after a restore the first try that the
// store knows of need not be the first.
func (w *writing) since() time.Time {
	first := w.a.Since()
	if first.IsZero() {
		first = w.cfg.Clock.Now()
	}
	return first.Add(-24 * time.Hour)
}

func ids(list []int64) []backlog.ID {
	out := make([]backlog.ID, len(list))
	for i, id := range list {
		out[i] = backlog.ID(id)
	}
	return out
}
