package aws

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"

	"toban/bot"
)

// Account is how a customer's account is entered.
type Account struct {
	ID       string   // 12 digits
	Regions  []string // in which something may be changed
	Read     string   // ARN of the role that looks
	Operate  string   // ARN of the role that changes; "": nothing may be changed
	Build    string   // ARN of the role by which an account is set up; Toban only looks whether it can be taken on
	External string   // external id of all roles; secret
}

// News is what staff are told of a change that did not come to its end.
type News struct {
	Key      string // of the effect; the same key is told once
	Customer string
	Ticket   bot.TicketID
	Account  string
	Region   string
	What     string // the operation and its object, such as "ec2.stop i-0123"
	Outcome  bot.AWSOutcome
	Why      string
}

// ChangerConfig is what a Changer needs. All but Machine, Pace, URL and Logger are required.
type ChangerConfig struct {
	Keys    Credentials                               // of Toban's own user, who may take on the customers' roles
	Account func(customer, id string) (Account, bool) // the customer's account of an id
	Tell    func(ctx context.Context, n News) error   // tells staff durably; the same key once
	Client  *http.Client                              // with a time-out of its own
	Clock   bot.Clock                                 // world time
	Machine func() time.Time                          // time.Now when nil
	Pace    time.Duration                             // machine time between looks within a try; 2 s when 0
	URL     string                                    // of a stand-in of all services; Amazon's own when ""
	Logger  *slog.Logger
}

// Changer carries out changes of customers' accounts (bot.Sender for aws.change). It is safe for use by several goroutines.
type Changer struct {
	c    ChangerConfig
	mu   sync.Mutex
	runs map[string]run   // by effect key
	read map[string]*door // entered accounts by role and region
}

// run is what this process knows of a change under way.
type run struct {
	since    time.Time // machine time of the first try here
	asked    time.Time // machine time at which this process asked AWS for it last; zero: it did not
	answered time.Time // machine time at which AWS said yes; zero: it did not, here
	id       string    // of what was made
	door     *door     // by which it is done
}

var _ bot.Sender = (*Changer)(nil)

// NewChanger makes a Changer.
func NewChanger(c ChangerConfig) (*Changer, error) {
	if c.Keys.Access == "" || c.Keys.Secret == "" || c.Account == nil || c.Tell == nil || c.Client == nil || c.Clock == nil {
		return nil, errors.New("building the client of AWS: keys, accounts, a way to tell staff, client and clock are needed")
	}
	const pace = 2 * time.Second
	c.Pace = cmp.Or(c.Pace, pace)
	if c.Machine == nil {
		c.Machine = time.Now //nolint:forbidigo // machine time: waits, no promise
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Changer{c: c, runs: map[string]run{}, read: map[string]*door{}}, nil
}

// known is what this process knows of a change; the first time it begins to count the time.
func (c *Changer) known(key string) run {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.runs[key]
	if !ok {
		c.tidy()
		r = run{since: c.c.Machine()}
		c.runs[key] = r
	}
	return r
}

// tidy forgets changes that another replica brought to their end. The caller holds the lock.
func (c *Changer) tidy() {
	const most, old = 500, 48 * time.Hour
	if len(c.runs) >= most {
		maps.DeleteFunc(c.runs, func(_ string, r run) bool { return c.c.Machine().Sub(r.since) > old })
	}
}

func (c *Changer) learn(key string, r run) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs[key] = r
}

func (c *Changer) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.runs, key)
}
