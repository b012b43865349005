package work

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/playbook"
	"toban/sla"
)

// Consent is a person's yes to one plan: it holds for that plan's number only.
type Consent struct {
	By   string    `json:"by"`   // person id of staff, name of a customer's user
	At   time.Time `json:"at"`   //
	Ref  string    `json:"ref"`  // the action or comment that says so
	Plan string    `json:"plan"` // number of the plan
}

// Remark is what an approver of the customer wrote after the question, where it is no plain yes.
type Remark struct {
	Who  string    `json:"who"`
	At   time.Time `json:"at"`
	Ref  string    `json:"ref"`
	Text string    `json:"text"`
}

// number is the plan's hash as people read it: whatever changes in the plan changes the number.
func (d *decision) number() string {
	b, err := json.Marshal([]any{d.o.Start.Unix(), d.o.End.Unix(), d.o.What, d.o.Effect, d.o.Checks, d.o.Rollback, d.t.Host, d.o.Change, d.o.bookHash()})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	const length = 8
	return "P-" + base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").EncodeToString(sum[:length])[:length]
}

// bookHash binds a plan to the content of its playbook.
func (o *Order) bookHash() string {
	if o.Book == nil {
		return ""
	}
	return o.Book.Hash()
}

// consents reports whether work of this order needs approval and agreement. Work under an open incident has the contract's standing permission.
func (d *decision) consents() bool { return d.o.Change.NeedsPlan() && !d.o.Exempt }

// propose records a plan that waits for its approval.
func (d *decision) propose(start, end time.Time, what, person string, p Paper, book *playbook.Playbook) error {
	shown := d.o.ahead() && d.o.shown()
	hadConsent := d.o.Stage != Cancelled && d.o.Stage != Done && (d.o.Approval != nil || d.o.Agreement != nil)
	if d.o.ahead() {
		if err := d.endRow(); err != nil {
			return err
		}
	}
	d.withdrawWords()
	d.unask("the plan was changed")
	d.o = Order{
		Stage: Proposed, Gen: d.o.Gen + 1, PlannedAt: d.in.Now, Start: start, End: end, What: what, Person: person, Author: person, Told: d.o.Told, Words: d.o.Words,
		Change: d.t.Change, Effect: p.Effect, Checks: p.Checks, Rollback: p.Rollback, Tries: d.o.Tries, Shown: shown, Book: book,
		Verdicts: d.o.Verdicts, Past: d.o.Past, Basis: d.basis(start, end), Changed: d.o.Changed, Figures: d.o.Figures, Number: d.o.next(), Earlier: d.o.earlier(), Heard: d.o.Heard,
	}
	d.dirty = true
	d.v.Cancel("notice", "overdue", "again", "ask", "late", "ending", "end", "over", "word", "consent")
	d.v.Set("start", start)
	d.news(bot.StatusTaken, d.personName(), d.key("plan"), "a plan waits for approval")
	d.v.Reason("recorded plan "+d.number(), fmt.Sprintf("from %s to %s, change class %s: it needs a second person's approval and the customer's agreement", d.v.Short(start), d.v.Short(end), d.o.Change))
	line := fmt.Sprintf("作業計画 %s を記録しました。作成者以外の承認者が「計画を承認」を押すと、お客様に同意をお願いします。", d.number())
	if hadConsent {
		line = "計画が変わったため、前の計画への承認とお客様の同意は無効になりました。" + line
		d.v.Reason("approval and agreement lapsed", "the plan or its start changed")
	}
	d.v.Tell(line, d.approverOnDuty()...)
	return nil
}

// approverOnDuty is whom an approval is asked of: the contract's manager, else who is on duty, when the person may approve and did not write
// the plan; else everybody who may.
func (d *decision) approverOnDuty() []string {
	may := func(p bot.Person, ok bool) bool {
		return ok && p.SlackUser != "" && p.ID != d.o.Author && p.Has(approverRoles()...)
	}
	if p, ok := d.in.Dir.Person(d.v.Customer.Timing.ManagerPerson); may(p, ok) {
		return []string{p.SlackUser}
	}
	for _, team := range []string{"", "support_center"} {
		if p, ok := d.v.Duty(team); may(p, ok) {
			return []string{p.SlackUser}
		}
	}
	var all []string
	for _, p := range d.in.Dir.People {
		if may(p, !p.Partner) {
			all = append(all, p.SlackUser)
		}
	}
	return all
}

