package main

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/slack/slacksim"
)

// mode changes the mode of the demo's project, as toban mode does.
func (b *bench) mode(to bot.Mode) {
	b.t.Helper()
	if _, err := b.app.Modes().Set(b.t.Context(), backlogsim.SampleProjectKey, to, "山田", ""); err != nil {
		b.t.Fatal(err)
	}
}

// writes are the bot's changes in Backlog, by the stand-in's own record.
func (b *bench) writes() []string {
	b.t.Helper()
	var out []string
	for _, r := range b.backlog.Requests() {
		if r.Method != http.MethodGet && r.User == backlogsim.SampleBotID {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// shown counts the messages of the customer's channel that hold all of the words.
func (b *bench) shown(words ...string) int {
	n := 0
	for _, m := range b.messages() {
		text := m.Text + fmt.Sprint(m.Blocks)
		all := true
		for _, w := range words {
			all = all && strings.Contains(text, w)
		}
		if all {
			n++
		}
	}
	return n
}

// shadowDays is how long the test of shadow lasts; TOBAN_SHADOW_DAYS=7 makes it the week of the promise, which takes a minute.
func shadowDays(t *testing.T) int {
	t.Helper()
	days, err := strconv.Atoi(cmp.Or(os.Getenv("TOBAN_SHADOW_DAYS"), "1"))
	if err != nil {
		t.Fatal(err)
	}
	return days
}

// Days in shadow: requests, an incident with its updates, planned work and the evening's report are decided and shown in Slack, and the
// stand-in has no write of the bot on record, kills and restarts included. Switched on, nothing of it is said.
func TestShadowWritesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeShadow)
		first := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		vague := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", "お願いします", 3)
		b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "web01 に接続できません", "9:50 から応答がありません", 2)
		time.Sleep(5 * time.Minute)
		if n := b.shown("【シャドー】"); n < 4 {
			t.Errorf("shown %d messages, want an answer, a question, a receipt and a first notice", n)
		}
		time.Sleep(3 * time.Hour)
		if n := b.shown("【シャドー】", "次の"); n < 3 {
			for _, m := range b.messages() {
				t.Log(m.Text)
			}
			t.Errorf("shown %d interim updates in three hours", n)
		}
		b.restart(10 * time.Minute)
		b.comment(backlogsim.SampleCustomerKey, vague.Key, "対象は web02、日時はいつでも結構です")
		start := time.Now().Add(2 * time.Hour)
		b.press(demoStaffSlack, first.Key, "work.schedule", map[string]any{
			"start": unix(start), "end": unix(start.Add(time.Hour)), "what": "web01 のバックアップ",
		})
		for range shadowDays(t) {
			time.Sleep(24 * time.Hour)
			b.restart(time.Minute)
			time.Sleep(time.Second) // it has begun, in shadow
		}
		if w := b.writes(); len(w) != 0 {
			t.Errorf("wrote in shadow: %v", w)
		}
		for _, m := range b.messages() {
			if strings.Contains(fmt.Sprint(m.Text, m.Blocks), "<@") {
				t.Errorf("in shadow somebody is called: %s", m.Text)
			}
		}
		b.mode(bot.ModeOn)
		time.Sleep(5 * time.Minute)
		if w := b.writes(); len(w) != 0 {
			t.Errorf("wrote after the switch what was decided before: %v", w)
		}
		next := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web03 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		if n := len(b.said(next.Key)); n != 1 {
			t.Errorf("a new request was answered %d times after the switch", n)
		}
		b.calm()
	})
}

// In assist what goes outward waits for one click, which changes nothing else; a refusal is told to who asked for it; what the mode going
// back ends can't be released any more.
func TestAssistWaitsForAPerson(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeAssist)
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(5 * time.Minute)
		if w := b.writes(); len(w) != 0 {
			t.Fatalf("wrote without a click: %v", w)
		}
		b.restart(time.Minute)
		b.release(demoStaffSlack, is.Key, "release.send", 0)
		time.Sleep(time.Minute)
		if n := len(b.said(is.Key)); n != 1 {
			t.Fatalf("said %d things after the click, want the answer", n)
		}
		b.release("U0SUZUKI", is.Key, "release.send", 0)
		time.Sleep(time.Minute)
		if n := len(b.said(is.Key)); n != 1 {
			t.Errorf("a second click said it again: %d", n)
		}
		other := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.release(demoStaffSlack, other.Key, "release.drop", 0)
		time.Sleep(time.Minute)
		if n := len(b.said(other.Key)); n != 0 || b.shown("佐藤が送らないと決めました") == 0 {
			t.Errorf("refused, and said %d things", n)
		}
		third := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web03 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.mode(bot.ModeOn)
		time.Sleep(10 * time.Minute)
		if n := len(b.said(third.Key)); n != 0 {
			t.Errorf("going on released what waited: %d", n)
		}
		b.mode(bot.ModeShadow)
		b.release(demoStaffSlack, third.Key, "release.send", 0)
		time.Sleep(time.Minute)
		if n := len(b.said(third.Key)); n != 0 {
			t.Errorf("released in shadow: %d", n)
		}
		b.calm()
	})
}

// A promise with a time of its own is asked for again, wider each time, and ends as missed in time when nobody clicks; what nobody decides in
// three days is not sent any more.
func TestAssistEscalates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		b.mode(bot.ModeAssist)
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "web01 に接続できません", "9:50 から応答がありません", 2)
		time.Sleep(time.Hour)
		if b.shown("【承認待ち】", "送る期限は") < 2 || b.shown("【期限超過】") < 2 || b.shown("【期限超過】", "U0YAMADA") == 0 {
			t.Errorf("asked again %d times, after the time %d times, the manager %d times",
				b.shown("【承認待ち】", "送る期限は"), b.shown("【期限超過】"), b.shown("【期限超過】", "U0YAMADA"))
		}
		time.Sleep(5 * 24 * time.Hour)
		if n := b.shown("【期限切れ】"); n == 0 {
			t.Error("nothing expired")
		}
		if w := b.writes(); len(w) != 0 {
			t.Errorf("wrote %v without a click on %s", w, is.Key)
		}
	})
}

// release presses a button below the nth question about an issue.
func (b *bench) release(user, key, action string, nth int) {
	b.t.Helper()
	root := b.cardOf(key).TS
	for _, m := range b.messages() {
		if m.Thread != root || !strings.Contains(fmt.Sprint(m.Blocks), action) {
			continue
		}
		if nth > 0 {
			nth--
			continue
		}
		if err := b.slack.Click(b.t.Context(), slacksim.Click{User: user, Channel: demoChannel, TS: m.TS, ActionID: action}); err != nil {
			b.t.Fatalf("pressing %s on %s: %v", action, key, err)
		}
		return
	}
	b.t.Fatalf("no question about %s", key)
}
