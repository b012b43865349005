package app

import (
	"context"
	"fmt"

	"toban/bot"
	"toban/bot/shadow"
	"toban/bot/store"
)

// ShadowReport compares what Toban would have said in a project with what people did, from the database alone. dir names the request types.
func ShadowReport(ctx context.Context, st *store.Store, dir *bot.Directory, k bot.ModeKey, p shadow.Period) (shadow.Report, error) {
	c, ok := dir.Customer(k.Customer)
	if !ok {
		return shadow.Report{}, fmt.Errorf("comparing project %s: %w", k.Project, ErrNoProject)
	}
	kept, err := st.KeptBack(ctx, k, p.From, p.To)
	if err != nil {
		return shadow.Report{}, err
	}
	words := map[bot.TicketID][]shadow.Word{}
	for _, e := range kept {
		words[e.Ticket] = append(words[e.Ticket], word(e))
	}
	spoken, err := st.SpokenOn(ctx, k)
	if err != nil {
		return shadow.Report{}, err
	}
	var compared []*bot.Ticket // those of the period alone: a customer has the tickets of years
	err = st.EachTicket(ctx, k.Customer, func(t *bot.Ticket) {
		if t.Project == k.Project && (!t.Received.Before(p.From) || len(words[t.ID]) > 0) && t.Received.Before(p.To) {
			compared = append(compared, t)
		}
	})
	if err != nil {
		return shadow.Report{}, err
	}
	tickets := make([]shadow.Ticket, 0, len(compared))
	for _, t := range compared {
		facts, err := st.Facts(ctx, t.ID)
		if err != nil {
			return shadow.Report{}, err
		}
		x := shadow.Ticket{Ticket: t, Facts: facts, Words: words[t.ID], Said: spoken[t.ID]}
		if rt, ok := c.Type(t.Type); ok {
			x.TypeName = rt.IssueType
		}
		tickets = append(tickets, x)
	}
	return shadow.Compare(k, p, tickets), nil
}

// word is an effect as the comparison reads it.
func word(e store.Kept) shadow.Word {
	w := shadow.Word{At: e.At, Due: e.Due, Kind: e.Kind}
	var body struct {
		Text string `json:"text"`
	}
	if e.Decode(&body) == nil { // one that can't be read says nothing
		w.Text = body.Text
	}
	return w
}
