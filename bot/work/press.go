package work

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/bot/voice"
	"toban/playbook"
)

// Actions of staff on the card.
const (
	actionSchedule = Name + ".schedule"
	actionStart    = Name + ".start"
	actionExtend   = Name + ".extend"
	actionDone     = Name + ".done"
	actionCancel   = Name + ".cancel"
	actionApprove  = Name + ".approve"
	actionReject   = Name + ".reject"
	actionAskAgain = Name + ".askagain"
	actionAgreed   = Name + ".agreed"
	actionGoOn     = Name + ".goon"
	actionTick     = Name + ".tick"
	actionTrouble  = Name + ".trouble"
	actionAbort    = Name + ".abort"
	actionEnd      = Name + ".end"
)

// Bounds of what people type: what nobody means is refused.
const (
	furthestWork = 366 * 24 * time.Hour // from now to a start
	longestWork  = 31 * 24 * time.Hour  // from a start to its end, from now to a later end
	longestPaper = 2500                 // characters of a plan's effect, checks or way back
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
	if !ok {
		d.v.Refuse(a, voice.Unregistered)
		return nil
	}
	if verdict.Ours(Name, a) {
		return d.pressVerdict(a, p)
	}
	switch a.Action {
	case actionSchedule:
		return d.pressSchedule(a, p)
	case actionStart:
		return d.pressStart(a, p)
	case actionExtend:
		return d.pressExtend(a, p)
	case actionDone:
		return d.pressDone(a, p)
	case actionCancel:
		return d.pressCancel(a, p)
	case actionApprove:
		return d.pressApprove(a, p)
	case actionReject:
		d.pressReject(a, p, strings.TrimSpace(a.Values["reason"]))
		return nil
	case actionAskAgain:
		if d.o.Stage != Proposed || d.o.Approval == nil {
			d.notNow(a, "お客様の同意を待っている計画がありません。")
			return nil
		}
		d.v.Tell(p.Name + " がもう一度、お客様に同意をお願いします。")
		return d.ask()
	case actionGoOn:
		return d.pressGoOn(a, p)
	case actionTick:
		return d.pressTick(a, p, playbook.Pass, "")
	case actionTrouble:
		result := playbook.Result(a.Values["result"])
		if result != playbook.Fail && result != playbook.Unknown {
			d.v.Refuse(a, "結果を選んでください。")
			return nil
		}
		return d.pressTick(a, p, result, strings.TrimSpace(a.Values["note"]))
	case actionAbort:
		return d.pressAbort(a, p)
	case actionAgreed:
		return d.pressAgreed(a, p)
	case actionEnd:
		return d.pressEnd(a, p)
	}
	d.notNow(a, "この操作は今はできません。カードを確認してください。")
	return nil
}

// notNow refuses what the work's stage does not allow, and says what it does allow.
func (d *decision) notNow(a bot.StaffAction, why string) {
	if !d.t.Status.Ended() {
		why += voice.Allowed("作業について", d.stageButtons())
	}
	d.v.Refuse(a, why)
}

