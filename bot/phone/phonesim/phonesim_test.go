package phonesim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"toban/bot/phone/phonesim"
)

// line is a provider whose clock stands still until it is moved.
type line struct {
	*testing.T
	*phonesim.Server
	now time.Time
}

func newLine(t *testing.T) *line {
	l := &line{T: t, now: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)}
	l.Server = phonesim.New(phonesim.Options{Now: func() time.Time { return l.now }})
	return l
}

func (l *line) do(method, path, body string) (int, string, map[string]any) {
	l.Helper()
	r := httptest.NewRequestWithContext(l.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	l.ServeHTTP(w, r)
	out := map[string]any{}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		out["text"] = w.Body.String()
	}
	return w.Code, w.Header().Get("X-Amzn-Errortype"), out
}

func (l *line) start(number, token string) string {
	l.Helper()
	code, kind, out := l.do("PUT", "/contact/outbound-voice", `{"InstanceId":"i","ContactFlowId":"f","SourcePhoneNumber":"+815000000000","RingTimeoutInSeconds":30,
		"DestinationPhoneNumber":"`+number+`","ClientToken":"`+token+`","Attributes":{"text":"障害です"}}`)
	id, _ := out["ContactId"].(string)
	if code != http.StatusOK || id == "" {
		l.Fatalf("starting: %d %s %v", code, kind, out)
	}
	return id
}

func (l *line) reason(id string) string {
	l.Helper()
	_, _, out := l.do("GET", "/contacts/i/"+id, "")
	c, _ := out["Contact"].(map[string]any)
	r, _ := c["DisconnectReason"].(string)
	return r
}

func TestPeople(t *testing.T) {
	for _, tt := range []struct {
		person phonesim.Person
		ends   time.Duration
		reason string
		key    any
	}{
		{phonesim.Person{Behaviour: phonesim.Answers, Key: "1"}, 21 * time.Second, "CUSTOMER_DISCONNECT", "1"},
		{phonesim.Person{Behaviour: phonesim.Answers, Rings: 99}, 30 * time.Second, "TELECOM_UNANSWERED", nil},
		{phonesim.Person{Behaviour: phonesim.Answers, Rings: 1, Talk: phonesim.Duration(time.Second)}, 4 * time.Second, "CUSTOMER_DISCONNECT", nil},
		{phonesim.Person{}, 30 * time.Second, "TELECOM_UNANSWERED", nil},
		{phonesim.Person{Behaviour: phonesim.Busy}, 3 * time.Second, "TELECOM_BUSY", nil},
		{phonesim.Person{Behaviour: phonesim.Voicemail, Key: "1"}, 21 * time.Second, "CONTACT_FLOW_DISCONNECT", nil},
		{phonesim.Person{Behaviour: phonesim.Invalid}, time.Second, "TELECOM_NUMBER_INVALID", nil},
	} {
		l := newLine(t)
		tt.person.Number = "+81312345678"
		if err := l.SetPeople(tt.person); err != nil {
			t.Fatal(err)
		}
		id := l.start("+81312345678", "t")
		l.now = l.now.Add(tt.ends - time.Millisecond)
		if r := l.reason(id); r != "" {
			t.Errorf("%+v: ended too early by %s", tt.person, r)
		}
		l.now = l.now.Add(time.Millisecond)
		if r := l.reason(id); r != tt.reason {
			t.Errorf("%+v: reason %q, want %q", tt.person, r, tt.reason)
		}
		_, _, out := l.do("GET", "/contact/attributes/i/"+id, "")
		attr, _ := out["Attributes"].(map[string]any)
		if attr["toban_key"] != tt.key || attr["text"] != "障害です" {
			t.Errorf("%+v: attributes %v", tt.person, attr)
		}
	}
}

func TestTokenIsOneCallForSevenDays(t *testing.T) {
	l := newLine(t)
	first := l.start("+81312345678", "t")
	l.now = l.now.Add(7*24*time.Hour - time.Second)
	if l.start("+81312345678", "t") != first || l.start("+81312345678", "u") == first {
		t.Error("the token does not decide which call it is")
	}
	l.now = l.now.Add(time.Second)
	if l.start("+81312345678", "t") == first || len(l.Calls()) != 3 {
		t.Errorf("%d calls", len(l.Calls()))
	}
}

func TestTakenByHand(t *testing.T) {
	l := newLine(t)
	id := l.start("+81312345678", "t")
	if code, _, out := l.do("POST", "/_sim/take", `{"id":"`+id+`","key":"2"}`); code != http.StatusOK {
		t.Fatal(out)
	}
	if c := l.Calls()[0]; c.State != "talking" || c.Key != "2" || !c.Answered {
		t.Errorf("call %+v", c)
	}
	if code, _, _ := l.do("POST", "/_sim/take", `{"id":"`+id+`"}`); code == http.StatusOK {
		t.Error("a call was taken twice")
	}
	if _, _, out := l.do("GET", "/", ""); !strings.Contains(out["text"].(string), "障害です") {
		t.Errorf("page %v", out)
	}
}

