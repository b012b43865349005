package desk

import (
	"strings"
	"time"

	"toban/bot"
	"toban/sla"
)

var classNames = map[bot.Class]string{
	bot.ClassMinor: "軽微", bot.ClassImpactful: "影響あり", bot.ClassBasic: "基本サポート", bot.ClassAdvanced: "アドバンスドサポート",
	bot.ClassIncident: "障害", bot.ClassAnnouncement: "お知らせ", bot.ClassComplaint: "苦情", bot.ClassOther: "その他", bot.ClassUnclear: "判断待ち",
}

var statusNames = map[bot.Status]string{
	bot.StatusReceived: "受付", bot.StatusWaiting: "お客様の回答待ち", bot.StatusAccepted: "受付済み・担当待ち", bot.StatusTaken: "担当あり",
	bot.StatusScheduled: "作業予定あり", bot.StatusNotified: "開始連絡済み", bot.StatusWorking: "作業中", bot.StatusDone: "対応済み",
	bot.StatusFinished: "終了", bot.StatusCancelled: "取り下げ", bot.StatusDeclined: "お断り", bot.StatusHold: "検討中(期限なし)", bot.StatusUnclear: "種別の判断待ち", bot.StatusDeletedOff: "課題削除",
	bot.StatusVerifying: "作業完了・お知らせの確認中", bot.StatusClassified: "種別確定", bot.StatusApproved: "承認・合意済み", bot.StatusReopened: "再開",
}

// StatusName is a status as staff read it.
func StatusName(s bot.Status) string { return statusNames[s] }

// ClassName is a class as staff read it.
func ClassName(c bot.Class) string { return classNames[c] }

// TypeOptions are a contract's request types as staff choose from them, each with the class that it gives.
func TypeOptions(c *bot.Customer) []bot.Option {
	opts := make([]bot.Option, 0, len(c.Types))
	for _, rt := range c.Types {
		opts = append(opts, bot.Option{Value: rt.ID, Label: rt.ReportName + "(" + classNames[rt.Class] + ")"})
	}
	return opts
}

var priorityNames = map[int64]string{bot.PriorityHigh: "高", bot.PriorityNormal: "中", bot.PriorityLow: "低"}

// panel is desk's part of the card.
func (d *decision) panel() bot.Panel {
	t := d.t
	p := bot.Panel{State: statusNames[t.Status], Tone: d.tone()}
	if t.Drill {
		p.State = drillMark + "これは訓練です。" + p.State
	}
	field := func(label, value string) {
		if value != "" {
			p.Fields = append(p.Fields, bot.Field{Label: label, Value: value})
		}
	}
	field("種別", d.typeName()+"("+classNames[t.Class]+")")
	field("依頼者", d.asker())
	owner := "未定"
	if person, ok := d.in.Dir.Person(t.Owner); ok {
		owner = person.Name
	}
	field("担当", owner)
	priority := priorityNames[t.PriorityID]
	if t.Urgent {
		priority += "(緊急対応)"
	}
	field("優先度", priority)
	field("受付", bot.ShortWhen(t.Received, d.cust.Zone))
	if !t.Due.IsZero() {
		field("期限", bot.ShortWhen(t.Due, d.cust.Zone)+d.clockNote())
	}
	if d.s.Wish != nil && d.s.Wish.Certain {
		field("希望", d.window())
	}
	if day, err := time.ParseInLocation(time.DateOnly, d.s.Named, d.cust.Zone); err == nil {
		field("希望", d.namedAs(day))
	}
	field("対象", t.Host)
	if rt, ok := d.cust.Type(t.Type); ok && !t.Status.Ended() {
		field("目安", strings.Join(rt.Guides, "、"))
	}
	switch {
	case len(t.Missing) == 0 || t.Status.Ended():
	case t.Status == bot.StatusWaiting:
		field("確認中", strings.Join(t.Missing, "、"))
	case t.Class == bot.ClassIncident:
		field("記載なし", strings.Join(t.Missing, "、"))
	}
	if !d.s.Complaint.IsZero() {
		p.Notes = append(p.Notes, "苦情("+d.v.Short(d.s.Complaint)+")への回答待ちです。課題のコメントで回答してください。")
	}
	if d.s.Twin != "" && !t.Status.Ended() {
		p.Notes = append(p.Notes, d.s.Twin+" と同じ依頼かもしれません。同じであれば「まとめる」を押してください。")
	}
	if d.s.Note != "" {
		p.Notes = append(p.Notes, d.s.Note)
	}
	if t.Confidence == bot.Likely {
		p.Notes = append(p.Notes, "種別は本文からの推定です。違う場合は「ほかの操作」にある「種別を選ぶ」で直せます。")
	}
	if rt, ok := d.cust.Type(d.s.Suggested); ok && t.Class != bot.ClassUnclear && rt.ID != typeIncident {
		p.Notes = append(p.Notes, "もう一つの候補: "+rt.IssueType)
	}
	if d.s.Suggested == typeIncident {
		p.Notes = append(p.Notes, "本文は障害の連絡のように読めます。確認してください。")
	}
	if note := d.snoozeNote(); note != "" {
		p.Notes = append(p.Notes, note)
	}
	p.Notes = append(p.Notes, d.s.Verdicts.Notes(d.said)...)
	p.Buttons = d.buttons()
	return p
}

