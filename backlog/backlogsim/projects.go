package backlogsim

import (
	"slices"
	"strconv"
)

// project is the one that the path names by id or key, if the user has joined it. To others it does not exist.
func (c *call) project() (*project, error) { return c.projectNamed(c.vars["p"]) }

func (c *call) projectNamed(idOrKey string) (*project, error) {
	p := c.st.projectKey[idOrKey]
	if id, err := strconv.Atoi(idOrKey); err == nil {
		p = c.st.projectByID[id]
	}
	if p == nil || !p.member(c.user) {
		return nil, notFound("project")
	}
	return p, nil
}

// adminProject is the project for calls of space and project administrators.
func (c *call) adminProject() (*project, error) {
	p, err := c.project()
	if err == nil && !p.administeredBy(c.user) {
		err = forbidden()
	}
	return p, err
}

// editProject is the project for calls of all who may edit issues.
func (c *call) editProject() (*project, error) {
	p, err := c.project()
	if err == nil && !c.user.canEdit() {
		err = forbidden()
	}
	return p, err
}

func listProjects(c *call) (any, error) {
	archived, filter, err := c.boolean("archived")
	if err != nil {
		return nil, err
	}
	all, _, err := c.boolean("all")
	if err != nil {
		return nil, err
	}
	list := []*wireProject{}
	for _, p := range c.st.projects {
		if filter && p.archived != archived {
			continue
		}
		if p.member(c.user) || (all && c.user.role == roleAdmin) {
			list = append(list, p.wire())
		}
	}
	return list, nil
}

func getProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return p.wire(), nil
}

func listProjectUsers(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	alone, _, err := c.boolean("excludeGroupMembers")
	if err != nil {
		return nil, err
	}
	if alone {
		return mapped(p.members, (*user).wire), nil
	}
	return mapped(p.everyone(), (*user).wire), nil
}

func (c *call) namedUser() (*user, error) {
	id, err := c.need("userId")
	if err != nil {
		return nil, err
	}
	if u := c.st.users[id]; u != nil {
		return u, nil
	}
	return nil, notFound("such user")
}

type wireMembers struct {
	Users   []*wireUser `json:"users"`
	Groups  []struct{}  `json:"group_project_activities"`
	Comment string      `json:"comment"`
}

func addProjectUser(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	u, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	if p.member(u) {
		return nil, invalid("The user is already a member of the project.")
	}
	p.members = append(p.members, u)
	c.record(p, activityMemberAdded, wireMembers{Users: []*wireUser{u.wire()}, Groups: []struct{}{}}, nil, nil)
	return u.wire(), nil
}

func removeProjectUser(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	u, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	if !p.member(u) {
		return nil, notFound("such user")
	}
	p.members = slices.DeleteFunc(p.members, func(m *user) bool { return m == u })
	delete(p.admins, u.id)
	c.record(p, activityMemberRemoved, wireMembers{Users: []*wireUser{u.wire()}, Groups: []struct{}{}}, nil, nil)
	return u.wire(), nil
}

func listAdministrators(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	list := []*wireUser{}
	for _, u := range p.members {
		if p.admins[u.id] {
			list = append(list, u.wire())
		}
	}
	return list, nil
}

func addAdministrator(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	if c.user.role != roleAdmin {
		return nil, forbidden()
	}
	u, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	if !p.member(u) {
		return nil, notFound("such user")
	}
	p.admins[u.id] = true
	c.dirty = true
	return u.wire(), nil
}

func removeAdministrator(c *call) (any, error) {
	p, err := c.adminProject()
	if err != nil {
		return nil, err
	}
	if c.user.role != roleAdmin {
		return nil, forbidden()
	}
	u, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	if !p.admins[u.id] {
		return nil, notFound("such user")
	}
	delete(p.admins, u.id)
	c.dirty = true
	return u.wire(), nil
}
