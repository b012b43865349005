package app

import (
	"context"
	"net/http"
	"time"

	"toban/bot"
	"toban/bot/alert/fold"
	"toban/bot/boarding"
	"toban/bot/desk"
	"toban/bot/digest"
	"toban/bot/hook"
	"toban/bot/inbox"
	"toban/bot/incident"
	"toban/bot/outbox"
	"toban/bot/poll"
	"toban/bot/slack"
	"toban/bot/store"
	"toban/bot/timer"
	"toban/bot/tracker"
	"toban/bot/watch"
	"toban/bot/work"
	"toban/playbook"
)

// Handlers are the features in the order in which they are asked: desk first, since it records the ticket that the others read. Staff choose
// from the playbooks when they plan work.
func Handlers(books ...playbook.Playbook) []bot.Handler {
	return []bot.Handler{desk.New(), incident.New(), fold.New(), work.New(books...), boarding.New(books...), digest.New()}
}

func (a *App) wire() error {
	a.tracker = tracker.New(tracker.Config{Spaces: a.spaces, Directory: a.Directory, Clock: a.p.Clock, Logger: a.p.Logger, Ready: a.needs})
	a.publisher = &digest.Publisher{Records: records{a.p.Store, a.works}, Pages: a.tracker, Rule: a.textRule, Directory: a.Directory, Nodes: a.nodeRule, Clock: a.p.Clock}
	if err := a.keepBackups(); err != nil {
		return err
	}
	doors := counted{Inbox: followed{a.p.Store, a.tracer()}, wake: func() { a.inbox.Poke() }}
	var err error
	if a.slack, err = a.newSlack(doors); err != nil {
		return err
	}
	if a.mail, err = a.newMail(); err != nil {
		return err
	}
	if a.phone, err = a.newPhone(); err != nil {
		return err
	}
	if a.changer, err = a.newChanger(); err != nil {
		return err
	}
	a.hook, a.alerts, a.postbox = a.newHook(doors), a.newAlerts(doors), a.newPostbox(doors)
	gate := &store.Gate{}
	a.outbox = outbox.New(outbox.Config{
		Gate:  gate,
		Store: outboxStore{a.p.Store, a}, Senders: a.senders(),
		Clock: a.p.Clock, Machine: a.machine, Owner: a.owner, Every: a.p.Look, Wake: func() { a.inbox.Poke() }, Tracer: a.tracer(),
		Shower: a.staff, Logger: a.p.Logger.With("part", "outbox"),
	})
	a.inbox = inbox.New(inbox.Config{
		Gate:  gate,
		Store: newInboxStore(a), Fetcher: a.tracker, Handlers: a.metrics.timed(a.handlers()), Directory: a.Directory, Clock: a.p.Clock, Machine: a.machine, Owner: a.owner,
		Features: []string{watch.SyntheticName}, Busy: a.p.Busy, Record: a.p.Config.Server.Retention.RecordedDays > 0, Every: a.p.Look, Tracer: a.tracer(), Logger: a.p.Logger.With("part", "inbox"),
		Wake: func() {
			a.outbox.Poke()
			a.timer.Poke()
		},
	})
	a.timer = timer.New(timer.Config{Store: timerStore{a.p.Store, a}, Clock: a.p.Clock, Every: a.p.Look, Wake: func() { a.inbox.Poke() }, Logger: a.p.Logger.With("part", "timer")})
	for name, s := range a.spaces {
		a.polls = append(a.polls, poll.New(poll.Config{
			Space: name, Client: s.Client, Store: followedPoll{a.p.Store, a.tracer()}, Dead: a.p.Store, Projects: func() []string { return a.projects(name) },
			Looked: a.looked(name), Every: a.p.PollEvery, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "poll"),
		}))
	}
	a.metrics.watch(a)
	return a.newHeartbeat()
}

