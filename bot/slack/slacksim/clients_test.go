package slacksim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// Slack's Node client takes the end of a socket for an error unless a close frame says so.
func TestADisconnectEndsWithACloseFrame(t *testing.T) {
	s, base := loopback(t, time.Second)
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	_, u, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, u, http.StatusSwitchingProtocols)
	defer conn.Close()
	if _, _, err := conn.ReadMessage(); err != nil {
		t.Fatal(err)
	}
	s.Disconnect("refresh_requested")
	if _, raw, err := conn.ReadMessage(); err != nil {
		t.Fatalf("no disconnect frame: %q %v", raw, err)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("the socket ended with %v", err)
	}
}

func TestRequestURLsCanBeSet(t *testing.T) {
	r := newRig(t)
	r.order(t, "urls", slacksim.URLs{Events: "http://app.test/slack/events", Commands: "http://app.test/slack/events"})
	out, resp := r.post(t, "/_sim/urls", "application/json", `{"events":"nowhere"}`)
	if resp.StatusCode != http.StatusBadRequest || out["ok"] != false {
		t.Errorf("a bad URL: %d %v", resp.StatusCode, out)
	}
}

func TestUserGroupsAreWritten(t *testing.T) {
	r := newRig(t)
	g, err := r.api.CreateUserGroupContext(t.Context(), slack.UserGroup{Name: "夜間", Handle: "night"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.UpdateUserGroupMembersContext(t.Context(), g.ID, "U0SATO,U0ITO"); err != nil {
		t.Fatal(err)
	}
	ids, err := r.api.GetUserGroupMembersContext(t.Context(), g.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"U0SATO", "U0ITO"}, ids); d != "" {
		t.Error(d)
	}
	if _, err := r.api.UpdateUserGroupContext(t.Context(), g.ID, slack.UpdateUserGroupsOptionName("夜")); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct{ method, key, value, want string }{
		{"usergroups.users.update", "users", "", "no_users_provided"},
		{"usergroups.users.update", "users", "U0OLD", "invalid_users"},
		{"usergroups.create", "name", "夜", "name_already_exists"},
		{"usergroups.create", "name", "", "invalid_arguments"},
	} {
		out, _ := r.raw(t, tt.method, url.Values{"usergroup": {g.ID}, tt.key: {tt.value}})
		if out["error"] != tt.want {
			t.Errorf("%s %s=%q: %v, want %s", tt.method, tt.key, tt.value, out, tt.want)
		}
	}
}

func TestSmallMethods(t *testing.T) {
	r := newRig(t)
	ts := r.postCard(t)
	if err := r.api.AddReactionContext(t.Context(), "eyes", slack.NewRefToMessage(desk, ts)); err != nil {
		t.Fatal(err)
	}
	items, _, err := r.api.ListReactionsContext(t.Context(), slack.ListReactionsParameters{})
	if err != nil || len(items) != 1 || items[0].Message.Timestamp != ts {
		t.Errorf("reactions.list: %v %+v", err, items)
	}
	b, err := r.api.AddBookmarkContext(t.Context(), desk, slack.AddBookmarkParameters{Title: "Backlog", Type: "link", Link: "https://example.com/"})
	if err != nil {
		t.Fatal(err)
	}
	b, err = r.api.EditBookmarkContext(t.Context(), desk, b.ID, slack.EditBookmarkParameters{Title: ptrTo("改")})
	if err != nil || b.Title != "改" || b.Link != "https://example.com/" {
		t.Errorf("bookmarks.edit: %v %+v", err, b)
	}
	p, err := r.api.GetUserProfileContext(t.Context(), &slack.GetUserProfileParameters{UserID: "U0SATO"})
	if err != nil || p.Email != "sato@example.co.jp" {
		t.Errorf("users.profile.get: %v %+v", err, p)
	}
	if dnd, err := r.api.GetDNDTeamInfoContext(t.Context(), []string{"U0SATO"}); err != nil || dnd["U0SATO"].Enabled {
		t.Errorf("dnd.teamInfo: %v %+v", err, dnd)
	}
	for _, m := range []string{"dnd.info", "emoji.list"} {
		if out, _ := r.raw(t, m, nil); out["ok"] != true {
			t.Errorf("%s: %v", m, out)
		}
	}
	out, _ := r.raw(t, "chat.meMessage", url.Values{"channel": {desk}, "text": {"作業中"}})
	if out["ok"] != true {
		t.Errorf("chat.meMessage: %v", out)
	}
}

func ptrTo[T any](v T) *T { return &v }

func TestOddRequests(t *testing.T) {
	r := newRig(t)
	do := func(verb, path, kind string, body io.Reader) (*http.Response, map[string]any) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), verb, "http://slack.test"+path, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "bearer "+botToken) // schemes have no case
		req.Header.Set("Content-Type", kind)
		resp, err := r.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusMethodNotAllowed {
			return resp, nil
		}
		return resp, decodeBody(t, resp)
	}
	before := len(r.Messages(desk))
	for _, verb := range []string{http.MethodPut, http.MethodHead, http.MethodOptions, http.MethodDelete} {
		if resp, _ := do(verb, "/api/chat.postMessage?channel="+desk+"&text=x", "", http.NoBody); resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", verb, resp.StatusCode)
		}
	}
	form := "application/x-www-form-urlencoded"
	if resp, out := do(http.MethodPost, "/api/chat.postMessage", form, strings.NewReader("channel="+desk+"&text="+strings.Repeat("x", 10<<20))); resp.StatusCode != http.StatusRequestEntityTooLarge || out["ok"] != false {
		t.Errorf("10 MB: %d %v", resp.StatusCode, out)
	}
	if _, out := do(http.MethodPost, "/api/chat.postMessage", "application/json", strings.NewReader(`{"channel":"`+desk+`","text":{"a":1}}`)); out["error"] != "invalid_arguments" {
		t.Errorf("an object as text: %v", out)
	}
	if after := len(r.Messages(desk)); after != before {
		t.Errorf("%d messages were posted", after-before)
	}
	if _, out := do(http.MethodGet, "/api/auth.test", "", http.NoBody); out["ok"] != true {
		t.Errorf("a lower-case scheme: %v", out)
	}
}
