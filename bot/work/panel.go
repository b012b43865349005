package work

import (
	"cmp"
	"strings"
	"time"

	"toban/bot"
	"toban/playbook"
)

var stageNames = map[Stage]string{
	Proposed: "作業計画(承認・同意待ち)", Planned: "作業予定(開始連絡待ち)", Noticed: "作業予定(開始連絡済み)", Stopped: "作業中止(日程調整中)", Working: "作業中",
	Finished: "作業完了(お知らせの送信待ち)", Done: "作業完了", Cancelled: "作業取りやめ",
}

// panel is work's part of the card.
func (d *decision) panel() bot.Panel {
	p := bot.Panel{State: stageNames[d.o.Stage]}
	if d.o.Stage != None {
		p.Fields = []bot.Field{
			{Label: "作業", Value: d.o.What},
			{Label: "作業予定", Value: d.v.Short(d.o.Start) + " 〜 " + d.v.Short(d.o.End)},
		}
		if !d.o.Began.IsZero() {
			p.Fields = append(p.Fields, bot.Field{Label: "開始", Value: d.v.Short(d.o.Began)})
		}
		if !d.o.Finished.IsZero() {
			p.Fields = append(p.Fields, bot.Field{Label: "終了", Value: d.v.Short(d.o.Finished)})
		}
		if x := d.o.Sooner; x != nil && d.o.Early && d.o.ahead() {
			p.Fields = append(p.Fields, bot.Field{Label: "早い開始への同意", Value: x.By + "(" + d.v.Short(x.At) + ")"})
		}
		if d.o.Stage == Planned {
			p.Fields = append(p.Fields, bot.Field{Label: "開始連絡", Value: d.v.Short(d.o.NoticeDue)})
		}
	}
	if w := d.o.Wanted; w != nil {
		p.Tone = bot.ToneWarn
		p.Notes = append(p.Notes, "まだ予定していません("+d.v.Short(w.Start)+" 〜 "+d.v.Short(w.End)+"): "+strings.Join(w.Conflicts, "。"))
	}
	if len(d.o.Clashes) > 0 && d.o.ahead() {
		p.Tone = bot.ToneWarn
		p.Notes = append(p.Notes, "予定したあとに見つかった問題: "+strings.Join(d.o.Clashes, "。"))
	}
	if d.o.Problem != "" {
		p.Notes = append(p.Notes, d.o.Problem)
		p.Tone = bot.ToneAlarm
	}
	switch d.o.Stage {
	case Stopped:
		p.Tone = bot.ToneAlarm
	case Noticed:
		if d.o.Asked >= askedAgain {
			p.Tone = bot.ToneWarn
		}
	case Working:
		if d.o.Overrun > 0 {
			p.Tone, p.Notes = bot.ToneWarn, append(p.Notes, "終了予定を過ぎています。")
			if !d.o.WordDue.IsZero() {
				p.Fields = append(p.Fields, bot.Field{Label: "次のお知らせの約束", Value: d.v.Short(d.o.WordDue)})
			}
		}
	case Done:
		p.Tone = bot.ToneDone
	case None, Proposed, Planned, Finished, Cancelled:
	}
	if d.consents() && d.o.ahead() {
		p.Fields = append(p.Fields, d.planFields()...)
	}
	if d.o.Run != nil && (d.o.Stage == Working || d.o.Stage == Finished) {
		p.Fields = append(p.Fields, d.runFields()...)
	} else if d.o.Book != nil && d.o.ahead() {
		p.Fields = append(p.Fields, bot.Field{Label: "手順書", Value: d.o.Book.Title})
	}
	p.Notes = append(p.Notes, d.o.Verdicts.Notes(d.said)...)
	p.Buttons = d.buttons()
	for i, b := range p.Buttons {
		p.Buttons[i].Rank, p.Buttons[i].Help = d.rank(b.Action), helps[b.Action]
	}
	p.Buttons = append(p.Buttons, d.o.Verdicts.Buttons(Name, d.said)...)
	return p
}

