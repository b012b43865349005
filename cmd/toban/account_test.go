package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
	"toban/bot/aws/awssim"
)

const webServer = "i-0123456789abcdef0"

// newAccount is a customer's account with a running server, in whose roles Toban may do what it needs.
func newAccount(b *bench) *awssim.Server {
	sim := awssim.New(awssim.Options{
		Users: []awssim.User{{Account: "999999999999", Access: demoAWSKey}},
		Roles: []awssim.Role{{ARN: demoReadRole, External: demoExternal, Actions: []string{"ec2:DescribeInstances"}}, {ARN: demoOperateRole, External: demoExternal}},
	})
	sim.Set(demoAccount, "ap-northeast-1", awssim.Instance{ID: webServer, Type: "t3.micro"})
	b.route.set("aws.test", sim.RoundTripper())
	return sim
}

// change queues a change for a ticket, as a feature would, twice.
func (b *bench) change(is simIssue, key string, a bot.AWSAction, within time.Duration) {
	b.t.Helper()
	ticket := &bot.Ticket{ID: bot.NewTicketID("demo", is.ID), Customer: demoCustomer}
	for range 2 {
		if err := b.store.Queue(b.t.Context(), time.Now(), bot.MakeAWSChange(key, ticket, demoAccount, "ap-northeast-1", a, time.Now().Add(within))); err != nil {
			b.t.Fatal(err)
		}
	}
}

// A change is made once, across a restart while it is under way; one of which nobody knows the end stops, and the person on duty is told in
// the ticket's thread; one that a stop held back past its time is not begun.
func TestChangesOfAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{aws: "http://aws.test"})
		defer b.close()
		sim := newAccount(b)
		defer sim.Close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)

		if err := sim.AddFaults(awssim.Fault{Kind: awssim.DropAfter, Action: "RebootInstances", Times: 1}); err != nil {
			t.Fatal(err)
		}
		b.change(is, "aws:reboot", bot.EC2Reboot{Instance: webServer}, time.Hour)
		time.Sleep(5 * time.Minute)
		if n := b.heard("❓ AWS の変更(ec2.reboot " + webServer); n != 1 || b.heard("<@"+demoStaffSlack+">") == 0 {
			t.Errorf("staff heard %d times of the reboot that nobody knows the end of", n)
		}

		b.change(is, "aws:stop", bot.EC2Stop{Instance: webServer}, time.Hour)
		time.Sleep(25 * time.Second) // it is asked for, and under way
		b.restart(time.Second)
		time.Sleep(5 * time.Minute)

		if _, err := (app.Switch{Store: b.store, Config: b.cfg, Now: time.Now}).Stop(t.Context(), demoCustomer, "佐藤", "確認"); err != nil {
			t.Fatal(err)
		}
		b.change(is, "aws:start", bot.EC2Start{Instance: webServer}, time.Hour)
		time.Sleep(2 * time.Hour)
		if n := b.heard("⛔ AWS の変更"); n != 0 {
			t.Error("what a stop holds back was told as refused while it holds")
		}
		if _, err := (app.Switch{Store: b.store, Config: b.cfg, Now: time.Now}).Start(t.Context(), demoCustomer, "佐藤"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		if n := b.heard("⛔ AWS の変更(ec2.start " + webServer); n != 1 {
			t.Errorf("staff heard %d times that the start came too late", n)
		}

		var done []string
		for _, r := range sim.Applied() {
			done = append(done, r.Action)
		}
		if got := strings.Join(done, " "); got != "RebootInstances StopInstances" {
			t.Errorf("changed by %q", got)
		}
		if n := b.letters(); n != 0 {
			t.Errorf("%d dead letters", n)
		}
		if strings.Contains(b.log.String(), demoExternal) {
			t.Error("the log shows the external id")
		}
	})
}