func (d *decision) pressSchedule(a bot.StaffAction, p bot.Person) error {
	switch {
	case d.t.Status.Ended():
		d.v.Refuse(a, "このチケットは終了しています。続ける場合は先に「再開」を押してください。")
		return nil
	case d.t.Status == bot.StatusUnclear:
		d.v.Refuse(a, "先に種別を選んでください。")
		return nil
	case d.o.Stage == Working:
		d.v.Refuse(a, "作業中のため、日程は変更できません。「延長」を使ってください。")
		return nil
	case d.o.Stage == Finished:
		d.v.Refuse(a, "完了のお知らせがまだ届いていません。届いたあとに次の作業を決めてください。")
		return nil
	}
	start, err := time.Parse(time.RFC3339, strings.TrimSpace(a.Values["start"]))
	if err != nil {
		d.v.Refuse(a, "開始の日時を読み取れません。")
		return nil
	}
	start = minute(start)
	id := strings.TrimSpace(a.Values["playbook"])
	if id == "" && d.o.ahead() && d.o.Book != nil {
		id = d.o.Book.ID
	}
	book, withBook := d.book(id)
	end := start.Add(d.v.Customer.Timing.WorkLength)
	if book.Length > 0 {
		end = start.Add(book.Length)
	}
	if v := strings.TrimSpace(a.Values["end"]); v != "" {
		if end, err = time.Parse(time.RFC3339, v); err != nil || !end.After(start) {
			d.v.Refuse(a, "終了には開始より後の日時を指定してください。")
			return nil
		}
	}
	switch {
	case !start.After(d.at()):
		d.v.Refuse(a, "開始にはこれからの日時を指定してください。")
		return nil
	case start.Sub(d.at()) > furthestWork:
		d.v.Refuse(a, "開始には1年以内の日時を指定してください。")
		return nil
	case end.Sub(start) > longestWork:
		d.v.Refuse(a, "終了には開始から31日以内の日時を指定してください。")
		return nil
	}
	w := Wanted{Start: start, End: end, What: d.what(a.Values["what"]), Person: p.ID, Paper: Paper{
		clip(strings.TrimSpace(a.Values["effect"]), longestPaper), clip(strings.TrimSpace(a.Values["checks"]), longestPaper), clip(strings.TrimSpace(a.Values["rollback"]), longestPaper),
	}}
	if d.o.ahead() { // what is left empty stays as it was
		w.Paper = Paper{cmp.Or(w.Paper.Effect, d.o.Effect), cmp.Or(w.Paper.Checks, d.o.Checks), cmp.Or(w.Paper.Rollback, d.o.Rollback)}
	}
	if withBook {
		w.withBook(book)
	}
	if ref := strings.TrimSpace(a.Values["sooner"]); ref != "" {
		said := d.o.Heard
		if said == nil || said.Ref != ref {
			d.v.Refuse(a, "選んだコメントのあとに、お客様の新しいコメントがあります。内容を確認し、もう一度選んでください。")
			return nil
		}
		w.Sooner = &Consent{By: said.Who, At: said.At, Ref: said.Ref}
	}
	if why := d.unplannable(w); why != "" {
		d.v.Refuse(a, why)
		return nil
	}
	if w.Conflicts = d.conflicts(start, end); len(w.Conflicts) > 0 {
		d.want(w)
		return nil
	}
	return d.arrange(w, p)
}

// unplannable says why a plan can't be recorded; "" when it can.
func (d *decision) unplannable(w Wanted) string {
	proposes := d.t.Change.NeedsPlan() && d.needsNotice()
	same := d.o.ahead() && d.o.Stage != Stopped && w.Start.Equal(d.o.Start) && w.End.Equal(d.o.End) && w.What == d.o.What && w.Book == d.o.bookID()
	switch {
	case proposes && !w.Paper.whole():
		return "承認が必要な変更です。影響・確認・切り戻しも入力してください。"
	case same && (!proposes || w.Paper == Paper{d.o.Effect, d.o.Checks, d.o.Rollback}):
		return "予定は変わっていません。"
	}
	return ""
}

// arrange records the plan, or changes the one there is.
func (d *decision) arrange(w Wanted, p bot.Person) error {
	d.o.Wanted = nil
	var book *playbook.Playbook
	if x, ok := d.book(w.Book); ok {
		book = &x
	}
	if d.t.Change.NeedsPlan() && d.needsNotice() {
		return d.propose(w.Start, w.End, w.What, p.ID, w.Paper, book)
	}
	d.o.Book, d.o.Basis, d.o.Clashes = book, d.basis(w.Start, w.End), nil
	if (d.o.Stage == Planned || d.o.Stage == Noticed) && w.Start.Equal(d.o.Start) {
		return d.amend(p, w.End, w.What)
	}
	if d.o.Sooner = w.Sooner; w.Sooner != nil {
		d.v.Reason("recorded an agreement to an earlier start", p.Name+" read "+w.Sooner.Ref+" of "+w.Sooner.By)
	}
	if err := d.plan(w.Start, w.End, w.What, p.ID); err != nil {
		return err
	}
	line := fmt.Sprintf("%s が作業を %s から %s に予定しました。", p.Name, d.v.Short(d.o.Start), d.v.Short(d.o.End))
	if d.o.Stage == Planned && d.o.NoticeKey == "" {
		line += "開始連絡は " + d.v.Short(d.o.NoticeDue) + " に送ります。"
	}
	d.v.Tell(line)
	return nil
}

