package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/bot/voice"
)

// Actions of staff on the card.
const (
	actionAffected    = Name + ".affected"
	actionNotAffected = Name + ".not_affected"
	actionNote        = Name + ".note"
	actionNotice      = Name + ".notice"
	actionUpdate      = Name + ".update"
	actionRecovered   = Name + ".recovered"
	actionDiscount    = Name + ".discount"
	actionReopen      = Name + ".reopen"
	actionExplain     = Name + ".explain"
	actionCall        = Name + ".call"
)

func (d *decision) staffAction() error {
	var a bot.StaffAction
	if err := d.in.Event.Decode(&a); err != nil {
		return err
	}
	if !strings.HasPrefix(a.Action, Name+".") {
		return nil
	}
	p, ok := d.in.Dir.Person(a.Person)
	switch {
	case !ok:
		d.v.Refuse(a, voice.Unregistered)
		return nil
	case verdict.Ours(Name, a):
		return d.pressVerdict(a, p)
	case a.Action == actionExplain:
		return d.pressExplain(a)
	case a.Action == actionReview:
		if len(d.r.Judged) == 0 {
			d.v.Refuse(a, "影響がまだ判断されていないため、経緯の記録がありません。")
			return nil
		}
		d.tellReview()
		d.v.Reason("showed what happened", p.Name+" asked for it")
		return nil
	case a.Action == actionReopen:
		return d.pressReopen(a, p)
	case a.Action == actionCall: // the recovery is told by telephone, too, when the incident is over
		d.pressCall(a, p)
		return nil
	case a.Action == actionRecovered && d.r.DoneDead && !d.r.Open && !d.r.Cancelled:
		return d.pressRecovered(a, p)
	case !d.r.Open && d.r.Pressed != "":
		d.v.Refuse(a, d.r.Pressed+"が復旧を宣言しています。続いている場合は、チケットを再開してください。")
		return nil
	case !d.r.Open:
		d.v.Refuse(a, "この障害はすでに終わっています。続いている場合は、カードの「障害を再開」を押してください。")
		return nil
	}
	switch a.Action {
	case actionAffected:
		return d.pressJudge(a, p, Affected)
	case actionNotAffected:
		return d.pressJudge(a, p, NotAffected)
	case actionNote:
		text := strings.TrimSpace(a.Values["text"])
		if text == "" {
			d.v.Refuse(a, "記録する内容を入力してください。")
			return nil
		}
		d.note(d.at(), p.Name, text)
		d.v.Tell(p.Name + " が対応を記録しました: " + text)
		return nil
	case actionNotice:
		if !d.r.NoticeDead {
			d.v.Refuse(a, "初報は送信済みか、送っているところです。届いた時刻はカードの「初報」で確認できます。")
			return nil
		}
		d.v.Reason("sent the first notice again", p.Name+" pressed the button")
		return d.firstNotice()
	case actionUpdate:
		return d.pressUpdate(a, p)
	case actionRecovered:
		return d.pressRecovered(a, p)
	case actionDiscount:
		d.pressDiscount(a, p)
		return nil
	}
	d.v.Refuse(a, "この操作は今はできません。カードを確認してください。")
	return nil
}

// pressVerdict takes in an exclusion or the cause of a miss; see [verdict.Book].
func (d *decision) pressVerdict(a bot.StaffAction, p bot.Person) error {
	if err := d.clocks(); err != nil {
		return err
	}
	d.out.Clocks = nil // derived anew when the decision is written
	if d.r.Verdicts.Press(d.v, a, p, d.said) {
		d.dirty = true
	}
	return nil
}

func (d *decision) pressJudge(a bot.StaffAction, p bot.Person, want Impact) error {
	if d.impact() == want {
		who := ""
		if n := len(d.r.Judged); n > 0 && d.r.Judged[n-1].Staff {
			who = d.r.Judged[n-1].By
		}
		if who == "" {
			d.v.Refuse(a, "すでに「"+impactNames[want]+"」になっています。違う場合は、もう一方の判断を押してください。")
		} else {
			d.v.Refuse(a, who+"が「"+impactNames[want]+"」と判断しています。違う場合は、もう一方の判断を押してください。")
		}
		return nil
	}
	d.v.Tell(p.Name + " が「" + impactNames[want] + "」と判断しました。")
	d.calm()
	return d.judge(want, p.Name, true, d.at())
}

