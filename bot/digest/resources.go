package digest

import (
	"cmp"
	"context"
	"slices"

	"toban/bot"
	"toban/report/text"
)

// publishResources writes the page of a customer's managed resources as they stand now.
func (p *Publisher) publishResources(ctx context.Context, customer string, refs map[string]string) (bot.Sent, error) {
	c, ok := p.Directory().Customer(customer)
	if !ok || c.ResourcePage == "" || len(c.Projects) == 0 {
		return bot.Sent{Verified: true, At: p.Clock.Now(), Why: "no page of the managed resources is wanted any more"}, nil
	}
	changes, err := p.Records.Changes(ctx, customer)
	if err != nil {
		return bot.Sent{}, err
	}
	return p.putPage(ctx, c, c.ResourcePage, ResourcePage(c, changes), refs)
}

// ResourcePage lists the managed resources of one customer: what the contract's file says of each and what work changed of it since, then
// every change, the newest first. It does not say when it was written, so that the same list is the same page.
func ResourcePage(c *bot.Customer, changes []bot.ResourceChange) text.Doc {
	w := resourceWordsOf(c.Lang)
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b bot.ResourceChange) int { return b.At.Compare(a.At) })
	list := slices.Clone(c.Resources)
	for _, x := range slices.Backward(changes) { // what work brought and the file does not have yet
		if !slices.ContainsFunc(list, func(r bot.Resource) bool { return r.Named(x.Name) }) {
			list = append(list, bot.Resource{Host: x.Name, Type: w.unlisted})
		}
	}
	all := text.Table{Head: []string{w.name, w.kind, w.os, w.place, w.owner, w.changed}, RowHead: true}
	for _, r := range list {
		var since text.Line
		for _, x := range changes {
			if r.Named(x.Name) {
				since = append(text.Cell(bot.Day(x.At, c.Zone, c.Lang)+" "+x.What+" "), text.Issue(x.Key))
				break // the newest; the others stand below
			}
		}
		if since == nil {
			since = text.Cell("–")
		}
		place := r.Zone
		if place == "" {
			place = r.Region
		}
		all.Rows = append(all.Rows, []text.Line{
			text.Cell(r.Host), text.Cell(cmp.Or(r.Type, "–")), text.Cell(cmp.Or(r.OS, "–")), text.Cell(cmp.Or(place, "–")), text.Cell(cmp.Or(r.Owner, "–")), since,
		})
	}
	history := text.Table{Head: []string{w.when, w.name, w.what, w.ticket}}
	for _, x := range changes {
		history.Rows = append(history.Rows, []text.Line{text.Cell(bot.When(x.At, c.Zone, c.Lang)), text.Cell(x.Name), text.Cell(x.What), {text.Issue(x.Key)}})
	}
	block := func(t text.Table) text.Block {
		if len(t.Rows) == 0 {
			return text.Lines(w.none)
		}
		return t
	}
	return text.Doc{
		text.Lines(w.intro),
		text.Heading{Level: 2, Text: w.list},
		block(all),
		text.Heading{Level: 2, Text: w.history},
		block(history),
	}
}

// resourceWords are what the page says.
type resourceWords struct {
	intro, list, history, none, unlisted                      string
	name, kind, os, place, owner, changed, when, what, ticket string
}

func resourceWordsOf(lang string) resourceWords {
	if lang == "en" {
		return resourceWords{
			intro: "What we manage for you, and what our work changed of it. This page is written by the service desk's system.",
			list:  "Managed resources", history: "Changes by work", none: "None.", unlisted: "not listed yet",
			name: "Name", kind: "Type", os: "OS", place: "Place", owner: "Owner", changed: "Changed since", when: "When", what: "What changed", ticket: "Ticket",
		}
	}
	return resourceWords{
		intro: "管理している対象と、作業で変わったことです。このページは自動で更新されます。",
		list:  "管理対象", history: "作業による変更", none: "ありません。", unlisted: "一覧への登録待ち",
		name: "名前", kind: "種類", os: "OS", place: "場所", owner: "管理者", changed: "その後の変更", when: "日時", what: "変わったこと", ticket: "課題",
	}
}