// amend changes a plan whose start stays: its notice, if it is out, still holds, and the customer is told the rest.
func (d *decision) amend(p bot.Person, end time.Time, what string) error {
	d.o.End, d.o.What, d.dirty = end, what, true
	d.v.Reason("changed the plan", "the start stays "+d.v.Short(d.o.Start)+", the end is "+d.v.Short(end))
	d.v.Tell(fmt.Sprintf("%s が作業の予定を変更しました(%s から %s)。", p.Name, d.v.Short(d.o.Start), d.v.Short(end)))
	d.o.Amended++
	if d.o.NoticeKey == "" && d.o.Told.IsZero() {
		return nil // nobody was told the old one
	}
	return d.word(fmt.Sprintf("%s:%d", d.key("correction"), d.o.Amended), "start_correction", d.window(), d.options())
}

// what is the work in words: as typed, else the ticket's own.
func (d *decision) what(typed string) string {
	const limit = 150
	old := ""
	if d.o.ahead() {
		old = d.o.What
	}
	return clip(cmp.Or(strings.TrimSpace(typed), old, strings.TrimSpace(d.t.Summary), d.t.IssueType, "ご依頼の作業"), limit)
}

func (d *decision) pressStart(a bot.StaffAction, p bot.Person) error {
	at := d.at()
	switch d.o.Stage {
	case Noticed:
	case Planned:
		d.notNow(a, "開始連絡がまだ確認できていないため、開始できません。")
		return nil
	case Working:
		d.notNow(a, "すでに作業中です("+d.v.Short(d.o.Began)+" 開始)。")
		return nil
	case Proposed:
		d.v.Refuse(a, d.lacking()+"そろうまで開始できません。")
		return nil
	case None, Stopped, Finished, Done, Cancelled:
		d.notNow(a, "開始できる予定作業がありません。")
		return nil
	}
	if at.Before(d.o.Start) {
		d.v.Refuse(a, "開始予定は "+d.v.Short(d.o.Start)+" です。それより前には開始できません。")
		return nil
	}
	if !d.o.Exempt && !at.Before(d.o.End) {
		d.v.Refuse(a, "お客様にお知らせした時間帯("+d.v.Short(d.o.End)+" まで)を過ぎています。「日程を変更」で決め直してください。")
		return nil
	}
	if held, err := d.planAgain(true); held || err != nil {
		return err
	}
	if why := d.forbids(p, a.Values["host"]); why != "" {
		d.v.Refuse(a, why)
		return nil
	}
	return d.begin(at, p, "pressed the button", d.in.Event.Key)
}

// begin starts the work.
func (d *decision) begin(at time.Time, p bot.Person, how, ref string) error {
	d.o.Stage, d.o.Began, d.o.Problem, d.o.Told, d.dirty = Working, at, "", time.Time{}, true
	d.v.Cancel("notice", "overdue", "again", "start", "ask", "late")
	d.expectEnd()
	d.v.Reason("started the work", p.Name+" "+how)
	d.tookOn(p)
	if err := d.beginRun(p); err != nil {
		return err
	}
	d.v.Tell(p.Name + " が作業を開始しました。終了予定は " + d.v.Short(d.o.End) + " です。")
	if d.t.StatusID == bot.StatusOpen {
		d.v.Fields(d.key("started"), bot.Update{StatusID: bot.StatusInProgress})
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkStarted, d.t.ID, at, bot.WorkNews{By: p.Name, Person: p.ID, Ref: ref, Reason: "started"}))
	if d.o.Asked < toldDelay {
		return nil
	}
	// The delay was told with the promise of a word when the work begins.
	return d.v.Say(d.key("begun"), "work_started", d.window(), d.options())
}

// forbids holds the start by a person against approval and agreement, and says for staff why it can't be; "" when it can. host is the name that
// the person typed.
func (d *decision) forbids(p bot.Person, typed string) string {
	if !d.consents() {
		return ""
	}
	host, why := cmp.Or(d.t.Host, d.t.Key), d.lacking()
	switch {
	case why != "":
	case d.o.Approval.By == p.ID:
		why = "計画を承認した人は開始できません。ほかの人が開始してください。"
	case d.o.Change == bot.ChangeIrreversible && !sameName(typed, host):
		why = "元に戻せない作業です。対象の名前(" + host + ")をそのとおりに入力してください。"
	}
	return why
}

// bookID is the id of the plan's playbook; "" when it has none.
func (o *Order) bookID() string {
	if o.Book == nil {
		return ""
	}
	return o.Book.ID
}

func sameName(typed, name string) bool { return strings.TrimSpace(typed) == strings.TrimSpace(name) }