func (d *decision) pressReopen(a bot.StaffAction, p bot.Person) error {
	switch {
	case d.r.Open && d.r.Pressed != "":
		d.v.Refuse(a, d.r.Pressed+"が再開しています。")
		return nil
	case d.r.Open:
		d.v.Refuse(a, "この障害は対応中です。復旧したら「復旧」を押してください。")
		return nil
	case len(d.r.Judged) == 0:
		d.v.Refuse(a, "再開できる障害がありません。新しい障害は、お客様のチャンネルで「/toban incident」から登録してください。")
		return nil
	case d.t.Class != bot.ClassIncident || d.t.Status.Ended():
		d.v.Refuse(a, "先にチケットを再開してください。カードの「再開」を押したあとに、もう一度押してください。")
		return nil
	case d.r.Ended.IsZero():
		d.v.Refuse(a, "復旧のお知らせがまだ届いていません。届いたあとに再開できます。")
		return nil
	}
	d.r.Pressed = p.Name
	return d.resume(p.Name + " pressed the button")
}

func (d *decision) pressUpdate(a bot.StaffAction, p bot.Person) error {
	state := strings.TrimSpace(a.Values["state"])
	switch {
	case d.r.NoticeKey == "":
		d.v.Refuse(a, "先に影響を判断してください。初報のあとに経過報告を送れます。")
		return nil
	case len(d.r.Updates) == 0:
		d.v.Refuse(a, "初報がまだ届いていません。届いたあとにもう一度お試しください。")
		return nil
	case d.r.Pending != "" && !ours(d.r.Pending):
		d.v.Refuse(a, "前のお知らせを送っているところです。届いたあとにもう一度お試しください。")
		return nil
	case state == "":
		d.v.Refuse(a, "現在の状況を入力してください。")
		return nil
	}
	data := map[string]any{"state": voice.Below(state), "at": d.v.When(d.in.Now), "person": p.Name}
	if v := strings.TrimSpace(a.Values["done"]); v != "" {
		data["done"] = voice.Below(v)
		// It is told now: the next word need not repeat it, so it stands before this one's own instant. What the draft said is on record.
		if v = d.unrecorded(v); v != "" {
			d.note(d.at(), p.Name, v)
		}
	}
	d.v.Reason("interim update by "+p.Name, "pressed in Slack")
	return d.update("", "interim_update", data)
}

