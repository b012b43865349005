package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/mail/mailsim"
)

const deskAddress = "desk@toban.test"

// inPostWorld is a world whose customer sends requests by mail.
func inPostWorld(t *testing.T, f func(b *bench)) {
	t.Helper()
	inPostWorldWith(t, nil, f)
}

// inPostWorldWith is inPostWorld with a mail server, whose options are given, by which Toban answers.
func inPostWorldWith(t *testing.T, sends *mailsim.Options, f func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var mails *mailsim.Server
		if sends != nil {
			var err error
			if mails, err = mailsim.New(*sends); err != nil {
				t.Fatal(err)
			}
		}
		files := demoFiles(worldOptions{Mail: mails, BacklogURL: simBacklogURL, SlackURL: simSlackURL, TobanURL: simTobanURL, SlackMode: "http"})
		own := files["customers/"+demoCustomer+".yaml"] + "mailboxes: [{address: " + deskAddress + "}]\noverrides: {support-desk: {desk: {mail: true}}}\n"
		server := strings.Replace(files["server.yaml"], "database: {sqlite: }", "database: {sqlite: unused.db}", 1) + "postbox: {listen: \"127.0.0.1:0\", domain: toban.test}\n"
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{mails: mails, files: map[string]string{"customers/" + demoCustomer + ".yaml": own, "server.yaml": server}})
		defer b.close()
		f(b)
	})
}

// mail is a mail to the desk, after its dialogue.
func (b *bench) mail(text string) {
	b.t.Helper()
	if err := b.app.Letter(b.t.Context(), deskAddress, []byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) tickets() []*bot.Ticket {
	b.t.Helper()
	list, err := b.store.Tickets(b.t.Context(), demoCustomer)
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// A mail becomes a request with its attachments, once however often it comes; its answer goes onto the ticket and changes nothing there; what
// machines write opens nothing.
func TestRequestByMail(t *testing.T) {
	inPostWorld(t, func(b *bench) {
		first := "From: =?utf-8?B?5bGx55Sw?= <system@aozora.example>\nSubject: web01 のバックアップ <!channel>\nMessage-ID: <m1@aozora>\nMIME-Version: 1.0\n" +
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + backupText + "\n--b\nContent-Disposition: attachment; filename=\"../list.csv\"\n\na,b\n--b--\n"
		// Backlog forgets what it did, or does nothing, at the first tries.
		if err := b.backlog.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Method: "POST", Path: "/api/v2/issues", Lost: "drop", Times: 1}, {Method: "POST", Path: "/api/v2/space/attachment", Status: 429, Times: 1}}}); err != nil {
			t.Fatal(err)
		}
		b.mail(first)
		b.mail(first)
		time.Sleep(time.Second) // the first try is out
		b.restart(time.Second)
		time.Sleep(5 * time.Minute)
		b.mail(first)
		time.Sleep(time.Minute)
		list := b.tickets()
		if len(list) != 1 || list[0].OnBehalfOf != "山田" || list[0].Class == bot.ClassUnclear || list[0].Received.After(tokyo(t, "2026-11-24 10:00:01")) {
			t.Fatalf("tickets %+v\n%v", list, b.messages())
		}
		x := list[0]
		var issue struct {
			Description string `json:"description"`
			Attachments []struct {
				Name string `json:"name"`
			} `json:"attachments"`
		}
		b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues/"+x.Key, nil, &issue)
		var names []string
		for _, a := range issue.Attachments {
			names = append(names, a.Name)
		}
		if fmt.Sprint(names) != "[mail.eml list.csv]" && fmt.Sprint(names) != "[mail.eml .._list.csv]" {
			t.Errorf("attached %v", names)
		}
		if said := b.said(x.Key); len(said) != 1 || !notified(said[0], backlogsim.SampleCustomerID) {
			t.Errorf("said %+v, want the answer", said)
		}
		if b.heard("連絡先に登録のない") != 0 || b.heard("<!channel>") != 0 {
			t.Errorf("staff heard %v", b.messages())
		}
		status := x.Status
		b.mail("From: <somebody@else.example>\nSubject: Re: mail\nMessage-ID: <m2@else>\nReferences: <m1@aozora>\n\n取り消してください。\n> 引用\n")
		time.Sleep(time.Minute)
		if told := b.told(x.Key, "取り消してください"); len(told) != 1 || !strings.Contains(told[0].Content, "送信者は確認できていません") || strings.Contains(told[0].Content, "> 引用") {
			t.Errorf("the answer on the ticket: %+v", told)
		}
		if now := b.tickets(); len(now) != 1 || now[0].Status != status {
			t.Errorf("an unproved sender changed the ticket: %+v", now)
		}
		if b.heard("ご連絡がメールで届き") != 1 {
			t.Errorf("staff did not hear of it: %v", b.messages())
		}
		b.mail("From: <system@aozora.example>\nSubject: [" + x.Key + "] away\nMessage-ID: <m3@aozora>\nAuto-Submitted: auto-replied\n\n不在です。\n")
		b.mail("From: <stranger@else.example>\nSubject: 質問\nMessage-ID: <m4@else>\n\nログの見方を教えてください。\n")
		time.Sleep(2 * time.Minute)
		if now := b.tickets(); len(now) != 2 || len(b.told(x.Key, "不在")) != 0 || b.heard("連絡先に登録のない") != 1 {
			t.Errorf("%d tickets, %v", len(now), b.messages())
		}
	})
}

// silent is a postbox at which nobody calls: a socket would hold a bubble up.
func silent() (net.Listener, error) { return &silence{end: make(chan struct{})}, nil }

type silence struct {
	end  chan struct{}
	once sync.Once
}

// Accept implements net.Listener.
func (s *silence) Accept() (net.Conn, error) {
	<-s.end
	return nil, net.ErrClosed
}

// Close implements net.Listener.
func (s *silence) Close() error {
	s.once.Do(func() { close(s.end) })
	return nil
}

// Addr implements net.Listener.
func (s *silence) Addr() net.Addr { return &net.TCPAddr{} }
