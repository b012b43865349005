package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

var issueKey = regexp.MustCompile(`^([A-Z][A-Z0-9_]*)-[1-9]\d*$`)

// pressMerge ends a ticket that is the same as another one of the customer.
func (d *decision) pressMerge(a bot.StaffAction, who bot.Author) error {
	into := strings.ToUpper(strings.TrimSpace(fold(a.Values["into"])))
	m := issueKey.FindStringSubmatch(into)
	switch {
	case m == nil:
		d.v.Refuse(a, "まとめる先の課題キーを、"+d.t.Project+"-12 のように入力してください。")
		return nil
	case !slices.Contains(d.cust.Projects, m[1]):
		d.v.Refuse(a, "「"+into+"」はこのお客様の課題ではありません。このお客様のプロジェクト("+strings.Join(d.cust.Projects, "、")+")の課題キーを入力してください。")
		return nil
	case into == d.t.Key:
		d.v.Refuse(a, "このチケット自身にはまとめられません。")
		return nil
	}
	d.end(bot.StatusCancelled, d.at(), who, d.in.Event.Key, "a duplicate of "+into)
	d.t.StatusID, d.s.Note = bot.StatusClosed, into+" にまとめました。"
	d.v.Tell(who.Name + " が " + into + " にまとめました。期限と予定の通知は止めました。")
	if err := d.tellKept(into, who); err != nil {
		return err
	}
	return d.say(fmt.Sprintf("desk:%s:merged:%d", d.t.ID, d.t.Reopened), "merged", map[string]any{"into": into}, bot.Update{StatusID: bot.StatusClosed}, false)
}

// pressLate tells the requester ahead of the deadline that it will not be kept, with cause and new date. At the deadline it is not told again.
func (d *decision) pressLate(a bot.StaffAction, who bot.Author) error {
	cause := strings.TrimSpace(mask(a.Values["cause"]))
	at, err := time.Parse(time.RFC3339, a.Values["new_due"])
	switch {
	case cause == "":
		d.v.Refuse(a, "遅れる理由を入力してください。お客様に伝わります。")
		return nil
	case err != nil || !at.After(d.in.Now) || !at.After(d.t.Due):
		d.v.Refuse(a, "新しい予定には、今の期限より後の、これからの日時を指定してください。")
		return nil
	}
	old := d.t.Due
	d.s.LateSaid, d.s.LateRound, d.dirty = d.lateKey(), d.s.LateRound+1, true
	d.v.Reason("told the requester of a late end", who.Name+" released it: "+cause)
	d.v.Tell(who.Name + " が遅れ(新しい予定 " + d.v.Short(at) + ")をお知らせしました。")
	data := map[string]any{"cause": cause, "new_due": d.v.When(at)}
	if !old.IsZero() {
		data["due"] = d.v.When(old)
	}
	return d.say(fmt.Sprintf("desk:%s:late:said:%d", d.t.ID, d.s.LateRound), "late_notice", data, bot.Update{}, false)
}

// lateKey names the cycle whose lateness the requester was told: once a reopening.
func (d *decision) lateKey() string { return fmt.Sprintf("cycle/%d", d.t.Reopened) }

// How urgent work was asked for.
const (
	urgentByPhone  = "telephone"
	urgentByTicket = "ticket"
)

// asksUrgently reports whether the ticket itself asks for urgent work: by priority 高 with the word. 高 alone is sooner than standard.
func (d *decision) asksUrgently() bool {
	return d.t.PriorityID == bot.PriorityHigh && urgent.MatchString(fold(d.t.Details))
}

