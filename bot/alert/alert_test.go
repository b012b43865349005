package alert_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/alert"
)

const (
	tokenAoba   = "token-of-aoba-today"
	tokenOld    = "token-of-aoba-yesterday"
	tokenMidori = "token-of-midori"
	pagerKey    = "key-of-pagerduty"
)

var received = time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)

// shelf keeps what the door stored.
type shelf struct {
	events []bot.Event
	buried []string
	down   error
}

func (s *shelf) Accept(_ context.Context, events ...bot.Event) error {
	if s.down == nil {
		s.events = append(s.events, events...)
	}
	return s.down
}

func (s *shelf) Bury(_ context.Context, door, reason string, raw []byte, _ time.Time) error {
	if s.down == nil {
		s.buried = append(s.buried, door+"|"+reason+"|"+string(raw))
	}
	return s.down
}

// words are the alerts that were stored, without the words they came from.
func (s *shelf) words(t *testing.T) []bot.Alert {
	t.Helper()
	var out []bot.Alert
	for _, e := range s.events {
		var a bot.Alert
		if err := e.Decode(&a); err != nil {
			t.Fatal(err)
		}
		if len(a.Raw) == 0 || !strings.HasPrefix(e.Lane, "alert:"+a.Customer+":") || e.Kind != bot.EventAlert || e.Customer != a.Customer {
			t.Errorf("event %+v of %+v", e, a)
		}
		a.Raw = nil
		out = append(out, a)
	}
	return out
}

