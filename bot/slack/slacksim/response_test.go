package slacksim_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// clicked posts a card, clicks it and gives the response URL.
func (a *inbox) clicked(t *testing.T) (ts, responseURL string) {
	t.Helper()
	ts = a.postCard(t)
	if err := a.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}); err != nil {
		t.Fatal(err)
	}
	return ts, a.last(t, "/interactions").callback.ResponseURL
}

func (a *inbox) respond(t *testing.T, u string, body any) (map[string]any, int) {
	t.Helper()
	p, err := url.Parse(u)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	out, resp := a.post(t, p.Path, "application/json", string(b))
	return out, resp.StatusCode
}

func TestResponseURLWorksFiveTimes(t *testing.T) {
	app := newInbox(t)
	_, u := app.clicked(t)
	for i := range 6 {
		out, status := app.respond(t, u, object{"text": "あなただけに"})
		if i < 5 && (status != 200 || out["ok"] != true) || i == 5 && (status != 404 || out["error"] != "used_url") {
			t.Errorf("use %d: %d %v", i+1, status, out)
		}
	}
	if m := lastMessage(t, app.Server, "sato"); m["is_ephemeral"] != true {
		t.Errorf("sato sees %v", m)
	}
	if out, status := app.respond(t, "http://slack.test/response/T0/1/2", object{"text": "x"}); status != 404 || out["error"] != "invalid_url" {
		t.Errorf("an invented URL: %d %v", status, out)
	}
}

func TestResponseURLLivesHalfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		_, u := app.clicked(t)
		time.Sleep(29 * time.Minute)
		if out, _ := app.respond(t, u, object{"text": "まだ"}); out["ok"] != true {
			t.Error(out)
		}
		time.Sleep(2 * time.Minute)
		if out, status := app.respond(t, u, object{"text": "もう"}); status != 404 || out["error"] != "expired_url" {
			t.Errorf("%d %v", status, out)
		}
	})
}

func TestResponseURLReplacesAndDeletes(t *testing.T) {
	app := newInbox(t)
	ts, u := app.clicked(t)
	err := slack.PostWebhookCustomHTTPContext(t.Context(), u, app.http, &slack.WebhookMessage{Text: "受領: 佐藤", ReplaceOriginal: true})
	if err != nil {
		t.Fatal(err)
	}
	if m := app.only(t, ts); m.Text != "受領: 佐藤" || len(m.Blocks.BlockSet) != 1 || m.Blocks.BlockSet[0].BlockType() != slack.MBTRichText {
		t.Errorf("replaced: %+v", m)
	}
	if _, _, err := app.api.PostMessageContext(t.Context(), desk, text("みんなへ"), slack.MsgOptionResponseURL(u, slack.ResponseTypeInChannel)); err != nil {
		t.Fatal(err)
	}
	if m := lastMessage(t, app.Server, "suzuki"); m["text"] != "みんなへ" {
		t.Errorf("in_channel: %v", m)
	}
	if out, status := app.respond(t, u, object{}); status != 400 || out["error"] != "no_text" {
		t.Errorf("empty: %d %v", status, out)
	}
	if out, _ := app.respond(t, u, object{"delete_original": true}); out["ok"] != true {
		t.Error(out)
	}
	if out, _ := app.respond(t, u, object{"delete_original": true}); out["error"] != "message_not_found" {
		t.Errorf("deleting twice: %v", out)
	}
}

func TestEphemeralsChangeOnlyByResponseURL(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	ts, err := app.api.PostEphemeralContext(ctx, desk, "U0SATO", text("本当に？"), slack.MsgOptionBlocks(slack.NewActionBlock("b", slack.NewButtonBlockElement("yes", "1", plain("はい")))))
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = app.api.UpdateMessageContext(ctx, desk, ts, text("x"))
	wantErr(t, err, "message_not_found")
	if err := app.Click(ctx, slacksim.Click{User: "suzuki", Channel: desk, TS: ts, ActionID: "yes"}); !errors.Is(err, slacksim.ErrUnknown) {
		t.Errorf("somebody else's ephemeral: %v", err)
	}
	if err := app.Click(ctx, slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "yes"}); err != nil {
		t.Fatal(err)
	}
	cb := app.last(t, "/interactions").callback
	if !cb.Container.IsEphemeral || cb.Message.Timestamp != "" {
		t.Errorf("payload: %+v", cb.Container)
	}
	if out, _ := app.respond(t, cb.ResponseURL, object{"replace_original": true, "text": "はい"}); out["ok"] != true {
		t.Fatal(out)
	}
	if m := lastMessage(t, app.Server, "sato"); m["text"] != "はい" || len(m["blocks"].([]any)) != 1 {
		t.Errorf("replaced: %v", m)
	}
	if out, _ := app.respond(t, cb.ResponseURL, object{"delete_original": true}); out["ok"] != true {
		t.Fatal(out)
	}
	if m := lastMessage(t, app.Server, "sato"); m != nil {
		t.Errorf("still there: %v", m)
	}
}

