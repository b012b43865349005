package slacksim_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
)

type object = map[string]any

func pt(s string) object { return object{"type": "plain_text", "text": s} }

func md(s string) object { return object{"type": "mrkdwn", "text": s} }

func many(n int, f func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func button(id string) object {
	return object{"type": "button", "action_id": id, "text": pt("押す")}
}

func edited(o object, kv ...any) object {
	out := maps.Clone(o)
	for i := 0; i < len(kv); i += 2 {
		out[kv[i].(string)] = kv[i+1]
	}
	return out
}

func actions(elements ...any) object { return object{"type": "actions", "elements": elements} }

func choose(n int) object {
	return object{"type": "static_select", "action_id": "s", "options": many(n, func(i int) any {
		return object{"text": pt("選択"), "value": fmt.Sprint(i)}
	})}
}

// TestBlockLimits checks both sides of each limit: exactly at it passes, one
// more is refused at the place named by the JSON pointer.
func TestBlockLimits(t *testing.T) {
	ch := func(n int) string { return strings.Repeat("字", n) }
	section := func(text any) object { return object{"type": "section", "text": text} }
	one := func(b any) []any { return []any{b} }
	cases := []struct {
		name     string
		ok, over []any
		at       string
	}{
		{"blocks", many(50, func(int) any { return object{"type": "divider"} }), many(51, func(int) any { return object{"type": "divider"} }), "/blocks]"},
		{"header", one(object{"type": "header", "text": pt(ch(150))}), one(object{"type": "header", "text": pt(ch(151))}), "/blocks/0/text/text"},
		{"header is plain", one(object{"type": "header", "text": pt("a")}), one(object{"type": "header", "text": md("a")}), "/blocks/0/text/type"},
		{"section text", one(section(md(ch(3000)))), one(section(md(ch(3001)))), "/blocks/0/text/text"},
		{"section needs text", one(section(md("a"))), one(object{"type": "section"}), "/blocks/0]"},
		{"empty text", one(section(md("a"))), one(section(md(""))), "/blocks/0/text/text"},
		{"fields", one(object{"type": "section", "fields": many(10, func(int) any { return md("a") })}), one(object{"type": "section", "fields": many(11, func(int) any { return md("a") })}), "/blocks/0/fields"},
		{"field text", one(object{"type": "section", "fields": []any{md(ch(2000))}}), one(object{"type": "section", "fields": []any{md(ch(2001))}}), "/blocks/0/fields/0/text"},
		{"context", one(object{"type": "context", "elements": many(10, func(int) any { return md("a") })}), one(object{"type": "context", "elements": many(11, func(int) any { return md("a") })}), "/blocks/0/elements"},
		{"actions", one(actions(many(25, func(i int) any { return button(fmt.Sprint(i)) })...)), one(actions(many(26, func(i int) any { return button(fmt.Sprint(i)) })...)), "/blocks/0/elements"},
		{"no actions", one(actions(button("a"))), one(object{"type": "actions", "elements": []any{}}), "/blocks/0/elements"},
		{"button text", one(actions(edited(button("a"), "text", pt(ch(75))))), one(actions(edited(button("a"), "text", pt(ch(76))))), "/blocks/0/elements/0/text/text"},
		{"button value", one(actions(edited(button("a"), "value", ch(2000)))), one(actions(edited(button("a"), "value", ch(2001)))), "/blocks/0/elements/0/value"},
		{"button url", one(actions(edited(button("a"), "url", ch(3000)))), one(actions(edited(button("a"), "url", ch(3001)))), "/blocks/0/elements/0/url"},
		{"button style", one(actions(edited(button("a"), "style", "danger"))), one(actions(edited(button("a"), "style", "shiny"))), "/blocks/0/elements/0/style"},
		{"accessibility label", one(actions(edited(button("a"), "accessibility_label", ch(75)))), one(actions(edited(button("a"), "accessibility_label", ch(76)))), "accessibility_label"},
		{"action_id length", one(actions(button(ch(255)))), one(actions(button(ch(256)))), "action_id"},
		{"action_id twice", one(actions(button("a"), button("b"))), one(actions(button("a"), button("a"))), "/blocks/0/elements/1/action_id"},
		{"block_id twice", []any{object{"type": "divider", "block_id": "x"}, object{"type": "divider", "block_id": "y"}}, []any{object{"type": "divider", "block_id": "x"}, object{"type": "divider", "block_id": "x"}}, "/blocks/1/block_id"},
		{"block_id length", one(object{"type": "divider", "block_id": ch(255)}), one(object{"type": "divider", "block_id": ch(256)}), "/blocks/0/block_id"},
		{"options", one(actions(choose(100))), one(actions(choose(101))), "/blocks/0/elements/0/options"},
		{"no options", one(actions(choose(1))), one(actions(choose(0))), "/blocks/0/elements/0/options"},
		{"placeholder", one(actions(edited(choose(1), "placeholder", pt(ch(150))))), one(actions(edited(choose(1), "placeholder", pt(ch(151))))), "placeholder"},
		{"overflow", one(actions(edited(choose(5), "type", "overflow"))), one(actions(edited(choose(6), "type", "overflow"))), "/options"},
		{"checkboxes", one(actions(edited(choose(10), "type", "checkboxes"))), one(actions(edited(choose(11), "type", "checkboxes"))), "/options"},
		{"option text", one(actions(edited(choose(1), "options", []any{object{"text": pt(ch(75)), "value": "a"}}))), one(actions(edited(choose(1), "options", []any{object{"text": pt(ch(76)), "value": "a"}}))), "/options/0/text"},
		{"option value", one(actions(edited(choose(1), "options", []any{object{"text": pt("a"), "value": ch(75)}}))), one(actions(edited(choose(1), "options", []any{object{"text": pt("a"), "value": ch(76)}}))), "/options/0/value"},
		{"initial option", one(actions(edited(choose(2), "initial_option", object{"text": pt("選択"), "value": "1"}))), one(actions(edited(choose(2), "initial_option", object{"text": pt("選択"), "value": "9"}))), "/blocks/0/elements/0"},
		{
			"confirm", one(actions(edited(button("a"), "confirm", object{"title": pt(ch(100)), "text": pt(ch(300)), "confirm": pt(ch(30)), "deny": pt("b")}))),
			one(actions(edited(button("a"), "confirm", object{"title": pt("a"), "text": pt("a"), "confirm": pt(ch(31)), "deny": pt("b")}))), "/confirm/confirm",
		},
		{"image alt", one(object{"type": "image", "image_url": "https://e.jp/a.png", "alt_text": ch(2000)}), one(object{"type": "image", "image_url": "https://e.jp/a.png"}), "/blocks/0]"},
		{"text input in actions", one(actions(button("a"))), one(actions(object{"type": "plain_text_input", "action_id": "a"})), "/blocks/0/elements/0/type"},
		{"table", one(object{"type": "table", "rows": many(100, func(int) any { return []any{} })}), one(object{"type": "table", "rows": many(101, func(int) any { return []any{} })}), "/blocks/0/rows"},
		{"two tables", one(object{"type": "table", "rows": []any{[]any{}}}), many(2, func(int) any { return object{"type": "table", "rows": []any{[]any{}}} }), "/blocks/1"},
		{"markdown", one(object{"type": "markdown", "text": ch(12_000)}), one(object{"type": "markdown", "text": ch(12_001)}), "/blocks/0/text"},
	}
	r := newRig(t)
	post := func(blocks []any) object {
		b, err := json.Marshal(blocks)
		if err != nil {
			t.Fatal(err)
		}
		out, _ := r.raw(t, "chat.postMessage", form("channel", desk, "text", "x", "blocks", string(b)))
		return out
	}
	for _, c := range cases {
		if out := post(c.ok); out["ok"] != true {
			t.Errorf("%s: at the limit: %v", c.name, out)
		}
		out := post(c.over)
		if out["error"] != "invalid_blocks" || !strings.Contains(fmt.Sprint(out["response_metadata"]), c.at) {
			t.Errorf("%s: beyond the limit: %v, want a fault at %s", c.name, out, c.at)
		}
	}
	big := many(5, func(int) any { return section(md(ch(2700))) })
	if out := post(big); out["error"] != "msg_blocks_too_long" {
		t.Errorf("13 500 characters of blocks: %v", out)
	}
}

func TestViewLimits(t *testing.T) {
	ch := func(n int) string { return strings.Repeat("字", n) }
	input := object{"type": "input", "label": pt("理由"), "element": object{"type": "plain_text_input", "action_id": "t"}}
	base := object{"type": "modal", "title": pt("題"), "submit": pt("送信"), "blocks": []any{input}}
	divider := func(int) any { return object{"type": "divider"} }
	cases := []struct {
		name string
		view object
		want string // part of the messages; empty: accepted
	}{
		{"fine", base, ""},
		{"title", edited(base, "title", pt(ch(25))), "/view/title/text"},
		{"no title", edited(base, "title", nil), "missing required field: title"},
		{"submit text", edited(base, "submit", pt(ch(25))), "/view/submit/text"},
		{"close text", edited(base, "close", pt(ch(25))), "/view/close/text"},
		{"input without submit", edited(base, "submit", nil), "submit is required"},
		{"100 blocks", edited(base, "blocks", many(100, divider)), ""},
		{"101 blocks", edited(base, "blocks", many(101, divider)), "no more than 100"},
		{"private_metadata", edited(base, "private_metadata", ch(3001)), "/view/private_metadata"},
		{"callback_id", edited(base, "callback_id", ch(256)), "/view/callback_id"},
		{"external_id", edited(base, "external_id", ch(256)), "/view/external_id"},
		{"a home in a modal", edited(base, "type", "home"), "/view/type"},
		{"label", edited(base, "blocks", []any{edited(input, "label", pt(ch(2001)))}), "/view/blocks/0/label"},
		{"max_length", edited(base, "blocks", []any{edited(input, "element", object{"type": "plain_text_input", "action_id": "t", "max_length": 3001})}), "max_length"},
		{"no element", edited(base, "blocks", []any{edited(input, "element", nil)}), "missing required field: element"},
		{"a button as input", edited(base, "blocks", []any{edited(input, "element", button("a"))}), "unsupported type"},
		{"number without decimals", edited(base, "blocks", []any{edited(input, "element", object{"type": "number_input"})}), "is_decimal_allowed"},
		{"markdown block", edited(base, "blocks", []any{object{"type": "markdown", "text": "a"}}), "unsupported type: markdown"},
	}
	app := newInbox(t)
	for _, c := range cases {
		b, err := json.Marshal(c.view)
		if err != nil {
			t.Fatal(err)
		}
		out, _ := app.raw(t, "views.open", form("trigger_id", app.trigger(t), "view", string(b)))
		switch {
		case c.want == "" && out["ok"] != true:
			t.Errorf("%s: %v", c.name, out)
		case c.want != "" && (out["error"] != "invalid_arguments" || !strings.Contains(fmt.Sprint(out["response_metadata"]), c.want)):
			t.Errorf("%s: %v, want %s", c.name, out, c.want)
		}
	}
	huge := edited(base, "blocks", many(100, func(int) any { return object{"type": "section", "text": md(strings.Repeat("a", 2900))} }))
	b, err := json.Marshal(huge)
	if err != nil {
		t.Fatal(err)
	}
	if out, _ := app.raw(t, "views.open", form("trigger_id", app.trigger(t), "view", string(b))); out["error"] != "view_too_large" {
		t.Errorf("290 kB: %v", out["error"])
	}
}
