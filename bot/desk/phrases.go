package desk

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is a regular expression that is only tried on text with one of its words: most tickets hold none, and the look is a hundred times
// faster.
type pattern struct {
	words []string
	re    *regexp.Regexp
}

func (p pattern) MatchString(text string) bool {
	return slices.ContainsFunc(p.words, func(w string) bool { return strings.Contains(text, w) }) && p.re.MatchString(text)
}

func words(list string) []string { return strings.Split(list, "|") }

var (
	outage = pattern{words("ない|ません|なく|ず|落ち|停止し|ダウン|見れ|止ま|開か|真っ白|エラー|error|障害が|down|ディスクフル|タイムアウト|50"), regexp.MustCompile(`(つながら|繋がら|アクセスでき|表示され|表示でき|応答し|応答が|反応し|ログインでき|接続でき|開け|見られ)(ない|ません|なく|ず)` +
		`|応答が(ない|ありません|なく)|(サイト|ホームページ|サーバー?|サービス|システム|画面|web\S{0,6})が(落ち|停止し|ダウン|見れ|止ま|開か|真っ白)|50[0234] ?(エラー|error|が(返|出|表示)|に(なり|なっ)|で(落|表示))|障害が(発生|起き)|ダウンしてい|停止してしま|落ちてい|落ちました|(ができ|が行え|受信でき|送信でき|購入でき|書き込め|保存でき|利用でき|が使え|が届か|送信され)(ない|ません|なく)(状態|な(っ|り)て|ています|[。\n]|$)|ディスクフル|タイムアウトし|真っ白|(システム|内部)エラー.{0,4}と?なり|\b(is|are|has been|have been) down\b|return 50[0234]`)}
	// past, planned and supposed outages are talked about, not reported.
	notNow     = regexp.MustCompile(`昨日|先日|先週|先月|昨年|過去|以前|前回|復旧(しま|済|し、|後)|解消(しま|済)|でした|場合|とき|際(に|は|の)|たら|れば|ように(したい|する|して)|防(ぐ|止)|対策|再発|報告書|備え|想定|予定|不要|確認方法|どうすれば`)
	drillWords = pattern{words("訓練|演習|リハーサル|テスト|避難"), regexp.MustCompile(`訓練|演習|リハーサル|テスト(です|投稿|起票|用の)|避難`)}
	noDrill    = regexp.MustCompile(`(訓練|演習|リハーサル|テスト)では?(ありません|ない|なく)`)
	forgotten  = regexp.MustCompile(`(パスワード|パスフレーズ|mfa|暗証).{0,16}(忘れ|失念|リセット|再設定|再発行|初期化|わからな|分からな|紛失)|アカウント.{0,8}ロック|ロックされ`)
	// question asks about a thing, doing asks to do it.
	question   = pattern{words("?|か|教えて|ご教示|ご教授|知りたい|お聞き|伺い|質問|アドバイス|相談|違いは|what|how|which|why"), regexp.MustCompile(`\?|でしょうか|ですか|ますか|教えて|ご教示|ご教授|知りたい|お聞き|伺い|質問|可能か|かどうか|アドバイス|ご相談|相談(した|させ|に乗)|違いは|what|how|which|why`)}
	doing      = regexp.MustCompile(`(追加|変更|削除|設定|実施|停止|起動|再起動|作成|付与|許可|拒否|適用|更新|解除|取得|開放|閉|有効化|無効化|対応|復元|復旧|リストア|拡張|増設|導入|登録|発行|緩和|アップ|切り替え|切替|戻|引き上げ|引上げ|差し替え|入れ替え|交換|移行|抽出|送付|廃止|撤去|再設定|リセット|遮断|実行|作り直)(を|し|して|を?お)?(お願いでき|てください|て下さい|ください|お願い|願います|いただき|いただけ(ます|ない|れば|ると)|頂き|頂け|たいです|をお願い)|(して|て|で)(ください|下さい|ほしい|欲しい|いただ|頂|もら)|お願いできま|お願い(いた|致)?します|依頼し|(追加|変更|削除|設定|停止|起動|作成|付与|許可|適用|更新)(し|を)?(たい|希望)|\b(please|could you|can you|would you)\b.{0,24}\b(restart|reboot|start|stop|add|allow|open|close|create|delete|remove|change|update|upgrade|install|take|restore|extend|increase|reset|set up|enable|disable|block|attach|register)\b`)
	pleading   = regexp.MustCompile(`相談(を)?(させて|に乗って|したく|したい)(ください|下さい|いただ\S*|頂\S*|存じ\S*)?|(回答|教示|教授|説明|連絡|返信|案内|助言|アドバイス|意見|見解|提示|確認|検討)(を|して|し)?(お願い(いた|致)?します|お願いできま\S*|いただけ\S*|頂け\S*|いただき\S*|頂き\S*|ください|下さい|もらえ\S*)|(ご(回答|教示|教授|確認|連絡|返信|アドバイス|意見|検討)|よろしく|宜しく|お手数ですが)[^。\n]{0,12}(お願い(いた|致)?します|ください|下さい|いただけ\S*|頂け\S*)|教えて(ください|下さい|いただけ\S*|頂け\S*)?|よろしくお願い(いた|致)?します`)
	complaints = pattern{words("何度|返事|苦情|クレーム|遺憾|不満|うんざり|憤|契約を見直|いい加減|放置|対応が|納得|誠意|責任者"), regexp.MustCompile(`苦情|クレーム|遺憾|不満(です|を|が)|うんざり|憤|契約を見直|いい加減に|放置され|対応が(ひど|酷)|納得(でき|が)|誠意|責任者(の方)?(を|から|に|へ)|何度(も)?(お願い|連絡|問い合わせ|依頼|催促)[^。]{0,12}(ない|ません|ず)|返事が(ない|ありません|来ま|いただけ)`)}
	urgent     = regexp.MustCompile(`緊急|至急|大至急|urgent`)
	withdrawal = regexp.MustCompile(`取り?下げ|キャンセル(し|を|で|とさせ|お願い|希望|いた)|(依頼|作業|対応|申請|本件|こちら)[^。\n]{0,10}(中止|不要|キャンセル|取り?消)|(中止|不要)(に|と)(なり|してください|して下さい|させて|いたし)|取り?消し?(て|を|ます|たい)|取り?(止|や)め(ます|て|たい|とさせ|でお願い)|\b(cancel|withdraw)\b`)
)

