package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/digest"
	"toban/bot/incident"
	"toban/bot/store"
	"toban/report"
)

// records reads the cases of a report from the database.
type records struct {
	store *store.Store
	works func(ctx context.Context, customer string, since time.Time) ([]bot.ScheduledWork, error)
}

// Cases implements digest.Records. Of a customer of many years nearly all tickets are over: they are read, and let go.
func (r records) Cases(ctx context.Context, customer string, since time.Time) ([]digest.Case, error) {
	var out []digest.Case
	place := map[bot.TicketID]int{}
	add := func(t *bot.Ticket) {
		t.Details, t.Members = "", nil // in no report
		place[t.ID] = len(out)
		out = append(out, digest.Case{Ticket: t})
	}
	err := r.store.EachTicket(ctx, customer, func(t *bot.Ticket) {
		if len(out) == 0 || digest.Matters(t, since) { // the first of all tells since when there is something to report
			add(t)
		}
	})
	if err != nil {
		return nil, err
	}
	late := map[bot.TicketID][]bot.ClockRow{} // promises that outlived their ticket
	var one []bot.ClockRow
	flush := func() {
		if len(one) == 0 {
			return
		}
		if i, ok := place[one[0].Ticket]; ok {
			out[i].Clocks = one
		} else if slices.ContainsFunc(one, func(c bot.ClockRow) bool { return !c.Stopped.Before(since) || !c.Due.Before(since) }) {
			late[one[0].Ticket] = one
		}
		one = nil
	}
	err = r.store.EachClock(ctx, customer, func(c store.KeyedClock) {
		if len(one) > 0 && one[0].Ticket != c.Ticket {
			flush()
		}
		one = append(one, c.ClockRow)
	})
	if err != nil {
		return nil, err
	}
	flush()
	for id, clocks := range late {
		l, err := r.store.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		if l.Ticket != nil {
			add(l.Ticket)
			out[place[id]].Clocks = clocks
		}
	}
	slices.SortStableFunc(out, func(a, b digest.Case) int {
		return cmp.Or(a.Ticket.Received.Compare(b.Ticket.Received), cmp.Compare(a.Ticket.ID, b.Ticket.ID))
	})
	for i := range out {
		if out[i].Ticket.Class == bot.ClassIncident {
			if err := r.incident(ctx, &out[i]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (r records) incident(ctx context.Context, k *digest.Case) error {
	l, err := r.store.Load(ctx, k.Ticket.ID)
	if err != nil {
		return err
	}
	var rec incident.Record
	if s := l.States[incident.Name].State; len(s) > 0 {
		if err := json.Unmarshal(s, &rec); err != nil {
			return fmt.Errorf("reading incident of %s: %w", k.Ticket.Key, err)
		}
	}
	k.Host, k.Detected, k.Recovered = k.Ticket.Host, rec.Detected, rec.Recovered
	k.Impact = report.Affected
	if n := len(rec.Judged); n > 0 && rec.Judged[n-1].Impact == incident.NotAffected {
		k.Impact = report.NotAffected
	}
	if len(rec.Updates) > 0 {
		k.FirstNotice = rec.Updates[0].At
	}
	for _, line := range rec.Timeline {
		k.Actions = append(k.Actions, line.Text)
	}
	return nil
}

// Service implements digest.Records.
func (r records) Service(ctx context.Context, c *bot.Customer, from, to time.Time) (digest.Service, error) {
	var out digest.Service
	down, err := r.store.Downtimes(ctx, from, to)
	if err != nil {
		return out, err
	}
	causes := map[string]bot.Cause{
		store.TobanDown: bot.CauseToban, store.BacklogDown + c.Space: bot.CauseBacklog, store.StoppedDown: bot.CauseStopped, store.StoppedDown + c.ID: bot.CauseStopped,
	}
	for _, d := range down {
		if cause, ok := causes[d.Name]; ok { // not another customer's
			out.Down = append(out.Down, digest.Down{Cause: cause, From: d.From, To: d.To})
		}
	}
	late, err := r.store.LateNotices(ctx, c.ID, from, to)
	for _, l := range late {
		out.Late = append(out.Late, digest.Late(l))
	}
	return out, err
}

// PublishReport writes a customer's month to the wiki at once and keeps the references of its pages.
func (a *App) PublishReport(ctx context.Context, customer, month string) (digest.Published, error) {
	if err := a.gate.Check(ctx, bot.ModeKey{Customer: customer}); err != nil {
		return digest.Published{}, err
	}
	refs, err := a.p.Store.References(ctx, digest.RefsOf(customer))
	if err != nil {
		return digest.Published{}, err
	}
	done, err := a.publisher.Publish(ctx, customer, month, refs)
	// What was written is kept even when a later page failed.
	if e := a.p.Store.KeepReferences(ctx, digest.RefsOf(customer), done.Refs); err == nil {
		err = e
	}
	return done, err
}

// CloseMonth makes the report of a customer's month final, or makes another revision of it; see [digest.Publisher.Close].
func (a *App) CloseMonth(ctx context.Context, customer, month, by string, causes map[string]string) error {
	refs, err := a.p.Store.References(ctx, digest.RefsOf(customer))
	if err != nil {
		return err
	}
	kept, err := a.publisher.Close(ctx, customer, month, by, causes, refs)
	if err != nil {
		return err
	}
	for name, value := range kept {
		won, err := a.p.Store.ClaimReference(ctx, digest.RefsOf(customer), name, value)
		if err != nil {
			return err
		}
		if !won { // another person at the same moment
			return fmt.Errorf("closing month: %s %w", month, digest.ErrClosed)
		}
	}
	return nil
}
