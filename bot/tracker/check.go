package tracker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"toban/backlog"
	"toban/bot/tracker/ready"
)

// Level is how grave a finding is.
type Level string

// Levels of findings.
const (
	OK   Level = "ok"
	Warn Level = "warn" // works, but not as well as it could
	Bad  Level = "bad"  // Toban can't do its work
)

// Finding is one thing that Check looked at.
type Finding struct {
	Level Level  `json:"level"`
	What  string `json:"what"`
	Mend  string `json:"mend,omitempty"` // what a person can do about it
}

// check collects findings about one project.
type check struct {
	*Tracker
	space   *Space
	project string
	found   []Finding
}

// Check looks whether the bot can work in a project of a space, without writing anything: for toban doctor. It stops at the first thing
// without which the rest can't be asked.
func (t *Tracker) Check(ctx context.Context, space, project string) []Finding {
	s, err := t.space(space)
	if err != nil {
		return []Finding{{Bad, err.Error(), "add the space with its key and bot user to spaces.yaml"}}
	}
	c := &check{Tracker: t, space: s, project: project}
	for _, step := range []func(context.Context) bool{c.clock, c.account, c.limits, c.settings, c.needs} {
		if !step(ctx) {
			break
		}
	}
	return c.found
}

func (c *check) add(l Level, what, mend string) { c.found = append(c.found, Finding{l, what, mend}) }

// failed notes a call that went wrong.
func (c *check) failed(what string, err error) bool {
	advice := "check the network, the space's address and its status page"
	var answer *backlog.Error
	if errors.As(err, &answer) {
		advice = cmp.Or(mend(answer), advice)
	}
	c.add(Bad, fmt.Sprintf("%s: %v", what, err), advice)
	return false
}

func (c *check) account(ctx context.Context) bool {
	me, err := c.space.Client.GetUserMySelf(ctx)
	if err != nil {
		return c.failed("asking whom the API key belongs to", err)
	}
	if int64(me.ID) != c.space.BotUser {
		c.add(Bad, fmt.Sprintf("the API key belongs to %s (%d), not to the bot user %d", me.Name, me.ID, c.space.BotUser), "use the key of the bot's account, or correct bot_user in spaces.yaml")
		return false
	}
	c.add(OK, fmt.Sprintf("the API key is that of %s (%d)", me.Name, me.ID), "")
	return true
}

// fewUpdates is a budget of updates a minute below which a busy hour makes notices late.
const fewUpdates = 60

func (c *check) limits(ctx context.Context) bool {
	l, err := c.space.Client.GetRateLimit(ctx)
	if err != nil {
		return c.failed("reading the rate limits", err)
	}
	what := fmt.Sprintf("rate limits a minute: %d reads, %d updates, %d searches", l.Read.Limit, l.Update.Limit, l.Search.Limit)
	if l.Update.Limit < fewUpdates {
		c.add(Warn, what, "few updates are allowed: a larger plan of Backlog, or fewer projects in this space")
		return true
	}
	c.add(OK, what, "")
	return true
}

func (c *check) settings(ctx context.Context) bool {
	p, err := c.space.Client.GetProject(ctx, c.project)
	if err != nil {
		return c.failed("reading project "+c.project, err)
	}
	c.add(OK, fmt.Sprintf("project %s (%s) can be read", p.ProjectKey, p.Name), "")
	if p.Archived {
		c.add(Bad, "the project is archived", "restore it, or take it out of the customer's file")
	}
	if p.TextFormattingRule != backlog.FormatBacklog && p.TextFormattingRule != backlog.FormatMarkdown {
		c.add(Bad, fmt.Sprintf("the project has the unknown text rule %q", p.TextFormattingRule), "set it to Markdown or Backlog in the project's settings")
	} else {
		c.add(OK, "text rule: "+p.TextFormattingRule, "")
	}
	switch {
	case !p.UseWiki:
		c.add(Bad, "the project's wiki is switched off: reports have no place", "switch it on in the project's settings")
	case !p.UseWikiTreeView:
		c.add(Warn, "the wiki's tree view is switched off: reports are one flat list", "switch it on in the project's settings")
	default:
		c.add(OK, "wiki and its tree view are on", "")
	}
	return true
}

// needs looks whether the project has what the customer's contract wants of it.
func (c *check) needs(ctx context.Context) bool {
	want, ok := c.cfg.Ready(c.space.ID, c.project)
	if !ok {
		c.add(Warn, "no customer file names this project", "add it to a customer's projects")
		return true
	}
	have, err := ready.Read(ctx, c.space.Client, c.project, want)
	if err != nil {
		return c.failed("looking what the project has", err)
	}
	steps := ready.Plan(want, have)
	if !c.lacks(steps, ready.KindType, "issue types missing") {
		c.add(OK, fmt.Sprintf("all issue types of the contract are there (%d)", len(want.Types)), "")
	}
	c.lacks(steps, ready.KindTemplate, "issue types without template")
	c.lacks(steps, ready.KindCategory, "categories missing")
	c.lacks(steps, ready.KindStatus, "statuses missing")
	c.lacks(steps, ready.KindField, "custom fields missing")
	if have.Project.UseWiki { // else told already
		c.lacks(steps, ready.KindHome, "wiki pages missing")
	}
	c.hooks(want, have, steps)
	return true
}

// lacks notes the steps of a kind as one finding, and what to do about them.
func (c *check) lacks(steps []ready.Step, kind ready.Kind, what string) bool {
	var names, mends []string
	meanwhile := ""
	for _, s := range steps {
		if s.Kind != kind {
			continue
		}
		names = append(names, s.Name)
		mend := "add what is missing with toban customer apply"
		if s.By == ready.Person {
			mend = s.Why + "; " + s.How
		}
		mends, meanwhile = append(mends, mend), s.Else
	}
	if len(names) == 0 {
		return false
	}
	slices.Sort(mends)
	c.add(Warn, what+": "+strings.Join(names, ", "), strings.Join(slices.Compact(mends), "; ")+"; meanwhile: "+meanwhile)
	return true
}

// hooks tells of our webhook. Only administrators can see webhooks; the addresses are secrets and are not shown.
func (c *check) hooks(want ready.Want, have ready.Have, steps []ready.Step) {
	if !have.Admin {
		c.add(Warn, "the bot is no administrator of the project: its webhook can't be seen", "check by hand that the webhook is set; what it misses is polled within a minute")
		return
	}
	c.add(OK, "the bot is an administrator of the project", "")
	c.lacks(steps, ready.KindHook, "no webhook of the project sends to Toban's address")
	for _, h := range have.Hooks {
		switch lacks := ready.Lacking(h); {
		case !slices.Contains(want.Hooks, h.HookURL):
		case len(lacks) > 0:
			c.add(Warn, fmt.Sprintf("the webhook %q does not send the events %v", h.Name, lacks), "add them with toban customer apply, or choose all events of issues in the webhook's settings")
		default:
			c.add(OK, fmt.Sprintf("the webhook %q sends to Toban", h.Name), "")
		}
	}
	c.lacks(steps, ready.KindTwins, "webhooks that send everything twice")
}
