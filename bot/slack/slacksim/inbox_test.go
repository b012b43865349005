package slacksim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"toban/bot/slack/slacksim"
)

// delivered is one request of the stand-in as the app has read it with slack-go.
type delivered struct {
	path     string
	header   http.Header
	body     []byte
	event    slackevents.EventsAPIEvent
	callback slack.InteractionCallback
	command  slack.SlashCommand
}

// inbox is an app in HTTP mode, in-process. It checks every signature.
type inbox struct {
	*rig
	t  *testing.T
	mu sync.Mutex
	in []delivered
	// answer gives the HTTP answer; nil means 200 without a body.
	answer func(d delivered, r *http.Request) (status int, header http.Header, body string)
}

func newInbox(t *testing.T, edit ...func(*slacksim.Seed)) *inbox {
	t.Helper()
	app := &inbox{t: t}
	app.rig = newRig(t)
	_ = app.Close()
	app.Server = slacksim.New(slacksim.Options{Now: app.world.now, Machine: nil, Transport: app})
	t.Cleanup(func() { _ = app.Close() })
	seed := slacksim.SampleSeed(botToken, appToken)
	seed.URLs = slacksim.URLs{
		Events: "http://bot.test/slack/events", Interactions: "http://bot.test/slack/interactions", Commands: "http://bot.test/slack/commands",
	}
	for _, e := range edit {
		e(&seed)
	}
	if err := app.Load(seed); err != nil {
		t.Fatal(err)
	}
	app.http = &http.Client{Transport: app.Server.RoundTripper()}
	app.api = slack.New(botToken, slack.OptionHTTPClient(app.http), slack.OptionAPIURL("http://slack.test/api/"))
	return app
}

// RoundTrip is the way from the stand-in to the app.
func (a *inbox) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	d := delivered{path: r.URL.Path, header: r.Header, body: body}
	v, err := slack.NewSecretsVerifier(r.Header, "8f742231b10e8888abcd99yyyzzz85a5")
	if err == nil {
		_, _ = v.Write(body)
		err = v.Ensure()
	}
	if err != nil {
		a.t.Errorf("%s: signature refused", d.path)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case strings.HasSuffix(d.path, "/events"):
		d.event, err = slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
	case strings.HasSuffix(d.path, "/interactions"):
		d.callback, err = slack.InteractionCallbackParse(r)
	default:
		d.command, err = slack.SlashCommandParse(r)
	}
	if err != nil {
		a.t.Errorf("%s: slack-go cannot read %s: %v", d.path, body, err)
	}
	a.mu.Lock()
	a.in = append(a.in, d)
	answer := a.answer
	a.mu.Unlock()
	w := httptest.NewRecorder()
	if answer != nil {
		status, header, text := answer(d, r)
		if status == 0 { // never answers
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		for k := range header {
			w.Header().Set(k, header.Get(k))
		}
		w.WriteHeader(status)
		_, _ = w.WriteString(text)
	}
	return w.Result(), nil
}

func (a *inbox) answers(f func(d delivered, r *http.Request) (int, http.Header, string)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = f
}

// always answers everything with this JSON.
func (a *inbox) always(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	a.answers(func(delivered, *http.Request) (int, http.Header, string) { return 200, nil, string(b) })
}

func (a *inbox) all(path string) []delivered {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []delivered
	for _, d := range a.in {
		if strings.HasSuffix(d.path, path) {
			out = append(out, d)
		}
	}
	return out
}

// last waits until nothing is pending and gives the newest delivery of a path.
func (a *inbox) last(t *testing.T, path string) delivered {
	t.Helper()
	if err := a.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := a.all(path)
	if len(all) == 0 {
		t.Fatalf("nothing came to %s", path)
	}
	newest := all[len(all)-1]
	for _, d := range all { // by HTTP two events may arrive in either order; their ids tell which is the newer
		if eventID(d) >= eventID(newest) {
			newest = d
		}
	}
	return newest
}

func eventID(d delivered) string {
	if cb, ok := d.event.Data.(*slackevents.EventsAPICallbackEvent); ok {
		return cb.EventID
	}
	return ""
}

// trigger makes a fresh trigger id by a command of sato's.
func (a *inbox) trigger(t *testing.T) string {
	t.Helper()
	if err := a.Command(t.Context(), slacksim.Command{User: "sato", Channel: desk, Command: "/ticket", Text: "list"}); err != nil {
		t.Fatal(err)
	}
	return a.last(t, "/commands").command.TriggerID
}

func payload(t *testing.T, d delivered) map[string]any {
	t.Helper()
	raw := d.body
	if strings.HasSuffix(d.path, "/interactions") {
		f, err := url.ParseQuery(string(d.body))
		if err != nil {
			t.Fatal(err)
		}
		raw = []byte(f.Get("payload"))
	}
	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
