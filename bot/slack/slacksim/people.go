package slacksim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

func (s *Server) userJSON(u *User) obj {
	// An unknown zone in a seed shows as UTC; the zone is decoration here.
	zone, err := time.LoadLocation(u.TZ)
	if err != nil {
		zone = time.UTC
	}
	label, offset := s.o.Now().In(zone).Zone()
	profile := obj{
		"title": u.Title, "real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name,
		"display_name_normalized": u.Name, "status_text": "", "status_emoji": "", "team": s.team.ID, "avatar_hash": "",
	}
	if u.Email != "" && slices.Contains(s.app.Scopes, "users:read.email") {
		profile["email"] = u.Email
	}
	o := obj{
		"id": u.ID, "team_id": s.team.ID, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"tz": u.TZ, "tz_label": label, "tz_offset": offset, "profile": profile, "is_bot": u.IsBot, "is_app_user": false,
		"is_admin": u.IsAdmin, "is_owner": false, "is_primary_owner": false, "is_restricted": false, "is_ultra_restricted": false,
		"updated": s.o.Now().Unix(),
	}
	if u.ID == s.app.BotUserID {
		profile["api_app_id"], profile["bot_id"], profile["always_active"] = s.app.ID, s.app.BotID, true
	}
	return o
}

func (c *call) usersList() (obj, error) {
	limit, err := c.count("limit", 1000, 1000)
	if err != nil {
		return nil, err
	}
	all := make([]placed[*User], len(c.users))
	for i, u := range c.users {
		all[i] = placed[*User]{i, u}
	}
	cut, next, err := page(all, byPlace[*User]("user"), c.str("cursor"), limit)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, p := range cut {
		list = append(list, c.userJSON(p.item))
	}
	return obj{"members": list, "cache_ts": c.o.Now().Unix(), "response_metadata": metadata(next)}, nil
}

func (c *call) usersInfo() (obj, error) {
	if ids := c.list("users"); len(ids) > 0 { // several at once, as slack-go's GetUsersInfo asks
		list := []any{}
		for _, id := range ids {
			u := c.user(id)
			if u == nil {
				return nil, fail("user_not_found")
			}
			list = append(list, c.userJSON(u))
		}
		return obj{"users": list}, nil
	}
	u := c.user(c.str("user"))
	if u == nil {
		return nil, fail("user_not_found")
	}
	return obj{"user": c.userJSON(u)}, nil
}

func (c *call) usersLookupByEmail() (obj, error) {
	mail := c.str("email")
	for _, u := range c.users {
		if mail != "" && strings.EqualFold(u.Email, mail) && !u.Deleted && !u.IsBot {
			return obj{"user": c.userJSON(u)}, nil
		}
	}
	return nil, fail("users_not_found")
}

func (c *call) usersGetPresence() (obj, error) {
	id := c.str("user")
	if id == "" {
		id = c.app.BotUserID
	}
	u := c.user(id)
	if u == nil {
		return nil, fail("user_not_found")
	}
	if u.Away {
		return obj{"presence": "away"}, nil
	}
	return obj{"presence": "active"}, nil
}

// usersSetPresence is about the bot itself.
func (c *call) usersSetPresence() (obj, error) {
	p := c.str("presence")
	if p != "auto" && p != "away" {
		return nil, fail("invalid_presence")
	}
	c.user(c.app.BotUserID).Away = p == "away"
	c.rev++
	return nil, nil
}

func (c *call) usersProfileGet() (obj, error) {
	u := c.user(cmp.Or(c.str("user"), c.app.BotUserID))
	if u == nil {
		return nil, fail("user_not_found")
	}
	return obj{"profile": c.userJSON(u)["profile"]}, nil
}

// Nobody here ever turns notifications off; the answers have the shape of people who have not.
func calm() obj {
	return obj{"dnd_enabled": false, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
}

func (c *call) dndInfo() (obj, error) {
	if id := c.str("user"); id != "" && c.user(id) == nil {
		return nil, fail("user_not_found")
	}
	o := calm()
	o["snooze_enabled"] = false
	return o, nil
}

func (c *call) dndTeamInfo() (obj, error) {
	users := obj{}
	for _, id := range c.list("users") {
		if c.user(id) != nil {
			users[id] = calm()
		}
	}
	return obj{"users": users, "cached": true}, nil
}

// emojiList is about a workspace's own emoji; this one has none.
func (c *call) emojiList() (obj, error) {
	return obj{"emoji": obj{}, "cache_ts": c.nextTS()}, nil
}
