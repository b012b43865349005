package incident

import (
	"fmt"
	"strings"

	"toban/bot"
)

// Results of a call, as staff tell them.
const (
	callReached   = "reached"
	callNoAnswer  = "no_answer"
	callBusy      = "busy"
	callVoicemail = "voicemail"
	callWrong     = "wrong"
	callStop      = "stop"
)

var callWords = map[string]string{
	callNoAnswer: "応答なし", callBusy: "話し中", callVoicemail: "留守番電話(応答ではないため、次の連絡先へ電話します)", callWrong: "番号が違う・使われていない",
}

// callFields show where the tree stands.
func (d *decision) callFields() []bot.Field {
	t := d.r.Tree
	switch {
	case t == nil || len(t.To) == 0 || t.Turn == 0:
		return nil
	case t.End == treeReached:
		return []bot.Field{{Label: "お客様への電話", Value: "伝えました"}}
	case t.End == treeNobody:
		return []bot.Field{{Label: "お客様への電話", Value: "応答なし"}}
	case t.End != "":
		return nil
	}
	what := "発信中"
	if t.ByHand {
		what = "電話してください"
	}
	return []bot.Field{{Label: "お客様への電話", Value: fmt.Sprintf("%s(%s、%d巡目)", t.contact(), what, t.round())}}
}

// callButton is how staff tell the result of a call, or that the customer knows by other ways.
func (d *decision) callButton() (bot.Button, bool) {
	t := d.r.Tree
	if !t.running() || t.Turn == 0 {
		return bot.Button{}, false
	}
	options := []bot.Option{{Value: callReached, Label: "伝わった"}}
	intro := "いま " + t.contact() + " へ電話しています。ほかの方法で伝わったときに記録してください。"
	if t.ByHand {
		intro = t.contact() + " への電話の結果を記録します。伝わらなかったときは、次の連絡先をお知らせします。"
		options = append(options,
			bot.Option{Value: callNoAnswer, Label: "応答なし"}, bot.Option{Value: callBusy, Label: "話し中"},
			bot.Option{Value: callVoicemail, Label: "留守番電話"}, bot.Option{Value: callWrong, Label: "番号が違う"})
	}
	options = append(options, bot.Option{Value: callStop, Label: "電話をやめる"})
	b := bot.Button{Action: actionCall, Label: "電話の結果", Value: d.callKey(t), Form: &bot.Form{
		Title: "電話の結果", Submit: "記録する", Intro: intro,
		Inputs: []bot.Input{
			{ID: "result", Label: "結果", Type: bot.InputSelect, Options: options},
			{ID: "memo", Label: "メモ", Type: bot.InputText, Optional: true, Max: 300, Hint: "先方のお名前や、ご要望など。お客様への経過報告には載りません。"},
		},
	}}
	if t.ByHand {
		b.Style = "primary"
	}
	return b, true
}

// pressCall takes the result of a call.
func (d *decision) pressCall(a bot.StaffAction, p bot.Person) {
	t := d.r.Tree
	switch {
	case !t.running() || t.Turn == 0:
		d.v.Refuse(a, "いま進んでいる電話はありません。電話で伝えた内容は、カードの「対応を記録」で残せます。")
		return
	case a.Value != "" && a.Value != d.callKey(t):
		d.v.Refuse(a, "その電話の結果は、すでに記録されています。カードを確認してください。")
		return
	}
	name, result := t.contact(), a.Values["result"]
	why := p.Name + " said so"
	if memo := strings.TrimSpace(a.Values["memo"]); memo != "" {
		d.v.Tell(p.Name + " の電話のメモ(" + name + "): " + memo)
		why += ": " + memo
	}
	switch {
	case result == callReached:
		d.reached(name, d.at(), p.Name+" が記録", why)
	case result == callStop:
		d.hangUp(treeStaff, why)
		d.v.Tell("☎ " + p.Name + " がお客様への電話をやめました。")
	case !t.ByHand:
		d.v.Refuse(a, "自動で電話しているあいだは、「伝わった」か「電話をやめる」を選んでください。")
	case callWords[result] != "":
		d.missed(name, d.at(), callWords[result]+"("+p.Name+" が記録)", why)
	default:
		d.v.Refuse(a, "結果を選んでください。")
	}
}