// withdrawn is a sentence that withdraws a request, unsure what hangs it on something or means another thing.
var (
	withdrawn = regexp.MustCompile(`(取り?下げ|キャンセル|取り?消し?|取り?(止|や)め|中止)(を|と|で)?(させて(いただ|頂)(き|け)\S*|(いた|致)します|し?ます|(を)?お願い(いた|致)?します|お願いします|(し|にし)?て(ください|下さい)|願います|希望(いた|致)?します|でお願い\S*|たい(です|と思います|と存じます)?|となりました|になりました)[。.!]?$|(依頼|作業|対応|本件|こちら)[^。\n]{0,10}(不要(に|と)なりました|不要です)[。.!]?$|\b(please )?(cancel|withdraw)\b.{0,30}(request|ticket|this|it)\b`)
	unsure    = regexp.MustCompile(`\?|場合|たら|れば|なら|一部|のみ|だけ|以外|検討|かも|前回|別件|別の|ではな|ではあり|しないで|せずに|取り?下げ(ない|ず|ません)|キャンセル(し|でき)(ない|ません)|キャンセル待|代わり|かわり|それとも|または|もしくは|確認|相談|延期|変更|\bif\b|\bnot\b|instead|only|part`)
)

// plainWithdrawal reports whether a comment withdraws the request and says nothing else that staff should weigh.
func plainWithdrawal(comment string) bool {
	const most = 150 // characters
	text := strings.TrimSpace(fold(own(comment)))
	if utf8.RuneCountInString(text) > most || unsure.MatchString(text) || question.MatchString(pleading.ReplaceAllString(text, " ")) {
		return false
	}
	return slices.ContainsFunc(sentences(text), func(s string) bool { return withdrawn.MatchString(strings.TrimSpace(s)) })
}

// fold brings text to one form for comparing: full-width letters and digits to half-width, small letters, line ends kept.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e': // the full-width forms of ASCII
			r -= '\uff01' - '!'
		case r == '\u3000': // the ideographic space
			r = ' '
		}
		return unicode.ToLower(r)
	}, s)
}

// squeeze folds and leaves letters and digits only.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == 'ー' {
			return r
		}
		return -1
	}, fold(s))
}

// reportsOutage reports whether a sentence says that something is down now.
func reportsOutage(body string) bool {
	for _, s := range sentences(body) {
		if strings.Contains(s, "ログイン") && forgotten.MatchString(body) {
			continue // somebody who lost a password, not a service that is down
		}
		if outage.MatchString(s) && !notNow.MatchString(s) {
			return true
		}
	}
	return false
}

func drill(body string) bool { return drillWords.MatchString(body) && !noDrill.MatchString(body) }

// asksOnly reports whether a text only asks about things and wants nothing done.
func asksOnly(body string) bool {
	return question.MatchString(body) && !doing.MatchString(pleading.ReplaceAllString(body, " "))
}

func sentences(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '。' || r == '\n' || r == '!' || r == '?' })
}
