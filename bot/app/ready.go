package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/backlog"
	"toban/bot"
	"toban/bot/store"
	"toban/bot/tracker/ready"
	"toban/bot/watch"
	"toban/config"
	"toban/report/text"
)

// homePage is the page that a Backlog wiki opens with.
const homePage = "Home"

// needs is what the contract of a project's customer wants of the project; false when no customer has it.
func (a *App) needs(space, project string) (ready.Want, bool) {
	known, ok := a.dir.OfProject(space, project)
	if !ok {
		return ready.Want{}, false
	}
	if known.ID == watch.SyntheticCustomer { // the test project needs nothing else
		return ready.Want{Types: issueTypes(known)}, true
	}
	c, ok := a.p.Config.CustomerOfProject(space, project)
	if !ok {
		return ready.Want{}, false
	}
	w := ready.Want{Types: issueTypes(known), Statuses: statuses(c), Hooks: a.hookAddresses(space), Home: &ready.Page{Name: homePage, Text: func(rule string) (string, error) { return home(c, rule) }}}
	setup := c.Setup()
	w.Categories = slices.Clone(setup.Categories)
	for _, t := range known.Types {
		if t.Category != "" && !slices.Contains(w.Categories, t.Category) {
			w.Categories = append(w.Categories, t.Category)
		}
	}
	for _, f := range setup.Fields {
		w.Fields = append(w.Fields, ready.Field{Name: f.Name, Kind: fieldType(f.Type), Description: f.Description, Required: f.Required, Items: f.Items, Types: f.IssueTypes})
	}
	return w, true
}

// issueTypes are those of the contract, each once: several request types may share one, whose template then asks for what any of them needs.
func issueTypes(c *bot.Customer) []ready.Type {
	var out []ready.Type
	items := map[string][]bot.RequiredItem{}
	for _, t := range c.Types {
		if t.IssueType == "" {
			continue
		}
		i := slices.IndexFunc(out, func(o ready.Type) bool { return o.Name == t.IssueType })
		if i < 0 {
			i, out = len(out), append(out, ready.Type{Name: t.IssueType})
		}
		out[i].Aliases = append(out[i].Aliases, t.Aliases...)
		items[t.IssueType] = append(items[t.IssueType], t.Required...)
	}
	for i := range out {
		out[i].Template = Template(items[out[i].Name])
	}
	return out
}

// Template is a description to fill in: a heading for each detail, as the desk reads them. Which operations there are is not listed: what
// stands in a ticket is taken for the customer's word.
func Template(items []bot.RequiredItem) string {
	var parts, seen []string
	for _, r := range items {
		if !slices.Contains(seen, r.Item) {
			seen, parts = append(seen, r.Item), append(parts, "■ "+r.Item+"\n")
		}
	}
	return strings.Join(parts, "\n")
}