func (d *decision) buttons() []bot.Button {
	running := d.o.Stage == Working || d.o.Stage == Finished
	if !running && (d.t.Status.Ended() || d.t.Status == bot.StatusUnclear) {
		return nil
	}
	if w := d.o.Wanted; w != nil && !running {
		return append([]bot.Button{{
			Action: actionGoOn, Label: "承知のうえで予定する", Style: "danger", Value: w.Start.Format(time.RFC3339) + "/" + w.End.Format(time.RFC3339),
			Confirm: clip("次の問題を承知のうえで予定しますか? "+strings.Join(w.Conflicts, "。"), 280),
		}}, d.stageButtons()...)
	}
	return d.stageButtons()
}

func (d *decision) stageButtons() []bot.Button {
	switch d.o.Stage {
	case Working:
		extend := bot.Button{Action: actionExtend, Label: "延長", Form: d.extendForm()}
		if run := d.running(); run != nil {
			return append(d.runButtons(run), extend)
		}
		if d.o.aborted() {
			return []bot.Button{
				{Action: actionEnd, Label: "作業を終える(依頼は続ける)", Style: "primary", Form: d.endForm()},
				{Action: actionDone, Label: "完了として知らせる", Form: d.doneForm()},
				extend,
			}
		}
		return []bot.Button{
			{Action: actionDone, Label: "作業完了", Style: "primary", Form: d.doneForm()}, extend,
		}
	case Finished:
		if d.o.DoneDead {
			return []bot.Button{{Action: actionDone, Label: "完了を知らせ直す", Style: "primary", Form: d.doneForm()}}
		}
		return nil
	case Proposed, Planned, Noticed, Stopped:
		out := []bot.Button{{Action: actionSchedule, Label: "日程を変更", Form: d.form()}}
		switch d.o.Stage {
		case Proposed:
			out = append(d.consentButtons(), out...)
		case Planned, Noticed:
			out = append([]bot.Button{d.startButton()}, out...)
		case None, Stopped, Working, Finished, Done, Cancelled:
		}
		return append(out, bot.Button{Action: actionCancel, Label: "作業を取りやめる", Style: "danger", Confirm: "予定作業を取りやめますか? お知らせ済みの場合はお客様にお伝えします。"})
	case None, Done, Cancelled:
	}
	if d.t.Boarding != "" {
		return nil // its checklist is what is to be done
	}
	return []bot.Button{{Action: actionSchedule, Label: "作業の日程を決める", Form: d.form()}}
}

