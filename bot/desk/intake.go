package desk

import (
	"fmt"
	"strings"

	"toban/bot"
)

// intake records a new ticket and answers it (spec/1-requests.md, Intake of a new ticket).
func (d *decision) intake() error {
	snap := d.in.Snapshot
	snap.CreatedBy = d.cust.Sort(snap.CreatedBy)
	d.t = &bot.Ticket{
		ID: bot.NewTicketID(snap.Space, snap.IssueID), Customer: d.cust.ID, Space: snap.Space, Project: snap.Project,
		Key: snap.Key, URL: snap.URL, Summary: snap.Summary, IssueType: snap.Type, PriorityID: snap.PriorityID, TextRule: snap.TextRule,
		Received: snap.Created, OpenedBy: snap.CreatedBy, StatusID: snap.StatusID, Members: snap.Members, Status: bot.StatusReceived,
		Details: details(snap),
	}
	d.v.Ticket = d.t
	d.dirty = true
	d.enter(bot.EntryReceived, snap.Created, snap.CreatedBy, fmt.Sprintf("issue:%d", snap.IssueID), "the issue was opened")
	d.v.Reason("recorded "+snap.Key, "opened by "+snap.CreatedBy.Name+" ("+string(snap.CreatedBy.Kind)+")")
	d.whoAsks()
	d.classify(Classify(d.cust.Types, Ticket{IssueType: snap.Type, Summary: snap.Summary, Description: snap.Description, Category: snap.Category}))
	d.out.Events = append(d.out.Events,
		bot.Derive(bot.EventTicketReceived, d.t.ID, d.in.Now, nil), bot.Derive(bot.EventTicketClassified, d.t.ID, d.in.Now, nil))
	if s := d.cust.Timing.Unclaimed; s > 0 {
		d.v.Set("unclaimed", d.supportTime(d.in.Now, s))
	}
	return d.proceed()
}

// whoAsks finds the requester: the creator if a customer user, else the contract's notify_default.
func (d *decision) whoAsks() {
	by := d.t.OpenedBy
	if by.Kind == bot.AuthorCustomer {
		d.t.Requester = []bot.Author{by}
		return
	}
	d.t.OnBehalfOf = by.Name
	for _, id := range d.cust.NotifyDefault {
		d.t.Requester = append(d.t.Requester, bot.Author{ID: id, Kind: bot.AuthorCustomer})
	}
	d.v.Reason("requester is the contract's notify_default", "the issue was opened by "+string(by.Kind))
}

// classify takes a classification over.
func (d *decision) classify(c Classification) {
	d.t.Type, d.t.Class, d.t.Confidence = c.Type, c.Class, c.Confidence
	d.s.Suggested, d.dirty = c.Suggested, true
	d.v.Reason(fmt.Sprintf("classified as %s (%s), %s", c.Type, c.Class, c.Confidence), strings.Join(c.Reasons, "; "))
}

// proceed does what follows from type, completeness and priority: answer, ask, hold, or let staff choose.
func (d *decision) proceed() error {
	if d.t.Class == bot.ClassUnclear {
		d.status(bot.StatusUnclear, "the type is not certain enough to answer the customer")
		d.s.Note = "種別を判断できませんでした。選んでください。それまでは短いほうの期限で時計を動かしています。"
		d.v.Post(bot.Post{Text: "種別を判断できません。カードの「種別を選ぶ」で選んでください。", Mention: d.v.Mention()})
		return nil
	}
	d.s.Note = ""
	if d.t.Class == bot.ClassIncident {
		d.status(bot.StatusAccepted, "an incident goes to the incident flow")
		return nil
	}
	rt, _ := d.cust.Type(d.t.Type)
	if d.ours(rt) {
		d.status(bot.StatusAccepted, "the provider opened it: a clock and a card, no answer")
		return nil
	}
	if d.t.OpenedBy.Kind == bot.AuthorUnknown {
		d.s.Note = "起票者がお客様・担当者のどちらにも登録されていません。返信はしていません。"
		d.v.Tell("起票者 "+d.t.OpenedBy.Name+" は登録のない利用者です。確認してください。", d.v.Mention()...)
		d.v.Reason("left unanswered", "the creator is in no list of the project")
		return nil
	}
	d.t.Missing = Missing(rt, d.t.Details)
	if len(d.t.Missing) > 0 {
		return d.ask(d.t.Missing, "")
	}
	return d.accept(rt)
}

// ours reports whether the provider opened a ticket of a type that the provider opens.
func (d *decision) ours(rt bot.RequestType) bool {
	staff := d.t.OpenedBy.Kind == bot.AuthorStaff || d.t.OpenedBy.Kind == bot.AuthorBot || d.t.OpenedBy.Kind == bot.AuthorPartner
	return staff && (rt.OpenedBy == "provider" || rt.OpenedBy == "both")
}

// ask asks the requester for what is missing. The clock stands still from the comment's own instant, which comes back with the effect.
func (d *decision) ask(missing []string, note string) error {
	d.s.AskRound++
	d.s.Reminders = 0
	d.s.AskKey = fmt.Sprintf("desk:%s:ask:%d", d.t.ID, d.s.AskRound)
	data := map[string]any{"type": d.typeName(), "missing": missing, "paused": true}
	if note != "" {
		data["note"] = note
	}
	if err := d.say(d.s.AskKey, "ask_details", data, bot.Update{}, true); err != nil {
		return err
	}
	d.status(bot.StatusWaiting, "asked for "+strings.Join(missing, ", "))
	return nil
}

// accept answers that the request was understood, with deadline and duty person in the same update.
func (d *decision) accept(rt bot.RequestType) error {
	if d.t.PriorityID == bot.PriorityLow {
		d.s.Held = true
		d.enter(bot.EntryHeld, d.in.Now, bot.Author{Name: "Toban"}, d.in.Event.Key, "priority 低: under consideration, no deadline until a date is set")
		d.status(bot.StatusHold, "priority 低")
	} else {
		d.status(bot.StatusAccepted, "type and details are known")
	}
	if err := d.clocks(); err != nil {
		return err
	}
	if d.s.Answered {
		return nil
	}
	d.s.Answered = true
	data := map[string]any{"type": d.typeName(), "hold": d.s.Held}
	u := bot.Update{}
	if !d.t.Due.IsZero() {
		data["due"] = d.v.When(d.t.Due)
		u.DueDate = d.t.Due.In(d.cust.Zone).Format("2006-01-02")
	}
	if p, ok := d.v.Duty(""); ok {
		u.AssigneeID = p.Backlog[d.t.Space]
		if u.AssigneeID != 0 && d.t.Owner == "" {
			data["person"] = p.Name
		}
	}
	return d.say(fmt.Sprintf("desk:%s:answer", d.t.ID), "intake_answer", data, u, true)
}

func (d *decision) typeName() string {
	if rt, ok := d.cust.Type(d.t.Type); ok {
		return rt.IssueType
	}
	return d.t.IssueType
}
