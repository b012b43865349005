package slacksim

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// scheduledMessage waits for its world time; it is posted by whatever touches
// the workspace first after that, since world time may jump.
type scheduledMessage struct {
	id, channel, thread string
	at                  int64 // seconds, Unix
	made                int64
	body                content
}

const scheduleAhead = 120 * 24 * time.Hour

func (c *call) chatScheduleMessage() (obj, error) {
	ch := c.channelByID(c.str("channel"))
	if ch == nil || !c.visible(ch) { // a user id does not work here, unlike in chat.postMessage
		return nil, fail("channel_not_found")
	}
	if _, err := c.target("channel"); err != nil {
		return nil, err
	}
	at, err := strconv.ParseInt(c.str("post_at"), 10, 64)
	if err != nil {
		return nil, fail("invalid_time")
	}
	now := c.o.Now()
	switch {
	case at <= now.Unix():
		return nil, fail("time_in_past")
	case at > now.Add(scheduleAhead).Unix():
		return nil, fail("time_too_far")
	}
	body, err := c.compose(c.args, maxText)
	if err != nil {
		return nil, err
	}
	thread, err := ch.thread(c.str("thread_ts"))
	if err != nil {
		return nil, err
	}
	m := &scheduledMessage{id: c.newID("Q"), channel: ch.id, thread: thread, at: at, made: now.Unix(), body: body}
	c.scheduled = append(c.scheduled, m)
	return obj{
		"channel": ch.id, "scheduled_message_id": m.id, "post_at": m.at,
		"message": obj{"type": "delayed_message", "text": body.text, "user": c.app.BotUserID, "bot_id": c.app.BotID, "team": c.team.ID},
	}, nil
}

func (c *call) chatDeleteScheduledMessage() (obj, error) {
	if c.channelByID(c.str("channel")) == nil {
		return nil, fail("channel_not_found")
	}
	for i, m := range c.scheduled {
		if m.id == c.str("scheduled_message_id") && m.channel == c.str("channel") {
			c.scheduled = slices.Delete(c.scheduled, i, i+1)
			return nil, nil
		}
	}
	return nil, fail("invalid_scheduled_message_id")
}

func (c *call) chatScheduledMessagesList() (obj, error) {
	limit, err := c.count("limit", 100, 100)
	if err != nil {
		return nil, err
	}
	var all []*scheduledMessage
	for _, m := range c.scheduled {
		if ch := c.str("channel"); ch == "" || ch == m.channel {
			all = append(all, m)
		}
	}
	cut, next, err := page(all, order[*scheduledMessage]{word: "scheduled", key: func(m *scheduledMessage) string { return m.id }}, c.str("cursor"), limit)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, m := range cut {
		list = append(list, obj{
			"id": m.id, "channel_id": m.channel, "post_at": m.at, "date_created": m.made, "text": m.body.text,
		})
	}
	return obj{"scheduled_messages": list, "response_metadata": metadata(next)}, nil
}

// postDue posts what the world's clock has reached, oldest first.
func (s *Server) postDue() {
	if len(s.scheduled) == 0 {
		return
	}
	now := s.o.Now().Unix()
	var due, later []*scheduledMessage
	for _, m := range s.scheduled {
		if m.at <= now {
			due = append(due, m)
		} else {
			later = append(later, m)
		}
	}
	s.scheduled = later
	slices.SortStableFunc(due, func(a, b *scheduledMessage) int { return cmp.Compare(a.at, b.at) })
	for _, d := range due {
		ch := s.channelByID(d.channel)
		if ch == nil || ch.archived || !ch.has(s.app.BotUserID) {
			continue // Slack drops it without a word, too
		}
		m := s.botMessage(d.body)
		m.threadTS = d.thread
		s.store(ch, m)
	}
}
