package slacksim

import (
	"net/url"
	"slices"
	"strings"
)

func (c *call) pinsAdd() (obj, error) {
	ch, m, err := c.item()
	switch {
	case err != nil:
		return nil, err
	case m.pinned:
		return nil, fail("already_pinned")
	}
	m.pinned = true
	c.rev++
	c.emitPin("pin_added", ch, m)
	return nil, nil
}

func (c *call) pinsRemove() (obj, error) {
	ch, m, err := c.item()
	switch {
	case err != nil:
		return nil, err
	case !m.pinned:
		return nil, fail("no_pin")
	}
	m.pinned = false
	c.rev++
	c.emitPin("pin_removed", ch, m)
	return nil, nil
}

func (c *call) pinsList() (obj, error) {
	ch, err := c.member("channel")
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, m := range ch.messages {
		if m.pinned {
			list = append(list, obj{
				"type": "message", "channel": ch.id, "message": c.messageJSON(ch, m, false),
				"created": c.o.Now().Unix(), "created_by": c.app.BotUserID,
			})
		}
	}
	return obj{"items": list}, nil
}

// member finds a channel that the bot is in.
func (c *call) member(key string) (*channel, error) {
	ch := c.channelByID(c.str(key))
	switch {
	case ch == nil || !c.visible(ch):
		return nil, fail("channel_not_found")
	case !ch.has(c.app.BotUserID):
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

func (c *call) bookmarksAdd() (obj, error) {
	ch, err := c.member("channel_id")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, fail("is_archived")
	case c.str("title") == "":
		return nil, fail("invalid_arguments")
	case c.str("type") != "link":
		return nil, fail("invalid_bookmark_type")
	case len(ch.bookmarks) >= 100:
		return nil, fail("too_many_bookmarks")
	}
	if !bookmarkable(c.str("link")) {
		return nil, fail("invalid_link")
	}
	now := c.o.Now().Unix()
	b := obj{
		"id": c.newID("Bk"), "channel_id": ch.id, "title": c.str("title"), "link": c.str("link"), "emoji": c.str("emoji"),
		"type": "link", "date_created": now, "date_updated": now, "rank": "a", "icon_url": "",
		"last_updated_by_user_id": c.app.BotUserID, "last_updated_by_team_id": c.team.ID, "app_id": c.app.ID,
	}
	ch.bookmarks = append(ch.bookmarks, b)
	c.rev++
	return obj{"bookmark": clone(b)}, nil
}

func (c *call) bookmarksRemove() (obj, error) {
	ch, err := c.member("channel_id")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(ch.bookmarks, func(b obj) bool { return b["id"] == c.str("bookmark_id") })
	if i < 0 {
		return nil, fail("not_found")
	}
	ch.bookmarks = slices.Delete(ch.bookmarks, i, i+1)
	c.rev++
	return nil, nil
}

func (c *call) bookmarksList() (obj, error) {
	ch, err := c.member("channel_id")
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, b := range ch.bookmarks {
		list = append(list, clone(b))
	}
	return obj{"bookmarks": list}, nil
}

// bookmarksEdit changes what is sent and leaves the rest.
func (c *call) bookmarksEdit() (obj, error) {
	ch, err := c.member("channel_id")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(ch.bookmarks, func(b obj) bool { return b["id"] == c.str("bookmark_id") })
	if i < 0 {
		return nil, fail("not_found")
	}
	if c.has("link") && !bookmarkable(c.str("link")) {
		return nil, fail("invalid_link")
	}
	b := ch.bookmarks[i]
	for _, k := range []string{"title", "link", "emoji"} {
		if c.has(k) {
			b[k] = c.str(k)
		}
	}
	b["date_updated"] = c.o.Now().Unix()
	c.rev++
	return obj{"bookmark": clone(b)}, nil
}

func bookmarkable(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Host != "" && strings.HasPrefix(u.Scheme, "http")
}
