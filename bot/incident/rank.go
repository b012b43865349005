package incident

import "toban/bot"

// helps say in the card's menu what an action does.
var helps = map[string]string{
	actionAffected:    "影響ありとして扱います。約束の時計と、お客様への連絡のしかたが変わります。",
	actionNotAffected: "影響なしとして扱います。約束の時計と、お客様への連絡のしかたが変わります。",
	actionUpdate:      "経過報告をお客様のチケットに書き込みます。次の経過報告の期限はそこから数えます。",
	actionNote:        "行ったことや分かったことを記録します。次の経過報告の下書きになります。",
	actionRecovered:   "復旧をお客様に知らせ、時計を止めます。",
	actionDiscount:    "直前の書き込みを、経過報告として数えないことにします。",
	actionNotice:      "送れなかった初報を、もう一度送ります。",
	actionReopen:      "障害の対応を再開し、経過報告を始めます。",
	actionCall:        "お客様への電話がどうなったかを記録します。伝わらなければ、次の連絡先へ電話します。",
	actionReview:      "起きたことを時刻順にまとめ、振り返りの下書きとともにスレッドに書きます。",
	actionExplain:     "約束の期限がどのように決まったかを、あなただけに表示します。",
}

// rank says how likely staff press a button next, in this state of the incident.
func (d *decision) rank(action string) bot.Rank {
	open := d.impact() == Undecided || d.impact() == Checking
	switch action {
	case actionNotice:
		return bot.RankUrgent
	case actionCall:
		if d.r.Tree.ByHand { // the next contact is named when this one's result is known
			return bot.RankUrgent
		}
		return bot.RankMenu
	case actionAffected, actionNotAffected:
		if open {
			return bot.RankUrgent
		}
		return bot.RankMenu
	case actionUpdate, actionRecovered:
		return bot.RankNext
	case actionNote, actionReopen:
		return bot.RankCard
	}
	return bot.RankMenu
}
