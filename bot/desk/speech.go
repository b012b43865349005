package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

// mood is how a text speaks: what it asks, wants done, complains of or reports. It is heard in one pass.
type mood struct {
	question   bool // it asks about something
	names      bool // it says what it asks
	wonders    bool // it does so beside what only is polite (ご確認をお願いします)
	doing      bool // it asks for something to be done
	pleads     bool // it asks for an answer, a look, a word
	outage     bool // it speaks of something that is down
	down       bool // it says that something is down now
	downBelow  bool // and says so below the summary
	pastBelow  bool // below the summary it speaks of what is over
	asksBelow  bool // below the summary it asks about something
	drill      bool // it speaks of a drill or a test
	complaint  bool
	able       bool     // it asks whether something can be done
	troubled   bool     // below the summary it says that something fails or is slow
	informs    bool     // it only wants to be told or sent something that is known already
	inquires   bool     // it asks for an answer, and not only in the polite form of a request
	at         []ending // how its verbs go on, by their place
	pleas      []span   // what only asks for an answer
	objections []objection
}

// asksOnly reports whether a text only asks about things and wants nothing done.
func (m mood) asksOnly() bool { return m.question && !m.doing }

// Kinds of what is heard, in the order of speech.
const (
	heardQuestion = iota
	heardDoing
	heardEnglishDoing
	heardPleading
	heardFarPleading
	heardOutage
	heardFarOutage
	heardPast
	heardDrill
	heardNoDrill
	heardForgotten
	heardComplaint
	heardFarComplaint
	heardPolite
	heardAbility
	heardWant
	heardPast2
	heardSupposed
	heardNot
	heardAble
	heardTrouble
	heardWithdrawn
	heardReported
	heardWaiting
	heardWeighing
	heardCorrected
	heardAffected
	heardBeside
	heardInquiring
	heardChasing
	heardAttacked
	heardInforming
	kindsHeard
)

// hear listens to folded text.
func hear(text string) mood {
	text = bot.Unspaced(text)
	apart := speech.Text(text)
	defer speech.Back(apart)
	return listen(text, apart)
}

// listen hears a text that is taken apart already.
func listen(text string, apart *bot.Text) (m mood) {
	speech.Asks(apart, func(asks []bot.Asked) { m = moodOf(text, asks) })
	return m
}

// moodOf makes a mood of what is heard in a text.
func moodOf(text string, asks []bot.Asked) mood {
	title := strings.IndexByte(text, '\n')
	var m mood
	var at [kindsHeard][]bot.Asked
	for i := 0; i < len(asks); {
		kind, from := asks[i].Type, i
		for i < len(asks) && asks[i].Type == kind {
			i++
		}
		at[kind] = asks[from:i]
	}
	pleading, polite := covered(at[heardPleading], at[heardFarPleading]), covered(at[heardPolite])
	within := func(a bot.Asked, c *cover) bool { return c.holds(a.From, a.To) }
	past := sentencesOf(at[heardPast])
	m.question = len(at[heardQuestion]) > 0
	m.pleads = len(at[heardPleading])+len(at[heardFarPleading]) > 0
	m.pleas = pleading.spans
	for _, a := range at[heardQuestion] {
		m.wonders = m.wonders || !within(a, &pleading)
		m.names = m.names || !within(a, &pleading) && !strings.Contains(text[a.From:a.To], "相談") // who wants to talk has not asked yet
	}
	m.doing = len(at[heardEnglishDoing]) > 0
	for _, a := range at[heardDoing] {
		m.doing = m.doing || !within(a, &pleading) && !supposed(text[a.To:])
	}
	for _, k := range []int{heardOutage, heardFarOutage} {
		for _, a := range at[k] {
			m.outage = true
			// Past, planned and supposed outages are talked about, not reported. Who lost a password is no service that is down.
			now := !past(a.Sentence) && !(len(at[heardForgotten]) > 0 && personal(text[a.From:a.To]))
			m.down = m.down || now
			m.downBelow = m.downBelow || now && a.From > title
		}
	}
	for _, a := range at[heardPast] {
		m.pastBelow = m.pastBelow || a.From > title
	}
	m.drill = len(at[heardDrill]) > 0 && len(at[heardNoDrill]) == 0
	m.complaint = len(at[heardComplaint])+len(at[heardFarComplaint]) > 0
	for _, a := range at[heardQuestion] {
		if (!within(a, &polite) || seeks(text, a, &pleading)) && !(text[a.From] == '?' && englishPlea(text, a.From)) {
			m.inquires, m.asksBelow = true, m.asksBelow || a.From > title
		}
	}
	for _, a := range at[heardTrouble] {
		m.troubled = m.troubled || a.From > title && !past(a.Sentence)
	}
	for _, a := range at[heardAbility] {
		m.able = m.able || !within(a, &polite) || !strings.Contains(text[max(0, a.From-len("お願い")):a.To], "お願い")
	}
	m.at = endings(at[heardWant:heardTrouble])
	m.informs = len(at[heardInforming]) > 0
	for k := heardWithdrawn; k < heardInforming; k++ {
		for _, a := range at[k] {
			m.objections = append(m.objections, objection{span{a.From, a.To}, k, a.Sentence})
		}
	}
	return m
}