func (d *decision) form() *bot.Form {
	start, end := d.o.Start, d.o.End
	if !d.o.ahead() || !start.After(d.in.Now) {
		start = d.in.Now.Add(time.Hour).Truncate(halfHour).Add(halfHour)
		end = start.Add(d.v.Customer.Timing.WorkLength)
	}
	intro := "開始の" + bot.Lasting(d.v.Customer.Timing.StartNotice) + "前に、お客様へ開始連絡を送ります。届いたことを確認できるまで開始できません。"
	if !d.needsNotice() {
		intro = "障害対応の作業のため、開始連絡は送りません。"
	}
	f := &bot.Form{
		Title: "作業の日程", Submit: "決める", Intro: intro,
		Inputs: []bot.Input{
			{ID: "start", Label: "開始", Type: bot.InputDateTime, Future: true, Initial: start.Format(time.RFC3339)},
			{ID: "end", Label: "終了予定", Type: bot.InputDateTime, Optional: true, After: "start", Initial: end.Format(time.RFC3339)},
			{ID: "what", Label: "作業内容", Type: bot.InputText, Max: 150, Initial: d.what("")},
		},
	}
	unless := "" // with a playbook the plan's own words may be left to it
	if in, ok := d.bookInput(); ok {
		f.Inputs[1].Hint = "空欄なら、選んだ手順書の目安、なければ" + bot.Lasting(d.v.Customer.Timing.WorkLength) + "後です。"
		f.Inputs, unless = append(f.Inputs, in), in.ID
	}
	if said := d.o.Heard; said != nil && d.needsNotice() && !d.t.Change.NeedsPlan() {
		const most = 70
		f.Inputs = append(f.Inputs, bot.Input{
			ID: "sooner", Label: "早い開始への同意", Type: bot.InputSelect, Optional: true,
			Hint:    "開始が" + bot.Lasting(d.v.Customer.Timing.StartNotice) + "以内のときだけ使います。お客様がこのコメントで早い開始に同意されている場合に選んでください。記録に残ります。",
			Options: []bot.Option{{Value: said.Ref, Label: clip(said.Who+" "+d.v.Short(said.At)+": "+said.Text, most)}},
		})
	}
	if d.t.Change.NeedsPlan() && d.needsNotice() {
		f.Intro = "承認が必要な変更です。作成者以外の承認と、お客様の同意がそろうと予定が確定します。計画を変えると、どちらもやり直しになります。"
		f.Inputs = append(f.Inputs,
			bot.Input{ID: "effect", Label: "影響(お客様に伝わります)", Initial: d.o.Effect, Hint: "例: web01 が約5分停止します。"},
			bot.Input{ID: "checks", Label: "確認の方法(お客様に伝わります)", Initial: d.o.Checks},
			bot.Input{ID: "rollback", Label: "切り戻しの方法(お客様に伝わります)", Initial: d.o.Rollback},
		)
		for i := range f.Inputs[len(f.Inputs)-3:] {
			in := &f.Inputs[len(f.Inputs)-3+i]
			if in.Type, in.Max, in.Initial = bot.InputArea, longestPaper, clip(in.Initial, longestPaper); unless != "" {
				in.Optional, in.Unless = true, unless
				in.Hint += "手順書を選んだ場合は、空欄なら手順書の内容になります。"
			}
		}
	}
	return f
}

// endForm asks what to tell the customer of work that was broken off.
func (d *decision) endForm() *bot.Form {
	done, _ := d.evidence()
	return &bot.Form{
		Title: "作業を終える", Submit: "お客様に知らせる", Says: true, Intro: "作業は終わりますが、ご依頼は続きます。お客様に次の内容をお知らせします。あとで「日程を変更」から決め直せます。",
		Inputs: []bot.Input{{ID: "done", Label: "実施したこと", Type: bot.InputArea, Max: longestDone, Initial: clip(done, longestDone)}},
	}
}

// bookInput offers the playbooks that fit the ticket; ok is false when there are none.
func (d *decision) bookInput() (bot.Input, bool) {
	in := bot.Input{ID: "playbook", Label: "手順書", Type: bot.InputSelect, Optional: true, Hint: "選ぶと、手順と確認をカードで1つずつ記録できます。"}
	for _, b := range d.books {
		if b.Serves(d.t.Type) {
			in.Options = append(in.Options, bot.Option{Value: b.ID, Label: title(b)})
		}
	}
	if d.o.ahead() {
		in.Initial = d.o.bookID()
	}
	return in, len(in.Options) > 0
}

// title is a playbook as staff choose it: with how long it takes as a rule, where that is known.
func title(b playbook.Playbook) string {
	if b.Length == 0 {
		return b.Title
	}
	return b.Title + "(目安 " + bot.Lasting(b.Length) + ")"
}

// startButton starts the work; of what can't be taken back the starter types the name of what it is done to.
func (d *decision) startButton() bot.Button {
	b := bot.Button{Action: actionStart, Label: "作業開始", Style: "primary"}
	if len(d.o.Clashes) > 0 {
		b.Confirm = clip("次の問題を承知のうえで開始しますか? "+strings.Join(d.o.Clashes, "。"), 280)
	}
	if d.consents() && d.o.Change == bot.ChangeIrreversible {
		b.Form = &bot.Form{
			Title: "元に戻せない作業の開始", Submit: "開始する", Intro: "この作業は元に戻せません。対象の名前を入力すると開始します: " + cmp.Or(d.t.Host, d.t.Key),
			Inputs: []bot.Input{{ID: "host", Label: "対象の名前", Type: bot.InputText, Max: 200}},
		}
	}
	return b
}

