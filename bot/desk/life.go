package desk

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// Actions of staff on the card.
const (
	actionTake     = Name + ".take"
	actionClassify = Name + ".classify"
	actionAsk      = Name + ".ask"
	actionDone     = Name + ".done"
	actionWithdraw = Name + ".withdraw"
	actionAgree    = Name + ".agree"
	actionClose    = Name + ".close"
	actionReopen   = Name + ".reopen"
	actionDecline  = Name + ".decline"
	actionTakeOn   = Name + ".takeon"
	actionMerge    = Name + ".merge"
	actionLate     = Name + ".late"
	actionUrgent   = Name + ".urgent"
	actionExplain  = Name + ".explain"
	actionSplit    = Name + ".split"
	actionRenew    = Name + ".renew"
	actionReapply  = Name + ".reapply"
)

// legal says in which statuses staff may press what.
var legal = map[string][]bot.Status{
	actionTake:     openStatuses,
	actionAssign:   openStatuses,
	actionSnooze:   openStatuses,
	actionClassify: {bot.StatusReceived, bot.StatusUnclear, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled, bot.StatusNotified},
	actionAsk:      {bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking},
	actionDone:     {bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusDone},
	actionWithdraw: openStatuses,
	actionAgree:    {bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking},
	actionClose:    {bot.StatusDone},
	actionReopen:   {bot.StatusDone, bot.StatusFinished, bot.StatusCancelled, bot.StatusDeclined},
	actionDecline:  {bot.StatusReceived, bot.StatusUnclear, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold},
	actionTakeOn:   {bot.StatusReceived},
	actionSplit:    openStatuses,
	actionRenew:    {bot.StatusDone, bot.StatusFinished, bot.StatusCancelled, bot.StatusDeclined},
	actionMerge:    {bot.StatusReceived, bot.StatusUnclear, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled, bot.StatusNotified},
	actionLate:     {bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking},
	actionReapply:  {bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking, bot.StatusVerifying},
	actionUrgent:   {bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled, bot.StatusNotified},
}

var openStatuses = []bot.Status{
	bot.StatusReceived, bot.StatusUnclear, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking,
	bot.StatusVerifying,
}

// refusal says why an action can't be pressed now; "" when it can.
func (d *decision) refusal(action string) string {
	statuses, ok := legal[action]
	switch {
	case action == actionExplain && d.t.Status == bot.StatusDeletedOff:
		return "課題が Backlog から削除されているため、操作できません。"
	case action == actionExplain && d.t.Class == bot.ClassIncident:
		return "障害のチケットです。障害の欄の「期限の根拠」を押してください。"
	case action == actionExplain && len(d.s.Promises) == 0 && len(d.out.Clocks) == 0:
		return "このチケットには、期限の約束がありません。"
	case action == actionExplain:
		return "" // asks, and changes nothing
	case !ok:
		return "この操作は今はできません。カードを確認してください。"
	case action == actionTakeOn && !d.undecided():
		return "判断を待っている依頼ではありません。"
	case action == actionSplit && !d.s.Several, action == actionRenew && d.s.Renew == "":
		return "この操作は今はできません。カードを確認してください。"
	case action == actionReapply && d.t.Class == bot.ClassIncident:
		return "障害の約束は、始まったときの版のまま最後まで計測します。"
	case action == actionReapply && len(d.choices()) == 0:
		return "このチケットに適用できる、別の版の約束はありません。"
	case action == actionLate && d.s.LateSaid == d.lateKey():
		return "遅れのお知らせはもう送っています。"
	case action == actionLate && d.t.Due.IsZero():
		return "期限がないため、遅れのお知らせはありません。"
	case action == actionUrgent && d.t.Urgent:
		return "もう緊急対応になっています。"
	case d.t.Class == bot.ClassIncident && (action == actionMerge || action == actionLate || action == actionUrgent || action == actionAsk || action == actionDone || action == actionAgree || action == actionDecline):
		return "障害のチケットです。カードの障害のボタン(途中経過、復旧)を使ってください。"
	case d.t.Class == bot.ClassIncident && action == actionSnooze:
		return "障害は置いておけません。担当できない場合は「担当を決める」でほかの人に渡してください。"
	case action == actionDone && d.t.Boarding != "":
		return "チェックリストの「完了を知らせる」から知らせてください。"
	case d.t.Boarding != "" && slices.Contains([]string{actionClassify, actionDecline, actionUrgent}, action):
		return "契約の開始・終了の手続きのチケットでは、この操作はできません。"
	case action == actionDone && d.t.Status == bot.StatusDone && d.s.DoneKey != "":
		return "完了のお知らせはもう送っています。"
	case slices.Contains(statuses, d.t.Status):
		return ""
	case d.t.Status == bot.StatusDeletedOff:
		return "課題が Backlog から削除されているため、操作できません。"
	case action == actionReopen:
		return "このチケットは終了していません。"
	case action == actionClose:
		return "完了の連絡が済んでいないため、まだ終了にできません。"
	case d.t.Status.Ended():
		return "このチケットは終了しています。続ける場合は「再開」を押してください。"
	case d.t.Status == bot.StatusUnclear:
		return "先に「種別を選ぶ」で種別を決めてください。"
	case action == actionDone:
		return "予定作業があります。作業の「完了」から知らせてください。"
	case action == actionClassify:
		return "作業中のため、種別は変更できません。"
	}
	return "この操作は「" + statusNames[d.t.Status] + "」のあいだはできません。"
}

