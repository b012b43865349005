package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

// intake records a new ticket and answers it (spec/1-requests.md, Intake of a new ticket).
func (d *decision) intake() error {
	snap := *d.in.Snapshot
	d.when = snap.Created
	defer func() { d.when = time.Time{} }()
	d.record(&snap)
	d.readWish(&snap)
	d.catalogued(support(d.cust, d.t.Class, d.t.Summary, mask(d.asked(snap.Description))))
	d.inPlan()
	d.counted()
	d.lookForTwin()
	d.out.Events = append(d.out.Events,
		bot.Derive(bot.EventTicketReceived, d.t.ID, d.in.Now, nil), bot.Derive(bot.EventTicketClassified, d.t.ID, d.in.Now, nil))
	d.claimLater()
	if d.ended(&snap) {
		d.status(bot.StatusAccepted, "the issue had ended before Toban saw it: recorded, not answered")
		d.s.Answered = true
		return nil
	}
	if err := d.proceed(); err != nil {
		return err
	}
	return d.receipt()
}

// record writes an issue down as a ticket, read and classified, and answers who opened it.
func (d *decision) record(snap *bot.Snapshot) bot.Author {
	by := d.cust.Sort(snap.CreatedBy)
	d.t = &bot.Ticket{
		ID: bot.NewTicketID(snap.Space, snap.IssueID), Customer: d.cust.ID, Space: snap.Space, Project: snap.Project,
		Key: snap.Key, URL: snap.URL, IssueType: snap.Type, PriorityID: snap.PriorityID, TextRule: snap.TextRule,
		Received: snap.Created, OpenedBy: by, StatusID: d.cust.StatusOf(snap), Members: snap.Members, Status: bot.StatusReceived,
	}
	d.v.Ticket = d.t
	d.dirty = true
	d.onBehalf(snap)
	d.alerted()
	d.boarded()
	ref := fmt.Sprintf("issue:%d", snap.IssueID)
	d.enter(bot.EntryReceived, d.t.Received, by, ref, "the issue was opened")
	d.v.Reason("recorded "+snap.Key, "opened by "+by.Name+" ("+string(by.Kind)+")")
	if by.Kind == bot.AuthorBot && !slices.ContainsFunc(d.in.New, func(f bot.Fact) bool { return f.Opened && f.Origin != "" }) {
		d.v.Tell("ボットのアカウントで、Toban が行っていない起票がありました。APIキーの使われ方を確認してください。")
		d.v.Reason("took an issue of the bot's account as staff's", "no effect of ours is its origin")
	}
	d.whoAsks()
	d.t.Summary = plain(mask(snap.Summary))
	d.hush(ref, snapText(snap))
	d.readBefore()
	d.takeDetails(snap)
	if d.t.Alert != nil {
		d.classifyAlert()
		return by
	}
	if d.t.Boarding != "" {
		d.classifyBoarding()
		return by
	}
	d.classify(d.classified(snap))
	return by
}

// snapText is all text of an issue that people wrote.
func snapText(snap *bot.Snapshot) string {
	var text strings.Builder
	text.WriteString(snap.Summary + "\n" + snap.Description)
	for _, k := range slices.Sorted(maps.Keys(snap.Custom)) {
		text.WriteString("\n" + k + ": " + snap.Custom[k])
	}
	return text.String()
}

func mask(s string) string {
	m, _ := Mask(s)
	return m
}

// material is what a classification reads of an issue, secrets hidden.
func (d *decision) material(snap *bot.Snapshot) Ticket {
	return Ticket{IssueType: snap.Type, Summary: d.t.Summary, Description: shorten(mask(d.asked(snap.Description)), maxDetails), Category: snap.Category}
}

// takeDetails reads the text that required items are looked for in.
func (d *decision) takeDetails(snap *bot.Snapshot) {
	s := *snap
	s.Summary, s.Description = d.t.Summary, mask(d.asked(snap.Description))
	s.Custom = map[string]string{}
	for k, v := range snap.Custom {
		s.Custom[k] = mask(v)
	}
	if text := details(&s, d.s.Answers); text != d.t.Details {
		d.t.Details, d.dirty = text, true
	}
}

// readBefore takes in what customer users wrote before Toban saw the issue, so that it is not asked for again.
func (d *decision) readBefore() {
	for _, f := range d.in.New {
		if !f.Opened && f.Origin == "" && f.Text != "" && d.cust.Sort(f.Author).Kind == bot.AuthorCustomer && !d.thanks(f) {
			d.s.Answers = append(d.s.Answers, mask(own(f.Text)))
		}
	}
}

// endedBefore closes the record of an issue that had ended before Toban saw it and whose history does not say when.
func (d *decision) endedBefore() error {
	snap := d.in.Snapshot
	if d.t.Status.Ended() || !d.ended(snap) {
		return nil
	}
	who, ref := bot.Author{Name: "Backlog"}, d.in.Event.Key
	d.enter(bot.EntryDone, d.in.Now, who, ref, "was "+snap.Status+" when Toban first saw it")
	if d.cust.StatusOf(snap) == bot.StatusResolved {
		d.done(d.in.Now, "was "+snap.Status+" when Toban first saw it")
		return nil
	}
	d.finished(d.in.Now, who, ref, "was "+snap.Status+" when Toban first saw it")
	return nil
}

