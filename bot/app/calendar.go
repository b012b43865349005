package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"toban/bot"
	"toban/bot/console"
	"toban/bot/work"
	"toban/config"
)

// planKept is how long work that is over stays in what people read: feeds, and Slack.
const planKept = 60 * day

// works lists scheduled work of a customer, of all customers that are configured when customer is "": all but that of tickets which ended
// before since.
func (a *App) works(ctx context.Context, customer string, since time.Time) ([]bot.ScheduledWork, error) {
	parts, err := a.p.Store.Parts(ctx, work.Name, customer, since)
	if err != nil {
		return nil, err
	}
	dir := a.staffDirectory()
	var out []bot.ScheduledWork
	for _, p := range parts {
		if _, ok := dir.Customer(p.Ticket.Customer); !ok {
			continue
		}
		list, err := work.Scheduled(dir, p.Ticket, p.State)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// Works implements digest.Records.
func (r records) Works(ctx context.Context, customer string, since time.Time) ([]bot.ScheduledWork, error) {
	return r.works(ctx, customer, since)
}

// feed answers for a token of a change schedule: whose it is, and what stands in it. A customer's holds that customer's work and nothing
// that the customer does not know of; the provider's holds everything.
func (a *App) feed(ctx context.Context, token string) (console.Feed, bool, error) {
	var f console.Feed
	var whose string
	found := false
	for i := range a.p.Config.Customers {
		if c := &a.p.Config.Customers[i]; holds(c.Scheduling.FeedToken, token) && !found {
			f, whose, found = console.Feed{Name: c.Name, Lang: c.Language, Zone: c.Zone}, c.ID, true
		}
	}
	if holds(a.p.Config.Server.ScheduleToken, token) && !found {
		f, found = console.Feed{All: true, Lang: "ja"}, true
	}
	if !found {
		return f, false, nil
	}
	list, err := a.works(ctx, whose, a.p.Clock.Now().Add(-planKept))
	if err != nil {
		return f, true, err
	}
	for _, w := range list {
		if !f.All && (w.Customer != whose || w.Internal) {
			continue
		}
		entry := console.FeedEntry{ScheduledWork: w}
		if c, ok := a.dir.Customer(w.Customer); ok {
			entry.CustomerName = c.Name
			if f.Zone == nil {
				f.Zone = c.Zone
			}
		}
		f.Entries = append(f.Entries, entry)
	}
	return f, true, nil
}

// holds reports whether a word is one of the secrets, in the same time whichever it is.
func holds(secrets config.Secrets, word string) bool {
	given, ok := sha256.Sum256([]byte(word)), false
	for _, s := range secrets {
		want := sha256.Sum256([]byte(s.Reveal()))
		ok = subtle.ConstantTimeCompare(given[:], want[:]) == 1 || ok
	}
	return ok
}
