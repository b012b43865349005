package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/config"
)

// values answers the required items of every request type as a customer would.
var values = map[string]string{
	"ホスト名": "web01", "変更後のインスタンスタイプ": "m7g.large", "必要な容量": "200 GiB", "削除するディスク": "/dev/sdf", "必要な権限": "ReadOnlyAccess",
	"ユーザー名 (IAM ユーザー名 / OS アカウント名)": "tanaka-dev", "アクセスの許可 / 不許可の詳細": "203.0.113.7/32 から 443/tcp を許可してください。",
	"検知日時": "2026/11/24 09:50", "緩和する必要がある制限": "オンデマンドインスタンス数", "対象となるパッチ": "openssl のセキュリティ更新",
}

func details(rt config.RequestType) string {
	var b strings.Builder
	for _, item := range rt.Required {
		v, ok := values[item.Item]
		switch {
		case ok:
		case item.Item == "作業の種類":
			v = rt.Operations[0]
		default:
			v = item.Item + "について、次のとおりお願いします。対象は本番環境です。"
		}
		fmt.Fprintf(&b, "■ %s\n%s\n\n", item.Item, v)
	}
	return b.String()
}

// Every request type goes its way: what a customer opens is answered once with its deadline, what the provider opens gets a clock and a
// card and no answer.
func TestEveryRequestType(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		customer, ok := b.cfg.Customer(demoCustomer)
		if !ok {
			t.Fatal("the demo has no customer")
		}
		deadline := map[int]string{1: "2026年11月25日(水) 19:00 JST", 5: "2026年12月1日(火) 19:00 JST"}
		seen := map[string]bool{}
		for _, rt := range customer.RequestTypes() {
			if rt.Class == config.ClassIncident || seen[rt.IssueType] {
				continue
			}
			seen[rt.IssueType] = true
			key, mine := backlogsim.SampleCustomerKey, rt.OpenedBy == config.OpenedByProvider
			if mine {
				key = backlogsim.SampleStaffKey
			}
			is := b.issue(key, rt.IssueType, rt.ReportName+"のお願い", details(rt), 3)
			time.Sleep(time.Minute)
			said := b.said(is.Key)
			if mine {
				if len(said) != 0 {
					t.Errorf("%s, opened by the provider, was answered: %+v", rt.ID, said)
				}
			} else if len(said) != 1 || !strings.Contains(said[0].Content, deadline[rt.BusinessDays]) || !notified(said[0], backlogsim.SampleCustomerID) {
				t.Errorf("%s: said %+v, want one answer with %s that notifies the requester", rt.ID, said, deadline[rt.BusinessDays])
			}
			b.cardOf(is.Key)
			ticket, err := b.store.FindTicket(t.Context(), is.Key)
			if err != nil {
				t.Fatal(err)
			}
			clocks, err := b.store.TicketClocks(t.Context(), ticket.ID)
			if err != nil || len(clocks) != 1 {
				t.Errorf("%s: clocks %+v, %v, want one", rt.ID, clocks, err)
			}
			if string(ticket.Class) != string(rt.Class) {
				t.Errorf("%s: class %s, want %s", rt.ID, ticket.Class, rt.Class)
			}
		}
		const types = 22 // the table's 24 less the incident and one of two that share a name
		if len(seen) != types {
			t.Errorf("%d issue types went through, want %d", len(seen), types)
		}
		b.calm()
	})
}

// A ticket that lacks details is asked once for exactly those, and its clock stands still until the answer.
func TestMissingDetailsStopTheClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "ディスク変更作業", "ディスクを増やしたい", "お世話になっております。ディスクの追加をお願いします。", 3)
		time.Sleep(time.Minute)
		said := b.said(is.Key)
		if len(said) != 1 || !strings.Contains(said[0].Content, "・ホスト名") || !strings.Contains(said[0].Content, "・必要な容量") || strings.Contains(said[0].Content, "・作業の種類") {
			t.Fatalf("said %+v, want a question for host and size", said)
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-26 15:00:00"))) // two business days pass, a reminder goes out
		b.comment(backlogsim.SampleCustomerKey, is.Key, "ホスト名: db01\n必要な容量: 200 GiB\nよろしくお願いします。")
		time.Sleep(time.Minute)
		// Five business days from Tuesday 11-24 are Tuesday 12-01. After day 0 the clock stood still for 9 + 5 working hours: the deadline
		// moves into Thursday 12-03 and to its close (spec/2-sla.md, extend).
		answers := b.told(is.Key, "次のとおり承りました")
		if len(answers) != 1 || !strings.Contains(answers[0].Content, "2026年12月3日(木) 19:00 JST") {
			t.Errorf("answers %+v, want one with the extended deadline", answers)
		}
		b.comment(backlogsim.SampleCustomerKey, is.Key, "承知しました。ありがとうございます。")
		time.Sleep(time.Minute)
		if n := len(b.told(is.Key, "承りました")); n != 1 {
			t.Errorf("a thank-you was answered")
		}
		b.calm()
	})
}
