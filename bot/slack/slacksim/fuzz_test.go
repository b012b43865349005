package slacksim_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// fuzzed is a stand-in for a fuzz test; one for all inputs, as a real one lives through all of its clients' nonsense.
func fuzzed(f *testing.F) (*slacksim.Server, *http.Client) {
	f.Helper()
	s := slacksim.New(slacksim.Options{})
	f.Cleanup(func() { _ = s.Close() })
	if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
		f.Fatal(err)
	}
	return s, &http.Client{Transport: s.RoundTripper()}
}

// send posts a body and wants a JSON object with ok, whatever it was.
func send(t *testing.T, c *http.Client, path, kind string, body []byte) (map[string]any, int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://slack.test"+path, bytes.NewReader(body))
	if err != nil {
		t.Skip(err) // no content type that net/http would carry
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+botToken)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out := decodeBody(t, resp)
	if _, ok := out["ok"].(bool); !ok || resp.StatusCode >= http.StatusInternalServerError {
		t.Fatalf("%s %s %q: %d %v", path, kind, body, resp.StatusCode, out)
	}
	return out, resp.StatusCode
}

// FuzzCalls sends anything to the methods that read JSON arguments. Whatever
// comes, the answer is JSON with ok, never a panic, never an internal error.
func FuzzCalls(f *testing.F) {
	for _, seed := range []string{
		`[]`, `{}`, `null`, `[null]`, `[[]]`, `[{"type":"section"}]`, `[{"type":"actions","elements":[1,{"type":"static_select","options":[1]}]}]`,
		`[{"type":"actions","elements":[{"type":"radio_buttons","options":["x"],"initial_option":{"value":""}}]}]`,
		`{"type":"modal","title":1,"blocks":[{"type":"input","element":[]}]}`, `{"type":"modal","blocks":{}}`, `[{"blocks":[1]}]`, `[{"blocks":1}]`,
		`{"event_type":"e","event_payload":{"a":[[[]]]}}`, `[{"type":"table","rows":[1]}]`, `[{"type":"context","elements":[null]}]`,
		`[{"type":"container","title":{"type":"plain_text","text":"a"},"child_blocks":[{"type":"input"}]}]`, `[{"type":"carousel","elements":[{"type":"card","actions":[1]}]}]`,
	} {
		f.Add(seed)
	}
	s, client := fuzzed(f)
	f.Fuzz(func(t *testing.T, arg string) {
		for method, form := range map[string]url.Values{
			"chat.postMessage": {"channel": {desk}, "text": {"x"}, "blocks": {arg}, "attachments": {arg}, "metadata": {arg}},
			"views.publish":    {"user_id": {"U0SATO"}, "view": {arg}},
		} {
			if _, status := send(t, client, "/api/"+method, "application/x-www-form-urlencoded", []byte(form.Encode())); status != http.StatusOK {
				t.Errorf("%s with %q: %d", method, arg, status)
			}
		}
		_ = s.State("sato")
	})
}

// FuzzBody sends any body of any kind to any method: forms, JSON, multipart, broken ones.
func FuzzBody(f *testing.F) {
	for _, m := range []string{"chat.postMessage", "conversations.list", "files.completeUploadExternal", "views.open", "no.such"} {
		f.Add(m, "application/json", []byte(`{"channel":"C0DESK","text":"x","limit":1e99,"types":["im",1]}`))
		f.Add(m, "application/x-www-form-urlencoded; charset=utf-8", []byte("channel=C0DESK&text=%zz&limit=-1&cursor=bmV4dF90czo="))
		f.Add(m, "multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\nC0DESK\r\n--b--"))
	}
	_, client := fuzzed(f)
	f.Fuzz(func(t *testing.T, method, kind string, body []byte) {
		if strings.ContainsAny(method, "/?#% \x00") || !utf8.ValidString(method) || url.PathEscape(method) != method || method == "." || method == ".." || method == "auth.revoke" {
			t.Skip()
		}
		send(t, client, "/api/"+method, kind, body)
	})
}

// FuzzOrders sends anything to the orders of the admin API, seeds and faults among them.
func FuzzOrders(f *testing.F) {
	for _, name := range []string{"click", "say", "edit", "submit", "room", "faults", "seed", "app", "event", "suggest", "urls"} {
		f.Add(name, []byte(`{}`))
		f.Add(name, []byte(`{"user":"sato","channel":"general","ts":"1","text":"*a* <!here> @sato","act":"create","values":{"a":{"b":[1]}},"type":"x"}`))
	}
	f.Add("seed", []byte(`{"users":[{"name":"a"}],"channels":[{"name":"b","members":["a"]}],"usergroups":[{"handle":"c","users":["a"]}]}`))
	f.Add("faults", []byte(`{"rules":[{"kind":"reorder","share":0.5,"spread_ms":1,"method":"*"}],"tiers":true,"per_channel_rate":0.1,"seed":3}`))
	f.Add("event", []byte(`{"type":"app_rate_limited"}`))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		if url.PathEscape(name) != name || name == "" || name == "." || name == ".." || name == "quiet" || name == "verify" {
			t.Skip()
		}
		s := slacksim.New(slacksim.Options{AckWithin: time.Millisecond})
		defer s.Close()
		if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
			t.Fatal(err)
		}
		send(t, &http.Client{Transport: s.RoundTripper()}, "/_sim/"+name, "application/json", body)
		_ = s.State("sato")
	})
}

