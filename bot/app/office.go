package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/desk"
	"toban/bot/digest"
	"toban/bot/slack"
	"toban/bot/store"
	"toban/sla"
)

// office answers what staff ask in Slack about tickets beyond one card.
type office struct{ a *App }

var _ slack.Office = office{}

// Open implements slack.Office.
func (o office) Open(ctx context.Context) ([]slack.Line, error) {
	tickets, err := o.a.p.Store.OpenTickets(ctx)
	if err != nil {
		return nil, err
	}
	out, err := o.lines(ctx, tickets)
	slices.SortStableFunc(out, func(a, b slack.Line) int {
		if c := cmp.Compare(order(a), order(b)); c != 0 {
			return c
		}
		return a.Due.Compare(b.Due)
	})
	return out, err
}

// order puts incidents first and tickets without a deadline last.
func order(l slack.Line) int {
	switch {
	case l.Incident:
		return 0
	case l.Due.IsZero():
		return 2
	}
	return 1
}

// Find implements slack.Office.
func (o office) Find(ctx context.Context, of *bot.Directory, words []string, limit int) ([]slack.Line, error) {
	var open, over []*bot.Ticket // the newest last, and no more of either than are shown
	err := o.a.p.Store.EachTicket(ctx, "", func(t *bot.Ticket) {
		if _, shown := of.Customer(t.Customer); !shown || !holdsAll(t, words) {
			return
		}
		list := &open
		if t.Status.Ended() {
			list = &over
		}
		if *list = append(*list, t); len(*list) > limit {
			*list = slices.Delete(*list, 0, 1)
		}
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(open)
	slices.Reverse(over)
	found := slices.Concat(open, over)
	return o.lines(ctx, found[:min(limit, len(found))])
}

// holdsAll reports whether a ticket's key is one of the words or its texts hold them all.
func holdsAll(t *bot.Ticket, words []string) bool {
	text := t.Key + "\n" + t.Summary + "\n" + t.Host + "\n" + t.OnBehalfOf
	for _, r := range t.Requester {
		text += "\n" + r.Name
	}
	text = strings.ToLower(text)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, strings.ToLower(w)) })
}

