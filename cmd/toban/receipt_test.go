package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"toban/bot/mail/mailsim"
)

// receipts are the mails that the customer's contact had.
func (b *bench) receipts() []mailsim.Message { return b.mails.Messages(demoCustomerMail) }

// Who sent a request by mail hears in the mail's thread which ticket it became and what was understood, once, whatever happens on the way.
func TestReceiptOfAMail(t *testing.T) {
	const wish = "From: 山田 <system@aozora.example>\nTo: desk@toban.test\nSubject: web01 のバックアップ\nMessage-ID: <m1@aozora.example>\nReferences: <old@aozora.example> <bad id@x\n y>\n\n" + backupText + "\n"
	for name, tt := range map[string]struct {
		faults []mailsim.Fault
		down   time.Duration // Toban is killed while the receipt is under way, for so long
		mails  int
	}{
		"well":                      {nil, 0, 1},
		"later, says the server":    {[]mailsim.Fault{{Kind: mailsim.Defer, Times: 3}}, 0, 1},
		"broken off before":         {[]mailsim.Fault{{Kind: mailsim.Cut, At: mailsim.StageRcpt, Times: 2}}, time.Minute, 1},
		"accepted, the answer lost": {[]mailsim.Fault{{Kind: mailsim.Lost, Times: 1}}, 0, 2},
		"killed in between":         {[]mailsim.Fault{{Kind: mailsim.Late, Times: 1}}, time.Minute, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inPostWorldWith(t, &mailsim.Options{}, func(b *bench) {
				for i := range tt.faults { // a heartbeat is none of theirs
					tt.faults[i].To = demoCustomerMail
				}
				if err := b.mails.AddFaults(tt.faults...); err != nil {
					t.Fatal(err)
				}
				b.mail(wish)
				b.mail(wish)
				if tt.down > 0 {
					time.Sleep(45 * time.Second)
					b.restart(tt.down)
				}
				time.Sleep(10 * time.Minute)
				b.mail(wish)
				time.Sleep(2 * time.Minute)
				x := b.tickets()[0]
				list := b.receipts()
				if len(list) != tt.mails {
					t.Fatalf("%d receipts, want %d: %+v", len(list), tt.mails, list)
				}
				for i, m := range list {
					mark := ""
					if i > 0 { // it may be a second one, and says so
						mark = "【再送】"
					}
					if m.Subject != mark+"Re: web01 のバックアップ ["+x.Key+"]" || m.MessageID != list[0].MessageID {
						t.Errorf("subject %q of %s", m.Subject, m.MessageID)
					}
					for header, want := range map[string]string{
						"In-Reply-To": "<m1@aozora.example>", "References": "<old@aozora.example> <m1@aozora.example>", "Auto-Submitted": "auto-generated", "Reply-To": "<desk@toban.test>",
					} {
						if got := m.Header.Get(header); got != want {
							t.Errorf("%s is %q, want %q", header, got, want)
						}
					}
					for _, want := range []string{"情報システム部 様", "受付番号: " + x.Key, "種別: バックアップ作業", "受付日時: 2026年11月24日(火) 10:00 JST", "完了予定: 20", "件名の [" + x.Key + "] を残して"} {
						if !strings.Contains(m.Text, want) {
							t.Errorf("no %q in %s", want, m.Text)
						}
					}
				}
				if strings.Contains(b.log.String(), demoCustomerMail) {
					t.Errorf("the log shows an address: %s", b.log.String())
				}
			})
		})
	}
}

// Nobody is answered who may be a machine, is no contact, or is Toban itself; and two machines that answer each other come to an end.
func TestWhoGetsNoReceipt(t *testing.T) {
	inPostWorldWith(t, &mailsim.Options{}, func(b *bench) {
		for i, head := range []string{
			"From: stranger@else.example",
			"From: system@aozora.example\nAuto-Submitted: auto-replied",
			"From: system@aozora.example\nPrecedence: bulk",
			"From: system@aozora.example\nList-Id: <all.aozora.example>",
			"From: system@aozora.example\nReturn-Path: <>",
			"From: toban@msp.example",
			"From: " + deskAddress,
			"From: MAILER-DAEMON@aozora.example",
			"From: stranger@else.example\nReply-To: system@aozora.example\nSender: system@aozora.example",
		} {
			b.mail(fmt.Sprintf("%s\nMessage-ID: <no%d@x.example>\nSubject: ログの見方\n\nログの見方を教えてください。\n", head, i))
		}
		time.Sleep(3 * time.Minute)
		if list := b.receipts(); len(list) != 0 || len(b.tickets()) != 2 {
			t.Fatalf("%d receipts, %d tickets, want none of the two strangers'", len(list), len(b.tickets()))
		}
		b.mail("From: system@aozora.example\nMessage-ID: <yes@x.example>\nSubject: ログの見方\n\nログの見方を教えてください。\n")
		time.Sleep(3 * time.Minute)
		first := b.receipts()
		if len(first) != 1 {
			t.Fatalf("%d receipts", len(first))
		}
		// What answers the receipt is written on its ticket, and is answered by nobody.
		b.mail(strings.ReplaceAll(string(first[0].Raw), "\r\n", "\n"))
		_, key, _ := strings.Cut(first[0].Subject, "[")
		b.mail("From: system@aozora.example\nMessage-ID: <re1@x.example>\nSubject: Re: [" + key + "\n\n不在にしております。\n")
		time.Sleep(3 * time.Minute)
		if n := len(b.receipts()); n != 1 || len(b.tickets()) != 3 {
			t.Errorf("%d receipts, %d tickets after the answer", n, len(b.tickets()))
		}
		// A machine that says of nothing that it is one, and refers to nothing.
		for i := range 13 {
			b.mail(fmt.Sprintf("From: system@aozora.example\nMessage-ID: <loop%d@x.example>\nSubject: 受け付けました %d\n\nメールを受け付けました。ログの見方 %d を教えてください。\n", i, i, i))
			time.Sleep(time.Minute)
		}
		if n := len(b.receipts()); n != 10 || b.heard("自動送信でないか確認してください") == 0 {
			t.Errorf("%d receipts in a day, want 10; staff heard %v", n, b.heard("自動送信でないか確認してください"))
		}
	})
}
