package backlogsim

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	maxRequests   = 20_000
	maxParamShown = 2_000
)

// Request is one recorded API call. Keys are not in it; long parameters are cut.
type Request struct {
	ID     int                 `json:"id"`
	At     time.Time           `json:"at"` // world time
	Method string              `json:"method"`
	Path   string              `json:"path"`
	Params map[string][]string `json:"params,omitempty"`
	User   int                 `json:"user"`            // 0: no valid key
	Status int                 `json:"status"`          // 0: the connection was dropped, or the call is under way
	Fault  string              `json:"fault,omitempty"` // what struck it: lag, lag_after, drop, status, lost:drop, lost:500, outage
}

type requestLog struct {
	mu   sync.Mutex
	list []*Request
	last int
}

func (l *requestLog) begin(r *http.Request, p *params, u *user, now time.Time) *Request {
	entry := &Request{At: now, Method: r.Method, Path: r.URL.Path, Params: map[string][]string{}}
	for name, values := range p.values {
		switch name {
		case "apiKey", "client_secret", "refresh_token", "code", "password": // secrets
			continue
		}
		entry.Params[name] = mapped(values, func(v string) string { return v[:min(len(v), maxParamShown)] })
	}
	if u != nil {
		entry.User = u.id
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	entry.ID = l.last
	l.list = append(l.list, entry)
	if len(l.list) > maxRequests {
		l.list = slices.Clone(l.list[len(l.list)-maxRequests/2:])
	}
	return entry
}

func (l *requestLog) end(entry *Request, status int, fault string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.Status, entry.Fault = status, fault
}

// Requests is the record of API calls, oldest first: the last ten to twenty thousand.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return mapped(s.log.list, func(r *Request) Request { return *r })
}
