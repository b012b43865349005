package console

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Ports are what the console shows and does. All but Logger are required.
type Ports struct {
	// Info tells the addresses and keys; Now and Speed in it are the clock's at the moment.
	Info func() Info
	// Hours says whether support is open at a world time, and the next opening strictly after it.
	Hours func(t time.Time) (open bool, next time.Time)
	// NextDue is the world time of Toban's next due moment; false when there is none.
	NextDue func(ctx context.Context) (time.Time, bool, error)
	// Advance moves world time forward, passing every due moment in order, and returns when the work due by then is done.
	Advance func(ctx context.Context, by time.Duration) error
	// SetSpeed sets the world seconds that pass in a second; 0 lets the clock stand.
	SetSpeed func(speed float64)
	// Promises lists the running promises, the next due first.
	Promises func(ctx context.Context) ([]Promise, error)
	// Report writes the running month's report and returns the name of its page when it is written.
	Report func(ctx context.Context) (page string, err error)
	// Mail writes a mail to the customer's mailbox, from the customer's contact; nil: there is none.
	Mail func(ctx context.Context, m Mail) error
	// Backlog and Slack are the two services, each rooted at "/".
	Backlog, Slack http.Handler
	// Doors are Toban's own doors, rooted at "/".
	Doors  http.Handler
	Logger *slog.Logger
}

// Console serves the demo page. It is safe for concurrent use; Close ends what is under way.
type Console struct {
	p     Ports
	hub   hub
	turn  chan struct{} // held while time is moved: one advance at a time
	ended chan struct{}
	once  sync.Once
}

// New makes a console.
func New(p Ports) *Console {
	if p.Logger == nil {
		p.Logger = slog.New(slog.DiscardHandler)
	}
	return &Console{p: p, turn: make(chan struct{}, 1), ended: make(chan struct{})}
}

// Names of what changes, as the change event carries them.
const (
	ChangedBacklog  = "backlog"
	ChangedSlack    = "slack"
	ChangedPromises = "promises"
	ChangedClock    = "clock"
)

// Changed tells every open page that something changed. It never blocks.
func (c *Console) Changed(what string) { c.hub.tell(what) }

// Close ends the event streams and cancels an advance that is under way.
func (c *Console) Close() { c.once.Do(func() { close(c.ended) }) }

// while is a request's context that also ends with the console.
func (c *Console) while(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		select {
		case <-c.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Handler serves the page, its addresses, the two services under /backlog/ and /slack-workspace/, and Toban's doors.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/info", c.info)
	mux.HandleFunc("POST /demo/clock", c.clock)
	mux.HandleFunc("GET /demo/promises", c.promises)
	mux.HandleFunc("POST /demo/report", c.report)
	mux.HandleFunc("POST /demo/mail", c.mail)
	mux.HandleFunc("GET /demo/events", c.events)
	mux.HandleFunc("/demo/", unknown)
	mux.HandleFunc("GET /{$}", page)
	mux.HandleFunc("GET /assets/{file...}", asset)
	mux.Handle("/backlog/", http.StripPrefix("/backlog", c.p.Backlog))
	mux.Handle("/slack-workspace/", http.StripPrefix("/slack-workspace", c.p.Slack))
	mux.Handle("/", c.p.Doors)
	// A foreign page must not move this clock or write tickets through a visitor's browser.
	return http.NewCrossOriginProtection().Handler(mux)
}
