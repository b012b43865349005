package backlogsim

import (
	"slices"
	"time"
)

type team struct {
	id                   int
	name                 string
	members              []*user
	createdBy, updatedBy *user
	created, updated     time.Time
}

type wireTeam struct {
	ID           int         `json:"id"`
	Name         string      `json:"name"`
	Members      []*wireUser `json:"members"`
	DisplayOrder *int        `json:"displayOrder"`
	CreatedUser  *wireUser   `json:"createdUser"`
	Created      stamp       `json:"created"`
	UpdatedUser  *wireUser   `json:"updatedUser"`
	Updated      stamp       `json:"updated"`
}

func (t *team) wire() *wireTeam {
	return &wireTeam{
		ID: t.id, Name: t.name, Members: mapped(t.members, (*user).wire),
		CreatedUser: t.createdBy.wire(), Created: stamp(t.created), UpdatedUser: t.updatedBy.wire(), Updated: stamp(t.updated),
	}
}

// listTeams shows all teams of the space to everyone but guests. https://developer.nulab.com/docs/backlog/api/2/get-list-of-teams/
func listTeams(c *call) (any, error) {
	if c.user.guest() {
		return nil, forbidden()
	}
	w, err := c.page()
	if err != nil {
		return nil, err
	}
	list := slices.Clone(c.st.teams)
	if !w.asc {
		slices.Reverse(list)
	}
	list = list[min(w.offset, len(list)):]
	return mapped(list[:min(w.count, len(list))], (*team).wire), nil
}

func (c *call) team() (*team, error) {
	id := c.id("id")
	return c.teamNumber(id)
}

func (c *call) teamNumber(id int) (*team, error) {
	for _, t := range c.st.teams {
		if t.id == id && !c.user.guest() {
			return t, nil
		}
	}
	return nil, notFound("team")
}

func getTeam(c *call) (any, error) {
	t, err := c.team()
	if err != nil {
		return nil, err
	}
	return t.wire(), nil
}

func getTeamIcon(c *call) (any, error) {
	t, err := c.team()
	if err != nil {
		return nil, err
	}
	return c.icon("team_" + idText(t.id) + ".png")
}

// fillTeam reads name and members[] into t, which is left alone on an error.
func (c *call) fillTeam(t *team) error {
	if err := c.managesPeople(); err != nil {
		return err
	}
	next := *t
	if c.has("name") || t.id == 0 {
		name, err := c.needText("name", maxSummary)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(c.st.teams, func(o *team) bool { return o != t && o.name == name }) {
			return invalid("name is already used.")
		}
		next.name = name
	}
	ids, sent, err := c.ints("members")
	if err != nil {
		return err
	}
	if sent {
		next.members = nil
	}
	for _, id := range ids {
		u := c.st.users[id]
		if u == nil {
			return notFound("such user")
		}
		next.members = append(next.members, u)
	}
	next.updated, next.updatedBy = c.now, c.user
	*t, c.dirty = next, true
	return nil
}

// addTeam exists on classic plans only.
func addTeam(c *call) (any, error) {
	t := &team{createdBy: c.user, created: c.now}
	if err := c.fillTeam(t); err != nil {
		return nil, err
	}
	t.id = c.st.newID()
	c.st.teams = append(c.st.teams, t)
	return t.wire(), nil
}

func updateTeam(c *call) (any, error) {
	if err := c.managesPeople(); err != nil {
		return nil, err
	}
	t, err := c.team()
	if err != nil {
		return nil, err
	}
	if err := c.fillTeam(t); err != nil {
		return nil, err
	}
	return t.wire(), nil
}

func deleteTeam(c *call) (any, error) {
	if err := c.managesPeople(); err != nil {
		return nil, err
	}
	t, err := c.team()
	if err != nil {
		return nil, err
	}
	c.st.teams = without(c.st.teams, t)
	for _, p := range c.st.projects {
		p.teams = without(p.teams, t)
	}
	c.dirty = true
	return t.wire(), nil
}

func listProjectTeams(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return mapped(p.teams, (*team).wire), nil
}

type wireParties struct {
	Parties []wireNamed `json:"parties"`
}

// addProjectTeam lets everybody of the team into the project.
func addProjectTeam(c *call) (any, error) {
	p, t, err := c.projectTeam()
	if err != nil {
		return nil, err
	}
	if slices.Contains(p.teams, t) {
		return nil, invalid("The team is already in the project.")
	}
	p.teams = append(p.teams, t)
	c.record(p, activityTeamAdded, wireParties{[]wireNamed{{t.id, t.name}}}, nil, nil)
	return t.wire(), nil
}

func removeProjectTeam(c *call) (any, error) {
	p, t, err := c.projectTeam()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(p.teams, t) {
		return nil, notFound("team")
	}
	p.teams = without(p.teams, t)
	c.record(p, activityTeamRemoved, wireParties{[]wireNamed{{t.id, t.name}}}, nil, nil)
	return t.wire(), nil
}

func (c *call) projectTeam() (*project, *team, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, nil, err
	}
	id, err := c.need("teamId")
	if err != nil {
		return nil, nil, err
	}
	t, err := c.teamNumber(id)
	return p, t, err
}
