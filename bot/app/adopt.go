package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/store"
)

// Proposal is an open issue as Toban would take it over.
type Proposal struct {
	Ticket *bot.Ticket    `json:"ticket"`
	Issue  int64          `json:"issue"` // Backlog's id
	Clocks []bot.ClockRow `json:"clocks"`
	Why    []string       `json:"why"` // of the classification
}

// Adoption is what adopting a project would do.
type Adoption struct {
	bot.ModeKey
	Space string     `json:"space"`
	Made  time.Time  `json:"made"`
	Known int        `json:"known"` // open issues that are tickets already
	New   []Proposal `json:"new"`
}

// ProposeAdoption reads the open issues of a project and decides for each what taking it over would make of it, by the same features that will
// do it. It writes nothing. progress is told how many were read.
func (a *App) ProposeAdoption(ctx context.Context, k bot.ModeKey, progress func(read, of int)) (Adoption, error) {
	c, ok := a.dir.Customer(k.Customer)
	if !ok {
		return Adoption{}, fmt.Errorf("adopting project %s: no customer has it", k.Project)
	}
	out := Adoption{ModeKey: k, Space: c.Space, Made: a.p.Clock.Now().Truncate(time.Second), New: []Proposal{}}
	issues, err := a.tracker.Open(ctx, c.Space, k.Project)
	if err != nil {
		return out, err
	}
	for i, issue := range issues {
		progress(i, len(issues))
		id := bot.NewTicketID(issue.Space, issue.IssueID)
		known, err := a.p.Store.Load(ctx, id)
		if err != nil {
			return out, err
		}
		if known.Ticket != nil {
			out.Known++
			continue
		}
		p, err := a.propose(ctx, id, issue, out.Made)
		if err != nil {
			return out, err
		}
		if p != nil {
			out.New = append(out.New, *p)
		}
	}
	progress(len(issues), len(issues))
	return out, nil
}

// propose decides in memory; nil for an issue that went away or was closed meanwhile.
func (a *App) propose(ctx context.Context, id bot.TicketID, issue bot.IssueChanged, now time.Time) (*Proposal, error) {
	got, err := a.fetchPatiently(ctx, issue)
	if err != nil {
		return nil, err
	}
	e, err := bot.NewEvent(bot.EventIssueAdopt, "propose:"+string(id), string(id), now, bot.Adopt{IssueChanged: issue, By: "Toban"})
	if err != nil {
		return nil, err
	}
	d, err := inbox.Decide(Handlers(a.p.Config.Playbooks...), a.Directory(), now, store.Loaded{}, store.Claimed{Event: e}, &got)
	if err != nil {
		return nil, err
	}
	if d.Ticket == nil || d.Ticket.Status == bot.StatusFinished {
		return nil, nil
	}
	p := &Proposal{Ticket: d.Ticket, Issue: issue.IssueID, Clocks: d.Clocks}
	for _, r := range d.Reasons {
		if len(r.What) > len("classified") && r.What[:len("classified")] == "classified" {
			p.Why = append(p.Why, r.Why)
		}
	}
	return p, nil
}

// fetchPatiently reads an issue, and waits where Backlog asks for it.
func (a *App) fetchPatiently(ctx context.Context, issue bot.IssueChanged) (bot.Fetched, error) {
	const tries = 20
	for try := 1; ; try++ {
		got, err := a.tracker.Fetch(ctx, issue, 0)
		var wait *bot.RetryAfterError
		if err == nil || !errors.As(err, &wait) || try == tries {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, ctx.Err()
		case <-time.After(wait.After):
		}
	}
}

// AdoptEvent is the event by which an issue is taken over. The same issue of the same plan is taken over once, however often it is asked for.
func AdoptEvent(made, now time.Time, customer string, body bot.Adopt) (bot.Event, error) {
	id := bot.NewTicketID(body.Space, body.IssueID)
	e, err := bot.NewEvent(bot.EventIssueAdopt, fmt.Sprintf("adopt:%s:%d", id, made.Unix()), string(id), now, body)
	e.Customer = customer
	return e, err
}
