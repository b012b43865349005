package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

func TestClassify(t *testing.T) {
	types := requestTypes(profile(t))
	cases := []struct {
		name, issueType, summary, text string
		category                       []string
		want                           string
		confidence                     bot.Confidence
		suggested                      string
	}{
		{name: "issue type in other widths", issueType: "ＳｅｃｕｒｉｔｙＧｒｏｕｐ設定作業", summary: "SG", text: "203.0.113.1/32 から 22 番ポートを許可してください", want: "security_group", confidence: bot.Certain},
		{name: "alias", issueType: "運用改善提案", summary: "改善", text: "監視の自動化を相談したい", want: "improvement", confidence: bot.Certain},
		{name: "category when the issue type says nothing", issueType: "タスク", category: []string{"バックアップ作業"}, summary: "x", text: backup, want: "backup", confidence: bot.Certain},
		{name: "shared issue type, procedure", issueType: "技術相談", summary: "手順書の変更", text: "再起動手順書に確認の手順を加えたい", want: "procedure_change", confidence: bot.Certain},
		{name: "shared issue type, general", issueType: "技術相談", summary: "料金", text: "どのプランがよいか相談させてください", want: "consultation", confidence: bot.Certain},
		{name: "alias of a shared type is certain", issueType: "保守手順変更", summary: "変更", text: "夜間の手順を変えたいです", want: "procedure_change", confidence: bot.Certain},
		{name: "question about a thing", issueType: "Security Group 設定作業", summary: "現在の許可ルールについて", text: "web01 で現在許可されているポートを教えてください。", want: "consultation", confidence: bot.Likely, suggested: "security_group"},
		{name: "polite request with a question mark stays", issueType: "Security Group 設定作業", summary: "ポート開放", text: "web01 の 443/tcp を 203.0.113.5 から許可していただけますでしょうか？", want: "security_group", confidence: bot.Certain},
		{name: "can you stop it", issueType: "サーバー起動 / 停止作業", summary: "停止", text: "今夜 22 時に web01 を停止していただくことは可能でしょうか。", want: "server_power", confidence: bot.Certain},
		{name: "wrong issue type", issueType: "アカウント管理作業", summary: "web01 の再起動", text: "web01 を再起動してください。停止ではありません。", want: "server_power", confidence: bot.Likely, suggested: "account"},
		{name: "outage under another type", issueType: "技術相談", summary: "サイトが表示されません", text: "10時頃からトップページに 502 エラーが出て、注文できない状態です。", want: "incident", confidence: bot.Likely},
		{name: "outage of yesterday", issueType: "技術相談", summary: "昨日の件", text: "昨日サイトが落ちた件の原因を相談させてください。", want: "consultation", confidence: bot.Likely},
		{name: "outage to be prevented", issueType: "監視設定作業", summary: "監視追加", text: "作業の種類: 追加\nホスト名: web01\n監視設定の内容: サイトが落ちたとき気づけるように外形監視を追加", want: "monitoring", confidence: bot.Likely, suggested: "incident"},
		{name: "incident", issueType: "障害ご連絡", summary: "接続できません", text: "10:30 から web01 に接続できません。業務が止まっています。", want: "incident", confidence: bot.Certain},
		{name: "drill called an incident", issueType: "障害ご連絡", summary: "【訓練】障害対応訓練", text: "10:30 から web01 に接続できない想定です。", want: "incident", confidence: bot.Likely},
		{name: "no drill", issueType: "障害ご連絡", summary: "訓練ではありません", text: "10:30 から web01 に接続できません。", want: "incident", confidence: bot.Certain},
		{name: "question called an incident", issueType: "障害ご連絡", summary: "障害時の連絡先", text: "障害時の電話番号を教えてください。", want: "consultation", confidence: bot.Likely, suggested: "incident"},
		{name: "content only, backup", issueType: "その他", summary: "バックアップ", text: "web01 のスナップショットの世代を増やしてください", want: "backup", confidence: bot.Certain},
		{name: "content only, outage", issueType: "", summary: "緊急", text: "サーバーが落ちています", want: "incident", confidence: bot.Likely},
		{name: "only thanks", issueType: "アカウント管理作業", summary: "先日はありがとうございました", text: "昨日のディスク拡張の件、無事確認できました。ありがとうございました。", want: "unclear", confidence: bot.Unsure, suggested: "account"},
		{name: "only a greeting", issueType: "ディスク変更作業", summary: "担当変更のご挨拶", text: "このたび担当が三浦から工藤に変わりました。今後ともよろしくお願いいたします。", want: "unclear", confidence: bot.Unsure, suggested: "disk"},
		{name: "thanks before a request", issueType: "バックアップ作業", summary: "バックアップ", text: "先日はありがとうございました。web01 のスナップショットを取ってください。", want: "backup", confidence: bot.Certain},
		{name: "thanks with details", issueType: "バックアップ作業", summary: "バックアップ", text: "いつもありがとうございます。\n作業の種類: 追加\nホスト名: web01", want: "backup", confidence: bot.Certain},
		{name: "complaint by issue type", issueType: "苦情", summary: "対応について", text: "連絡がありませんでした", want: "complaint", confidence: bot.Certain},
		{name: "complaint by content", issueType: "その他", summary: "クレーム", text: "誠意ある対応をお願いします", want: "complaint", confidence: bot.Likely},
		{name: "complaint under another type", issueType: "その他の AWS 設定作業", summary: "前回の件", text: "対応がひどく納得できません。責任者を出してください。", want: "complaint", confidence: bot.Likely, suggested: "aws_other"},
		{name: "complaint in the catch-all type", issueType: "技術相談", summary: "何度言えばわかるんですか", text: "3回目です。先週お願いした監視のしきい値の件、まだ直ってませんよね。毎晩アラートで起こされています。担当者を替えてください。", want: "complaint", confidence: bot.Likely, suggested: "consultation"},
		{name: "outage, blunt", issueType: "技術相談", summary: "落ちてる", text: "サイト見れない。早くして", want: "incident", confidence: bot.Likely, suggested: "consultation"},
		{name: "outage, plainly told", issueType: "技術相談", summary: "本日の件", text: "今朝から会計サーバ(acc01)にリモートデスクトップで入れなくなりました。ほかの者も同じです。月末締めなので困っています。", want: "incident", confidence: bot.Likely, suggested: "consultation"},
		{name: "outage, mail", issueType: "技術相談", summary: "【緊急】メールが届かない", text: "お客様から「注文確認メールが届かない」との問い合わせが朝から20件以上来ています。至急調査してください!!", want: "incident", confidence: bot.Likely, suggested: "consultation"},
		{name: "thanks in the catch-all type", issueType: "技術相談", summary: "御礼", text: "先週の障害では夜中にもかかわらず迅速にご対応いただき、誠にありがとうございました。取り急ぎ御礼まで。", want: "unclear", confidence: bot.Unsure, suggested: "consultation"},
		{name: "answer to quoted mail", issueType: "技術相談", summary: "Re: Re: 【ご確認】11月分の作業報告書について", text: "佐藤様\n\nご送付ありがとうございます。確認いたしました。\n問題ございません。\n\n-- \n青空商事株式会社\n鈴木 花子\n\n> 障害対応が2件ございました。\n> ご確認をお願いいたします。", want: "unclear", confidence: bot.Unsure, suggested: "consultation"},
		{name: "takes back another ticket", issueType: "技術相談", summary: "先ほどの依頼は取り消してください", text: "すみません、先ほどお送りした SG の依頼ですが、社内で再検討することになりましたのでキャンセルでお願いします。", want: "unclear", confidence: bot.Unsure, suggested: "consultation"},
		{name: "request that tells of complaints", issueType: "サーバー起動 / 停止作業", summary: "再起動", text: "利用者からクレームが来ているので web01 を再起動してください。", want: "server_power", confidence: bot.Likely},
		{name: "nothing to go by", issueType: "その他", summary: "お願い", text: "例の件、お願いします。", want: "unclear", confidence: bot.Unsure},
		{name: "two types alike", issueType: "", summary: "", text: "ディスク容量とバックアップ世代", want: "unclear", confidence: bot.Unsure, suggested: "backup"},
		{name: "empty", want: "unclear", confidence: bot.Unsure},
		{name: "template words don't count", issueType: "ディスク変更作業", summary: "お願い", text: "■ 作業の種類\n\n■ ホスト名\n\n■ 必要な容量\n\n■ 削除するディスク\n", want: "disk", confidence: bot.Certain},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := desk.Classify(types, nil, desk.Ticket{IssueType: c.issueType, Summary: c.summary, Description: c.text, Category: c.category})
			if got.Type != c.want || got.Confidence != c.confidence || c.suggested != "" && got.Suggested != c.suggested || len(got.Reasons) == 0 {
				t.Errorf("got %+v, want %s, %s, suggested %q", got, c.want, c.confidence, c.suggested)
			}
		})
	}
}

