package backlogsim_test

import (
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

func TestRateLimit(t *testing.T) {
	sp := newSpace(t)
	sp.SetRateLimits(backlogsim.RateLimits{Read: 2, Update: 1, Search: 1, Icon: 1})
	headers := func(r reply) []string {
		return []string{r.Header.Get("X-RateLimit-Limit"), r.Header.Get("X-RateLimit-Remaining"), r.Header.Get("X-RateLimit-Reset")}
	}
	sp.machine.add(30 * time.Second) // in the middle of 2026-03-01T00:00
	diff(t, []string{"2", "1", "1772323260"}, headers(sp.call("bot", "GET", "/api/v2/space", nil)))
	r := sp.call("bot", "GET", "/api/v2/nowhere", nil) // refused calls count as well
	diff(t, []string{"2", "0", "1772323260"}, headers(r))
	r = sp.call("bot", "GET", "/api/v2/space", nil)
	r.fails(429, 13)
	diff(t, []string{"2", "0", "1772323260"}, headers(r))
	diff(t, "", r.Header.Get("Retry-After"))
	// other kinds and other users have their own
	sp.call("bot", "GET", "/api/v2/issues", nil).want(200)
	sp.call("bot", "GET", "/api/v2/issues/count", nil).fails(429, 13)
	sp.call("bot", "POST", "/api/v2/wikis", nil).fails(400, 7)
	sp.call("bot", "POST", "/api/v2/wikis", nil).fails(429, 13)
	sp.call("staff", "GET", "/api/v2/space", nil).want(200)
	// a call without a key has headers too, and never eats a user's quota
	r = sp.call("", "GET", "/api/v2/space", nil)
	r.fails(401, 11)
	diff(t, "2", r.Header.Get("X-RateLimit-Limit"))
	// world time does not refill, machine time does
	sp.world.add(time.Hour)
	sp.call("bot", "GET", "/api/v2/space", nil).fails(429, 13)
	sp.machine.add(29 * time.Second)
	sp.call("bot", "GET", "/api/v2/space", nil).fails(429, 13)
	sp.machine.add(time.Second)
	sp.call("bot", "GET", "/api/v2/space", nil).want(200)
}

func TestRateLimitIsPerUserNotPerKey(t *testing.T) {
	sp := newSpace(t)
	sp.SetRateLimits(backlogsim.RateLimits{Read: 1, Update: 1, Search: 1, Icon: 1})
	sp.call("bot", "GET", "/api/v2/space", nil).want(200)
	sp.call("", "GET", "/api/v2/space?apiKey=bot-key", nil).fails(429, 13)
}

func TestWikiSearchIsASearch(t *testing.T) {
	sp := newSpace(t)
	diff(t, "600", sp.call("bot", "GET", "/api/v2/wikis?projectIdOrKey=TEST", nil).Header.Get("X-RateLimit-Limit"))
	diff(t, "150", sp.call("bot", "GET", "/api/v2/wikis?projectIdOrKey=TEST&keyword=x", nil).Header.Get("X-RateLimit-Limit"))
	diff(t, "60", sp.call("bot", "GET", "/api/v2/users/12/icon", nil).Header.Get("X-RateLimit-Limit"))
}

func TestRateLimitsOfASeed(t *testing.T) {
	sp := newSpace(t, func(_ *backlogsim.Options, s *backlogsim.Seed) { s.RateLimits = &backlogsim.RateLimits{Read: 7} })
	diff(t, "7", sp.call("bot", "GET", "/api/v2/space", nil).Header.Get("X-RateLimit-Limit"))
}
