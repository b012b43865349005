package backlogsim

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// RateLimits are the calls a minute that one user may make, by kind.
// https://developer.nulab.com/docs/backlog/rate-limit/
type RateLimits struct {
	Read   int `json:"read"`
	Update int `json:"update"`
	Search int `json:"search"`
	Icon   int `json:"icon"`
}

// DefaultRateLimits are those of a paid space as users have reported them.
func DefaultRateLimits() RateLimits { return RateLimits{Read: 600, Update: 150, Search: 150, Icon: 60} }

type rateClass int

const (
	rateRead rateClass = iota
	rateUpdate
	rateSearch
	rateIcon
)

func (l RateLimits) of(k rateClass) int { return [...]int{l.Read, l.Update, l.Search, l.Icon}[k] }

// rateKind sorts a call. Which reads count as searches is not published; these are the ones that scan.
func rateKind(r *http.Request, p *params, narrow bool) rateClass {
	if r.Method != http.MethodGet {
		return rateUpdate
	}
	switch path := strings.TrimPrefix(r.URL.Path, "/api/v2/"); {
	case strings.HasSuffix(path, "/icon") || strings.HasSuffix(path, "/image"):
		return rateIcon
	case path == "issues" || path == "issues/count":
		return rateSearch
	case (path == "wikis" || path == "documents") && p.has("keyword") && !narrow:
		return rateSearch
	}
	return rateRead
}

type rateWindow struct {
	minute int64 // unix minute of machine time
	used   [4]int
}

type rates struct {
	mu     sync.Mutex
	limits RateLimits
	users  map[int]*rateWindow // by user id; 0 is everyone without a key
}

// take books one call and writes the headers. It reports false when the quota of this minute is spent; a refused call is not booked.
func (rt *rates) take(u *user, kind rateClass, now time.Time, header http.Header) bool {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	limit := rt.limits.of(kind)
	win := rt.window(u, now)
	ok := win.used[kind] < limit || u == nil
	if ok {
		win.used[kind]++
	}
	header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, limit-win.used[kind])))
	header.Set("X-RateLimit-Reset", strconv.FormatInt((win.minute+1)*60, 10))
	return ok
}

func (rt *rates) window(u *user, now time.Time) *rateWindow {
	id := 0
	if u != nil {
		id = u.id
	}
	if rt.users == nil {
		rt.users = map[int]*rateWindow{}
	}
	minute := now.Unix() / 60
	win := rt.users[id]
	if win == nil || win.minute != minute {
		win = &rateWindow{minute: minute}
		rt.users[id] = win
	}
	return win
}

func (rt *rates) set(l RateLimits) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	rt.limits = l.filled()
	rt.users = nil
}

// filled has the default where nothing is set.
func (l RateLimits) filled() RateLimits {
	d := DefaultRateLimits()
	return RateLimits{cmp.Or(l.Read, d.Read), cmp.Or(l.Update, d.Update), cmp.Or(l.Search, d.Search), cmp.Or(l.Icon, d.Icon)}
}

// SetRateLimits changes the quotas and forgets what was used. A quota of 0 is the default one.
func (s *Server) SetRateLimits(l RateLimits) { s.rates.set(l) }

type wireQuota struct {
	Limit     int   `json:"limit"`
	Remaining int   `json:"remaining"`
	Reset     int64 `json:"reset"`
}

type wireRateLimit struct {
	RateLimit struct {
		Read   wireQuota `json:"read"`
		Update wireQuota `json:"update"`
		Search wireQuota `json:"search"`
		Icon   wireQuota `json:"icon"`
	} `json:"rateLimit"`
}

func getRateLimit(c *call) (any, error) {
	rt := &c.s.rates
	rt.mu.Lock()
	defer rt.mu.Unlock()
	win := rt.window(c.user, c.s.opts.Machine())
	quota := func(k rateClass) wireQuota {
		limit := rt.limits.of(k)
		return wireQuota{Limit: limit, Remaining: max(0, limit-win.used[k]), Reset: (win.minute + 1) * 60}
	}
	var out wireRateLimit
	out.RateLimit.Read, out.RateLimit.Update = quota(rateRead), quota(rateUpdate)
	out.RateLimit.Search, out.RateLimit.Icon = quota(rateSearch), quota(rateIcon)
	return out, nil
}