// consentButtons lead a recorded plan to its approval and agreement.
func (d *decision) consentButtons() []bot.Button {
	if d.o.Approval == nil {
		return []bot.Button{
			{Action: actionApprove, Label: "計画を承認", Style: "primary", Value: d.number(), Roles: approverRoles(), Confirm: "計画 " + d.number() + " を承認し、お客様に同意をお願いしますか?"},
			{Action: actionReject, Label: "差し戻す", Roles: approverRoles(), Form: &bot.Form{
				Title: "計画の差し戻し", Submit: "差し戻す", Inputs: []bot.Input{{ID: "reason", Label: "理由", Type: bot.InputText, Max: 200}},
			}},
		}
	}
	var out []bot.Button
	if d.o.Said != nil {
		out = append(out, bot.Button{Action: actionAgreed, Label: "同意として記録", Style: "primary", Value: d.o.Said.Ref, Confirm: clip("次のコメントを同意として記録しますか? "+d.o.Said.Who+": "+d.o.Said.Text, 280)})
	}
	return append(out, bot.Button{Action: actionAskAgain, Label: "同意をもう一度お願いする", Confirm: "お客様に計画への同意をもう一度お願いしますか?"})
}

// planFields show the plan with where its consents stand.
func (d *decision) planFields() []bot.Field {
	who := func(c *Consent, none string) string {
		if c == nil {
			return none
		}
		name := c.By
		if p, ok := d.in.Dir.Person(c.By); ok {
			name = p.Name
		}
		return name + "(" + d.v.Short(c.At) + "、" + d.v.Short(d.expiry(c.At)) + " まで有効)"
	}
	kind := "承認が必要な変更"
	if d.o.Change == bot.ChangeIrreversible {
		kind = "元に戻せない変更"
	}
	agreement := "承認のあとにお願いします"
	if d.o.Approval != nil {
		agreement = "お客様の返信待ち"
	}
	return []bot.Field{
		{Label: "計画", Value: d.number() + "(" + kind + ")"},
		{Label: "影響", Value: d.o.Effect},
		{Label: "確認", Value: d.o.Checks},
		{Label: "切り戻し", Value: d.o.Rollback},
		{Label: "承認", Value: who(d.o.Approval, "待っています")},
		{Label: "お客様の同意", Value: who(d.o.Agreement, agreement)},
	}
}

const longestDone = 2500 // characters of what a completion tells

const halfHour = 30 * time.Minute // suggested starts are whole half hours

func (d *decision) extendForm() *bot.Form {
	end := d.o.End
	if end.Before(d.in.Now) {
		end = minute(d.in.Now)
	}
	return &bot.Form{Title: "終了予定の延長", Submit: "お客様に知らせる", Says: true, Inputs: []bot.Input{
		{ID: "end", Label: "新しい終了予定", Type: bot.InputDateTime, Future: true, Later: d.o.End.Format(time.RFC3339), Initial: end.Add(halfHour).Format(time.RFC3339)},
		{ID: "reason", Label: "理由", Type: bot.InputText, Max: 200, Optional: true},
	}}
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func (d *decision) doneForm() *bot.Form {
	done, result := d.evidence()
	return &bot.Form{
		Title: "作業完了", Submit: "お客様に知らせる", Says: true, Intro: "お客様への完了のお知らせに載ります。",
		Inputs: []bot.Input{
			{ID: "done", Label: "実施したこと", Type: bot.InputArea, Max: longestDone, Initial: clip(done, longestDone)},
			{ID: "result", Label: "確認した結果", Type: bot.InputArea, Max: longestDone, Optional: true, Initial: clip(result, longestDone)},
			bot.ResourceInput(),
		},
	}
}
