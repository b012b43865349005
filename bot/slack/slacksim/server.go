package slacksim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options tell New what the stand-in may lean on. The zero value works.
type Options struct {
	Now       func() time.Time  // world time of messages and events; default time.Now
	Machine   func() time.Time  // machine time of triggers, response URLs, rates and signatures; default time.Now
	Transport http.RoundTripper // carries deliveries in HTTP mode; default http.DefaultTransport
	AckWithin time.Duration     // how long the app may take to acknowledge; default 3 s, as Slack
	PingEvery time.Duration     // between pings on a socket; default 5 s
	BaseURL   string            // scheme and host under which ServeHTTP is reached, e.g. http://127.0.0.1:8082
	Logger    *slog.Logger      // default: discard
	Fonts     fs.FS             // BIZUDPGothic-Regular.ttf and -Bold.ttf, plain or as .gz, for the page; nil: the reader's own fonts
}

// defaultBase is the address printed into URLs while nobody has named a real one.
const defaultBase = "http://slack.test"

// obj is a JSON object.
type obj = map[string]any

// Server is one Slack workspace with one installed app.
type Server struct {
	o       Options
	log     *slog.Logger
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup // deliveries and sockets
	methods map[string]method

	mu        sync.Mutex // guards everything below; never held while waiting
	closed    bool
	base      string
	lastTS    int64 // microseconds, the newest ts given out
	ids       int64
	rev       int64 // grows with every visible change
	listeners []func()

	workspace
	conduit
	faults   faultBook
	recorder recorder
}

// workspace is what people and the app see.
type workspace struct {
	team      Team
	app       App
	revoked   string // why the bot token is refused; empty while it is good
	urls      URLs
	commands  []SlashCommand
	shortcuts []AppShortcut
	users     []*User
	channels  []*channel
	groups    []*UserGroup
	scheduled []*scheduledMessage
	views     map[string]*view    // by id: open modals and App Homes
	stacks    map[string][]*view  // by user: modals, the front one last
	homes     map[string]*view    // by user
	triggers  map[string]*trigger // by trigger id
	hooks     map[string]*responseURL
	files     []*file        // in the order in which they were announced
	offered   map[string]obj // the newest options of external selects, by action id
}

// New returns a workspace with SampleSeed and no usable tokens; Load replaces it.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Machine == nil {
		o.Machine = time.Now
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.AckWithin = cmp.Or(o.AckWithin, 3*time.Second)
	o.PingEvery = cmp.Or(o.PingEvery, 5*time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		o: o, log: o.Logger, ctx: ctx, cancel: cancel,
		base:    strings.TrimRight(cmp.Or(o.BaseURL, defaultBase), "/"),
		methods: methodTable(),
	}
	s.conduit = newConduit()
	s.workspace, _ = s.build(SampleSeed("", ""))
	return s
}

// Load replaces the whole workspace by the seed. Names may stand for ids in
// member lists; missing ids are made up. It fails on contradictions only.
func (s *Server) Load(seed Seed) error {
	s.mu.Lock()
	w, err := s.build(seed)
	if err == nil {
		s.workspace = w
		s.rev++
	}
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("loading seed: %w", err)
	}
	s.tell()
	return nil
}

// SetBaseURL names the address of ServeHTTP once a listener has got its port.
func (s *Server) SetBaseURL(u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimRight(u, "/")
}

// OnChange registers f to be called after every change that people can see. It
// is called without locks, possibly from several goroutines at once.
func (s *Server) OnChange(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, f)
}

// Close ends every socket and delivery and waits for their goroutines.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	for _, k := range s.sockets {
		k.shut()
	}
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
	return nil
}

// ServeHTTP answers /api/METHOD, /link (websocket), /response/…, /upload/…,
// /files-pri/…, /_sim/… and shows the page elsewhere.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/api/"):
		s.serveAPI(w, r, strings.TrimPrefix(path, "/api/"))
	case path == "/link" || path == "/link/":
		s.serveSocket(w, r)
	case strings.HasPrefix(path, "/response/"):
		s.serveResponse(w, r)
	case strings.HasPrefix(path, "/upload/v1/"):
		s.serveUpload(w, r)
	case strings.HasPrefix(path, "/files-pri/"):
		s.serveFile(w, r)
	case strings.HasPrefix(path, "/_sim/"):
		s.serveAdmin(w, r, strings.TrimPrefix(path, "/_sim/"))
	default:
		s.servePage(w, r)
	}
}

// with runs f under the lock and tells the listeners when f changed something.
func (s *Server) with(f func() error) error {
	s.mu.Lock()
	before := s.rev
	s.postDue()
	err := f()
	changed := s.rev != before
	s.mu.Unlock()
	if changed {
		s.tell()
	}
	return err
}

func (s *Server) tell() {
	s.mu.Lock()
	fs := append([]func(){}, s.listeners...)
	s.mu.Unlock()
	for _, f := range fs {
		f()
	}
}

// nextTS gives the ts of a new message: world time in microseconds, never twice
// the same and never backwards, even when the clock stands still.
func (s *Server) nextTS() string {
	us := max(s.o.Now().UnixMicro(), s.lastTS+1)
	s.lastTS = us
	return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
}

// newID makes an id of Slack's look. Ids are a plain count, so a run repeats exactly.
func (s *Server) newID(prefix string) string {
	s.ids++
	n := strings.ToUpper(strconv.FormatInt(s.ids, 36))
	return prefix + "0SIM" + strings.Repeat("0", max(0, 5-len(n))) + n
}

// newHash makes the hash of a view.
func (s *Server) newHash() string {
	s.ids++
	return fmt.Sprintf("%d.%08x", s.o.Now().Unix(), s.ids)
}

// ErrClosed is returned by everything that needs a living server after Close.
var ErrClosed = errors.New("slack stand-in is closed")
