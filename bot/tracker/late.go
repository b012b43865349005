package tracker

import (
	"context"
	"strings"
	"time"

	"toban/backlog"
	"toban/bot"
)

// lateMark is the sentence by which a notice says that it comes after its time, in the words of its customer; "" in time. Without words a
// notice goes out all the same.
func (w *writing) lateMark() string {
	late := w.late
	if late == nil {
		return ""
	}
	c, ok := w.cfg.Directory().Customer(w.a.Effect.Customer)
	if !ok || c.Messages == nil {
		return ""
	}
	mark, err := c.Messages.Render("late_mark", map[string]any{"due": bot.When(late.Due, c.Zone, c.Lang), "cause": late.Cause.Words(c.Lang)})
	if err != nil {
		w.cfg.Logger.Error("saying that a notice is late", "effect", w.a.Effect.Key, "error", err)
		return ""
	}
	return mark
}

// inTimeUntil is the last moment at which a notice need not say that it is late.
func (w *writing) inTimeUntil() (limit time.Time, ok bool) {
	e := w.a.Effect
	return e.Due.Add(bot.LateAfter), e.Class == bot.Notice && !e.Due.IsZero()
}

// judged is how late an attempt is now.
func (w *writing) judged() *bot.Lateness {
	if limit, ok := w.inTimeUntil(); w.a.Late == nil && ok && w.cfg.Clock.Now().After(limit) {
		return &bot.Lateness{Due: w.a.Effect.Due, Cause: bot.CauseBusy} // it was in time when it was claimed, and had to wait since
	}
	return w.a.Late
}

// beforeLate bounds the wait of a notice that is in time for its turn: one that would go out after its time is said anew, with the words about
// its lateness. One that is late already waits as long as it must, whether there are words for it or not.
func (w *writing) beforeLate(ctx context.Context) context.Context {
	limit, ok := w.inTimeUntil()
	if !ok || w.late != nil {
		return ctx
	}
	return backlog.WithTurnBefore(ctx, w.machine().Add(limit.Sub(w.cfg.Clock.Now())))
}

// apartFromLateness reports whether a comment is what was sent, but for a sentence before its foot: an earlier try may have gone out in time,
// or late for another reason.
func apartFromLateness(plain, got string) bool {
	const longest = 600 // characters of a mark in any wording
	plain, got = strings.TrimRight(normal(plain), " \t\n"), strings.TrimRight(normal(got), " \t\n")
	at := strings.LastIndex(plain, "\n\n")
	if at < 0 {
		return false
	}
	rest, ok := strings.CutPrefix(got, plain[:at])
	if !ok {
		return false
	}
	mark, ok := strings.CutSuffix(rest, plain[at:])
	return ok && (mark == "" || strings.HasPrefix(mark, "\n\n")) && len([]rune(mark)) <= longest
}
