package tracker

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"toban/backlog"
	"toban/bot"
	"toban/bot/tracker/ready"
)

// Space is one Backlog space that the bot works in.
type Space struct {
	ID      string // as tickets and customers name it
	Client  *backlog.Client
	BotUser int64  // the user that the client's key belongs to
	URL     string // origin of its web pages, such as https://example.backlog.com

	// Transport is to ask the space's origin for its clock, without a key, for Check only; nil leaves that check out.
	Transport http.RoundTripper
}

// Config is what a Tracker needs. All fields but Logger are required.
type Config struct {
	Spaces    map[string]*Space // by space id
	Directory func() *bot.Directory
	Clock     bot.Clock // world time
	Logger    *slog.Logger
	// Ready is what a project of a space needs, for Check only.
	Ready func(space, project string) (ready.Want, bool)
}

// Tracker is safe for use by several goroutines.
type Tracker struct {
	cfg     Config
	machine func() time.Time // machine time, for what is kept some minutes and for rate limits

	mu       sync.Mutex
	projects map[projectID]*project
	kinds    map[projectID]categories
	waits    map[string]waiting // by effect key: issues that may have been opened by an earlier try
}

var (
	_ bot.Sender  = (*Tracker)(nil)
	_ bot.Fetcher = (*Tracker)(nil)
)

// New builds a Tracker.
func New(cfg Config) *Tracker {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Tracker{cfg: cfg, machine: time.Now, projects: map[projectID]*project{}, kinds: map[projectID]categories{}, waits: map[string]waiting{}}
}

// space finds a space that is complete enough to work in.
func (t *Tracker) space(id string) (*Space, error) {
	s, ok := t.cfg.Spaces[id]
	switch {
	case !ok:
		return nil, fmt.Errorf("finding space %q: it is not configured", id)
	case s.Client == nil || s.BotUser == 0:
		return nil, fmt.Errorf("finding space %q: its client or bot user is not configured", id)
	}
	return s, nil
}
