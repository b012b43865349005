package backlogsim

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func idText(id int) string { return strconv.Itoa(id) }

// addUser exists on classic plans only; new plans invite people through their Nulab accounts.
// https://developer.nulab.com/docs/backlog/api/2/add-user/
func addUser(c *call) (any, error) {
	if err := c.managesPeople(); err != nil {
		return nil, err
	}
	if err := room(len(c.st.userOrder), c.st.plan.UserLimit, "users"); err != nil {
		return nil, err
	}
	u := &user{lang: c.st.space.Lang}
	for name, into := range map[string]*string{"userId": &u.userID, "name": &u.name, "mailAddress": &u.mail} {
		text, err := c.needText(name, maxSummary)
		if err != nil {
			return nil, err
		}
		*into = text
	}
	if _, err := c.needText("password", 0); err != nil {
		return nil, err
	}
	role, err := c.need("roleType")
	if err != nil {
		return nil, err
	}
	if u.role = role; role < roleAdmin || role > roleGuestViewer {
		return nil, invalid("roleType is invalid.")
	}
	if slices.ContainsFunc(c.st.userOrder, func(o *user) bool { return o.userID == u.userID || strings.EqualFold(o.mail, u.mail) }) {
		return nil, invalid("The userId or mailAddress is already used.")
	}
	u.id = c.st.newID()
	c.st.users[u.id] = u
	c.st.userOrder = append(c.st.userOrder, u)
	c.status, c.dirty = http.StatusCreated, true
	return u.wire(), nil
}

// managesPeople is for administrators of spaces on classic plans.
func (c *call) managesPeople() error {
	if c.user.role != roleAdmin {
		return forbidden()
	}
	if c.st.choices.NewPlan {
		return refuse(codeLicence, "The plan of the space does not include this feature.")
	}
	return nil
}

func (c *call) userToManage() (*user, error) {
	if err := c.managesPeople(); err != nil {
		return nil, err
	}
	return c.pathUser()
}

func updateUser(c *call) (any, error) {
	u, err := c.userToManage()
	if err != nil {
		return nil, err
	}
	next := *u
	for name, into := range map[string]*string{"name": &next.name, "mailAddress": &next.mail} {
		if !c.has(name) {
			continue
		}
		if *into, err = c.needText(name, maxSummary); err != nil {
			return nil, err
		}
	}
	role, set, _, err := c.number("roleType")
	if err != nil {
		return nil, err
	}
	if set && (role < roleAdmin || role > roleGuestViewer) {
		return nil, invalid("roleType is invalid.")
	}
	if set {
		next.role = role
	}
	*u, c.dirty = next, true
	return u.wire(), nil
}

// deleteUser takes the user out of every project and team; what they wrote stays. Nobody can delete themselves.
func deleteUser(c *call) (any, error) {
	u, err := c.userToManage()
	if err != nil {
		return nil, err
	}
	if u == c.user {
		return nil, invalid("You cannot delete yourself.")
	}
	same := func(o *user) bool { return o == u }
	delete(c.st.users, u.id)
	delete(c.st.notes, u.id)
	c.st.userOrder = slices.DeleteFunc(c.st.userOrder, same)
	maps.DeleteFunc(c.st.keys, func(_ string, owner *user) bool { return owner == u })
	maps.DeleteFunc(c.st.tokens, func(_ string, t *oauthToken) bool { return t.user == u })
	maps.DeleteFunc(c.st.refresh, func(_ string, g oauthGrant) bool { return g.user == u })
	for _, p := range c.st.projects {
		p.members = slices.DeleteFunc(p.members, same)
		delete(p.admins, u.id)
	}
	for _, t := range c.st.teams {
		t.members = slices.DeleteFunc(t.members, same)
	}
	c.dirty = true
	return u.wire(), nil
}
