package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

func TestScheduleCommandShowsOneCustomersWork(t *testing.T) {
	var failing error
	works := []bot.ScheduledWork{
		{Customer: "acme", Key: "ACME-8", What: "<!channel> *パッチ*", Host: "web01", Person: "佐藤", State: bot.WorkPlanned, Start: start.Add(24 * time.Hour), End: start.Add(25 * time.Hour)},
		{Customer: "acme", Key: "ACME-7", What: "再起動", State: bot.WorkRunning, Start: start.Add(-time.Hour), End: start.Add(time.Hour)},
		{Customer: "acme", Key: "ACME-6", What: "昔の作業", State: bot.WorkDone, Start: start.Add(-72 * time.Hour), End: start.Add(-71 * time.Hour)},
		{Customer: "acme", Key: "ACME-5", What: "承認前", State: bot.WorkProposed, Internal: true, Start: start.Add(48 * time.Hour), End: start.Add(49 * time.Hour)},
		{Customer: "other", Key: "OTHER-1", What: "他社の作業", State: bot.WorkPlanned, Start: start.Add(24 * time.Hour), End: start.Add(25 * time.Hour)},
	}
	fresh := func() *bench {
		return newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
			c.Directory = func() *bot.Directory {
				d := directory()
				d.Customers = append(d.Customers, &bot.Customer{ID: "other", Name: "他社", Channel: "C0OTHER", Zone: tokyo})
				return d
			}
			c.Works = func(_ context.Context, customer string, _ time.Time) ([]bot.ScheduledWork, error) {
				return works, failing // the door looks at the customer, too
			}
		})
	}
	b := fresh()
	got := b.command("sato", "schedule acme")
	for _, want := range []string{"ACME-7 再起動", "作業中", "ACME-8", "(web01)", "担当 佐藤", "ACME-5 承認前", "お客様には見せていません"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
	if strings.Index(got, "ACME-7") > strings.Index(got, "ACME-8") {
		t.Errorf("not in order of time: %s", got)
	}
	for _, no := range []string{"OTHER-1", "ACME-6", "<!channel>"} {
		if strings.Contains(got, no) {
			t.Errorf("holds %q: %s", no, got)
		}
	}
	for _, text := range []string{"schedule all", "schedule", "schedule other"} { // in a customer's channel no other customer is spoken of
		if got := b.command("sato", text); strings.Contains(got, "OTHER-1") || strings.Contains(got, "他社") {
			t.Errorf("/toban %s in the channel of another customer: %s", text, got)
		}
	}
	if got := b.command("sato", "shedule"); !strings.Contains(got, "/toban schedule ではありませんか") {
		t.Errorf("a typing error: %s", got)
	}
	if got := b.command("sato", "schedule nobody"); !strings.Contains(got, "という顧客はありません") {
		t.Errorf("an unknown customer: %s", got)
	}
	if got := b.command("ito", "schedule"); !strings.Contains(got, "登録されていない") || strings.Contains(got, "ACME") {
		t.Errorf("to somebody unknown: %s", got)
	}
	failing = errors.New("away")
	if got := b.command("sato", "schedule acme"); !strings.Contains(got, "もう一度お試しください") {
		t.Errorf("with the database away: %s", got)
	}
	failing = nil
	if all := fresh().commandIn("C0INCIDENT", "sato", "schedule all"); !strings.Contains(all, "OTHER-1") || !strings.Contains(all, "作業予定(全顧客)") {
		t.Errorf("of all: %s", all)
	}
	failing, works = nil, nil
	if got := b.command("sato", "schedule acme"); !strings.Contains(got, "ありません。") {
		t.Errorf("without work: %s", got)
	}
}
