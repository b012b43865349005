package slacksim

import (
	"slices"
	"unicode/utf8"
)

const (
	maxViewBytes = 250_000
	maxStack     = 3
)

// view is an open modal or an App Home.
type view struct {
	id, hash, user       string
	kind                 string // modal or home
	callbackID, external string
	private              string // private_metadata
	root, previous       string // ids within the stack
	title, submit, close any
	blocks               []any
	clearOnClose         bool
	notifyOnClose        bool
	state                state
}

func (c *call) viewsOpen() (obj, error) {
	t, v, err := c.proposed()
	if err != nil {
		return nil, err
	}
	t.used = true
	c.dropStack(t.user) // a person has one stack; opening anew replaces it
	c.show(t.user, v, nil)
	return obj{"view": c.viewJSON(v)}, nil
}

func (c *call) viewsPush() (obj, error) {
	t, v, err := c.proposed()
	if err != nil {
		return nil, err
	}
	stack := c.stacks[t.user]
	if t.view == "" || len(stack) == 0 {
		return nil, fail("invalid_trigger_id") // it did not come from an open modal
	}
	if len(stack) >= maxStack {
		return nil, fail("push_limit_reached")
	}
	t.used = true
	c.show(t.user, v, stack[len(stack)-1])
	return obj{"view": c.viewJSON(v)}, nil
}

// proposed reads trigger and view of views.open and views.push.
func (c *call) proposed() (*trigger, *view, error) {
	t, err := c.trigger()
	if err != nil {
		return nil, nil, err
	}
	raw, err := c.value("view")
	if err != nil {
		return nil, nil, fail("invalid_arguments")
	}
	v, err := c.readView(raw, "modal", nil)
	return t, v, err
}

// show puts a modal in front of a person.
func (s *Server) show(user string, v, under *view) {
	v.user, v.root = user, v.id
	if under != nil {
		v.root, v.previous = under.root, under.id
	}
	s.views[v.id] = v
	s.stacks[user] = append(s.stacks[user], v)
	s.rev++
}

// dropStack forgets all modals of a person.
func (s *Server) dropStack(user string) {
	for _, v := range s.stacks[user] {
		delete(s.views, v.id)
	}
	delete(s.stacks, user)
	s.rev++
}

// pop closes the front modal.
func (s *Server) pop(v *view) {
	delete(s.views, v.id)
	s.stacks[v.user] = slices.DeleteFunc(s.stacks[v.user], func(x *view) bool { return x == v })
	s.rev++
}

func (c *call) viewsUpdate() (obj, error) {
	raw, err := c.value("view")
	if err != nil {
		return nil, fail("invalid_arguments")
	}
	old := c.views[c.str("view_id")]
	if id := c.str("external_id"); old == nil && c.str("view_id") == "" && id != "" {
		for _, v := range c.views {
			if v.external == id {
				old = v
			}
		}
	}
	if old == nil {
		return nil, fail("not_found")
	}
	if h := c.str("hash"); h != "" && h != old.hash {
		return nil, fail("hash_conflict")
	}
	v, err := c.readView(raw, old.kind, old)
	if err != nil {
		return nil, err
	}
	c.become(old, v)
	return obj{"view": c.viewJSON(old)}, nil
}

// become gives an open view a new content; what was typed stays where block and
// action ids are the same.
func (s *Server) become(old, v *view) {
	kept := *old
	*old = *v
	old.id, old.user, old.root, old.previous = kept.id, kept.user, kept.root, kept.previous
	old.state = v.state.carry(kept.state)
	s.rev++
}

func (c *call) viewsPublish() (obj, error) {
	raw, err := c.value("view")
	if err != nil {
		return nil, fail("invalid_arguments")
	}
	u := c.user(c.str("user_id"))
	if u == nil {
		return nil, fail("user_not_found")
	}
	old := c.homes[u.ID]
	if h := c.str("hash"); h != "" && (old == nil || h != old.hash) {
		return nil, fail("hash_conflict")
	}
	v, err := c.readView(raw, "home", old)
	if err != nil {
		return nil, err
	}
	if old == nil {
		v.user, v.root = u.ID, v.id
		c.homes[u.ID], c.views[v.id] = v, v
		c.rev++
		return obj{"view": c.viewJSON(v)}, nil
	}
	c.become(old, v)
	return obj{"view": c.viewJSON(old)}, nil
}

// readView checks a view of the app and makes it ours. old is the view that it
// would replace, whose external id it may keep.
func (s *Server) readView(raw any, kind string, old *view) (*view, error) {
	o, ok := raw.(obj)
	if !ok {
		return nil, fail("invalid_arguments")
	}
	if faults := checkView(o, kind); len(faults) > 0 {
		return nil, failWith("invalid_arguments", faults)
	}
	if len(encode(o)) > maxViewBytes {
		return nil, fail("view_too_large")
	}
	external := text(o, "external_id")
	for _, v := range s.views {
		if external != "" && v.external == external && v != old {
			return nil, fail("duplicate_external_id")
		}
	}
	blocks, _ := o["blocks"].([]any)
	v := &view{
		id: s.newID("V"), hash: s.newHash(), kind: kind, callbackID: text(o, "callback_id"), external: external,
		private: text(o, "private_metadata"), title: clone(o["title"]), submit: clone(o["submit"]), close: clone(o["close"]),
		blocks: s.dress(blocks),
	}
	v.clearOnClose, _ = o["clear_on_close"].(bool)
	v.notifyOnClose, _ = o["notify_on_close"].(bool)
	v.state = initialState(v.blocks)
	return v, nil
}

// checkView tells what breaks the limits of modals and App Homes.
func checkView(o obj, kind string) []string {
	k := &checker{}
	if t := text(o, "type"); t != kind {
		k.fault("/view/type", "must be "+kind)
	}
	blocks, ok := o["blocks"].([]any)
	if !ok {
		k.fault("/view", "missing required field: blocks")
	}
	for key, most := range map[string]int{"private_metadata": 3000, "callback_id": 255, "external_id": 255} {
		if utf8.RuneCountInString(text(o, key)) > most {
			k.tooLong("/view/"+key, most)
		}
	}
	if kind == "modal" {
		k.plain(o, "title", "/view", 24, true)
		k.plain(o, "submit", "/view", 24, false)
		k.plain(o, "close", "/view", 24, false)
		for _, b := range blocks {
			if text(b, "type") == "input" && o["submit"] == nil {
				k.fault("/view/submit", "submit is required when an input block is within blocks")
				break
			}
		}
	}
	on := onModal
	if kind == "home" {
		on = onHome
	}
	return append(k.faults, checkBlocks(blocks, on, "/view/blocks")...)
}

// viewJSON gives a view in Slack's shape, with what has been typed.
func (s *Server) viewJSON(v *view) obj {
	o := obj{
		"id": v.id, "team_id": s.team.ID, "type": v.kind, "blocks": clone(orEmpty(v.blocks)), "private_metadata": v.private,
		"callback_id": v.callbackID, "state": obj{"values": v.state.json()}, "hash": v.hash, "clear_on_close": v.clearOnClose,
		"notify_on_close": v.notifyOnClose, "root_view_id": v.root, "previous_view_id": nil, "app_id": s.app.ID,
		"external_id": v.external, "bot_id": s.app.BotID, "app_installed_team_id": s.team.ID,
		"title": clone(v.title), "submit": clone(v.submit), "close": clone(v.close),
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}

func orEmpty(l []any) []any {
	if l == nil {
		return []any{}
	}
	return l
}
