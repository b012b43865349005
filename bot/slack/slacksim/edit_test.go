package slacksim_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/slackevents"

	"toban/bot/slack/slacksim"
)

func TestPeopleEditAndDelete(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	mine, bots := app.say(t, "おはよう"), app.postCard(t)
	app.order(t, "edit", slacksim.Edit{User: "sato", Channel: desk, TS: mine, Text: "*おはよう*ございます"})
	e := app.last(t, "/events").event.InnerEvent.Data.(*slackevents.MessageEvent)
	if e.SubType != "message_changed" || e.Message.Text != "*おはよう*ございます" || e.PreviousMessage.Text != "おはよう" || e.Message.Edited.User != "U0SATO" {
		t.Errorf("message_changed: %+v", e)
	}
	for what, err := range map[string]error{
		"another's message":      app.Edit(ctx, slacksim.Edit{User: "suzuki", Channel: desk, TS: mine, Text: "x"}),
		"the bot's message":      app.Edit(ctx, slacksim.Edit{User: "sato", Channel: desk, TS: bots, Text: "x"}),
		"deleting another's":     app.Delete(ctx, slacksim.Delete{User: "suzuki", Channel: desk, TS: mine}),
		"deleting the bot's":     app.Delete(ctx, slacksim.Delete{User: "suzuki", Channel: desk, TS: bots}),
		"deleting what is not":   app.Delete(ctx, slacksim.Delete{User: "sato", Channel: desk, TS: "1.000001"}),
		"from outside the place": app.Delete(ctx, slacksim.Delete{User: "yamada", Channel: desk, TS: mine}),
	} {
		if !errors.Is(err, slacksim.ErrUnknown) {
			t.Errorf("%s: %v", what, err)
		}
	}
	app.order(t, "delete", slacksim.Delete{User: "sato", Channel: desk, TS: bots}) // an administrator may
	if e := app.last(t, "/events").event.InnerEvent.Data.(*slackevents.MessageEvent); e.SubType != "message_deleted" || e.DeletedTimeStamp != bots {
		t.Errorf("message_deleted: %+v", e)
	}
	_, _, _, err := app.api.UpdateMessageContext(ctx, desk, bots, text("x"))
	wantErr(t, err, "message_not_found")

	if _, err := app.api.PostEphemeralContext(ctx, desk, "U0SUZUKI", text("内緒")); err != nil {
		t.Fatal(err)
	}
	whisper := lastMessage(t, app.Server, "suzuki")
	before := len(app.all("/events"))
	if err := app.Delete(ctx, slacksim.Delete{User: "suzuki", Channel: desk, TS: whisper["ts"].(string)}); err != nil {
		t.Fatal(err)
	}
	if m := lastMessage(t, app.Server, "suzuki"); m["ts"] == whisper["ts"] || len(app.all("/events")) != before {
		t.Errorf("a dismissed message is still there, or the app was told: %v", m)
	}
}

