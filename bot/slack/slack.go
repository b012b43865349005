package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Config is what New needs. Inbox, Dead, Board, Directory and Clock are required, and either API or Token.
type Config struct {
	API      *slackgo.Client // a ready client; else one is made of the next four
	Token    string          // bot token, xoxb-
	AppToken string          // app-level token, xapp-, for Socket Mode only
	APIURL   string          // default https://slack.com/api/; must end in "/"
	// HTTPClient carries the calls; default: a client with a time-out of 15 s.
	HTTPClient *http.Client

	SigningSecret         string // for HTTP mode; empty: Handler answers 503
	PreviousSigningSecret string // still accepted while the secret is rotated

	Inbox     bot.Inbox
	Dead      bot.DeadLetters
	Board     Board
	Directory func() *bot.Directory
	Office    Office // behind App Home and the questions of /toban; nil: neither is there
	// Preview tells what the customer would read if a form were sent now; nil: forms don't offer it.
	Preview   func(ctx context.Context, a bot.StaffAction) (Preview, error)
	Draft     Draft     // the forms of what belongs to no ticket yet; nil: there are none
	Works     Works     // behind /toban schedule; nil: /toban does not know it
	Releases  Releases  // behind the buttons of what waits for a person; nil: there are none
	Modes     Modes     // behind /toban mode; nil: /toban does not know it
	Adoptions Adoptions // behind /toban adopt; nil: /toban does not know it
	Duties    Duties    // behind /toban handover; nil: /toban does not know it
	Silences  Silences  // behind /toban silence; nil: /toban does not know it
	Homes     Homes     // who looks at App Home; nil: each process knows its own
	Switch    Switch    // behind /toban stop and start; nil: /toban does not know them

	// Lacks is told, when Slack has answered after the start, which scopes are not granted; nil is allowed.
	Lacks func(ctx context.Context, findings []Finding)

	Clock   bot.Clock        // world time: events' At, form checks, lateness
	Machine func() time.Time // rate windows, socket health; default time.Now
	Logger  *slog.Logger     // default: discard

	// Count is told of every delivery (outcomes: accepted, form, refused, stale, unknown_user, invalid, unreadable, failed, ignored …) for
	// metrics; nil is allowed.
	Count func(door, outcome string)
	// PingWithin is how long Slack may be silent before the socket is opened anew; default 30 s.
	PingWithin time.Duration
	// PerMessage is the machine time between messages of one channel; default 1 s, which is Slack's own limit. Only a stand-in takes more.
	PerMessage time.Duration
}

// Board shows tickets as they are stored now.
type Board interface {
	// Card gives title, key, address and panels. An unknown ticket is an error.
	Card(ctx context.Context, ticket bot.TicketID) (bot.Card, error)
}

// Slack is the adapter; it is safe for concurrent use.
type Slack struct {
	c      Config
	api    *slackgo.Client
	limit  *limiter
	socket atomic.Pointer[SocketStatus]
	news   chan struct{} // holds one: a ticket changed
	tables chan followed // tables to be drawn again
	shared sync.Map      // channels that another organisation reads, too
}

var _ bot.Sender = (*Slack)(nil)

// New checks the configuration. It calls nobody.
func New(c Config) (*Slack, error) {
	var wrong []error
	need := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, errors.New("setting up slack: "+what+" is missing"))
		}
	}
	need(c.Inbox != nil, "Inbox")
	need(c.Dead != nil, "Dead")
	need(c.Board != nil, "Board")
	need(c.Directory != nil, "Directory")
	need(c.Clock != nil, "Clock")
	need(c.API != nil || c.Token != "", "bot token")
	if c.APIURL != "" && !strings.HasSuffix(c.APIURL, "/") {
		wrong = append(wrong, errors.New(`setting up slack: the API address must end in "/"`))
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	if c.Machine == nil {
		c.Machine = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Count == nil {
		c.Count = func(string, string) {}
	}
	if c.Homes == nil {
		c.Homes = &ownHomes{opened: map[string]time.Time{}}
	}
	if c.PingWithin == 0 {
		c.PingWithin = 30 * time.Second
	}
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{Timeout: 15 * time.Second}
	}
	if c.API == nil {
		o := []slackgo.Option{slackgo.OptionAppLevelToken(c.AppToken), slackgo.OptionHTTPClient(c.HTTPClient)}
		if c.APIURL != "" {
			o = append(o, slackgo.OptionAPIURL(c.APIURL))
		}
		c.API = slackgo.New(c.Token, o...)
	}
	s := &Slack{c: c, api: c.API, limit: newLimiter(c.PerMessage), news: make(chan struct{}, 1), tables: make(chan followed, mostHomes)}
	s.socket.Store(&SocketStatus{})
	return s, nil
}

// hide takes the tokens out of an error's text. The libraries below keep them out already; this is the second lock.
func (s *Slack) hide(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := text
	for _, secret := range []string{s.c.Token, s.c.AppToken, s.c.SigningSecret, s.c.PreviousSigningSecret} {
		if len(secret) > 7 {
			clean = strings.ReplaceAll(clean, secret, "[secret]")
		}
	}
	if clean == text {
		return err
	}
	return &hidden{text: clean, err: err}
}

// hidden is an error whose text was cleaned.
type hidden struct {
	text string
	err  error
}

func (h *hidden) Error() string { return h.text }

func (h *hidden) Unwrap() error { return h.err }
