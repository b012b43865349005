package slacksim

import "slices"

// newer checks the blocks that came to Block Kit late: cards, containers, plans, data tables. It reports false for a kind that isn't one.
func (k *checker) newer(b obj, on surface, ptr string) bool {
	switch text(b, "type") {
	case "card":
		k.card(b, on, ptr)
	case "carousel":
		for i, e := range k.items(b, "elements", ptr, 10, true) {
			at := pointer(ptr, "elements", i)
			c, _ := e.(obj)
			if text(c, "type") != "card" {
				k.fault(pointer(at, "type"), "must be card")
				continue
			}
			k.card(c, on, at)
		}
	case "container":
		k.container(b, on, ptr)
	case "data_table":
		k.word(b, "caption", ptr, 3000, true)
		k.items(b, "rows", ptr, 1000, true)
	case "task_card":
		k.task(b, ptr)
	case "plan":
		k.word(b, "title", ptr, 3000, true)
		for i, e := range k.items(b, "tasks", ptr, 50, false) {
			if t, ok := e.(obj); ok {
				k.task(t, pointer(ptr, "tasks", i))
			}
		}
	case "file":
		k.word(b, "external_id", ptr, 255, true)
		if text(b, "source") != "remote" {
			k.fault(pointer(ptr, "source"), "must be remote")
		}
	default:
		return false
	}
	return true
}

func (k *checker) card(b obj, on surface, ptr string) {
	k.mixed(b, "title", ptr, 150, false)
	k.mixed(b, "subtitle", ptr, 150, false)
	k.mixed(b, "body", ptr, 200, false)
	buttons := k.items(b, "actions", ptr, 25, false)
	for i, e := range buttons {
		k.element(e, inActions, on, pointer(ptr, "actions", i))
	}
	if b["hero_image"] == nil && b["title"] == nil && b["body"] == nil && len(buttons) == 0 {
		k.fault(ptr, "must have at least one of: hero_image, title, actions, body")
	}
}

func (k *checker) container(b obj, on surface, ptr string) {
	k.plain(b, "title", ptr, 150, b["rich_text_title"] == nil)
	k.mixed(b, "subtitle", ptr, 150, false)
	if w := text(b, "width"); w != "" && !slices.Contains([]string{"narrow", "standard", "wide", "full"}, w) {
		k.fault(pointer(ptr, "width"), "must be one of: narrow, standard, wide, full")
	}
	inside := []string{"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video"}
	for i, e := range k.items(b, "child_blocks", ptr, 10, true) {
		at := pointer(ptr, "child_blocks", i)
		c, _ := e.(obj)
		if !slices.Contains(inside, text(c, "type")) {
			k.fault(pointer(at, "type"), "unsupported type: "+text(c, "type"))
			continue
		}
		k.block(c, on, at)
	}
}

func (k *checker) task(b obj, ptr string) {
	k.word(b, "task_id", ptr, 255, true)
	k.word(b, "title", ptr, 3000, true)
	if s := text(b, "status"); !slices.Contains([]string{"pending", "in_progress", "complete", "error"}, s) {
		k.fault(pointer(ptr, "status"), "must be one of: pending, in_progress, complete, error")
	}
}

// within lists the blocks that stand inside another one, itself among them.
func within(block obj) []obj {
	out := []obj{block}
	for _, key := range []string{"child_blocks", "elements"} {
		list, _ := block[key].([]any)
		for _, e := range list {
			if c, ok := e.(obj); ok && (key == "child_blocks" || text(c, "type") == "card") {
				out = append(out, c)
			}
		}
	}
	return out
}