// FuzzText says anything as a person. Escaping is complete, the rich text holds every word, and saying the stored text again gives the same.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"a & b <c> &amp; &lt;", "*太字* _斜体_ ~消~ `code` ```pre\n<x>```", "> 引用\n- 一\n- 二\n1. 三", "<@U0SATO> <#C0DESK|サポート受付> <!here> <!subteam^S0DUTY> <!date^1^{date}|x>",
		"https://example.jp/?a=1&b=2、 a@example.co.jp :eyes: :nope:", "@sato @duty @here #general", "*a_b*c_", "<https://x|a>b>", "``` ``", "<mailto:a@b|<x>>", "&#60;script&#62;",
	} {
		f.Add(seed)
	}
	s, _ := fuzzed(f)
	f.Fuzz(func(t *testing.T, said string) {
		if strings.TrimSpace(said) == "" || !utf8.ValidString(said) || strings.ContainsRune(said, 0) {
			t.Skip()
		}
		say := func(text string) (map[string]any, string) {
			ts, err := s.Say(t.Context(), slacksim.Say{User: "sato", Channel: desk, Text: text})
			if err != nil {
				t.Fatal(err)
			}
			all := s.Messages(desk)
			var m map[string]any
			if err := json.Unmarshal(all[len(all)-1], &m); err != nil || m["ts"] != ts {
				t.Fatal(err, m)
			}
			if err := s.Delete(t.Context(), slacksim.Delete{User: "sato", Channel: desk, TS: ts}); err != nil {
				t.Fatal(err)
			}
			stored, _ := m["text"].(string)
			return m, stored
		}
		m, stored := say(said)
		if strings.TrimSpace(stored) == "" {
			t.Fatalf("%q is kept as nothing", said)
		}
		for i, r := range stored { // no bare ampersand, and brackets in pairs
			if rest := stored[i:]; r == '&' && !strings.HasPrefix(rest, "&amp;") && !strings.HasPrefix(rest, "&lt;") && !strings.HasPrefix(rest, "&gt;") {
				t.Fatalf("%q is kept as %q", said, stored)
			}
		}
		if strings.Count(stored, "<") != strings.Count(stored, ">") {
			t.Fatalf("%q is kept as %q", said, stored)
		}
		raw, err := json.Marshal(m["blocks"])
		if err != nil {
			t.Fatal(err)
		}
		var blocks slack.Blocks
		if err := json.Unmarshal(raw, &blocks); err != nil {
			t.Fatalf("slack-go can't read the rich text of %q: %v %s", said, err, raw)
		}
		if _, again := say(stored); again != stored {
			t.Fatalf("%q is kept as %q, that as %q", said, stored, again)
		}
	})
}

// FuzzFrames sends any frame on a socket. The socket lives on: an acknowledgement after it still counts.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{`{}`, `null`, `[]`, `{"envelope_id":1}`, `{"envelope_id":"x","payload":[]}`, `{"envelope_id":null}`, `{"type":"hello"}`, "\x00", `{"envelope_id":"` + strings.Repeat("x", 30_000) + `"}`} {
		f.Add([]byte(seed))
	}
	s := slacksim.New(slacksim.Options{})
	if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
		f.Fatal(err)
	}
	hs := httptest.NewServer(s)
	s.SetBaseURL(hs.URL)
	f.Cleanup(func() { _ = s.Close(); hs.Close() })
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(hs.URL+"/api/"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		_, u, err := api.StartSocketModeContext(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(10 * time.Second); s.State("").App.Sockets > 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
			// the socket of the input before is still being noticed as gone, and would take the envelope
		}
		conn := dial(t, u, http.StatusSwitchingProtocols)
		defer conn.Close()
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		if err := conn.WriteMessage(websocket.TextMessage, frame); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			done <- s.Command(t.Context(), slacksim.Command{User: "sato", Channel: desk, Command: "/ticket", Text: "list"})
		}()
		for {
			var in struct {
				ID string `json:"envelope_id"`
			}
			if err := conn.ReadJSON(&in); err != nil {
				t.Fatal(err)
			}
			if in.ID != "" {
				if err := conn.WriteJSON(map[string]string{"envelope_id": in.ID}); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		if err := <-done; err != nil {
			t.Errorf("after %q: %v", frame, err)
		}
	})
}
