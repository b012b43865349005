package config

import (
	"slices"

	"toban/config/tree"
	"toban/sla"
)

// Role is what a staff member may do.
type Role string

// Roles.
const (
	RoleOperator Role = "operator"
	RoleApprover Role = "approver"
	RoleManager  Role = "manager"
	RoleAdmin    Role = "admin"
)

// Person is a member of the provider's staff or of a partner.
type Person struct {
	ID string `yaml:",key"`
	// Name is shown to customers, as 担当.
	Name string `yaml:"name,required"`
	// Backlog holds the user id by space.
	Backlog map[string]int64 `yaml:"backlog"`
	// Slack is the user id, U….
	Slack string   `yaml:"slack"`
	Roles []Role   `yaml:"roles,required" min:"1" oneof:"operator approver manager admin"`
	Teams []string `yaml:"teams"`
	// Partner marks the people of a partner company.
	Partner bool `yaml:"partner"`
	// Phone and Mail are held by reference.
	Phone    Secret    `yaml:"phone"`
	Mail     Secret    `yaml:"mail"`
	Absences []Absence `yaml:"absences"`
}

// Has reports whether the person has the role; an admin has every role.
func (p Person) Has(role Role) bool {
	return slices.Contains(p.Roles, role) || slices.Contains(p.Roles, RoleAdmin)
}

// Absence is a stretch of days on which a person can't be on duty, both ends included, in the zone of the team's rota.
type Absence struct {
	From sla.Date `yaml:"from,required"`
	To   sla.Date `yaml:"to,required"`
}

// tiers are the levels of support that a team can be of.
var tiers = []string{"monitoring_center", "support_center", "partner"}

// Team is a group of people with a tier in the escalation.
type Team struct {
	ID   string `yaml:",key"`
	Name string `yaml:"name,required"`
	Tier string `yaml:"tier,required" oneof:"monitoring_center support_center partner"`
	Rota Rota   `yaml:"rota,required"`
}

// staffFile is people.yaml.
type staffFile struct {
	People []Person `yaml:"people,required"`
	Teams  []Team   `yaml:"teams,required"`
}

func (l *loader) checkPeople(f *staffFile, n *tree.Node) {
	people, teams := n.Get("people"), n.Get("teams")
	if people != nil && len(people.Fields) == 0 && people.Kind == tree.Map {
		l.faults.Add(people.Pos, "must hold at least one person")
	}
	slack, backlog := map[string]bool{}, map[string]map[int64]bool{}
	for i := range f.People {
		p := &f.People[i]
		at := people.Get(p.ID)
		l.checkID(p.ID, people.Fields[i].Pos)
		l.checkTwice(slack, p.Slack, at.At("slack"), "Slack user")
		if p.Slack != "" && !slackUser.MatchString(p.Slack) {
			l.faults.Add(at.At("slack"), "must be a Slack user id such as U0123ABCD, got %s", tree.Quote(p.Slack))
		}
		for space, user := range p.Backlog {
			pos := at.At("backlog", space)
			l.checkSpace(space, pos)
			if user <= 0 {
				l.faults.Add(pos, "must be a Backlog user id, a positive number")
				continue
			}
			if backlog[space] == nil {
				backlog[space] = map[int64]bool{}
			}
			if backlog[space][user] {
				l.faults.Add(pos, "repeats the Backlog user %d of space %s, who is another person already", user, space)
			}
			backlog[space][user] = true
		}
		for j, team := range p.Teams {
			if teams.Get(team) == nil {
				l.missing(at.At("teams", j), "team", team, teamIDs(f.Teams))
			}
		}
		for j, a := range p.Absences {
			if a.To.Before(a.From) {
				l.faults.Add(at.At("absences", j, "to"), "is before the first day of the absence, %s", a.From)
			}
		}
	}
	for i := range f.Teams {
		l.checkID(f.Teams[i].ID, teams.Fields[i].Pos)
		l.checkRota(&f.Teams[i], f.People, teams.Get(f.Teams[i].ID).Get("rota"))
	}
}

// Person returns the staff member of an id.
func (c *Config) Person(id string) (*Person, bool) {
	return c.findPerson(func(p *Person) bool { return p.ID == id })
}

// PersonBySlack returns the staff member of a Slack user id.
func (c *Config) PersonBySlack(user string) (*Person, bool) {
	return c.findPerson(func(p *Person) bool { return user != "" && p.Slack == user })
}

// PersonByBacklog returns the staff member of a Backlog user id in a space.
func (c *Config) PersonByBacklog(space string, user int64) (*Person, bool) {
	return c.findPerson(func(p *Person) bool { return user > 0 && p.Backlog[space] == user })
}

func (c *Config) findPerson(is func(*Person) bool) (*Person, bool) {
	for i := range c.People {
		if is(&c.People[i]) {
			return &c.People[i], true
		}
	}
	return nil, false
}
