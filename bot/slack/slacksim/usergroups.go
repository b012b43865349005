package slacksim

import "slices"

func (s *Server) groupJSON(g *UserGroup, withUsers bool) obj {
	o := obj{
		"id": g.ID, "team_id": s.team.ID, "is_usergroup": true, "name": g.Name, "description": "", "handle": g.Handle,
		"is_external": false, "date_create": 0, "date_update": 0, "date_delete": 0, "auto_type": nil, "user_count": len(g.Users),
		"prefs": obj{"channels": []any{}, "groups": []any{}},
	}
	if g.Disabled {
		o["date_delete"], o["deleted_by"] = s.o.Now().Unix(), s.app.BotUserID
	}
	if withUsers {
		o["users"] = append([]string{}, g.Users...)
	}
	return o
}

func (c *call) usergroupsList() (obj, error) {
	list := []any{}
	for _, g := range c.groups {
		if g.Disabled && !c.truth("include_disabled") {
			continue
		}
		list = append(list, c.groupJSON(g, c.truth("include_users")))
	}
	return obj{"usergroups": list}, nil
}

func (c *call) group() (*UserGroup, error) {
	for _, g := range c.groups {
		if g.ID == c.str("usergroup") {
			return g, nil
		}
	}
	return nil, fail("no_such_subteam")
}

func (c *call) usergroupsUsersList() (obj, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	return obj{"users": append([]string{}, g.Users...)}, nil
}

// usergroupsUsersUpdate replaces everybody, as Slack does; an empty list is refused.
func (c *call) usergroupsUsersUpdate() (obj, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	ids := c.list("users")
	if len(ids) == 0 {
		return nil, fail("no_users_provided")
	}
	for _, id := range ids {
		if u := c.user(id); u == nil || u.Deleted {
			return nil, fail("invalid_users")
		}
	}
	added := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(g.Users, id) })
	removed := slices.DeleteFunc(slices.Clone(g.Users), func(id string) bool { return slices.Contains(ids, id) })
	g.Users = ids
	c.rev++
	c.emit("subteam_members_changed", obj{
		"subteam_id": g.ID, "team_id": c.team.ID, "added_users": orNone(added), "added_users_count": len(added),
		"removed_users": orNone(removed), "removed_users_count": len(removed), "date_update": c.o.Now().Unix(), "date_previous_update": 0,
	})
	return obj{"usergroup": c.groupJSON(g, true)}, nil
}

func (c *call) usergroupsCreate() (obj, error) {
	g := &UserGroup{Name: c.str("name"), Handle: c.str("handle")}
	switch {
	case g.Name == "":
		return nil, fail("invalid_arguments")
	case slices.ContainsFunc(c.groups, func(x *UserGroup) bool { return x.Name == g.Name }):
		return nil, fail("name_already_exists")
	case g.Handle != "" && slices.ContainsFunc(c.groups, func(x *UserGroup) bool { return x.Handle == g.Handle }):
		return nil, fail("handle_already_exists")
	}
	g.ID = c.newID("S")
	c.groups = append(c.groups, g)
	c.rev++
	c.emit("subteam_created", obj{"subteam": c.groupJSON(g, true)})
	return obj{"usergroup": c.groupJSON(g, true)}, nil
}

func (c *call) usergroupsEnable() (obj, error) { return c.switchGroup(false) }

func (c *call) usergroupsDisable() (obj, error) { return c.switchGroup(true) }

// switchGroup takes a group out of use or brings it back; its people stay.
func (c *call) switchGroup(off bool) (obj, error) {
	g, err := c.group()
	switch {
	case err != nil:
		return nil, err
	case g.Disabled == off && off:
		return nil, fail("already_disabled")
	case g.Disabled == off:
		return nil, fail("already_enabled")
	}
	g.Disabled = off
	c.rev++
	c.emit("subteam_updated", obj{"subteam": c.groupJSON(g, true)})
	return obj{"usergroup": c.groupJSON(g, true)}, nil
}

func (c *call) usergroupsUpdate() (obj, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	if c.has("name") {
		g.Name = c.str("name")
	}
	if c.has("handle") {
		g.Handle = c.str("handle")
	}
	c.rev++
	c.emit("subteam_updated", obj{"subteam": c.groupJSON(g, true)})
	return obj{"usergroup": c.groupJSON(g, true)}, nil
}
