package boarding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"toban/bot"
	"toban/playbook"
)

var runNames = map[playbook.State]string{
	playbook.Running: "確認中", playbook.Asking: "確認中(問題あり)", playbook.Stopped: "中断", playbook.Done: "すべて確認済み",
}

var resultMarks = map[bot.LookResult]string{bot.LookPass: "✅", bot.LookFail: "❌", bot.LookNothing: "➖ 対象なし", bot.LookUnknown: "❔"}

// panel is the checklist's part of the card: the check at hand, and what Toban found so far.
func (d *decision) panel() bot.Panel {
	run := d.s.Run
	p := bot.Panel{State: names[d.t.Boarding]}
	if run == nil {
		return p
	}
	done, all := 0, 0
	for i, s := range run.Playbook.Steps {
		all += len(s.Checks)
		switch {
		case i < run.Step || run.State == playbook.Done:
			done += len(s.Checks)
		case i == run.Step:
			done += run.Check
		}
	}
	p.State += "(" + cmp.Or(runNames[run.State], string(run.State)) + fmt.Sprintf(" %d/%d)", done, all)
	field := func(label, value string) { p.Fields = append(p.Fields, bot.Field{Label: label, Value: value}) }
	s, c, at := run.At()
	if at {
		field(fmt.Sprintf("手順 %d/%d", run.Step+1, len(run.Playbook.Steps)), s.Title+"\n"+s.Do)
		next := c.Text
		if c.Look != "" {
			next += "\n" + d.fact(c.Look)
		}
		field("次の確認", next)
		if len(s.Abort) > 0 {
			field("中断の基準", strings.Join(s.Abort, "、"))
		}
	}
	if run.Why != "" {
		p.Tone, p.Notes = bot.ToneWarn, append(p.Notes, run.Why)
	}
	for _, what := range d.wanted(false) {
		if f, ok := d.s.Facts[what]; ok && !(at && c.Look == what) {
			field(cmp.Or(lookNames[what], what), d.fact(what))
			if f.Result == bot.LookFail && p.Tone == bot.ToneCalm && !d.t.Status.Ended() {
				p.Tone = bot.ToneWarn
			}
		}
	}
	if !d.s.Told.IsZero() {
		field("お客様への完了のお知らせ", d.v.Short(d.s.Told))
		p.Tone = bot.ToneDone
	}
	p.Buttons = d.buttons()
	return p
}

// fact is what was found, with its instant.
func (d *decision) fact(what string) string {
	f, ok := d.s.Facts[what]
	if !ok {
		return "Toban が確認しています。"
	}
	head := resultMarks[f.Result] + " " + d.v.Short(f.At)
	const most = 5
	list := f.Lines
	if len(list) > most {
		list = append(append([]string{}, list[:most]...), fmt.Sprintf("ほか%d件", len(f.Lines)-most))
	}
	if len(list) > 0 {
		head += "\n" + strings.Join(list, "\n")
	}
	return head
}

func (d *decision) buttons() []bot.Button {
	run := d.s.Run
	switch {
	case d.t.Status.Ended():
		return nil
	case run.State == playbook.Stopped:
		return []bot.Button{{Action: actionAgain, Label: "最初から始める", Confirm: "チェックリストを最初から始めますか?"}}
	case run.State == playbook.Done && d.s.DoneKey == "":
		return []bot.Button{{Action: actionDone, Label: "完了を知らせる", Style: "primary", Form: &bot.Form{
			Title: names[d.t.Boarding], Submit: "お客様に知らせる", Says: true, Intro: "お客様に、手続きがすべて終わったことをお知らせします。",
			Inputs: []bot.Input{{ID: "note", Label: "添える言葉(お客様に伝わります)", Type: bot.InputArea, Max: 1000, Optional: true}},
		}}}
	}
	_, c, ok := run.At()
	if !ok {
		return nil
	}
	reason := func(title, label string) *bot.Form {
		return &bot.Form{Title: title, Submit: "記録する", Inputs: []bot.Input{{ID: "reason", Label: label, Type: bot.InputText, Max: 200}}}
	}
	var out []bot.Button
	value := d.runValue()
	if c.Look == "" {
		out = append(out, bot.Button{Action: actionTick, Label: clip("確認した: "+c.Text, 70), Style: "primary", Value: value})
	} else {
		out = append(out, bot.Button{Action: actionAttest, Label: "確認済みとする(理由)", Value: value, Form: reason("確認済みとする", "Toban が確認できないときに、人が確認した方法")})
	}
	for _, what := range []string{bot.LookMail, bot.LookPhone} {
		if f, ok := d.s.Facts[what]; ok && f.Result != bot.LookPass && f.Result != bot.LookNothing && slices.Contains(d.wanted(true), what) {
			if what == bot.LookMail {
				out = append(out, bot.Button{Action: actionMail, Label: "テストメールを送る", Confirm: "まだ届いていない連絡先に、テストメールを送りますか?"})
			} else {
				out = append(out, bot.Button{Action: actionPhone, Label: "テスト電話をかける", Confirm: "まだ応答のない連絡先に、テストの電話をかけますか?"})
			}
		}
	}
	return append(out,
		bot.Button{Action: actionLook, Label: "Toban が確認し直す"},
		bot.Button{Action: actionDoubt, Label: "問題あり", Value: value, Form: reason("問題あり", "状況")},
		bot.Button{Action: actionAbort, Label: "中断する", Style: "danger", Form: reason("手続きの中断", "理由(お客様に伝わります)")})
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
