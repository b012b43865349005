package desk

import (
	"time"

	"toban/bot"
)

// helps say in the card's menu what an action does.
var helps = map[string]string{
	actionTake:     "このチケットの担当になります。",
	actionAssign:   "担当をほかの人に渡すか、担当待ちに戻します。",
	actionSnooze:   "決めた時刻に知らせます。約束の時計と期限の注意は止まりません。",
	actionClassify: "種別を決め直します。期限は受付の時刻から計算し直します。",
	actionAsk:      "お客様に確認したい項目を送ります。回答があるまで時計は止まります。",
	actionAgree:    "お客様と合意した期日を記録します。それが約束になります。",
	actionUrgent:   "緊急対応にします。時間帯にかかわらず担当者を呼び出します。",
	actionLate:     "期限に遅れることを、理由と新しい予定とともにお客様に知らせます。",
	actionDone:     "実施したことと確認した結果をお客様に知らせ、対応済みにします。",
	actionClose:    "このチケットを終了にします。",
	actionSplit:    "2つ目のご依頼を、別のチケットとして登録します。",
	actionRenew:    "終了後に届いたご依頼を、新しいチケットとして登録します。",
	actionReopen:   "終了したチケットの対応を再開します。時計も動き始めます。",
	actionTakeOn:   "対応範囲か確認が要るご依頼を引き受けます。",
	actionDecline:  "お引き受けできないことを、理由とともにお客様に伝えて終了します。",
	actionMerge:    "同じ依頼の課題にまとめ、このチケットを終了します。お客様に知らせます。",
	actionExplain:  "期限がどのように決まったかを、あなただけに表示します。",
	actionReapply:  "約束(SLA)の別の版で計測し直します。",
	actionWithdraw: "取り下げとして終了します。約束の時計は止まります。",
}

// ranked tells the card where a button stands, and its menu what the button does.
func (d *decision) ranked(b bot.Button) bot.Button {
	b.Rank, b.Help = d.rank(b), helps[b.Action]
	return b
}

// rank says how likely staff press a button next, in this state of the ticket.
func (d *decision) rank(b bot.Button) bot.Rank {
	deciding := d.refusal(actionTakeOn) == "" // whether to take it on at all
	incident := d.t.Class == bot.ClassIncident
	next := func(is bool) bot.Rank {
		if is {
			return bot.RankNext
		}
		return bot.RankMenu
	}
	card := func(is bool) bot.Rank {
		if is {
			return bot.RankCard
		}
		return bot.RankMenu
	}
	switch b.Action {
	case actionTakeOn, actionRenew, actionReopen:
		return bot.RankNext
	case actionClose:
		return bot.RankCard
	case actionTake:
		return next(d.t.Owner == "")
	case actionClassify:
		return next(d.t.Status == bot.StatusUnclear)
	case actionUrgent:
		return next(b.Style != "")
	case actionLate:
		const near = 24 * time.Hour
		if left := d.t.Due.Sub(d.in.Now); !d.s.LateTold && left > 0 {
			return card(left < near && d.t.Owner != "")
		}
		return bot.RankNext
	case actionDecline:
		return next(deciding)
	case actionMerge:
		return next(d.s.Twin != "")
	case actionSplit:
		return card(!d.ahead())
	case actionAsk:
		return card(!d.ahead() && !deciding)
	case actionAgree:
		return card(!deciding && !d.ahead() && (d.t.Due.IsZero() || d.t.PriorityID == bot.PriorityHigh || d.s.Wish != nil))
	case actionDone:
		return card(!incident && !deciding && !d.t.Change.NeedsPlan() && d.t.Owner != "")
	}
	return bot.RankMenu
}

// ahead reports whether a date of work is set: from then on its own buttons lead.
func (d *decision) ahead() bool {
	switch d.t.Status {
	case bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking, bot.StatusVerifying:
		return true
	case bot.StatusReceived, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusDone, bot.StatusFinished, bot.StatusCancelled,
		bot.StatusDeclined, bot.StatusHold, bot.StatusUnclear, bot.StatusDeletedOff, bot.StatusClassified, bot.StatusApproved, bot.StatusReopened:
	}
	return false
}
