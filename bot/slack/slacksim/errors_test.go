package slacksim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

func form(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return v
}

// TestErrorStrings walks the refusals that do not need a story. $CARD is a
// message of the bot, $HUMAN one of a person.
func TestErrorStrings(t *testing.T) {
	cases := []struct {
		method string
		form   url.Values
		want   string
	}{
		{"chat.unknown", form(), "unknown_method"},
		{"auth.test", form("token", ""), "not_authed"},
		{"auth.test", form("token", "xoxb-wrong"), "invalid_auth"},
		{"auth.test", form("token", appToken), "not_allowed_token_type"},
		{"apps.connections.open", form(), "not_allowed_token_type"},
		{"api.test", form("error", "my_error"), "my_error"},
		{"bots.info", form("bot", "B0NONE"), "bot_not_found"},

		{"chat.postMessage", form("channel", "C0NONE", "text", "x"), "channel_not_found"},
		{"chat.postMessage", form("channel", "C0SECRET", "text", "x"), "channel_not_found"},
		{"chat.postMessage", form("channel", "C0LUNCH", "text", "x"), "not_in_channel"},
		{"chat.postMessage", form("channel", "C0OLD", "text", "x"), "is_archived"},
		{"chat.postMessage", form("channel", desk), "no_text"},
		{"chat.postMessage", form("channel", desk, "markdown_text", strings.Repeat("あ", 12_001)), "msg_too_long"},
		{"chat.postMessage", form("channel", desk, "markdown_text", "a", "text", "b"), "markdown_text_conflict"},
		{"chat.postMessage", form("channel", desk, "blocks", "{"), "invalid_blocks_format"},
		{"chat.postMessage", form("channel", desk, "blocks", `{"type":"divider"}`), "invalid_blocks_format"},
		{"chat.postMessage", form("channel", desk, "blocks", `[{"type":"confetti"}]`), "invalid_blocks"},
		{"chat.postMessage", form("channel", desk, "text", "x", "thread_ts", "1.000001"), "thread_not_found"},
		{"chat.postMessage", form("channel", desk, "text", "x", "metadata", `[]`), "invalid_metadata_format"},
		{"chat.postMessage", form("channel", desk, "text", "x", "metadata", `{"event_payload":{"a":1}}`), "invalid_metadata_schema"},
		{"chat.postMessage", form("channel", desk, "text", "x", "metadata", `{"event_type":"e","event_payload":{"a":{"b":{"c":1}}}}`), "invalid_metadata_schema"},
		{"chat.update", form("channel", desk, "ts", "1.000001", "text", "x"), "message_not_found"},
		{"chat.update", form("channel", "U0SATO", "ts", "$CARD", "text", "x"), "channel_not_found"},
		{"chat.update", form("channel", desk, "ts", "$HUMAN", "text", "x"), "cant_update_message"},
		{"chat.update", form("channel", desk, "ts", "$CARD"), "no_text"},
		{"chat.update", form("channel", desk, "ts", "$CARD", "text", strings.Repeat("あ", 4001)), "msg_too_long"},
		{"chat.delete", form("channel", desk, "ts", "$HUMAN"), "cant_delete_message"},
		{"chat.delete", form("channel", desk, "ts", "1.000001"), "message_not_found"},
		{"chat.postEphemeral", form("channel", desk, "user", "U0YAMADA", "text", "x"), "user_not_in_channel"},
		{"chat.getPermalink", form("channel", desk, "message_ts", "1.000001"), "message_not_found"},
		{"chat.scheduleMessage", form("channel", "U0SATO", "text", "x", "post_at", "1"), "channel_not_found"},
		{"chat.scheduleMessage", form("channel", desk, "text", "x", "post_at", "1"), "time_in_past"},
		{"chat.scheduleMessage", form("channel", desk, "text", "x", "post_at", "9999999999"), "time_too_far"},
		{"chat.scheduleMessage", form("channel", desk, "text", "x", "post_at", "soon"), "invalid_time"},
		{"chat.deleteScheduledMessage", form("channel", desk, "scheduled_message_id", "Q0"), "invalid_scheduled_message_id"},

		{"conversations.list", form("types", "telepathy"), "invalid_types"},
		{"conversations.list", form("limit", "1001"), "invalid_limit"},
		{"conversations.list", form("cursor", "bogus"), "invalid_cursor"},
		{"conversations.info", form("channel", "C0SECRET"), "channel_not_found"},
		{"conversations.create", form("name", "general"), "name_taken"},
		{"conversations.create", form("name", "Inc 1"), "invalid_name_specials"},
		{"conversations.create", form("name", ""), "invalid_name_required"},
		{"conversations.create", form("name", "---"), "invalid_name_punctuation"},
		{"conversations.create", form("name", strings.Repeat("障", 81)), "invalid_name_maxlength"},
		{"conversations.archive", form("channel", "C0OLD"), "already_archived"},
		{"conversations.archive", form("channel", "C0GENERAL"), "cant_archive_general"},
		{"conversations.archive", form("channel", "C0LUNCH"), "not_in_channel"},
		{"conversations.unarchive", form("channel", desk), "not_archived"},
		{"conversations.rename", form("channel", desk, "name", "general"), "name_taken"},
		{"conversations.setTopic", form("channel", desk, "topic", strings.Repeat("字", 251)), "too_long"},
		{"conversations.history", form("channel", "C0LUNCH"), "not_in_channel"},
		{"conversations.replies", form("channel", desk, "ts", "1.000001"), "thread_not_found"},
		{"conversations.join", form("channel", "C0OPS"), "method_not_supported_for_channel_type"},
		{"conversations.join", form("channel", "C0OLD"), "is_archived"},
		{"conversations.invite", form("channel", desk, "users", "U0NONE"), "user_not_found"},
		{"conversations.invite", form("channel", desk, "users", "U0SATO"), "already_in_channel"},
		{"conversations.invite", form("channel", desk, "users", "U0BOT"), "cant_invite_self"},
		{"conversations.invite", form("channel", desk), "no_user"},
		{"conversations.kick", form("channel", desk, "user", "U0BOT"), "cant_kick_self"},
		{"conversations.kick", form("channel", desk, "user", "U0YAMADA"), "not_in_channel"},
		{"conversations.leave", form("channel", "C0GENERAL"), "cant_leave_general"},
		{"conversations.open", form("users", "U0NONE"), "user_not_found"},
		{"conversations.open", form("users", "U0OLD"), "user_disabled"},
		{"conversations.open", form(), "users_list_not_supplied"},
		{"conversations.mark", form("channel", desk, "ts", "1.000001"), "invalid_timestamp"},

		{"users.info", form("user", "U0NONE"), "user_not_found"},
		{"users.lookupByEmail", form("email", "kimura@example.co.jp"), "users_not_found"},
		{"users.getPresence", form("user", "U0NONE"), "user_not_found"},
		{"usergroups.users.list", form("usergroup", "S0NONE"), "no_such_subteam"},
		{"reactions.add", form("channel", desk, "timestamp", "$REACTED", "name", "eyes"), "already_reacted"},
		{"reactions.add", form("channel", desk, "timestamp", "$CARD", "name", "No Such"), "invalid_name"},
		{"reactions.add", form("channel", desk, "name", "eyes"), "no_item_specified"},
		{"reactions.add", form("channel", desk, "timestamp", "1.000001", "name", "eyes"), "message_not_found"},
		{"reactions.remove", form("channel", desk, "timestamp", "$CARD", "name", "tada"), "no_reaction"},
		{"pins.remove", form("channel", desk, "timestamp", "$CARD"), "no_pin"},
		{"bookmarks.add", form("channel_id", desk, "title", "x", "type", "link", "link", "nope"), "invalid_link"},
		{"bookmarks.remove", form("channel_id", desk, "bookmark_id", "Bk0"), "not_found"},
		{"views.open", form("trigger_id", "1.2.3", "view", `{}`), "invalid_trigger_id"},
		{"views.update", form("view_id", "V0", "view", `{}`), "not_found"},
		{"views.publish", form("user_id", "U0NONE", "view", `{}`), "user_not_found"},
		{"views.publish", form("user_id", "U0SATO", "view", `{"type":"home"}`), "invalid_arguments"},
		{"views.publish", form("user_id", "U0SATO", "hash", "1.2", "view", `{"type":"home","blocks":[]}`), "hash_conflict"},
	}
	r := newRig(t, func(s *slacksim.Seed) {
		s.Channels = append(s.Channels,
			slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{"sato"}},
			slacksim.Channel{ID: "C0OLD", Name: "old", Archived: true, Members: []string{"sato", "ticket-bot"}})
	})
	card, human := r.postCard(t), r.say(t, "こんにちは")
	if err := r.api.AddReactionContext(t.Context(), "eyes", slack.NewRefToMessage(desk, human)); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("$CARD", card, "$HUMAN", human, "$REACTED", human)
	for _, c := range cases {
		for k := range c.form {
			c.form.Set(k, names.Replace(c.form.Get(k)))
		}
		out, resp := r.raw(t, c.method, c.form)
		if out["error"] != c.want || out["ok"] != false || resp.StatusCode != http.StatusOK {
			t.Errorf("%s %v: %d %v, want %s", c.method, c.form, resp.StatusCode, out, c.want)
		}
	}
}