// TestTextsAsSlackKeepsThem holds what comes of texts: as people type them, and as the app sends them.
func TestTextsAsSlackKeepsThem(t *testing.T) {
	app := newInbox(t)
	style := func(k string) object { return object{k: true} }
	run := func(s string) object { return object{"type": "text", "text": s} }
	section := func(e ...any) object { return object{"type": "rich_text_section", "elements": e} }
	for _, c := range []struct {
		typed, text string
		elements    []any
	}{
		{"a & b <c>", "a &amp; b &lt;c&gt;", []any{section(run("a & b <c>"))}},
		{"@suzuki と @duty と @here", "<@U0SUZUKI> と <!subteam^S0DUTY> と <!here>", []any{section(
			object{"type": "user", "user_id": "U0SUZUKI"}, run(" と "), object{"type": "usergroup", "usergroup_id": "S0DUTY"}, run(" と "), object{"type": "broadcast", "range": "here"},
		)}},
		{"見て https://example.jp/?a=1&b=2。 #general", "見て <https://example.jp/?a=1&amp;b=2>。 <#C0GENERAL|general>", []any{section(
			run("見て "), object{"type": "link", "url": "https://example.jp/?a=1&b=2"}, run("。 "), object{"type": "channel", "channel_id": "C0GENERAL"},
		)}},
		{"*太字* _斜体_ ~消~ `code` 2*3*4", "*太字* _斜体_ ~消~ `code` 2*3*4", []any{section(
			edited(run("太字"), "style", style("bold")), run(" "), edited(run("斜体"), "style", style("italic")), run(" "),
			edited(run("消"), "style", style("strike")), run(" "), edited(run("code"), "style", style("code")), run(" 2*3*4"),
		)}},
		{"> 引用\n- 一\n- 二\n終わり", "&gt; 引用\n• 一\n• 二\n終わり", []any{
			object{"type": "rich_text_quote", "elements": []any{run("引用")}},
			object{"type": "rich_text_list", "style": "bullet", "indent": 0.0, "border": 0.0, "elements": []any{section(run("一")), section(run("二"))}},
			section(run("終わり")),
		}},
		{"```\nif a < b {}\n```", "```\nif a &lt; b {}\n```", []any{object{"type": "rich_text_preformatted", "border": 0.0, "elements": []any{run("if a < b {}")}}}},
		{":eyes: 確認 :nope:", ":eyes: 確認 :nope:", []any{section(object{"type": "emoji", "name": "eyes", "unicode": "1f440"}, run(" 確認 :nope:"))}},
	} {
		app.say(t, c.typed)
		m := newest(t, app.Server)
		if m["text"] != c.text {
			t.Errorf("%q is kept as %q, want %q", c.typed, m["text"], c.text)
		}
		got, _ := field(m, "blocks.0.elements")
		if d := cmp.Diff(any(c.elements), got); d != "" {
			t.Errorf("%q: %s", c.typed, d)
		}
	}
	for _, c := range []struct{ parse, sent, text string }{
		{"", "a & b https://example.jp/ &lt;", "a &amp; b <https://example.jp/> &lt;"},
		{"none", "a & b https://example.jp/ @suzuki", "a &amp; b https://example.jp/ @suzuki"},
		{"", "<https://example.jp/|x> <b> <@U0SATO>", "<https://example.jp/|x> &lt;b&gt; <@U0SATO>"},
	} {
		args := form("channel", desk, "text", c.sent)
		if c.parse != "" {
			args.Set("parse", c.parse)
		}
		if out, _ := app.raw(t, "chat.postMessage", args); out["ok"] != true {
			t.Fatal(out)
		}
		if m := newest(t, app.Server); m["text"] != c.text {
			t.Errorf("%q is kept as %q, want %q", c.sent, m["text"], c.text)
		}
	}
	blocks := `[{"type":"section","text":{"type":"mrkdwn","text":"a & b https://example.jp/"}},{"type":"section","text":{"type":"mrkdwn","verbatim":true,"text":"https://example.jp/"}},{"type":"header","text":{"type":"plain_text","text":"Q&A <1>"}}]`
	if out, _ := app.raw(t, "chat.postMessage", form("channel", desk, "text", "x", "blocks", blocks)); out["ok"] != true {
		t.Fatal(out)
	}
	m := newest(t, app.Server)
	for i, want := range []string{"a &amp; b <https://example.jp/>", "https://example.jp/", "Q&amp;A &lt;1&gt;"} {
		if got, _ := field(m, "blocks."+string(rune('0'+i))+".text.text"); got != want {
			t.Errorf("block %d: %v, want %s", i, got, want)
		}
	}
}

// newest is the last message of the desk.
func newest(t *testing.T, s *slacksim.Server) object {
	t.Helper()
	all := s.Messages(desk)
	var m object
	if err := json.Unmarshal(all[len(all)-1], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSeededTalk(t *testing.T) {
	r := newRig(t, func(s *slacksim.Seed) { s.Messages = slacksim.SampleTalk() })
	all := r.Messages("サポート受付")
	if len(all) != 5 {
		t.Fatalf("%d messages", len(all))
	}
	last := ""
	for _, raw := range all {
		var m struct{ TS string }
		if err := json.Unmarshal(raw, &m); err != nil || m.TS <= last {
			t.Errorf("%s after %s: %v", m.TS, last, err)
		}
		last = m.TS
	}
	if ts := r.say(t, "いま"); ts <= last {
		t.Errorf("a new message at %s, before %s", ts, last)
	}
	for what, bad := range map[string]slacksim.Talk{
		"no channel":          {Channel: "nowhere", User: "sato", Text: "x"},
		"no user":             {Channel: desk, User: "nobody", Text: "x"},
		"no user reacted":     {Channel: desk, User: "sato", Text: "x", Reactions: map[string][]string{"eyes": {"nobody"}}},
		"a reply from before": {Channel: desk, User: "sato", Text: "x", Ago: 1, Replies: []slacksim.Talk{{User: "sato", Text: "y", Ago: 2}}},
	} {
		seed := slacksim.SampleSeed(botToken, appToken)
		seed.Messages = []slacksim.Talk{bad}
		if err := r.Load(seed); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}
