package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/phone/phonesim"
	"toban/bot/slack/slacksim"
)

// What people complain of most about bots that do this job, one test for each complaint.

// complaint plays a scene in a whole Toban, from the morning of a business day on, with a ticket that was just answered.
func complaint(t *testing.T, scene func(b *bench, key string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		scene(b, is.Key)
		b.calm()
	})
}

func (b *bench) scheduled(key, start, end string) {
	b.t.Helper()
	b.press(demoStaffSlack, key, "work.schedule", map[string]any{"start": unix(tokyo(b.t, start)), "end": unix(tokyo(b.t, end)), "what": "スナップショット取得"})
	time.Sleep(time.Second)
}

// TestComplaint01SaidItToldSomebodyAndNobodyKnew: a call that rang out is no delivery. Its end stands with the effect, for the audit and the card.
func TestComplaint01SaidItToldSomebodyAndNobodyKnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{phone: "http://connect.test"})
		defer b.close()
		sim := phonesim.New(phonesim.Options{})
		defer sim.Close()
		b.route.set("connect.test", sim.RoundTripper())
		if err := sim.SetPeople(phonesim.Person{Number: demoCustomerPhone, Behaviour: phonesim.NoAnswer}); err != nil {
			t.Fatal(err)
		}
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		e := bot.MakeEffect(bot.EffectCall, bot.Notice, "call:1", nil, bot.Call{To: "contact:情報システム部 山本様", Text: "停止しています。"})
		e.Ticket, e.Customer = bot.NewTicketID("demo", is.ID), demoCustomer
		if err := b.store.Queue(t.Context(), time.Now(), e); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		all, err := b.store.Deliveries(t.Context(), e.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		for _, d := range all {
			if d.Kind == bot.EffectCall {
				calls++
			}
			if d.Kind == bot.EffectCall && (d.Outcome == "" || d.Outcome == string(bot.CallAcknowledged) || d.Outcome == string(bot.CallAnswered)) {
				t.Errorf("a call that rang out ended as %+v", d)
			}
		}
		if calls != 1 {
			t.Errorf("%d calls are on record, want the one with its end", calls)
		}
	})
}

// TestComplaint02KeptAskingAfterITookIt: who takes a ticket ends the asking, and the others see who it is.
func TestComplaint02KeptAskingAfterITookIt(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		time.Sleep(31 * time.Minute)
		asked := b.heard("まだ担当者が決まっていません")
		b.press("U0SUZUKI", key, "desk.take", nil)
		time.Sleep(5 * time.Hour)
		if after := b.heard("まだ担当者が決まっていません"); asked != 1 || after != asked {
			b.t.Errorf("asked %d times before, %d in all", asked, after)
		}
		if b.heard("鈴木 が担当します") != 1 {
			b.t.Error("nobody else was told who took it")
		}
	})
}

// TestComplaint03TookItAndForgot: taking a ticket silences no deadline; the owner is addressed by name before it passes.
func TestComplaint03TookItAndForgot(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		b.press("U0SUZUKI", key, "desk.take", nil)
		time.Sleep(time.Until(tokyo(b.t, "2026-11-25 18:55:00")))
		warned := 0
		for _, m := range b.messages() {
			if strings.Contains(m.Text, "期限") && strings.Contains(m.Text, "<@U0SUZUKI>") {
				warned++
			}
		}
		if warned == 0 {
			b.t.Errorf("the owner was not addressed before the deadline: %+v", b.messages())
		}
		b.press("U0SUZUKI", key, "desk.done", map[string]any{"done": "取得しました。"})
		time.Sleep(time.Minute)
	})
}

// TestComplaint04SideEffectFailedAndTheNoticeDidNotGo: the wiki and Slack are down, and the start notice goes out at its minute.
func TestComplaint04SideEffectFailedAndTheNoticeDidNotGo(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		if err := b.backlog.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Path: "/api/v2/wikis*", Status: 500, Times: 200}}}); err != nil {
			b.t.Fatal(err)
		}
		b.scheduled(key, "2026-11-24 14:00:00", "2026-11-24 15:00:00")
		if err := b.slack.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultOutage, ForMS: int((4 * time.Hour).Milliseconds())}}}); err != nil {
			b.t.Fatal(err)
		}
		time.Sleep(time.Until(tokyo(b.t, "2026-11-24 13:31:00")))
		if n := b.told(key, "まもなく作業を開始します"); len(n) != 1 || n[0].Created.After(tokyo(b.t, "2026-11-24 13:30:30")) {
			b.t.Errorf("the notice: %+v", n)
		}
		b.backlog.ResetFaults()
		time.Sleep(6 * time.Hour)
	})
}

