package incident

import (
	"slices"
	"strings"

	"toban/bot"
)

var impactNames = map[Impact]string{Undecided: "判断待ち", Checking: "影響確認中(影響ありとして対応)", Affected: "影響あり", NotAffected: "影響なし"}

// panel is the incident's part of the card.
func (d *decision) panel() bot.Panel {
	p := bot.Panel{State: "障害対応中", Tone: bot.ToneAlarm}
	switch {
	case d.r.Adopted && d.r.Cancelled:
		p.State, p.Tone = "引き継いだ障害です。続いている場合は「障害を再開」を押してください。それまで経過報告は行いません", bot.ToneWarn
	case d.r.Cancelled:
		p.State, p.Tone = "障害対応を終えました(取りやめ)", bot.ToneOver
	case !d.r.Recovered.IsZero():
		p.State, p.Tone = "復旧", bot.ToneDone
	case d.impact() == Undecided:
		p.State = "障害: 影響の判断をお願いします"
	case d.impact() == NotAffected:
		p.Tone = bot.ToneWarn
	}
	p.Fields = append(p.Fields,
		bot.Field{Label: "検知", Value: d.v.Short(d.r.Detected)},
		bot.Field{Label: "影響", Value: impactNames[d.impact()]})
	if first := d.first(); !first.IsZero() {
		p.Fields = append(p.Fields, bot.Field{Label: "初報", Value: d.v.Short(first)})
	} else if d.r.Open {
		for _, t := range d.targets(d.impact()) {
			p.Fields = append(p.Fields, bot.Field{Label: t.Name + "の期限", Value: d.v.Short(d.due(t))})
		}
	}
	if due, ok := d.nextDue(); ok {
		p.Fields = append(p.Fields, bot.Field{Label: "次の経過報告の期限", Value: d.v.Short(due)})
	}
	if !d.r.Recovered.IsZero() {
		p.Fields = append(p.Fields, bot.Field{Label: "復旧", Value: d.v.Short(d.r.Recovered)})
	}
	p.Fields = append(p.Fields, d.callFields()...)
	switch {
	case d.r.NoticeDead && d.r.Open:
		p.Notes = append(p.Notes, "初報を送れていません。")
	case d.r.DoneDead:
		p.Notes, p.Tone = append(p.Notes, "復旧のお知らせを送れていません。"), bot.ToneAlarm
	case !d.r.Open && !d.r.Cancelled && d.r.Ended.IsZero():
		p.Notes = append(p.Notes, "復旧のお知らせを送っています。")
	}
	switch {
	case d.r.Open:
		p.Buttons = d.buttons()
	case d.r.DoneDead:
		p.Buttons = []bot.Button{recoveredButton("復旧を知らせ直す")}
	case d.t.Class == bot.ClassIncident && !d.t.Status.Ended() && !d.r.Ended.IsZero():
		p.Buttons = []bot.Button{{Action: actionReopen, Label: "障害を再開", Style: "danger", Confirm: "障害の対応を再開し、経過報告を始めますか?"}}
	}
	if b, ok := d.callButton(); ok {
		p.Buttons = slices.Insert(p.Buttons, 0, b)
	}
	for i, b := range p.Buttons {
		p.Buttons[i].Rank, p.Buttons[i].Help = d.rank(b.Action), helps[b.Action]
	}
	p.Notes = append(p.Notes, d.r.Verdicts.Notes(d.said)...)
	p.Buttons = append(p.Buttons, d.r.Verdicts.Buttons(Name, d.said)...)
	if len(d.r.Judged) > 0 {
		p.Buttons = append(p.Buttons, bot.Button{Action: actionReview, Label: "経緯と振り返り", Rank: bot.RankMenu, Help: helps[actionReview]})
		p.Buttons = append(p.Buttons, bot.Button{Action: actionExplain, Label: "期限の根拠", Rank: bot.RankMenu, Help: helps[actionExplain]})
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
		bot.Button{Action: actionUpdate, Label: "経過報告", Style: "primary", Form: d.updateForm()},
		bot.Button{Action: actionNote, Label: "対応を記録", Form: &bot.Form{
			Title: "対応を記録", Submit: "記録する", Intro: "記録した内容は、次の経過報告でお客様に伝わることがあります。",
			Inputs: []bot.Input{{ID: "text", Label: "行ったこと・分かったこと", Type: bot.InputArea, Max: 1000}},
		}},
		recoveredButton("復旧"))
	if u, ok := d.discountable(); ok {
		out = append(out, bot.Button{Action: actionDiscount, Label: "経過報告に数えない", Value: u.Ref})
	}
	if d.r.NoticeDead {
		out = append(out, bot.Button{Action: actionNotice, Label: "初報を送り直す", Style: "danger"})
	}
	return out
}

// updateForm begins with what is on record: sent as it is, it says that nothing has changed, which is an update like any other.
func (d *decision) updateForm() *bot.Form {
	return &bot.Form{
		Title: "経過報告", Submit: "お客様に送る", Says: true,
		Intro: "お客様のチケットに書き込みます。記録から下書きを入れています。変わりがない場合は、このまま送れば経過報告として数えます。",
		Inputs: []bot.Input{
			{ID: "state", Label: "現在の状況", Type: bot.InputArea, Max: longestWords, Initial: d.stateWords()},
			{ID: "done", Label: "前回から行ったこと", Type: bot.InputArea, Max: longestWords, Optional: true, Initial: clip(strings.Join(d.facts(), "\n"), longestWords)},
		},
	}
}

// longestWords is the longest text of an update, in characters.
const longestWords = 2000

// clip keeps a draft within its field.
func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func recoveredButton(label string) bot.Button {
	return bot.Button{Action: actionRecovered, Label: label, Form: &bot.Form{
		Title: "復旧を知らせる", Submit: "お客様に知らせる", Says: true,
		Inputs: []bot.Input{
			{ID: "happened", Label: "起きたこと", Type: bot.InputArea, Max: 2000},
			{ID: "done", Label: "行ったこと", Type: bot.InputArea, Max: 2000},
			{ID: "at", Label: "復旧した時刻", Type: bot.InputDateTime, Optional: true, Hint: "空なら今の時刻です。"},
		},
	}}
}
