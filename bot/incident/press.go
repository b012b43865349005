package incident

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// Actions of staff on the card.
const (
	actionAffected    = Name + ".affected"
	actionNotAffected = Name + ".not_affected"
	actionNote        = Name + ".note"
	actionUpdate      = Name + ".update"
	actionRecovered   = Name + ".recovered"
	actionDiscount    = Name + ".discount"
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
		d.v.Refuse(a, "担当者として登録されていないため、操作できません。")
		return nil
	case !d.r.Open:
		d.v.Refuse(a, "この障害はすでに終わっています。")
		return nil
	}
	switch a.Action {
	case actionAffected, actionNotAffected:
		want := Affected
		if a.Action == actionNotAffected {
			want = NotAffected
		}
		if d.impact() == want {
			d.v.Refuse(a, "すでにその判断になっています。")
			return nil
		}
		d.v.Tell(p.Name + " が「" + map[Impact]string{Affected: "影響あり", NotAffected: "影響なし"}[want] + "」と判断しました。")
		return d.judge(want, p.Name, true, d.in.Now)
	case actionNote:
		d.note(d.in.Now, p.Name, strings.TrimSpace(a.Values["text"]))
		d.v.Tell(p.Name + " が対応を記録しました: " + strings.TrimSpace(a.Values["text"]))
		return nil
	case actionUpdate:
		return d.pressUpdate(a, p)
	case actionRecovered:
		return d.pressRecovered(a, p)
	case actionDiscount:
		return d.pressDiscount(a, p)
	}
	d.v.Refuse(a, "この操作は今はできません。カードを確認してください。")
	return nil
}

func (d *decision) pressUpdate(a bot.StaffAction, p bot.Person) error {
	if d.r.Pending != "" {
		d.v.Refuse(a, "前のお知らせを送っているところです。届いたあとにもう一度お試しください。")
		return nil
	}
	data := map[string]any{"state": strings.TrimSpace(a.Values["state"]), "at": d.v.When(d.in.Now), "person": p.Name}
	if v := strings.TrimSpace(a.Values["done"]); v != "" {
		data["done"] = v
		d.note(d.in.Now, p.Name, v)
	}
	if d.impact().asAffected() {
		data["next"] = d.v.When(d.in.Now.Add(d.cycle()))
	}
	d.r.AutoInRow = 0
	d.v.Reason("interim update by "+p.Name, "pressed in Slack")
	return d.update("interim_update", data)
}

// update queues an interim update; it counts from its comment's own instant.
func (d *decision) update(message string, data map[string]any) error {
	d.r.Sent++
	d.r.Pending = d.key(fmt.Sprintf("update:%d", d.r.Sent))
	if message == "interim_automatic" {
		d.r.Pending = d.key(fmt.Sprintf("update:%d:auto", d.r.Sent))
	}
	d.dirty = true
	d.v.Cancel("remind1", "remind2", "auto")
	due, _ := d.nextDue()
	return d.v.Say(d.r.Pending, message, data, voice.Options{Report: true, Urgent: true, Due: due})
}

func (d *decision) pressRecovered(a bot.StaffAction, p bot.Person) error {
	at := d.in.Now
	if v := strings.TrimSpace(a.Values["at"]); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil || t.After(d.in.Now) || t.Before(d.r.Detected) {
			d.v.Refuse(a, "復旧した時刻は、検知から今までの間で指定してください。")
			return nil
		}
		at = t
	}
	d.r.Recovered, d.r.DoneKey, d.dirty = at, d.key("recovered"), true
	d.r.Open = false
	d.stopTimers()
	if d.r.Pending != "" && d.r.Pending != d.r.NoticeKey {
		d.out.Withdraw = append(d.out.Withdraw, d.r.Pending)
		d.r.Pending = ""
	}
	d.v.Reason("recovered", p.Name+" pressed the button; the service was back at "+d.v.Short(at))
	d.v.Tell(p.Name + " が復旧を宣言しました。お客様に復旧をお知らせします。")
	data := map[string]any{
		"happened": strings.TrimSpace(a.Values["happened"]), "from": d.v.When(d.r.Detected), "to": d.v.When(at),
		"duration": bot.Lasting(at.Sub(d.r.Detected)), "done": strings.TrimSpace(a.Values["done"]),
	}
	return d.v.Say(d.r.DoneKey, "recovery_notice", data,
		voice.Options{Update: bot.Update{StatusID: bot.StatusResolved}, Verify: true, Report: true, Urgent: true})
}

// pressDiscount takes back that staff's own comment counted as an update.
func (d *decision) pressDiscount(a bot.StaffAction, p bot.Person) error {
	for i := len(d.r.Updates) - 1; i >= 0; i-- {
		if u := &d.r.Updates[i]; u.ByHand && !u.Rejected {
			u.Rejected, d.dirty = true, true
			d.v.Reason("did not count "+u.Ref+" as an update", p.Name+" said so")
			d.v.Tell(p.Name + " が、直前の書き込みを経過報告に数えないことにしました。")
			d.arm()
			return nil
		}
	}
	d.v.Refuse(a, "数えないことにできる書き込みがありません。")
	return nil
}

// commented counts a public comment of staff that says something as an update.
func (d *decision) commented() error {
	var f bot.Fact
	if err := d.in.Event.Decode(&f); err != nil {
		return err
	}
	if !d.r.Open || f.Author.Kind != bot.AuthorStaff || len(d.r.Updates) == 0 {
		return nil
	}
	const says = 10
	if len([]rune(strings.TrimSpace(f.Text))) < says {
		return nil
	}
	d.r.Updates = append(d.r.Updates, Update{At: f.At, Ref: f.ID, ByHand: true})
	d.r.AutoInRow = 0
	d.dirty = true
	d.arm()
	d.v.Reason("counted "+f.ID+" as an interim update", "a public comment of "+f.Author.Name)
	d.v.Tell(f.Author.Name + " のコメントを経過報告として数えました。違う場合はカードの「経過報告に数えない」を押してください。")
	return nil
}

// closedByHand: a status that would stop the running promise is not followed silently.
func (d *decision) closedByHand() error {
	if !d.r.Open || d.in.Snapshot == nil {
		return nil
	}
	for _, f := range d.in.New {
		c, ok := f.Changed("status")
		if !ok || f.Origin != "" || (d.in.Snapshot.StatusID != bot.StatusResolved && d.in.Snapshot.StatusID != bot.StatusClosed) {
			continue
		}
		d.v.Post(bot.Post{
			Text:    f.Author.Name + " が状態を「" + c.To + "」にしましたが、復旧はまだ記録されていません。復旧していればカードの「復旧」を押してください。それまで経過報告を続けます。",
			Mention: d.v.Mention(),
		})
		d.v.Reason("kept the incident running", f.Author.Name+" set "+c.To+" before recovery")
	}
	return nil
}
