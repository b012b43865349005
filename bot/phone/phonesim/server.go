package phonesim

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"toban/bot/standin"
)

// Options of a Server; the zero value is ready.
type Options struct {
	Now  func() time.Time // world time: calls ring and are talked in it; time.Now when nil
	Seed uint64           // of the faults' dice
}

// Server is a provider. It is safe for use by several goroutines.
type Server struct {
	now    func() time.Time
	mu     sync.Mutex
	people map[string]Person
	calls  []*call
	faults *standin.Book[Fault]
	door   standin.Door
	asked  []Request
	closed chan struct{}
	once   sync.Once
}

// New makes a provider in whose world nobody answers yet.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{now: o.Now, people: map[string]Person{}, faults: standin.NewBook(o.Seed, Fault.limits), closed: make(chan struct{})}
	s.door = s.doors()
	return s
}

// Close ends what waits in a fault.
func (s *Server) Close() { s.once.Do(func() { close(s.closed) }) }

// Request is a call of the API as it came.
type Request struct {
	At     time.Time `json:"at"`
	Op     Op        `json:"op"`
	Token  string    `json:"token,omitempty"`
	Fault  FaultKind `json:"fault,omitempty"`
	Status int       `json:"status"` // 0: the connection was broken
}

// Requests are the calls of the API so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// errBroken is what a client sees of a connection that was broken on purpose.
var errBroken = errors.New("connection reset by peer")

// RoundTripper carries requests to the server within the process.
func (s *Server) RoundTripper() http.RoundTripper { return tripper{s} }

type tripper struct{ s *Server }

// RoundTrip implements http.RoundTripper.
func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	broken := false
	func() {
		defer func() {
			if p := recover(); p != nil {
				if p != http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
					panic(p)
				}
				broken = true
			}
		}()
		t.s.ServeHTTP(w, r)
	}()
	_ = r.Body.Close()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if broken {
		return nil, errBroken
	}
	res := w.Result()
	body, _ := io.ReadAll(res.Body)
	res.Body, res.Request = io.NopCloser(bytes.NewReader(body)), r
	return res, nil
}
