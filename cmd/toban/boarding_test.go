package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/aws/awssim"
	"toban/bot/mail/mailsim"
	"toban/bot/phone/phonesim"
	"toban/bot/slack/slacksim"
	"toban/bot/tracker/ready"
)

// askBoarding types /toban onboard or offboard as a person and sends the form.
func (b *bench) askBoarding(user, verb, kind string) {
	b.t.Helper()
	if err := b.slack.Command(b.t.Context(), slacksim.Command{User: user, Channel: demoChannel, Command: "/toban", Text: verb}); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(time.Second)
	res, err := b.slack.Submit(b.t.Context(), slacksim.Submit{User: user, Values: map[string]map[string]any{"kind": {"kind": kind}}})
	if err != nil || len(res.Errors) > 0 {
		b.t.Fatalf("sending the form of %s: %+v, %v", verb, res, err)
	}
}

// boarded lists the issues of the customer's project with a title.
func (b *bench) boarded(title string) []simIssue {
	b.t.Helper()
	var all []simIssue
	b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues", url.Values{"count": {"100"}, "keyword": {title}}, &all)
	return all
}

// checklist gives the ticket's card as text.
func (b *bench) checklist(key string) string {
	b.t.Helper()
	raw, err := json.Marshal(b.cardOf(key).Blocks)
	if err != nil {
		b.t.Fatal(err)
	}
	_, own, _ := strings.Cut(string(raw), `"type":"divider"`)
	return own
}

func (b *bench) ticks(user, key string, n int) {
	b.t.Helper()
	for range n {
		b.press(user, key, "boarding.tick", nil)
		time.Sleep(20 * time.Second)
	}
}

// ofBoth is the demo's customer under a contract that promises when its beginning is ready.
func ofBoth(contract string) map[string]string {
	name := "customers/" + demoCustomer + ".yaml"
	text := demoFiles(worldOptions{AWSURL: "http://aws.test"})[name]
	return map[string]string{name: strings.Replace(text, "contract: {profiles: [support-desk], start: 2026-04-01, nodes: 8}", "contract: {profiles: [support-desk, managed-operations], nodes: 8, "+contract+"}", 1)}
}

// discoverable is an account that can be entered by both roles and looked at.
func discoverable() *awssim.Server {
	sim := awssim.New(awssim.Options{
		Users: []awssim.User{{Account: "999999999999", Access: demoAWSKey}},
		Roles: []awssim.Role{{ARN: demoReadRole, External: demoExternal}, {ARN: demoOperateRole, External: demoExternal}},
	})
	sim.Set(demoAccount, "ap-northeast-1", awssim.Instance{ID: webServer, Type: "t3.micro"})
	return sim
}

