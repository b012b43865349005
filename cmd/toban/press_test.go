package main

import (
	"encoding/json"

	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// buttonsOf lists the buttons of a message's rows and, in front of a person, of the menu that one of them opens.
func (b *bench) buttonsOf(user, channel string, c card) (out []string) {
	b.t.Helper()
	for _, bl := range c.Blocks {
		list, _ := bl["elements"].([]any)
		for _, e := range list {
			button, _ := e.(map[string]any)
			if action, _ := button["action_id"].(string); button["type"] == "button" {
				out = append(out, action)
			}
		}
	}
	if n := len(out); n > 0 && out[n-1] == view.ActionMore {
		if err := b.slack.Click(b.t.Context(), slacksim.Click{User: user, Channel: channel, TS: c.TS, ActionID: view.ActionMore}); err != nil {
			b.t.Fatal(err)
		}
		views := b.slack.Views(user)
		out = append(out[:n-1], menuActions(views[len(views)-1])...)
		if err := b.slack.CloseView(b.t.Context(), slacksim.CloseView{User: user, All: true}); err != nil {
			b.t.Fatal(err)
		}
	}
	return out
}

// menuActions lists what can be pressed in a menu of further actions.
func menuActions(raw json.RawMessage) (out []string) {
	var v struct {
		Blocks []struct {
			Accessory struct {
				Action string `json:"action_id"`
			} `json:"accessory"`
		} `json:"blocks"`
	}
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	for _, b := range v.Blocks {
		if b.Accessory.Action != "" {
			out = append(out, b.Accessory.Action)
		}
	}
	return out
}
