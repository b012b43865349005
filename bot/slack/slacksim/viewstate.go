package slacksim

// state holds what people chose and typed: block id, action id, value. A value
// has Slack's shape, {"type": …, "selected_option": …} and so on.
type state map[string]map[string]obj

// stateField names the field that holds an element's value, and the field that
// gives its first value. Buttons, overflow menus and images have none.
func stateField(kind string) (field, initial string) {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value", "initial_value"
	case "rich_text_input":
		return "rich_text_value", "initial_value"
	case "static_select", "external_select", "radio_buttons":
		return "selected_option", "initial_option"
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options", "initial_options"
	case "users_select":
		return "selected_user", "initial_user"
	case "multi_users_select":
		return "selected_users", "initial_users"
	case "conversations_select":
		return "selected_conversation", "initial_conversation"
	case "multi_conversations_select":
		return "selected_conversations", "initial_conversations"
	case "channels_select":
		return "selected_channel", "initial_channel"
	case "multi_channels_select":
		return "selected_channels", "initial_channels"
	case "datepicker":
		return "selected_date", "initial_date"
	case "timepicker":
		return "selected_time", "initial_time"
	case "datetimepicker":
		return "selected_date_time", "initial_date_time"
	default:
		return "", ""
	}
}

// interactive lists the elements of a block that people can use.
func interactive(block obj) []obj {
	var out []obj
	add := func(v any) {
		if e, ok := v.(obj); ok && text(e, "type") != "image" && text(e, "type") != "" {
			out = append(out, e)
		}
	}
	for _, b := range within(block) {
		key := "elements"
		switch text(b, "type") {
		case "card":
			key = "actions"
		case "section":
			add(b["accessory"])
			continue
		case "input":
			add(b["element"])
			continue
		case "actions", "context_actions":
		default:
			continue
		}
		elements, _ := b[key].([]any)
		for _, e := range elements {
			add(e)
		}
	}
	return out
}

// initialState gives the values that a view or message starts with.
func initialState(blocks []any) state {
	st := state{}
	for _, b := range blocks {
		block, _ := b.(obj)
		for _, e := range interactive(block) {
			field, initial := stateField(text(e, "type"))
			if field == "" {
				continue
			}
			value := clone(e[initial])
			if _, list := value.([]any); !list && many(field) {
				value = []any{}
			}
			st.put(text(block, "block_id"), text(e, "action_id"), obj{"type": e["type"], field: value})
		}
	}
	return st
}

// many reports whether a state field holds a list.
func many(field string) bool {
	return field == "selected_options" || field == "selected_users" || field == "selected_conversations" || field == "selected_channels"
}

func (st state) put(block, action string, value obj) {
	if st[block] == nil {
		st[block] = map[string]obj{}
	}
	st[block][action] = value
}

// carry keeps old values whose block, action and type are still there.
func (st state) carry(old state) state {
	for block, actions := range st {
		for action, v := range actions {
			if o := old[block][action]; o != nil && o["type"] == v["type"] {
				actions[action] = o
			}
		}
	}
	return st
}

func (st state) json() obj {
	out := obj{}
	for block, actions := range st {
		values := obj{}
		for action, v := range actions {
			values[action] = clone(v)
		}
		out[block] = values
	}
	return out
}
