package release

import (
	"toban/bot"
)

// Actions of the buttons below the word that nobody knows whether something was carried out. Their value is the effect's 通知番号.
const (
	ActionApplied = "release.applied"
	ActionMissing = "release.missing"
)

// Judgement are the buttons by which a person who looked says what became of it.
func Judgement(number string) []bot.Button {
	return []bot.Button{
		{Action: ActionApplied, Label: "行われていた", Value: number, Roles: Roles(), Confirm: "変更が行われていることを確認しましたか? 記録に残ります。Toban は何も変更しません。"},
		{Action: ActionMissing, Label: "行われていなかった", Value: number, Roles: Roles(), Confirm: "変更が行われていないことを確認しましたか? 記録に残ります。Toban は何も変更しません。"},
	}
}

// Judgements are the outcomes that a person's action stands for; ok is false for every other action.
func Judgements(action string) (outcome bot.AWSOutcome, ok bool) {
	switch action {
	case ActionApplied:
		return bot.AWSDone, true
	case ActionMissing:
		return bot.AWSRefused, true
	}
	return "", false
}

// Judged tells staff what a person found.
func (d Desk) Judged(e bot.Effect, person string, outcome bot.AWSOutcome) []bot.Effect {
	return d.post("release:"+bot.NoticeNumber(e.Key)+":judged", e, bot.Post{Text: person + "が確認しました。" + OutcomeWords(outcome) + ": " + describe(d.Directory(), e).what})
}

// OutcomeWords say for staff how a change ended.
func OutcomeWords(o bot.AWSOutcome) string {
	switch o {
	case bot.AWSDone, bot.AWSUnchanged:
		return "変更は行われていました"
	case bot.AWSRefused:
		return "変更は行われていませんでした"
	case bot.AWSUnknown:
	}
	return "行われたかどうか確認できていません"
}
