package boarding

import (
	"fmt"
	"slices"
	"strings"

	"toban/bot"
	"toban/bot/voice"
	"toban/playbook"
)

func (d *decision) staffAction() error {
	var a bot.StaffAction
	if err := d.in.Event.Decode(&a); err != nil || !strings.HasPrefix(a.Action, Name+".") {
		return err
	}
	p, ok := d.in.Dir.Person(a.Person)
	switch {
	case !ok:
		d.v.Refuse(a, voice.Unregistered)
		return nil
	case d.t.Status.Ended():
		d.v.Refuse(a, "このチケットは終了しています。続ける場合は先に「再開」を押してください。")
		return nil
	case d.s.Run == nil:
		d.v.Refuse(a, "チェックリストがまだありません。課題が登録されるまで少し待ってから、もう一度押してください。")
		return nil
	}
	switch a.Action {
	case actionTick, actionDoubt, actionAttest:
		return d.pressCheck(a, p)
	case actionLook:
		if !d.runs() {
			d.v.Refuse(a, "確認を待っている項目はありません。カードの最新の表示をご確認ください。")
			return nil
		}
		d.look(true)
		d.v.Tell(p.Name + " が Toban に確認し直すよう頼みました。結果はカードに出ます。")
	case actionMail:
		return d.pressTest(a, p, bot.LookMail)
	case actionPhone:
		return d.pressTest(a, p, bot.LookPhone)
	case actionAbort:
		return d.pressAbort(a, p)
	case actionAgain:
		return d.pressAgain(a, p)
	case actionDone:
		return d.pressDone(a, p)
	}
	return nil
}

// runValue names the check at hand, so that two people who press at once tick it off once.
func (d *decision) runValue() string { return fmt.Sprintf("%d/%d", d.s.Rounds, len(d.s.Run.Log)) }

// pressCheck takes what a person says of the check at hand. What Toban can look at itself needs a reason to be taken from a person.
func (d *decision) pressCheck(a bot.StaffAction, p bot.Person) error {
	s, c, ok := d.s.Run.At()
	note := strings.TrimSpace(a.Values["reason"])
	switch {
	case !ok:
		d.v.Refuse(a, "確認を待っている項目はありません。カードの最新の表示をご確認ください。")
		return nil
	case a.Value != "" && a.Value != d.runValue():
		d.v.Refuse(a, "この確認はもう済んでいます。カードの最新の項目を確認してください。")
		return nil
	case a.Action == actionTick && c.Look != "":
		d.v.Refuse(a, "Toban が確認する項目です。「確認し直す」か、理由を書いて「確認済みとする」を押してください。")
		return nil
	case a.Action != actionTick && note == "":
		d.v.Refuse(a, "理由を入力してください。")
		return nil
	}
	e := playbook.Event{Kind: playbook.Tick, Step: s.ID, Check: c.ID, Result: playbook.Pass, By: p.Name, At: d.at(), Note: note}
	if a.Action == actionDoubt {
		e.Result = playbook.Unknown
	}
	if err := d.step(e); err != nil {
		return err
	}
	switch a.Action {
	case actionDoubt:
		d.v.Tell("⚠ "+c.Text+": "+note+"("+p.Name+")。解決したら、もう一度確認してください。", d.v.Mention()...)
	case actionAttest:
		d.v.Tell("☑ " + c.Text + "(" + p.Name + " が確認済みとしました: " + note + ")")
	default:
		d.v.Tell("☑ " + c.Text + "(" + p.Name + ")")
	}
	return d.advance()
}

// pressTest sends a mail to, or rings, each contact that has not taken one. It says to each that it is a test.
func (d *decision) pressTest(a bot.StaffAction, p bot.Person, what string) error {
	switch f := d.contact(what); {
	case !d.runs():
		d.v.Refuse(a, "確認を待っている項目はありません。カードの最新の表示をご確認ください。")
		return nil
	case f.Result == bot.LookNothing:
		d.v.Refuse(a, strings.Join(f.Lines, "、")+"。")
		return nil
	case f.Result == bot.LookPass:
		d.v.Refuse(a, "すべての連絡先で済んでいます。")
		return nil
	case slices.ContainsFunc(d.tests(what), func(t Test) bool { return t.State == bot.LookUnknown }):
		d.v.Refuse(a, "前のテストの結果を待っています。")
		return nil
	}
	d.s.Tries++
	d.dirty = true
	n := 0
	for _, name := range d.list(what) {
		i := slices.IndexFunc(d.s.Tests, func(t Test) bool { return t.Kind == what && t.Name == name })
		if i >= 0 && d.s.Tests[i].State == bot.LookPass {
			continue
		}
		t := Test{Kind: what, Name: name, Key: d.key(fmt.Sprintf("%s:%d:%s", what, d.s.Tries, name)), Asked: d.at(), By: p.Name, State: bot.LookUnknown}
		if err := d.send(t); err != nil {
			return err
		}
		n++
		d.s.Tests = append(slices.DeleteFunc(slices.Clone(d.s.Tests), func(o Test) bool { return o.Kind == what && o.Name == name }), t)
	}
	d.v.Reason(fmt.Sprintf("tests %d contacts by %s", n, what), p.Name+" pressed the button")
	d.v.Tell(fmt.Sprintf("%s が%s(%d件)を始めました。結果はカードに出ます。", p.Name, lookNames[what], n))
	return d.found(what, d.contact(what))
}

