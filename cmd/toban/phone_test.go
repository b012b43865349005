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

// When the service is affected the customer is telephoned, round after round, across restarts, once a turn; who confirms ends it, and the
// recovery is telephoned, too. The customer reads in the next update who was called.
func TestTelephoneTreeGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{phone: "http://connect.test"})
		defer b.close()
		sim := phonesim.New(phonesim.Options{})
		defer sim.Close()
		b.route.set("connect.test", sim.RoundTripper())
		person := phonesim.Person{Number: demoCustomerPhone, Behaviour: phonesim.Voicemail}
		if err := sim.SetPeople(person); err != nil {
			t.Fatal(err)
		}
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されません", "■ 発生日時\n本日 9:55\n■ 事象\nトップページが 503\n■ 影響範囲\n全利用者\n■ ホスト名\nweb01", 2)
		time.Sleep(20 * time.Second) // the first call is placed
		person.Behaviour, person.Key = phonesim.Answers, "1"
		if err := sim.SetPeople(person); err != nil {
			t.Fatal(err)
		}
		b.restart(time.Second)
		time.Sleep(10 * time.Minute)
		if calls := sim.Calls(); len(calls) != 2 || calls[1].Key != "1" || !strings.Contains(calls[0].Said["text"], "サイトが表示されません") || !strings.Contains(calls[0].Said["text"], "1を押して") {
			t.Errorf("calls %+v", calls)
		}
		if b.heard("応答が得られませんでした") != 1 || b.heard("電話で伝わりました") != 1 || b.heard("へ電話をお願いします") != 0 {
			t.Errorf("staff heard %v", b.messages())
		}
		time.Sleep(50 * time.Minute)
		if len(b.told(is.Key, "情報システム部 山本様にお電話でお知らせしました")) == 0 {
			t.Errorf("the customer reads %v", b.said(is.Key))
		}
		b.press("U0SATO", is.Key, "incident.recovered", map[string]any{"happened": "httpd が停止していました。", "done": "再起動しました。"})
		time.Sleep(10 * time.Minute)
		if calls := sim.Calls(); len(calls) != 3 || !strings.Contains(calls[2].Said["text"], "復旧") {
			t.Errorf("calls %+v", calls)
		}
	})
}

// Without a provider staff are told whom to call, and say on the card how it went; the button is gone when the customer knows.
func TestTelephoneTreeByHand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されません", "■ 発生日時\n本日 9:55\n■ 事象\nトップページが 503\n■ 影響範囲\n全利用者\n■ ホスト名\nweb01", 2)
		time.Sleep(time.Minute)
		if b.heard("へ電話をお願いします") != 1 {
			t.Fatalf("staff heard %v", b.messages())
		}
		b.press("U0SATO", is.Key, "incident.call", map[string]any{"result": "no_answer"})
		time.Sleep(time.Minute)
		if b.heard("へ電話をお願いします") != 2 {
			t.Errorf("staff heard %v", b.messages())
		}
		b.restart(time.Second)
		time.Sleep(20 * time.Minute)
		if n := b.heard("電話の結果が記録されていません"); n != 2 {
			t.Errorf("asked %d times", n)
		}
		b.press("U0SATO", is.Key, "incident.call", map[string]any{"result": "reached", "memo": "山本様が確認中"})
		time.Sleep(time.Minute)
		if b.heard("電話で伝わりました") != 1 || b.heard("山本様が確認中") != 1 || b.heard("へ電話をお願いします") != 2 {
			t.Errorf("staff heard %v", b.messages())
		}
	})
}