func approverRoles() []bot.Role { return []bot.Role{bot.RoleApprover} }

// pressApprove is the second person's yes. The customer is asked next.
func (d *decision) pressApprove(a bot.StaffAction, p bot.Person) error {
	switch {
	case d.o.Stage == Proposed && d.o.Approval != nil:
		d.v.Refuse(a, d.nameOf(d.o.Approval.By)+"が承認しています。お客様の同意を待っています。")
		return nil
	case d.o.Stage != Proposed:
		d.notNow(a, "承認を待っている計画がありません。")
		return nil
	case d.o.SentBack != nil && d.o.SentBack.By != p.ID:
		d.v.Refuse(a, d.nameOf(d.o.SentBack.By)+"が差し戻しています。計画を直してから承認してください。")
		return nil
	case !p.Has(approverRoles()...):
		d.v.Refuse(a, "計画を承認できるのは、承認者の役割を持つ人だけです。")
		return nil
	case p.ID == d.o.Author:
		d.v.Refuse(a, "計画を作成した人は承認できません。ほかの承認者に依頼してください。")
		return nil
	case a.Value != "" && a.Value != d.number():
		d.v.Refuse(a, "計画が変わっています。カードの最新の計画を確認してください。")
		return nil
	}
	d.o.Approval, d.o.SentBack, d.o.Problem, d.dirty = &Consent{By: p.ID, At: d.at(), Ref: d.in.Event.Key, Plan: d.number()}, nil, "", true
	d.expireAt(d.at())
	d.v.Reason("plan "+d.number()+" approved", p.Name+" pressed the button")
	d.v.Tell(p.Name + " が計画 " + d.number() + " を承認しました。お客様に同意をお願いします。")
	return d.ask()
}

// nameOf is a person as staff speak of them.
func (d *decision) nameOf(person string) string {
	if p, ok := d.in.Dir.Person(person); ok {
		return p.Name
	}
	return "ほかの人"
}

// pressReject sends a plan back to its author.
func (d *decision) pressReject(a bot.StaffAction, p bot.Person, reason string) {
	switch {
	case d.o.Stage == Proposed && d.o.Approval != nil:
		d.v.Refuse(a, d.nameOf(d.o.Approval.By)+"が承認しています。差し戻すには、日程を変えるか取りやめてください。")
		return
	case d.o.Stage != Proposed:
		d.notNow(a, "承認を待っている計画がありません。")
		return
	case d.o.SentBack != nil:
		d.v.Refuse(a, d.nameOf(d.o.SentBack.By)+"が差し戻しています。")
		return
	case !p.Has(approverRoles()...):
		d.v.Refuse(a, "計画を差し戻せるのは、承認者の役割を持つ人だけです。")
		return
	case reason == "":
		d.v.Refuse(a, "差し戻す理由を入力してください。")
		return
	}
	d.o.SentBack = &Consent{By: p.ID, At: d.at(), Ref: d.in.Event.Key, Plan: d.number()}
	d.o.Problem, d.dirty = p.Name+" が差し戻しました: "+reason, true
	d.v.Reason("plan "+d.number()+" sent back", p.Name+": "+reason)
	d.v.Tell("計画 "+d.number()+" が差し戻されました("+p.Name+"): "+reason, d.v.Mention()...)
}

// shown reports whether the customer was asked to agree to this plan or to one before it, as far as it is known.
func (o *Order) shown() bool { return o.Shown || !o.AskedAt.IsZero() }

// ask asks the customer's approvers to agree to the plan on the ticket.
func (d *decision) ask() error {
	d.o.Tries++
	d.o.AskKey, d.o.AskedAt, d.o.Said, d.dirty = fmt.Sprintf("%s:%d", d.key("agree"), d.o.Tries), time.Time{}, nil, true
	data := d.window()
	data["number"], data["effect"], data["checks"], data["rollback"] = d.number(), voice.Below(d.o.Effect), voice.Below(d.o.Checks), voice.Below(d.o.Rollback)
	data["changed"], data["irreversible"] = !d.o.Told.IsZero() || d.o.Shown, d.o.Change == bot.ChangeIrreversible
	data["expires"] = d.v.When(d.expiry(d.in.Now))
	o := d.options()
	o.Report = true
	for _, id := range d.v.Customer.Approvers {
		if len(d.t.Members) == 0 || slices.Contains(d.t.Members, id) {
			o.Also = append(o.Also, id)
		}
	}
	d.v.Reason("asked the customer to agree to plan "+d.number(), "change class "+string(d.o.Change))
	return d.v.Say(d.o.AskKey, "plan_agreement", data, o)
}

