package backlogsim

import "slices"

// visible says whether c's user may see u: guests see only people of their own projects.
func (c *call) visible(u *user) bool {
	if !c.user.guest() || u == c.user {
		return true
	}
	return slices.ContainsFunc(c.st.projects, func(p *project) bool { return p.member(c.user) && p.member(u) })
}

func listUsers(c *call) (any, error) {
	list := []*wireUser{}
	for _, u := range c.st.userOrder {
		if c.visible(u) {
			list = append(list, u.wire())
		}
	}
	return list, nil
}

func getMyself(c *call) (any, error) { return c.user.wire(), nil }

func getUser(c *call) (any, error) {
	u, err := c.pathUser()
	return u.wire(), err
}

func (c *call) pathUser() (*user, error) {
	id := c.id("id")
	u := c.st.users[id]
	if u == nil || !c.visible(u) {
		return nil, notFound("such user")
	}
	return u, nil
}

// Roles of the classic plans; the new plans use the numbers 1 to 4 with nearly the same rights.
const (
	roleAdmin         = 1
	roleNormal        = 2
	roleReporter      = 3
	roleViewer        = 4
	roleGuestReporter = 5
	roleGuestViewer   = 6
)

func (u *user) canEdit() bool { return u.role == roleAdmin || u.role == roleNormal }

func (u *user) canReport() bool {
	return u.canEdit() || u.role == roleReporter || u.role == roleGuestReporter
}

func (u *user) guest() bool { return u.role == roleGuestReporter || u.role == roleGuestViewer }

func (p *project) administeredBy(u *user) bool {
	return u.role == roleAdmin || (p.admins[u.id] && u.canEdit())
}