func (d *decision) send(t Test) error {
	c := d.v.Customer
	data := map[string]any{"customer": c.Name, "key": d.t.Key, "requester": strings.TrimSuffix(t.Name, "様")}
	message := map[string]string{bot.LookMail: "test_mail", bot.LookPhone: "test_call"}[t.Kind]
	text, err := c.Messages.Render(message, data)
	if err != nil {
		return fmt.Errorf("writing %s of %s: %w", message, d.t.Key, err)
	}
	subject, agreed := "【テスト】連絡先の確認 ["+d.t.Key+"]", "確認しました"
	if c.Lang == "en" {
		subject, agreed = "[TEST] Checking your contact address ["+d.t.Key+"]", "heard"
	}
	e := bot.MakeEffect(bot.EffectMail, bot.Notice, t.Key, d.t, bot.Mail{To: bot.ContactRef(t.Name), Subject: subject, Text: text})
	if t.Kind == bot.LookPhone {
		e = bot.MakeEffect(bot.EffectCall, bot.Notice, t.Key, d.t, bot.Call{To: bot.ContactRef(t.Name), Text: text, Keys: map[string]string{voice.Acknowledge: agreed}})
	}
	e.Report = true
	d.out.Effects = append(d.out.Effects, e)
	return nil
}

// pressAbort stops the checklist. The customer hears of it.
func (d *decision) pressAbort(a bot.StaffAction, p bot.Person) error {
	note := strings.TrimSpace(a.Values["reason"])
	switch {
	case !d.runs():
		d.v.Refuse(a, "中断できる手順はありません。")
		return nil
	case note == "":
		d.v.Refuse(a, "中断の理由を入力してください。")
		return nil
	}
	if err := d.step(playbook.Event{Kind: playbook.Abort, By: p.Name, At: d.at(), Note: note}); err != nil {
		return err
	}
	d.v.Cancel(ruleLook)
	d.v.Tell(p.Name+" が手続きを中断しました("+note+")。続けるときは「最初から始める」、取りやめるときは「取り下げ」を押してください。", d.v.Mention()...)
	return d.v.Say(d.key(fmt.Sprintf("aborted:%d", d.s.Rounds)), "work_aborted", map[string]any{"work": title(d.v.Customer, d.t.Boarding), "reason": note}, voice.Options{Report: true})
}

func (d *decision) pressAgain(a bot.StaffAction, p bot.Person) error {
	if d.s.Run.State != playbook.Stopped {
		d.v.Refuse(a, "中断した手続きがありません。")
		return nil
	}
	return d.begin(p.Name)
}

// pressDone tells the customer that everything is done. The ticket is done once that is out.
func (d *decision) pressDone(a bot.StaffAction, p bot.Person) error {
	switch {
	case d.s.Run.State != playbook.Done:
		d.v.Refuse(a, "チェックリストがまだ終わっていません。")
		return nil
	case d.s.DoneKey != "":
		d.v.Refuse(a, "完了のお知らせを送っているところです。")
		return nil
	}
	d.s.DoneTry++
	d.s.DoneKey, d.s.DoneBy, d.dirty = d.key(fmt.Sprintf("done:%d", d.s.DoneTry)), p.Name, true
	c := d.v.Customer
	message, data := "onboarding_done", map[string]any{"date": dayText(c.Start, c)}
	if d.t.Boarding == bot.Offboarding {
		message = "offboarding_done"
		data = map[string]any{"date": dayText(c.End, c), "export": c.AtEnd == "export", "delete": c.AtEnd == "delete"}
	}
	if note := strings.TrimSpace(a.Values["note"]); note != "" {
		data["note"] = voice.Below(note)
	}
	o := voice.Options{Verify: true, Report: true}
	if d.t.StatusID != bot.StatusResolved && d.t.StatusID != bot.StatusClosed {
		o.Update.StatusID = bot.StatusResolved
	}
	d.v.Reason("ended the checklist", p.Name+" pressed the button")
	return d.v.Say(d.s.DoneKey, message, data, o)
}

// told: the customer has read that it is done, or could not be told.
func (d *decision) told(r bot.EffectResult, dead bool) {
	d.dirty = true
	if dead {
		d.s.DoneKey = ""
		d.v.Tell("完了のお知らせを送れませんでした: "+r.Why+"。カードの「完了を知らせる」からもう一度送れます。", d.v.Mention()...)
		d.v.Reason("gave up the completion notice", r.Why)
		return
	}
	if !d.s.Told.IsZero() {
		return
	}
	d.s.Told = r.At
	if !r.Verified || len(r.Notified) == 0 {
		d.v.Tell("完了のお知らせをお客様が受け取ったことを確認できませんでした: "+r.Why, d.v.Mention()...)
	}
	if d.t.Status.Ended() {
		return
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkDone, d.t.ID, r.At, bot.WorkNews{By: d.s.DoneBy, Ref: "comment:" + r.RemoteID, Reason: "the completion notice went out"}))
}