func TestMissingScopeSaysWhatIsNeeded(t *testing.T) {
	r := newRig(t, func(s *slacksim.Seed) { s.App.Scopes = []string{"chat:write", "channels:read"} })
	cases := []struct {
		method string
		form   url.Values
		needed string
	}{
		{"users.lookupByEmail", form("email", "sato@example.co.jp"), "users:read.email"},
		{"conversations.history", form("channel", desk), "channels:history"},
		{"conversations.history", form("channel", "C0OPS"), "groups:history"},
		{"conversations.list", form("types", "public_channel,private_channel"), "groups:read"},
		{"conversations.create", form("name", "inc-1"), "channels:manage"},
		{"conversations.create", form("name", "inc-1", "is_private", "true"), "groups:write"},
		{"conversations.open", form("users", "U0SATO"), "im:write"},
		{"chat.postMessage", form("channel", desk, "text", "x", "username", "障害係"), "chat:write.customize"},
		{"usergroups.list", form(), "usergroups:read"},
	}
	for _, c := range cases {
		out, _ := r.raw(t, c.method, c.form)
		if out["error"] != "missing_scope" || out["needed"] != c.needed || out["provided"] != "chat:write,channels:read" {
			t.Errorf("%s: %v, want missing %s", c.method, out, c.needed)
		}
	}
	_, resp := r.raw(t, "auth.test", nil)
	if got := resp.Header.Get("X-OAuth-Scopes"); got != "chat:write,channels:read" {
		t.Errorf("X-OAuth-Scopes: %q", got)
	}
}

func TestTokenPlaces(t *testing.T) {
	r := newRig(t)
	call := func(kind, body, bearer string) any {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://slack.com/api/auth.test", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		if bearer != "" {
			req.Header.Set("Authorization", "Bearer "+bearer)
		}
		resp, err := r.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return decodeBody(t, resp)["error"]
	}
	urlencoded := "application/x-www-form-urlencoded"
	for name, got := range map[string]any{
		"form":            call(urlencoded, "token="+botToken, ""),
		"header and form": call(urlencoded, "", botToken),
		"header and JSON": call("application/json; charset=utf-8", `{}`, botToken),
	} {
		if got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, c := range map[string]struct{ got, want any }{
		"inside JSON": {call("application/json", `{"token":"`+botToken+`"}`, ""), "not_authed"},
		"not JSON":    {call("application/json", `{`, botToken), "invalid_json"},
		"a list":      {call("application/json", `[1]`, botToken), "json_not_object"},
		"odd type":    {call("text/plain", `x`, botToken), "invalid_post_type"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}