// pressUrgent makes urgent work of a request: the duty person is woken at any hour, and the date that was agreed on is its clock.
func (d *decision) pressUrgent(a bot.StaffAction, who bot.Author) error {
	at, err := time.Parse(time.RFC3339, a.Values["date"])
	if err != nil || !at.After(d.in.Now) {
		d.v.Refuse(a, "お客様と合意した、これからの日時を指定してください。")
		return nil
	}
	how := a.Values["how"]
	switch {
	case how == urgentByPhone:
	case how != urgentByTicket:
		d.v.Refuse(a, "緊急の依頼をどこで受けたかを選んでください。")
		return nil
	case !d.asksUrgently():
		d.v.Refuse(a, "優先度「高」で緊急と書かれたチケットではありません。電話で依頼された場合は「電話で依頼された」を選んでください。")
		return nil
	}
	d.t.Urgent = true
	d.v.Reason("confirmed as urgent", who.Name+" pressed the button; asked for by "+how)
	mention := d.v.Mention()
	if p, ok := d.v.Duty("support_center"); ok && p.SlackUser != "" && !slices.Contains(mention, p.SlackUser) {
		mention = append(mention, p.SlackUser)
	}
	if p, ok := d.v.Duty(""); ok { // woken: Slack may be silent at night
		if !slices.Contains(mention, p.SlackUser) && p.SlackUser != "" {
			mention = append(mention, p.SlackUser)
		}
		d.v.Call(fmt.Sprintf("desk:%s:wake:%s", d.t.ID, d.in.Event.Key), p, "緊急のご依頼です。")
	}
	d.v.Post(bot.Post{Text: "緊急対応です。時間帯にかかわらず対応してください。期日は " + d.v.Short(at) + " です。", Mention: mention, Top: true})
	if d.t.Owner == "" {
		d.claimLater()
	}
	if d.agreedOn(at) { // the customer has read it
		return nil
	}
	return d.agreeOn(at, who)
}

func (d *decision) mergeButton() bot.Button {
	return bot.Button{Action: actionMerge, Label: "まとめる", Form: &bot.Form{
		Title: "同じ依頼にまとめる", Submit: "まとめる", Says: true, Intro: "このチケットを終了し、お客様に、まとめた先の課題で対応することをお知らせします。",
		Inputs: []bot.Input{{ID: "into", Label: "まとめる先の課題キー", Type: bot.InputText, Max: 40, Initial: d.s.Twin, Hint: "例: " + d.t.Project + "-12"}},
	}}
}

func (d *decision) lateButton() bot.Button {
	const longest = 500
	return bot.Button{Action: actionLate, Label: "遅れを知らせる", Form: &bot.Form{
		Title: "遅れのお知らせ", Submit: "お客様に知らせる", Says: true, Intro: "お客様に一度だけ、理由と新しい予定をお知らせします。送らない場合は、期限になった時点で自動でお知らせします。",
		Inputs: []bot.Input{
			{ID: "cause", Label: "理由(お客様に伝わります)", Type: bot.InputText, Max: longest},
			{ID: "new_due", Label: "新しい予定", Type: bot.InputDateTime, Future: true, Later: rfc(d.t.Due), Initial: d.businessDays(later(d.t.Due, d.in.Now), 1).Format(time.RFC3339)},
		},
	}}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// rfc writes an instant for a form; "" for none.
func rfc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func (d *decision) urgentButton() bot.Button {
	how, style := urgentByPhone, ""
	if d.asksUrgently() && !d.s.Phone {
		how, style = urgentByTicket, "danger"
	}
	return bot.Button{Action: actionUrgent, Label: "緊急対応にする", Style: style, Form: &bot.Form{
		Title: "緊急対応", Submit: "緊急対応にする", Says: true, Intro: "時間帯にかかわらず対応します。お客様と合意した期日が約束になります。",
		Inputs: []bot.Input{{ID: "how", Label: "依頼の方法", Type: bot.InputSelect, Initial: how, Options: []bot.Option{
			{Value: urgentByPhone, Label: "電話で依頼された"}, {Value: urgentByTicket, Label: "チケットに書かれている"},
		}}, {ID: "date", Label: "合意した期日", Type: bot.InputDateTime, Future: true, Initial: d.suggestDate()}},
	}}
}