func (d *decision) pressExtend(a bot.StaffAction, p bot.Person) error {
	if d.o.Stage != Working {
		d.notNow(a, "作業中ではないため、延長できません。")
		return nil
	}
	end, err := time.Parse(time.RFC3339, strings.TrimSpace(a.Values["end"]))
	if err != nil || !end.After(d.in.Now) || !end.After(d.o.End) {
		d.v.Refuse(a, "今の終了予定("+d.v.Short(d.o.End)+")より後の、これからの日時を指定してください。")
		return nil
	}
	if end.Sub(d.at()) > longestWork {
		d.v.Refuse(a, "終了には31日以内の日時を指定してください。")
		return nil
	}
	old := d.o.End
	d.o.Amended++
	d.forgetEnd()
	d.o.End, d.o.Overrun, d.o.WordFrom, d.dirty = end, 0, d.o.Word, true
	d.expectEnd()
	data := map[string]any{"old_end": d.v.When(old), "end": d.v.When(end), "work": d.o.What}
	if r := strings.TrimSpace(a.Values["reason"]); r != "" {
		data["reason"] = r
	}
	d.v.Reason("extended the work", p.Name+" set the end to "+d.v.Short(end))
	d.v.Tell(p.Name + " が終了予定を " + d.v.Short(end) + " に変更しました。お客様にお知らせします。")
	return d.v.Say(fmt.Sprintf("%s:%d", d.key("extended"), d.o.Amended), "work_extended", data, d.options())
}

// pressDone sends the completion notice; the finished change stays whatever becomes of the notice.
func (d *decision) pressDone(a bot.StaffAction, p bot.Person) error {
	done := strings.TrimSpace(a.Values["done"])
	changed, bad := bot.ReadResourceChanges(a.Values["resources"], p.Name, d.at())
	switch {
	case bad != "":
		d.v.Refuse(a, "管理対象の変更は、1行に1つ「ホスト名: 変わったこと」の形で入力してください: "+bad)
		return nil
	case d.o.Stage == Finished && !d.o.DoneDead:
		d.notNow(a, "完了のお知らせを送っているところです。")
		return nil
	case d.o.Stage != Working && d.o.Stage != Finished:
		d.notNow(a, "開始した作業がありません。")
		return nil
	case done == "":
		d.v.Refuse(a, "実施したことを入力してください。")
		return nil
	case d.running() != nil:
		d.v.Refuse(a, "手順がまだ終わっていません。カードの手順を最後まで確認するか、中断してください。")
		return nil
	}
	if d.o.Stage == Working {
		d.o.Finished = d.at()
	}
	d.o.DoneTry++
	d.o.DoneKey = fmt.Sprintf("%s:%d", d.key("done"), d.o.DoneTry)
	d.o.Stage, d.o.DoneDead, d.o.Problem, d.dirty = Finished, false, "", true
	d.forgetEnd()
	d.v.Cancel("step")
	data := map[string]any{"work": d.o.What, "started": d.v.When(d.o.Began), "ended": d.v.When(d.o.Finished), "done": voice.Below(done)}
	if r := strings.TrimSpace(a.Values["result"]); r != "" {
		data["result"] = voice.Below(r)
	}
	if d.v.Reason("ended the work", p.Name+" pressed the button"); len(changed) > 0 {
		data["resources"] = bot.ResourceLines(changed)
	}
	d.record(changed)
	if !d.underIncident() {
		d.news(bot.StatusVerifying, p.Name, d.in.Event.Key, "the work is over, its completion notice is on its way")
	}
	o := d.options()
	o.Verify, o.Report = true, true
	if !d.underIncident() && d.t.StatusID != bot.StatusResolved && d.t.StatusID != bot.StatusClosed {
		o.Update.StatusID = bot.StatusResolved
	}
	return d.v.Say(d.o.DoneKey, "completion_notice", data, o)
}

func (d *decision) pressCancel(a bot.StaffAction, p bot.Person) error {
	if !d.o.ahead() {
		d.notNow(a, "取りやめる予定作業がありません。")
		return nil
	}
	if err := d.cancel(p.Name+" pressed the button", true); err != nil {
		return err
	}
	d.news(bot.StatusTaken, p.Name, d.in.Event.Key, "the work was cancelled")
	d.v.Tell(p.Name + " が予定作業を取りやめました。")
	return nil
}