// ended reports whether an issue's status says that it is over.
func (d *decision) ended(snap *bot.Snapshot) bool {
	s := d.cust.StatusOf(snap)
	return s == bot.StatusResolved || s == bot.StatusClosed
}

// whoAsks finds the requester: the creator if a customer user, else the contract's notify_default.
func (d *decision) whoAsks() {
	by := d.t.OpenedBy
	if by.Kind == bot.AuthorCustomer {
		d.t.Requester = []bot.Author{by}
		return
	}
	switch {
	case d.t.Alert != nil:
		d.t.OnBehalfOf = "監視の警報"
	case d.t.Boarding != "":
	case !d.s.Phone:
		d.t.OnBehalfOf = by.Name
	}
	for _, id := range d.cust.NotifyDefault {
		d.t.Requester = append(d.t.Requester, bot.Author{ID: id, Kind: bot.AuthorCustomer})
	}
	d.v.Reason("requester is the contract's notify_default", "the issue was opened by "+string(by.Kind))
	if d.s.Phone && len(d.t.Requester) == 1 {
		d.t.Requester[0].Name = d.t.OnBehalfOf // the caller is addressed, the contract's user is notified
	}
	if len(d.t.Requester) == 0 {
		d.v.Tell("お客様の連絡先(notify_default)が設定されていないため、返信は誰にも通知されません。設定を確認してください。")
	}
}

// classify takes a classification over.
func (d *decision) classify(c Classification) {
	d.t.Type, d.t.Class, d.t.Confidence = c.Type, c.Class, c.Confidence
	d.s.Suggested, d.dirty = c.Suggested, true
	rt, _ := d.cust.Type(c.Type)
	d.t.Host = d.pages.host(rt, d.t.Details)
	d.v.Reason(fmt.Sprintf("classified as %s (%s), %s", c.Type, c.Class, c.Confidence), strings.Join(c.Reasons, "; "))
	if len(c.Several) > 1 {
		var names []string
		for _, id := range c.Several {
			if rt, ok := d.cust.Type(id); ok {
				names = append(names, rt.IssueType)
			}
		}
		d.s.Several, d.s.Others = true, c.Several
		d.v.Post(bot.Post{Text: "複数のご依頼が書かれているようです(" + strings.Join(names, "、") + ")。期限は短いほうで動かしています。必要ならカードの「依頼を分ける」でチケットを分けてください。", Mention: d.v.Mention()})
	}
	if c.Suggested == typeComplaint && c.Class != bot.ClassIncident {
		d.v.Post(bot.Post{Text: "苦情かもしれません。内容を確認し、苦情であればカードの「種別を選ぶ」で「苦情・ご意見」を選んでください。", Mention: d.satisfactionOwner(), Top: true})
	}
	if c.Class == bot.ClassIncident && c.Confidence != bot.Certain {
		d.v.Post(bot.Post{Text: "障害かどうか確かではありません(" + d.t.IssueType + ")。違う場合はカードの「ほかの操作」にある「種別を選ぶ」で直してください。", Mention: d.v.Mention(), Top: true})
	}
}

// proceed does what follows from type, completeness and priority: answer, ask, hold, or let staff choose.
func (d *decision) proceed() error {
	rt, _ := d.cust.Type(d.t.Type)
	d.s.Note = ""
	switch {
	case d.t.Class == bot.ClassUnclear:
		d.status(bot.StatusUnclear, "the type is not certain enough to answer the customer")
		d.s.Note = "種別を判断できませんでした。選んでください。それまでは短いほうの期限で時計を動かしています。"
		d.v.Post(bot.Post{Text: "種別を判断できません。カードの「種別を選ぶ」で選んでください。", Mention: d.v.Mention()})
		return nil
	case d.t.Class == bot.ClassComplaint:
		return d.complaint()
	case d.t.Type == typeNoRequest:
		d.status(d.home(), "it is no request: no clock and no answer")
		return nil
	case d.t.Class == bot.ClassIncident:
		d.s.Held = false
		d.t.Missing = d.missing(rt) // shown to staff; an incident is not kept waiting for details
		d.status(d.home(), "an incident goes to the incident flow")
		return nil
	case d.t.Boarding != "" || d.ours(rt):
		d.status(d.home(), "the provider opened it: a clock and a card, no answer")
		d.hold()
		return nil
	case d.t.OpenedBy.Kind == bot.AuthorUnknown:
		d.s.Note = "起票者がお客様・担当者のどちらにも登録されていません。返信はしていません。"
		d.v.Tell("起票者 "+d.t.OpenedBy.Name+" は登録のない利用者です。確認してください。", d.v.Mention()...)
		d.v.Reason("left unanswered", "the creator is in no list of the project")
		return nil
	}
	if d.undecided() {
		d.offCatalogue()
		return nil
	}
	if missing := d.missing(rt); len(missing) > 0 {
		return d.ask(missing, true, false)
	}
	return d.agreeable(rt)
}

