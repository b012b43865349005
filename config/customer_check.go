package config

import (
	"slices"
	"strings"
	"time"

	"toban/config/tree"
)

// seenCustomers is what customers must not share.
type seenCustomers struct {
	projects map[string]string // space and key → customer
	channels map[string]string
}

func (l *loader) customer(id string, n *tree.Node, seen *seenCustomers) Customer {
	f := customerFile{Customer: Customer{Mode: ModeOn, Language: LangJapanese, Report: ReportOptions{Monthly: true}}}
	l.decoder.Decode(n, &f, l.faults)
	c := f.Customer
	c.ID = id
	l.checkID(id, tree.Pos{File: n.Pos.File})
	l.checkPlace(&c, n, seen)
	l.checkContract(&c, n)
	l.checkExpiries(c.Expires, n)
	l.checkStaff(&c, n)
	l.checkUsers(&c, n)
	l.checkResources(&c, n)
	l.checkReachable(&c, n)
	c.profiles = l.customerProfiles(&c, &f, n)
	l.checkScheduling(&c, n)
	l.checkMailboxes(&c, n)
	return c
}

func (l *loader) checkPlace(c *Customer, n *tree.Node, seen *seenCustomers) {
	l.checkSpace(c.Space, n.At("space"))
	for i, key := range c.Projects {
		pos := n.At("projects", i)
		if !projectKey.MatchString(key) {
			l.faults.Add(pos, "must be a project key of capitals, digits and _ such as AOBA, got %s", tree.Quote(key))
		}
		where := c.Space + "/" + key
		if other, taken := seen.projects[where]; taken {
			l.faults.Add(pos, "names the project %s of space %s, which belongs to customer %s already", key, c.Space, other)
		}
		seen.projects[where] = c.ID
	}
	for key := range c.Modes {
		if !slices.Contains(c.Projects, key) && allKeys(c.Projects) {
			l.missing(n.At("modes", key), "project of the customer", key, c.Projects)
		}
	}
	l.checkChannel(c.Channel, n.At("channel"))
	if other, taken := seen.channels[c.Channel]; taken && c.Channel != "" {
		l.faults.Add(n.At("channel"), "is the channel of customer %s already; customers never share one", other)
	}
	seen.channels[c.Channel] = c.ID
	if c.Channel != "" && c.Channel == l.cfg.Server.Operators.Channel {
		l.faults.Add(n.At("channel"), "is the operators' channel of server.yaml; a customer has one of its own")
	}
}

func (l *loader) checkContract(c *Customer, n *tree.Node) {
	k, at := c.Contract, n.Get("contract")
	if at == nil || at.Kind != tree.Map {
		return // said already
	}
	if !k.End.IsZero() && k.End.Before(k.Start) {
		l.faults.Add(at.At("end"), "is before the start of the contract, %s", k.Start)
	}
	seen := map[string]bool{}
	for i, name := range k.Profiles {
		l.checkTwice(seen, name, at.At("profiles", i), "profile")
		p, ok := l.cfg.Profiles[name]
		if !ok {
			l.missing(at.At("profiles", i), "profile", name, l.profileNames())
			continue
		}
		if k.Nodes > 0 && k.Nodes < p.Contract.MinimumNodes {
			l.faults.Add(at.At("nodes"), "must be at least %d, the minimum of profile %s, got %d", p.Contract.MinimumNodes, name, k.Nodes)
		}
	}
	l.checkPlan(k, at)
}

func (l *loader) checkPlan(k Contract, at *tree.Node) {
	var known []string
	for _, name := range k.Profiles {
		p := l.cfg.Profiles[name]
		known = append(known, p.planIDs()...)
	}
	switch {
	case k.Plan != "" && !slices.Contains(known, k.Plan):
		l.missing(at.At("plan"), "plan", k.Plan, known)
	case k.Plan == "" && len(known) > 0:
		l.faults.Add(at.Pos, "lacks plan; one of %s", strings.Join(known, ", "))
	}
}

func (l *loader) checkStaff(c *Customer, n *tree.Node) {
	l.checkTeam(c.Team, n.At("team"))
	l.checkPerson(c.Manager, n.At("manager"))
	l.checkPerson(c.SatisfactionOwner, n.At("satisfaction_owner"))
	l.checkPerson(c.Report.Reviewer, n.At("report", "reviewer"))
	l.checkEscalation(c.Escalation, n.Get("escalation"), true)
}

// checkEscalation checks who is reached when. Only a customer's file may name teams and people: a profile is for many providers.
func (l *loader) checkEscalation(steps []EscalationStep, n *tree.Node, named bool) {
	for i, step := range steps {
		pos := n.At(i, "to")
		kind, id, _ := strings.Cut(step.To, ":")
		switch {
		case step.To == "" || step.To == "duty" || step.To == "manager":
		case kind == "tier":
			if !slices.Contains(tiers, id) {
				l.faults.Add(pos, "names tier %s; allowed are %s", tree.Quote(id), strings.Join(tiers, ", "))
			}
		case named && kind == "team" && id != "":
			l.checkTeam(id, pos)
		case named && kind == "person" && id != "":
			l.checkPerson(id, pos)
		case named:
			l.faults.Add(pos, "must be duty, manager, tier:NAME, team:ID or person:ID, got %s", tree.Quote(step.To))
		default:
			l.faults.Add(pos, "must be duty, manager or tier:NAME, got %s", tree.Quote(step.To))
		}
		if i > 0 && step.After < steps[i-1].After {
			l.faults.Add(n.At(i, "after"), "must not be earlier than the step before")
		}
	}
}