// unrecorded leaves out of a text the lines that are on record since the last word.
func (d *decision) unrecorded(text string) string {
	known := map[string]bool{}
	for _, f := range d.facts() {
		for l := range strings.SplitSeq(f, "\n") {
			known[strings.TrimSpace(l)] = true
		}
	}
	var out []string
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.TrimSpace(l); l != "" && !known[l] {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

func (d *decision) pressRecovered(a bot.StaffAction, p bot.Person) error {
	happened, done := strings.TrimSpace(a.Values["happened"]), strings.TrimSpace(a.Values["done"])
	at := d.at()
	if !d.r.Recovered.IsZero() {
		at = d.r.Recovered
	}
	if v := strings.TrimSpace(a.Values["at"]); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil || t.After(d.in.Now) || t.Before(d.r.Detected) {
			d.v.Refuse(a, "復旧した時刻は、検知("+d.v.Short(d.r.Detected)+")から今までの間で指定してください。")
			return nil
		}
		at = t
	}
	switch {
	case d.r.NoticeKey == "":
		d.v.Refuse(a, "先に影響を判断してください。初報のあとに復旧を知らせます。")
		return nil
	case happened == "" || done == "":
		d.v.Refuse(a, "起きたことと行ったことを入力してください。")
		return nil
	}
	if d.r.Pending != "" && d.r.Pending != d.r.NoticeKey {
		d.out.Withdraw = append(d.out.Withdraw, d.r.Pending)
		d.settle(Wait{From: d.r.PendingSince, To: d.in.Now})
	}
	d.r.DoneTry++
	d.r.Open, d.r.Recovered, d.r.Pressed, d.r.DoneDead, d.dirty = false, at, p.Name, false, true
	d.r.DoneKey = d.key(fmt.Sprintf("recovered:%d", d.r.DoneTry))
	d.mark(d.at())
	d.stopTimers()
	d.v.Reason("recovered", p.Name+" pressed the button; the service was back at "+d.v.Short(at))
	d.note(at, p.Name, "復旧: "+done)
	d.v.Tell(p.Name + " が復旧を宣言しました。お客様に復旧をお知らせします。")
	data := map[string]any{
		"happened": happened, "from": d.v.When(d.r.Detected), "to": d.v.When(at), "duration": bot.Lasting(at.Sub(d.r.Detected)), "done": done,
	}
	o := voice.Options{Verify: true, Report: true, Urgent: true}
	if d.t.StatusID != bot.StatusResolved && d.t.StatusID != bot.StatusClosed {
		o.Update.StatusID = bot.StatusResolved
	}
	if err := d.v.Say(d.r.DoneKey, "recovery_notice", data, o); err != nil {
		return err
	}
	d.tellRecovery(data)
	return d.outside(fmt.Sprintf("recovered:%d", d.r.DoneTry), "recovery_notice", data)
}

// pressDiscount takes back that staff's own comment counted as an update.
func (d *decision) pressDiscount(a bot.StaffAction, p bot.Person) {
	u, ok := d.discountable()
	if !ok || (a.Value != "" && a.Value != u.Ref) {
		d.v.Refuse(a, "数えないことにできる書き込みがありません。できるのは、担当者が課題に直接書いた最後のコメントだけです。")
		return
	}
	u.Rejected, d.dirty = true, true
	d.v.Reason("did not count "+u.Ref+" as an update", p.Name+" said so")
	d.v.Tell(p.Name + " が、直前の書き込みを経過報告に数えないことにしました。")
	d.arm()
}

// discountable is the newest comment of staff that counts, while no later word has been given.
func (d *decision) discountable() (*Update, bool) {
	last := d.last()
	for i := range d.r.Updates {
		if u := &d.r.Updates[i]; u.ByHand && !u.Rejected && u.Ref == last.Ref {
			return u, true
		}
	}
	return nil, false
}

// commented counts a public comment of staff that says something as an update.
func (d *decision) commented() error {
	var f bot.Fact
	if err := d.in.Event.Decode(&f); err != nil {
		return err
	}
	if len(d.r.Judged) == 0 || f.Author.Kind != bot.AuthorStaff {
		return nil
	}
	const says = 10 // characters of a comment that says something; our choice, staff can take it back
	seen := func(u Update) bool { return u.Ref == f.ID }
	if len([]rune(strings.TrimSpace(f.Text))) < says || slices.ContainsFunc(d.r.Updates, seen) || slices.ContainsFunc(d.r.Early, seen) {
		return nil
	}
	u := Update{At: f.At, Ref: f.ID, ByHand: true}
	d.dirty = true
	if len(d.r.Updates) == 0 && d.in.Quiet { // what people wrote before Toban came was the first notice
		d.r.Updates = append(d.r.Updates, u)
		return nil
	}
	if len(d.r.Updates) == 0 {
		d.r.Early = append(d.r.Early, u)
		return nil
	}
	if !f.At.After(d.first()) {
		return nil
	}
	d.r.Updates = append(d.r.Updates, u)
	d.v.Reason("counted "+f.ID+" as an interim update", "a public comment of "+f.Author.Name)
	if !d.r.Open {
		return nil
	}
	if strings.HasSuffix(d.r.Pending, ":auto") { // somebody wrote: the recorded facts need not go out any more
		d.out.Withdraw = append(d.out.Withdraw, d.r.Pending)
		d.settle(Wait{From: d.r.PendingSince, To: f.At})
	}
	d.arm()
	d.v.Tell(f.Author.Name + " のコメントを経過報告として数えました。違う場合はカードの「経過報告に数えない」を押してください。")
	return nil
}

// closedByHand: a status that would stop the running promise is not followed silently.
func (d *decision) closedByHand() error {
	if !d.r.Open || d.in.Snapshot == nil {
		return nil
	}
	if s := d.v.Customer.StatusOf(d.in.Snapshot); s != bot.StatusResolved && s != bot.StatusClosed {
		return nil
	}
	for _, f := range slices.Backward(d.in.New) {
		c, ok := f.Changed("status")
		if !ok || f.Origin != "" {
			continue
		}
		d.v.Post(bot.Post{
			Text:    f.Author.Name + " が状態を「" + c.To + "」にしましたが、復旧はまだ記録されていません。復旧していればカードの「復旧」を押してください。それまで経過報告を続けます。",
			Mention: d.v.Mention(),
		})
		d.v.Reason("kept the incident running", f.Author.Name+" set "+c.To+" before recovery")
		break
	}
	return nil
}
