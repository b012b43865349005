package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"toban/bot/aws/awssim"
	"toban/bot/phone/phonesim"
	"toban/bot/slack/slacksim"
)

// keeper changes the secrets of an office that is at work.
type keeper struct {
	*office
	log *ledger
}

// keep runs `toban serve` on an office until the test ends.
func (o *office) keep() *keeper {
	o.t.Helper()
	return o.keepAt("config", o.listen)
}

// keepAt is keep with another folder of the office, of which the doors are at an address.
func (o *office) keepAt(folder, address string) *keeper {
	o.t.Helper()
	k := &keeper{office: o, log: &ledger{texts: map[string][]byte{}}}
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--config", filepath.Join(o.dir, folder)}, strings.NewReader(""), k.log.writer("output"), k.log.writer("log"))
	}()
	o.t.Cleanup(func() {
		cancel()
		if code := <-done; code != exitOK {
			o.t.Errorf("serve ended with %d: %s", code, k.log.text("log"))
		}
	})
	o.until("Toban answers", func() bool { return o.ready(address) })
	return k
}

// secret writes a secret's file.
func (o *office) secret(name, value string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, "config", name), []byte(value+"\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// Words of the log after a hangup.
const (
	takenOver = "working with the configuration as it is now"
	keptAsWas = "going on with the configuration as it was"
)

// hangup has the configuration read anew, and waits for the word of the log that tells what came of it.
func (k *keeper) hangup(says string) {
	k.t.Helper()
	before := strings.Count(k.log.text("log"), says)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		k.t.Fatal(err)
	}
	k.until(says, func() bool { return strings.Count(k.log.text("log"), says) > before })
	k.until("Toban answers", func() bool { return k.ready(k.listen) })
}

// Slack's two tokens are exchanged while Toban runs and a person goes on typing: the new ones while both are valid, then those alone.
func TestSlackTokensChange(t *testing.T) {
	o := newOffice(t)
	o.secret("bot", "xoxb-office")
	o.secret("app", "xapp-office")
	o.rewrite("server.yaml", "bot_token: env:BOT_TOKEN, app_token: env:APP_TOKEN", "bot_token: file:bot, app_token: file:app")
	k := o.keep()
	help := func(when string) {
		t.Helper()
		o.until("/toban is answered "+when, func() bool {
			return o.slack.Command(t.Context(), slacksim.Command{User: demoStaffSlack, Channel: demoChannel, Command: "/toban", Text: "help"}) == nil
		})
	}
	help("before")
	o.slack.Exchange("xoxb-office-second", "xapp-office-second", "")
	help("by the old tokens")
	o.secret("bot", "xoxb-office-second")
	o.secret("app", "xapp-office-second")
	k.hangup(takenOver)
	help("by the new tokens")
	o.slack.Exchange("", "", "") // the old ones are worth nothing any more
	o.slack.Disconnect("refresh_requested")
	help("over a socket that the new token opened")
	o.open()
	if list := o.slack.Requests(""); slices.ContainsFunc(list, func(r slacksim.Request) bool { return r.Error == "invalid_auth" }) {
		t.Error("a call was refused")
	}
	for _, s := range []string{"xoxb-office", "xapp-office"} {
		if strings.Contains(k.log.text("log"), s) {
			t.Errorf("the log tells %s", s)
		}
	}
}

// Slack's signing secret is exchanged: two are valid at once, then the new one alone. An old, a wrong and a stale signature are refused.
func TestSigningSecretChanges(t *testing.T) {
	o := newOffice(t)
	o.secret("signing", "signing-one")
	o.secret("signing2", "signing-two")
	o.rewrite("server.yaml", `signing_secret: ["env:SIGNING"]`, `signing_secret: "file:signing"`)
	o.rewrite("server.yaml", "mode: socket", "mode: http")
	k := o.keep()
	ask := func(secret string, at time.Time) int {
		t.Helper()
		body := url.Values{"command": {"/toban"}, "text": {"help"}, "user_id": {demoStaffSlack}, "channel_id": {demoChannel}}.Encode()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+o.listen+"/slack/commands", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		stamp := strconv.FormatInt(at.Unix(), 10)
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = mac.Write([]byte("v0:" + stamp + ":" + body)) // never fails
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Slack-Request-Timestamp", stamp)
		req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	wants := func(when string, first, second int) {
		t.Helper()
		if a, b := ask("signing-one", time.Now()), ask("signing-two", time.Now()); a != first || b != second {
			t.Errorf("%s: the first is answered %d and the second %d, want %d and %d", when, a, b, first, second)
		}
		if code := ask("signing-none", time.Now()); code != http.StatusUnauthorized {
			t.Errorf("%s: a wrong secret is answered %d", when, code)
		}
	}
	wants("before", http.StatusOK, http.StatusUnauthorized)
	o.rewrite("server.yaml", `signing_secret: "file:signing"`, `signing_secret: ["file:signing2", "file:signing"]`)
	k.hangup(takenOver)
	wants("while both are valid", http.StatusOK, http.StatusOK)
	for _, secret := range []string{"signing-one", "signing-two"} {
		for _, off := range []time.Duration{-6 * time.Minute, 6 * time.Minute} {
			if code := ask(secret, time.Now().Add(off)); code != http.StatusUnauthorized {
				t.Errorf("a signature %v off is answered %d", off, code)
			}
		}
	}
	o.rewrite("server.yaml", `["file:signing2", "file:signing"]`, `"file:signing2"`)
	k.hangup(takenOver)
	wants("after", http.StatusUnauthorized, http.StatusOK)
}

var signedBy = regexp.MustCompile(`Credential=([^/]+)/`)

// signatures remembers by which keys the calls of a stand-in of AWS were signed.
type signatures struct {
	http.Handler
	mu   sync.Mutex
	keys map[string]int
}

func (s *signatures) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m := signedBy.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		s.mu.Lock()
		s.keys[m[1]]++
		s.mu.Unlock()
	}
	s.Handler.ServeHTTP(w, r)
}

