package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// weekTickets are what the customer opens in the simulated week: by day, time, type, text and priority.
type weekTicket struct {
	at       string
	typeName string
	summary  string
	text     string
	priority int
	deadline string // in the answer; "" when none is promised
	key      string
}

const (
	accountText = "■ 作業の種類\n追加\n\n■ ユーザー名 (IAM ユーザー名 / OS アカウント名)\ntanaka-dev\n\n■ 必要な権限\nReadOnlyAccess"
	groupText   = "■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n\n■ アクセスの許可 / 不許可の詳細\n203.0.113.7/32 から 443/tcp を許可してください。"
	patchText   = "■ ホスト名\napp02\n\n■ パッチ当てを実施する OS/ミドルウェア名\nAmazon Linux 2023\n\n■ 対象となるパッチ\nopenssl のセキュリティ更新"
	askText     = "■ ご相談内容\nRDS の接続数が夜間に上限に近づきます。上限の考え方を教えてください。"
)

// week is Friday 2026-11-20 to Thursday 2026-11-26, with a Saturday, a Sunday and the holiday of Monday 2026-11-23 in it.
func week() []*weekTicket {
	const (
		tue = "2026年11月24日(火) 19:00 JST"
		wed = "2026年11月25日(水) 19:00 JST"
		thu = "2026年11月26日(木) 19:00 JST"
	)
	list := []*weekTicket{
		{at: "2026-11-20 11:00:00", typeName: "バックアップ作業", summary: "web01 のバックアップ", text: backupText, priority: 3, deadline: tue},
		{at: "2026-11-20 18:59:59", typeName: "アカウント管理作業", summary: "IAM ユーザーの追加", text: accountText, priority: 3, deadline: tue},
		{at: "2026-11-20 20:00:00", typeName: "Security Group 設定作業", summary: "許可の追加", text: groupText, priority: 3, deadline: tue},
		{at: "2026-11-21 09:00:00", typeName: "バックアップ作業", summary: "土曜の依頼", text: backupText, priority: 3, deadline: tue},
		{at: "2026-11-23 12:00:00", typeName: "バックアップ作業", summary: "祝日の依頼", text: backupText, priority: 3, deadline: tue},
		{at: "2026-11-24 09:59:59", typeName: "バックアップ作業", summary: "開始前の依頼", text: backupText, priority: 3, deadline: wed},
		{at: "2026-11-24 10:00:00", typeName: "ソフトウェアパッチ当て作業", summary: "openssl の更新", text: patchText, priority: 3, deadline: "2026年12月1日(火) 19:00 JST"},
		{at: "2026-11-25 15:00:00", typeName: "技術相談", summary: "接続数の相談", text: askText, priority: 3, deadline: "2026年12月2日(水) 19:00 JST"},
		{at: "2026-11-25 16:00:00", typeName: "バックアップ作業", summary: "検討中の依頼", text: backupText, priority: 4},
	}
	for i := range 24 { // and a busy Wednesday
		at := fmt.Sprintf("2026-11-25 %02d:%02d:00", 10+i/4, i%4*15+1)
		list = append(list, &weekTicket{at: at, typeName: "バックアップ作業", summary: fmt.Sprintf("定例バックアップ %d", i+1), text: backupText, priority: 3, deadline: thu})
	}
	return list
}

func TestSimulatedWeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-20 09:00:00"))
		defer b.close()
		tickets := week()
		events := map[time.Time][]func(){}
		at := func(when string, f func()) { k := tokyo(t, when); events[k] = append(events[k], f) }
		for _, k := range tickets {
			at(k.at, func() { k.key = b.issue(backlogsim.SampleCustomerKey, k.typeName, k.summary, k.text, k.priority).Key })
		}
		for _, when := range []string{"2026-11-20 11:00:01", "2026-11-22 03:00:00", "2026-11-24 22:30:00", "2026-11-25 12:07:00", "2026-11-26 13:15:00"} {
			at(when, func() { b.restart(90 * time.Second) })
		}
		var incident simIssue
		at("2026-11-24 22:10:00", func() {
			incident = b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
		})
		at("2026-11-25 01:40:00", func() {
			b.press(demoStaffSlack, incident.Key, "incident.recovered", map[string]any{"happened": "プロセスが停止していました。", "done": "再起動しました。"})
		})
		first := tickets[0]
		at("2026-11-24 10:30:00", func() { b.press(demoStaffSlack, first.key, "desk.take", nil) })
		at("2026-11-24 10:31:00", func() {
			b.press(demoStaffSlack, first.key, "work.schedule", map[string]any{
				"start": unix(tokyo(t, "2026-11-24 17:00:00")), "end": unix(tokyo(t, "2026-11-24 18:00:00")), "what": "スナップショット取得",
			})
		})
		at("2026-11-24 17:00:30", func() { b.press(demoStaffSlack, first.key, "work.start", nil) })
		at("2026-11-24 17:40:00", func() {
			b.press(demoStaffSlack, first.key, "work.done", map[string]any{"done": "取得しました。", "result": "completed です。"})
		})
		play(t, events, tokyo(t, "2026-11-26 20:00:00"))

		for _, k := range tickets {
			b.checkAnswer(k)
		}
		b.checkWork(first)
		b.checkIncident(incident.Key, tokyo(t, "2026-11-24 22:10:00"))
		b.calm()
	})
}

// play runs events at their times, then waits for the end.
func play(t *testing.T, events map[time.Time][]func(), end time.Time) {
	t.Helper()
	for len(events) > 0 {
		var next time.Time
		for at := range events {
			if next.IsZero() || at.Before(next) {
				next = at
			}
		}
		if d := time.Until(next); d > 0 {
			time.Sleep(d)
		}
		for _, f := range events[next] {
			f()
		}
		delete(events, next)
	}
	time.Sleep(time.Until(end))
}

func (b *bench) checkAnswer(k *weekTicket) {
	b.t.Helper()
	answers := 0
	for _, c := range b.said(k.key) {
		if strings.Contains(c.Content, "次のとおり承りました") {
			answers++
			opened := tokyo(b.t, k.at)
			if late := c.Created.Sub(opened); late > 5*time.Minute {
				b.t.Errorf("%s %s: answered %s after it was opened", k.key, k.at, late)
			}
			if k.deadline != "" && !strings.Contains(c.Content, k.deadline) {
				b.t.Errorf("%s opened %s: answer %q, want the deadline %s", k.key, k.at, c.Content, k.deadline)
			}
			if k.deadline == "" && !strings.Contains(c.Content, "ご検討中") {
				b.t.Errorf("%s: a ticket under consideration was not answered as such: %q", k.key, c.Content)
			}
		}
	}
	if answers != 1 {
		b.t.Errorf("%s %s: answered %d times, want once", k.key, k.summary, answers)
	}
}

func (b *bench) checkWork(k *weekTicket) {
	b.t.Helper()
	var notices []time.Time
	for _, c := range b.said(k.key) {
		if strings.Contains(c.Content, "まもなく作業を開始します") {
			notices = append(notices, c.Created)
		}
	}
	want := tokyo(b.t, "2026-11-24 16:30:00")
	if len(notices) != 1 || notices[0].Before(want) || notices[0].Sub(want) > time.Minute {
		b.t.Errorf("start notices at %v, want one at %s", notices, want)
	}
}

// checkIncident checks that no hour of the incident went by without a word.
func (b *bench) checkIncident(key string, detected time.Time) {
	b.t.Helper()
	var words []time.Time
	recovered := 0
	for _, c := range b.said(key) {
		switch {
		case strings.Contains(c.Content, "障害の検知について"):
			if late := c.Created.Sub(detected); late > 15*time.Minute {
				b.t.Errorf("first notice %s after detection", late)
			}
			words = append(words, c.Created)
		case strings.Contains(c.Content, "途中経過"):
			words = append(words, c.Created)
		case strings.Contains(c.Content, "復旧しました"):
			recovered++
			words = append(words, c.Created)
		}
	}
	if recovered != 1 || len(words) < 5 {
		b.t.Errorf("said %d words and %d recovery notices, want at least 5 and 1", len(words), recovered)
	}
	for i := 1; i < len(words); i++ {
		if gap := words[i].Sub(words[i-1]); gap > time.Hour {
			b.t.Errorf("%s passed between words %d and %d of the incident", gap, i, i+1)
		}
	}
}
