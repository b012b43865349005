package slacksim_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

const (
	botToken = "xoxb-secret-bot"
	appToken = "xapp-secret-app"
	desk     = "C0DESK"
)

// clock is a settable world or machine clock.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock {
	return &clock{t: time.Date(2026, 11, 22, 10, 15, 0, 0, time.FixedZone("JST", 9*3600))}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// rig is a stand-in with both clocks standing still, and a stock client.
type rig struct {
	*slacksim.Server
	api     *slack.Client
	http    *http.Client
	world   *clock
	machine *clock
}

func newRig(t *testing.T, edit ...func(*slacksim.Seed)) *rig {
	t.Helper()
	r := &rig{world: newClock(), machine: newClock()}
	r.Server = slacksim.New(slacksim.Options{Now: r.world.now, Machine: r.machine.now})
	t.Cleanup(func() { _ = r.Close() })
	seed := slacksim.SampleSeed(botToken, appToken)
	for _, e := range edit {
		e(&seed)
	}
	if err := r.Load(seed); err != nil {
		t.Fatal(err)
	}
	r.http = &http.Client{Transport: r.RoundTripper()}
	r.api = slack.New(botToken, slack.OptionHTTPClient(r.http), slack.OptionAppLevelToken(appToken), slack.OptionAPIURL("http://slack.test/api/"))
	return r
}

// raw calls a method with a form, as a client of any make would.
func (r *rig) raw(t *testing.T, method string, form url.Values) (map[string]any, *http.Response) {
	t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("token") {
		form.Set("token", botToken)
	}
	return r.post(t, "/api/"+method, "application/x-www-form-urlencoded", form.Encode())
}

func (r *rig) post(t *testing.T, path, kind, body string) (map[string]any, *http.Response) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://slack.test"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := r.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatalf("%s answered %q: %v", path, b, err)
		}
	}
	return out, resp
}

// order posts to the admin API and wants success.
func (r *rig) order(t *testing.T, name string, v any) map[string]any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, resp := r.post(t, "/_sim/"+name, "application/json", string(b))
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", name, resp.StatusCode, out["error"])
	}
	return out
}

func (r *rig) say(t *testing.T, text string) string {
	t.Helper()
	ts, err := r.Say(t.Context(), slacksim.Say{User: "sato", Channel: desk, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// postCard posts a card with two buttons and a select as the bot.
func (r *rig) postCard(t *testing.T) string {
	t.Helper()
	opt := func(v, text string) *slack.OptionBlockObject {
		return slack.NewOptionBlockObject(v, slack.NewTextBlockObject(slack.PlainTextType, text, false, false), nil)
	}
	_, ts, err := r.api.PostMessageContext(t.Context(), desk,
		slack.MsgOptionText("新しいチケット MSP-12", false),
		slack.MsgOptionBlocks(
			slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, "MSP-12 サーバーに接続できない", false, false)),
			slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "*影響あり* 期限 10:45", false, false), nil, nil),
			slack.NewActionBlock("acts",
				slack.NewButtonBlockElement("ack", "MSP-12:1", slack.NewTextBlockObject(slack.PlainTextType, "受領", false, false)),
				slack.NewButtonBlockElement("declare", "MSP-12:2", slack.NewTextBlockObject(slack.PlainTextType, "障害を宣言", false, false)).WithStyle(slack.StyleDanger),
				slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "class", opt("light", "軽微"), opt("impact", "影響あり")),
			)),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "toban", EventPayload: map[string]any{"outbox_id": "o-1"}}))
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func decodeBody(t *testing.T, resp *http.Response) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
