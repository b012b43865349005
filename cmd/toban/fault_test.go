package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// outage makes Backlog answer nothing but 503 in a span of world time.
func (b *bench) outage(from, until time.Time) {
	b.t.Helper()
	if err := b.backlog.AddFaults(backlogsim.Faults{Outages: []backlogsim.Outage{{From: from, Until: until}}}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) heard(words string) int {
	n := 0
	for _, m := range b.messages() {
		if strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

func (b *bench) told(issue, words string) []simComment {
	var out []simComment
	for _, c := range b.said(issue) {
		if strings.Contains(c.Content, words) {
			out = append(out, c)
		}
	}
	return out
}

// Backlog is down from before the start notice until after the start: the work must not start, staff hear of it in time, and the customer
// when Backlog is back; the notice for the old plan never goes out.
func TestWorkStopsWhenItsNoticeCanNotBeVerified(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
			"start": unix(tokyo(t, "2026-11-24 14:00:00")), "end": unix(tokyo(t, "2026-11-24 15:00:00")), "what": "スナップショット取得",
		})
		b.outage(tokyo(t, "2026-11-24 13:20:00"), tokyo(t, "2026-11-24 14:40:00"))
		time.Sleep(time.Until(tokyo(t, "2026-11-24 14:02:00")))
		if b.heard("日程を決め直してください") != 1 {
			t.Errorf("staff were not told to stop: %v", b.messages())
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 15:30:00")))
		if n := b.told(is.Key, "まもなく作業を開始します"); len(n) != 0 {
			t.Errorf("the notice of a plan that does not hold went out: %+v", n)
		}
		if n := len(b.said(is.Key)); n != 2 {
			t.Errorf("said %+v, want the answer and that the work did not start", b.said(is.Key))
		}
		b.calm()
	})
}

// Every write to Backlog loses its answer once, by a dropped connection or a 500 after the work was done.
func TestLostAnswersSayNothingTwice(t *testing.T) {
	for _, lost := range []string{"drop", "500"} {
		t.Run(lost, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
				defer b.close()
				var rules []backlogsim.FaultRule
				for _, method := range []string{"POST", "PATCH"} {
					rules = append(rules, backlogsim.FaultRule{Method: method, Path: "/api/v2/issues/**", User: backlogsim.SampleBotID, Rate: 0.6, Lost: lost})
				}
				if err := b.backlog.AddFaults(backlogsim.Faults{Seed: 7, Rules: rules}); err != nil {
					t.Fatal(err)
				}
				if err := b.slack.SetFaults(slacksim.Faults{Seed: 7, Rules: []slacksim.Fault{{Kind: slacksim.FaultDropAfter, Method: "chat.postMessage", Share: 0.6}}}); err != nil {
					t.Fatal(err)
				}
				var keys []string
				for range 10 {
					keys = append(keys, b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3).Key)
				}
				inc := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
				time.Sleep(40 * time.Minute)
				for _, k := range keys {
					if n := len(b.said(k)); n != 1 {
						t.Errorf("%s: said %d things, want one answer", k, n)
					}
					cards := 0
					for _, m := range b.messages() {
						if (m.Thread == "" || m.Thread == m.TS) && strings.Contains(m.Text, k+"「") {
							cards++
						}
					}
					if cards != 1 {
						t.Errorf("%s: %d cards, want one", k, cards)
					}
				}
				if r, f := len(b.told(inc.Key, "承りました")), len(b.told(inc.Key, "障害の検知について")); r != 1 || f != 1 {
					t.Errorf("incident: %d receipts and %d first notices, want one of each", r, f)
				}
				b.calm()
			})
		})
	}
}

// Webhooks are hints: without any, doubled and out of order, every ticket is still answered once.
func TestTicketsAreAnsweredWhateverWebhooksDo(t *testing.T) {
	for name, faults := range map[string]backlogsim.WebhookFaults{
		"none arrives": {Drop: 1}, "doubled": {Duplicate: 1}, "out of order": {Reorder: 0.5, Hold: backlogsim.Duration(90 * time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
				defer b.close()
				if err := b.backlog.AddFaults(backlogsim.Faults{Seed: 3, Webhooks: &faults}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Minute) // the poll knows where the feed stands
				var keys []string
				for range 8 {
					keys = append(keys, b.issue(backlogsim.SampleCustomerKey, "Security Group 設定作業", "許可の追加", "203.0.113.7 から接続したいです。", 3).Key)
				}
				time.Sleep(5 * time.Minute)
				for _, k := range keys {
					b.comment(backlogsim.SampleCustomerKey, k, groupText)
				}
				time.Sleep(10 * time.Minute)
				for _, k := range keys {
					if asked, answered := len(b.told(k, "お知らせください")), len(b.told(k, "次のとおり承りました")); asked != 1 || answered != 1 {
						t.Errorf("%s: asked %d times and answered %d times, want once each", k, asked, answered)
					}
				}
				b.calm()
			})
		})
	}
}

// Slack is down for two hours: customers notice nothing, and the cards come when it is back.
func TestSlackOutageDelaysOnlySlack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		const down = 2 * time.Hour
		if err := b.slack.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultOutage, ForMS: int(down.Milliseconds())}}}); err != nil {
			t.Fatal(err)
		}
		inc := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
		time.Sleep(time.Minute)
		if n := len(b.told(inc.Key, "障害の検知について")); n != 1 {
			t.Errorf("%d first notices while Slack is down, want one", n)
		}
		if n := len(b.messages()); n != 0 {
			t.Errorf("%d messages while Slack is down", n)
		}
		time.Sleep(down + 5*time.Minute)
		if n := len(b.told(inc.Key, "途中経過")); n < 2 {
			t.Errorf("%d interim updates in two hours without staff, want two", n)
		}
		b.cardOf(inc.Key)
		b.calm()
	})
}