// status moves the ticket on, step by step as it is drawn, and says so to the other features. Each step is in the audit trail with who
// brought it about.
func (d *decision) status(to bot.Status, why string) {
	if d.t.Status == to {
		return
	}
	for _, step := range route(d.t.Status, to) {
		d.v.Reason(fmt.Sprintf("moved from %s to %s by %s", d.t.Status, step, d.actor()), why)
		d.t.Status = step
	}
	d.dirty = true
	if !to.Ended() {
		d.t.Ended = time.Time{}
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketStatus, d.t.ID, d.in.Now, map[string]string{"status": string(to)}))
}

// route is the way from one status to another: some are only passed.
func route(from, to bot.Status) []bot.Status {
	switch {
	case from.Ended() && !to.Ended():
		return []bot.Status{bot.StatusReopened, to}
	case from == bot.StatusReceived && to != bot.StatusUnclear && !to.Ended():
		return []bot.Status{bot.StatusClassified, to}
	}
	return []bot.Status{to}
}

// actor names who brought the decision about: the author of the fact that is taken in, the person who pressed, or Toban itself.
func (d *decision) actor() string {
	if d.by != "" {
		return d.by
	}
	return "Toban"
}

// home is where an open ticket belongs that waits for no answer.
func (d *decision) home() bot.Status {
	switch {
	case d.t.Class == bot.ClassUnclear:
		return bot.StatusUnclear
	case d.s.Work != "":
		return d.s.Work
	case d.s.Held:
		return bot.StatusHold
	case d.t.Owner != "":
		return bot.StatusTaken
	}
	return bot.StatusAccepted
}

// resume ends the waiting for an answer: the clock goes on from at, a question that is not out yet is taken back. The caller moves the
// status on.
func (d *decision) resume(at time.Time, who bot.Author, ref, why string) {
	if d.s.AskKey != "" {
		d.out.Withdraw = append(d.out.Withdraw, d.s.AskKey)
	}
	if d.paused() {
		d.enter(bot.EntryAnswered, at, who, ref, why)
	}
	if d.t.Status == bot.StatusWaiting {
		d.v.Cancel("remind")
		if d.t.Owner == "" {
			d.claimLater()
		}
	}
	d.s.AskKey, d.s.Required, d.s.Spoken, d.s.Reminders, d.dirty = "", false, false, 0, true
}

// paused reports whether the last word of the history is a question.
func (d *decision) paused() bool {
	for _, e := range slices.Backward(d.t.Entries) {
		switch e.Kind {
		case bot.EntryAsked:
			return true
		case bot.EntryAnswered, bot.EntryComplete, bot.EntryReopened:
			return false
		default: // neither question nor answer
		}
	}
	return false
}

// end ends a ticket that is not to be done: nothing of it goes out any more.
func (d *decision) end(to bot.Status, at time.Time, who bot.Author, ref, why string) {
	if d.s.DoneKey != "" && !d.has(bot.EntryDone) {
		d.out.Withdraw = append(d.out.Withdraw, d.s.DoneKey)
	}
	d.resume(at, who, ref, why)
	d.s.Work = ""
	d.enter(bot.EntryCancelled, at, who, ref, why)
	d.status(to, why)
	d.t.Ended = at
	d.v.Cancel("unclaimed", "remind", "close", "clock", "snooze")
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketCancelled, d.t.ID, at, nil))
}

func (d *decision) has(kind bot.EntryKind) bool {
	return slices.ContainsFunc(d.t.Entries, func(e bot.Entry) bool { return e.Kind == kind })
}

// done ends a ticket that was done; closing follows after silence.
func (d *decision) done(at time.Time, why string) {
	d.s.Work, d.s.Thanked = "", false
	d.status(bot.StatusDone, why)
	d.t.Ended = at
	d.v.Cancel("unclaimed", "remind", "snooze")
	d.closeLater(at)
}

// reopen starts a new cycle. A customer who wrote is answered; staff who pressed are not.
func (d *decision) reopen(at time.Time, who bot.Author, ref, why string, answer bool) error {
	d.enter(bot.EntryReopened, at, who, ref, why)
	d.t.Reopened++
	d.s.DoneKey, d.s.LateTold, d.s.Work, d.s.Thanked = "", false, "", false
	d.v.Cancel("close")
	d.status(d.home(), why)
	if d.t.Owner == "" {
		d.claimLater()
	}
	if err := d.clocks(); err != nil {
		return err
	}
	u := bot.Update{DueDate: d.dueDate()}
	if d.t.StatusID == bot.StatusResolved || d.t.StatusID == bot.StatusClosed {
		u.StatusID = bot.StatusInProgress
		if d.t.Owner == "" { // nobody has taken it up yet
			u.StatusID = bot.StatusOpen
		}
		d.t.StatusID = u.StatusID
	}
	d.v.Tell("チケットが再開されました。", d.v.Mention()...)
	key := fmt.Sprintf("desk:%s:reopen:%s", d.t.ID, ref)
	if !answer {
		d.fieldsOnly(key, u)
		return nil
	}
	data := map[string]any{}
	if !d.t.Due.IsZero() {
		data["due"] = d.v.When(d.t.Due)
	}
	return d.say(key, "reopened", data, u, false)
}

// fieldsOnly queues an update without words, if there is anything to set.
func (d *decision) fieldsOnly(key string, u bot.Update) {
	if !u.Empty() {
		d.v.Fields(key, u)
	}
}

func (d *decision) dueDate() string {
	if d.t.Due.IsZero() {
		return ""
	}
	return d.t.Due.In(d.cust.Zone).Format(time.DateOnly)
}
