package desk

import (
	"regexp"
	"strings"
	"unicode"
)

// phrases are key phrases of each request type, folded by fold. They are our reading of the work catalogue, no contract figures.
var phrases = map[string][]string{
	"account":          {"iam", "アカウント", "ユーザー", "ユーザ", "権限", "パスワード"},
	"backup":           {"バックアップ", "スナップショット", "ami", "世代"},
	"security_group":   {"security group", "セキュリティグループ", "sg-", "ポート", "許可", "nacl", "ネットワークacl", "/32", "インバウンド", "アウトバウンド"},
	"monitoring":       {"監視", "閾値", "しきい値", "アラート設定", "cloudwatch", "アラーム", "死活"},
	"restore":          {"リストア", "復元", "戻して"},
	"server_power":     {"起動", "停止", "再起動", "リブート", "シャットダウン"},
	"software_config":  {"設定変更", "httpd.conf", "php.ini", "nginx", "apache", "my.cnf", "virtualhost", "crontab"},
	"patch":            {"パッチ", "脆弱性対応", "セキュリティアップデート", "kernel", "カーネル"},
	"upgrade":          {"バージョンアップ", "アップグレード", "最新バージョン"},
	"instance_type":    {"インスタンスタイプ", "スペック", "スケールアップ", "インスタンスサイズ"},
	"disk":             {"ディスク", "ebs", "容量", "ボリューム", "gib", "gb"},
	"aws_other":        {"route53", "route 53", "s3", "cloudfront", "elb", "ロードバランサ", "dns", "lambda"},
	"aws_limit":        {"制限緩和", "上限緩和", "制限解除", "クォータ", "limit"},
	"procedure_change": {"手順書", "手順の変更", "保守手順", "手順を変更", "運用手順"},
	"consultation":     {"相談", "ご教示", "教えて", "アドバイス", "検討"},
	"vulnerability":    {"脆弱性", "cve-"},
	"improvement":      {"改善提案", "コスト削減"},
	"capacity":         {"キャパシティ", "増強計画"},
	"workshop":         {"勉強会"},
	"regular_meeting":  {"定例会", "定例"},
	"performance_test": {"負荷試験", "パフォーマンス検証", "性能検証"},
	"bottleneck":       {"ボトルネック", "遅い原因"},
	"feature_proposal": {"新機能"},
}

var (
	outage     = regexp.MustCompile(`(つながら|繋がら|アクセスでき|表示され|応答し|ログインでき)(ない|ません|なく)|(サイト|サーバー?|サービス|システム)が(落ち|停止し|ダウン)|50[0234] ?(エラー|error)|障害が発生|ダウンしてい`)
	drillWords = regexp.MustCompile(`訓練|演習|テスト(です|投稿|用)|リハーサル`)
	thanks     = regexp.MustCompile(`ありがと|有難う|有り難う|感謝|助かり|承知|了解|かしこまり|確認(いた|致)?しました|問題(ござい|あり)ません|thank`)
	asking     = regexp.MustCompile(`\?|(して|を|て)ください|して下さい|でしょうか|いただけます|頂けます|できますか|(まだ|再度|再び)|エラー|できません|おかしい|追加で|別件|変更して|教えて|please|could you`)
	withdrawal = regexp.MustCompile(`取り?下げ|キャンセル(します|して|で|を)|(中止|不要)(に|と|して|です|になり|でお願い)`)
)

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

func reportsOutage(body string) bool {
	return outage.MatchString(body) && !strings.Contains(body, "復旧しました")
}

func drill(body string) bool { return drillWords.MatchString(body) }

// own is the text that a person typed, without what a mail program quoted below or before it.
func own(comment string) string {
	var out []string
	for line := range strings.SplitSeq(comment, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// isThanks reports whether a comment only thanks or takes note, so that it needs no answer.
func isThanks(comment string) bool {
	c := fold(own(comment))
	const short = 120
	return c != "" && len([]rune(c)) <= short && thanks.MatchString(c) && !asking.MatchString(c) && !withdrawal.MatchString(c)
}
