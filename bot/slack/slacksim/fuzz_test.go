package slacksim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"toban/bot/slack/slacksim"
)

// FuzzCalls sends anything to the methods that read JSON arguments. Whatever
// comes, the answer is JSON with ok, never a panic, never an internal error.
func FuzzCalls(f *testing.F) {
	for _, seed := range []string{
		`[]`, `{}`, `null`, `[null]`, `[[]]`, `[{"type":"section"}]`, `[{"type":"actions","elements":[1,{"type":"static_select","options":[1]}]}]`,
		`[{"type":"actions","elements":[{"type":"radio_buttons","options":["x"],"initial_option":{"value":""}}]}]`,
		`{"type":"modal","title":1,"blocks":[{"type":"input","element":[]}]}`, `{"type":"modal","blocks":{}}`, `[{"blocks":[1]}]`, `[{"blocks":1}]`,
		`{"event_type":"e","event_payload":{"a":[[[]]]}}`, `[{"type":"table","rows":[1]}]`, `[{"type":"context","elements":[null]}]`,
	} {
		f.Add(seed)
	}
	s := slacksim.New(slacksim.Options{})
	f.Cleanup(func() { _ = s.Close() })
	if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
		f.Fatal(err)
	}
	client := &http.Client{Transport: s.RoundTripper()}
	f.Fuzz(func(t *testing.T, arg string) {
		for method, form := range map[string]url.Values{
			"chat.postMessage": {"channel": {desk}, "text": {"x"}, "blocks": {arg}, "attachments": {arg}, "metadata": {arg}},
			"views.publish":    {"user_id": {"U0SATO"}, "view": {arg}},
		} {
			form.Set("token", botToken)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://slack.test/api/"+method, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			out := decodeBody(t, resp)
			_ = resp.Body.Close()
			if _, ok := out["ok"].(bool); !ok || resp.StatusCode != http.StatusOK {
				t.Errorf("%s with %q: %d %v", method, arg, resp.StatusCode, out)
			}
		}
		_ = s.State("sato")
	})
}