// Onboarding from the command to the end: asked for twice by two people and opened once, over a restart and lost answers; what Toban finds out is
// shown with its instant and ticks off by itself, what fails is named and holds on; the customer reads no word of the checklist.
func TestOnboardingFromTheCommandToTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mails, err := mailsim.New(mailsim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{mails: mails, phone: "http://connect.test", aws: "http://aws.test", files: ofBoth("start: 2026-12-01")})
		defer b.close()
		b.route.set("aws.test", discoverable().RoundTripper())
		sim := phonesim.New(phonesim.Options{})
		defer sim.Close()
		b.route.set("connect.test", sim.RoundTripper())
		if err := sim.SetPeople(phonesim.Person{Number: demoCustomerPhone, Behaviour: phonesim.Busy}); err != nil {
			t.Fatal(err)
		}
		if err := b.backlog.AddFaults(backlogsim.Faults{Seed: 3, Rules: []backlogsim.FaultRule{{Method: "POST", Path: "/api/v2/issues", User: backlogsim.SampleBotID, Rate: 0.9, Lost: "drop"}}}); err != nil {
			t.Fatal(err)
		}
		b.askBoarding(demoStaffSlack, "onboard", "onboarding")
		b.askBoarding("U0SUZUKI", "onboard", "onboarding")
		b.restart(time.Second)
		b.askBoarding(demoStaffSlack, "onboard", "onboarding")
		time.Sleep(10 * time.Minute)
		list := b.boarded("ご利用開始の準備")
		if len(list) != 1 {
			t.Fatalf("%d issues, want one: %s", len(list), b.log.String())
		}
		key := list[0].Key
		ticket, err := b.store.FindTicket(t.Context(), key)
		if err != nil || ticket.Boarding != bot.Onboarding || ticket.Status != bot.StatusAccepted {
			t.Fatalf("ticket %+v, %v", ticket, err)
		}
		card := b.checklist(key)
		for _, want := range []string{
			"ご利用開始の準備(確認中 0/15)", "手順 1/8", "✅ 11/24(火) 10:0", "参照(read)ロール: AssumeRole できました", "操作(operate)ロール: AssumeRole できました",
			"❌ 11/24(火) 10:0", "一覧にないもの: i-0123456789abcdef0", "テストの警報がまだ届いていません", "情報システム部: まだ送っていません", "情報システム部 山本様: まだかけていません",
		} {
			if !strings.Contains(card, want) {
				t.Errorf("the card does not say %q: %s", want, card)
			}
		}
		b.press(demoStaffSlack, key, "desk.take", nil)
		time.Sleep(20 * time.Second)
		b.ticks(demoStaffSlack, key, 2)
		if card := b.checklist(key); !strings.Contains(card, "手順 2/8") || !strings.Contains(card, "件の不足") {
			t.Errorf("after the reception: %s", card)
		}
		if _, left, err := b.app.MakeReady(t.Context(), bot.ModeKey{Customer: demoCustomer, Project: backlogsim.SampleProjectKey}, "sato", func(ready.Step, string) {}); err != nil || len(left) > 0 {
			t.Fatalf("making the project ready: %v, %v", left, err)
		}
		b.press(demoStaffSlack, key, "boarding.look", nil)
		time.Sleep(time.Minute)
		if !strings.Contains(b.checklist(key), "手順 3/8") { // the project was ready: Toban ticked that step off
			t.Errorf("after the reception: %s", b.checklist(key))
		}
		b.ticks(demoStaffSlack, key, 2)                                        // the hearing sheet
		if card := b.checklist(key); strings.Contains(card, "boarding.tick") { // a check that Toban looks at is taken from a person with a reason only
			t.Errorf("the list of resources can be ticked off by hand: %s", card)
		}
		b.press(demoStaffSlack, key, "boarding.attest", map[string]any{"reason": "お客様と一覧を画面共有で確認"})
		time.Sleep(20 * time.Second)
		b.ticks(demoStaffSlack, key, 1) // agreed by the customer; the roles Toban knows
		b.ticks(demoStaffSlack, key, 1) // monitoring is set up
		b.monitor("web01", "テスト", "critical", "test-1")
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, key, "boarding.look", nil)
		time.Sleep(time.Minute)
		if !strings.Contains(b.checklist(key), "手順 7/8") {
			t.Errorf("after the test alert: %s", b.checklist(key))
		}
		b.press(demoStaffSlack, key, "boarding.mail", nil)
		time.Sleep(time.Minute)
		b.ticks(demoStaffSlack, key, 1)
		b.press(demoStaffSlack, key, "boarding.phone", nil)
		time.Sleep(3 * time.Minute)
		if card := b.checklist(key); !strings.Contains(card, "情報システム部 山本様: 応答なし") || !strings.Contains(card, "話し中") {
			t.Errorf("after a busy line: %s", card)
		}
		if err := sim.SetPeople(phonesim.Person{Number: demoCustomerPhone, Behaviour: phonesim.Answers, Rings: 2, Key: "1"}); err != nil {
			t.Fatal(err)
		}
		b.press(demoStaffSlack, key, "boarding.phone", nil)
		b.restart(time.Second)
		time.Sleep(3 * time.Minute)
		b.ticks(demoStaffSlack, key, 2)
		b.press(demoStaffSlack, key, "boarding.done", map[string]any{"note": "よろしくお願いいたします。"})
		time.Sleep(time.Minute)
		said := b.said(key)
		if len(said) != 1 || !strings.Contains(said[0].Content, "ご利用開始の準備がすべて整いました") || !strings.Contains(said[0].Content, "よろしくお願いいたします。") {
			t.Errorf("said to the customer: %+v", said)
		}
		if ticket, err = b.store.FindTicket(t.Context(), key); err != nil || ticket.Status != bot.StatusDone {
			t.Errorf("ticket %+v, %v", ticket, err)
		}
		rows, err := b.store.TicketClocks(t.Context(), ticket.ID)
		kept := map[string]string{}
		for _, r := range rows {
			kept[r.ID] = string(r.State)
		}
		if err != nil || kept["onboarding_reception"] != "met" || kept["monitoring_setup"] != "met" || kept["onboarding"] != "met" {
			t.Errorf("clocks %v, %v", kept, err)
		}
		if n := len(mails.Messages(demoCustomerMail)); n != 1 {
			t.Errorf("%d mails, want one", n)
		}
		if n := len(sim.Calls()); n != 2 {
			t.Errorf("%d calls, want two", n)
		}
		var issue struct{ Description string }
		b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues/"+key, nil, &issue)
		description := issue.Description
		for _, words := range []string{"チェックリスト", "手順", "AssumeRole", "Toban"} {
			if strings.Contains(description+said[0].Content, words) {
				t.Errorf("the customer reads %q: %s %s", words, description, said[0].Content)
			}
		}
		b.calm()
	})
}