func (d *decision) asker() string {
	names := make([]string, 0, len(d.t.Requester))
	for _, r := range d.t.Requester {
		if r.Name != "" {
			names = append(names, r.Name)
		}
	}
	s := strings.Join(names, "、")
	if d.s.Phone {
		return strings.TrimSpace(d.t.OnBehalfOf + "(電話などで承りました)")
	}
	if d.t.OnBehalfOf != "" {
		s = strings.TrimSpace(s + "(起票: " + d.t.OnBehalfOf + ")")
	}
	return s
}

func (d *decision) tone() bot.Tone {
	switch {
	case d.t.Status == bot.StatusCancelled, d.t.Status == bot.StatusDeclined, d.t.Status == bot.StatusDeletedOff:
		return bot.ToneOver
	case d.t.Status.Ended():
		return bot.ToneDone
	case d.s.LateTold, d.t.Urgent, !d.s.Complaint.IsZero():
		return bot.ToneAlarm
	case d.t.PriorityID == bot.PriorityHigh || d.t.Status == bot.StatusUnclear:
		return bot.ToneWarn
	}
	return bot.ToneCalm
}

func (d *decision) clockNote() string {
	state := sla.State("")
	for _, c := range d.out.Clocks { // of a reopened ticket the cycle that runs counts
		if c.Due.Equal(d.t.Due) && state != sla.StateRunning && state != sla.StatePaused {
			state = c.State
		}
	}
	switch state {
	case sla.StatePaused:
		return "(停止中)"
	case sla.StateMissed:
		return "(超過)"
	case sla.StateMet:
		return "(達成)"
	case sla.StateExcluded:
		return "(除外)"
	case sla.StateRunning, sla.StateCancelled:
	}
	return ""
}

// buttons offers what the table of life allows now. The others are not even made: most of them carry a form.
func (d *decision) buttons() []bot.Button {
	made := d.makers()
	out := make([]bot.Button, 0, len(made)+1)
	for _, b := range made {
		if d.refusal(b.action) == "" {
			if x := b.make(); x.Askable() {
				out = append(out, d.ranked(x))
			}
		}
	}
	if d.t.Status != bot.StatusDeletedOff {
		out = append(out, d.s.Verdicts.Buttons(Name, d.said)...)
	}
	return out
}

// maker makes the button of an action.
type maker struct {
	action string
	make   func() bot.Button
}

// makers are those of the desk, in the order of its panel.
func (d *decision) makers() []maker {
	plain := func(b bot.Button) maker { return maker{b.Action, func() bot.Button { return b }} }
	return []maker{
		{actionClassify, d.classifyButton},
		{actionTake, d.takeButton},
		{actionAssign, d.assignButton},
		{actionSnooze, d.snoozeButton},
		{actionAsk, askButton},
		{actionAgree, d.agreeButton},
		{actionUrgent, d.urgentButton},
		{actionLate, d.lateButton},
		{actionDone, d.doneButton},
		plain(bot.Button{Action: actionClose, Label: "終了にする"}),
		{actionSplit, func() bot.Button { return d.anotherButton(actionSplit, "依頼を分ける", d.t.Details) }},
		{actionRenew, func() bot.Button { return d.anotherButton(actionRenew, "新しい依頼として登録", d.s.Renew) }},
		plain(bot.Button{Action: actionReopen, Label: "再開", Confirm: "このチケットを再開しますか?"}),
		plain(bot.Button{Action: actionTakeOn, Label: "引き受ける"}),
		{actionDecline, d.declineButton},
		{actionMerge, d.mergeButton},
		plain(bot.Button{Action: actionExplain, Label: "期限の根拠"}),
		{actionReapply, d.reapplyButton},
		{actionWithdraw, withdrawButton},
	}
}

