package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/mail/mailsim"
	"toban/bot/slack/slacksim"
)

// However Backlog fails when the issue of an alert is opened, and though two replicas work and the alert is delivered again meanwhile: one issue, one
// ticket whose clock starts at the door, one word to staff.
func TestAlertIsOpenedOnceWhateverFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 22:10:00"))
		defer b.close()
		defer b.twin()()
		for i, rules := range [][]backlogsim.FaultRule{
			{{Method: "POST", Path: "/api/v2/issues", Status: 429, Times: 3}},
			{{Method: "POST", Path: "/api/v2/issues", Status: 503, Times: 2}, {Method: "POST", Path: "/api/v2/issues", Status: 500, Times: 1}},
			{{Method: "POST", Path: "/api/v2/issues", Lost: "drop", Times: 1}},
			{{Method: "POST", Path: "/api/v2/issues", Lost: "drop", Times: 2}, {Method: "GET", Path: "/api/v2/issues", Status: 429, Times: 2}},
		} {
			host := fmt.Sprintf("fault%d", i)
			b.backlog.ResetFaults()
			if err := b.backlog.AddFaults(backlogsim.Faults{Rules: rules}); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			for range 3 {
				b.monitor(host, "応答なし", "critical", "e1")
				time.Sleep(time.Second)
			}
			time.Sleep(6 * time.Minute)
			var issues []struct{ IssueKey string }
			b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues", url.Values{"keyword": {host + " "}}, &issues)
			n := 0
			for _, x := range b.alerted() {
				if x.Host == host {
					n++
					if x.Received.Sub(begun) > time.Second {
						t.Errorf("%s: the clock starts at %s, want %s", host, x.Received, begun)
					}
				}
			}
			if len(issues) != 1 || n != 1 || b.heard("監視の警報を受け付けました: "+host) != 1 {
				t.Errorf("%s: %d issues, %d tickets, told %d times", host, len(issues), n, b.heard("監視の警報を受け付けました: "+host))
			}
		}
	})
}

// Alerts that the contract has looked at on the next business day: one list in the morning, from which staff make an incident of what needs one.
func TestAlertsAreReviewedInOneList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := demoFiles(worldOptions{BacklogURL: simBacklogURL, SlackURL: simSlackURL, TobanURL: simTobanURL, SlackMode: "http"})
		own := strings.Replace(files["customers/"+demoCustomer+".yaml"], "alerts:\n", "alerts:\n  later: {source: any, alert: 容量, impact: ask, review: true}\n", 1)
		b := newBenchWith(t, tokyo(t, "2026-11-24 16:00:00"), bench{files: map[string]string{"customers/" + demoCustomer + ".yaml": own}})
		defer b.close()
		defer b.twin()()
		for i, host := range []string{"db01", "web01", "db01", "web02"} {
			b.monitor(host, "容量", "warning", fmt.Sprint("e", i))
			time.Sleep(time.Minute)
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-25 10:30:00")))
		if len(b.alerted()) != 0 || b.heard("確認対象の警報です(3 種類)") != 1 || b.heard("確認対象の警報です") != 1 {
			t.Fatalf("%d incidents, heard %v", len(b.alerted()), b.messages())
		}
		press := func(action string) {
			for _, m := range b.messages() {
				if strings.Contains(m.Text+fmt.Sprint(m.Blocks), "確認対象の警報です") {
					if err := b.slack.Click(t.Context(), slacksim.Click{User: "U0SATO", Channel: demoChannel, TS: m.TS, ActionID: action}); err != nil {
						t.Fatal(err)
					}
				}
			}
			time.Sleep(2 * time.Minute)
		}
		press("review.open_2")
		press("review.open_2") // twice
		press("review.done")
		list := b.alerted()
		if len(list) != 1 || list[0].Host != "web01" || list[0].Received.Before(tokyo(t, "2026-11-25 10:30:00")) || b.heard("確認を終えました(佐藤)") != 1 {
			t.Errorf("incidents %+v, heard %v", list, b.messages())
		}
	})
}

// A contract that names means by urgency: the first notice and the recovery go out by mail, too, once however the server answers, and staff are told whom
// to call; a mail that is refused for good is told to staff.
func TestUrgencySaysByWhichMeansTheCustomerIsTold(t *testing.T) {
	for name, tt := range map[string]struct {
		fault mailsim.Fault
		mails int
		told  int // that a mail did not go out
	}{
		"well":    {mailsim.Fault{Kind: mailsim.Defer, Times: 2, To: demoCustomerMail}, 1, 0},
		"refused": {mailsim.Fault{Kind: mailsim.Refuse, To: demoCustomerMail}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mails, err := mailsim.New(mailsim.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if err := mails.AddFaults(tt.fault); err != nil {
					t.Fatal(err)
				}
				files := demoFiles(worldOptions{Mail: mails, BacklogURL: simBacklogURL, SlackURL: simSlackURL, TobanURL: simTobanURL, SlackMode: "http"})
				own := files["customers/"+demoCustomer+".yaml"] + "overrides: {support-desk: {incident: {urgency: {高: [phone, mail], 低: [mail]}}}}\n"
				b := newBenchWith(t, tokyo(t, "2026-11-24 22:10:00"), bench{mails: mails, files: map[string]string{"customers/" + demoCustomer + ".yaml": own}})
				defer b.close()
				b.monitor("web01", "URL監視", "critical", "e1")
				time.Sleep(5 * time.Minute)
				key := b.alerted()[0].Key
				list := mails.Messages(demoCustomerMail)
				if len(list) != tt.mails || len(b.told(key, "障害の検知について")) != 1 || b.heard("情報システム部 山本様(末尾 5678)へ電話をお願いします") != 1 || b.heard("お客様への連絡を送れませんでした") != tt.told {
					t.Fatalf("mails %+v, heard %v", list, b.messages())
				}
				if tt.mails > 0 && (!strings.HasSuffix(list[0].Subject, "web01 URL監視 ["+key+"]") || !strings.Contains(list[0].Text, "情報システム部 様") || !strings.Contains(list[0].Text, "障害の検知について")) {
					t.Errorf("mail %s\n%s", list[0].Subject, list[0].Text)
				}
				b.press("U0SATO", key, "incident.recovered", map[string]any{"happened": "httpd が停止", "done": "再起動"})
				time.Sleep(5 * time.Minute)
				if list := mails.Messages(demoCustomerMail); len(list) != 2*tt.mails || tt.mails > 0 && !strings.Contains(list[1].Text, "障害が復旧しました") {
					t.Errorf("after the recovery: %+v", list)
				}
			})
		})
	}
}
