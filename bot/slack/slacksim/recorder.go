package slacksim

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// logLength bounds both logs; the oldest entries go first.
const logLength = 20_000

// Request is one call of the app as the recorder keeps it, without its token.
type Request struct {
	N      int       `json:"n"`
	At     time.Time `json:"at"` // world time
	Method string    `json:"method"`
	Args   args      `json:"args"`
	Token  string    `json:"token,omitempty"` // its kind only, e.g. xoxb-***
	Status int       `json:"status"`          // 0: the connection was cut
	OK     bool      `json:"ok"`
	Error  string    `json:"error,omitempty"`
	Fault  string    `json:"fault,omitempty"` // the fault that struck
}

// Attempt is one try to bring a payload to the app.
type Attempt struct {
	N           int       `json:"n"`
	At          time.Time `json:"at"` // world time
	Lane        string    `json:"lane"`
	Name        string    `json:"name"`
	Retry       int       `json:"retry_attempt"`
	RetryReason string    `json:"retry_reason,omitempty"`
	Outcome     string    `json:"outcome,omitempty"` // why it failed; empty: acknowledged
}

type recorder struct {
	count    int
	requests []Request
	tries    int
}

func (s *Server) record(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recorder.count++
	r.N, r.At = s.recorder.count, s.o.Now()
	s.recorder.requests = append(s.recorder.requests, r)
	s.recorder.requests = trimmed(s.recorder.requests)
}

func (s *Server) logAttempt(a Attempt) {
	s.recorder.tries++
	a.N, a.At = s.recorder.tries, s.o.Now()
	s.attempts = append(s.attempts, a)
	s.attempts = trimmed(s.attempts)
}

// trimmed drops the oldest half of a log that has grown too long.
func trimmed[T any](log []T) []T {
	if len(log) <= logLength {
		return log
	}
	return slices.Clone(log[len(log)-logLength/2:])
}

// Requests gives the recorded calls of a method, or all for an empty name,
// oldest first.
func (s *Server) Requests(method string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Request
	for _, r := range s.recorder.requests {
		if method == "" || r.Method == method {
			out = append(out, r)
		}
	}
	return out
}

// Attempts gives the recorded deliveries, oldest first.
func (s *Server) Attempts() []Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.attempts)
}

// redact copies arguments and takes the token away.
func redact(a args) args {
	out := maps.Clone(a)
	if out == nil {
		out = args{}
	}
	delete(out, "token")
	return out
}

// mask keeps the kind of a token: xoxb-***.
func mask(token string) string {
	if token == "" {
		return ""
	}
	kind, _, ok := strings.Cut(token, "-")
	if !ok || len(kind) > 5 {
		return "***"
	}
	return kind + "-***"
}
