package tracker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"toban/backlog"
	"toban/bot"
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
	for _, step := range []func(context.Context) bool{c.clock, c.account, c.limits, c.settings, c.types, c.hooks} {
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

// types looks whether the project has every issue type that the customer's contract names.
func (c *check) types(ctx context.Context) bool {
	customer, ok := c.cfg.Directory().OfProject(c.space.ID, c.project)
	if !ok {
		c.add(Warn, "no customer file names this project", "add it to a customer's projects")
		return true
	}
	have, err := c.space.Client.GetIssueTypes(ctx, c.project)
	if err != nil {
		return c.failed("reading the issue types", err)
	}
	var missing []string
	for _, want := range customer.Types {
		names := append([]string{want.IssueType}, want.Aliases...)
		if want.IssueType != "" && !slices.ContainsFunc(have, func(h *backlog.IssueType) bool { return slices.Contains(names, h.Name) }) {
			missing = append(missing, want.IssueType)
		}
	}
	if len(missing) > 0 {
		c.add(Warn, "issue types missing: "+strings.Join(missing, ", "), "add them in the project's settings under 種別; tickets are classified by their content meanwhile")
		return true
	}
	c.add(OK, fmt.Sprintf("all issue types of the contract are there (%d)", len(customer.Types)), "")
	return true
}

// hooks looks for our webhook. Only administrators can see webhooks; the addresses are secrets and are not shown.
func (c *check) hooks(ctx context.Context) bool {
	hooks, err := c.space.Client.GetWebhooks(ctx, c.project)
	if errors.Is(err, backlog.ErrForbidden) || errors.Is(err, backlog.ErrUnauthorized) {
		c.add(Warn, "the bot is no administrator of the project: its webhook can't be seen", "check by hand that the webhook is set; what it misses is polled within a minute")
		return true
	}
	if err != nil {
		return c.failed("reading the webhooks", err)
	}
	c.add(OK, "the bot is an administrator of the project", "")
	if len(c.space.HookURLs) == 0 {
		return true
	}
	for _, h := range hooks {
		if !slices.Contains(c.space.HookURLs, h.HookURL) {
			continue
		}
		if lacks := lacking(h); len(lacks) > 0 {
			c.add(Warn, fmt.Sprintf("the webhook %q does not send the events %v", h.Name, lacks), "choose all events of issues in the webhook's settings")
		} else {
			c.add(OK, fmt.Sprintf("the webhook %q sends to Toban", h.Name), "")
		}
		return true
	}
	address := c.space.HookURLs[0]
	address = address[:strings.LastIndex(address, "/")+1] // what follows is secret
	c.add(Warn, "no webhook of the project sends to Toban's address", "add one in the project's settings under インテグレーション > Webhook with the address "+
		address+"TOKEN (one of hook_tokens in spaces.yaml) and all events of issues; what it misses is found in the activity feed")
	return true
}

// lacking are the published events of issues that a webhook does not send.
func lacking(h *backlog.Webhook) []int {
	var out []int
	for typ := 1; typ <= 26 && !h.AllEvent; typ++ {
		if bot.AboutIssues(typ) && !slices.Contains(h.ActivityTypeIDs, backlog.ActivityType(typ)) {
			out = append(out, typ)
		}
	}
	return out
}