func open(s *shelf, client *http.Client, log *bytes.Buffer) *alert.Handler {
	cfg := alert.Config{
		Customers: alert.Tokens([]alert.Customer{
			{ID: "aoba", Hosts: map[string]string{"i-0123": "web-1", "web-1": "web-1"}, Keys: []string{"another", pagerKey}, Accounts: []string{"123456789012"}},
			{ID: "midori", Mapping: alert.Mapping{List: "batch.alerts", Host: "labels.0", Name: "what", State: "level", Recovered: []string{"Green"}}},
		}, map[string][]string{"aoba": {tokenAoba, tokenOld, ""}, "midori": {tokenMidori}}),
		Inbox: s, Dead: s, Clock: bot.ClockFunc(func() time.Time { return received }), Client: client, MaxBody: 8 << 10,
	}
	if log != nil {
		cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return alert.New(cfg)
}

func deliver(h http.Handler, source, token, body string, header ...string) int {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/hooks/alerts/"+source+"/"+token, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

func TestSources(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return x.UTC()
	}
	for name, tc := range map[string]struct {
		source, token, body string
		want                []bot.Alert
	}{
		"json": {"json", tokenAoba, `{"host":"i-0123","name":"CPU","severity":"warn","state":"ALERT","id":7,"text":"95 %","at":"2026-11-22T12:00:00+09:00"}`, []bot.Alert{
			{Customer: "aoba", Source: "json", Host: "web-1", Name: "CPU", Severity: "warn", Text: "95 %", Firing: true, Occurrence: "7", Since: at("2026-11-22T03:00:00Z")},
		}},
		"json, the token of yesterday, recovered": {"json", tokenOld, `{"host":"web-1","name":"CPU","state":"Resolved"}`, []bot.Alert{{Customer: "aoba", Source: "json", Host: "web-1", Name: "CPU"}}},
		"json, a list by a mapping": {"json", tokenMidori, `{"batch":{"alerts":[{"labels":["web-1"],"what":"disk","level":"red"},{"labels":["web-2"],"what":"disk","level":"green"}]}}`, []bot.Alert{
			{Customer: "midori", Source: "json", Host: "web-1", Name: "disk", Firing: true}, {Customer: "midori", Source: "json", Host: "web-2", Name: "disk"},
		}},
		"alertmanager": {"alertmanager", tokenAoba, `{"version":"4","status":"firing","alerts":[
{"status":"firing","labels":{"alertname":"Down","instance":"web-1:9100","severity":"critical"},"annotations":{"summary":"is down","description":"since a while"},"startsAt":"2026-11-22T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/","fingerprint":"ab"},
{"status":"resolved","labels":{"alertname":"Slow","host":"db-1"},"annotations":{},"startsAt":"2026-11-22T02:00:00Z","endsAt":"2026-11-22T03:01:00Z","fingerprint":"cd"}]}`, []bot.Alert{
			{Customer: "aoba", Source: "alertmanager", Host: "web-1", Name: "Down", Severity: "critical", Text: "is down\nsince a while", URL: "http://p/", Firing: true, Occurrence: "ab@2026-11-22T03:00:00Z", Since: at("2026-11-22T03:00:00Z")},
			{Customer: "aoba", Source: "alertmanager", Host: "db-1", Name: "Slow", Occurrence: "cd@2026-11-22T02:00:00Z", Since: at("2026-11-22T03:01:00Z")},
		}},
		"mackerel": {"mackerel", tokenAoba, `{"event":"alert","host":{"id":"i-0123","name":"web"},"alert":{"id":"2bj","url":"https://m/","status":"critical","isOpen":true,"monitorName":"unknown","openedAt":1780000000,"closedAt":0}}`, []bot.Alert{
			{Customer: "aoba", Source: "mackerel", Host: "web-1", Name: "unknown", Severity: "critical", URL: "https://m/", Firing: true, Occurrence: "2bj", Since: time.Unix(1780000000, 0).UTC()},
		}},
		"mackerel, a test":       {"mackerel", tokenAoba, `{"event":"sample","message":"Sample Notification from Mackerel"}`, nil},
		"mackerel, closed":       {"mackerel", tokenAoba, `{"event":"alert","host":{"name":"web"},"alert":{"id":"2bj","status":"ok","isOpen":false,"monitorName":"m"}}`, []bot.Alert{{Customer: "aoba", Source: "mackerel", Host: "web", Name: "m", Severity: "ok", Occurrence: "2bj"}}},
		"datadog":                {"datadog", tokenAoba, `{"id":"1","cycle":"c1","transition":"Triggered","hostname":"i-0123","monitor":"CPU","priority":"P1"}`, []bot.Alert{{Customer: "aoba", Source: "datadog", Host: "web-1", Name: "CPU", Severity: "P1", Firing: true, Occurrence: "c1", ID: "1"}}},
		"datadog, recovered":     {"datadog", tokenAoba, `{"id":"2","cycle":"c1","transition":"Recovered","hostname":"i-0123","monitor":"CPU"}`, []bot.Alert{{Customer: "aoba", Source: "datadog", Host: "web-1", Name: "CPU", Occurrence: "c1", ID: "2"}}},
		"an empty group is none": {"alertmanager", tokenAoba, `{"version":"4","alerts":[]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{}
			if code := deliver(open(s, nil, nil), tc.source, tc.token, tc.body); code != http.StatusOK {
				t.Fatalf("answered %d, buried %q", code, s.buried)
			}
			if diff := cmp.Diff(tc.want, s.words(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Nothing that a source says is dropped silently: it is stored, kept among the dead with a reason, or to be sent again.
func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		source, token, body string
		down                bool
		code                int
		reason              string // of the dead letter; "" is none
	}{
		"wrong token":           {"json", "nearly-" + tokenAoba, `{"name":"x"}`, false, http.StatusNotFound, ""},
		"empty token":           {"json", "%20", `{"name":"x"}`, false, http.StatusNotFound, ""},
		"unknown source":        {"nagios", tokenAoba, `{"name":"x"}`, false, http.StatusNotFound, ""},
		"broken":                {"json", tokenAoba, `{"name":`, false, http.StatusBadRequest, "no JSON"},
		"no object":             {"json", tokenAoba, `[1,2]`, false, http.StatusBadRequest, "no JSON object"},
		"nameless":              {"json", tokenAoba, `{"state":"x"}`, false, http.StatusBadRequest, "neither a name nor a host"},
		"another version":       {"alertmanager", tokenAoba, `{"version":"5","alerts":[]}`, false, http.StatusBadRequest, "known is 4"},
		"deep":                  {"json", tokenAoba, strings.Repeat("[", 8000), false, http.StatusBadRequest, "no JSON"},
		"deep objects":          {"alertmanager", tokenAoba, strings.Repeat(`{"a":`, 1600), false, http.StatusBadRequest, "no JSON"},
		"a number of no size":   {"json", tokenAoba, `{"name":"x","at":1e999}`, false, http.StatusBadRequest, "no JSON"},
		"too many":              {"json", tokenAoba, "[" + strings.Repeat(`{},`, 1001) + `{}]`, false, http.StatusBadRequest, "more than 1000"},
		"too large":             {"json", tokenAoba, `{"name":"` + strings.Repeat("x", 9<<10) + `"}`, false, http.StatusRequestEntityTooLarge, "larger than 8192 bytes"},
		"unsigned":              {"pagerduty", tokenAoba, `{"event":{}}`, false, http.StatusForbidden, "signature"},
		"store is down":         {"json", tokenAoba, `{"name":"x"}`, true, http.StatusServiceUnavailable, ""},
		"store is down, buried": {"json", tokenAoba, `{`, true, http.StatusServiceUnavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, log := &shelf{}, &bytes.Buffer{}
			if tc.down {
				s.down = errors.New("disk full")
			}
			if code := deliver(open(s, nil, log), tc.source, tc.token, tc.body); code != tc.code {
				t.Errorf("answered %d, want %d", code, tc.code)
			}
			if len(s.events) > 0 || (tc.reason != "") != (len(s.buried) == 1) || tc.reason != "" && !strings.Contains(s.buried[0], tc.reason) {
				t.Errorf("stored %v, buried %q", s.events, s.buried)
			}
			if strings.Contains(log.String(), tokenAoba) {
				t.Errorf("the token is in the log: %s", log)
			}
		})
	}
}

// A word that the source names comes once however often it is delivered; hours later it is a reminder, and another word is another event.
func TestDoubledDeliveries(t *testing.T) {
	now := received
	s := &shelf{}
	h := alert.New(alert.Config{
		Customers: alert.Tokens([]alert.Customer{{ID: "aoba"}}, map[string][]string{"aoba": {tokenAoba}}), Inbox: s, Dead: s, Clock: bot.ClockFunc(func() time.Time { return now }),
	})
	say := func(body string) string {
		t.Helper()
		s.events = nil
		if code := deliver(h, "json", tokenAoba, body); code != http.StatusOK || len(s.events) != 1 {
			t.Fatalf("answered %d, %v", code, s.events)
		}
		return s.events[0].Key
	}
	named := `{"host":"a","name":"b","id":"1","state":"alert"}`
	first := say(named)
	if say(named) != first {
		t.Error("a doubled word has another key")
	}
	if say(`{"host":"a","name":"b","id":"1","state":"ok"}`) == first || say(`{"host":"a","name":"b","id":"2","state":"alert"}`) == first || say(`{"host":"a","name":"b","id":"1","state":"alert","severity":"worse"}`) == first {
		t.Error("another word has the same key")
	}
	nameless := `{"host":"a","name":"b"}`
	if once := say(nameless); once == say(nameless) {
		t.Error("words without a name may mean two outbreaks")
	}
	now = now.Add(2 * time.Hour)
	if say(named) == first {
		t.Error("a reminder is dropped as a double")
	}
}

func TestPagerDuty(t *testing.T) {
	sign := func(body, key string) string {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(body))
		return "v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	for kind, want := range map[string][]bot.Alert{
		"incident.triggered":    {{Customer: "aoba", Source: "pagerduty", Host: "web", Name: "down", Severity: "high", Firing: true, Occurrence: "Q1", ID: "E1"}},
		"incident.resolved":     {{Customer: "aoba", Source: "pagerduty", Host: "web", Name: "down", Severity: "high", Occurrence: "Q1", ID: "E1"}},
		"incident.acknowledged": nil,
		"pagey.ping":            nil,
	} {
		body := fmt.Sprintf(`{"event":{"id":"E1","event_type":%q,"data":{"id":"Q1","title":"down","urgency":"high","service":{"summary":"web"}}}}`, kind)
		s := &shelf{}
		if code := deliver(open(s, nil, nil), "pagerduty", tokenAoba, body, "X-PagerDuty-Signature", sign(body, "old")+","+sign(body, pagerKey)); code != http.StatusOK {
			t.Errorf("%s: answered %d, %q", kind, code, s.buried)
		}
		if diff := cmp.Diff(want, s.words(t)); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		if code := deliver(open(&shelf{}, nil, nil), "pagerduty", tokenAoba, body+" ", "X-PagerDuty-Signature", sign(body, pagerKey)); code != http.StatusForbidden {
			t.Errorf("%s: a changed body is answered %d", kind, code)
		}
		if code := deliver(open(&shelf{}, nil, nil), "pagerduty", tokenMidori, body, "X-PagerDuty-Signature", sign(body, "")); code != http.StatusForbidden {
			t.Errorf("%s: a customer without a key is answered %d", kind, code)
		}
	}
}

// Whatever comes to whichever source: there is an answer, and what was not taken as alerts, ignored or refused without reading is among the dead letters.
func FuzzDoor(f *testing.F) {
	for _, body := range []string{
		`{"host":"web-1","name":"cpu","state":"ok","id":"1","at":1}`, `[{"name":"<!channel> [x](javascript:alert(1)) @here"}]`, `{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"a"}}]}`,
		`{"event":"alert","host":{"name":"h"},"alert":{"monitorName":"m","status":"critical"}}`, `{"id":"1","transition":"Triggered","title":"t"}`, `{"Type":"Notification","SigningCertURL":"https://sns.ap-northeast-1.amazonaws.com/x.pem"}`,
		"\xef\xbb\xbf{}", "null", "\"\\u0000\"", strings.Repeat("[", 100),
	} {
		for _, source := range alert.Sources() {
			f.Add(source, body)
		}
	}
	f.Fuzz(func(t *testing.T, source, body string) {
		if !slices.Contains(alert.Sources(), source) {
			t.Skip("no source of alerts")
		}
		s := &shelf{}
		code := deliver(open(s, &http.Client{Transport: nowhere{}}, nil), source, tokenAoba, body)
		taken := code == http.StatusOK && len(s.buried) == 0
		refused := (code == http.StatusBadRequest || code == http.StatusForbidden || code == http.StatusRequestEntityTooLarge) && len(s.buried) == 1 && len(s.events) == 0
		if !taken && !refused && code != http.StatusServiceUnavailable {
			t.Errorf("%s: answered %d, %d events, %d buried", source, code, len(s.events), len(s.buried))
		}
		for _, e := range s.events {
			var a bot.Alert
			if err := e.Decode(&a); err != nil || e.Customer != "aoba" || a.Customer != "aoba" || e.Key == "" || a.Name == "" {
				t.Errorf("event %+v: %v", e, err)
			}
		}
	})
}

// nowhere is a network that answers nobody.
type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no network") }
