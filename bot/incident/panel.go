package incident

import (
	"time"

	"toban/bot"
)

var impactNames = map[Impact]string{Undecided: "判断待ち", Checking: "影響確認中(影響ありとして対応)", Affected: "影響あり", NotAffected: "影響なし"}

// panel is the incident's part of the card.
func (d *decision) panel() bot.Panel {
	p := bot.Panel{State: "障害対応中", Tone: bot.ToneAlarm}
	switch {
	case d.r.Cancelled:
		p.State, p.Tone = "障害対応を終えました(取りやめ)", bot.ToneDone
	case !d.r.Recovered.IsZero():
		p.State, p.Tone = "復旧", bot.ToneDone
	case d.impact() == Undecided:
		p.State = "障害: 影響の判断をお願いします"
	}
	p.Fields = append(p.Fields,
		bot.Field{Label: "検知", Value: d.v.Short(d.r.Detected)},
		bot.Field{Label: "影響", Value: impactNames[d.impact()]})
	if len(d.r.Updates) > 0 {
		p.Fields = append(p.Fields, bot.Field{Label: "初報", Value: d.v.Short(d.r.Updates[0].At)})
	} else if ts := d.targets(d.impact()); len(ts) > 0 && d.r.Open {
		p.Fields = append(p.Fields, bot.Field{Label: "初報の期限", Value: d.v.Short(d.r.Detected.Add(ts[0].Duration))})
	}
	if due, ok := d.nextDue(); ok {
		p.Fields = append(p.Fields, bot.Field{Label: "次の経過報告の期限", Value: d.v.Short(due)})
	}
	if !d.r.Recovered.IsZero() {
		p.Fields = append(p.Fields, bot.Field{Label: "復旧", Value: d.v.Short(d.r.Recovered)})
	}
	if d.r.Open {
		p.Buttons = d.buttons()
	}
	return p
}

func (d *decision) buttons() []bot.Button {
	var out []bot.Button
	judge := []bot.Button{
		{Action: actionAffected, Label: "影響あり", Style: "danger"},
		{Action: actionNotAffected, Label: "影響なし"},
	}
	switch d.impact() {
	case Affected:
		out = append(out, judge[1])
	case NotAffected:
		out = append(out, judge[0])
	case Undecided, Checking:
		out = append(out, judge...)
	}
	out = append(out,
		bot.Button{Action: actionUpdate, Label: "経過報告", Style: "primary", Form: &bot.Form{
			Title: "経過報告", Submit: "送る", Intro: "お客様のチケットに書き込みます。",
			Inputs: []bot.Input{
				{ID: "state", Label: "現在の状況", Type: bot.InputArea, Max: 2000},
				{ID: "done", Label: "前回から行ったこと", Type: bot.InputArea, Max: 2000, Optional: true},
			},
		}},
		bot.Button{Action: actionNote, Label: "対応を記録", Form: &bot.Form{
			Title: "対応を記録", Submit: "記録する", Intro: "記録した内容は、次の経過報告でお客様に伝わることがあります。",
			Inputs: []bot.Input{{ID: "text", Label: "行ったこと・分かったこと", Type: bot.InputArea, Max: 1000}},
		}},
		bot.Button{Action: actionRecovered, Label: "復旧", Form: &bot.Form{
			Title: "復旧を知らせる", Submit: "知らせる",
			Inputs: []bot.Input{
				{ID: "happened", Label: "起きたこと", Type: bot.InputArea, Max: 2000},
				{ID: "done", Label: "行ったこと", Type: bot.InputArea, Max: 2000},
				{ID: "at", Label: "復旧した時刻", Type: bot.InputDateTime, Optional: true, Hint: "空なら今の時刻です。"},
			},
		}})
	for i := len(d.r.Updates) - 1; i >= 0; i-- {
		if u := d.r.Updates[i]; u.ByHand && !u.Rejected {
			if d.in.Now.Sub(u.At) < 2*time.Hour {
				out = append(out, bot.Button{Action: actionDiscount, Label: "経過報告に数えない"})
			}
			break
		}
	}
	return out
}
