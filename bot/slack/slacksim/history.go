package slacksim

import "slices"

// conversationsHistory gives the channel's messages, newest first, without
// thread replies (but with those that were broadcast).
func (c *call) conversationsHistory() (obj, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	var all []*message
	for _, m := range slices.Backward(ch.messages) {
		if (!m.isReply() || m.broadcast) && c.within(m) {
			all = append(all, m)
		}
	}
	return c.messages(ch, all, true, obj{"pin_count": ch.pins(), "channel_actions_ts": nil, "channel_actions_count": 0})
}

// conversationsReplies gives a thread, oldest first, the parent at its head.
func (c *call) conversationsReplies() (obj, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	root := ch.message(c.str("ts"))
	if root == nil {
		return nil, fail("thread_not_found")
	}
	all := []*message{root}
	if root.isReply() { // Slack shows just the reply then
		return c.messages(ch, all, false, obj{})
	}
	for _, m := range ch.messages {
		if m.threadTS == root.ts && m != root && c.within(m) {
			all = append(all, m)
		}
	}
	return c.messages(ch, all, false, obj{})
}

func (c *call) readable() (*channel, error) {
	ch, err := c.room("history")
	if err != nil {
		return nil, err
	}
	if !ch.has(c.app.BotUserID) {
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

// within keeps to oldest and latest; both ends are open unless inclusive.
func (c *call) within(m *message) bool {
	oldest, latest, inclusive := c.str("oldest"), c.str("latest"), c.truth("inclusive")
	if oldest != "" && oldest != "0" && (before(m.ts, oldest) || !inclusive && tsKey(m.ts) == tsKey(oldest)) {
		return false
	}
	return latest == "" || latest == "now" || before(m.ts, latest) || inclusive && tsKey(m.ts) == tsKey(latest)
}

func (c *call) messages(ch *channel, all []*message, newestFirst bool, out obj) (obj, error) {
	limit, err := c.count("limit", 100, 999)
	if err != nil {
		return nil, err
	}
	cut, next, err := page(all, order[*message]{word: "next_ts", key: func(m *message) string { return tsKey(m.ts) }, down: newestFirst}, c.str("cursor"), limit)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, m := range cut {
		list = append(list, c.messageJSON(ch, m, c.truth("include_all_metadata")))
	}
	out["messages"], out["has_more"] = list, next != ""
	if next != "" {
		out["response_metadata"] = metadata(next)
	}
	return out, nil
}

func (ch *channel) pins() int {
	n := 0
	for _, m := range ch.messages {
		if m.pinned {
			n++
		}
	}
	return n
}
