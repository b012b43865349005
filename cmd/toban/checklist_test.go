package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/slack/slacksim"
)

// Work by a playbook: its words fill the plan, each check is ticked off in Slack, a failed one leads back over what was done, the customer hears
// of it and that the request goes on; planned anew it goes all the way, and the completion says what was checked.
func TestChecklistFromPlanOverTheWayBackToTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "ソフトウェアパッチ当て作業", "openssl の更新", patchPlanText, 3)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(30 * time.Second)
		plan := func(from, until string) {
			t.Helper()
			b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{"start": unix(tokyo(t, "2026-11-24 "+from)), "end": unix(tokyo(t, "2026-11-24 "+until)), "what": "openssl の更新", "playbook": "patch-os"})
			time.Sleep(30 * time.Second)
			b.press("U0SUZUKI", is.Key, "work.approve", nil)
			time.Sleep(time.Minute)
			b.comment(backlogsim.SampleCustomerKey, is.Key, "同意します。")
			time.Sleep(time.Until(tokyo(t, "2026-11-24 "+from).Add(10 * time.Second)))
			b.press(demoStaffSlack, is.Key, "work.start", nil)
			time.Sleep(30 * time.Second)
		}
		tick := func(n int) {
			t.Helper()
			for range n {
				b.press(demoStaffSlack, is.Key, "work.tick", nil)
				time.Sleep(20 * time.Second)
			}
		}
		last := func() string {
			t.Helper()
			said := b.said(is.Key)
			return said[len(said)-1].Content
		}
		plan("13:00:00", "14:00:00")
		tick(5) // three before the work, the snapshot, the version
		b.press(demoStaffSlack, is.Key, "work.trouble", map[string]any{"result": "fail", "note": "起動しない"})
		time.Sleep(30 * time.Second)
		if s := last(); !strings.Contains(s, "作業を中断しました") || !strings.Contains(s, "起動しない") {
			t.Errorf("after the failed check: %s", s)
		}
		tick(2) // the patch and the snapshot, in reverse order
		if s := last(); !strings.Contains(s, "作業前の状態に戻しました") {
			t.Errorf("after the way back: %s", s)
		}
		b.press(demoStaffSlack, is.Key, "work.end", map[string]any{"done": "元の状態に戻しました。"})
		time.Sleep(30 * time.Second)
		if s := last(); !strings.Contains(s, "ご依頼の対応は続けます") {
			t.Errorf("after the end: %s", s)
		}
		ticket, err := b.store.FindTicket(t.Context(), is.Key)
		if err != nil || ticket.Status != bot.StatusTaken {
			t.Errorf("the ticket is %+v, %v", ticket, err)
		}

		plan("16:00:00", "17:00:00")
		tick(8)
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "・パッチの適用\n・再起動", "result": "・応答: 正常"})
		time.Sleep(30 * time.Second)
		if s := last(); !strings.Contains(s, "ご依頼の対応が完了しました") || !strings.Contains(s, "実施した内容:\n・パッチの適用\n・再起動\n") {
			t.Errorf("at the end: %s", s)
		}
		b.calm()
	})
}

// A message of a colleague becomes a ticket by the shortcut: its words are in the form, the issue is opened once, and staff are told its key.
func TestMessageBecomesATicket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		ts, err := b.slack.Say(t.Context(), slacksim.Say{User: "U0SUZUKI", Channel: demoChannel, Text: "お客様から: web02 の再起動をお願いしたいとのことです"})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.slack.Shortcut(t.Context(), slacksim.Shortcut{User: demoStaffSlack, CallbackID: "message_to_ticket", Channel: demoChannel, TS: ts}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		values := map[string]map[string]any{"caller": {"caller": "青木"}}
		res, err := b.slack.Submit(t.Context(), slacksim.Submit{User: demoStaffSlack, Values: values})
		if err != nil || len(res.Errors) > 0 {
			t.Fatalf("sending the form: %+v, %v", res, err)
		}
		time.Sleep(2 * time.Minute)
		tickets, err := b.store.Tickets(t.Context(), demoCustomer)
		if err != nil || len(tickets) != 1 || !strings.Contains(tickets[0].Summary, "web02 の再起動") || tickets[0].OnBehalfOf != "青木" {
			t.Errorf("tickets %+v, %v", tickets, err)
		}
		b.calm()
	})
}