// sentencesOf tells of each sentence whether it holds one of these.
func sentencesOf(asks []bot.Asked) func(sentence int) bool {
	var list []int
	return func(sentence int) bool {
		if list == nil {
			list = make([]int, len(asks))
			for i, a := range asks {
				list[i] = a.Sentence
			}
			slices.Sort(list)
		}
		_, ok := slices.BinarySearch(list, sentence)
		return ok
	}
}

// seeks reports whether a polite question is for words and not for work: ご意見をいただけますか.
func seeks(text string, a bot.Asked, pleading *cover) bool {
	return pleading.touches(a.From, a.To, func(p span) bool {
		return slices.ContainsFunc([]string{"意見", "アドバイス", "教示", "教授", "説明", "回答", "見解", "助言"}, func(w string) bool { return strings.Contains(text[p.from:p.to], w) })
	})
}

// supposed reports whether what somebody wants is only supposed: 追加したい場合.
func supposed(behind string) bool {
	for _, w := range []string{"場合", "とき", "時は", "時の", "際"} {
		if strings.HasPrefix(behind, w) {
			return true
		}
	}
	return false
}

// personal reports whether what is down may be the access of one person.
func personal(outage string) bool {
	return strings.Contains(outage, "ログイン") || strings.Contains(outage, "入れ") || strings.Contains(outage, "使えな") || strings.Contains(outage, "使えま")
}

// say makes asks of lines: words of a group are parted by "|", groups by " ".
func say(gap int, lines ...string) bot.SignWords {
	w := bot.SignWords{Gap: gap}
	for _, l := range lines {
		var ask [][]string
		for g := range strings.SplitSeq(l, " ") {
			ask = append(ask, words(strings.ReplaceAll(g, "_", " ")))
		}
		w.Asks = append(w.Asks, ask)
	}
	return w
}

// but leaves out what stands within longer words.
func but(w bot.SignWords, list string) bot.SignWords {
	w.Except = words(list)
	return w
}

func words(list string) []string { return strings.Split(list, "|") }

const (
	adjoining = -1
	verbs     = "追加|変更|削除|設定|実施|停止|起動|再起動|作成|付与|許可|拒否|適用|更新|解除|取得|開放|閉|有効化|無効化|対応|復元|復旧|リストア|拡張|増設|導入|登録|発行|緩和|アップ|切り替え|切替|戻|引き上げ|引上げ|差し替え|入れ替え|交換|移行|抽出|送付|廃止|撤去|再設定|リセット|遮断|実行|作り直"
	wanting   = "お願いでき|てください|て下さい|ください|お願い|願います|いただき|いただけます|いただけない|いただけれ|いただけると|頂き|頂け|たいです"
	pleas     = "お願いします|お願いいたします|お願い致します|お願いできま|いただけ|頂け|いただき|頂き|ください|下さい|もらえ"
	things    = "回答|教示|教授|説明|連絡|返信|案内|助言|アドバイス|意見|見解|提示|確認|検討"
)

