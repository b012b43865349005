package config

import (
	"cmp"
	"slices"
	"time"

	"toban/config/tree"
	"toban/sla"
)

// Mode says how far Toban goes in a project. What the file says holds until somebody changes the mode while Toban runs; a changed file is a
// change, too.
type Mode string

// Modes.
const (
	ModeOff    Mode = "off"    // nothing
	ModeShadow Mode = "shadow" // decides and records, shows staff what would go out, sends nothing outward
	ModeAssist Mode = "assist" // sends after one click
	ModeOn     Mode = "on"     // normal
)

// Customer is one file of customers/: a contract and what belongs to it.
type Customer struct {
	// ID is the name of the file without its ending.
	ID   string `yaml:"-"`
	Name string `yaml:"name,required"`
	Mode Mode   `yaml:"mode" oneof:"off shadow assist on"`
	// Modes are those of single projects, by key; the others have Mode.
	Modes    map[string]Mode `yaml:"modes" oneof:"off shadow assist on"`
	Language string          `yaml:"language" oneof:"ja en"`
	Zone     *time.Location  `yaml:"zone,required"`
	Contract Contract        `yaml:"contract,required"`
	// Space names an entry of spaces.yaml; Projects are keys of Backlog projects in it.
	Space    string   `yaml:"space,required"`
	Projects []string `yaml:"projects,required" min:"1"`
	// Channel is the internal Slack channel, never one shared with another organisation.
	Channel string `yaml:"channel,required"`
	// Team works for the customer; its rota says who is on duty.
	Team              string `yaml:"team,required"`
	Manager           string `yaml:"manager,required"`
	SatisfactionOwner string `yaml:"satisfaction_owner,required"`
	Users             Users  `yaml:"users"`
	// Approvers are Backlog user ids that may agree to plans; empty = every customer user.
	Approvers []int64 `yaml:"approvers"`
	// NotifyDefault are Backlog user ids that are notified when a ticket has no requester.
	NotifyDefault []int64    `yaml:"notify_default,required" min:"1"`
	Contacts      Contacts   `yaml:"contacts"`
	AWS           []Account  `yaml:"aws"`
	Resources     []Resource `yaml:"resources"`
	// ResourcePage is the name of the wiki page that lists the managed resources with what work changed of them; none = 管理対象 or Managed
	// resources, "-" = no page.
	ResourcePage string           `yaml:"resource_page"`
	Alerts       []AlertRule      `yaml:"alerts"`
	Mailboxes    []Mailbox        `yaml:"mailboxes" max:"20"`
	AlertDoor    AlertDoor        `yaml:"alert_door"`
	Escalation   []EscalationStep `yaml:"escalation"`
	Standing     Standing         `yaml:"standing_permission"`
	Scheduling   Scheduling       `yaml:"scheduling"`
	Report       ReportOptions    `yaml:"report"`
	// Expires are licences, certificates and the like that end on a day; staff are reminded.
	Expires  []Expiry          `yaml:"expires" max:"200"`
	Statuses map[string]string `yaml:"statuses" oneof:"none accepted taken done closed waiting cancelled"`

	profiles []Profile
}

// customerFile is a customer as it is written.
type customerFile struct {
	Customer
	// Overrides lie over the profiles, by profile name, with the keys of a profile.
	Overrides map[string]*tree.Node `yaml:"overrides"`
	// Messages lie over the messages of every profile of the contract.
	Messages *tree.Node `yaml:"messages"`
}

// ModeOf is the mode that the file gives a project.
func (c *Customer) ModeOf(project string) Mode {
	return cmp.Or(c.Modes[project], c.Mode, ModeOn)
}

// Profiles returns the contract's profiles in its order, each with the customer's overrides.
func (c *Customer) Profiles() []Profile { return c.profiles }

// Profile returns the contract's first profile, whose figures hold where a ticket belongs to no other.
func (c *Customer) Profile() *Profile { return &c.profiles[0] }

// EscalationSteps are the customer's own steps, else those of the contract's first profile.
func (c *Customer) EscalationSteps() []EscalationStep {
	if len(c.Escalation) > 0 {
		return c.Escalation
	}
	return c.Profile().Incident.Escalation
}

