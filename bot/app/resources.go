package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/desk"
	"toban/bot/work"
)

// Changes implements digest.Records.
func (r records) Changes(ctx context.Context, customer string) ([]bot.ResourceChange, error) {
	var out []bot.ResourceChange
	for name, read := range map[string]func(*bot.Ticket, json.RawMessage) ([]bot.ResourceChange, error){desk.Name: desk.Changes, work.Name: work.Changes} {
		parts, err := r.store.Parts(ctx, name, customer, time.Time{})
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			list, err := read(p.Ticket, p.State)
			if err != nil {
				return nil, err
			}
			if p.Ticket.Drill {
				continue
			}
			for _, c := range list {
				c.Ticket, c.Key = p.Ticket.ID, p.Ticket.Key
				out = append(out, c)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b bot.ResourceChange) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// listResources has the page of managed resources, where there is one, written anew for the lists of the customers' files, at most once a day for one.
// A customer with a project that is not on yet gets it later: nobody is asked about a page that nobody waits for.
func (a *App) listResources(ctx context.Context) error {
	for _, c := range a.Directory().Customers {
		held := slices.ContainsFunc(c.Projects, func(p string) bool { return c.ModeOf(p).Below(bot.ModeOn) })
		if len(c.Resources) == 0 || c.ResourcePage == "" || held {
			continue
		}
		changes, err := (records{store: a.p.Store}).Changes(ctx, c.ID)
		if err != nil {
			return err
		}
		if len(changes) == 0 { // the page appears with the first change: nothing is written into a wiki because Toban started
			continue
		}
		raw, err := json.Marshal(c.Resources)
		if err != nil {
			return fmt.Errorf("writing the managed resources of %s: %w", c.ID, err)
		}
		sum := sha256.Sum256(raw)
		const enough = 8
		now := a.p.Clock.Now()
		e := bot.ResourcePage(c.ID, fmt.Sprintf("resources:%s:file:%s:%s", c.ID, hex.EncodeToString(sum[:enough]), now.UTC().Format(time.DateOnly)), now.In(c.Zone))
		if err := a.p.Store.Queue(ctx, now, e); err != nil {
			return err
		}
	}
	return nil
}