// lines adds what is planned to the tickets.
func (o office) lines(ctx context.Context, tickets []*bot.Ticket) ([]slack.Line, error) {
	held, err := o.a.p.Store.Holdings(ctx, "", o.a.p.Clock.Now())
	if err != nil {
		return nil, err
	}
	work := map[bot.TicketID]bot.Holding{}
	for _, h := range held {
		if h.Kind == bot.HoldWork {
			work[h.Ticket] = h
		}
	}
	out := make([]slack.Line, 0, len(tickets))
	dir := o.a.staffDirectory()
	for _, t := range tickets {
		if _, ok := dir.Customer(t.Customer); !ok {
			continue
		}
		h, due := work[t.ID], t.Due
		if t.Class == bot.ClassIncident && !t.Status.Ended() { // has no deadline of its own, but words that are due
			if due, err = o.nextWord(ctx, t.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, slack.Line{
			Customer: t.Customer, Key: t.Key, URL: t.URL, Title: t.Summary, State: desk.StatusName(t.Status), Owner: t.Owner,
			Incident: t.Class == bot.ClassIncident && !t.Status.Ended(), Ended: t.Status.Ended(), Due: due, Start: h.From, End: h.Until,
		})
	}
	return out, nil
}

// nextWord is when the next word of an incident is due, the first notice or an update; zero when none is.
func (o office) nextWord(ctx context.Context, ticket bot.TicketID) (due time.Time, err error) {
	clocks, err := o.a.p.Store.TicketClocks(ctx, ticket)
	for _, c := range clocks {
		if c.State == sla.StateRunning && !c.Due.IsZero() && (due.IsZero() || c.Due.Before(due)) {
			due = c.Due
		}
	}
	return due, err
}

// Explain implements slack.Office.
func (o office) Explain(ctx context.Context, of *bot.Directory, key string) ([]string, error) {
	t, err := o.ticket(ctx, of, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if errors.Is(err, store.ErrSeveral) {
		return []string{"「" + key + "」は複数のスペースにあります。「スペース名/" + key + "」のように指定してください。"}, nil
	}
	if err != nil {
		return nil, err
	}
	clocks, err := o.a.p.Store.TicketClocks(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	trail, err := o.a.p.Store.Audit(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	zone := time.UTC
	c, _ := o.a.dir.Customer(t.Customer)
	if c != nil {
		zone = c.Zone
	}
	out := []string{
		fmt.Sprintf("%s %s", t.Key, t.Summary),
		fmt.Sprintf("%s(%s)、種別の確かさ: %s、状態: %s", typeWords(c, t.Type), desk.ClassName(t.Class), confidenceWords(t.Confidence), desk.StatusName(t.Status)),
	}
	for _, k := range clocks {
		out = append(out, "", fmt.Sprintf("【%s】%s", k.Name, sla.Verdict(k.State, k.Level, sla.Japanese)))
		for _, line := range sla.Write(sla.InZone(k.Ledger, zone), sla.Japanese) {
			out = append(out, wholeSeconds(line))
		}
		for _, r := range k.Explain {
			out = append(out, wholeSeconds(r.Text(sla.Japanese)))
		}
	}
	out = append(out, "", "【経緯】")
	table := trailTable()
	for _, l := range trail {
		out = append(out, bot.ShortWhen(l.At, zone)+" "+trailLine(table, c, l.What, l.Why))
	}
	return out, nil
}

// ticket finds a ticket of customers by its key. One that only they have is theirs, whoever else has one of the key.
func (o office) ticket(ctx context.Context, of *bot.Directory, key string) (*bot.Ticket, error) {
	t, err := o.a.p.Store.FindTicket(ctx, key)
	if errors.Is(err, store.ErrSeveral) && len(of.Customers) == 1 {
		t, err = o.a.p.Store.FindTicket(ctx, of.Customers[0].Space+"/"+key)
	}
	if err != nil {
		return nil, err
	}
	if _, shown := of.Customer(t.Customer); !shown {
		return nil, store.ErrNotFound
	}
	return t, nil
}

// Report implements slack.Office.
func (o office) Report(ctx context.Context, m slack.Month) (refusal string, err error) {
	c, ok := o.a.dir.Customer(m.Customer)
	if !ok {
		return "", fmt.Errorf("asking for the report of %s: no such customer", m.Customer)
	}
	if m.Final {
		if err := o.a.CloseMonth(ctx, m.Customer, m.Month, m.By, nil); err != nil {
			return notClosed(m.Month, err)
		}
		o.a.p.Logger.Info("a month is closed", "customer", m.Customer, "month", m.Month, "by", m.By)
	}
	now := o.a.p.Clock.Now()
	e := digest.Request(c, m.Month, fmt.Sprintf("report:%s:asked:%s:%d", c.ID, m.Month, now.UnixMicro()))
	o.a.p.Logger.Info("a report is asked for", "customer", m.Customer, "month", m.Month, "by", m.By)
	if err := o.a.p.Store.Queue(ctx, now, e); err != nil {
		return "", err
	}
	o.a.outbox.Poke()
	return "", nil
}

// notClosed tells staff why a month can't be closed.
func notClosed(month string, err error) (refusal string, _ error) {
	var bare *sla.NoCauseError
	switch {
	case errors.As(err, &bare):
		const most = 10
		var text strings.Builder
		fmt.Fprintf(&text, "%s は確定できません。原因が未記入の未達が%d件あります。カードの「未達の原因」で記録してください。", month, len(bare.Rows))
		for _, r := range bare.Rows[:min(most, len(bare.Rows))] {
			text.WriteString("\n・" + r.Ticket + " " + r.Clock)
		}
		return text.String(), nil
	case errors.Is(err, digest.ErrNotOver):
		return month + " はまだ終わっていません。", nil
	case errors.Is(err, digest.ErrClosed):
		return month + " はすでに確定しています。", nil
	}
	return "", err
}

// draft is the form of what belongs to no ticket yet.
func (a *App) draft(customer, what, text string, now time.Time) (bot.Button, bool) {
	var c *bot.Customer
	if customer != "" {
		var ok bool
		if c, ok = a.dir.Customer(customer); !ok {
			return bot.Button{}, false
		}
		now = now.In(c.Zone)
	}
	switch what {
	case "onboard":
		return a.boardingForm(c, bot.Onboarding), true
	case "offboard":
		return a.boardingForm(c, bot.Offboarding), true
	}
	b := desk.NewForm(a.staffDirectory(), c, what, text, now)
	for _, in := range b.Form.Inputs {
		if in.ID == "project" && len(in.Options) == 0 {
			return bot.Button{}, false
		}
	}
	return b, true
}
