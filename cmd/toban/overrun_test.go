package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// overrun is a bench on which work from 14:00 to 15:00 was begun; f goes on with the issue's key.
func overrun(t *testing.T, f func(b *bench, key string, at func(string) time.Time)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		at := func(hm string) time.Time { return tokyo(t, "2026-11-24 "+hm+":00") }
		b := newBench(t, at("10:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{"start": unix(at("14:00")), "end": unix(at("15:00")), "what": "スナップショット取得"})
		time.Sleep(time.Until(at("14:01")))
		b.press(demoStaffSlack, is.Key, "work.start", nil)
		f(b, is.Key, at)
		b.calm()
	})
}

// Toban is down when the customer should hear that the work goes on: it is said once when it is back, with the lateness, and then in time
// again; a stop between two words loses none and doubles none.
func TestOverrunAcrossRestarts(t *testing.T) {
	t.Parallel()
	overrun(t, func(b *bench, key string, at func(string) time.Time) {
		time.Sleep(time.Until(at("15:05")))
		b.restart(15 * time.Minute)
		time.Sleep(time.Minute)
		first := b.told(key, "お待たせして")
		if len(first) != 1 || !strings.Contains(first[0].Content, "15:10 JST") {
			t.Fatalf("said %+v, want one word that says since when it was owed", first)
		}
		for _, hm := range []string{"15:40", "15:46"} { // just before the word of 15:48, and just after
			time.Sleep(time.Until(at(hm)))
			b.restart(30 * time.Second)
		}
		time.Sleep(time.Until(at("15:55")))
		again := b.told(key, "作業を続けております。終了予定は")
		if len(again) != 1 || again[0].Created.After(at("15:51")) || strings.Contains(again[0].Content, "遅") {
			t.Errorf("said %+v, want one word in time", again)
		}
		b.press(demoStaffSlack, key, "work.extend", map[string]any{"end": unix(at("17:00"))})
		time.Sleep(time.Until(at("16:40")))
		if n := len(b.told(key, "作業を続けて")); n != 2 {
			t.Errorf("%d words after a new end was given, want none more", n-2)
		}
		if n := len(b.told(key, "終了予定を改めます")); n != 1 {
			t.Errorf("%d corrections", n)
		}
	})
}

// Every answer of Backlog is lost once: nothing is said twice.
func TestOverrunWithLostAnswers(t *testing.T) {
	t.Parallel()
	overrun(t, func(b *bench, key string, at func(string) time.Time) {
		if err := b.backlog.AddFaults(backlogsim.Faults{Seed: 5, Rules: []backlogsim.FaultRule{{Method: "POST", Path: "/api/v2/issues/**", User: backlogsim.SampleBotID, Rate: 0.7, Lost: "drop"}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(at("16:20")))
		if first, again := len(b.told(key, "お待たせして")), len(b.told(key, "作業を続けております。終了予定は")); first != 1 || again != 2 {
			t.Errorf("said %d first words and %d more, want one and two", first, again)
		}
	})
}

// Backlog is down from before the end on: what the customer hears when it is back is one word, or what overtook it.
func TestOverrunWhileBacklogIsDown(t *testing.T) {
	t.Parallel()
	overrun(t, func(b *bench, key string, at func(string) time.Time) {
		b.outage(at("14:55"), at("15:30"))
		time.Sleep(time.Until(at("15:20")))
		b.press(demoStaffSlack, key, "work.extend", map[string]any{"end": unix(at("16:30"))})
		time.Sleep(time.Until(at("16:00")))
		if n := len(b.told(key, "お待たせして")); n != 0 {
			t.Errorf("%d words that a new end had overtaken", n)
		}
		if n := len(b.told(key, "終了予定を改めます")); n != 1 {
			t.Errorf("%d corrections", n)
		}
	})
}

// Two replicas work the same queues, and every webhook comes twice: each word is said once, in time.
func TestOverrunOnTwoReplicas(t *testing.T) {
	t.Parallel()
	overrun(t, func(b *bench, key string, at func(string) time.Time) {
		defer b.twin()()
		if err := b.backlog.AddFaults(backlogsim.Faults{Seed: 3, Webhooks: &backlogsim.WebhookFaults{Duplicate: 1}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(at("15:55")))
		first, again := b.told(key, "お待たせして"), b.told(key, "作業を続けております。終了予定は")
		if len(first) != 1 || len(again) != 1 || again[0].Created.After(at("15:41")) {
			t.Errorf("said %+v and %+v, want one word each, in time", first, again)
		}
		b.press(demoStaffSlack, key, "work.done", map[string]any{"done": "取得しました。"})
		time.Sleep(time.Until(at("17:30")))
		if n := len(b.told(key, "作業を続けて")); n != 2 {
			t.Errorf("%d words after the end", n-2)
		}
	})
}