// askEnded: the question is on the ticket, or could not be sent.
func (d *decision) askEnded(r bot.EffectResult, dead bool) {
	if d.o.Stage != Proposed || r.Key != d.o.AskKey || !d.o.AskedAt.IsZero() {
		return
	}
	d.dirty = true
	if dead {
		d.o.Problem = "計画への同意のお願いを送れませんでした(" + voice.Why(r.Why) + ")"
		d.v.Tell(d.o.Problem+"。「同意をもう一度お願いする」から送り直せます。", d.v.Mention()...)
		d.v.Reason("gave up "+r.Key, r.Why)
		return
	}
	d.o.AskedAt = r.At
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkAsked, d.t.ID, r.At, bot.WorkNews{By: "Toban", Ref: "comment:" + r.RemoteID, Reason: "作業計画 " + d.number() + " への同意"}))
}

// unask takes the question back: nobody has to answer it any more.
func (d *decision) unask(why string) {
	if d.o.Stage != Proposed || d.o.AskKey == "" || d.o.Agreement != nil {
		return
	}
	d.out.Withdraw = append(d.out.Withdraw, d.o.AskKey)
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkUnasked, d.t.ID, d.in.Now, bot.WorkNews{By: d.personName(), Ref: d.in.Event.Key, Reason: why}))
}

// commented reads what a customer's user wrote while a plan waits for agreement.
func (d *decision) commented() error {
	var f bot.Fact
	if err := d.in.Event.Decode(&f); err != nil {
		return err
	}
	d.hear(f)
	d.wrote(f)
	if d.o.Stage != Proposed || d.o.AskKey == "" || f.Author.Kind != bot.AuthorCustomer {
		return nil
	}
	if !d.v.Customer.MayAgree(f.Author) {
		d.v.Tell("お客様("+f.Author.Name+")のコメントがありましたが、計画に同意できる方ではありません。同意できる方の返信をお待ちください。", d.v.Mention()...)
		d.v.Reason("took "+f.ID+" for no agreement", f.Author.Name+" is no approver of the customer")
		return nil
	}
	if f.Assent && !d.o.AskedAt.IsZero() && !f.At.Before(d.o.AskedAt) {
		return d.agreed(Consent{By: f.Author.Name, At: f.At, Ref: f.ID, Plan: d.number()}, "the comment says yes")
	}
	d.o.Said, d.dirty = d.o.Heard, true
	d.v.Tell("お客様("+f.Author.Name+")のコメントがありました。計画への同意かどうか確かではありません。同意であれば「同意として記録」を、計画を変えるなら「日程を変更」を押してください。", d.v.Mention()...)
	d.v.Reason("left "+f.ID+" to staff", "it may or may not agree to plan "+d.number())
	return nil
}

// pressAgreed records a comment of the customer's approver as agreement; a person has read it.
func (d *decision) pressAgreed(a bot.StaffAction, p bot.Person) error {
	said := d.o.Said
	if d.o.Stage != Proposed || d.o.Approval == nil || said == nil {
		d.notNow(a, "同意として記録できるお客様のコメントがありません。")
		return nil
	}
	return d.agreed(Consent{By: said.Who, At: said.At, Ref: said.Ref, Plan: d.number()}, p.Name+" read the comment as agreement")
}

func (d *decision) agreed(c Consent, why string) error {
	if d.o.Basis != nil { // what the customer read was made from what was known then
		if differs := d.differs(); differs != "" {
			d.v.Reason("took "+c.Ref+" for no agreement", "the plan that was asked about is not what it would be now")
			return d.anew(differs)
		}
	}
	d.o.Agreement, d.o.Said, d.o.Problem, d.dirty = &c, nil, "", true
	d.v.Reason("customer agreed to plan "+c.Plan, c.By+" in "+c.Ref+": "+why)
	d.v.Tell("お客様("+c.By+")が計画 "+c.Plan+" に同意しました。", d.v.Mention()...)
	if !d.o.Start.After(d.in.Now) {
		d.o.Problem = "同意をいただく前に開始予定を過ぎました"
		d.v.Tell(d.o.Problem+"。「日程を変更」で決め直してください。", d.v.Mention()...)
		return nil
	}
	d.news(bot.StatusApproved, c.By, c.Ref, "plan "+c.Plan+" is approved and agreed to")
	return d.scheduled()
}

