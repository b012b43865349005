package slacksim

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

func (c *call) apiTest() (obj, error) {
	out := obj{"args": obj(redact(c.args))}
	if e := c.str("error"); e != "" {
		return nil, &apiError{e, out}
	}
	return out, nil
}

func (c *call) authTest() (obj, error) {
	return obj{
		"url": c.base + "/", "team": c.team.Name, "user": c.user(c.app.BotUserID).Name, "team_id": c.team.ID,
		"user_id": c.app.BotUserID, "bot_id": c.app.BotID, "is_enterprise_install": false,
	}, nil
}

func (c *call) botsInfo() (obj, error) {
	if b := c.str("bot"); b != "" && b != c.app.BotID {
		return nil, fail("bot_not_found")
	}
	return obj{"bot": obj{
		"id": c.app.BotID, "deleted": false, "name": c.app.Name, "updated": c.o.Now().Unix(),
		"app_id": c.app.ID, "user_id": c.app.BotUserID, "icons": obj{},
	}}, nil
}

func (c *call) teamInfo() (obj, error) {
	return obj{"team": obj{
		"id": c.team.ID, "name": c.team.Name, "domain": c.team.Domain, "url": c.base + "/",
		"email_domain": "", "icon": obj{"image_default": true},
	}}, nil
}

// authRevoke ends the bot token, or only tells what would happen.
func (c *call) authRevoke() (obj, error) {
	if c.truth("test") {
		return obj{"revoked": false}, nil
	}
	c.revoke("token_revoked")
	return obj{"revoked": true}, nil
}

// ticketLife is how long the URL of a socket may be dialled.
const ticketLife = 30 * time.Second

// connectionsOpen hands out a websocket URL that works once.
func (c *call) connectionsOpen() (obj, error) {
	base := c.base
	if base == defaultBase { // nobody named the address: it is where the caller has just been
		base = "http://" + c.host
	}
	for t, until := range c.tickets {
		if c.o.Machine().After(until) {
			delete(c.tickets, t)
		}
	}
	c.ids++
	ticket := fmt.Sprintf("%08x-%s", c.ids, c.newHash())
	c.tickets[ticket] = c.o.Machine().Add(ticketLife)
	q := url.Values{"ticket": {ticket}, "app_id": {c.app.ID}}
	return obj{"url": "ws" + strings.TrimPrefix(base, "http") + "/link/?" + q.Encode()}, nil
}