func TestClickRefusesWhatIsNotOnTheScreen(t *testing.T) {
	app := newInbox(t)
	ts := app.postCard(t)
	good := slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}
	for name, edit := range map[string]func(*slacksim.Click){
		"user":         func(c *slacksim.Click) { c.User = "U0NONE" },
		"left company": func(c *slacksim.Click) { c.User = "kimura" },
		"not a member": func(c *slacksim.Click) { c.User = "yamada" },
		"the bot":      func(c *slacksim.Click) { c.User = "U0BOT" },
		"channel":      func(c *slacksim.Click) { c.Channel = "C0NONE" },
		"message":      func(c *slacksim.Click) { c.TS = "1.000001" },
		"action":       func(c *slacksim.Click) { c.ActionID = "launch" },
		"block":        func(c *slacksim.Click) { c.BlockID = "other" },
		"value":        func(c *slacksim.Click) { c.Value = "MSP-12:9" },
		"option":       func(c *slacksim.Click) { c.ActionID, c.Value = "class", "severe" },
	} {
		c := good
		edit(&c)
		if err := app.Click(t.Context(), c); !errors.Is(err, slacksim.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(app.all("/interactions")); n != 0 {
		t.Errorf("%d refused clicks reached the app", n)
	}
	if err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: "#サポート受付", TS: ts, ActionID: "class", Value: "impact"}); err != nil {
		t.Fatal(err)
	}
	cb := app.last(t, "/interactions").callback
	a := cb.ActionCallback.BlockActions[0]
	if a.SelectedOption.Value != "impact" || a.SelectedOption.Text.Text != "影響あり" || cb.BlockActionState.Values["acts"]["class"].SelectedOption.Value != "impact" {
		t.Errorf("select: %+v, state %+v", a, cb.BlockActionState)
	}
}

func TestClickingATwinNeedsItsValue(t *testing.T) {
	app := newInbox(t)
	row := func(v string) slack.Block {
		return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, v, false, false), nil, slack.NewAccessory(slack.NewButtonBlockElement("open", v, plain("開く"))))
	}
	_, ts, err := app.api.PostMessageContext(t.Context(), desk, slack.MsgOptionBlocks(row("a"), row("b")))
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "open"}); err == nil {
		t.Error("clicked one of two at random")
	}
	if err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "open", Value: "b"}); err != nil {
		t.Error(err)
	}
	if v := app.last(t, "/interactions").callback.ActionCallback.BlockActions[0].Value; v != "b" {
		t.Errorf("clicked %q", v)
	}
}

func TestShortcutsAndSuggestions(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	said := app.say(t, "サーバーが遅いです")
	if err := app.Shortcut(ctx, slacksim.Shortcut{User: "sato", CallbackID: "msg_to_ticket", Channel: desk, TS: said}); err != nil {
		t.Fatal(err)
	}
	cb := app.last(t, "/interactions").callback
	if cb.Type != slack.InteractionTypeMessageAction || cb.CallbackID != "msg_to_ticket" || cb.Message.Text != "サーバーが遅いです" || cb.MessageTs != said || cb.Channel.ID != desk {
		t.Errorf("message shortcut: %+v", cb)
	}
	if err := app.Shortcut(ctx, slacksim.Shortcut{User: "sato", CallbackID: "declare_incident"}); err != nil {
		t.Fatal(err)
	}
	if cb := app.last(t, "/interactions").callback; cb.Type != slack.InteractionTypeShortcut || cb.TriggerID == "" {
		t.Errorf("global shortcut: %+v", cb)
	}
	if err := app.Shortcut(ctx, slacksim.Shortcut{User: "sato", CallbackID: "nope"}); !errors.Is(err, slacksim.ErrUnknown) {
		t.Errorf("unknown shortcut: %v", err)
	}

	view := modal("探す")
	view.Blocks.BlockSet = append(view.Blocks.BlockSet, slack.NewInputBlock("key", plain("課題"), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, "find")))
	if _, err := app.api.OpenViewContext(ctx, app.trigger(t), view); err != nil {
		t.Fatal(err)
	}
	app.answers(func(d delivered, _ *http.Request) (int, http.Header, string) {
		return 200, nil, `{"options":[{"text":{"type":"plain_text","text":"` + d.callback.Value + `-12"},"value":"12"}]}`
	})
	out, err := app.Suggest(ctx, slacksim.Suggest{User: "sato", ActionID: "find", Query: "MSP"})
	if err != nil || !json.Valid(out) || !contains(string(out), "MSP-12") {
		t.Errorf("options: %s, %v", out, err)
	}
	app.always(object{"options": []any{}})
	if _, err := app.Suggest(ctx, slacksim.Suggest{User: "sato", ActionID: "find", Query: "x"}); err == nil {
		t.Error("no options at all were accepted")
	}
}