// scheduled goes on with a plan that may be carried out. The customer agreed to this very start: it holds also where the notice has less
// than its lead.
func (d *decision) scheduled() error {
	lead := d.v.Customer.Timing.StartNotice
	d.o.Stage, d.o.NoticeDue = Planned, sla.Ahead(d.o.Start, lead)
	if d.o.NoticeDue.Before(d.in.Now) {
		d.o.Early, d.o.NoticeDue = true, d.in.Now
		d.v.Reason("keeps the start although the notice has less than "+bot.Lasting(lead), "agreed to by "+d.o.Agreement.By+" in "+d.o.Agreement.Ref)
	}
	d.beginAt(d.o.Start)
	d.expireAt(d.o.Approval.At)
	d.news(bot.StatusScheduled, d.personName(), d.key("plan"), "work planned from "+d.v.Short(d.o.Start)+" to "+d.v.Short(d.o.End))
	switch {
	case !d.o.Told.IsZero():
		return d.correct(d.o.Told)
	case d.o.NoticeDue.After(d.in.Now):
		d.v.Set("notice", d.o.NoticeDue)
		return nil
	}
	return d.notice()
}

// expiry is when a consent given at t ends.
func (d *decision) expiry(t time.Time) time.Time {
	return sla.ClosingAfter(d.v.Customer.SupportAt(t), t, max(1, d.v.Customer.Timing.ApprovalDays))
}

func (d *decision) expireAt(t time.Time) { d.v.SetPast("consent", d.expiry(t)) }

// lacking says in words for staff why the work may not begin; "" when approval and agreement hold for this very plan.
func (d *decision) lacking() string {
	number := d.number()
	for _, x := range []struct {
		c    *Consent
		name string
	}{{d.o.Approval, "承認"}, {d.o.Agreement, "お客様の同意"}} {
		switch {
		case x.c == nil:
			return "計画 " + number + " への" + x.name + "がありません。"
		case x.c.Plan != number:
			return "計画が変わったため、" + x.name + "は無効です。"
		case d.in.Now.After(d.expiry(x.c.At)):
			return x.name + "の有効期間が過ぎています。"
		}
	}
	return ""
}

// lapse takes approval and agreement away, visibly: the plan waits for both again, and a customer who was told a start is told.
func (d *decision) lapse(why, reason string) error {
	if !d.o.ahead() || d.o.Approval == nil && d.o.Agreement == nil && d.o.Stage == Proposed {
		return nil
	}
	if err := d.endRow(); err != nil {
		return err
	}
	d.unask(reason)
	d.withdrawWords()
	d.v.Cancel("notice", "overdue", "again", "ask", "late", "consent")
	told := d.o.Told
	d.o.Shown = d.o.shown()
	d.o.Stage, d.o.Approval, d.o.Agreement, d.o.AskKey, d.o.Said, d.dirty = Proposed, nil, nil, "", nil, true
	d.o.Gen++
	d.o.NoticeDue, d.o.NoticeKey, d.o.NoticeAt, d.o.Early, d.o.Told, d.o.Problem = time.Time{}, "", time.Time{}, false, time.Time{}, why
	d.v.Reason("approval and agreement lapsed", reason)
	d.v.Post(bot.Post{Text: why + "承認とお客様の同意は無効になりました。もう一度承認してください。", Mention: d.v.Mention(), Top: true})
	d.news(bot.StatusTaken, "Toban", d.key("lapsed"), "approval and agreement lapsed")
	return d.sayAgain(told)
}

// consentDue: approval and agreement have come to their end before the work began.
func (d *decision) consentDue() error {
	for _, c := range []*Consent{d.o.Approval, d.o.Agreement} {
		if c != nil && d.in.Now.After(d.expiry(c.At)) && d.o.ahead() {
			return d.lapse(fmt.Sprintf("承認から%d営業日が過ぎました。", d.v.Customer.Timing.ApprovalDays), "they hold for a number of business days only")
		}
	}
	return nil
}

// Paper is what a plan holds beside its times.
type Paper struct {
	Effect   string `json:"effect,omitempty"`
	Checks   string `json:"checks,omitempty"`
	Rollback string `json:"rollback,omitempty"`
}

func (p Paper) whole() bool { return p.Effect != "" && p.Checks != "" && p.Rollback != "" }