func (s *signatures) of(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[key]
}

// The keys of AWS and of the telephone are exchanged while Toban runs. AWS takes two keys of a user at once: the calls after the hangup are
// signed by the new ones, and the old ones can be deleted.
func TestKeysOfAWSAndTheTelephoneChange(t *testing.T) {
	o := newOffice(t)
	const role = "arn:aws:iam::111122223333:role/read"
	account := &signatures{keys: map[string]int{}, Handler: awssim.New(awssim.Options{
		Users: []awssim.User{{Account: "999999999999", Access: "AKIAFIRST"}, {Account: "999999999999", Access: "AKIASECOND"}}, Roles: []awssim.Role{{ARN: role, External: "ext"}},
	})}
	sim := phonesim.New(phonesim.Options{})
	t.Cleanup(sim.Close)
	if err := sim.SetPeople(phonesim.Person{Number: demoCustomerPhone, Behaviour: phonesim.Invalid}); err != nil {
		t.Fatal(err)
	}
	telephone := &signatures{keys: map[string]int{}, Handler: sim}
	awsServer, phoneServer := httptest.NewServer(account), httptest.NewServer(telephone)
	t.Cleanup(awsServer.Close)
	t.Cleanup(phoneServer.Close)
	for name, value := range map[string]string{"aws": "AKIAFIRST", "aws-secret": "s1", "phone": "AKIAPHONE1", "phone-secret": "s1", "external": "ext", "number": demoCustomerPhone} {
		o.secret(name, value)
	}
	o.rewrite("server.yaml", "database:", "aws: {access_key: file:aws, secret_key: file:aws-secret, api_url: \""+awsServer.URL+"\"}\n"+
		"phone: {provider: connect, region: ap-northeast-1, instance: demo, flow: demo, number: \"+815000000000\", access_key: file:phone, secret_key: file:phone-secret, api_url: \""+phoneServer.URL+"\"}\ndatabase:")
	o.rewrite("customers/"+demoCustomer+".yaml", "team: desk", "aws:\n  - {id: \"111122223333\", regions: [ap-northeast-1], external_id: file:external, roles: {read: "+role+"}}\nescalation:\n  - {after: 0s, to: duty, by: [phone]}\nteam: desk")
	o.rewrite("people.yaml", "slack: U0SATO,", "slack: U0SATO, phone: file:number,")
	k := o.keep()
	stopped := func() {
		t.Helper()
		o.opened++
		host := "web0" + strconv.Itoa(o.opened)
		o.file("障害ご連絡", host+" が停止しています", "■ 検知日時\n2026/11/24 10:05\n\n■ ホスト名\n"+host+"\n\n■ ビジネスインパクト\n購入ができません\n\n■ 障害の詳細\nトップページが 503 エラーになります。", 2)
	}
	o.until("AWS is called with the first key", func() bool { return account.of("AKIAFIRST") > 0 })
	stopped()
	o.until("the duty person is called with the first key", func() bool { return telephone.of("AKIAPHONE1") > 0 })
	if account.of("AKIASECOND") != 0 || telephone.of("AKIAPHONE2") != 0 {
		t.Error("a key was used before it was given")
	}
	for name, value := range map[string]string{"aws": "AKIASECOND", "aws-secret": "s2", "phone": "AKIAPHONE2", "phone-secret": "s2"} {
		o.secret(name, value)
	}
	k.hangup(takenOver)
	before := [2]int{account.of("AKIAFIRST"), telephone.of("AKIAPHONE1")}
	o.until("AWS is called with the second key", func() bool { return account.of("AKIASECOND") > 0 })
	stopped()
	o.until("the duty person is called with the second key", func() bool { return telephone.of("AKIAPHONE2") > 0 })
	if after := [2]int{account.of("AKIAFIRST"), telephone.of("AKIAPHONE1")}; after != before {
		t.Errorf("the old keys were used again: %v, then %v", before, after)
	}
	for _, s := range []string{"AKIAFIRST", "AKIASECOND", "AKIAPHONE1", "AKIAPHONE2"} {
		if strings.Contains(k.log.text("log"), s) {
			t.Errorf("the log tells %s", s)
		}
	}
}