// Off-boarding: what is still open is named until it is over, the roles have to be gone, and the customer reads what becomes of the data. Nothing is
// destroyed by it.
func TestOffboardingHoldsOnUntilNothingIsOpen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 09:40:00"), bench{aws: "http://aws.test", files: ofBoth("start: 2026-04-01, end: 2026-12-31, at_end: export")})
		defer b.close()
		account := discoverable()
		b.route.set("aws.test", account.RoundTripper())
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.askBoarding("U0YAMADA", "offboard", "offboarding")
		time.Sleep(2 * time.Minute)
		list := b.boarded("ご利用終了の手続き")
		if len(list) != 1 || !strings.HasPrefix(list[0].DueDate, "2026-12-31") {
			t.Fatalf("issues %+v", list)
		}
		key := list[0].Key
		card := b.checklist(key)
		for _, want := range []string{"終了日 2026-12-31", "書き出してお渡し", "未完了のチケット: " + is.Key, "まだ AssumeRole できます"} {
			if !strings.Contains(card, want) {
				t.Errorf("the card does not say %q: %s", want, card)
			}
		}
		b.ticks("U0YAMADA", key, 1)
		b.press(demoStaffSlack, is.Key, "desk.withdraw", map[string]any{"reason": "契約の終了"})
		b.route.set("aws.test", awssim.New(awssim.Options{Users: []awssim.User{{Account: "999999999999", Access: demoAWSKey}}}).RoundTripper())
		time.Sleep(time.Until(tokyo(t, "2026-11-24 10:01:00"))) // every morning at ten Toban looks again by itself
		card = b.checklist(key)
		if !strings.Contains(card, "手順 3/6") || !strings.Contains(card, "AssumeRole できなくなりました") {
			t.Errorf("at ten: %s", card)
		}
		b.ticks("U0YAMADA", key, 5)
		b.press("U0YAMADA", key, "boarding.done", map[string]any{"note": ""})
		time.Sleep(time.Minute)
		said := b.said(key)
		if len(said) != 1 || !strings.Contains(said[0].Content, "2026年12月31日(木)") || !strings.Contains(said[0].Content, "削除の証明書") {
			t.Errorf("said %+v", said)
		}
		if tickets, err := b.store.Tickets(t.Context(), demoCustomer); err != nil || len(tickets) != 2 {
			t.Errorf("tickets %+v, %v", tickets, err)
		}
		b.calm()
	})
}

// The command shows what the customer will read, asks, refuses what can't be, and opens no second ticket.
func TestOnboardCommand(t *testing.T) {
	o := newOffice(t)
	board := func(in string, args ...string) (int, string) {
		t.Helper()
		code, out, errs := o.toban(in, append([]string{"customer"}, args...)...)
		return code, out + errs
	}
	if code, out := board("", "offboard", "--config", "CONFIG", "--by", "sato", demoCustomer); code != exitFinding || !strings.Contains(out, "no contract.end") {
		t.Errorf("without an end: %d %s", code, out)
	}
	if code, out := board("", "onboard", "--config", "CONFIG", "--by", "nobody", demoCustomer); code != exitUsage || !strings.Contains(out, "nobody of that id") {
		t.Errorf("by nobody: %d %s", code, out)
	}
	if code, out := board("no\n", "onboard", "--config", "CONFIG", "--by", "sato", demoCustomer); code != exitFinding || !strings.Contains(out, "nothing was opened") || !strings.Contains(out, "ご契約の開始日: 2026年4月1日(水)") {
		t.Errorf("no: %d %s", code, out)
	}
	for range 2 { // before Toban got round to it
		if code, out := board("", "onboard", "--config", "CONFIG", "--by", "佐藤", "--yes", demoCustomer); code != exitOK || !strings.Contains(out, "handed to Toban") {
			t.Errorf("yes: %d %s", code, out)
		}
	}
	if code, out, errs := o.toban("", "mode", "--config", "CONFIG", backlogsim.SampleProjectKey, "shadow"); code != exitOK {
		t.Fatalf("mode: %d %s%s", code, out, errs)
	}
	if code, out := board("", "onboard", "--config", "CONFIG", "--by", "sato", demoCustomer); code != exitFinding || !strings.Contains(out, "mode shadow") {
		t.Errorf("in shadow: %d %s", code, out)
	}
}
