package slacksim

import (
	"fmt"
	"slices"
)

// surface is where blocks are shown; it decides how many and which are allowed.
type surface string

const (
	onMessage surface = "message"
	onModal   surface = "modal"
	onHome    surface = "home"
)

func (on surface) most() int {
	if on == onMessage {
		return 50
	}
	return 100
}

// checkBlocks tells what Slack would refuse in a list of blocks, one line a
// fault. Limits: https://docs.slack.dev/reference/block-kit/blocks
func checkBlocks(blocks []any, on surface, base string) []string {
	k := &checker{blocks: map[string]bool{}}
	if len(blocks) > on.most() {
		k.fault(base, fmt.Sprintf("no more than %d items allowed", on.most()))
		return k.faults
	}
	tables := 0
	for i, v := range blocks {
		ptr := pointer(base, i)
		b, ok := v.(obj)
		if !ok {
			k.fault(ptr, "must be an object")
			continue
		}
		k.word(b, "block_id", ptr, 255, false)
		if id := text(b, "block_id"); id != "" {
			if k.blocks[id] {
				k.fault(pointer(ptr, "block_id"), "`block_id` already exists for another block in this view")
			}
			k.blocks[id] = true
		}
		k.actions = map[string]bool{} // action ids are unique within their block
		k.block(b, on, ptr)
		if text(b, "type") == "table" {
			if tables++; tables > 1 {
				k.fault(ptr, "only one table block is allowed")
			}
		}
	}
	return k.faults
}

func (k *checker) block(b obj, on surface, ptr string) {
	switch kind := text(b, "type"); kind {
	case "header":
		k.plain(b, "text", ptr, 150, true)
	case "section":
		k.section(b, on, ptr)
	case "divider":
	case "context":
		k.context(b, ptr)
	case "actions":
		for i, e := range k.items(b, "elements", ptr, 25, true) {
			k.element(e, inActions, on, pointer(ptr, "elements", i))
		}
	case "context_actions":
		if on != onMessage {
			k.fault(pointer(ptr, "type"), "unsupported type: "+kind)
		}
		k.items(b, "elements", ptr, 5, true)
	case "input":
		k.input(b, on, ptr)
	case "image":
		k.word(b, "alt_text", ptr, 2000, true)
		k.word(b, "image_url", ptr, 3000, b["slack_file"] == nil)
		k.plain(b, "title", ptr, 2000, false)
	case "rich_text":
		k.items(b, "elements", ptr, 1000, true)
	case "markdown":
		if on != onMessage {
			k.fault(pointer(ptr, "type"), "unsupported type: "+kind)
		}
		k.word(b, "text", ptr, 12_000, true)
	case "table":
		k.table(b, on, ptr)
	case "alert":
		k.mixed(b, "text", ptr, 200, true)
	case "video":
		k.word(b, "video_url", ptr, 3000, true)
		k.word(b, "thumbnail_url", ptr, 3000, true)
		k.word(b, "alt_text", ptr, 2000, true)
		k.plain(b, "title", ptr, 200, true)
	case "":
		k.fault(ptr, "missing required field: type")
	default:
		if !k.newer(b, on, ptr) {
			k.fault(pointer(ptr, "type"), "unsupported type: "+kind)
		}
	}
}

func (k *checker) section(b obj, on surface, ptr string) {
	fields := k.items(b, "fields", ptr, 10, false)
	k.mixed(b, "text", ptr, 3000, len(fields) == 0)
	for i, f := range fields {
		k.textObject(f, pointer(ptr, "fields", i), textRule{most: 2000})
	}
	if a := b["accessory"]; a != nil {
		k.element(a, inSection, on, pointer(ptr, "accessory"))
	}
}

func (k *checker) context(b obj, ptr string) {
	for i, e := range k.items(b, "elements", ptr, 10, true) {
		at := pointer(ptr, "elements", i)
		o, _ := e.(obj)
		switch text(o, "type") {
		case "image":
			k.word(o, "alt_text", at, 2000, true)
			k.word(o, "image_url", at, 3000, o["slack_file"] == nil)
		case "plain_text", "mrkdwn":
			k.textObject(o, at, textRule{most: 3000})
		default:
			k.fault(pointer(at, "type"), "must be one of: image, plain_text, mrkdwn")
		}
	}
}

func (k *checker) input(b obj, on surface, ptr string) {
	k.plain(b, "label", ptr, 2000, true)
	k.plain(b, "hint", ptr, 2000, false)
	if b["element"] == nil {
		k.fault(ptr, "missing required field: element")
		return
	}
	k.element(b["element"], inInput, on, pointer(ptr, "element"))
}

func (k *checker) table(b obj, on surface, ptr string) {
	if on != onMessage {
		k.fault(pointer(ptr, "type"), "unsupported type: table")
	}
	for i, r := range k.items(b, "rows", ptr, 100, true) {
		row, ok := r.([]any)
		if !ok {
			k.fault(pointer(ptr, "rows", i), "must be an array")
		} else if len(row) > 20 {
			k.fault(pointer(ptr, "rows", i), "no more than 20 items allowed")
		}
	}
}

// place is the part of a block in which an element stands.
type place string

const (
	inActions place = "actions"
	inSection place = "section"
	inInput   place = "input"
)

// allowed lists the elements that may stand in a place.
func (p place) allowed(kind string) bool {
	choice := []string{
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
		"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons",
	}
	multi := []string{
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
	}
	switch p {
	case inActions:
		return slices.Contains(choice, kind) || slices.Contains(multi, kind) || slices.Contains([]string{"button", "overflow", "workflow_button", "rich_text_input"}, kind)
	case inSection:
		return kind != "datetimepicker" && slices.Contains(choice, kind) || slices.Contains(multi, kind) ||
			slices.Contains([]string{"button", "overflow", "image", "workflow_button"}, kind)
	default:
		return slices.Contains(choice, kind) || slices.Contains(multi, kind) ||
			slices.Contains([]string{"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}, kind)
	}
}
