package poll

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"toban/backlog"
	"toban/bot"
)

// Store keeps the cursor. Advance stores the events and moves the cursor in one transaction; a known event key is dropped silently.
type Store interface {
	Cursor(ctx context.Context, name string) (value int64, known bool, err error)
	Advance(ctx context.Context, name string, value int64, events []bot.Event) error
}

// Config is what a Poll needs. Projects and Dead may be nil: then all projects count, and unreadable activities are only logged.
type Config struct {
	Space    string
	Client   *backlog.Client
	Store    Store
	Dead     bot.DeadLetters
	Projects func() []string // keys of the projects that belong to customers, asked at every look
	Every    time.Duration   // machine time between looks; a minute when 0
	Overlap  time.Duration   // activity time that is read again; 5 minutes when 0
	Looked   func(err error) // told how each look ended; may be nil
	Clock    bot.Clock
	Logger   *slog.Logger
}

// Poll reads the feed of one space. It is not for several goroutines at once.
type Poll struct {
	cfg  Config
	seen map[backlog.ID]bool // activities above the cursor that were handed over already
	bad  int                 // looks in a row that went wrong
}

// New builds a Poll.
func New(cfg Config) *Poll {
	cfg.Every = cmp.Or(cfg.Every, time.Minute)
	cfg.Overlap = cmp.Or(cfg.Overlap, 5*time.Minute)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.Logger = cfg.Logger.With("space", cfg.Space)
	return &Poll{cfg: cfg, seen: map[backlog.ID]bool{}}
}

// CursorName is the name under which the cursor of a space is stored.
func CursorName(space string) string { return "activities/" + space }

// batch is how many activities are stored at once, so that a long absence is caught up in steps that are kept.
const batch = 100

// Run looks at once and then every Config.Every until ctx ends. What goes wrong is logged, and it goes on; a rate limit is waited for.
// It returns nil when ctx ends.
func (p *Poll) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		_, err := p.Once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if p.cfg.Looked != nil {
			p.cfg.Looked(err)
		}
		timer.Reset(p.pause(ctx, err))
	}
}

// pause notes how a look ended and says how long to wait for the next.
func (p *Poll) pause(ctx context.Context, err error) time.Duration {
	if err == nil {
		if p.bad > 0 {
			p.cfg.Logger.InfoContext(ctx, "activity feed is read again", "failed_looks", p.bad)
		}
		p.bad = 0
		return p.cfg.Every
	}
	p.bad++
	p.cfg.Logger.WarnContext(ctx, "activity feed not read", "failed_looks", p.bad, "reason", err)
	var limit *backlog.RateLimitError
	if errors.As(err, &limit) {
		return max(p.cfg.Every, time.Until(limit.Reset))
	}
	return p.cfg.Every
}

// Once looks once and returns how many events were new to this process. Events that were read before an error are stored.
func (p *Poll) Once(ctx context.Context) (int, error) {
	name := CursorName(p.cfg.Space)
	cursor, known, err := p.cfg.Store.Cursor(ctx, name)
	if err != nil {
		return 0, err
	}
	if !known {
		return 0, p.start(ctx, name)
	}
	look := &look{Poll: p, ctx: ctx, name: name, cursor: cursor, newest: p.cfg.Clock.Now()}
	for a, err := range p.cfg.Client.AllSpaceActivities(ctx, backlog.ID(cursor)) {
		if err != nil {
			err = errors.Join(err, look.store())
			return look.events, err
		}
		look.add(a)
		if len(look.page) == batch {
			if err := look.store(); err != nil {
				return look.events, err
			}
		}
	}
	err = look.store()
	return look.events, err
}

// start sets the cursor of a space that was never read to its newest activity.
func (p *Poll) start(ctx context.Context, name string) error {
	newest, err := p.cfg.Client.GetSpaceActivities(ctx, &backlog.GetActivitiesOptions{Count: 1, Order: backlog.OrderDesc})
	if err != nil {
		return err
	}
	var cursor int64
	if len(newest) > 0 {
		cursor = int64(newest[0].ID)
	}
	p.cfg.Logger.InfoContext(ctx, "activity feed is read from now on", "activity", cursor)
	return p.cfg.Store.Advance(ctx, name, cursor, nil)
}

// look is one reading of the feed.
type look struct {
	*Poll
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Once
	name   string
	cursor int64
	newest time.Time // the later of now and the newest activity
	fence  bool      // an activity within the overlap was read: the cursor stays below it
	page   []*backlog.Activity
	events int
}

func (l *look) add(a *backlog.Activity) {
	l.page = append(l.page, a)
	if a.Created.After(l.newest) {
		l.newest = a.Created
	}
}

// store accepts the events of the page and moves the cursor up to the overlap.
func (l *look) store() error {
	var events []bot.Event
	cursor := l.cursor
	limit := l.newest.Add(-l.cfg.Overlap)
	for _, a := range l.page {
		if l.fence = l.fence || a.Created.After(limit); !l.fence {
			cursor = int64(a.ID)
		}
		if l.seen[a.ID] {
			continue
		}
		found, err := l.read(a)
		if err != nil {
			if err := l.bury(a, err); err != nil {
				return err
			}
		}
		events = append(events, found...)
	}
	if len(events) > 0 || cursor != l.cursor {
		if err := l.cfg.Store.Advance(l.ctx, l.name, cursor, events); err != nil {
			return err
		}
	}
	for _, a := range l.page {
		l.seen[a.ID] = true
	}
	for id := range l.seen {
		if int64(id) <= cursor {
			delete(l.seen, id)
		}
	}
	l.events += len(events)
	l.cursor, l.page = cursor, nil
	return nil
}

// read makes the events of an activity; those of projects that are no customer's are left out.
func (l *look) read(a *backlog.Activity) ([]bot.Event, error) {
	if a.Unread != nil && a.Project.ProjectKey == "" && bot.AboutIssues(int(a.Type)) {
		return nil, a.Unread // nobody can tell whose it is
	}
	if !bot.AboutIssues(int(a.Type)) || l.cfg.Projects != nil && !slices.Contains(l.cfg.Projects(), a.Project.ProjectKey) {
		return nil, nil
	}
	issues, err := issuesOf(a)
	if err != nil {
		return nil, err
	}
	return bot.Activity{
		Space: l.cfg.Space, Project: a.Project.ProjectKey, ID: int64(a.ID), Type: int(a.Type), Issues: issues, Via: "poll",
	}.Events(l.cfg.Clock.Now())
}

// bury keeps an activity that can't be read, so that it is neither lost nor in the way of those after it.
func (l *look) bury(a *backlog.Activity, reason error) error {
	l.cfg.Logger.ErrorContext(l.ctx, "activity not understood", "activity", int64(a.ID), "type", int(a.Type), "reason", reason)
	if l.cfg.Dead == nil {
		return nil
	}
	return l.cfg.Dead.Bury(l.ctx, "poll", reason.Error(), a.Content, l.cfg.Clock.Now())
}
