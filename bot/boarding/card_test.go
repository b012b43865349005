package boarding_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/boarding"
	"toban/playbook"
)

func (d *desk) field(label string) string {
	for _, f := range d.panel.Fields {
		if f.Label == label {
			return f.Value
		}
	}
	return ""
}

func (d *desk) offers(action string) bool {
	return slices.ContainsFunc(d.panel.Buttons, func(b bot.Button) bool { return b.Action == action })
}

// timer is when a decision has Toban look again; zero: it says nothing of it.
func timer(out bot.Output) (at time.Time, cancelled bool) {
	for _, t := range out.Timers {
		if t.Rule == "boarding/look" {
			at, cancelled = t.At, t.Cancel
		}
	}
	return at, cancelled
}

// Toban looks at once, and again each morning at 10 in the customer's zone, at what is not known to be right, as long as there is a check to tick off.
func TestLookingEachMorning(t *testing.T) {
	d := newDesk(t)
	d.dir.Customers[0].Zone = time.FixedZone("JST", 9*60*60) // it is noon there
	out := d.handle(bot.EventTicketReceived, d.ticket, nil)
	morning := time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC)
	if at, _ := timer(out); !at.Equal(morning) || len(d.of(bot.EffectLook, "")) != 1 {
		t.Fatalf("looks again at %s, effects %v", at, d.effects)
	}
	due := bot.TimerDue{Ticket: d.ticket.ID, Rule: "boarding/look", Due: morning}
	d.now = morning
	out = d.handle(bot.EventTimerDue, d.ticket, due)
	if at, _ := timer(out); !at.Equal(morning.AddDate(0, 0, 1)) || len(d.of(bot.EffectLook, "")) != 2 {
		t.Errorf("looks again at %s, effects %v", at, d.effects)
	}
	if out = d.handle(bot.EventTimerDue, d.ticket, bot.TimerDue{Ticket: d.ticket.ID, Rule: "desk/remind"}); out.State != nil {
		t.Errorf("another room's moment is taken for ours: %+v", out)
	}
	d.end(bot.EffectLook, bot.LookRoles, bot.EffectResult{Outcome: string(bot.LookPass), At: d.now})
	d.handle(bot.EventTimerDue, d.ticket, due)
	if n := len(d.of(bot.EffectLook, "")); n != 2 {
		t.Errorf("%d looks: what is right is looked at again", n)
	}
	d.press("boarding.look", "", nil)
	if n := len(d.of(bot.EffectLook, "")); n != 3 {
		t.Errorf("%d looks: what a person asks for is looked at whatever is known", n)
	}
	d.ticket.Status = bot.StatusFinished
	if at, cancelled := timer(d.handle(bot.EventTicketStatus, d.ticket, nil)); !cancelled || !at.IsZero() {
		t.Errorf("an ended ticket is looked at again at %s", at)
	}
	d.ticket.Status = bot.StatusTaken
	if at, _ := timer(d.handle(bot.EventTicketStatus, d.ticket, nil)); at.IsZero() {
		t.Error("a reopened ticket is not looked at again")
	}
}