// ResourcePageName is the name of the wiki page of the managed resources; "" is no page.
func (c *Customer) ResourcePageName() string {
	switch {
	case c.ResourcePage == "-":
		return ""
	case c.ResourcePage != "":
		return c.ResourcePage
	case c.Language == "en":
		return "Managed resources"
	}
	return "管理対象"
}

// RequestTypes returns the request types of all profiles of the contract, in their order.
func (c *Customer) RequestTypes() []RequestType {
	var out []RequestType
	for i := range c.profiles {
		out = append(out, c.profiles[i].RequestTypes...)
	}
	return out
}

// SignsOf returns the words of a request type, from the profile that it belongs to.
func (c *Customer) SignsOf(t RequestType) TypeSigns {
	for i := range c.profiles {
		if c.profiles[i].Name == t.Profile {
			return c.profiles[i].SignsOf(t.ID)
		}
	}
	return TypeSigns{ID: t.ID}
}

// CalendarSpecs returns the calendars by name as first written; those of later versions are in [Customer.Policies]. Where two profiles use
// a name, the first one's calendar stands.
func (c *Customer) CalendarSpecs() map[string]sla.CalendarSpec {
	out := map[string]sla.CalendarSpec{}
	for i := range c.profiles {
		for name, spec := range c.profiles[i].Calendars {
			if _, taken := out[name]; !taken {
				out[name] = spec
			}
		}
	}
	return out
}

// Templates returns the messages in a language, "" = the customer's.
func (c *Customer) Templates(lang string) Wording {
	if lang == "" {
		lang = c.Language
	}
	return Wording{templates: c.profiles[0].Templates, lang: lang}
}

// Policies returns every version of the customer's clocks, the oldest first. With several profiles their rules are put one after
// another, each limited to the request types of its profile; tickets of no type (incident, complaint, unclear) follow the first.
func (c *Customer) Policies() []sla.Policy {
	if len(c.profiles) == 1 {
		return slices.Clone(c.profiles[0].Policies)
	}
	var days []sla.Date
	for i := range c.profiles {
		for _, p := range c.profiles[i].Policies {
			if !slices.Contains(days, p.From) {
				days = append(days, p.From)
			}
		}
	}
	slices.SortFunc(days, func(a, b sla.Date) int { return a.Sub(b) })
	out := make([]sla.Policy, 0, len(days))
	for _, day := range days {
		out = append(out, c.combined(day))
	}
	return out
}

func (c *Customer) combined(day sla.Date) sla.Policy {
	out := sla.Policy{From: day, Calendars: map[string]sla.CalendarSpec{}}
	for i := range c.profiles {
		p, ok := sla.InForce(c.profiles[i].Policies, day)
		if !ok {
			continue
		}
		for name, spec := range p.Calendars {
			if _, taken := out.Calendars[name]; !taken {
				out.Calendars[name] = spec
			}
		}
		if out.Name != "" {
			out.Name, out.Version = out.Name+"+", out.Version+"+"
		}
		out.Name, out.Version = out.Name+p.Name, out.Version+p.Version
		for _, t := range p.Promises {
			if _, taken := out.Promise(t.ID); !taken {
				out.Promises = append(out.Promises, t)
			}
		}
		for _, r := range p.Rates {
			if _, taken := out.Rate(r.ID); !taken {
				out.Rates = append(out.Rates, r)
			}
		}
		types := c.profiles[i].typeIDs()
		if i == 0 {
			types = append(types, string(ClassIncident), string(ClassComplaint), string(ClassUnclear))
		}
		for _, r := range p.Rules {
			if len(r.Match.RequestTypes) == 0 {
				r.Match.RequestTypes = types
			}
			out.Rules = append(out.Rules, r)
		}
	}
	return out
}

// Policy returns the newest version of the customer's clocks. A version may lie in the future: see [Customer.PolicyOn].
func (c *Customer) Policy() sla.Policy {
	all := c.Policies()
	return all[len(all)-1]
}

// PolicyOn returns the version under which a ticket starts that comes in on a day, in the customer's zone.
func (c *Customer) PolicyOn(day sla.Date) (sla.Policy, bool) { return sla.InForce(c.Policies(), day) }
