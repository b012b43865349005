package slacksim_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/slackevents"

	"toban/bot/slack/slacksim"
)

func TestURLVerification(t *testing.T) {
	app := newInbox(t)
	app.answers(func(d delivered, _ *http.Request) (int, http.Header, string) {
		c, _ := d.event.Data.(*slackevents.EventsAPIURLVerificationEvent)
		return 200, nil, `{"challenge":"` + c.Challenge + `"}`
	})
	if err := app.VerifyURL(t.Context()); err != nil {
		t.Error(err)
	}
	app.answers(nil)
	if err := app.VerifyURL(t.Context()); err == nil {
		t.Error("an app that ignores the challenge was accepted")
	}
}

func TestEventsAreRetriedThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		start := time.Now()
		app.answers(func(delivered, *http.Request) (int, http.Header, string) { return 500, nil, "" })
		app.say(t, "こんにちは")
		if err := app.Quiet(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 6*time.Minute {
			t.Errorf("gave up after %s", took)
		}
		var got []string
		ids := map[any]bool{}
		for _, d := range app.all("/events") {
			got = append(got, d.header.Get("X-Slack-Retry-Num")+" "+d.header.Get("X-Slack-Retry-Reason"))
			ids[payload(t, d)["event_id"]] = true
		}
		if d := cmp.Diff([]string{" ", "1 http_error", "2 http_error", "3 http_error"}, got); d != "" {
			t.Error(d)
		}
		if len(ids) != 1 {
			t.Errorf("event ids of the retries: %v", ids)
		}
	})
}

func TestRetriesStopWhenTheAppAnswers(t *testing.T) {
	cases := map[string]struct {
		answer func(n int) (int, http.Header)
		want   int
	}{
		"no-retry header":  {func(int) (int, http.Header) { return 500, http.Header{"X-Slack-No-Retry": {"1"}} }, 1},
		"success at last":  {func(n int) (int, http.Header) { return map[bool]int{true: 200, false: 503}[n == 3], nil }, 3},
		"too slow at once": {func(n int) (int, http.Header) { return map[bool]int{true: 200, false: 0}[n == 2], nil }, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := newInbox(t)
				app.answers(func(delivered, *http.Request) (int, http.Header, string) {
					status, header := c.answer(len(app.all("/events")))
					return status, header, ""
				})
				app.say(t, "こんにちは")
				app.last(t, "/events")
				if n := len(app.all("/events")); n != c.want {
					t.Errorf("%d deliveries, want %d", n, c.want)
				}
				if name == "too slow at once" && app.all("/events")[1].header.Get("X-Slack-Retry-Reason") != "http_timeout" {
					t.Errorf("reason %q", app.all("/events")[1].header.Get("X-Slack-Retry-Reason"))
				}
			})
		})
	}
}

func TestClicksAreTriedOnceWithinThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		ts := app.postCard(t)
		app.last(t, "/events")
		app.answers(func(delivered, *http.Request) (int, http.Header, string) { return 0, nil, "" })
		start := time.Now()
		err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"})
		wantErr(t, err, "http_timeout")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("the person waited %s", took)
		}
		if n := len(app.all("/interactions")); n != 1 {
			t.Errorf("%d deliveries of one click", n)
		}
	})
}

