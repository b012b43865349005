package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"toban/backlog"
	"toban/bot"
	"toban/bot/alert"
	"toban/bot/aws"
	"toban/bot/backup"
	"toban/bot/digest"
	"toban/bot/hook"
	"toban/bot/inbox"
	"toban/bot/mail"
	"toban/bot/outbox"
	"toban/bot/phone"
	"toban/bot/poll"
	"toban/bot/postbox"
	"toban/bot/release"
	"toban/bot/slack"
	"toban/bot/store"
	"toban/bot/timer"
	"toban/bot/trace"
	"toban/bot/tracker"
	"toban/bot/watch"
	"toban/config"
)

// Parts is what an App is built from.
type Parts struct {
	Config    *config.Config
	Store     *store.Store
	Clock     bot.Clock         // world time; when nil the database's clock, which is the machine's with SQLite
	Transport http.RoundTripper // carries calls to Backlog and Slack; the default one when nil
	Logger    *slog.Logger
	PollEvery time.Duration // machine time between looks at the activity feed; a minute when 0
	SlackPace time.Duration // machine time between messages of a Slack channel; Slack's own limit when 0
	Look      time.Duration // machine time between looks at the queues; 100 ms when 0
	Version   string        // of the program, for backups

	Machine func() time.Time                  // this machine's clock; time.Now when nil
	World   func(machine time.Time) time.Time // world time by machine time, when Clock is nil; the same when nil
	Trial   func(point string)                // called at the places that Points lists; nil but in trials
	// DialMail connects to the mail server; a plain dialer when nil.
	DialMail func(ctx context.Context, network, addr string) (net.Conn, error)

	// ListenMail opens the postbox; a plain listener at its address when nil.
	ListenMail func() (net.Listener, error)

	Busy func(bool) // told when events wait in numbers, and when none is under way any more; may be nil

	Tracer *trace.Tracer // follows events; when nil one is made if server.yaml names a collector
}

// App is Toban, ready to run.
type App struct {
	p         Parts
	dir       *bot.Directory // as the configuration says; Directory tells how it is now
	now       atomic.Pointer[current]
	staff     release.Desk
	adopting  chan struct{}                       // holds one: somebody wants issues read
	reminded  string                              // the hour in which dates of contracts were last looked at
	week      string                              // of which managers were told last
	dutyTold  time.Time                           // up to which minute of world time changes of the duty were told
	handed    atomic.Pointer[map[string]handover] // of the duty, by team
	chased    map[string]bool                     // what was asked again and still waits
	spaces    map[string]*tracker.Space
	tracker   *tracker.Tracker
	slack     *slack.Slack
	mail      *mail.Mail // nil when none is configured
	phone     *phone.Phone
	changer   *aws.Changer // nil: nothing is changed in customers' accounts
	hook      *hook.Handler
	alerts    *alert.Handler
	postbox   *postbox.Postbox // nil: no requests by mail
	inbox     *inbox.Worker
	outbox    *outbox.Worker
	timer     *timer.Worker
	polls     []*poll.Poll
	publisher *digest.Publisher
	keeper    *backup.Keeper // nil without backups
	metrics   *metrics
	owner     string
	machine   func() time.Time // machine time of leases: the database's clock when replicas share it
	began     time.Time        // machine time of the start
	world     time.Time        // world time of the start
	shared    *watch.Clock     // nil when the database is this machine's
	sw        Switch
	gate      *watch.Gate
	heartbeat *watch.Heartbeat
	leads     atomic.Bool               // this replica holds the lease of the poll
	traced    *trace.Tracer             // made by openTracer; else nil
	paused    atomic.Pointer[time.Time] // world time at which a stop was last seen to hold the synthetic ticket back
	took      atomic.Pointer[time.Time] // world time at which Slack last took a message of this replica
}

// New builds an App. It asks each space who the bot is, so Backlog must answer.
func New(ctx context.Context, p Parts) (*App, error) {
	if p.Logger == nil {
		p.Logger = slog.New(slog.DiscardHandler)
	}
	a := &App{p: p, owner: rand.Text(), spaces: map[string]*tracker.Space{}, metrics: newMetrics(), adopting: make(chan struct{}, 1)}
	if err := a.clocks(ctx); err != nil {
		return nil, err
	}
	if err := a.openTracer(); err != nil {
		return nil, err
	}
	a.sw = Switch{Store: p.Store, Config: p.Config, Now: a.p.Clock.Now}
	a.gate = watch.NewGate(a.bars)
	a.staff = release.Desk{Directory: a.Directory, Operators: p.Config.Server.Operators.Channel}
	botUsers, err := a.openSpaces(ctx)
	if err != nil {
		return nil, err
	}
	if a.dir, err = Directory(p.Config, botUsers); err != nil {
		return nil, err
	}
	a.dir.Duty = a.onDuty(a.dir.Duty)
	a.addSynthetic()
	if err := a.wire(); err != nil {
		return nil, err
	}
	return a, a.schedule(ctx)
}