// agreeable accepts a request whose details are known, once it is known, too, when the work is wanted.
func (d *decision) agreeable(rt bot.RequestType) error {
	if d.doubtful() && !d.ours(rt) {
		return d.askDate()
	}
	d.t.Missing = nil
	return d.accept(rt)
}

// ours reports whether the provider opened a ticket of a type that the provider opens.
func (d *decision) ours(rt bot.RequestType) bool {
	staff := d.t.OpenedBy.Kind == bot.AuthorStaff || d.t.OpenedBy.Kind == bot.AuthorBot || d.t.OpenedBy.Kind == bot.AuthorPartner
	return staff && !d.s.Phone && (rt.OpenedBy == "provider" || rt.OpenedBy == "both")
}

// ask asks the requester. The clock stands still from the comment's own instant, which comes back with the effect. required says that the
// answer is checked for required details, again that the requester has answered and not everything is there yet.
func (d *decision) ask(missing []string, required, again bool) error {
	d.s.AskRound++
	d.s.Reminders = 0
	d.s.AskKey = fmt.Sprintf("desk:%s:ask:%d", d.t.ID, d.s.AskRound)
	d.s.Required, d.s.Spoken = d.s.Required || required, d.s.Spoken || !required
	d.t.Missing = missing
	data := map[string]any{"type": d.typeName(), "missing": d.spelled(missing), "paused": true, "again": again}
	if note := d.dateNote(); note != "" {
		data["note"] = note
	}
	if err := d.say(d.s.AskKey, "ask_details", data, bot.Update{}, true); err != nil {
		return err
	}
	d.status(bot.StatusWaiting, "asked for "+strings.Join(missing, ", "))
	return nil
}

// spelled names items as a requester is asked for them: with the kinds of work there are to choose from.
func (d *decision) spelled(items []string) []string {
	rt, _ := d.cust.Type(d.t.Type)
	out := slices.Clone(items)
	for i, item := range out {
		if head(item) == "作業の種類" && len(rt.Operations) > 0 {
			out[i] = item + "（" + strings.Join(rt.Operations, "・") + "）"
		}
	}
	return out
}

// hold puts a ticket of priority 低 aside: no deadline until a date is set.
func (d *decision) hold() {
	if d.t.PriorityID != bot.PriorityLow || d.s.Held || d.dateAgreed() {
		return
	}
	d.s.Held, d.dirty = true, true
	d.enter(bot.EntryHeld, d.at(), bot.Author{Name: "Toban"}, d.in.Event.Key, "priority 低: under consideration, no deadline until a date is set")
	if !d.t.Status.Ended() && d.t.Status != bot.StatusWaiting {
		d.status(d.home(), "priority 低")
	}
}

// accept answers that the request was understood, with deadline and duty person in the same update.
func (d *decision) accept(rt bot.RequestType) error {
	d.t.Missing = nil
	d.status(d.home(), "type and details are known")
	d.hold()
	if d.s.Answered || d.ours(rt) {
		return nil
	}
	if err := d.clocks(); err != nil {
		return err
	}
	d.s.Answered = true
	d.offerSilence()
	if d.t.PriorityID == bot.PriorityHigh {
		d.negotiate()
	}
	data := map[string]any{"type": d.typeName(), "hold": d.s.Held, "next": d.next(rt)}
	if words, ok := classWords[d.t.Class]; ok {
		data["class"] = d.spoken(words)
	}
	u := bot.Update{DueDate: d.dueDate(), Category: rt.Category, Accepted: d.cust.AcceptedStatus()}
	if !d.t.Due.IsZero() {
		data["due"] = d.v.When(d.t.Due)
	}
	d.dates(data)
	if list := d.conditions(); len(list) > 0 {
		data["condition"] = strings.Join(list, " ")
	}
	p, ok := d.v.Duty("")
	if snap := d.in.Snapshot; snap != nil && snap.Assignee != nil {
		p, ok = d.in.Dir.Person(snap.Assignee.Person) // a person that the customer chose stays
	} else if ok {
		u.AssigneeID = p.Backlog[d.t.Space]
	}
	if ok && d.t.Owner == "" {
		data["person"] = p.Name
	}
	return d.say(fmt.Sprintf("desk:%s:answer", d.t.ID), "intake_answer", data, u, true)
}

// negotiate tells staff of priority 高: a date is to be agreed; the word 緊急 asks for more.
func (d *decision) negotiate() {
	p := bot.Post{Text: "優先度「高」のご依頼です。お客様と日程を相談し、決まったら「期日を合意」で記録してください。", Mention: d.v.Mention()}
	if urgent.MatchString(fold(d.t.Details)) {
		p.Text, p.Top = "優先度「高」で緊急のご依頼です。緊急対応とするか判断し、お客様と日程を相談してください。決まったら「期日を合意」で記録してください。", true
	}
	d.v.Post(p)
}

func (d *decision) typeName() string {
	if rt, ok := d.cust.Type(d.t.Type); ok {
		return rt.IssueType
	}
	if name := boardingNames[d.t.Boarding]; name != "" {
		return name
	}
	if d.t.IssueType == "" {
		return "ご依頼"
	}
	return d.t.IssueType
}