func TestWrongCalls(t *testing.T) {
	l := newLine(t)
	for body, want := range map[string]string{
		`{`: "can't be read", `{}`: "required", `{"InstanceId":"i","ContactFlowId":"f","DestinationPhoneNumber":"03-1234-5678"}`: "E.164",
		`{"InstanceId":"i","ContactFlowId":"f","DestinationPhoneNumber":"+81312345678"}`:                                        "SourcePhoneNumber",
		`{"InstanceId":"i","ContactFlowId":"f","DestinationPhoneNumber":"+81312345678","QueueId":"q","RingTimeoutInSeconds":5}`: "15 to 60",
	} {
		if code, kind, out := l.do("PUT", "/contact/outbound-voice", body); code != http.StatusBadRequest || kind != "InvalidParameterException" || !strings.Contains(out["Message"].(string), want) {
			t.Errorf("%s: %d %s %v", body, code, kind, out)
		}
	}
	for _, path := range []string{"/contacts/i/none", "/contact/attributes/i/none"} {
		if code, kind, _ := l.do("GET", path, ""); code != http.StatusNotFound || kind != "ResourceNotFoundException" {
			t.Errorf("%s: %d %s", path, code, kind)
		}
	}
	for path, body := range map[string]string{
		"/_sim/people": `{"people":[{"number":"03"}]}`, "/_sim/faults": `{"rules":[{"kind":"explode"}]}`, "/_sim/take": `{"id":"x"}`,
	} {
		if code, _, _ := l.do("POST", path, body); code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, code)
		}
	}
	if code, _, out := l.do("POST", "/_sim/other", `{}`); code != http.StatusNotFound || !strings.Contains(out["error"].(string), "{faults,people,take}") {
		t.Errorf("an unknown order: %d %v", code, out)
	}
}

func TestFaults(t *testing.T) {
	for kind, want := range map[string]struct {
		code  int // 0: broken
		calls int
	}{
		"limited": {429, 0}, "fail_before": {500, 0}, "fail_after": {500, 1}, "refused": {403, 0}, "drop_before": {0, 0}, "drop_after": {0, 1},
	} {
		l := newLine(t)
		if code, _, out := l.do("POST", "/_sim/faults", `{"clear":true,"rules":[{"kind":"`+kind+`","op":"start","times":1}]}`); code != http.StatusOK {
			t.Fatal(out)
		}
		body := `{"InstanceId":"i","ContactFlowId":"f","SourcePhoneNumber":"+815000000000","DestinationPhoneNumber":"+81312345678"}`
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://connect.test/contact/outbound-voice", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := l.RoundTripper().RoundTrip(r)
		code := 0
		if err == nil {
			code = res.StatusCode
			_ = res.Body.Close()
		}
		if code != want.code || len(l.Calls()) != want.calls || len(l.Requests()) != 1 {
			t.Errorf("%s: %d, %v, %d calls", kind, code, err, len(l.Calls()))
		}
	}
}

// A third of the calls are refused by the dice of the seed, the same third each time, and none once the window has passed.
func TestFaultsByRateAndWindow(t *testing.T) {
	play := func() (out string) {
		l := newLine(t)
		if code, _, answer := l.do("POST", "/_sim/faults", `{"seed":3,"rules":[{"kind":"limited","rate":0.3,"until":"2026-11-24T03:05:00Z"}]}`); code != http.StatusOK {
			t.Fatal(answer)
		}
		for range 600 {
			code, _, _ := l.do("GET", "/contacts/i/none", "")
			out += map[int]string{http.StatusTooManyRequests: "x", http.StatusNotFound: "."}[code]
			l.now = l.now.Add(time.Second)
		}
		return out
	}
	first := play()
	if n := strings.Count(first[:300], "x"); n < 60 || n > 120 || len(first) != 600 {
		t.Errorf("%d of 300 calls were refused", n)
	}
	if strings.Contains(first[300:], "x") {
		t.Error("the outage did not end")
	}
	if first != play() {
		t.Error("the same seed gave other faults")
	}
}

func TestSampleSeedAndPage(t *testing.T) {
	l := newLine(t)
	if err := l.Load(phonesim.SampleSeed()); err != nil {
		t.Fatal(err)
	}
	id := l.start("+815000000103", "t")
	l.start("+815000000202", "u")
	l.now = l.now.Add(10 * time.Second)
	_, _, out := l.do("GET", "/", "")
	page, _ := out["text"].(string)
	for _, want := range []string{"佐藤 花子(当番)", "1 を押す", "通話 2 件", "呼出中", "話し中", "障害です", "{&#34;id&#34;:&#34;" + id, "使われていない番号", "留守番電話"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q\n%s", want, page)
		}
	}
	if _, _, out := l.do("GET", "/_sim/people", ""); len(out["people"].([]any)) != len(phonesim.SampleSeed().People) {
		t.Error(out)
	}
	// An order with a wrong rule does nothing: what was there goes on.
	for _, o := range []string{`{"rules":[{"kind":"slow","times":1}]}`, `{"clear":true,"rules":[{"kind":"refused"},{"kind":"explode"}]}`} {
		l.do("POST", "/_sim/faults", o)
		if _, _, out := l.do("GET", "/_sim/faults", ""); len(out["rules"].([]any)) != 1 {
			t.Errorf("after %s: %v", o, out)
		}
	}
	l.do("POST", "/_sim/faults", `{"clear":true,"rules":[{"kind":"refused"},{"kind":"limited"}]}`)
	if _, _, out := l.do("GET", "/_sim/faults", ""); len(out["rules"].([]any)) != 2 {
		t.Errorf("old rules stayed or new ones did not come: %v", out)
	}
	bad := phonesim.SampleSeed()
	bad.Faults = []phonesim.Fault{{Kind: "x"}}
	if err := phonesim.New(phonesim.Options{}).Load(bad); err == nil || !strings.Contains(err.Error(), `fault 1: kind "x" is none of`) {
		t.Error(err)
	}
}