// The card shows the check at hand with what Toban found of it, what else was found, and whether anything failed.
func TestCardOfAChecklist(t *testing.T) {
	d := newDesk(t)
	d.book.Steps[1].Abort = []string{"権限が足りない", "別のアカウント"}
	d.begin()
	if d.panel.State != "ご利用開始の準備(確認中 0/3)" || d.field("手順 1/3") != "受付\n確認する" || d.field("次の確認") != "送った" || d.field("中断の基準") != "" || d.panel.Tone != bot.ToneCalm {
		t.Errorf("card %+v", d.panel)
	}
	if !strings.Contains(d.field("テストメール"), "窓口: まだ送っていません\n控え: まだ送っていません") || d.field("AWS のロール") != "" || !d.offers("boarding.tick") || d.offers("boarding.attest") {
		t.Errorf("card %+v", d.panel)
	}
	d.press("boarding.tick", "", nil)
	if d.panel.State != "ご利用開始の準備(確認中 1/3)" || d.field("次の確認") != "引き受けた\nToban が確認しています。" || d.field("中断の基準") != "権限が足りない、別のアカウント" ||
		d.offers("boarding.tick") || !d.offers("boarding.attest") {
		t.Errorf("card %+v", d.panel)
	}
	d.end(bot.EffectLook, bot.LookRoles, bot.EffectResult{Outcome: string(bot.LookFail), Why: "a\nb\nc\nd\ne\nf\ng", At: d.now})
	if v := d.field("次の確認"); !strings.HasPrefix(v, "引き受けた\n❌ ") || !strings.HasSuffix(v, "\na\nb\nc\nd\ne\nほか2件") || d.field("AWS のロール") != "" {
		t.Errorf("card %+v", d.panel)
	}
	if !d.offers("boarding.mail") || d.offers("boarding.phone") {
		t.Errorf("offers %+v", d.panel.Buttons)
	}
	d.press("boarding.mail", "", nil)
	if v := d.field("テストメール"); !strings.Contains(v, "窓口: 送信中 11/24") {
		t.Errorf("the mails say %q", v)
	}
	d.end(bot.EffectMail, "窓口", bot.EffectResult{Outcome: "dead", Why: "550"})
	if v := d.field("テストメール"); !strings.Contains(v, "❌") || !strings.Contains(v, "窓口: 送れませんでした 11/24(火) 03:00 UTC(550)") || d.panel.Tone != bot.ToneWarn {
		t.Errorf("the mails say %q in %s", v, d.panel.Tone)
	}
}

// A contract without contacts, or a provider without a mail server, has nothing to test, and says so.
func TestNothingToTest(t *testing.T) {
	for name, x := range map[string]struct {
		edit func(d *desk)
		want string
	}{
		"no contact":     {func(d *desk) { d.dir.Customers[0].MailTo = nil }, "設定ファイルに連絡先がありません"},
		"no mail server": {func(d *desk) { d.dir.Mails = false }, "メールサーバーの設定(mail)がありません"},
	} {
		d := newDesk(t)
		x.edit(d)
		d.begin()
		if f := d.read().Facts[bot.LookMail]; f.Result != bot.LookNothing || strings.Join(f.Lines, "") != x.want || d.offers("boarding.mail") {
			t.Errorf("%s: fact %+v, offers %+v", name, f, d.panel.Buttons)
		}
	}
}

// The test calls ring every contact; only a pressed key is an answer.
func TestCallsOfAChecklist(t *testing.T) {
	d := newDesk(t)
	d.dir.Customers[0].PhoneTo = []string{"当番", "課長"}
	d.book.Steps = append(d.book.Steps, playbook.Step{ID: "phone", Title: "電話", Do: "かける", Checks: []playbook.Check{{ID: "rang", Text: "応答した", Look: bot.LookPhone}}})
	d.begin()
	if v := d.field("電話テスト"); !strings.Contains(v, "当番: まだかけていません\n課長: まだかけていません") || !d.offers("boarding.phone") || len(d.of(bot.EffectLook, "look:phone")) != 0 {
		t.Fatalf("card %+v, effects %v", d.panel, d.effects)
	}
	d.press("boarding.phone", "", nil)
	if n := len(d.of(bot.EffectCall, "")); n != 2 {
		t.Fatalf("%d calls", n)
	}
	d.end(bot.EffectCall, "当番", bot.EffectResult{Outcome: string(bot.CallAcknowledged) + ":1", At: d.now})
	d.end(bot.EffectCall, "課長", bot.EffectResult{Outcome: string(bot.CallVoicemail), At: d.now})
	if v := d.field("電話テスト"); !strings.Contains(v, "当番: 応答あり(番号が押されました)") || !strings.Contains(v, "課長: 応答なし 11/24(火) 03:00 UTC(留守番電話)") || !d.offers("boarding.phone") {
		t.Errorf("the calls say %q", v)
	}
	d.press("boarding.phone", "", nil)
	d.end(bot.EffectCall, "課長", bot.EffectResult{Outcome: string(bot.CallAcknowledged) + ":1", At: d.now})
	if f := d.read().Facts[bot.LookPhone]; f.Result != bot.LookPass || len(d.of(bot.EffectCall, "")) != 3 || d.offers("boarding.phone") {
		t.Errorf("fact %+v, offers %+v", f, d.panel.Buttons)
	}
}

