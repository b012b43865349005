package work

import (
	"time"

	"toban/bot"
)

var stageNames = map[Stage]string{
	Planned: "作業予定(開始連絡待ち)", Noticed: "作業予定(開始連絡済み)", Stopped: "作業中止(開始連絡を確認できず)", Working: "作業中", Done: "作業完了", Cancelled: "作業取りやめ",
}

// panel is work's part of the card.
func (d *decision) panel() bot.Panel {
	p := bot.Panel{State: stageNames[d.o.Stage]}
	if d.o.Stage != None {
		p.Fields = []bot.Field{
			{Label: "作業", Value: d.o.What},
			{Label: "作業予定", Value: d.v.Short(d.o.Start) + " 〜 " + d.v.Short(d.o.End)},
		}
		if d.o.Stage == Planned {
			p.Fields = append(p.Fields, bot.Field{Label: "開始連絡", Value: d.v.Short(d.o.NoticeDue)})
		}
	}
	if d.o.Problem != "" {
		p.Notes = []string{d.o.Problem}
		p.Tone = bot.ToneAlarm
	}
	if d.o.Stage == Stopped {
		p.Tone = bot.ToneAlarm
	}
	p.Buttons = d.buttons()
	return p
}

func (d *decision) buttons() []bot.Button {
	if d.t.Status.Ended() || d.t.Status == bot.StatusUnclear {
		return nil
	}
	switch d.o.Stage {
	case Working:
		return []bot.Button{
			{Action: actionDone, Label: "作業完了", Style: "primary", Form: doneForm()},
			{Action: actionExtend, Label: "延長", Form: &bot.Form{Title: "終了予定の延長", Submit: "知らせる", Inputs: []bot.Input{
				{ID: "end", Label: "新しい終了予定", Type: bot.InputDateTime, Future: true, Initial: d.o.End.Add(time.Hour).Format(time.RFC3339)},
				{ID: "reason", Label: "理由", Type: bot.InputText, Max: 200, Optional: true},
			}}},
		}
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
	if !start.After(d.in.Now) {
		start = d.in.Now.Add(time.Hour).Truncate(30 * time.Minute).Add(30 * time.Minute)
		end = start.Add(d.v.Customer.Timing.WorkLength)
	}
	what := d.o.What
	if what == "" {
		what = clip(d.t.Summary, 150)
	}
	return &bot.Form{
		Title: "作業の日程", Submit: "決める",
		Intro: "開始の" + bot.Lasting(d.v.Customer.Timing.StartNotice) + "前に、お客様へ開始連絡を送ります。届いたことを確認できるまで開始できません。",
		Inputs: []bot.Input{
			{ID: "start", Label: "開始", Type: bot.InputDateTime, Future: true, Initial: start.Format(time.RFC3339)},
			{ID: "end", Label: "終了予定", Type: bot.InputDateTime, Optional: true, After: "start", Initial: end.Format(time.RFC3339)},
			{ID: "what", Label: "作業内容", Type: bot.InputText, Max: 150, Initial: what},
		},
	}
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
