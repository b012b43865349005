package slacksim

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// ErrUnknown is returned when a person tries to use something that is not there:
// a message, a button, an option, a view, a channel that they are not in.
var ErrUnknown = errors.New("no such thing on the screen")

func unknown(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrUnknown, fmt.Sprintf(format, a...))
}

// found is an element with the block around it.
type found struct{ block, element obj }

// seek finds the element that a person means. An element is named by its action
// id, where needed also by block id or, for a button, by value.
func seek(blocks []any, actionID, blockID, value string) (found, error) {
	var hits []found
	for _, b := range blocks {
		block, _ := b.(obj)
		if blockID != "" && text(block, "block_id") != blockID {
			continue
		}
		for _, e := range interactive(block) {
			if text(e, "action_id") != actionID {
				continue
			}
			if text(e, "type") == "button" && value != "" && text(e, "value") != value {
				continue
			}
			hits = append(hits, found{block, e})
		}
	}
	switch len(hits) {
	case 0:
		return found{}, unknown("no element with action %q, block %q, value %q", actionID, blockID, value)
	case 1:
		return hits[0], nil
	default:
		return found{}, fmt.Errorf("action %q stands in %d places: name the block or the value", actionID, len(hits))
	}
}

// choice turns what a person chose into Slack's value for the element. v is a
// text, a list of texts, nil (cleared), or the value in Slack's shape already.
func (s *Server) choice(e obj, v any) (obj, error) {
	kind := text(e, "type")
	if full, ok := v.(obj); ok && kind != "rich_text_input" {
		if full["type"] == nil {
			full["type"] = kind
		}
		return clone(full).(obj), nil
	}
	if kind == "overflow" {
		o := option(e, fmt.Sprint(v))
		if o == nil {
			return nil, unknown("no option %v", v)
		}
		return obj{"selected_option": clone(o)}, nil
	}
	field, _ := stateField(kind)
	if field == "" {
		return nil, nil // a button has no value of its own
	}
	if v == nil || v == "" && field != "value" {
		if many(field) {
			return obj{"type": kind, field: []any{}}, nil
		}
		return obj{"type": kind, field: nil}, nil
	}
	if many(field) {
		out := []any{}
		for _, one := range texts(v) {
			x, err := s.single(e, kind, one)
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
		return obj{"type": kind, field: out}, nil
	}
	if field == "rich_text_value" {
		return obj{"type": kind, field: clone(v)}, nil
	}
	x, err := s.single(e, kind, fmt.Sprint(v))
	if err != nil {
		return nil, err
	}
	return obj{"type": kind, field: x}, nil
}

func texts(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		out := make([]string, len(v))
		for i, e := range v {
			out[i] = fmt.Sprint(e)
		}
		return out
	default:
		return []string{fmt.Sprint(v)}
	}
}

// single checks one chosen item.
func (s *Server) single(e obj, kind, v string) (any, error) {
	switch kind {
	case "static_select", "radio_buttons", "multi_static_select", "checkboxes":
		if o := option(e, v); o != nil {
			return clone(o), nil
		}
		return nil, unknown("no option %q", v)
	case "external_select", "multi_external_select": // the options live in the app: one that it has offered is known in full
		if o := option(s.offered[text(e, "action_id")], v); o != nil {
			return clone(o), nil
		}
		return obj{"text": obj{"type": "plain_text", "text": v, "emoji": true}, "value": v}, nil
	case "users_select", "multi_users_select":
		if u := s.person(v); u != nil {
			return u.ID, nil
		}
		return nil, unknown("no user %q", v)
	case "conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select":
		if ch := s.channelNamed(v); ch != nil {
			return ch.id, nil
		}
		return nil, unknown("no channel %q", v)
	case "datepicker":
		_, err := time.Parse(time.DateOnly, v)
		return v, err
	case "timepicker":
		_, err := time.Parse("15:04", v)
		return v, err
	case "datetimepicker":
		return strconv.ParseInt(v, 10, 64)
	default:
		return v, nil
	}
}

// Complaints of Slack's client about a form, before the app is asked.
const (
	complainRequired = "Please complete this required field."
	complainShort    = "This field must have at least %d characters."
	complainLong     = "This field can have at most %d characters."
	complainEmail    = "This field must be a valid email address."
	complainURL      = "This field must be a valid URL."
	complainNumber   = "This field must be a number within the limits."
)

// complaints checks the inputs of a view as Slack's client does: block id to text.
func complaints(v *view) map[string]string {
	out := map[string]string{}
	for _, b := range v.blocks {
		block, _ := b.(obj)
		if text(block, "type") != "input" {
			continue
		}
		e, _ := block["element"].(obj)
		id := text(block, "block_id")
		field, _ := stateField(text(e, "type"))
		value := v.state[id][text(e, "action_id")][field]
		optional, _ := block["optional"].(bool)
		if empty(value) {
			if !optional && field != "" {
				out[id] = complainRequired
			}
			continue
		}
		if c := complaint(e, value); c != "" {
			out[id] = c
		}
	}
	return out
}

func empty(v any) bool {
	l, ok := v.([]any)
	return v == nil || v == "" || ok && len(l) == 0
}

func complaint(e obj, value any) string {
	s := fmt.Sprint(value)
	switch text(e, "type") {
	case "plain_text_input":
		n := utf8.RuneCountInString(s)
		if least := number(e["min_length"], 0); n < least {
			return fmt.Sprintf(complainShort, least)
		}
		if most := number(e["max_length"], 3000); n > most {
			return fmt.Sprintf(complainLong, most)
		}
	case "email_text_input":
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			return complainEmail
		}
	case "url_text_input":
		if u, err := url.Parse(s); err != nil || u.Host == "" {
			return complainURL
		}
	case "number_input":
		return badNumber(e, s)
	case "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select":
		if l, _ := value.([]any); len(l) > number(e["max_selected_items"], len(l)) {
			return "Too many items."
		}
	}
	return ""
}

func badNumber(e obj, s string) string {
	n, err := strconv.ParseFloat(s, 64)
	decimal, _ := e["is_decimal_allowed"].(bool)
	bound := func(key string, absent float64) float64 {
		if f, err := strconv.ParseFloat(fmt.Sprint(e[key]), 64); err == nil {
			return f
		}
		return absent
	}
	if err != nil || !decimal && slices.Contains([]byte(s), '.') || n < bound("min_value", n) || n > bound("max_value", n) {
		return complainNumber
	}
	return ""
}
