package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// Every secret of the set-up is replaced while Toban runs, by a file and a hangup: the old hook token is refused, the new one taken, the
// vendors are called with the new keys, and no ticket is missed. A folder with a mistake in it changes nothing.
func TestSecretsChangeWithoutARestart(t *testing.T) {
	o := newOffice(t)
	secret := o.secret
	secret("hook", "office-hook-token")
	secret("key", backlogsim.SampleBotKey)
	secret("slack", "xoxb-office")
	t.Setenv("BOT_TOKEN", "") // a file that BOT_TOKEN_FILE names is read anew, unlike the variable
	t.Setenv("BOT_TOKEN_FILE", "slack")
	o.rewrite("spaces.yaml", "env:HOOK_TOKEN", "file:hook")
	o.rewrite("spaces.yaml", "env:BACKLOG_KEY", "file:key")

	o.rewrite("server.yaml", "database:", "poll: 1s\ndatabase:")
	k := o.keep()
	hangup, l := k.hangup, k.log
	first := o.open()

	o.rewrite("people.yaml", "backlog: {demo:", "backlgo: {demo:")
	hangup(keptAsWas)
	o.rewrite("people.yaml", "backlgo: {demo:", "backlog: {demo:")
	second := o.open()

	// The new hook token is taken beside the old one, then alone. Another key is used at once, though Backlog knows none
	// such; with the right one everything goes on.
	const newToken, newKey = "another-hook-token", "another-bot-key"
	secret("hook2", newToken)
	o.rewrite("spaces.yaml", `"file:hook"`, `"file:hook2", "file:hook"`)
	hangup(takenOver)
	for _, token := range []string{newToken, "office-hook-token"} {
		if code := o.knockAt(token); code != http.StatusOK {
			t.Errorf("while both are valid %s is answered %d", token, code)
		}
	}
	secret("key", newKey)
	hangup(takenOver)
	o.until("Backlog hears the other key", func() bool {
		for _, r := range o.backlog.Requests() {
			if r.Status == http.StatusUnauthorized {
				return true
			}
		}
		return false
	})
	secret("slack", "xoxb-another-office")
	hangup(takenOver)
	o.until("Slack hears the other token", func() bool {
		return slices.ContainsFunc(o.slack.Requests(""), func(r slacksim.Request) bool { return r.Error == "invalid_auth" })
	})
	secret("slack", "xoxb-office")
	secret("key", backlogsim.SampleBotKey)
	o.rewrite("spaces.yaml", `"file:hook2", "file:hook"`, `"file:hook2"`)
	hangup(takenOver)
	if code := o.knockAt("office-hook-token"); code == http.StatusOK {
		t.Error("the old hook token is taken still")
	}
	third := o.open() // the webhook comes with the old token and is refused: the activity feed brings it
	for _, key := range []string{first, second, third} {
		if n := o.answers(key); n != 1 {
			t.Errorf("%s: %d answers, want one", key, n)
		}
	}
	for _, s := range []string{newToken, "xoxb-another-office", "xoxb-office", newKey, backlogsim.SampleBotKey, "office-hook-token"} {
		if strings.Contains(l.text("log"), s) {
			t.Errorf("the log tells %s", s)
		}
	}
}

func (l *ledger) text(where string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.texts[where])
}

// knockAt sends a webhook of no news and answers the code.
func (o *office) knockAt(token string) int {
	o.t.Helper()
	body := `{"id":1,"project":{"id":1,"projectKey":"AOZORA"},"type":5,"content":{"id":1,"name":"x"},"createdUser":{"id":1,"name":"x"},"created":"2026-11-24T01:00:00Z"}`
	res, err := http.Post("http://"+o.listen+"/hooks/backlog/"+token, "application/json", strings.NewReader(body)) //nolint:noctx // a test's own loopback server
	if err != nil {
		o.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}
