package desk

import (
	"fmt"
	"time"

	"toban/bot"
)

// complaint goes to the contract's satisfaction owner at once; the customer hears who answers, and who else may be spoken to.
func (d *decision) complaint() error {
	d.complained("苦情のチケットです。", "the ticket is a complaint", d.t.Received, d.t.OpenedBy, string(d.t.ID))
	d.status(d.home(), "a complaint is answered by people")
	owner, ok := d.in.Dir.Person(d.cust.Timing.SatisfactionPerson)
	if d.t.OpenedBy.Kind != bot.AuthorCustomer || !ok || d.s.Answered {
		return nil
	}
	d.s.Answered = true
	data := map[string]any{"owner": owner.Name}
	if second, ok := d.secondWindow(); ok {
		data["second"] = second.Name
	}
	return d.say(fmt.Sprintf("desk:%s:complaint", d.t.ID), "complaint_received", data, bot.Update{}, false)
}

// complained records a complaint that waits for an answer, and tells the satisfaction owner.
func (d *decision) complained(what, why string, at time.Time, who bot.Author, ref string) {
	d.enter(bot.EntryComplaint, at, who, ref, why)
	d.s.Complaint, d.dirty = d.in.Now, true
	d.v.Post(bot.Post{Text: what + "満足度の責任者が対応してください。お客様へ回答するまで、営業日ごとにお知らせします。", Mention: d.satisfactionOwner(), Top: true})
	d.v.Reason("recorded a complaint", why)
	d.v.Set("complaint", d.businessDays(d.in.Now, 1))
}

func (d *decision) satisfactionOwner() []string {
	if p, ok := d.in.Dir.Person(d.cust.Timing.SatisfactionPerson); ok && p.SlackUser != "" {
		return []string{p.SlackUser}
	}
	return d.v.Mention()
}

// secondWindow is who else a customer with a complaint may turn to: the contract's manager, or whoever is on duty.
func (d *decision) secondWindow() (bot.Person, bool) {
	timing := d.cust.Timing
	if p, ok := d.in.Dir.Person(timing.ManagerPerson); ok && p.ID != timing.SatisfactionPerson {
		return p, true
	}
	if p, ok := d.v.Duty("support_center"); ok && p.ID != timing.SatisfactionPerson {
		return p, true
	}
	p, ok := d.v.Duty("")
	return p, ok && p.ID != timing.SatisfactionPerson
}

// complaintOpen reminds the satisfaction owner each business day until staff have answered the complaint on the ticket.
func (d *decision) complaintOpen() {
	if d.s.Complaint.IsZero() {
		return
	}
	d.dirty = true
	if d.t.Status == bot.StatusDeletedOff { // nobody can answer it there, and nothing would ever end the reminders
		d.v.Post(bot.Post{Text: "苦情(" + d.v.Short(d.s.Complaint) + ")に回答した記録がないまま、課題が Backlog から削除されました。電話など別の方法で回答してください。これが最後のお知らせです。", Mention: d.satisfactionOwner(), Top: true})
		d.v.Reason("reminded of a complaint for the last time", "the issue was deleted in Backlog")
		return
	}
	d.v.Post(bot.Post{Text: "苦情(" + d.v.Short(d.s.Complaint) + ")にまだ回答していません。課題のコメントで回答してください。", Mention: d.satisfactionOwner(), Top: true})
	d.v.Reason("reminded of a complaint", "nobody has answered it")
	d.v.Set("complaint", d.businessDays(d.in.Now, 1))
}

// complaintAnswered: a person wrote to the customer after the complaint.
func (d *decision) complaintAnswered(f bot.Fact) {
	if d.s.Complaint.IsZero() || f.At.Before(d.s.Complaint.Truncate(time.Second)) { // Backlog's instants are whole seconds
		return
	}
	d.v.Reason("the complaint of "+d.v.Short(d.s.Complaint)+" is answered", f.Author.Name+" wrote "+f.ID)
	d.enter(bot.EntryAppeased, f.At, f.Author, f.ID, "staff answered the complaint")
	d.s.Complaint, d.dirty = time.Time{}, true
	d.v.Cancel("complaint")
}
