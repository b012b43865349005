package phone

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"toban/bot"
)

// Number is a person as the adapter needs them.
type Number struct {
	Name   string
	Number string // E.164, such as +81312345678
}

// Last4 are the digits that staff may see.
func (n Number) Last4() string {
	const shown = 4
	if len(n.Number) <= shown {
		return n.Number
	}
	return n.Number[len(n.Number)-shown:]
}

// Order is a call to place.
type Order struct {
	Token  string // the same token is the same call
	Number string
	Text   string            // to be spoken
	Keys   map[string]string // digit to what it means; empty: no key is waited for
	Rings  int
}

// State is how a call is doing.
type State struct {
	Ended   bool
	Outcome bot.CallOutcome // when it has ended
	Key     string          // the digit that was pressed
}

// Provider is a telephony provider. Errors: bot.Permanent when it will never place the call (a wrong number, no right), bot.RetryAfter
// when it asks to come later, anything else may or may not have placed it.
type Provider interface {
	// Start places a call, or gives the one that was placed with this token before.
	Start(ctx context.Context, o Order) (id string, err error)
	// Look tells how a call is doing. ErrNoCall: the provider knows no such call.
	Look(ctx context.Context, id string) (State, error)
}

// ErrNoCall says that a provider knows no call of an id.
var ErrNoCall = errors.New("the provider knows no such call")

// News is what staff are told of a call.
type News struct {
	Key      string // of the effect; the same key is told once
	Customer string
	Ticket   bot.TicketID
	Name     string
	Last4    string
	Text     string // what was to be said
	Outcome  bot.CallOutcome
	Why      string
}

// Config is what a Phone needs. Resolve and Tell are required.
type Config struct {
	Provider Provider                                  // nil: people call by hand
	Resolve  func(customer, ref string) (Number, bool) // the number behind a reference; secret
	Tell     func(ctx context.Context, n News) error   // tells staff durably; the same key once
	Clock    bot.Clock                                 // world time
	Machine  func() time.Time                          // time.Now when nil
	Patience time.Duration                             // machine time without a word of the provider after which a call is unknown; 3 min when 0
	Every    time.Duration                             // machine time between looks at a call; 2 s when 0
	Tokens   time.Duration                             // world time for which the provider remembers tokens; 7 days when 0
	Logger   *slog.Logger
}

// Phone is safe for use by several goroutines.
type Phone struct {
	c     Config
	mu    sync.Mutex
	calls map[string]call // by effect key
}

// call is what this process knows of a call under way.
type call struct {
	id    string    // "": not known
	since time.Time // machine time of the first try here, or of the provider's last word
}

var _ bot.Sender = (*Phone)(nil)

// New makes a Phone.
func New(c Config) (*Phone, error) {
	if c.Resolve == nil || c.Tell == nil || c.Clock == nil {
		return nil, errors.New("building the phone adapter: Resolve, Tell and Clock are needed")
	}
	const patience, every, tokens = 3 * time.Minute, 2 * time.Second, 7 * 24 * time.Hour
	c.Patience, c.Every, c.Tokens = cmp.Or(c.Patience, patience), cmp.Or(c.Every, every), cmp.Or(c.Tokens, tokens)
	if c.Machine == nil {
		c.Machine = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Phone{c: c, calls: map[string]call{}}, nil
}
