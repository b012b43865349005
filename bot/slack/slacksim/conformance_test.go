package slacksim_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"toban/bot/slack/slacksim"
)

// field looks a dotted path up in an answer; numbers are places in lists.
func field(v any, path string) (any, bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = x[part]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// TestMethodTable makes every documented call, in a workspace of its own, and looks for every documented field of the answer.
func TestMethodTable(t *testing.T) {
	for _, row := range tsv(t, "methods.tsv") {
		t.Run(row["method"], func(t *testing.T) {
			app, names := furnished(t)
			args := arguments(t, names.Replace(row["example"]))
			if row["token"] == "app" {
				args.Set("token", appToken)
			}
			out, resp := app.raw(t, row["method"], args)
			if out["ok"] != true || resp.StatusCode != http.StatusOK {
				t.Fatalf("%d %v", resp.StatusCode, out)
			}
			for path := range strings.FieldsSeq(row["answers"]) {
				if _, ok := field(out, path); !ok && path != "-" {
					t.Errorf("the answer lacks %s: %v", path, out)
				}
			}
			if kind := resp.Header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
				t.Errorf("Content-Type %q", kind)
			}
		})
	}
}

// TestMethodTokens tries every method with no token, a wrong one, one of the other kind, and a revoked one.
func TestMethodTokens(t *testing.T) {
	app, names := furnished(t)
	revoked, _ := furnished(t)
	if err := revoked.SetGrant(slacksim.Grant{Revoke: true}); err != nil {
		t.Fatal(err)
	}
	for _, row := range tsv(t, "methods.tsv") {
		args := arguments(t, names.Replace(row["example"]))
		other, ended := appToken, "token_revoked"
		if row["token"] == "app" {
			other, ended = botToken, ""
		}
		for token, want := range map[string]string{"": "not_authed", "xoxb-nobody": "invalid_auth", other: "not_allowed_token_type"} {
			form := maps.Clone(args)
			form.Set("token", token)
			out, _ := app.raw(t, row["method"], form)
			if row["token"] == "none" && out["ok"] != true || row["token"] != "none" && out["error"] != want {
				t.Errorf("%s with token %q: %v, want %s", row["method"], token, out, want)
			}
		}
		if row["token"] == "bot" && ended != "" {
			if out, _ := revoked.raw(t, row["method"], maps.Clone(args)); out["error"] != ended {
				t.Errorf("%s with a revoked token: %v", row["method"], out)
			}
		}
	}
}

// TestMethodScopesAndArguments takes away each method's scope, then each argument that it needs.
func TestMethodScopesAndArguments(t *testing.T) {
	app, names := furnished(t)
	for _, row := range tsv(t, "methods.tsv") {
		args := arguments(t, names.Replace(row["example"]))
		if row["token"] == "app" {
			continue
		}
		if scope := row["scope"]; scope != "-" {
			less := slices.DeleteFunc(slacksim.SampleScopes(), func(s string) bool { return s == scope })
			if err := app.SetGrant(slacksim.Grant{Scopes: less}); err != nil {
				t.Fatal(err)
			}
			out, resp := app.raw(t, row["method"], maps.Clone(args))
			if out["error"] != "missing_scope" || out["needed"] != scope || out["provided"] != strings.Join(less, ",") {
				t.Errorf("%s without %s: %v", row["method"], scope, out)
			}
			if got := resp.Header.Get("X-Accepted-OAuth-Scopes"); got != scope {
				t.Errorf("%s: X-Accepted-OAuth-Scopes %q, want %s", row["method"], got, scope)
			}
			if err := app.SetGrant(slacksim.Grant{Scopes: slacksim.SampleScopes()}); err != nil {
				t.Fatal(err)
			}
		}
		for need := range strings.FieldsSeq(row["needs"]) {
			if need == "-" {
				continue
			}
			form := maps.Clone(args)
			form.Del(need)
			out, _ := app.raw(t, row["method"], form)
			messages, _ := field(out, "response_metadata.messages.0")
			if out["error"] != "invalid_arguments" || messages != "[ERROR] missing required field: "+need {
				t.Errorf("%s without %s: %v", row["method"], need, out)
			}
		}
	}
}

// TestMethodTiers spends each method's calls of a minute: the last allowed one passes, the next is told to come back, and may then.
func TestMethodTiers(t *testing.T) {
	r := newRig(t)
	on := true
	if err := r.SetFaults(slacksim.Faults{Tiers: &on}); err != nil {
		t.Fatal(err)
	}
	most := map[string]int{"-": 300, "1": 1, "2": 20, "3": 50, "4": 100}
	for _, row := range tsv(t, "methods.tsv") {
		token := botToken
		if row["token"] == "app" {
			token = appToken
		}
		call := func() (int, http.Header) {
			_, resp := r.raw(t, row["method"], url.Values{"token": {token}, "test": {"true"}})
			return resp.StatusCode, resp.Header
		}
		for i := range most[row["tier"]] {
			if status, _ := call(); status != http.StatusOK {
				t.Fatalf("%s: call %d of the minute: %d", row["method"], i+1, status)
			}
		}
		if row["tier"] == "-" {
			continue
		}
		status, header := call()
		if status != http.StatusTooManyRequests || header.Get("Retry-After") != "60" {
			t.Errorf("%s: one call too many: %d, Retry-After %q", row["method"], status, header.Get("Retry-After"))
		}
		r.machine.add(61e9)
		if status, _ := call(); status != http.StatusOK {
			t.Errorf("%s: a minute later: %d", row["method"], status)
		}
	}
}

// TestLimitTable sends each block at its limit, which passes, and one beyond it, which is refused with the place's JSON pointer.
func TestLimitTable(t *testing.T) {
	app := newInbox(t)
	for _, row := range tsv(t, "limits.tsv") {
		most, err := strconv.Atoi(row["most"])
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{most, most + 1} {
			at := row["at"]
			blocks := "[" + expand(t, row["block"], n) + "]"
			if at == "*" { // the limit is of the list itself
				at, blocks = "", list(n, func(int) string { return row["block"] })
			}
			var out map[string]any
			base, want := "/view/blocks", "invalid_arguments"
			switch row["surface"] {
			case "message":
				base, want = "/blocks", "invalid_blocks"
				out, _ = app.raw(t, "chat.postMessage", form("channel", desk, "text", "x", "blocks", blocks))
			case "home":
				out, _ = app.raw(t, "views.publish", form("user_id", "U0SATO", "view", `{"type":"home","blocks":`+blocks+`}`))
			default:
				out, _ = app.raw(t, "views.open", form("trigger_id", app.trigger(t), "view",
					`{"type":"modal","title":{"type":"plain_text","text":"題"},"submit":{"type":"plain_text","text":"送信"},"blocks":`+blocks+`}`))
			}
			if n == most {
				if out["ok"] != true {
					t.Errorf("%s of %d: %v", row["what"], n, out)
				}
				continue
			}
			said, _ := field(out, "response_metadata.messages.0")
			if text, _ := said.(string); out["error"] != want || !strings.Contains(text, "[json-pointer:"+base+at) {
				t.Errorf("%s of %d: %v, want %s at %s%s", row["what"], n, out, want, base, at)
			}
		}
	}
}
