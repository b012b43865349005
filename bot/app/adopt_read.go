package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/store"
)

const (
	adoptLease = "adopt"
	// adoptLook is the machine time after which a replica looks whether another left reading undone.
	adoptLook = 5 * time.Minute
	// adoptPause is the machine time between two issues, so that reading hundreds leaves most of a space's budget to what happens meanwhile.
	adoptPause = 500 * time.Millisecond
	adoptHold  = 2 * time.Minute
)

// readAdoptions reads the open issues that staff want to take over, one replica at a time, until ctx ends. What a killed one left unread is read
// by the next, or after the start.
func (a *App) readAdoptions(ctx context.Context) error {
	tick := time.NewTicker(adoptLook)
	defer tick.Stop()
	for {
		if err := a.readAdopted(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("reading issues to take over; it is tried again", "error", err, "again_in", adoptLook)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.adopting:
		case <-tick.C:
		}
	}
}

func (a *App) readAdopted(ctx context.Context) error {
	for _, c := range a.dir.Customers {
		for _, p := range c.Projects {
			if err := a.readProject(ctx, c, bot.ModeKey{Customer: c.ID, Project: p}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) readProject(ctx context.Context, c *bot.Customer, k bot.ModeKey) error {
	at, err := a.p.Store.References(ctx, adoptRefs(k))
	if err != nil || at[adoptAsked] == "" {
		return err
	}
	err = a.readAsked(ctx, c, k, at)
	trouble := ""
	if err != nil && ctx.Err() == nil {
		trouble = "no answer"
	}
	if trouble == at[adoptTrouble] || ctx.Err() != nil {
		return err
	}
	if e := a.p.Store.KeepReferences(ctx, adoptRefs(k), map[string]string{adoptTrouble: trouble}); e != nil {
		return e
	}
	return err
}

func (a *App) readAsked(ctx context.Context, c *bot.Customer, k bot.ModeKey, at map[string]string) error {
	rows, err := a.p.Store.Adoptions(ctx, k)
	if err != nil || at[adoptListed] == at[adoptAsked] && !slices.ContainsFunc(rows, unread) {
		return err
	}
	if ok, err := a.holdAdopt(ctx); !ok {
		return err
	}
	defer func() {
		if err := a.p.Store.Release(context.WithoutCancel(ctx), adoptLease, a.owner); err != nil {
			a.p.Logger.Warn("giving the lease of reading issues back", "error", err)
		}
	}()
	if at[adoptListed] != at[adoptAsked] {
		issues, err := a.tracker.Open(ctx, c.Space, k.Project)
		if err != nil {
			return err
		}
		ids := make([]bot.TicketID, len(issues))
		for i, issue := range issues {
			ids[i] = bot.NewTicketID(issue.Space, issue.IssueID)
		}
		if err := a.p.Store.ListAdoptions(ctx, k, ids); err != nil {
			return err
		}
		if err := a.p.Store.KeepReferences(ctx, adoptRefs(k), map[string]string{adoptListed: at[adoptAsked]}); err != nil {
			return err
		}
		if rows, err = a.p.Store.Adoptions(ctx, k); err != nil {
			return err
		}
	}
	return a.readRows(ctx, c, k, slices.DeleteFunc(rows, func(r store.AdoptionRow) bool { return !unread(r) }))
}

func unread(r store.AdoptionRow) bool { return r.Unread && !r.Known }

// readRows reads issues one after the other. One that can't be read holds up no other; several in a row are Backlog's trouble.
func (a *App) readRows(ctx context.Context, c *bot.Customer, k bot.ModeKey, rows []store.AdoptionRow) error {
	const patience = 3
	var last error
	bad := 0
	for i, r := range rows {
		if i > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(adoptPause):
			}
		}
		if ok, err := a.holdAdopt(ctx); !ok {
			return err
		}
		if err := a.readIssue(ctx, c, k, r.Ticket); err != nil {
			last = errors.Join(last, err)
			if bad++; bad == patience || ctx.Err() != nil {
				return last
			}
			continue
		}
		bad = 0
	}
	return last
}

// holdAdopt takes or renews the lease of who reads.
func (a *App) holdAdopt(ctx context.Context) (bool, error) {
	if !a.fit() {
		return false, nil
	}
	return a.p.Store.Lease(ctx, adoptLease, a.owner, a.machine(), adoptHold)
}

// readIssue writes down what an issue would become.
func (a *App) readIssue(ctx context.Context, c *bot.Customer, k bot.ModeKey, id bot.TicketID) error {
	space, issue, err := id.Split()
	if err != nil {
		return err
	}
	now := a.p.Clock.Now().Truncate(time.Second)
	p, err := a.propose(ctx, id, bot.IssueChanged{Space: space, Project: k.Project, IssueID: issue, Via: "adopt"}, now)
	if err != nil {
		return fmt.Errorf("reading what issue %d of %s would become: %w", issue, k.Project, err)
	}
	if p == nil { // it is closed by now, or gone
		return a.p.Store.ProposeAdoption(ctx, id, now, nil)
	}
	t := p.Ticket
	body, err := json.Marshal(proposed{
		Issue: issue, Space: space, Key: t.Key, URL: t.URL, Summary: t.Summary, Type: t.Type, Class: t.Class, Confidence: t.Confidence, Status: t.Status, Owner: t.Owner,
		Opened: t.Received, Due: t.Due, Clocks: clockLines(p.Clocks, c.Zone),
	})
	if err != nil {
		return fmt.Errorf("writing what issue %s would become: %w", t.Key, err)
	}
	return a.p.Store.ProposeAdoption(ctx, id, now, body)
}
