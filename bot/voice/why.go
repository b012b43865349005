package voice

import "strings"

// whys are the causes of failures that adapters name, in their own words, and what staff read of them. The first that is found counts.
var whys = [...]struct{ says, staff string }{
	{"no longer a member of the project", "通知先のお客様が Backlog のプロジェクトに参加していません"},
	{"not among the notified", "コメントの通知先にお客様が入っていません"},
	{"text is not what was sent", "コメントの本文が、送ったものから変わっています"},
	{"was there and is gone again", "コメントが削除されています"},
	{"refuses this machine's address", "Backlog のアクセス制限で拒否されました。運用者に連絡してください"},
	{"does not accept the API key", "Backlog の API キーが使えません。運用者に連絡してください"},
	{"is deleted, or the bot is no longer a member", "課題が削除されたか、ボットがプロジェクトに参加していません"},
	{"the bot's account may not do this", "ボットのアカウントに権限がありません。運用者に連絡してください"},
	{"the plan of the space does not allow", "Backlog の契約プランで使えない操作です。運用者に連絡してください"},
	{"it has no issue type", "プロジェクトに必要な種別がありません。運用者に連絡してください"},
	{"has no status", "プロジェクトに必要な状態がありません。運用者に連絡してください"},
	{"wiki is switched off", "プロジェクトの Wiki が使えない設定です。運用者に連絡してください"},
	{"held back by the project's mode", "プロジェクトのモードにより送っていません"},
	{"nothing goes outward now", "お客様への発信が止められています"},
	{"withdrawn before it went out", "送る前に取り下げられました"},
	{"does not accept this as it is", "Backlog がこの内容を受け付けませんでした"},
}

// Why is the cause of a failure as staff read it. An adapter's own words are for operators: they stand in the trail and in the dead letter.
func Why(cause string) string {
	for _, w := range whys {
		if strings.Contains(cause, w.says) {
			return w.staff
		}
	}
	if cause != "" && !strings.ContainsFunc(cause, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
		return cause // ours already
	}
	return "原因を特定できませんでした。運用者に確認してください"
}
