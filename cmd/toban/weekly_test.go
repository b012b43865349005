package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// digests are the weekly messages for a person in the operators' channel.
func (b *bench) digests(user string) (out []string) {
	b.t.Helper()
	for _, raw := range b.slack.Messages(demoOperators) {
		if text := string(raw); strings.Contains(text, "週次ダイジェスト") && strings.Contains(text, "<@"+user+">") {
			out = append(out, text)
		}
	}
	return out
}

// Managers get one digest a week, on Monday morning, of what is to be done; a Toban that was down on Monday tells when it is back, and a first
// start or a restart tells nothing.
func TestManagersGetOneDigestAWeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-30 06:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", strings.ReplaceAll(backupText, "web01", "web02"), 3)
		time.Sleep(time.Until(tokyo(t, "2026-11-30 08:58:00")))
		if n := len(b.digests("U0YAMADA")); n != 0 {
			t.Errorf("%d digests before the first Monday", n)
		}
		time.Sleep(10 * time.Minute)
		b.restart(time.Minute)
		time.Sleep(10 * time.Minute)
		got := b.digests("U0YAMADA")
		if len(got) != 1 {
			t.Fatalf("%d digests: %q", len(got), got)
		}
		for _, want := range []string{"週次ダイジェスト 11/23(月)〜11/29(日)", "【青空商事株式会社】受付 0件、終了 0件、未完了 2件、障害 0件", "担当者なし 1件: AOZORA-2"} {
			if !strings.Contains(got[0], want) {
				t.Errorf("no %q in %s", want, got[0])
			}
		}
		b.halt()
		b.route.set("toban.test", nil)
		time.Sleep(7 * 24 * time.Hour) // over the next Monday
		b.open(b.world)
		b.run()
		time.Sleep(10 * time.Minute)
		if got := b.digests("U0YAMADA"); len(got) != 2 || !strings.Contains(got[1], "11/30(月)〜12/6(日)") {
			t.Errorf("after a Monday in a downtime: %q", got)
		}
		if n := len(b.digests(demoStaffSlack)); n != 0 {
			t.Errorf("somebody who is no manager got %d", n)
		}
	})
}
