package main

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
	"toban/bot/aws/awssim"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
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
	t.Parallel()
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

		b.judge(is, "aws:reboot")

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

// judge presses the button below the word that nobody knows what became of a change: the first press is recorded and told in the thread, the
// second hears what the first decided, and whoever may not gets a reason.
func (b *bench) judge(is simIssue, key string) {
	b.t.Helper()
	press := func(user, action string) {
		b.t.Helper()
		for _, m := range b.messages() {
			if raw, _ := json.Marshal(m.Blocks); strings.Contains(m.Text, "❓ AWS の変更") && m.Thread != "" && strings.Contains(string(raw), action) {
				if err := b.slack.Click(b.t.Context(), slacksim.Click{User: user, Channel: demoChannel, TS: m.TS, ActionID: action}); err != nil {
					b.t.Fatal(err)
				}
				time.Sleep(30 * time.Second)
				return
			}
		}
		b.t.Fatalf("no button %s in %+v", action, b.messages())
	}
	press("U0SUZUKI", "release.applied")
	press(demoStaffSlack, "release.missing")
	if n := b.heard("鈴木が確認しました。変更は行われていました"); n != 1 || b.heard("佐藤が確認しました") != 0 {
		b.t.Errorf("told %d times", n)
	}
	if said := strings.Join(b.whispers(), "\n"); !strings.Contains(said, "すでに記録されています: 変更は行われていました") {
		b.t.Errorf("the second heard %q", said)
	}
	if j, err := b.store.EndedEffect(b.t.Context(), bot.NoticeNumber(key)); err != nil || j.Outcome != string(bot.AWSDone) || !strings.Contains(j.Why, "鈴木") {
		b.t.Errorf("recorded %+v, %v", j, err)
	}
	lines, err := b.store.Audit(b.t.Context(), bot.NewTicketID("demo", is.ID))
	if err != nil || !slices.ContainsFunc(lines, func(l store.AuditLine) bool {
		return l.What == "judged "+key+" as done" && strings.Contains(l.Why, "鈴木")
	}) {
		b.t.Errorf("the trail says %+v, %v", lines, err)
	}
}

// The command says what would become of a change, and changes nothing.
func TestRehearseCommand(t *testing.T) {
	o := newOffice(t)
	sim := awssim.New(awssim.Options{
		Users: []awssim.User{{Account: "999999999999", Access: demoAWSKey}},
		Roles: []awssim.Role{{ARN: demoReadRole, External: demoExternal, Actions: []string{"ec2:DescribeInstances"}}, {ARN: demoOperateRole, External: demoExternal}},
	})
	sim.Set(demoAccount, "ap-northeast-1", awssim.Instance{ID: webServer, Type: "t3.micro"})
	server := httptest.NewServer(sim)
	defer server.Close()
	defer sim.Close()
	t.Setenv("AWS_KEY", demoAWSKey)
	t.Setenv("AWS_SECRET", "demo-secret")
	t.Setenv("EXTERNAL_ID", demoExternal)
	stop := `{"account":"` + demoAccount + `","region":"ap-northeast-1","do":"ec2.stop","with":{"instance":"` + webServer + `"}}`
	args := []string{"aws", "rehearse", "--config", "CONFIG", "--customer", demoCustomer}
	if code, _, errs := o.toban(stop, args...); code != exitFailed || !strings.Contains(errs, "no section aws") {
		t.Errorf("without the section: exit %d, %s", code, errs)
	}
	o.rewrite("server.yaml", "listen:", "aws: {access_key: env:AWS_KEY, secret_key: env:AWS_SECRET, api_url: \""+server.URL+"\"}\nlisten:")
	o.rewrite("customers/"+demoCustomer+".yaml", "team: desk", "aws:\n  - {id: \""+demoAccount+"\", regions: [ap-northeast-1], external_id: env:EXTERNAL_ID, roles: {read: "+demoReadRole+", operate: "+demoOperateRole+"}}\nteam: desk")
	code, out, errs := o.toban(stop, append(args, "--json")...)
	if want := `{"what":"ec2.stop ` + webServer + `","now":"the instance is running","would":"do it","right":"granted"}` + "\n"; code != 0 || out != want {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, _ := o.toban(strings.Replace(stop, "ec2.stop", "ec2.start", 1), args...); code != 0 || !strings.Contains(out, "would  find it done") {
		t.Errorf("a start of what runs: exit %d\n%s", code, out)
	}
	resize := strings.Replace(strings.Replace(stop, "ec2.stop", "ec2.resize", 1), `"with":{`, `"with":{"from":"t3.micro","to":"t3.large",`, 1)
	if code, out, _ := o.toban(resize, args...); code != exitFinding || !strings.Contains(out, "would  refuse") {
		t.Errorf("a change of a running instance: exit %d\n%s", code, out)
	}
	if code, _, errs := o.toban(`{"account":"1"}`, args...); code != exitFailed || !strings.Contains(errs, "no operation") {
		t.Errorf("no change at all: exit %d, %s", code, errs)
	}
	if code, _, errs := o.toban(`{"acount":"1"}`, args...); code != exitUsage || !strings.Contains(errs, "acount") {
		t.Errorf("a misspelt word: exit %d, %s", code, errs)
	}
	if n := len(sim.Applied()); n != 0 {
		t.Errorf("%d calls changed something", n)
	}
}