// A step that names a promise keeps it with its last check, not with an earlier one and not with a doubt.
func TestPromiseOfAStep(t *testing.T) {
	d := newDesk(t)
	d.book.Steps[0].Checks = append(d.book.Steps[0].Checks, playbook.Check{ID: "read", Text: "届いた"})
	d.begin()
	d.press("boarding.doubt", "", map[string]string{"reason": "宛先が違う"})
	d.press("boarding.tick", "", nil)
	if len(d.events) != 0 {
		t.Fatalf("events %v after one check of two", d.events)
	}
	d.press("boarding.tick", "", nil)
	if len(d.events) != 1 || d.events[0].Kind != bot.EventPromiseKept {
		t.Errorf("events %v", d.events)
	}
	d = newDesk(t)
	d.book.Steps = d.book.Steps[:1]
	d.begin()
	d.press("boarding.tick", "", nil)
	if len(d.events) != 1 || d.read().Run.State != playbook.Done {
		t.Errorf("the last step of all: events %v", d.events)
	}
}

// The form says what is registered already, and offers the customers who may be chosen.
func TestFormOfOpening(t *testing.T) {
	d := newDesk(t)
	if f := boarding.Form(d.dir, nil, bot.Onboarding, nil).Form; strings.Contains(f.Intro, "すでに登録されています") || f.Inputs[0].Initial != "aoba/AOBA" || f.Inputs[1].Initial != "onboarding" {
		t.Errorf("form %+v", f)
	}
	other := *d.dir.Customers[0]
	other.ID, other.Name = "midori", "緑"
	d.dir.Customers = append(d.dir.Customers, &other, &bot.Customer{ID: "none"})
	f := boarding.Form(d.dir, nil, bot.Offboarding, []string{"AOBA-1", "AOBA-9"}).Form
	if !strings.HasSuffix(f.Intro, "\nすでに登録されています: AOBA-1、AOBA-9") || len(f.Inputs[0].Options) != 2 || f.Inputs[0].Initial != "" {
		t.Errorf("form %+v", f)
	}
	if f = boarding.Form(d.dir, &other, bot.Offboarding, nil).Form; len(f.Inputs[0].Options) != 1 || f.Inputs[0].Options[0].Value != "midori/AOBA" {
		t.Errorf("form of one customer %+v", f.Inputs[0])
	}
}

// A ticket whose playbook is gone says so to staff, and has no checklist.
func TestChecklistWithoutAPlaybook(t *testing.T) {
	d := newDesk(t)
	d.book.Types = []string{"other"}
	d.begin()
	if len(d.of(bot.EffectPost, "チェックリストを始められません")) != 1 || d.panel.State != "ご利用開始の準備" || len(d.panel.Buttons) != 0 || d.read().Kind != bot.Onboarding {
		t.Errorf("card %+v, effects %v", d.panel, d.effects)
	}
}

