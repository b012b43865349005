package backlogsim

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options are the outside parts of a Server. The zero value is usable.
type Options struct {
	// Now is the world time of all timestamps that the API shows. Default: time.Now.
	Now func() time.Time
	// Machine is the machine time of rate-limit windows and of the hour that an unused attachment lives. Default: time.Now.
	Machine func() time.Time
	// Transport carries webhook deliveries. Default: http.DefaultTransport.
	Transport http.RoundTripper
	// BaseURL is the origin of the stand-in without a trailing slash, such as http://127.0.0.1:8081, used in Location headers. Default: the Host of the request.
	BaseURL string
	// Logger gets one line for each failed delivery and each broken request body; never keys or hook addresses. Default: nothing is logged.
	Logger *slog.Logger
}

// Server is one Backlog space. It is an http.Handler; RoundTripper gives the same space without a socket. All methods may be called at the same time.
type Server struct {
	opts   Options
	routes *routeTable

	ownClock bool         // both clocks are this server's, so MoveClock may move them
	shift    atomic.Int64 // of them, in nanoseconds

	mu sync.RWMutex // guards st; taken for writing by every call but GET
	st *state

	rates  rates
	faults faultBook
	log    requestLog
	posts  *postOffice

	watchMu  sync.Mutex
	watchers []func()
}

var _ http.Handler = (*Server)(nil)

// New makes an empty space: no users, so every API call answers 401 until Load is called. For use in a testing/synctest bubble it has to be made there.
func New(o Options) *Server {
	s := &Server{}
	if o.Now == nil && o.Machine == nil {
		o.Now, o.Machine, s.ownClock = s.shifted, s.shifted, true
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Machine == nil {
		o.Machine = time.Now
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	s.opts, s.st = o, newState()
	s.routes = newRouteTable()
	s.rates.limits = DefaultRateLimits()
	s.posts = newPostOffice(s)
	return s
}

// ServeHTTP answers /api/v2/ as Backlog does, /_sim/ as the control panel of the stand-in, and anything else as a web page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/api/v2/") || path == "/api/v2":
		s.serveAPI(w, r)
	case strings.HasPrefix(path, "/_sim/"):
		s.serveAdmin(w, r)
	case path == "/OAuth2AccessRequest.action":
		s.serveConsent(w, r)
	default:
		s.servePage(w, r)
	}
}

// OnChange registers f, which is called after every change of the space. It is called without locks held, in the goroutine of the writer, so it must be quick.
func (s *Server) OnChange(f func()) {
	s.watchMu.Lock()
	defer s.watchMu.Unlock()
	s.watchers = append(s.watchers, f)
}

func (s *Server) changed() {
	s.watchMu.Lock()
	watchers := s.watchers[:len(s.watchers):len(s.watchers)]
	s.watchMu.Unlock()
	for _, f := range watchers {
		f()
	}
}

// Pending is the number of webhook deliveries that are queued, delayed or under way.
func (s *Server) Pending() int { return s.posts.pendingCount() }

// Quiet waits until Pending is 0. The error is that of ctx.
func (s *Server) Quiet(ctx context.Context) error { return s.posts.quiet(ctx) }

// Close cancels deliveries that are under way, drops those that wait, and returns when no goroutine of the stand-in is left.
func (s *Server) Close() error {
	s.posts.close()
	return nil
}

// now is the world time as the API shows it: UTC, whole seconds.
func (s *Server) now() time.Time { return s.opts.Now().UTC().Truncate(time.Second) }
