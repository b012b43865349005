package backlog

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"
)

// Kind is one of the four budgets that the vendor counts per user and minute:
// https://developer.nulab.com/docs/backlog/rate-limit/.
type Kind string

// The kinds of requests.
const (
	KindRead   Kind = "read"
	KindUpdate Kind = "update"
	KindSearch Kind = "search"
	KindIcon   Kind = "icon"
)

// Lane is the urgency of a call.
type Lane string

// The lanes. A fifth of each budget is kept for High. Bulk calls wait for all
// others; those that are no plain reads go at most once a second.
const (
	High   Lane = "high"
	Normal Lane = "normal"
	Bulk   Lane = "bulk"
)

func (l Lane) rank() int {
	switch l {
	case High:
		return 0
	case Bulk:
		return 2
	default:
		return 1
	}
}

type laneKey struct{}

// WithPriority returns a context whose calls go in the given lane. Calls go in
// the Normal lane otherwise.
func WithPriority(ctx context.Context, lane Lane) context.Context {
	return context.WithValue(ctx, laneKey{}, lane)
}

type turnKey struct{}

// WithTurnBefore bounds the wait of writes for their turn: one that has none by
// then is not sent and ends with ErrNoTurn. A call that has begun is not bounded by it.
func WithTurnBefore(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, turnKey{}, t)
}

func laneOf(ctx context.Context) Lane {
	lane, _ := ctx.Value(laneKey{}).(Lane)
	return cmp.Or(lane, Normal)
}

// kindOf guesses the budget of a call. Which reads count as search is not
// published; these are the ones with filters or keywords.
func kindOf(c *call) Kind {
	if c.method != http.MethodGet {
		return KindUpdate
	}
	last := c.route[len(c.route)-1]
	switch {
	case last == "icon" || last == "image":
		return KindIcon
	case c.route[0] == "issues" && (len(c.route) == 1 || last == "count" && len(c.route) == 2):
		return KindSearch
	case (c.route[0] == "wikis" || c.route[0] == "documents") && c.query.Get("keyword") != "":
		return KindSearch
	}
	return KindRead
}

// Budget is what is known of one kind's minute.
type Budget struct {
	Limit     int       // requests a minute
	Remaining int       // as announced, less what was sent since
	Reset     time.Time // when the minute ends, by this machine's clock
}

const (
	// minute is the length of the vendor's window. A reset that lies further ahead
	// comes from clocks that differ, and is not believed.
	minute = time.Minute
	// resetSlack is added to a reset, which arrives in whole seconds.
	resetSlack = time.Second
	// bulkGap is the vendor's advice for calls in bulk.
	bulkGap = time.Second
)

// reserve is the part of the budget that only High may use. It never takes a
// whole budget, or the other lanes would starve where the limit is tiny.
func (b Budget) reserve() int {
	return min((b.Limit+4)/5, max(b.Limit-1, 0))
}

// parseBudget reads the X-RateLimit headers; ok is false when one is missing.
func parseBudget(h http.Header, now time.Time) (b Budget, ok bool) {
	limit, err1 := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	remaining, err2 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset, err3 := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || limit <= 0 {
		return Budget{}, false
	}
	return Budget{Limit: limit, Remaining: remaining, Reset: believe(time.Unix(reset, 0), now)}, true
}

// believe turns an announced reset into one that can be waited for.
func believe(reset, now time.Time) time.Time {
	if reset.After(now.Add(minute)) {
		return now.Add(minute)
	}
	return reset.Add(resetSlack)
}

// resetAfter429 follows Retry-After, then X-RateLimit-Reset, then the advice to
// wait a minute.
func resetAfter429(h http.Header, now time.Time) time.Time {
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil && s >= 0 {
		return now.Add(min(time.Duration(s)*time.Second, 10*minute))
	}
	reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil {
		return now.Add(minute)
	}
	at := believe(time.Unix(reset, 0), now)
	if at.Before(now.Add(resetSlack)) {
		// Our clock is ahead: the window surely has not turned yet.
		return now.Add(resetSlack)
	}
	return at
}
