package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/mail/mailsim"
	"toban/bot/slack/slacksim"
)

func inMailWorld(t *testing.T, f func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mails, err := mailsim.New(mailsim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{mails: mails})
		defer b.close()
		f(b)
		if strings.Contains(b.log.String(), demoOperatorsMail) || strings.Contains(b.log.String(), demoMonitorMail) {
			t.Errorf("the log shows an address: %s", b.log.String())
		}
	})
}

// Slack is down for ninety minutes: the customer is answered all the same, the operators hear by mail what staff would have seen, once an
// hour, and everything goes to Slack afterwards.
func TestOperatorsHearByMailWhenSlackIsDown(t *testing.T) {
	inMailWorld(t, func(b *bench) {
		if err := b.slack.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultFailBefore, Method: "*"}}}); err != nil {
			b.t.Fatal(err)
		}
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(4 * time.Minute)
		if n := len(b.mails.Messages(demoOperatorsMail)); n != 0 {
			b.t.Errorf("%d mails before Slack is down for five minutes", n)
		}
		time.Sleep(86 * time.Minute)
		if n := len(b.said(is.Key)); n == 0 {
			b.t.Error("the customer was not answered")
		}
		list := b.mails.Messages(demoOperatorsMail)
		if len(list) != 2 || !strings.HasPrefix(list[0].Subject, "Toban: Slack takes no messages since 2026-11-24T01:00") || !strings.Contains(list[0].Text, is.Key) {
			b.t.Errorf("mails %+v", list)
		}
		if err := b.slack.SetFaults(slacksim.Faults{Clear: true}); err != nil {
			b.t.Fatal(err)
		}
		time.Sleep(15 * time.Minute)
		if b.heard("web01 のバックアップ") == 0 {
			b.t.Error("the card did not come after all")
		}
		if n := len(b.mails.Messages(demoOperatorsMail)); n != 2 {
			b.t.Errorf("%d mails in the end", n)
		}
	})
}

// Slack refuses the operators' channel for good: what was for it goes out by mail.
func TestOperatorsHearByMailWhatSlackRefuses(t *testing.T) {
	inMailWorld(t, func(b *bench) {
		rule := slacksim.Fault{Kind: slacksim.FaultError, Method: "chat.postMessage", Channel: demoOperators, Error: "is_archived"}
		if err := b.slack.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
			b.t.Fatal(err)
		}
		if err := b.store.Bury(b.t.Context(), "hook", "unreadable", []byte("{"), time.Now()); err != nil {
			b.t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		list := b.mails.Messages(demoOperatorsMail)
		if len(list) != 1 || list[0].Subject != "Toban: Slack refuses the operators' messages" || !strings.Contains(list[0].Text, "unreadable") || !strings.Contains(list[0].Text, "archived") {
			b.t.Errorf("mails %+v", list)
		}
	})
}

// A heartbeat by mail: one a minute while all is well; one that the server did not take is not repeated later.
func TestHeartbeatByMail(t *testing.T) {
	inMailWorld(t, func(b *bench) {
		time.Sleep(10*time.Minute + time.Second)
		if n := len(b.mails.Messages(demoMonitorMail)); n < 10 || n > 11 {
			b.t.Errorf("%d heartbeats in ten minutes", n)
		}
		if err := b.mails.AddFaults(mailsim.Fault{Kind: mailsim.Defer}); err != nil {
			b.t.Fatal(err)
		}
		before := len(b.mails.Messages(""))
		time.Sleep(5 * time.Minute)
		b.mails.ClearFaults()
		time.Sleep(2 * time.Minute)
		if n := len(b.mails.Messages(demoMonitorMail)) - before; n > 2 {
			b.t.Errorf("%d heartbeats in two minutes: old ones were repeated", n)
		}
	})
}