func withdrawButton() bot.Button {
	return bot.Button{Action: actionWithdraw, Label: "取り下げ", Style: "danger", Form: &bot.Form{
		Title: "取り下げ", Submit: "終了する", Says: true, Inputs: []bot.Input{{ID: "reason", Label: "理由", Type: bot.InputText, Max: 200}},
	}}
}

func (d *decision) takeButton() bot.Button {
	if d.t.Owner == "" {
		return bot.Button{Action: actionTake, Label: "担当する", Style: "primary", Value: d.takeValue()}
	}
	return bot.Button{Action: actionTake, Label: "担当を代わる", Value: d.takeValue()}
}

// takeValue names whom the button takes the ticket over from, so that two people who press at once do not both have it.
func (d *decision) takeValue() string { return "from:" + d.t.Owner }

func askButton() bot.Button {
	return bot.Button{Action: actionAsk, Label: "お客様に確認", Form: &bot.Form{
		Title: "お客様に確認", Submit: "お客様に送る", Says: true, Intro: "お客様に確認したい項目を1行に1つ書いてください。回答があるまで時計は止まります。",
		Inputs: []bot.Input{{ID: "question", Label: "確認したいこと", Type: bot.InputArea, Max: 1000}},
	}}
}

func (d *decision) agreeButton() bot.Button {
	return bot.Button{Action: actionAgree, Label: "期日を合意", Form: &bot.Form{
		Title: "期日を合意", Submit: "決める", Says: true, Intro: "お客様とチケットで合意した期日を入れてください。",
		Inputs: []bot.Input{{ID: "date", Label: "合意した期日", Type: bot.InputDateTime, Future: true, Initial: d.suggestDate()}},
	}}
}

func (d *decision) suggestDate() string {
	if d.t.Due.After(d.in.Now) {
		return d.t.Due.Format(time.RFC3339)
	}
	return d.businessDays(d.in.Now, 1).Format(time.RFC3339)
}

func (d *decision) doneButton() bot.Button {
	return bot.Button{Action: actionDone, Label: "完了を知らせる", Form: d.doneForm()}
}

// doneForm asks staff for the words of a completion notice, and of a change that needs a plan whether one was made at all.
func (d *decision) doneForm() *bot.Form {
	f := &bot.Form{
		Title: "完了を知らせる", Submit: "お客様に送る", Says: true, Intro: "お客様への完了のお知らせに載ります。",
		Inputs: []bot.Input{
			{ID: "done", Label: "実施したこと", Type: bot.InputArea, Max: 2000},
			{ID: "result", Label: "確認した結果", Type: bot.InputArea, Max: 2000, Optional: true},
			bot.ResourceInput(),
		},
	}
	if d.t.Change.NeedsPlan() {
		f.Inputs = append(f.Inputs, bot.Input{
			ID: "change", Label: "変更の有無", Type: bot.InputSelect, Hint: "変更を行う場合は、先に「作業の日程を決める」で計画を記録し、承認とお客様の同意を得てください。",
			Options: []bot.Option{{Value: changeNotMade, Label: "変更は行っていない(説明・確認のみ)"}, {Value: "made", Label: "変更を行った"}},
		})
	}
	return f
}

// changeNotMade is the answer that a request was done without any change.
const changeNotMade = "none"

func (d *decision) classifyButton() bot.Button {
	opts := append(TypeOptions(d.cust), bot.Option{Value: typeComplaint, Label: "苦情・ご意見(満足度の責任者が回答)"}, bot.Option{Value: typeNoRequest, Label: "依頼ではない連絡(返信せずに終了)"})
	style, initial := "", d.t.Type
	if d.t.Class == bot.ClassUnclear {
		style, initial = "primary", d.s.Suggested
	}
	if _, ok := d.cust.Type(initial); !ok {
		initial = ""
	}
	return bot.Button{Action: actionClassify, Label: "種別を選ぶ", Style: style, Form: &bot.Form{
		Title: "種別を選ぶ", Submit: "決める",
		Inputs: []bot.Input{
			{ID: "type", Label: "種別", Type: bot.InputSelect, Options: opts, Initial: initial},
			{ID: "reason", Label: "理由", Type: bot.InputText, Max: 200, Optional: true},
		},
	}}
}
