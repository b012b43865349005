package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/bot/digest"
	"toban/config"
	"toban/report"
	"toban/report/nodes"
)

// NodeRule is how a contract counts nodes; false when it counts none.
func NodeRule(p config.Profile) (nodes.Rule, bool) {
	k := p.Contract
	if k.Price.MonthMinimum == 0 || len(k.NodeCount.Counts) == 0 {
		return nodes.Rule{}, false
	}
	return nodes.Rule{
		Kinds: k.NodeCount.Counts, FreeScaleOut: k.NodeCount.FreeScaleOut, Minimum: k.Price.MonthMinimum, Included: k.Price.Nodes, PerNode: k.Price.PerExtraNode,
		SetupMonths: k.Price.SetupMonths, AddedByDay: k.Price.Added == "by_day", RemovedByDay: k.Price.Removed == "by_day",
	}, true
}

// nodeRule is the rule of a customer's contract: that of the first of its profiles that has one.
func (a *App) nodeRule(customer string) (nodes.Rule, bool) {
	c, ok := a.p.Config.Customer(customer)
	if !ok {
		return nodes.Rule{}, false
	}
	for _, p := range c.Profiles() {
		if r, ok := NodeRule(p); ok {
			return r, true
		}
	}
	return nodes.Rule{}, false
}

// Stock implements digest.Records. What no replica has recorded yet is managed as the list says it.
func (r records) Stock(ctx context.Context, c *bot.Customer, p report.Period) (digest.Stock, error) {
	var out digest.Stock
	var err error
	if out.Managed, err = r.store.Managed(ctx, c.ID); err != nil {
		return out, err
	}
	for _, m := range managedBy(c) {
		if !slices.ContainsFunc(out.Managed, func(x bot.Managed) bool { return x.ID == m.ID }) {
			out.Managed = append(out.Managed, m)
		}
	}
	if out.Sizes, err = r.store.Sizes(ctx, c.ID); err != nil {
		return out, err
	}
	if out.Changes, err = r.Changes(ctx, c.ID); err != nil {
		return out, err
	}
	held, err := r.store.Holdings(ctx, c.ID, p.Start)
	for _, h := range held {
		if h.Kind == bot.HoldUnit && h.From.Equal(p.Start) {
			out.Used += h.Units
		}
	}
	return out, err
}

// managedBy is the list of a customer's file.
func managedBy(c *bot.Customer) []bot.Managed {
	out := make([]bot.Managed, len(c.Resources))
	for i, r := range c.Resources {
		out[i] = bot.Managed{Customer: c.ID, ID: r.ID, Host: r.Host, Type: r.Type, From: r.Since, Until: r.Until}
	}
	return out
}

// keepManaged records what is managed for each customer, at the start and then every hour, with what AWS tells of it. Capacity may be scaled out
// for hours for nothing, so a look must not come much less often. One replica does it at a time.
func (a *App) keepManaged(ctx context.Context) error {
	const every, again = time.Hour, 10 * time.Minute // machine time
	for {
		next := every
		for _, c := range a.Directory().Customers {
			if err := a.lookManaged(ctx, c); err != nil && ctx.Err() == nil {
				a.p.Logger.Warn("looking at managed resources", "customer", c.ID, "error", err, "again_in", again)
				next = again
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(next):
		}
	}
}

func (a *App) lookManaged(ctx context.Context, c *bot.Customer) error {
	const limit = 2 * time.Minute
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if _, err := a.p.Store.KeepManaged(ctx, a.p.Clock.Now(), c.ID, managedBy(c)); err != nil {
		return err
	}
	cfg, ok := a.p.Config.Customer(c.ID)
	if !ok || a.changer == nil || len(cfg.AWS) == 0 {
		return nil
	}
	at := a.p.Clock.Now() // before the look: what it tells is at least as new
	var found []aws.Thing
	for _, x := range cfg.AWS {
		list, err := a.changer.Discover(ctx, accountOf(x))
		if err != nil {
			return err
		}
		found = append(found, list...)
	}
	sizes := map[string]int{}
	for _, t := range found {
		if t.Type == aws.TypeGroup {
			sizes[t.ID] += t.Running
		}
	}
	if err := a.p.Store.KeepSizes(ctx, at, c.ID, sizes); err != nil {
		return err
	}
	return a.tellDifference(ctx, c, at, found)
}

// tellDifference tells staff what the account has and the list does not, and the other way round: each such difference once a month. Nothing is
// changed by it: what is managed is agreed on, not found.
func (a *App) tellDifference(ctx context.Context, c *bot.Customer, at time.Time, found []aws.Thing) error {
	text := difference(c, at, found)
	if text == "" || c.Channel == "" {
		return nil
	}
	const enough = 8
	sum := sha256.Sum256([]byte(text))
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, fmt.Sprintf("managed:%s:%s:%s", c.ID, at.In(c.Zone).Format("2006-01"), hex.EncodeToString(sum[:enough])), nil,
		bot.Post{Channel: c.Channel, Text: text})
	e.Customer = c.ID
	return a.p.Store.Queue(ctx, at, e)
}

// difference compares an account with the list of managed resources; "" when they are the same.
func difference(c *bot.Customer, at time.Time, found []aws.Thing) string {
	var listed []bot.Resource
	for _, r := range c.Resources {
		if !at.Before(r.Since) && (r.Until.IsZero() || at.Before(r.Until)) {
			listed = append(listed, r)
		}
	}
	means := func(r bot.Resource, t aws.Thing) bool {
		return r.Type == t.Type && (r.Named(t.ID) || t.Name != "" && r.Named(t.Name))
	}
	var more, gone []string
	for _, t := range found {
		if !slices.ContainsFunc(listed, func(r bot.Resource) bool { return means(r, t) }) {
			name := t.ID
			if t.Name != "" {
				name = t.Name + " " + t.ID
			}
			more = append(more, fmt.Sprintf("%s(%s、%s)", name, t.Type, t.Region))
		}
	}
	for _, r := range listed {
		if r.Account != "" && slices.Contains(aws.Types(), r.Type) && !slices.ContainsFunc(found, func(t aws.Thing) bool { return means(r, t) }) {
			gone = append(gone, fmt.Sprintf("%s(%s)", r.Host, r.Type))
		}
	}
	if len(more)+len(gone) == 0 {
		return ""
	}
	text := "🔎 AWS と管理対象の一覧が違います。契約の対象を確認し、設定ファイル(resources)を直してください。"
	return text + told("\nAWS にあり、一覧にないもの: ", more) + told("\n一覧にあり、AWS に見つからないもの: ", gone)
}

// told lists names, sorted, the first of many.
func told(what string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	const most = 30
	slices.Sort(names)
	more := ""
	if len(names) > most {
		names, more = names[:most], fmt.Sprintf(" ほか%d件", len(names)-most)
	}
	return what + strings.Join(names, "、") + more
}