// TestComplaint05ClockWasWrong: the working of a deadline is shown, day by day, with what did not count and why.
func TestComplaint05ClockWasWrong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-20 18:30:00")) // the evening before a weekend and a holiday
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		text := b.ask("explain " + is.Key)
		for _, want := range []string{is.Key, "勤労感謝の日", "11/24"} {
			if !strings.Contains(text, want) {
				t.Errorf("the working lacks %q:\n%s", want, text)
			}
		}
		b.calm()
	})
}

// TestComplaint06InternalRemarkReachedTheCustomer: what staff write in the thread stays there; only a form that says so speaks to the customer.
func TestComplaint06InternalRemarkReachedTheCustomer(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		c := b.cardOf(key)
		if _, err := b.slack.Say(b.t.Context(), slacksim.Say{User: demoStaffSlack, Channel: demoChannel, ThreadTS: c.TS, Text: "この客はいつも急ぎと言う。後回しで。 @toban"}); err != nil {
			b.t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		var all []simComment
		b.call(backlogsim.SampleAdminKey, "GET", "/issues/"+key+"/comments", nil, &all)
		for _, x := range all {
			if strings.Contains(x.Content, "後回し") {
				b.t.Errorf("the customer reads %q", x.Content)
			}
		}
		if n := len(b.said(key)); n != 1 {
			b.t.Errorf("said %d things, want the answer alone", n)
		}
	})
}

// TestComplaint07ApprovedButNotThisVersion: an approval belongs to one plan; a changed plan is asked for anew, and it says what is lacking.
func TestComplaint07ApprovedButNotThisVersion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "ソフトウェアパッチ当て作業", "openssl の更新", patchPlanText, 3)
		time.Sleep(time.Minute)
		plan := func(start, end string) {
			b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
				"start": unix(tokyo(t, start)), "end": unix(tokyo(t, end)), "what": "openssl の更新", "effect": "停止します。", "checks": "確認します。", "rollback": "戻します。",
			})
			time.Sleep(30 * time.Second)
		}
		plan("2026-11-24 14:00:00", "2026-11-24 15:00:00")
		b.press("U0SUZUKI", is.Key, "work.approve", nil)
		time.Sleep(30 * time.Second)
		plan("2026-11-24 16:00:00", "2026-11-24 17:00:00")
		if b.heard("前の計画への承認とお客様の同意は無効になりました") != 1 {
			t.Error("staff did not hear that the approval lapsed")
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 16:01:00")))
		if n := b.told(is.Key, "まもなく作業を開始します"); len(n) != 0 {
			t.Errorf("a plan that nobody approved was announced: %+v", n)
		}
		if b.heard("承認または同意がないまま") != 1 {
			t.Error("nobody was told why it is still pending")
		}
		b.calm()
	})
}

// TestComplaint08StopItNow: one line in Slack stops what goes outward, another lets it go on, and both say so.
func TestComplaint08StopItNow(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		if text := b.ask("stop"); !strings.Contains(text, "止めました") {
			b.t.Errorf("stop: %q", text)
		}
		time.Sleep(10 * time.Second)
		b.press(demoStaffSlack, key, "desk.done", map[string]any{"done": "取得しました。"})
		time.Sleep(20 * time.Minute)
		if n := len(b.said(key)); n != 1 {
			b.t.Errorf("said %d things while it was stopped", n)
		}
		if text := b.ask("start"); !strings.Contains(text, "再開しました") {
			b.t.Errorf("start: %q", text)
		}
		time.Sleep(2 * time.Minute)
		if n := len(b.said(key)); n != 2 {
			b.t.Errorf("said %d things after the start, want the answer and the end", n)
		}
	})
}

// TestComplaint09PostedTwice: Backlog did what was asked and its answer was lost; nothing is said twice.
func TestComplaint09PostedTwice(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		if err := b.backlog.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Method: "PATCH", Lost: "drop", Times: 2}, {Method: "POST", Path: "/api/v2/issues/*/comments", Lost: "500", Times: 2}}}); err != nil {
			b.t.Fatal(err)
		}
		b.scheduled(key, "2026-11-24 14:00:00", "2026-11-24 15:00:00")
		time.Sleep(time.Until(tokyo(b.t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, key, "work.start", nil)
		time.Sleep(10 * time.Minute)
		b.press(demoStaffSlack, key, "work.done", map[string]any{"done": "取得しました。", "result": "正常です。"})
		time.Sleep(10 * time.Minute)
		seen := map[string]bool{}
		for _, c := range b.said(key) {
			if seen[c.Content] {
				b.t.Errorf("said twice: %q", c.Content)
			}
			seen[c.Content] = true
		}
		if len(seen) != 3 {
			b.t.Errorf("said %d things, want answer, start notice and completion notice", len(seen))
		}
	})
}

