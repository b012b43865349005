package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
)

// Without a telephony provider the person on duty hears in the ticket's thread whom to call, once, and sees four digits.
func TestStaffHearWhomToCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		for _, to := range []string{"contact:情報システム部 山本様", "contact:知らない人"} {
			e := bot.MakeEffect(bot.EffectCall, bot.Notice, "call:"+to, nil, bot.Call{To: to, Text: "web-01 が停止しています。"})
			e.Ticket, e.Customer, e.Report = bot.NewTicketID("demo", is.ID), demoCustomer, true
			for range 2 {
				if err := b.store.Queue(t.Context(), time.Now(), e); err != nil {
					t.Fatal(err)
				}
			}
		}
		time.Sleep(time.Minute)
		n := 0
		for _, m := range b.messages() {
			if strings.Contains(m.Text, "☎") {
				n++
				byHand := strings.Contains(m.Text, "山本様(末尾 5678)へ電話をお願いします") && strings.Contains(m.Text, "<@"+demoStaffSlack+">")
				if unknown := strings.Contains(m.Text, "知らない人"); byHand == unknown {
					t.Errorf("said %q", m.Text)
				}
			}
			if strings.Contains(m.Text, "12345678") {
				t.Errorf("a number is shown: %q", m.Text)
			}
		}
		if n != 2 {
			t.Errorf("%d messages about calls, want 2", n)
		}
		if strings.Contains(b.log.String(), "12345678") {
			t.Error("the log shows a number")
		}
	})
}
