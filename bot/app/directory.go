package app

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"toban/bot"
	"toban/config"
	"toban/sla"
)

// Directory turns a checked configuration into the values that the features read. botUsers are the bot's Backlog users by space.
func Directory(cfg *config.Config, botUsers map[string]int64) (*bot.Directory, error) {
	d := &bot.Directory{BotUser: botUsers, Mails: cfg.Server.Mail != nil}
	for _, p := range cfg.People {
		person := bot.Person{ID: p.ID, Name: p.Name, SlackUser: p.Slack, Backlog: p.Backlog, Partner: p.Partner, Mail: !p.Mail.IsZero(), Phone: !p.Phone.IsZero()}
		for _, t := range cfg.Teams {
			if slices.Contains(p.Teams, t.ID) {
				person.Teams = append(person.Teams, t.ID, t.Tier)
			}
		}
		for _, r := range p.Roles {
			person.Roles = append(person.Roles, bot.Role(r))
		}
		d.People = append(d.People, person)
	}
	for i := range cfg.Customers {
		c, err := customer(&cfg.Customers[i])
		if err != nil {
			return nil, err
		}
		d.Customers = append(d.Customers, c)
	}
	d.Duty = func(team string, at time.Time) (bot.Person, bool) {
		p, ok := cfg.OnDuty(team, at)
		for _, t := range cfg.Teams {
			if !ok && t.Tier == team {
				p, ok = cfg.OnDuty(t.ID, at)
			}
		}
		if !ok {
			return bot.Person{}, false
		}
		return d.Person(p.ID)
	}
	return d, nil
}

// usualAsk is how long staff have for a call in a profile that does not say.
const usualAsk = 5 * time.Minute

func customer(c *config.Customer) (*bot.Customer, error) {
	p := c.Profile()
	out := &bot.Customer{
		ID: c.ID, Name: c.Name, Space: c.Space, Projects: c.Projects, Channel: c.Channel, Lang: c.Language, Zone: c.Zone,
		Approvers: c.Approvers, NotifyDefault: c.NotifyDefault, Users: c.Users.Customers, Guests: c.Users.Guests,
		Partners: c.Users.Partners, Bots: c.Users.Bots,
		Policies: c.Policies(), Calendars: map[string]*sla.Calendar{}, Messages: c.Templates(c.Language),
		Standing: c.Standing.IncidentWork, Plan: c.Contract.Plan, Start: c.Contract.Start, End: c.Contract.End, AtEnd: c.Contract.AtEnd, Team: c.Team, Unreported: !c.Report.Monthly, Escalation: escalation(c.EscalationSteps()), Impact: map[int64]string{}, Modes: map[string]bot.Mode{},
		Timing: bot.Timing{
			StartNotice: p.Work.StartNotice, NoticeLate: p.Work.NoticeLate, PlanAgain: p.Work.PlanAgain, WorkLength: p.Work.Length, StartAsk: p.Work.StartAsk, StartLate: p.Work.StartLate,
			EndAsk: p.Work.EndAsk, OverTell: p.Work.OverTell, OverNext: p.Work.OverNext,
			Unclaimed: p.Desk.Unclaimed, ReminderDays: p.Desk.ReminderDays, CloseDays: p.Desk.CloseDays, ApprovalDays: p.Desk.ApprovalDays, ReopenWithin: p.Desk.ReopenWithin,
			SupportCalendar: p.Desk.SupportCalendar,
			AskAgain:        p.Incident.AskAgain, AskTier: p.Incident.AskTier, DecideBefore: p.Incident.DecideBefore, InterimAsk: p.Incident.InterimAsk,
			InterimAutomatic: p.Incident.InterimAutomatic, InterimEscalate: p.Incident.InterimEscalate,
			SatisfactionPerson: c.SatisfactionOwner, ManagerPerson: c.Manager, ReviewPerson: cmp.Or(c.Report.Reviewer, c.Manager),
		},
	}
	out.Alerts, out.ByUrgency, out.ByImpact = alertRules(c.Alerts), p.Incident.Urgency, p.Incident.Affected
	out.Calls = bot.Calls{Rings: p.Incident.Rings, Rounds: p.Incident.Rounds, After: p.Incident.AfterRounds, Ask: cmp.Or(p.Incident.CallAsk, usualAsk)}
	for name, means := range c.Statuses {
		if out.Statuses == nil {
			out.Statuses = map[string]bot.Standing{}
		}
		out.Statuses[name] = bot.Standing(means)
	}
	for _, k := range c.Contacts.Mail {
		out.MailTo = append(out.MailTo, k.Name)
	}
	for _, k := range c.Contacts.Phone {
		out.PhoneTo = append(out.PhoneTo, k.Name)
	}
	out.Hear = hear(p.Warnings)
	out.ByPhone = slices.ContainsFunc(c.Profiles(), func(p config.Profile) bool { return p.Desk.Phone })
	for _, project := range c.Projects {
		out.Modes[project] = bot.Mode(c.ModeOf(project))
	}
	for name, impact := range p.Incident.Priority {
		for id, word := range map[int64]string{bot.PriorityHigh: "高", bot.PriorityNormal: "中", bot.PriorityLow: "低"} {
			if word == name {
				out.Impact[id] = impact
			}
		}
	}
	if err := calendars(out, c.CalendarSpecs()); err != nil {
		return nil, fmt.Errorf("reading customer %s: %w", c.ID, err)
	}
	if err := scheduling(c, out); err != nil {
		return nil, err
	}
	out.Types = requestTypes(c.RequestTypes(), c.SignsOf)
	out.Signs = bot.NewSigns(out.Types)
	out.Against = against(c.Profiles())
	out.Catalogue = catalogue(c.Profiles())
	return out, nil
}

