package work

import (
	"time"

	"toban/bot"
)

var stageNames = map[Stage]string{
	Planned: "作業予定(開始連絡待ち)", Noticed: "作業予定(開始連絡済み)", Stopped: "作業中止(開始連絡を確認できず)", Working: "作業中",
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
		if d.o.Stage == Planned {
			p.Fields = append(p.Fields, bot.Field{Label: "開始連絡", Value: d.v.Short(d.o.NoticeDue)})
		}
	}
	if d.o.Problem != "" {
		p.Notes = []string{d.o.Problem}
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
		}
	case Done:
		p.Tone = bot.ToneDone
	case None, Planned, Finished, Cancelled:
	}
	p.Buttons = d.buttons()
	return p
}

func (d *decision) buttons() []bot.Button {
	running := d.o.Stage == Working || d.o.Stage == Finished
	if !running && (d.t.Status.Ended() || d.t.Status == bot.StatusUnclear) {
		return nil
	}
	switch d.o.Stage {
	case Working:
		return []bot.Button{
			{Action: actionDone, Label: "作業完了", Style: "primary", Form: doneForm()},
			{Action: actionExtend, Label: "延長", Form: d.extendForm()},
		}
	case Finished:
		if d.o.DoneDead {
			return []bot.Button{{Action: actionDone, Label: "完了を知らせ直す", Style: "primary", Form: doneForm()}}
		}
		return nil
	case Planned, Noticed, Stopped:
		out := []bot.Button{{Action: actionSchedule, Label: "日程を変更", Form: d.form()}}
		if d.o.Stage != Stopped {
			out = append([]bot.Button{{Action: actionStart, Label: "作業開始", Style: "primary"}}, out...)
		}
		return append(out, bot.Button{Action: actionCancel, Label: "作業を取りやめる", Style: "danger", Confirm: "予定作業を取りやめますか? お知らせ済みの場合はお客様にお伝えします。"})
	case None, Done, Cancelled:
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
	return &bot.Form{
		Title: "作業の日程", Submit: "決める", Intro: intro,
		Inputs: []bot.Input{
			{ID: "start", Label: "開始", Type: bot.InputDateTime, Future: true, Initial: start.Format(time.RFC3339)},
			{ID: "end", Label: "終了予定", Type: bot.InputDateTime, Optional: true, After: "start", Initial: end.Format(time.RFC3339)},
			{ID: "what", Label: "作業内容", Type: bot.InputText, Max: 150, Initial: d.what("")},
		},
	}
}

const halfHour = 30 * time.Minute // suggested starts are whole half hours

func (d *decision) extendForm() *bot.Form {
	end := d.o.End
	if end.Before(d.in.Now) {
		end = minute(d.in.Now)
	}
	return &bot.Form{Title: "終了予定の延長", Submit: "知らせる", Inputs: []bot.Input{
		{ID: "end", Label: "新しい終了予定", Type: bot.InputDateTime, Future: true, Initial: end.Add(halfHour).Format(time.RFC3339)},
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

func doneForm() *bot.Form {
	return &bot.Form{
		Title: "作業完了", Submit: "知らせる", Intro: "お客様への完了のお知らせに載ります。",
		Inputs: []bot.Input{
			{ID: "done", Label: "実施したこと", Type: bot.InputArea, Max: 2000},
			{ID: "result", Label: "確認した結果", Type: bot.InputArea, Max: 2000, Optional: true},
		},
	}
}
