package mailsim_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/bot/mail/mailsim"
)

var noon = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

// open starts a server on a loopback socket and its orders by HTTP.
func open(t *testing.T, o mailsim.Options) (s *mailsim.Server, addr string) {
	t.Helper()
	o.Now = func() time.Time { return noon }
	s, err := mailsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, ln.Addr().String()
}

const text = "From: a@msp.example\r\nTo: b@customer.example\r\nSubject: =?UTF-8?B?6Zqc5a6z?=\r\nMessage-Id: <1@msp.example>\r\n\r\n本文\r\n"

func order(t *testing.T, s http.Handler, method, path, body string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		out = map[string]any{"text": w.Body.String()}
	}
	return w.Code, out
}

// The standard library's client, which nobody here wrote, speaks to it over a socket.
func TestStandardClient(t *testing.T) {
	s, addr := open(t, mailsim.Options{User: "u", Password: "p"})
	auth := smtp.PlainAuth("", "u", "p", "127.0.0.1")
	if err := smtp.SendMail(addr, auth, "a@msp.example", []string{"b@customer.example", "c@customer.example"}, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := smtp.SendMail(addr, smtp.PlainAuth("", "u", "wrong", "127.0.0.1"), "a@msp.example", []string{"b@customer.example"}, []byte(text)); err == nil {
		t.Error("a wrong password was taken")
	}
	if err := smtp.SendMail(addr, nil, "a@msp.example", []string{"b@customer.example"}, []byte(text)); err == nil {
		t.Error("a mail without a password was taken")
	}
	list := s.Messages("c@customer.example")
	if len(list) != 1 || list[0].Subject != "障害" || list[0].Text != "本文" || list[0].MessageID != "1@msp.example" || !list[0].Signed || !list[0].At.Equal(noon) {
		t.Errorf("mails %+v", list)
	}
	if _, out := order(t, s, "GET", "/_sim/messages?to=b@customer.example", ""); len(out["messages"].([]any)) != 1 {
		t.Errorf("by HTTP: %v", out)
	}
	if _, out := order(t, s, "GET", "/_sim/raw?id=1", ""); !strings.Contains(out["text"].(string), "Message-Id: <1@msp.example>") {
		t.Errorf("raw: %v", out)
	}
	if _, out := order(t, s, "GET", "/", ""); !strings.Contains(out["text"].(string), "<strong>障害</strong>") {
		t.Errorf("page: %v", out)
	}
}

func TestFaultsByHTTP(t *testing.T) {
	var mu sync.Mutex // a broken connection's mail may be delivered while the next case begins
	var delivered []string
	s, addr := open(t, mailsim.Options{Deliver: func(m mailsim.Message) {
		mu.Lock()
		defer mu.Unlock()
		delivered = append(delivered, strings.Join(m.To, ","))
	}})
	send := func() error {
		return smtp.SendMail(addr, nil, "a@msp.example", []string{"b@customer.example"}, []byte(text))
	}
	for _, tt := range []struct {
		rule   string
		answer string // part of the sender's error; "" is none
		kept   int
	}{
		{`{"kind":"defer","to":"*@customer.example","times":1}`, "451", 0},
		{`{"kind":"refuse","at":"mail","code":553}`, "553", 0},
		{`{"kind":"refuse","to":"*@elsewhere.example"}`, "", 1},
		{`{"kind":"cut","at":"rcpt"}`, io.EOF.Error(), 0},
		{`{"kind":"lost","skip":1}`, "", 1},
		{`{"kind":"lost"}`, io.EOF.Error(), 1},
		{`{"kind":"late","lag":"1ms"}`, "", 1},
		{`{"kind":"slow","lag":"1ms"}`, "", 1},
		{`{"kind":"bounce"}`, "", 2}, // the mail and the notice
		{`{"kind":"refuse","from":"2026-11-24T02:59:00Z","until":"2026-11-24T03:01:00Z"}`, "550", 0},
		{`{"kind":"refuse","from":"2026-11-24T03:01:00Z"}`, "", 1},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			mu.Lock()
			delivered = nil
			mu.Unlock()
			for _, o := range [][2]string{{"/_sim/clear", "{}"}, {"/_sim/faults", `{"clear":true,"rules":[` + tt.rule + `]}`}} {
				if code, out := order(t, s, "POST", o[0], o[1]); code != http.StatusOK {
					t.Fatalf("%s: %v", o[0], out)
				}
			}
			err := send()
			if (err != nil) != (tt.answer != "") || err != nil && !strings.Contains(err.Error(), tt.answer) {
				t.Errorf("got %v, want %q", err, tt.answer)
			}
			if n := len(s.Messages("")); n != tt.kept {
				t.Errorf("%d mails, want %d", n, tt.kept)
			}
			if strings.Contains(tt.rule, "bounce") {
				n := s.Messages("a@msp.example")
				mu.Lock()
				defer mu.Unlock()
				if len(n) != 1 || n[0].From != "" || !strings.Contains(n[0].Text, "Action: failed") || strings.Join(delivered, " ") != "a@msp.example" {
					t.Errorf("notices %+v, delivered %v", n, delivered)
				}
			}
		})
	}
}

