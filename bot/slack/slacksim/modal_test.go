package slacksim_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

func TestTriggersLiveThreeSecondsAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		trigger := app.trigger(t)
		time.Sleep(2900 * time.Millisecond)
		if _, err := app.api.OpenViewContext(t.Context(), trigger, modal("題")); err != nil {
			t.Fatal(err)
		}
		_, err := app.api.OpenViewContext(t.Context(), trigger, modal("題"))
		wantErr(t, err, "exchanged_trigger_id")
		late := app.trigger(t)
		time.Sleep(3100 * time.Millisecond)
		_, err = app.api.OpenViewContext(t.Context(), late, modal("題"))
		wantErr(t, err, "expired_trigger_id")
	})
}

func wantErr(t *testing.T, err error, code string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestModalFromClickToClosed(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	v, err := app.api.OpenViewContext(ctx, app.trigger(t), modal("障害を宣言"))
	if err != nil {
		t.Fatal(err)
	}
	if got := app.Views("sato"); len(got) != 1 || app.Views("suzuki") == nil || len(app.Views("suzuki")) != 0 {
		t.Fatalf("%d views open for sato", len(got))
	}

	// The client itself refuses an empty required field; the app hears nothing.
	res, err := app.Submit(ctx, slacksim.Submit{User: "sato"})
	if err != nil || res.Asked || res.Errors["reason"] == "" || len(app.all("/interactions")) != 0 {
		t.Errorf("empty form: %+v, %v", res, err)
	}
	for _, bad := range []map[string]map[string]any{
		{"nowhere": {"text": "x"}}, {"reason": {"nothing": "x"}}, {"sev": {"level": "9"}}, {"lead": {"user": "nobody"}},
	} {
		if _, err := app.Submit(ctx, slacksim.Submit{User: "sato", Values: bad}); !errors.Is(err, slacksim.ErrUnknown) {
			t.Errorf("filling in %v: %v", bad, err)
		}
	}

	// The app refuses, what was typed stays.
	app.always(slack.NewErrorsViewSubmissionResponse(map[string]string{"reason": "短すぎます"}))
	fill := map[string]map[string]any{"reason": {"text": "DBが重い"}, "lead": {"user": "tanaka"}, "sev": {"level": "2"}}
	res, err = app.Submit(ctx, slacksim.Submit{User: "sato", ViewID: v.ID, Values: fill})
	if err != nil || res.Action != "errors" || res.Errors["reason"] != "短すぎます" {
		t.Errorf("errors: %+v, %v", res, err)
	}
	cb := app.last(t, "/interactions").callback
	values := cb.View.State.Values
	if values["reason"]["text"].Value != "DBが重い" || values["lead"]["user"].SelectedUser != "U0TANAKA" || values["sev"]["level"].SelectedOption.Value != "2" ||
		cb.View.PrivateMetadata != "MSP-12" || cb.View.CallbackID != "declare" || cb.User.ID != "U0SATO" {
		t.Errorf("submission: %+v", values)
	}

	// An update keeps the ids and with them the typed text.
	next := modal("確認")
	app.always(slack.NewUpdateViewSubmissionResponse(&next))
	res, err = app.Submit(ctx, slacksim.Submit{User: "sato"})
	if err != nil || res.Action != "update" {
		t.Fatalf("update: %+v, %v", res, err)
	}
	var now slack.View
	if err := json.Unmarshal(res.View, &now); err != nil {
		t.Fatal(err)
	}
	if now.ID != v.ID || now.Hash == v.Hash || now.Title.Text != "確認" || now.State.Values["reason"]["text"].Value != "DBが重い" {
		t.Errorf("after the update: %+v", now)
	}

	// A push puts a second modal in front; closing it tells the app and shows the first.
	app.always(slack.NewPushViewSubmissionResponse(&next))
	if res, err = app.Submit(ctx, slacksim.Submit{User: "sato"}); err != nil || res.Action != "push" || len(app.Views("sato")) != 2 {
		t.Fatalf("push: %+v, %v", res, err)
	}
	app.answers(nil)
	if err := app.CloseView(ctx, slacksim.CloseView{User: "sato"}); err != nil {
		t.Fatal(err)
	}
	if cb := app.last(t, "/interactions").callback; cb.Type != slack.InteractionTypeViewClosed || cb.IsCleared {
		t.Errorf("closing sent %+v", cb)
	}
	if got := app.Views("sato"); len(got) != 1 {
		t.Errorf("%d views after closing one of two", len(got))
	}

	// An empty answer closes.
	if res, err = app.Submit(ctx, slacksim.Submit{User: "sato"}); err != nil || res.Action != "" || res.View != nil || len(app.Views("sato")) != 0 {
		t.Errorf("empty answer: %+v, %v", res, err)
	}
	if _, err := app.Submit(ctx, slacksim.Submit{User: "sato"}); !errors.Is(err, slacksim.ErrUnknown) {
		t.Errorf("submitting without a modal: %v", err)
	}
}

func TestAnswersThatMakeNoSense(t *testing.T) {
	invalid := modal("a very long title, far beyond 24 characters")
	cases := map[string]any{
		"errors on no input": slack.NewErrorsViewSubmissionResponse(map[string]string{"nowhere": "x"}),
		"invalid view":       slack.NewUpdateViewSubmissionResponse(&invalid),
		"unknown action":     object{"response_action": "dance"},
	}
	for name, answer := range cases {
		app := newInbox(t)
		if _, err := app.api.OpenViewContext(t.Context(), app.trigger(t), modal("題")); err != nil {
			t.Fatal(err)
		}
		app.always(answer)
		if _, err := app.Submit(t.Context(), slacksim.Submit{User: "sato", Values: map[string]map[string]any{"reason": {"text": "x"}}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if len(app.Views("sato")) != 1 {
			t.Errorf("%s: the modal has gone", name)
		}
	}
}

func TestClearEmptiesTheStack(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	if _, err := app.api.OpenViewContext(ctx, app.trigger(t), modal("一")); err != nil {
		t.Fatal(err)
	}
	next := modal("次")
	fill := map[string]map[string]any{"reason": {"text": "x"}}
	app.always(slack.NewPushViewSubmissionResponse(&next))
	for range 2 {
		if _, err := app.Submit(ctx, slacksim.Submit{User: "sato", Values: fill}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := app.Submit(ctx, slacksim.Submit{User: "sato", Values: fill}); err == nil || !strings.Contains(err.Error(), "push_limit_reached") {
		t.Errorf("a fourth modal: %v", err)
	}
	app.always(slack.NewClearViewSubmissionResponse())
	if _, err := app.Submit(ctx, slacksim.Submit{User: "sato"}); err != nil {
		t.Fatal(err)
	}
	if n := len(app.Views("sato")); n != 0 {
		t.Errorf("%d views after clear", n)
	}
}

func TestUpdateByHashAndPushFromAModal(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	view := modal("選ぶ")
	view.ExternalID = "declare-MSP-12"
	view.Blocks.BlockSet = append(view.Blocks.BlockSet, slack.NewActionBlock("more", slack.NewButtonBlockElement("add", "", plain("追加"))))
	v, err := app.api.OpenViewContext(ctx, app.trigger(t), view)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = app.api.UpdateViewContext(ctx, modal("新"), "", v.Hash, v.ID); err != nil {
		t.Fatal(err)
	}
	_, err = app.api.UpdateViewContext(ctx, modal("古"), "", v.Hash, v.ID)
	wantErr(t, err, "hash_conflict")
	_, err = app.api.UpdateViewContext(ctx, view, "declare-MSP-12", "", "")
	wantErr(t, err, "not_found") // the update has taken the external id away
	if _, err = app.api.UpdateViewContext(ctx, view, "", "", v.ID); err != nil {
		t.Fatal(err)
	}
	if _, err = app.api.UpdateViewContext(ctx, view, "declare-MSP-12", "", ""); err != nil {
		t.Fatal(err)
	}

	_, err = app.api.PushViewContext(ctx, app.trigger(t), modal("上"))
	wantErr(t, err, "invalid_trigger_id") // a command's trigger stands in no modal
	for i, want := range []string{"", "", "push_limit_reached"} {
		if i == 0 {
			err = app.ClickView(ctx, slacksim.ClickView{User: "sato", ActionID: "add"})
		}
		if err != nil {
			t.Fatal(err)
		}
		trigger := app.last(t, "/interactions").callback.TriggerID
		pushed := view
		pushed.ExternalID = ""
		_, err = app.api.PushViewContext(ctx, trigger, pushed)
		if want != "" {
			wantErr(t, err, want)
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		err = app.ClickView(ctx, slacksim.ClickView{User: "sato", ActionID: "add"})
	}
	_, err = app.api.OpenViewContext(ctx, app.trigger(t), view)
	wantErr(t, err, "duplicate_external_id")
}

func TestHome(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	if app.Home("sato") != nil {
		t.Error("a home before it was published")
	}
	if err := app.OpenHome(ctx, "sato"); err != nil {
		t.Fatal(err)
	}
	e := payload(t, app.last(t, "/events"))["event"].(object)
	if e["type"] != "app_home_opened" || e["tab"] != "home" || e["user"] != "U0SATO" || e["view"] != nil {
		t.Errorf("app_home_opened: %v", e)
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
		slack.NewActionBlock("b", slack.NewButtonBlockElement("mine", "", plain("自分の分"))),
	}}}
	if _, err := app.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: "U0SATO", View: home}); err != nil {
		t.Fatal(err)
	}
	if err := app.ClickView(ctx, slacksim.ClickView{User: "sato", ViewID: "home", ActionID: "mine"}); err != nil {
		t.Fatal(err)
	}
	cb := app.last(t, "/interactions").callback
	if cb.Container.Type != "view" || cb.View.Type != slack.VTHomeTab || cb.TriggerID == "" {
		t.Errorf("a click at home: %+v", cb)
	}
	if _, err := app.api.OpenViewContext(ctx, cb.TriggerID, modal("題")); err != nil {
		t.Errorf("a modal from home: %v", err)
	}
}

// TestStateOfEveryElement chooses in each kind of element and reads the value back.
func TestStateOfEveryElement(t *testing.T) {
	app := newInbox(t)
	opts := []any{object{"text": pt("甲"), "value": "a"}, object{"text": pt("乙"), "value": "b"}}
	elements := map[string]object{
		"plain_text_input": {}, "email_text_input": {}, "url_text_input": {}, "number_input": {"is_decimal_allowed": false},
		"static_select": {"options": opts}, "multi_static_select": {"options": opts}, "radio_buttons": {"options": opts}, "checkboxes": {"options": opts},
		"users_select": {}, "multi_users_select": {}, "channels_select": {}, "conversations_select": {}, "external_select": {},
		"datepicker": {}, "timepicker": {}, "datetimepicker": {},
	}
	given := map[string]any{
		"plain_text_input": "文", "email_text_input": "a@example.jp", "url_text_input": "https://example.jp", "number_input": 7,
		"static_select": "b", "multi_static_select": []string{"a", "b"}, "radio_buttons": "a", "checkboxes": []string{"b"},
		"users_select": "ito", "multi_users_select": []string{"ito", "sato"}, "channels_select": "#general", "conversations_select": "C0DESK", "external_select": "MSP-1",
		"datepicker": "2026-11-22", "timepicker": "10:15", "datetimepicker": "1763773200",
	}
	var blocks []any
	values := map[string]map[string]any{}
	for kind, e := range elements {
		blocks = append(blocks, object{"type": "input", "block_id": kind, "label": pt(kind), "element": edited(e, "type", kind, "action_id", "a")})
		values[kind] = map[string]any{"a": given[kind]}
	}
	view, err := json.Marshal(object{"type": "modal", "title": pt("全部"), "submit": pt("送信"), "blocks": blocks})
	if err != nil {
		t.Fatal(err)
	}
	if out, _ := app.raw(t, "views.open", form("trigger_id", app.trigger(t), "view", string(view))); out["ok"] != true {
		t.Fatal(out)
	}
	res, err := app.Submit(t.Context(), slacksim.Submit{User: "sato", Values: values})
	if err != nil || !res.Asked {
		t.Fatalf("%+v, %v", res, err)
	}
	got := app.last(t, "/interactions").callback.View.State.Values
	read := map[string]any{}
	for kind := range elements {
		v := got[kind]["a"]
		many := []string{}
		for _, o := range v.SelectedOptions {
			many = append(many, o.Value)
		}
		many = append(many, v.SelectedUsers...)
		switch {
		case len(many) > 0:
			read[kind] = many
		case v.SelectedDateTime != 0:
			read[kind] = v.SelectedDateTime
		default:
			read[kind] = v.Value + v.SelectedOption.Value + v.SelectedUser + v.SelectedChannel + v.SelectedConversation + v.SelectedDate + v.SelectedTime
		}
	}
	want := map[string]any{
		"plain_text_input": "文", "email_text_input": "a@example.jp", "url_text_input": "https://example.jp", "number_input": "7",
		"static_select": "b", "multi_static_select": []string{"a", "b"}, "radio_buttons": "a", "checkboxes": []string{"b"},
		"users_select": "U0ITO", "multi_users_select": []string{"U0ITO", "U0SATO"}, "channels_select": "C0GENERAL", "conversations_select": "C0DESK", "external_select": "MSP-1",
		"datepicker": "2026-11-22", "timepicker": "10:15", "datetimepicker": int64(1763773200),
	}
	if d := cmp.Diff(want, read); d != "" {
		t.Error(d)
	}
	for kind, bad := range map[string]any{"email_text_input": "nope", "url_text_input": "nope", "number_input": "1.5"} {
		out, _ := app.raw(t, "views.open", form("trigger_id", app.trigger(t), "view", string(view)))
		if out["ok"] != true {
			t.Fatal(out)
		}
		values[kind] = map[string]any{"a": bad}
		res, err := app.Submit(t.Context(), slacksim.Submit{User: "sato", Values: values})
		if err != nil || res.Asked || res.Errors[kind] == "" {
			t.Errorf("%s %v: %+v, %v", kind, bad, res, err)
		}
		values[kind] = map[string]any{"a": given[kind]}
	}
}