// speech is how Japanese and English tickets speak; it is of the language and no contract's. One kind after another, as numbered above.
var speech = bot.NewSigns([]bot.RequestType{
	heardQuestion: {Signs: but(say(0, "?|でしょうか|ですか|ますか|教えて|ご教示|ご教授|知りたい|お聞き|伺い|質問|可能か|かどうか|でしたか|ましたか|確認させて|把握したい|ですっけ|でしたっけ|ましたっけ|アドバイス|ご相談|相談した|相談させ|相談に乗|違いは|what|how|which|why"), "終わったら教えて|終わったら、教えて|終わったらおしえて|完了したら教えて|完了したら、教えて|完了したらおしえて|できたら教えて|できたら、教えて|できたらおしえて|済んだら教えて|済んだら、教えて|済んだらおしえて|終わりましたら教えて|終わりましたら、教えて|終わりましたらおしえて|完了しましたら教えて|完了しましたら、教えて|完了しましたらおしえて|完了後に教えて|完了後に、教えて|完了後におしえて|終わり次第教えて|終わり次第、教えて|終わり次第おしえて|完了次第教えて|完了次第、教えて|完了次第おしえて|終了後に教えて|終了後に、教えて|終了後におしえて|終了したら教えて|終了したら、教えて|終了したらおしえて|おわったらおしえて|ご相談した件|ご相談した通り|ご相談したとおり|ご相談しました|ご相談していた|ご相談の件|ご相談の通り|ご相談のとおり|質問した件|教えていただいた|教えてもらった|ご教示いただいた|ご教示いただきました|ご教示のとおり")},
	heardDoing: {Signs: say(
		adjoining,
		verbs+" "+wanting, verbs+" を|し|して|お|をお "+wanting, "して|て|で ください|下さい|ほしい|欲しい|いただ|頂|もら", "お願いできま|お願いします|お願いいたします|お願い致します|依頼し", "へ。|に。",
		"といて。|ておいて。|上げて。|下げて。|消して。|止めて。|戻して。|足して。|増やして。|減らして。|閉じて。|開けて。|作って。|入れて。|外して。|変えて。|直して。",
		"追加|変更|削除|設定|停止|起動|作成|付与|許可|適用|更新 たい|希望|したい|し希望|をたい|を希望",
	)},
	heardEnglishDoing: {Signs: say(24, "please|could_you|can_you|would_you restart|reboot|start|stop|add|allow|open|close|create|delete|remove|change|update|upgrade|install|take|restore|extend|increase|reset|set_up|enable|disable|block|attach|register")},
	heardPleading: {Signs: say(
		adjoining,
		"相談させて|相談に乗って|相談したく|相談したい|相談をさせて|相談をしたく|相談をしたい",
		"相談させて|相談に乗って|相談をさせて いただきたく|いただけ|いただき|頂け|頂き|ください|下さい|存じ",
		things+" "+pleas, things+" を|して|し "+pleas, "教えて", "教えて ください|下さい|いただけ|頂け", "よろしく お願いします|お願いいたします|お願い致します",
	)},
	heardFarPleading: {Signs: say(12, "ご回答|ご教示|ご教授|ご確認|ご連絡|ご返信|アドバイス|ご意見|ご検討|よろしく|宜しく|お手数ですが お願いします|お願いいたします|お願い致します|ください|下さい|いただけ|頂け")},
	heardOutage: {Signs: say(
		adjoining,
		"つながら|繋がら|アクセスでき|表示され|表示でき|応答し|応答が|反応し|ログインでき|接続でき|開け|見られ ない|ません|なく|ず", "応答がない|応答がありません|応答がなく",
		"サイトが|ホームページが|サーバーが|サーバが|サービスが|システムが|画面が 落ち|停止し|ダウン|見れ|止ま|開か|真っ白",
		"500|502|503|504|550 エラー|_エラー|error|_error|が返|を返し|が出|が表示|になり|になっ|で落|で表示|_が返|_が出|_が表示|_になり|_になっ|_で落|_で表示", "障害が発生|障害が起き|ダウンしてい|停止してしま|落ちてい|落ちてる|落ちてます|落ちました",
		"サイト|ホームページ|画面|システム|アプリ 見れない|見れません|見れなくな|開けない|開けません|開かない|落ちた|落ちてる", "メールが|メールは 届かない|届きません|届いていない|送れない|送れません 。|と|」|です|件|状|ため|\n", "入れなくなり|入れなくなっ|ログインできなくなり|ログインできなくなっ",
		"エラーになりま|エラーになって|エラーとなりま|エラーとなって|エラーが出ています|エラーが出て|エラーが表示さ|エラーが発生し|が停止していま|が停止してお|が止まりま|止まっています|止まってしま|止まりました|止まってい|動いていません|動きません|動いていない|使えません|使えない状態|使えなくな|落ちてい|反応がない|反応がありません|反応しません|異常終了し|異常終了してい|開けません|開かない|開きません|入れません|入れない状態|出せない状態|できない状況|できない状態|できなくなっ|できなくなり|届いていません|届いていないようで|届きません|送信できません。|送信できません\n|送信できない状態|受信できません|保存できません|登録できません|出力できません|出力されません|つながらない状態|繋がらない状態",
		"ができ|が行え|受信でき|送信でき|購入でき|書き込め|保存でき|利用でき|が使え|が届か|送信され ない|ません 状態|なって|なりて|ています|。|\n", "ディスクフル|タイムアウトし|真っ白",
		"is_down|are_down|has_been_down|have_been_down|return_500|return_502|return_503|return_504", "returning|returns|return 500|502|503|504", "all|our|every customers|users|site|shop|service affected|unavailable|down|stopped|broken",
	)},
	heardFarOutage: {Signs: say(6, "web が落ち|が停止し|がダウン|が見れ|が止ま|が開か|が真っ白", "customers|users|nobody|everyone|no_one|staff _cannot|_can_not|_can't|_can_log|_can_access|_are_unable", "page|site|screen|portal|app _shows_an_error|_shows_errors|_returns_an_error|_is_broken|_does_not_load|_won't_load", "システムエラー|内部エラー なり")},
	heardPast:      {Signs: say(0, "昨日|先日|先週|先月|昨年|過去|以前|前回|復旧しま|復旧済|復旧し、|復旧後|解消しま|解消済|でした|場合|とき|際に|際は|際の|たら|れば|ようにしたい|ようにする|ようにして|防ぐ|防止|対策|再発|報告書|備え|想定|予定|不要|確認方法|どうすれば")},
	heardDrill:     {Signs: say(0, "訓練|演習|リハーサル|テストです|テスト投稿|テスト起票|テスト用の|動作確認用|避難|only_a_test|this_is_a_drill")},
	heardNoDrill:   {Signs: say(adjoining, "訓練|演習|リハーサル|テスト では|で ありません|ない|なく")},
	heardForgotten: {Signs: say(16, "パスワード|パスフレーズ|mfa|暗証|多要素認証 忘れ|失念|切れ|使え|期限|解除|リセット|再設定|再発行|初期化|わからな|分からな|紛失", "アカウント ロック", "ロックされ")},
	heardComplaint: {Signs: say(adjoining, "苦情|クレーム|遺憾|うんざり|憤|契約を見直|いい加減に|放置され|対応がひど|対応が遅す|対応が遅い|返信が遅す|返信が遅い|回答が遅す|回答が遅い|返事が遅す|返事が遅い|連絡が遅す|連絡が遅い|対応が酷|納得でき|納得が|誠意|謝罪|失礼でした|失礼な対応|改善を求め|説明を求め|不愉快|言葉遣い|態度が|呆れ|あきれ|担当者を替え|担当者を変え|担当を替え|担当を変え|何度言えば|何度言った|何度も言って|何回言えば|何回言った|何回も言って", "不満です|不満を|不満が", "責任者|責任者の方 を|から|に|へ", "返事が ない|ありません|来ま|いただけ")},
	heardPolite:    {Signs: say(0, "対応可能でしょうか|対応可能ですか|いただけますか|いただけますでしょうか|いただけないでしょうか|いただけませんか|いただけませんでしょうか|いただけるでしょうか|いただけるとうれしい|頂けますか|頂けますでしょうか|頂けないでしょうか|頂けませんか|頂けませんでしょうか|もらえますか|もらえますでしょうか|もらえないでしょうか|もらえませんか|お願いできますか|お願いできますでしょうか|お願いできないでしょうか|お願いできませんか|お願いできませんでしょうか|くださいますか|くださいませんか|いただくことは可能でしょうか|いただくことは可能ですか|いただくことは出来ますか|いただくことはできますか|いただくことはできますでしょうか|していただいてもよろしいでしょうか|頂くことは可能でしょうか|頂くことは可能ですか|お願いしてもよろしいでしょうか|お願いしてもいいですか|いただけますか?|いただけますでしょうか?|もらえますか?|お願いできますか?|お願いできますでしょうか?|可能でしょうか?|いただけないでしょうか?|いただけませんか?|いただけませんでしょうか?|頂けますか?|頂けますでしょうか?|頂けないでしょうか?|please|よろしいでしょうか")},
	heardAbility:   {Signs: say(0, "できますか|出来ますか|できますでしょうか|できませんか|できないでしょうか|戻せますか|消せますか|増やせますか|変えられますか|上げられますか|下げられますか|直せますか|減らせますか|作れますか|外せますか|止められますか|可能でしょうか|可能ですか|できるでしょうか|できるか|可能か")},
	heardWant:      {Signs: say(0, "していただけ|していただき|していただく|していただい|していただき|いてもらえ|いてもらい|ってもらえ|ってもらい|えてもらえ|えてもらい|けてもらえ|けてもらい|てもらえ|てもらい|してもらえ|してもらい|ください|下さい|お願い|おねがい|願います|願いた|いただけ|いただき|いただく|頂け|頂き|頂く|ほしい|欲しい|もらえ|もらい|したい|したく|たいです|たいの|たいと|たいた|たいが|たいけ|たい。|希望|依頼|くれますか|くれない|頼み|申請します|よろしく|宜しく|お願")},
	heardPast2:     {Signs: say(0, "を行います|行う予定|実施予定|を実施します|を実施いたします|当方で|弊社で|こちらで行|しました|ました|していた|している|しており|されて|済み|済です|した後|した際|したところ|した時|したため|したので|したが|したもの|してあり|した結果|されま|なった|なりま|になり|中です|来ています|きています|出ています|続いています|鳴っています|届いています")},
	heardSupposed:  {Signs: say(0, "場合|たら|れば|しても|っても|いても|えても|けても|する時|する際|するとき|前に|後に|予定|ため|ので|に伴|にともな|方法|手順|やり方|かどうか|つもり|影響|する前|すると|によ|について教え|から、|必要があ|べき|ことが可能|つもり|検討")},
	heardNot:       {Signs: say(0, "しない|ないで|せず|不要|なしで|なし。|ではなく|ではあり|じゃな|以外|必要はあり|必要ありません|必要ない|なくて|しないように|やめて|見送|対象外")},
	heardAble:      {Signs: but(say(0, "できますか|できますでしょうか|できるか|出来ますか|可能でしょうか|可能ですか|でしょうか|ですか|ますか|教えて|ご教示|?"), "終わったら教えて|終わったら、教えて|終わったらおしえて|完了したら教えて|完了したら、教えて|完了したらおしえて|できたら教えて|できたら、教えて|できたらおしえて|済んだら教えて|済んだら、教えて|済んだらおしえて|終わりましたら教えて|終わりましたら、教えて|終わりましたらおしえて|完了しましたら教えて|完了しましたら、教えて|完了しましたらおしえて|完了後に教えて|完了後に、教えて|完了後におしえて|終わり次第教えて|終わり次第、教えて|終わり次第おしえて|完了次第教えて|完了次第、教えて|完了次第おしえて|終了後に教えて|終了後に、教えて|終了後におしえて|終了したら教えて|終了したら、教えて|終了したらおしえて|おわったらおしえて")},
	heardTrouble:   {Signs: say(0, "大量のアクセス|攻撃を受け|総当たり|受け付けません|受け付けない|受け付けず|できません|できない|できておりません|できず|遅延|遅れて|遅れが|多発|頻発|エラーが|エラーに|エラーとな|不通|失敗し|失敗して|止まって|落ちて|落ちま|つながりにく|繋がりにく|不安定|文字化け|消えて|溜まって|滞留|高騰|張り付|返ってこ|返って来|届きません|届いていません|届かない|表示されません|表示されない|固まっ|切断されま|切断されて|タイムアウトし|タイムアウトにな|タイムアウトが|重くなって|returning_5|cannot|can't|unable_to|not_working|failing|fails|unreachable|timing_out|not_responding|down")},
	heardWithdrawn: {Signs: say(
		4,
		"取り消し|取消し|取消を|取り下げ|取下げ|キャンセル|白紙|撤回|中止に|中止して|中止を|中止し|延期|見送|保留|無視して|クローズして|クローズを|クローズお願い|取りやめ|取り止め|とりやめ|様子を見|つもりはあ|つもりはな|もう大丈夫|いったん止め|一旦止め|また考え|別のお客様|宛てでした|宛でした|誤送信|破棄してください|破棄をお願|なかったことに|cancel|withdraw|postpone|hold_off|never_mind|nevermind|ignore_this|disregard",
		"作業は|対応は|依頼は|本件は|今回は|上記は|こちらは|作業も|やはり|やっぱり|この件は 不要|必要なくな|必要ありま|いらな|要らな|結構です|やめ|待って",
	)},
	heardReported:  {Signs: say(0, "実施済|対応済|作業済|完了しました。|完了しました\n|完了いたしました。|完了いたしました\n|完了しましたが|完了しましたので|解決しました|解決済|報告まで|ご報告です|共有まで|共有のみ|共有です|情報共有|参考まで|fyi|本題は|弊社側の|弊社で実施|弊社で対応|弊社で行|弊社にて|当方で|当方にて|自社で|自分たちで|こちらで実施|こちらで対応|こちらで作業|業者が|ベンダーが|業者にて|ベンダーにて", "こちらの|弊社の|当社の で行います|で行う予定|で実施します", "上記は|本件は|作業は|変更は|対応は こちらで|弊社|自社|社内")},
	heardWaiting:   {Signs: say(0, "改めて|あらためて|追って|別途ご連絡|別途連絡|別途お知らせ|まだ作業|まだ実施|まだしない|お待ちください|お待ち下さい|待ってください|待って下さい|検討中|検討して|可否|承認が下り|承認が降り|承認待ち|決まり次第|確定次第|電話でお話|電話で説明|お電話で|仮に|もし可能|準備だけ|判断がまだ|かどうか|考えます|検討します|don't|do_not|not_yet|until_we")},
	heardWeighing:  {Signs: but(say(0, "見積|費用|概算|いくら|料金|ご意見|見解|説明して|説明を|説明いただ|ご説明|影響をお聞|影響を教|どのような|どういう|どうなって|どうなりま|問題ないか|問題ないで|でよいか|大丈夫か|お値段|値段|無料で|有料|次第で|how_much|what_would"), "費用を抑え|費用を下げ|費用を減ら|費用削減|費用の削減|料金を抑え|料金を下げ")},
	heardAttacked:  {Signs: say(0, "不審|攻撃|不正アクセス|侵入され|漏洩|漏えい|改ざん|改竄|総当たり|乗っ取|attack|brute_force|suspicious")},
	heardChasing:   {Signs: say(6, "お送りした|先日の|前回の|先日お|前回お|依頼した|お願いした|お願いしていた|依頼していた|問い合わせた|回答|返事|その後|進捗 いかが|どうな|まだ|でしょうか|ましたか|ますか|ください", "いただけました|頂けました|届きました|ご覧になりました でしょうか|か")},
	heardInquiring: {Signs: say(18, "一覧|履歴|実績|状況|記録|件数|回数|内容を|変更点|理由|原因|内訳|根拠|経緯 ください|下さい|送って|お送り|知らせ|提出|見せて|知りたい|確認したい|共有|出して|まとめて")},
	heardInforming: {Signs: say(
		10,
		"一覧|リスト|履歴|実績|記録|件数|回数|内訳|グラフ|資料|議事録|見積|見積り|見積もり|報告書|数値|推移|経緯|仕様書|マニュアル|手順書|設計書|構成図|請求書|台帳|表にして|一覧にして|リストにして|まとめて 送って|お送り|送付|ください|下さい|いただけ|頂け|もらえ|見せて|提出|共有|出して|欲しい|ほしい|提示|お願い",
		"内容|値|設定|状況|理由|原因 を送って|をお送り|を見せて|を共有|を知らせ|をお知らせ|を確認させて|を確認したい|を知りたい|が知りたい|を教えて|をご教示|を調べて",
	)},
	heardCorrected:    {Signs: but(say(0, "間違いでした|間違いです|間違いが|間違えました|間違えていま|間違えてお|間違えて依頼|間違えて登録|間違えて起票|勘違い|訂正|誤りで|誤記|やはり|やっぱり|正しくは|失礼しました"), "間違いがない|間違いない|間違いのない|お間違い")},
	heardAffected:     {Signs: but(say(0, "応答せず|応答なし|無応答|反応せず|反応なし|固まった|固まってい|固まってし|フリーズ|ハングし|ハングア|殺到|業務が止|業務に支障|仕事にな|障害が|異常|苦情|エラーが出|エラーになり|使えず|つながらず|繋がらず|開かず|表示されず|動かず|おかしい|おかしく|不具合|停止してしま|落ちてしま|出続けて|停止させてしま|止めてしま|落としてしま|させてしまいま|つながらないの|つながらないた|つながらなく|繋がらないの|繋がらないた|通らないの|通らないた|動かないの|動かないた|開かないの|来ないの|使えないの|入れないの|ません|一杯で書|いっぱいで書|is_down|not_responding|cannot|can't|unable_to"), "ありません|構いません|かまいません|ございません|すみません|ませんか|ませんでしょうか|いりません|要りません|差し支えません|重複していません|使っていません|使用していません|利用していません|必要としません")},
	heardBeside:       {Signs: say(0, "あわせて|併せて|合わせて、|それと、|加えて、|ついでに|さらに、|もう一つ|もう一件|もう1件|もう1つ|もう一点|もう1点|別件|別に、|別途、|それとは別|それより|ところで|ちなみに|also,|additionally|in_addition|by_the_way")},
	heardFarComplaint: {Signs: say(12, "何度お願い|何度連絡|何度問い合わせ|何度依頼|何度催促|何度もお願い|何度も連絡|何度も問い合わせ|何度も依頼|何度も催促 ない|ません|ず")},
})