// statuses are the customer's own, in a steady order.
func statuses(c *config.Customer) []string {
	var out []string
	for name := range c.Statuses {
		if !slices.Contains([]string{"未対応", "処理中", "処理済み", "完了"}, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func fieldType(word string) backlog.FieldType {
	return map[string]backlog.FieldType{
		"text": backlog.FieldText, "textarea": backlog.FieldTextArea, "number": backlog.FieldNumber, "date": backlog.FieldDate,
		"list": backlog.FieldSingleList, "lists": backlog.FieldMultipleList, "checkboxes": backlog.FieldCheckBox, "radio": backlog.FieldRadio,
	}[word]
}

// home words the wiki's first page.
func home(c *config.Customer, rule string) (string, error) {
	r, err := text.ParseRule(rule)
	if err != nil {
		return "", err
	}
	var types []string
	for _, t := range c.RequestTypes() {
		if name := text.Escape(r, t.IssueType); t.OpenedBy != config.OpenedByProvider && !slices.Contains(types, name) {
			types = append(types, name)
		}
	}
	return c.Templates("").Render("project_home", map[string]any{"customer": text.Escape(r, c.Name), "types": types})
}

// hookAddresses are the addresses at which webhooks of a space are taken now; secrets.
func (a *App) hookAddresses(space string) []string {
	var out []string
	for i := range a.p.Config.Spaces {
		s := &a.p.Config.Spaces[i]
		for _, t := range s.HookTokens {
			if s.Name == space && a.p.Config.Server.PublicURL != "" {
				out = append(out, a.p.Config.Server.PublicURL+"/hooks/backlog/"+t.Reveal())
			}
		}
	}
	return out
}

// Needs lists what a project lacks of what its customer's contract wants.
func (a *App) Needs(ctx context.Context, k bot.ModeKey) ([]ready.Step, error) {
	s, want, err := a.readying(k)
	if err != nil {
		return nil, err
	}
	have, err := ready.Read(ctx, s, k.Project, want)
	if err != nil {
		return nil, err
	}
	return ready.Plan(want, have), nil
}

func (a *App) readying(k bot.ModeKey) (*backlog.Client, ready.Want, error) {
	if c, ok := a.p.Config.Customer(k.Customer); ok && slices.Contains(c.Projects, k.Project) {
		want, _ := a.needs(c.Space, k.Project)
		return a.spaces[c.Space].Client, want, nil
	}
	return nil, ready.Want{}, fmt.Errorf("finding project %s of customer %s: %w", k.Project, k.Customer, ErrNoProject)
}

// ErrBusy says that somebody else makes a project ready.
var ErrBusy = errors.New("somebody else makes the project ready")

const (
	readyLease = 3 * time.Minute // machine time, longer than the wait for a lost answer
	readyAgain = 5 * time.Second // machine time until the lease is asked for again
)

// MakeReady makes a project ready, as one of those who may try at once: the others wait until it ends, or has been dead for some minutes. It
// stops when everything that goes outward is stopped. What is made stands in the customer's trail. tell hears of every step.
func (a *App) MakeReady(ctx context.Context, k bot.ModeKey, by string, tell func(s ready.Step, note string)) (made, left []ready.Step, err error) {
	client, want, err := a.readying(k)
	if err != nil {
		return nil, nil, err
	}
	lease := "ready:" + k.Customer + ":" + k.Project
	if err := a.await(ctx, lease, tell); err != nil {
		return nil, nil, err
	}
	defer func() { _ = a.p.Store.Release(context.WithoutCancel(ctx), lease, a.owner) }()
	m := ready.Maker{
		Client: client, Project: k.Project, Want: want,
		Allow: func(ctx context.Context) error {
			if err := a.gate.Check(ctx, bot.ModeKey{Customer: k.Customer, Project: k.Project}); errors.Is(err, bot.ErrStopped) {
				return fmt.Errorf("%w: toban start lets it go out again", err)
			}
			ok, err := a.p.Store.Lease(ctx, lease, a.owner, a.machine(), readyLease)
			if err == nil && !ok {
				err = ErrBusy
			}
			return err
		},
		Tell: func(s ready.Step, note string) {
			if note == "" || note == ready.Found {
				if err := a.note(ctx, k, s, by); err != nil {
					a.p.Logger.Error("writing down what was made", "project", k.Project, "error", err)
				}
			}
			tell(s, note)
		},
	}
	return m.Make(ctx)
}

// note writes a step into the customer's trail.
func (a *App) note(ctx context.Context, k bot.ModeKey, s ready.Step, by string) error {
	return a.p.Store.Note(context.WithoutCancel(ctx), k.Customer, a.p.Clock.Now(), store.Audited{
		Feature: "customer", Reason: bot.Reason{What: "project " + k.Project + ": " + s.What, Why: "by " + by, Ref: "ready:" + k.Project},
	})
}

// await takes a lease, waiting for who has it.
func (a *App) await(ctx context.Context, lease string, tell func(ready.Step, string)) error {
	for said := false; ; said = true {
		ok, err := a.p.Store.Lease(ctx, lease, a.owner, a.machine(), readyLease)
		if err != nil || ok {
			return err
		}
		if !said {
			tell(ready.Step{}, "waiting: somebody else makes the project ready, or was killed there less than "+readyLease.String()+" ago")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
		case <-time.After(readyAgain):
		}
	}
}