// TestEventShapes reads every event with slack-go and by hand.
func TestEventShapes(t *testing.T) {
	app := newInbox(t)
	ctx := t.Context()
	inner := func() (map[string]any, any) {
		t.Helper()
		d := app.last(t, "/events")
		return payload(t, d)["event"].(map[string]any), d.event.InnerEvent.Data
	}
	ts := app.postCard(t)
	if _, e := inner(); e.(*slackevents.MessageEvent).Message.Metadata.EventType != "toban" {
		t.Errorf("own message: %+v", e)
	}

	if _, _, _, err := app.api.UpdateMessageContext(ctx, desk, ts, text("更新")); err != nil {
		t.Fatal(err)
	}
	raw, e := inner()
	m := e.(*slackevents.MessageEvent)
	if m.SubType != "message_changed" || m.Message.Text != "更新" || m.PreviousMessage.Text != "新しいチケット MSP-12" || m.Message.Timestamp != ts || raw["hidden"] != true {
		t.Errorf("message_changed: %+v", m)
	}

	if err := app.React(ctx, slacksim.React{User: "sato", Channel: "サポート受付", TS: ts, Name: "eyes"}); err != nil {
		t.Fatal(err)
	}
	_, e = inner()
	if r := e.(*slackevents.ReactionAddedEvent); r.Item.Channel != desk || r.Item.Timestamp != ts || r.User != "U0SATO" || r.ItemUser != "U0BOT" {
		t.Errorf("reaction_added: %+v", r)
	}
	if err := app.React(ctx, slacksim.React{User: "sato", Channel: desk, TS: ts, Name: "eyes", Remove: true}); err != nil {
		t.Fatal(err)
	}
	if _, e = inner(); e.(*slackevents.ReactionRemovedEvent).Reaction != "eyes" {
		t.Errorf("reaction_removed: %+v", e)
	}

	if _, err := app.Say(ctx, slacksim.Say{User: "sato", Text: "当番は？"}); err != nil {
		t.Fatal(err)
	}
	_, e = inner()
	if m := e.(*slackevents.MessageEvent); !m.IsIM() || m.User != "U0SATO" || m.BotID != "" || m.ClientMsgID == "" || len(m.Blocks.BlockSet) != 1 {
		t.Errorf("message.im: %+v", m)
	}

	if err := app.api.KickUserFromConversationContext(ctx, desk, "U0ITO"); err != nil {
		t.Fatal(err)
	}
	if _, e = inner(); e.(*slackevents.MemberLeftChannelEvent).User != "U0ITO" {
		t.Errorf("member_left_channel: %+v", e)
	}
	if _, err := app.api.InviteUsersToConversationContext(ctx, desk, "U0ITO"); err != nil {
		t.Fatal(err)
	}
	if _, e = inner(); e.(*slackevents.MemberJoinedChannelEvent).Inviter != "U0BOT" {
		t.Errorf("member_joined_channel: %+v", e)
	}
	if _, _, err := app.api.DeleteMessageContext(ctx, desk, ts); err != nil {
		t.Fatal(err)
	}
	if _, e = inner(); e.(*slackevents.MessageEvent).SubType != "message_deleted" || e.(*slackevents.MessageEvent).DeletedTimeStamp != ts {
		t.Errorf("message_deleted: %+v", e)
	}
	if err := app.api.ArchiveConversationContext(ctx, desk); err != nil {
		t.Fatal(err)
	}
	if raw, _ = inner(); raw["type"] != "channel_archive" || raw["channel"] != desk {
		t.Errorf("channel_archive: %v", raw)
	}
}

func TestMentionComesBesideTheMessage(t *testing.T) {
	app := newInbox(t)
	app.say(t, "@ticket-bot 誰が当番？")
	app.last(t, "/events")
	kinds := map[string]string{}
	for _, d := range app.all("/events") {
		e := payload(t, d)["event"].(map[string]any)
		kinds[fmt.Sprint(e["type"])] = fmt.Sprint(e["text"])
	}
	if d := cmp.Diff(map[string]string{"message": "<@U0BOT> 誰が当番？", "app_mention": "<@U0BOT> 誰が当番？"}, kinds); d != "" {
		t.Error(d)
	}
}

func TestOnlySubscribedEventsAndOnlyWithScope(t *testing.T) {
	for name, edit := range map[string]func(*slacksim.Seed){
		"not subscribed": func(s *slacksim.Seed) { s.App.Events = []string{"app_mention"} },
		"no scope":       func(s *slacksim.Seed) { s.App.Scopes = []string{"chat:write"} },
		"not a member":   func(s *slacksim.Seed) { s.Channels[1].Members = []string{"sato"} },
	} {
		app := newInbox(t, edit)
		app.say(t, "聞こえないはず")
		if err := app.Quiet(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(app.all("/events")); n != 0 {
			t.Errorf("%s: %d events", name, n)
		}
	}
}

func TestCommandAnswersInPlainText(t *testing.T) {
	app := newInbox(t)
	app.answers(func(delivered, *http.Request) (int, http.Header, string) { return 200, nil, "承知しました" })
	if err := app.Command(t.Context(), slacksim.Command{User: "sato", Channel: desk, Command: "/ticket", Text: "list"}); err != nil {
		t.Fatal(err)
	}
	if m := lastMessage(t, app.Server, "sato"); m["text"] != "承知しました" || m["is_ephemeral"] != true {
		t.Errorf("shown: %v", m)
	}
	app.always(map[string]any{"response_type": "in_channel", "text": "みなさんへ"})
	if err := app.Command(t.Context(), slacksim.Command{User: "sato", Channel: desk, Command: "/ticket"}); err != nil {
		t.Fatal(err)
	}
	if m := lastMessage(t, app.Server, "suzuki"); m["text"] != "みなさんへ" {
		t.Errorf("shown to others: %v", m)
	}
	err := app.Command(t.Context(), slacksim.Command{User: "sato", Channel: desk, Command: "/nonsense"})
	wantErr(t, err, "not a valid command")
}