func TestWrongOrders(t *testing.T) {
	s, _ := open(t, mailsim.Options{})
	for body, want := range map[string]string{
		`{"rules":[{"kind":"explode"}]}`:                          "explode",
		`{"rules":[{"kind":"lost","at":"rcpt"}]}`:                 "at data only",
		`{"rules":[{"kind":"cut","at":"never"}]}`:                 "never",
		`{"rules":[{"kind":"cut","to":"["}]}`:                     "pattern",
		`{"rule":[]}`:                                             "unknown field",
		`{"rules":[{"kind":"defer","code":550}]}`:                 "allowed for defer is 400 to 499",
		`{"rules":[{"kind":"lost","rate":2}]}`:                    "fault 1: rate 2",
		`{"rules":[{"kind":"lost"},{"kind":"slow","lag":"-1s"}]}`: "fault 2: lag -1s",
	} {
		if code, out := order(t, s, "POST", "/_sim/faults", body); code != http.StatusBadRequest || !strings.Contains(out["error"].(string), want) {
			t.Errorf("%s: %d %v", body, code, out)
		}
	}
	for _, o := range [][2]string{{"POST", "/_sim/other"}, {"GET", "/other"}, {"PUT", "/_sim/faults"}, {"GET", "/_sim/raw?id=x"}} {
		body := ""
		if o[0] != "GET" {
			body = "{}"
		}
		if code, _ := order(t, s, o[0], o[1], body); code < 400 {
			t.Errorf("%s %s: %d", o[0], o[1], code)
		}
	}
}

func TestSampleSeed(t *testing.T) {
	s, _ := open(t, mailsim.Options{})
	if err := s.Load(mailsim.SampleSeed()); err != nil {
		t.Fatal(err)
	}
	list := s.Messages("")
	if n := len(mailsim.SampleSeed().Mails); len(list) != n+1 || list[4].From != "" || !list[3].Bounced {
		t.Fatalf("%d mails of %d and a notice: %+v", len(list), n, list)
	}
	first := list[0]
	if first.Subject != mailsim.SampleSeed().Mails[0].Subject || first.Text != mailsim.SampleSeed().Mails[0].Text || first.From != "alert@mirai-msp.example" || !first.At.Equal(noon.Add(-3*time.Hour)) {
		t.Errorf("%+v", first)
	}
	_, out := order(t, s, "GET", "/", "")
	for _, want := range []string{"受け取ったメール 6 通", "不達の知らせ", "山本です", `data-order="/_sim/clear"`} {
		if !strings.Contains(out["text"].(string), want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

func TestWrongSeeds(t *testing.T) {
	s, _ := open(t, mailsim.Options{})
	good := mailsim.SampleSeed().Mails[0]
	for want, change := range map[string]func(*mailsim.Seed){
		`mail 2 of the seed: from "x"`: func(d *mailsim.Seed) { d.Mails[1].From = "x" },
		"mail 2 of the seed: to":       func(d *mailsim.Seed) { d.Mails[1].To = nil },
		`to "a <a@b.example>"`:         func(d *mailsim.Seed) { d.Mails[1].To = []string{"a <a@b.example>"} },
		`kind "x" is none of`:          func(d *mailsim.Seed) { d.Faults = []mailsim.Fault{{Kind: "x"}} },
	} {
		d := mailsim.Seed{Mails: []mailsim.SeedMail{good, good}}
		change(&d)
		if err := s.Load(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if n := len(s.Messages("")); n != 0 {
		t.Errorf("%d mails of wrong seeds", n)
	}
}

// What somebody outside writes reaches the server at the outlet, whose answer is told.
func TestSend(t *testing.T) {
	far, address := open(t, mailsim.Options{})
	s, _ := open(t, mailsim.Options{Outlet: address})
	good := `{"from":"山本 <a@x.example>","to":"b@y.example, c@y.example","subject":"件名","text":"本文","message_id":"1@x","in_reply_to":"0@y","machine":true}`
	if code, out := order(t, s, "POST", "/_sim/send", good); code != http.StatusOK {
		t.Fatal(out)
	}
	list := far.Messages("c@y.example")
	if len(list) != 1 || list[0].Subject != "件名" || list[0].Text != "本文" || list[0].MessageID != "1@x" || list[0].Header.Get("In-Reply-To") != "<0@y>" ||
		list[0].Header.Get("Auto-Submitted") == "" || list[0].From != "a@x.example" || len(list[0].To) != 2 {
		t.Errorf("arrived %+v", list)
	}
	if err := far.AddFaults(mailsim.Fault{Kind: mailsim.Refuse}); err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		good:                                   "550",
		`{"from":"nobody","to":"b@y.example"}`: "from",
		`{"from":"a@x.example","to":" "}`:      "to",
		`{"from":"a@x.example","to":"b@y.example","message_id":"1>\r\nBcc: x"}`: "one word",
	} {
		if code, out := order(t, s, "POST", "/_sim/send", body); code == http.StatusOK || !strings.Contains(fmt.Sprint(out["error"]), want) {
			t.Errorf("%s: %v, want %q", body, out, want)
		}
	}
	if code, out := order(t, far, "POST", "/_sim/send", good); code == http.StatusOK || !strings.Contains(fmt.Sprint(out["error"]), "no outlet") {
		t.Errorf("without an outlet: %v", out)
	}
	if _, out := order(t, s, "GET", "/", ""); !strings.Contains(out["text"].(string), "メールを送る") {
		t.Errorf("the page has no form: %v", out)
	}
}