// escalation takes over who is reached while nobody takes an incident.
func escalation(list []config.EscalationStep) []bot.EscalationStep {
	out := make([]bot.EscalationStep, len(list))
	for i, s := range list {
		out[i] = bot.EscalationStep{After: s.After, To: s.To, By: s.By}
	}
	return out
}

// hear says by percent who is told of a clock.
func hear(list []config.Warning) map[int][]string {
	const due = 100 // percent
	out := map[int][]string{}
	for _, w := range list {
		percent, err := strconv.Atoi(w.Level)
		if err != nil {
			percent = due // the only word
		}
		out[percent] = w.Tell
	}
	return out
}

// scheduling takes over when and how much work may be planned.
func scheduling(c *config.Customer, out *bot.Customer) error {
	out.WorkHours = c.Scheduling.Hours
	out.SchedulePage, out.ResourcePage = c.Scheduling.PageName(c.Language), c.ResourcePageName()
	for _, r := range c.Resources {
		since, until := r.Managed(c.Zone)
		out.Resources = append(out.Resources, bot.Resource{
			ID: r.ID, Host: r.Host, Type: r.Type, OS: r.OS, Account: r.Account, Region: r.Region, Zone: r.Zone, Owner: r.Owner, Agents: r.Agents, Since: since, Until: until,
		})
	}
	for i, list := range [][]config.Span{c.Scheduling.Freezes, c.Scheduling.Maintenance} {
		for _, s := range list {
			from, until, err := s.Within(c.Zone)
			if err != nil {
				return fmt.Errorf("reading scheduling of customer %s: %w", c.ID, err)
			}
			out.Blocked = append(out.Blocked, bot.Blocked{From: from, Until: until, Freeze: i == 0, Reason: s.Reason})
		}
	}
	for _, p := range c.Profiles() {
		if p.Desk.Quota == "nodes" {
			out.Units = max(c.Contract.Nodes, p.Contract.MinimumNodes)
		}
	}
	return nil
}

// ProfileCustomer is a contract of a profile alone, without space, people and wording: enough to read tickets and count their days.
func ProfileCustomer(p *config.Profile) (*bot.Customer, error) {
	out := &bot.Customer{
		Calendars: map[string]*sla.Calendar{}, Zone: time.UTC, Policies: p.Policies,
		Timing: bot.Timing{WorkLength: p.Work.Length, SupportCalendar: p.Desk.SupportCalendar},
	}
	if err := calendars(out, p.Calendars); err != nil {
		return nil, fmt.Errorf("reading profile %s: %w", p.Name, err)
	}
	if cal := out.Calendars[p.Desk.SupportCalendar]; cal != nil {
		out.Zone = cal.Location()
	}
	out.Types = requestTypes(p.RequestTypes, func(t config.RequestType) config.TypeSigns { return p.SignsOf(t.ID) })
	out.Signs = bot.NewSigns(out.Types)
	out.Against = against([]config.Profile{*p})
	out.Catalogue = catalogue([]config.Profile{*p})
	return out, nil
}

// against joins the words of profiles that speak against a request; nil when none has any.
func against(profiles []config.Profile) *bot.Signs {
	var kinds []bot.RequestType
	for _, p := range profiles {
		for _, kind := range config.AgainstKinds() {
			if asks := p.AgainstGroups(kind); len(asks) > 0 {
				kinds = append(kinds, bot.RequestType{ID: kind, Signs: bot.SignWords{Asks: asks}})
			}
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	return bot.NewSigns(kinds)
}

// catalogue joins the work catalogues of profiles; nil when none has one.
func catalogue(profiles []config.Profile) *bot.Catalogue {
	var rows []bot.Work
	for _, p := range profiles {
		for _, w := range p.Catalogue {
			rows = append(rows, bot.Work{
				ID: p.Name + "/" + w.ID, Area: w.Area, Work: w.Work, Declined: w.Declined(), Note: w.Note, Signs: bot.SignWords{Asks: w.Groups()},
				Change: change(w.Change),
			})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return bot.NewCatalogue(rows)
}

func requestTypes(list []config.RequestType, signsOf func(config.RequestType) config.TypeSigns) []bot.RequestType {
	var out []bot.RequestType
	for _, t := range list {
		rt := bot.RequestType{
			ID: t.ID, IssueType: t.IssueType, Aliases: t.Aliases, ReportName: t.ReportName, Class: bot.Class(t.Class), Days: t.BusinessDays,
			OpenedBy: string(t.OpenedBy), Change: change(t.Change), Quota: t.Quota, Category: t.Category, Plans: t.Plans,
		}
		for _, g := range t.Guides {
			rt.Guides = append(rt.Guides, g.Text)
		}
		rt.Operations = append(rt.Operations, t.Operations...)
		for _, r := range t.Required {
			rt.Required = append(rt.Required, bot.RequiredItem{Item: r.Item, When: r.When})
		}
		if rt.ReportName == "" {
			rt.ReportName = rt.IssueType
		}
		signs := signsOf(t)
		rt.Signs = bot.SignWords{Asks: signs.Groups(), Own: signs.Own(), Phrases: signs.Words(signs.Phrases), Except: signs.Words(signs.Except)}
		out = append(out, rt)
	}
	return out
}

func change(c config.Change) bot.ChangeRule {
	out := bot.ChangeRule{Class: bot.ChangeClass(c.Class), ByOperation: map[string]bot.ChangeClass{}}
	for op, class := range c.ByOperation {
		out.ByOperation[op] = bot.ChangeClass(class)
	}
	return out
}
