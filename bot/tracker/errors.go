package tracker

import (
	"context"
	"errors"
	"net/http"
	"time"

	"toban/backlog"
	"toban/bot"
)

// later turns a rate limit into bot.RetryAfter, and leaves every other error as it is. An effect writes once: when the budget of updates
// stood in its way, nothing went out.
func (t *Tracker) later(err error) error {
	var limit *backlog.RateLimitError
	if errors.As(err, &limit) {
		wait := max(limit.Reset.Sub(t.machine()), time.Second)
		var lost *backlog.NetworkError
		if limit.Kind == backlog.KindUpdate && (!errors.As(err, &lost) || !lost.Sent) {
			return bot.Untried(err, wait)
		}
		return bot.RetryAfter(err, wait)
	}
	if errors.Is(err, backlog.ErrRateLimited) {
		return bot.RetryAfter(err, time.Minute)
	}
	if errors.Is(err, backlog.ErrNoTurn) {
		return bot.Untried(err, time.Second)
	}
	return err
}

// refused says what a failed call means for an effect. What may have gone through or may pass (no answer, an unreadable one, 5xx, a
// page of a proxy) stays a plain error: the next try looks first. A refusal that Backlog itself spoke is permanent and says what
// an operator can do. Neither holds the key: the client takes it out.
func (t *Tracker) refused(err error) error {
	var answer *backlog.Error
	if bot.IsPermanent(err) || errors.Is(err, context.Canceled) || errors.Is(err, backlog.ErrRateLimited) || !errors.As(err, &answer) {
		return t.later(err)
	}
	if advice := mend(answer); advice != "" {
		return bot.Permanent(&advised{err: err, advice: advice})
	}
	return err
}

// mend is what an operator can do about a refusal; "" when it may pass by itself.
func mend(e *backlog.Error) string {
	switch {
	case e.Status >= http.StatusInternalServerError, e.Status == http.StatusRequestTimeout:
		return ""
	case e.HasCode(backlog.CodeAccessDenied):
		return "Backlog refuses this machine's address; add it to the space's IP restriction and replay"
	case errors.Is(e, backlog.ErrUnauthorized):
		return "Backlog does not accept the API key; put a valid one into the space's configuration and replay"
	case errors.Is(e, backlog.ErrNotFound):
		return "the issue or page is deleted, or the bot is no longer a member of its project"
	case errors.Is(e, backlog.ErrForbidden):
		return "the bot's account may not do this; check its role and the project's settings, and replay"
	case e.HasCode(backlog.CodeLicence), e.HasCode(backlog.CodeLicenceExpired):
		return "the plan of the space does not allow this or has ended"
	case len(e.Errors) > 0:
		return "Backlog does not accept this as it is"
	}
	return "" // 4xx without Backlog's own words: a proxy in the way
}

// advised is a refusal with what to do about it.
type advised struct {
	err    error
	advice string
}

// Error says both.
func (a *advised) Error() string { return a.err.Error() + " — " + a.advice }

// Unwrap gives the refusal.
func (a *advised) Unwrap() error { return a.err }
