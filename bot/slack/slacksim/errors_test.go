package slacksim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"toban/bot/slack/slacksim"
)

func form(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return v
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