// senders are the adapters by channel. A stop closes the gate in front of all but Slack, which is staff's.
func (a *App) senders() map[string]bot.Sender {
	out := map[string]bot.Sender{"backlog": a.gate.Sender(a.tracker), "slack": a.slack, "report": a.gate.Sender(a.publisher), "phone": a.gate.Sender(a.phone), "look": looker{ask: looks{a}.look, now: a.p.Clock.Now}}
	if a.mail != nil {
		out["mail"] = a.gate.Sender(a.mail)
	}
	if a.changer != nil {
		out["aws"] = a.gate.Sender(a.changer)
	}
	return out
}

func (a *App) newSlack(in bot.Inbox) (*slack.Slack, error) {
	cfg := a.p.Config.Server.Slack
	c := slack.Config{
		Token: cfg.BotToken.Reveal(), AppToken: cfg.AppToken.Reveal(), APIURL: cfg.APIURL, Inbox: in, Dead: a.p.Store, Board: board{a}, Switch: a.sw, Modes: modesOf{a}, Silences: silencesOf{a}, Duties: duties{a}, Adoptions: adoptions{a}, Releases: releases{a}, Homes: homes{a}, Office: office{a}, Draft: a.draft, Preview: a.preview, Works: a.works,
		Directory: a.staffDirectory, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "slack"), Count: a.metrics.slack,
		PerMessage: a.p.SlackPace, Lacks: a.lacksScopes,
	}
	if transport := a.p.Tracer.Transport(a.tried(a.p.Transport, beforeSlack, afterSlack)); transport != nil {
		const callLimit = 15 * time.Second
		c.HTTPClient = &http.Client{Transport: transport, Timeout: callLimit}
	}
	for i, s := range cfg.SigningSecret {
		switch i {
		case 0:
			c.SigningSecret = s.Reveal()
		case 1:
			c.PreviousSigningSecret = s.Reveal()
		}
	}
	return slack.New(c)
}

func (a *App) newHook(in bot.Inbox) *hook.Handler {
	tokens := map[string][]string{}
	for i := range a.p.Config.Spaces {
		s := &a.p.Config.Spaces[i]
		for _, t := range s.HookTokens {
			tokens[s.Name] = append(tokens[s.Name], t.Reveal())
		}
	}
	return hook.New(hook.Config{Spaces: hook.Tokens(tokens), Inbox: in, Dead: a.p.Store, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "hook")})
}

// board shows the Slack door a ticket's card as it is stored.
type board struct{ a *App }

// Card implements slack.Board.
func (b board) Card(ctx context.Context, ticket bot.TicketID) (bot.Card, error) {
	c, err := b.a.p.Store.Card(ctx, ticket)
	if err != nil {
		return bot.Card{}, err
	}
	if cust, ok := b.a.dir.Customer(c.Customer); ok {
		c.Channel = cust.Channel
	}
	return c, nil
}

// counted wakes the inbox worker when a door stored something.
type counted struct {
	bot.Inbox
	wake func()
}

// Accept implements bot.Inbox.
func (c counted) Accept(ctx context.Context, events ...bot.Event) error {
	if err := c.Inbox.Accept(ctx, events...); err != nil {
		return err
	}
	c.wake()
	return nil
}

// projects lists the keys of a space's projects that belong to a customer.
func (a *App) projects(space string) []string {
	var out []string
	for _, c := range a.dir.Customers {
		if c.Space == space {
			out = append(out, c.Projects...)
		}
	}
	return out
}

func (a *App) textRule(ctx context.Context, space, project string) (string, error) {
	p, err := a.spaces[space].Client.GetProject(ctx, project)
	if err != nil {
		return "", err
	}
	return p.TextFormattingRule, nil
}

// schedule keeps the schedules of every customer.
func (a *App) schedule(ctx context.Context) error {
	for _, c := range a.dir.Customers {
		if c.ID == watch.SyntheticCustomer {
			continue // of no contract
		}
		list, err := digest.Schedules(c, a.p.Clock.Now(), timer.Next)
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := a.p.Store.SetSchedule(ctx, s); err != nil {
				return err
			}
		}
	}
	return a.scheduleSynthetic(ctx)
}
