package work

import "toban/bot"

// helps say in the card's menu what an action does.
var helps = map[string]string{
	actionSchedule: "作業の日時と内容を決めます。開始の前にお客様へ開始連絡を送ります。",
	actionStart:    "作業を始めたことを記録します。",
	actionExtend:   "終了予定を延ばし、お客様に知らせます。",
	actionDone:     "実施したことと確認した結果をお客様に知らせ、作業を終えます。",
	actionEnd:      "作業を終えてお客様に知らせます。ご依頼は続きます。",
	actionCancel:   "予定した作業を取りやめます。お知らせ済みの場合はお客様にお伝えします。",
	actionApprove:  "計画を承認し、お客様に同意をお願いします。計画を作った人は承認できません。",
	actionReject:   "計画を理由とともに差し戻します。",
	actionAskAgain: "計画への同意を、お客様にもう一度お願いします。",
	actionAgreed:   "お客様のコメントを、計画への同意として記録します。",
	actionGoOn:     "見つかった問題を承知のうえで、この日時に予定します。",
	actionTick:     "いまの確認が済んだことを記録します。",
	actionTrouble:  "確認で問題があったこと、または確認できないことを記録します。",
	actionAbort:    "作業を中断し、お客様に知らせます。",
}

// rank says how likely staff press a button next, in this stage of the work.
func (d *decision) rank(action string) bot.Rank {
	switch action {
	case actionStart, actionDone, actionEnd, actionApprove, actionAgreed, actionGoOn, actionTick, actionTrouble:
		return bot.RankNext
	case actionSchedule:
		switch {
		case d.o.Stage == Stopped:
			return bot.RankNext
		case d.t.Class == bot.ClassIncident && d.o.Stage != Planned && d.o.Stage != Noticed:
			return bot.RankMenu
		case d.t.Change.NeedsPlan() && d.o.Stage == None && d.t.Owner != "":
			return bot.RankNext
		}
	case actionCancel:
		return bot.RankMenu
	}
	return bot.RankCard
}
