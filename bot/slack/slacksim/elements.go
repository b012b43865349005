package slacksim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// element checks one block element where it stands.
func (k *checker) element(v any, in place, on surface, ptr string) {
	e, ok := v.(obj)
	if !ok {
		k.fault(ptr, "must be an object")
		return
	}
	kind := text(e, "type")
	if !in.allowed(kind) {
		k.fault(pointer(ptr, "type"), fmt.Sprintf("unsupported type: %s in %s", kind, in))
		return
	}
	if kind == "image" {
		k.word(e, "alt_text", ptr, 2000, true)
		k.word(e, "image_url", ptr, 3000, e["slack_file"] == nil)
		return
	}
	if kind == "file_input" && on != onModal {
		k.fault(pointer(ptr, "type"), "unsupported type: file_input outside of modals")
	}
	k.word(e, "action_id", ptr, 255, false)
	if id := text(e, "action_id"); id != "" {
		if k.actions[id] {
			k.fault(pointer(ptr, "action_id"), fmt.Sprintf("`action_id` %q already exists for another element", id))
		}
		k.actions[id] = true
	}
	k.confirm(e, ptr)
	k.plain(e, "placeholder", ptr, 150, false)
	if f, _ := e["focus_on_load"].(bool); f {
		if k.focus {
			k.fault(pointer(ptr, "focus_on_load"), "only one element can have focus_on_load")
		}
		k.focus = true
	}
	switch {
	case kind == "button":
		k.button(e, ptr)
	case kind == "overflow":
		k.options(e, "options", ptr, 5, true)
	case kind == "checkboxes", kind == "radio_buttons":
		k.options(e, "options", ptr, 10, true)
		k.initial(e, ptr)
	case strings.HasSuffix(kind, "static_select"):
		k.static(e, ptr)
	case kind == "plain_text_input":
		k.lengths(e, ptr)
	case kind == "number_input":
		if _, ok := e["is_decimal_allowed"].(bool); !ok {
			k.fault(ptr, "missing required field: is_decimal_allowed")
		}
	}
}

func (k *checker) button(e obj, ptr string) {
	k.plain(e, "text", ptr, 75, true)
	k.word(e, "value", ptr, 2000, false)
	k.word(e, "url", ptr, 3000, false)
	k.word(e, "accessibility_label", ptr, 75, false)
	if s := text(e, "style"); s != "" && s != "primary" && s != "danger" {
		k.fault(pointer(ptr, "style"), "must be one of: primary, danger")
	}
}

func (k *checker) confirm(e obj, ptr string) {
	if e["confirm"] == nil {
		return
	}
	c, ok := e["confirm"].(obj)
	at := pointer(ptr, "confirm")
	if !ok {
		k.fault(at, "must be an object")
		return
	}
	k.plain(c, "title", at, 100, true)
	k.mixed(c, "text", at, 300, true)
	k.plain(c, "confirm", at, 30, true)
	k.plain(c, "deny", at, 30, true)
}

// static checks a select with options of its own: plain or grouped, not both.
func (k *checker) static(e obj, ptr string) {
	groups := k.items(e, "option_groups", ptr, 100, false)
	if len(groups) > 0 && e["options"] != nil {
		k.fault(ptr, "must have only one of: options, option_groups")
	}
	for i, g := range groups {
		at := pointer(ptr, "option_groups", i)
		o, _ := g.(obj)
		k.plain(o, "label", at, 75, true)
		k.options(o, "options", at, 100, true)
	}
	if len(groups) == 0 {
		k.options(e, "options", ptr, 100, true)
	}
	k.initial(e, ptr)
}

func (k *checker) options(e obj, key, ptr string, most int, required bool) {
	for i, v := range k.items(e, key, ptr, most, required) {
		at := pointer(ptr, key, i)
		o, ok := v.(obj)
		if !ok {
			k.fault(at, "must be an object")
			continue
		}
		k.mixed(o, "text", at, 75, true)
		k.word(o, "value", at, 75, true)
		k.mixed(o, "description", at, 75, false)
		k.word(o, "url", at, 3000, false)
	}
}

// initial wants initial options to be among the options.
func (k *checker) initial(e obj, ptr string) {
	wanted, _ := e["initial_options"].([]any)
	if o := e["initial_option"]; o != nil {
		wanted = append(wanted, o)
	}
	for _, w := range wanted {
		if option(e, text(w, "value")) == nil {
			k.fault(ptr, "initial option is not among the options")
		}
	}
}

// option finds an option of an element by its value, also inside groups.
func option(e obj, value string) obj {
	sets := []any{e}
	groups, _ := e["option_groups"].([]any)
	sets = append(sets, groups...)
	for _, set := range sets {
		o, _ := set.(obj)
		list, _ := o["options"].([]any)
		for _, v := range list {
			if found, ok := v.(obj); ok && text(found, "value") == value {
				return found
			}
		}
	}
	return nil
}

func (k *checker) lengths(e obj, ptr string) {
	least, most := number(e["min_length"], 0), number(e["max_length"], 3000)
	if most < 1 || most > 3000 {
		k.fault(pointer(ptr, "max_length"), "must be between 1 and 3000")
	}
	if least < 0 || least > most {
		k.fault(pointer(ptr, "min_length"), "must be between 0 and max_length")
	}
	k.word(e, "initial_value", ptr, 3000, false)
}

// number reads an integer of JSON.
func number(v any, absent int) int {
	n, ok := v.(json.Number)
	if !ok {
		return absent
	}
	i, err := n.Int64()
	if err != nil {
		return absent
	}
	return int(i)
}