// TestComplaint10WantsToReadEverything: the app asks for no events of ordinary messages, each scope says what it is for, and those to read
// a history are optional.
func TestComplaint10WantsToReadEverything(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/slack-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "    bot:\n")
	scopes, rest, _ := strings.Cut(rest, "\nsettings:")
	for line := range strings.Lines(strings.TrimSpace(scopes)) {
		if !regexp.MustCompile(`^\s*- [a-z:._]+ +# \S`).MatchString(line) {
			t.Errorf("a scope without its reason: %q", line)
		}
		if strings.Contains(line, ":history") && !strings.Contains(line, "# optional") {
			t.Errorf("a history must be optional: %q", line)
		}
	}
	for _, event := range []string{"message.", "reaction_", "file_shared", "app_mention"} {
		if strings.Contains(rest, "- "+event) {
			t.Errorf("the app asks for %s events", event)
		}
	}
	complaint(t, func(b *bench, key string) {
		before := len(b.messages())
		for _, text := range []string{"おはようございます", "toban help", key + " 完了"} {
			if _, err := b.slack.Say(b.t.Context(), slacksim.Say{User: demoStaffSlack, Channel: demoChannel, Text: text}); err != nil {
				b.t.Fatal(err)
			}
		}
		time.Sleep(5 * time.Minute)
		if n := len(b.messages()) - before; n != 3 {
			b.t.Errorf("%d messages after three of a person: the bot answers ordinary talk", n)
		}
	})
}

// TestComplaint11OnlyInTheWebUI: a request goes from its arrival to its end by buttons and commands in Slack alone.
func TestComplaint11OnlyInTheWebUI(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		b.press(demoStaffSlack, key, "desk.take", nil)
		time.Sleep(time.Second)
		b.press(demoStaffSlack, key, "desk.ask", map[string]any{"question": "実施してよい時間帯"})
		time.Sleep(time.Minute)
		b.comment(backlogsim.SampleCustomerKey, key, "いつでも構いません。")
		time.Sleep(time.Minute)
		b.scheduled(key, "2026-11-24 14:00:00", "2026-11-24 15:00:00")
		time.Sleep(time.Until(tokyo(b.t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, key, "work.start", nil)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, key, "work.extend", map[string]any{"end": unix(tokyo(b.t, "2026-11-24 15:30:00"))})
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, key, "work.done", map[string]any{"done": "取得しました。", "result": "正常です。"})
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, key, "desk.close", nil)
		time.Sleep(time.Minute)
		if t, err := b.store.FindTicket(b.t.Context(), key); err != nil || t.Status != bot.StatusFinished {
			b.t.Errorf("the ticket is %+v, %v", t, err)
		}
		help := b.ask("help")
		for _, verb := range []string{"new", "incident", "find", "my", "explain", "schedule", "oncall", "report", "stop", "start"} {
			if !strings.Contains(help, "/toban "+verb) {
				b.t.Errorf("the help lacks %s:\n%s", verb, help)
			}
		}
	})
}

// TestComplaint12TooManyNotices: one card a ticket, everything else in its thread, and nobody is addressed who is not due.
func TestComplaint12TooManyNotices(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		b.press(demoStaffSlack, key, "desk.take", nil)
		b.scheduled(key, "2026-11-24 14:00:00", "2026-11-24 15:00:00")
		time.Sleep(time.Until(tokyo(b.t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, key, "work.start", nil)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, key, "work.done", map[string]any{"done": "取得しました。"})
		time.Sleep(time.Hour)
		top := 0
		for _, m := range b.messages() {
			if m.Thread == "" || m.Thread == m.TS {
				top++
			}
			for _, ping := range regexp.MustCompile(`<[@!][^>]*>`).FindAllString(m.Text, -1) {
				if ping != "<@"+demoStaffSlack+">" && !strings.HasPrefix(ping, "<!date") {
					b.t.Errorf("addressed %s: %q", ping, m.Text)
				}
			}
		}
		if top != 1 {
			b.t.Errorf("%d messages in the channel, want the card alone", top)
		}
	})
}
