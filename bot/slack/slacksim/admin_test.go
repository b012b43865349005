package slacksim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

func (r *rig) get(t *testing.T, path string) (string, *http.Response) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://slack.test"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), resp
}

// TestADayByHTTPOnly drives everything a person can do through /_sim/.
func TestADayByHTTPOnly(t *testing.T) {
	app := newInbox(t)
	ts := app.postCard(t)
	app.order(t, "click", object{"user": "sato", "channel": desk, "ts": ts, "action_id": "ack"})
	view := modal("障害を宣言")
	view.Blocks.BlockSet = append(view.Blocks.BlockSet, slack.NewActionBlock("more", slack.NewButtonBlockElement("add", "", plain("追加"))),
		slack.NewInputBlock("key", plain("課題"), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, "find")).WithOptional(true))
	if _, err := app.api.OpenViewContext(t.Context(), app.last(t, "/interactions").callback.TriggerID, view); err != nil {
		t.Fatal(err)
	}
	body, _ := app.get(t, "/_sim/views?user=sato")
	var views struct{ Views []slack.View }
	if err := json.Unmarshal([]byte(body), &views); err != nil || len(views.Views) != 1 || views.Views[0].Title.Text != "障害を宣言" {
		t.Fatalf("views: %s, %v", body, err)
	}
	app.order(t, "click_view", object{"user": "sato", "action_id": "add"})
	app.always(object{"options": []any{object{"text": pt("MSP-12"), "value": "12"}}})
	if out := app.order(t, "suggest", object{"user": "sato", "action_id": "find", "query": "MSP"}); !contains(string(mustJSON(t, out["result"])), "MSP-12") {
		t.Errorf("suggest: %v", out)
	}
	app.answers(nil)
	res := app.order(t, "submit", object{"user": "sato", "view_id": views.Views[0].ID, "values": object{"reason": object{"text": "重い"}}})["result"].(object)
	if res["asked"] != true || res["view"] != nil {
		t.Errorf("submit: %v", res)
	}
	app.order(t, "command", object{"user": "sato", "channel": desk, "command": "/ticket", "text": "list"})
	if _, err := app.api.OpenViewContext(t.Context(), app.last(t, "/commands").command.TriggerID, modal("題")); err != nil {
		t.Fatal(err)
	}
	app.order(t, "close_view", object{"user": "sato"})
	said := app.order(t, "say", object{"user": "sato", "channel": desk, "text": "了解", "thread_ts": ts})["ts"]
	app.order(t, "react", object{"user": "sato", "channel": desk, "ts": said, "name": "eyes"})
	app.order(t, "shortcut", object{"user": "sato", "callback_id": "declare_incident"})
	app.order(t, "home", object{"user": "sato"})
	app.order(t, "quiet", object{})

	body, _ = app.get(t, "/_sim/state?user=sato")
	var st slacksim.State
	if err := json.Unmarshal([]byte(body), &st); err != nil {
		t.Fatal(err)
	}
	if st.Me != "U0SATO" || len(st.Channels) != 6 || len(st.Users) != 7 || st.Pending != 0 || st.App.Name != "チケット係" {
		t.Errorf("state: me %s, %d channels, %d users", st.Me, len(st.Channels), len(st.Users))
	}
	if contains(body, botToken) || contains(body, appToken) || contains(body, "8f742231") {
		t.Error("the state shows secrets")
	}
	if body, _ = app.get(t, "/_sim/state?user=sato&rev="+string(mustJSON(t, st.Rev))); !contains(body, "unchanged") {
		t.Errorf("the same revision gives %.80s", body)
	}
	if body, _ = app.get(t, "/_sim/state?user=suzuki"); contains(body, "ops-private") {
		t.Error("suzuki sees a private channel of others")
	}

	body, _ = app.get(t, "/_sim/requests?method=views.open")
	if contains(body, botToken) || !contains(body, `"token":"xoxb-***"`) || !contains(body, `"ok":true`) {
		t.Errorf("requests: %s", body)
	}
	body, _ = app.get(t, "/_sim/deliveries")
	for _, want := range []string{"block_actions", "view_submission", "view_closed", "/ticket", "reaction_added", "app_home_opened", "shortcut"} {
		if !contains(body, `"name":"`+want+`"`) {
			t.Errorf("no delivery of %s", want)
		}
	}
	if len(app.Attempts()) == 0 {
		t.Error("no attempts")
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOrdersThatAreRefused(t *testing.T) {
	r := newRig(t)
	ts := r.postCard(t)
	for _, c := range []struct {
		name, kind, body string
		want             int
	}{
		{"click", "application/json", `{"user":"sato","channel":"C0DESK","ts":"1.1","action_id":"ack"}`, 404},
		{"click", "application/json", `{"user":"sato","channel":"C0DESK","ts":"` + ts + `","action_id":"ack"}`, 502}, // no app is there
		{"click", "application/json", `{"usr":"sato"}`, 400},
		{"click", "text/plain", `{}`, 415},
		{"dance", "application/json", `{}`, 404},
		{"faults", "application/json", `{"rules":[{"kind":"gremlins"}]}`, 400},
		{"seed", "application/json", `{"users":[{"id":"U1"}]}`, 400},
		{"verify", "application/json", `{}`, 502},
	} {
		out, resp := r.post(t, "/_sim/"+c.name, c.kind, c.body)
		if resp.StatusCode != c.want || out["ok"] != false {
			t.Errorf("%s %s: %d %v, want %d", c.name, c.body, resp.StatusCode, out, c.want)
		}
	}
	if _, resp := r.get(t, "/_sim/nothing"); resp.StatusCode != 404 {
		t.Errorf("looking at nothing: %d", resp.StatusCode)
	}
}

func TestSeedAndFaultsByHTTP(t *testing.T) {
	r := newRig(t)
	seed := slacksim.SampleSeed(botToken, appToken)
	seed.Team.Name = "別会社"
	r.order(t, "seed", seed)
	r.order(t, "faults", object{"seed": 1, "rules": []any{object{"kind": "error", "error": "is_archived", "method": "chat.postMessage", "count": 1}}})
	wantErr(t, r.try(t), "is_archived")
	if st := r.State("sato"); st.Team.Name != "別会社" {
		t.Errorf("team %s", st.Team.Name)
	}
}

func TestThePage(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]string{"/": "模擬の Slack", "/archives/C0DESK/p1": "模擬の Slack", "/app.js": "/_sim/", "/style.css": "prefers-color-scheme", "/messages.js": "el("} {
		body, resp := r.get(t, path)
		if resp.StatusCode != 200 || !contains(body, want) || resp.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d, %.60s", path, resp.StatusCode, body)
		}
		if strings.Contains(body, "//cdn") || strings.Contains(body, "innerHTML") {
			t.Errorf("%s leans on the network or writes HTML", path)
		}
	}
	if _, resp := r.get(t, "/favicon.ico"); resp.StatusCode != 404 {
		t.Errorf("favicon: %d", resp.StatusCode)
	}
}

func TestListenersHearOfChanges(t *testing.T) {
	r := newRig(t)
	var n atomic.Int32
	r.OnChange(func() {
		_ = r.State("sato") // a listener may look
		n.Add(1)
	})
	r.postCard(t)
	if _, err := r.api.AuthTestContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n.Load() != 1 {
		t.Errorf("%d calls for one post and one look", n.Load())
	}
}

func TestTokensStayOutOfTheRecord(t *testing.T) {
	r := newRig(t)
	r.raw(t, "auth.test", form("token", "secretwithoutkind"))
	r.postCard(t)
	if b := string(mustJSON(t, r.Requests(""))); contains(b, "secret") {
		t.Errorf("recorded: %s", b)
	}
}
