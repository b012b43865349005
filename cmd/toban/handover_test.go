package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// The duty is handed over in Slack until a time: whoever took it is asked from then on, on every replica and over a restart, and hears what there
// is to take over; then the rota holds again. What can't be is refused and named.
func TestTheDutyIsHandedOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		say := func(user, text string) string {
			t.Helper()
			before := len(b.whispers())
			if err := b.slack.Command(t.Context(), slacksim.Command{User: user, Channel: demoChannel, Command: "/toban", Text: text}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			return strings.Join(b.whispers()[before:], "\n")
		}
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(time.Minute)
		for text, want := range map[string]string{
			"handover": "何時まで引き継ぐか", "handover dareka 19:00": "という担当者はいません", "handover suzuki 明日": "時刻でも、鈴木さんのチームでもありません", "handover suzuki desk": "24時間以内の時刻", "handover yamada 19:00": "特定できません",
		} {
			if got := say(demoStaffSlack, text); !strings.Contains(got, want) {
				t.Errorf("/toban %s answers %q, want %q", text, got, want)
			}
		}
		if b.heard("🔁") != 0 {
			t.Errorf("told of no change: %v", b.messages())
		}
		if got := say(demoStaffSlack, "handover suzuki 13:00"); !strings.Contains(got, "鈴木さんが当番です") {
			t.Fatalf("handing over answers %q", got)
		}
		time.Sleep(3 * time.Minute)
		if b.heard("佐藤さんから鈴木さんに替わりました") != 1 || b.heard("佐藤さんが担当: "+is.Key) != 1 || b.heard("<@U0SUZUKI>") == 0 {
			t.Errorf("the change was not told once with what there is to take over: %v", b.messages())
		}
		b.restart(time.Second)
		if got := say(demoStaffSlack, "oncall"); !strings.Contains(got, "鈴木") {
			t.Errorf("after a restart: %s", got)
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:02:00")))
		if got := say(demoStaffSlack, "oncall"); strings.Contains(got, "鈴木") || b.heard("鈴木さんから") != 0 { // who goes had nothing that is open
			t.Errorf("afterwards: %s, %v", got, b.messages())
		}
		b.calm()
	})
}