func TestThanks(t *testing.T) {
	thanks := []string{
		"ありがとうございます。", "ありがとうございました！", "承知しました。よろしくお願いいたします。", "了解です", "確認しました。問題ありませんでした。",
		"佐藤様\nお世話になっております。\n迅速なご対応ありがとうございました。引き続きよろしくお願いいたします。", "助かりました🙏", "Thank you very much!", "OK, thanks.",
		"青葉商事の山本です。\nご連絡ありがとうございます。\n内容を確認いたしました。", "> web01 を再起動しますか\n承知いたしました。", "かしこまりました。", "ご対応いただきありがとうございます",
	}
	words := []string{
		"了解です。web01 です", "ありがとうございます。もう1台追加してください。", "確認しましたが、まだ接続できません。", "ありがとうございます。ところで費用は？", "承知しました。明日 10 時でお願いします",
		"問題ありません。作業を進めてください", "ありがとうございました。別件で db01 も見てほしいです", "web01", "追加", "はい、削除の方です", "", "   ", "> ありがとうございます", "ありがとうございます。取り下げます",
		"キャンセルします", "thanks, but it still fails", "お世話になっております。停止",
	}
	names := []string{"山本", "青葉商事株式会社", "青葉商事", "佐藤"}
	for _, s := range thanks {
		if !desk.IsThanks(s, names...) {
			t.Errorf("%q is a thank-you", s)
		}
	}
	for _, s := range words {
		if desk.IsThanks(s, names...) {
			t.Errorf("%q would be swallowed", s)
		}
	}
}