func (a *App) openSpaces(ctx context.Context) (map[string]int64, error) {
	botUsers := map[string]int64{}
	var err error
	for i := range a.p.Config.Spaces {
		s := &a.p.Config.Spaces[i]
		opts := []backlog.Option{backlog.WithLogger(a.p.Logger), backlog.WithTransport(a.p.Tracer.Transport(a.gate.Transport(a.tried(a.p.Transport, beforeBacklog, afterBacklog))))}
		var client *backlog.Client
		if len(s.APIKey) > 1 {
			opts = append(opts, backlog.WithOtherKey(s.APIKey[1].Reveal()))
		}
		client, err = backlog.New(s.URL, s.APIKey.Current().Reveal(), opts...)
		if err != nil {
			return nil, fmt.Errorf("opening space %s: %w", s.Name, err)
		}
		id := s.BotUserID
		if id == 0 {
			if id, err = a.whoAmI(ctx, s.Name, client); err != nil {
				return nil, err
			}
		}
		botUsers[s.Name] = id
		a.spaces[s.Name] = &tracker.Space{ID: s.Name, Client: client, BotUser: id, URL: s.URL, Transport: a.p.Transport}
	}
	return botUsers, nil
}

// whoAmI asks a space who the bot is. Without an answer the one of an earlier start holds, so that Toban starts while Backlog is down.
func (a *App) whoAmI(ctx context.Context, space string, client *backlog.Client) (int64, error) {
	refs, key := bot.TicketID("space:"+space), "backlog.bot"
	me, err := client.GetUserMySelf(ctx)
	if err == nil {
		return int64(me.ID), a.p.Store.KeepReferences(ctx, refs, map[string]string{key: me.ID.String()})
	}
	known, e := a.p.Store.References(ctx, refs)
	if id, bad := strconv.ParseInt(known[key], 10, 64); e == nil && bad == nil {
		a.p.Logger.Warn("taking the bot's user from an earlier start", "space", space, "error", err)
		return id, nil
	}
	return 0, fmt.Errorf("asking space %s who the bot is (or set bot_user_id in spaces.yaml): %w", space, err)
}

// Publisher writes reports.
func (a *App) Publisher() *digest.Publisher { return a.publisher }

// Store is the database.
func (a *App) Store() *store.Store { return a.p.Store }

// Run works every queue until ctx ends or a part fails for good, then ends what was begun.
func (a *App) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := a.begin(ctx); err != nil {
		if ctx.Err() != nil { // told to end before there was anything to end
			return nil
		}
		return err
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	start := func(name string, run func(context.Context) error) {
		wg.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				mu.Lock()
				failed = errors.Join(failed, fmt.Errorf("running %s: %w", name, err))
				mu.Unlock()
				a.p.Logger.Error("stopping", "part", name, "error", err)
			}
			cancel()
		})
	}
	start("inbox", a.inbox.Run)
	start("outbox", a.outbox.Run)
	start("timers", a.timer.Run)
	start("operators", a.tellOperators)
	start("held", a.chase)
	start("retention", a.retain)
	start("audit", a.seal)
	if a.keeper != nil {
		start("backup", a.keeper.Run)
	}
	if w := a.p.Config.Server.Watch; len(w.Heartbeat) > 0 || w.Synthetic != nil {
		start("heartbeat", a.heartbeat.Run)
	}
	if a.shared != nil {
		start("clock", a.shared.Run)
	}
	for _, p := range a.polls {
		start("poll", a.leased(p.Run))
	}
	if a.postbox != nil && a.p.Config.Server.Postbox != nil {
		start("postbox", a.postbox.Run)
	}
	start("managed resources", a.leased(a.keepManaged))
	start("App Home", a.slack.KeepHomes)
	start("adoptions", a.readAdoptions)
	start("tables", a.slack.KeepTables)
	start("Slack rights", func(ctx context.Context) error {
		a.slack.Announce(ctx)
		<-ctx.Done()
		return nil
	})
	if a.p.Config.Server.Slack.Mode == config.SlackSocket {
		start("Slack socket", a.socket)
	}
	wg.Wait()
	a.release(ctx)
	a.closeTracer(ctx)
	return failed
}

// begin does what must be done before anything goes out.
func (a *App) begin(ctx context.Context) error {
	// What is late now is late because of the downtime that ends here.
	if err := a.lives(ctx, store.TobanDown); err != nil {
		return fmt.Errorf("noting the start: %w", err)
	}
	if err := a.Modes().Sync(ctx); err != nil {
		return err
	}
	return a.listResources(ctx)
}

// socket keeps Slack's socket open. When Slack refuses the token for good the promises to customers still have to be kept, so Toban goes
// on without Slack, says so, and tries again: the token may be mended.
func (a *App) socket(ctx context.Context) error {
	const again = time.Minute
	for {
		err := a.slack.RunSocket(ctx)
		if ctx.Err() != nil {
			return nil
		}
		a.p.Logger.Error("Slack's socket ended; going on without Slack", "error", err, "again_in", again)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
	}
}