// What can't be pressed now is refused with its reason, and changes nothing.
func TestRefusalsOfAChecklist(t *testing.T) {
	begun := func(d *desk) { d.begin() }
	atRoles := func(d *desk) { d.begin(); d.press("boarding.tick", "", nil) }
	reason := map[string]string{"reason": "確認した"}
	all := func(d *desk) {
		atRoles(d)
		d.press("boarding.attest", "", reason)
		d.press("boarding.attest", "", reason)
	}
	for name, x := range map[string]struct {
		to     func(d *desk)
		action string
		values map[string]string
		want   string
	}{
		"a stranger":              {func(d *desk) { d.begin(); d.dir.People = nil }, "boarding.tick", nil, "担当者として登録されていない"},
		"an ended ticket":         {func(d *desk) { d.begin(); d.ticket.Status = bot.StatusFinished }, "boarding.tick", nil, "このチケットは終了しています"},
		"no checklist yet":        {func(*desk) {}, "boarding.tick", nil, "チェックリストがまだありません"},
		"a doubt without words":   {begun, "boarding.doubt", map[string]string{"reason": " "}, "理由を入力してください"},
		"attested without words":  {atRoles, "boarding.attest", nil, "理由を入力してください"},
		"ticked what Toban looks": {atRoles, "boarding.tick", nil, "Toban が確認する項目です"},
		"a check after the last":  {all, "boarding.tick", nil, "確認を待っている項目はありません"},
		"a look after the last":   {all, "boarding.look", nil, "確認を待っている項目はありません"},
		"a test after the last":   {all, "boarding.mail", nil, "確認を待っている項目はありません"},
		"nothing to test":         {begun, "boarding.phone", nil, "設定ファイルに連絡先がありません"},
		"all tested": {func(d *desk) {
			d.begin()
			d.press("boarding.mail", "", nil)
			d.end(bot.EffectMail, "窓口", bot.EffectResult{At: d.now})
			d.end(bot.EffectMail, "控え", bot.EffectResult{At: d.now})
		}, "boarding.mail", nil, "すべての連絡先で済んでいます"},
		"aborted without words":  {begun, "boarding.abort", map[string]string{"reason": "\n"}, "中断の理由を入力してください"},
		"aborted after the last": {all, "boarding.abort", reason, "中断できる手順はありません"},
		"again while it runs":    {begun, "boarding.again", nil, "中断した手続きがありません"},
		"done too early":         {begun, "boarding.done", nil, "チェックリストがまだ終わっていません"},
		"done twice":             {func(d *desk) { all(d); d.press("boarding.done", "", nil) }, "boarding.done", nil, "完了のお知らせを送っているところです"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			x.to(d)
			before, n := string(d.state), len(d.effects)
			out := d.press(x.action, "", x.values)
			if len(d.effects) != n+1 || d.effects[n].Kind != bot.EffectEphemeral || !strings.Contains(string(d.effects[n].Body), x.want) {
				t.Errorf("effects %v, want a refusal with %q", out.Effects, x.want)
			}
			if string(d.state) != before || len(out.Timers) > 0 || len(out.Events) > 0 {
				t.Errorf("it changed something: %+v", out)
			}
		})
	}
}

// What people say of a check is told in the thread with their name; a completion that nobody can be shown to have read is told to staff.
func TestWordsOfAChecklist(t *testing.T) {
	d := newDesk(t)
	d.begin()
	d.press("boarding.doubt", "", map[string]string{"reason": "宛先が違う"})
	d.press("boarding.look", "", nil)
	d.press("boarding.tick", "", nil)
	d.press("boarding.attest", "", map[string]string{"reason": "画面で確認"})
	d.press("boarding.mail", "", nil)
	d.end(bot.EffectMail, "窓口", bot.EffectResult{At: d.now})
	d.end(bot.EffectMail, "控え", bot.EffectResult{At: d.now})
	d.press("boarding.done", "", map[string]string{"note": "ありがとうございました"})
	d.end(bot.EffectUpdate, "onboarding_done", bot.EffectResult{RemoteID: "9", At: d.now, Why: "user 7 is gone"})
	for _, want := range []string{
		"⚠ 送った: 宛先が違う(佐藤)", "佐藤 が Toban に確認し直すよう頼みました", "☑ 送った(佐藤)", "☑ 引き受けた(佐藤 が確認済みとしました: 画面で確認)", "佐藤 がテストメール(2件)を始めました",
		"✅ 送った(Toban が", "チェックリストがすべて終わりました", "お客様が受け取ったことを確認できませんでした: user 7 is gone",
	} {
		if len(d.of(bot.EffectPost, want)) != 1 {
			t.Errorf("staff did not hear %q once", want)
		}
	}
	if list := d.of(bot.EffectUpdate, "onboarding_done"); len(list) != 1 || !strings.Contains(string(list[0].Body), "ありがとうございました") || !strings.Contains(string(list[0].Body), `"verify":true`) {
		t.Errorf("the customer read %v", list)
	}
	if n := len(slices.DeleteFunc(slices.Clone(d.events), func(e bot.Event) bool { return e.Kind != bot.EventWorkDone })); n != 1 {
		t.Errorf("%d ends", n)
	}
}