func TestMask(t *testing.T) {
	key := "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----"
	for _, c := range []struct{ in, secret string }{
		{"キーは AKIAIOSFODNN7EXAMPLE です", "AKIAIOSFODNN7EXAMPLE"},
		{"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
		{"シークレットアクセスキー：wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
		{"password: hunter2", "hunter2"},
		{"Password=abc", "abc"},
		{"パスワード：P@ssw0rd!", "P@ssw0rd!"},
		{"パスワードは「Xy9-kk22」です", "Xy9-kk22"},
		{"■ パスワード\nXy9kk22z", "Xy9kk22z"},
		{"| パスワード | abcd1234 |", "abcd1234"},
		{"【パスワード】:abcd1234", "abcd1234"},
		{"PW: abcd1234", "abcd1234"},
		{"DB_PASSWORD=abcd1234", "abcd1234"},
		{"パスワード：ｐａｓｓ１２３４", "ｐａｓｓ１２３４"},
		{"mysql://root:s3cret@db01/app", "s3cret"},
		{"Authorization: Bearer abcdefghijklmnop1234", "abcdefghijklmnop1234"},
		{"xoxb-1234567890-abcdefghij", "xoxb-1234567890-abcdefghij"},
		{"ghp_0123456789abcdefghij0123456789abcdef", "ghp_0123456789abcdefghij0123456789abcdef"},
		{key, "MIIEpAIBAAKCAQEA"},
		{key[:60], "MIIEpAIBAAKCAQEA"},
		{"apiKey=0123456789abcdef", "0123456789abcdef"},
		{"トークン: abcdef123456", "abcdef123456"},
	} {
		got, kinds := desk.Mask(c.in)
		if strings.Contains(got, c.secret) || len(kinds) == 0 {
			t.Errorf("%q became %q, %v", c.in, got, kinds)
		}
		if again, kinds := desk.Mask(got); again != got || len(kinds) > 0 {
			t.Errorf("%q is masked again: %q, %v", got, again, kinds)
		}
	}
	for _, s := range []string{
		"", "web01 のパスワードをリセットしてください", "パスワード: 別途お知らせします", "パスワードの変更をお願いします", "IAM ユーザー yamada の追加", "https://example.com/a:b@c", "PasswordAuthentication no",
		"パスワード: ********", "秘密鍵を配置してください", "トークンの有効期限", "password reset",
	} {
		if got, kinds := desk.Mask(s); got != s || len(kinds) > 0 {
			t.Errorf("%q became %q, %v", s, got, kinds)
		}
	}
}
