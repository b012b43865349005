package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/phone/phonesim"
)

// Without a telephony provider the person on duty hears in the ticket's thread whom to call, once, and sees four digits.
func TestStaffHearWhomToCall(t *testing.T) {
	t.Parallel()
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

// With a provider the call goes out once, across a restart while it rings, and its outcome comes back as the end of the effect.
func TestCallGoesOutOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{phone: "http://connect.test"})
		defer b.close()
		sim := phonesim.New(phonesim.Options{})
		defer sim.Close()
		b.route.set("connect.test", sim.RoundTripper())
		if err := sim.SetPeople(phonesim.Person{Number: demoCustomerPhone, Behaviour: phonesim.Answers, Rings: 6, Key: "1"}); err != nil {
			t.Fatal(err)
		}
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		e := bot.MakeEffect(bot.EffectCall, bot.Notice, "call:1", nil, bot.Call{To: "contact:情報システム部 山本様", Text: "停止しています。", Keys: map[string]string{"1": "再起動する"}})
		e.Ticket, e.Customer = bot.NewTicketID("demo", is.ID), demoCustomer
		if err := b.store.Queue(t.Context(), time.Now(), e); err != nil {
			t.Fatal(err)
		}
		time.Sleep(21 * time.Second) // it is placed, and rings
		if n := len(sim.Calls()); n != 1 {
			t.Fatalf("%d calls", n)
		}
		b.restart(time.Second)
		time.Sleep(5 * time.Minute)
		calls := sim.Calls()
		if len(calls) != 1 || calls[0].Key != "1" || calls[0].Said["text"] != "停止しています。" || calls[0].Said["key_1"] != "再起動する" {
			t.Errorf("calls %+v", calls)
		}
		if s, err := b.store.Status(t.Context(), time.Now()); err != nil || s.OpenEffects+s.WaitingEffects > 0 {
			t.Errorf("the call has no end: %+v, %v", s, err)
		}
		if b.heard("☎") != 0 {
			t.Error("staff were told of a call that was answered")
		}
	})
}