func (l *loader) checkUsers(c *Customer, n *tree.Node) {
	kinds := map[int64]string{}
	check := func(ids []int64, path ...any) {
		for i, id := range ids {
			pos := n.At(append(slices.Clone(path), i)...)
			if id <= 0 {
				l.faults.Add(pos, "must be a Backlog user id, a positive number")
				continue
			}
			if p, ok := l.cfg.PersonByBacklog(c.Space, id); ok {
				l.faults.Add(pos, "is the Backlog user of %s, who is staff and no user of the customer", p.ID)
			}
			if len(path) == 2 {
				if other, taken := kinds[id]; taken {
					l.faults.Add(pos, "names the user %d, who stands among the %s already", id, other)
				}
				kinds[id], _ = path[1].(string)
			}
		}
	}
	check(c.Users.Customers, "users", "customers")
	check(c.Users.Guests, "users", "guests")
	check(c.Users.Partners, "users", "partners")
	check(c.Users.Bots, "users", "bots")
	check(c.Approvers, "approvers")
	check(c.NotifyDefault, "notify_default")
	for i, id := range c.Approvers {
		if kind, listed := kinds[id]; listed && kind != "customers" {
			l.faults.Add(n.At("approvers", i), "names the user %d, who stands among the %s; only customer users may agree", id, kind)
		}
	}
}

func (l *loader) checkResources(c *Customer, n *tree.Node) {
	accounts, hosts := map[string]bool{}, map[string]bool{}
	for i, a := range c.AWS {
		pos := n.At("aws", i, "id")
		if a.ID != "" && !accountID.MatchString(a.ID) {
			l.faults.Add(pos, "must be an AWS account id of 12 digits in quotes, got %s", tree.Quote(a.ID))
		}
		l.checkTwice(accounts, a.ID, pos, "AWS account")
		for name, arn := range map[string]string{"build": a.Roles.Build, "read": a.Roles.Read, "operate": a.Roles.Operate} {
			l.checkRole(arn, a.ID, n.At("aws", i, "roles", name))
		}
	}
	for _, r := range c.Resources {
		at := n.Get("resources").Get(r.ID)
		l.checkTwice(hosts, r.Host, at.At("host"), "host")
		if r.Account != "" && !accounts[r.Account] && !slices.ContainsFunc(c.AWS, func(a Account) bool { return a.ID == "" }) {
			l.missing(at.At("account"), "AWS account", r.Account, keysOf(accounts))
		}
		if since, until := r.Managed(time.UTC); !until.IsZero() && !until.After(since) {
			l.faults.Add(at.At("until"), "must not be before since (%s), got %s", r.Since, r.Until)
		}
	}
	l.checkAlertDoor(c, n.Get("alert_door"))
	for _, a := range c.Alerts {
		l.checkAlertMail(&a, n.Get("alerts").Get(a.ID))
		if a.Project != "" && !slices.Contains(c.Projects, a.Project) && allKeys(c.Projects) {
			l.missing(n.At("alerts", a.ID, "project"), "project of the customer", a.Project, c.Projects)
		}
		if a.Host != "" && a.Hosts.Regexp != nil {
			l.faults.Add(n.At("alerts", a.ID, "hosts"), "must not stand beside host; write one of them")
		}
		if a.Host != "" && !hosts[a.Host] {
			l.missing(n.At("alerts", a.ID, "host"), "host", a.Host, keysOf(hosts))
		}
	}
}

func keysOf(set map[string]bool) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// allProfiles reports whether every profile of a contract exists.
func (l *loader) allProfiles(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { _, ok := l.profileTrees[name]; return !ok })
}

// allKeys reports whether every project of a customer is a key: what is not is said, and nothing can be held against it.
func allKeys(projects []string) bool {
	return len(projects) > 0 && !slices.ContainsFunc(projects, func(key string) bool { return !projectKey.MatchString(key) })
}

// customerProfiles lays the customer's overrides over the contract's profiles.
func (l *loader) customerProfiles(c *Customer, f *customerFile, n *tree.Node) []Profile {
	for name := range f.Overrides {
		if !slices.Contains(c.Contract.Profiles, name) && l.allProfiles(c.Contract.Profiles) { // else it is said where they are named
			l.missing(n.At("overrides", name), "profile of the contract", name, c.Contract.Profiles)
		}
	}
	var out []Profile
	for _, name := range c.Contract.Profiles {
		base, ok := l.profileTrees[name]
		if !ok {
			continue // said already
		}
		over := f.Overrides[name]
		if over == nil && f.Messages == nil {
			out = append(out, l.cfg.Profiles[name])
			continue
		}
		if over != nil {
			if extends := over.Get("extends"); extends != nil {
				l.faults.Add(extends.Pos, "must not stand in overrides; the contract names the profile")
			}
		}
		laid := tree.Merge(base, over)
		if f.Messages != nil {
			laid = tree.Merge(laid, tree.NewMap(f.Messages.Pos, "messages", f.Messages))
		}
		out = append(out, l.profile(name, laid))
	}
	return out
}
