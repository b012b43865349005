package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/report"
	"toban/report/nodes"
)

// Stock is what a customer's contract counts beside promises.
type Stock struct {
	Managed []bot.Managed        // managed resources, and when they were
	Sizes   []bot.GroupSize      // how many instances of groups ran from when on
	Changes []bot.ResourceChange // what work changed of resources
	Used    int                  // units of the month's work
}

// instances is the kind as which the instances of an Auto Scaling group count.
const instances = "EC2"

// Count counts a month's nodes of what was managed. Of groups those count that are managed, while they are; how many of their instances ran is
// what AWS told.
func Count(r nodes.Rule, m nodes.Month, managed []bot.Managed, sizes []bot.GroupSize, first bool) nodes.Bill {
	var resources []nodes.Resource
	var levels []nodes.Level
	for _, x := range managed {
		if x.Type != bot.AutoScaling {
			resources = append(resources, nodes.Resource{ID: x.ID, Kind: x.Type, From: x.From, Until: x.Until})
			continue
		}
		levels = append(levels, levelsOf(x, sizes)...)
	}
	return nodes.Count(r, m, resources, levels, first)
}

// levelsOf are how many instances of a group ran while it was managed.
func levelsOf(x bot.Managed, sizes []bot.GroupSize) []nodes.Level {
	var out []nodes.Level
	add := func(at time.Time, running int) {
		out = append(out, nodes.Level{Group: x.ID, Kind: instances, At: at, Running: running})
	}
	running := 0
	for _, s := range sizes {
		switch {
		case s.Group != x.ID || !x.Until.IsZero() && !s.At.Before(x.Until):
		case s.At.Before(x.From):
			running = s.Running
		default:
			add(s.At, s.Running)
		}
	}
	if running > 0 && (len(out) == 0 || out[0].At.After(x.From)) {
		add(x.From, running)
	}
	if !x.Until.IsZero() && len(out) > 0 {
		add(x.Until, 0)
	}
	return out
}

// Tell writes the stock into the facts of a month: the hosts with what is new about them, the node count and the quota. rule is nil when the contract
// counts no nodes.
func (s Stock) Tell(c *bot.Customer, rule *nodes.Rule, f *report.Facts) {
	month := nodes.Month{Start: f.Period.Start, End: f.Period.End}
	var bill nodes.Bill
	if rule != nil {
		bill = Count(*rule, month, s.Managed, s.Sizes, false)
		f.Billed = fmt.Sprintf("%dノード", bill.Count)
		if rule.Included > 0 {
			f.Billed += fmt.Sprintf("(うち %dノードまでは最低料金に含む)", rule.Included)
		}
	}
	for _, x := range s.within(f.Period) {
		h := report.Host{Name: cmp.Or(x.Host, x.ID), Kind: x.Type}
		var news []string
		if inside(x.From, f.Period) {
			news = append(news, x.From.In(f.Zone).Format("1/2")+" 追加")
		}
		for _, k := range s.Changes {
			if inside(k.At, f.Period) && (bot.Resource{ID: x.ID, Host: x.Host}).Named(k.Name) {
				news = append(news, k.At.In(f.Zone).Format("1/2")+" "+k.What)
				if !slices.Contains(h.Keys, k.Key) {
					h.Keys = append(h.Keys, k.Key)
				}
			}
		}
		if inside(x.Until, f.Period) || x.Until.Equal(f.Period.End) {
			news = append(news, x.Until.Add(-1).In(f.Zone).Format("1/2")+" 削除")
		}
		if x.Type == bot.AutoScaling && rule != nil {
			news = append(news, ran(x.ID, bill))
		}
		h.Change = strings.Join(news, "、")
		f.Hosts = append(f.Hosts, h)
	}
	if c.Plan != "" {
		f.Info = append(f.Info, report.Field{Name: "プラン", Value: c.Plan})
	}
	if c.Units > 0 {
		f.Quota = append(f.Quota, report.Quota{Name: "作業件数", Used: s.Used, Limit: c.Units, Unit: "件", Explanation: "契約ノード数と同じ件数まで(月)"})
	}
}

// ran says how many instances of a group counted.
func ran(group string, bill nodes.Bill) string {
	counted, free := 0, 0
	for _, n := range bill.Nodes {
		switch {
		case !strings.HasPrefix(n.ID, group+"#"):
		case n.Days > 0:
			counted++
		default:
			free++
		}
	}
	switch {
	case counted+free == 0:
		return "稼働台数の記録なし"
	case free == 0:
		return fmt.Sprintf("%d台を計上", counted)
	}
	return fmt.Sprintf("%d台を計上(ほか %d台は無料の時間内)", counted, free)
}

// within are the resources that were managed at some time of the period, in the order of their hosts.
func (s Stock) within(p report.Period) []bot.Managed {
	var out []bot.Managed
	for _, x := range s.Managed {
		if x.From.Before(p.End) && (x.Until.IsZero() || x.Until.After(p.Start) && x.Until.After(x.From)) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b bot.Managed) int { return cmp.Compare(cmp.Or(a.Host, a.ID), cmp.Or(b.Host, b.ID)) })
	return out
}

// inside reports whether a moment lies in the period.
func inside(t time.Time, p report.Period) bool { return !t.Before(p.Start) && t.Before(p.End) }
