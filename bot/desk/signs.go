package desk

import (
	"regexp"
	"slices"
	"strings"
)

// form is a regular expression that is only tried on lines with one of its words: most hold none, and the look is a hundred times faster.
type form struct {
	words []string
	re    *regexp.Regexp
}

func formed(list, re string) form { return form{words(list), regexp.MustCompile(re)} }

const numbers = "0|1|2|3|4|5|6|7|8|9"

func (f form) hinted(text string) bool {
	return slices.ContainsFunc(f.words, func(w string) bool { return strings.Contains(text, w) })
}

func (f form) find(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if f.hinted(line) {
			if m := f.re.FindString(line); m != "" {
				return m
			}
		}
	}
	return ""
}

// MatchString reports whether a line of the text is of the form.
func (f form) MatchString(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if f.hinted(line) && f.re.MatchString(line) {
			return true
		}
	}
	return false
}

// signs are the forms by which an item is recognised in plain words, over folded text.
var signs = map[string]form{
	"必要な権限":           formed("only|administrator|poweruser|fullaccess|access|policy|権限|ポリシー|のみ|ロール|アクセス", `権限[^。\n]{0,24}(同じ|同等|同様)|(同じ|同等|同様)の?権限|readonly|read-only|administrator|poweruser|fullaccess|[a-z0-9]+(access|policy)\b|(参照|閲覧|読み取り|読取|管理者|admin|sudo|root|編集|書き込み|開発|請求|s3|ec2|rds|cloudwatch).{0,12}(権限|ポリシー|のみ|ロール|アクセス)`),
	"アクセスの許可":         formed(numbers+"|ポート|tcp|udp|port|ssh|rdp|http|icmp|sg-|::/0", `\d+\.\d+\.\d+\.\d+|::/0|ポート ?\d|\d+ ?番?ポート|\b(tcp|udp|port|ssh|rdp|https?|icmp)\b|\bsg-[0-9a-f]+`),
	"リストアする内容":        formed("snap-|ami-|月|/|-|最新|昨日|前日|一昨日|直近|昨夜|今朝|先週", `snap-[0-9a-f]+|ami-[0-9a-f]+|\d+月 ?\d+日|\d+/\d+|\d{4}-\d+-\d+|(最新|昨日|前日|一昨日|直近|昨夜|今朝|先週).{0,6}(スナップショット|バックアップ|時点|もの|状態)`),
	"os/ミドルウェア名":      formed("apache|httpd|nginx|tomcat|mysql|mariadb|postgres|oracle|redis|memcached|php|java|jdk|openss|log4j|python|ruby|node|wordpress|zabbix|docker|kernel|カーネル|linux|ubuntu|debian|centos|rhel|red|windows|iis|sudo|glibc|bind|postfix|squid|varnish|elasticsearch|jenkins|os", `apache|httpd|nginx|tomcat|mysql|mariadb|postgres|oracle|redis|memcached|php|java|jdk|openssl|openssh|log4j|python|ruby|node|wordpress|zabbix|docker|kernel|カーネル|linux|ubuntu|debian|centos|rhel|red ?hat|windows|\biis\b|sudo|glibc|bind|postfix|squid|varnish|elasticsearch|jenkins|\bos ?(の|を|は|に|へ)`),
	"対象となるパッチ":        formed("cve-|kb|alas|rhsa|usn|dsa|.|パッチ|更新プログラム|アップデート|修正", `cve-\d{4}-\d+|\bkb\d{6,}|\b(alas|rhsa|usn|dsa)\d?-?\d+|\d+\.\d+\.\d+|(最新|すべて|全て|全|今月|月例)の?(セキュリティ)?(パッチ|更新プログラム|アップデート|修正)`),
	"バージョンアップ後のバージョン": formed(numbers, `\d+\.(\d+|x)|\d+ ?系|(バージョン|version|ver\.?|\bv) ?\d+|(php|mysql|postgresql|java|jdk|node|nginx|tomcat|python|ruby) ?\d+`),
	"変更後のインスタンスタイプ":   {typeNames.words, typeName},
	"必要な容量":           formed(numbers, `\d+ ?(gib|gb|g\b|tib|tb|ギガ|テラ)`),
	"削除するディスク":        formed("vol-|/|ドライブ|:", `vol-[0-9a-f]+|/dev/[a-z0-9]+|\b[a-z] ?ドライブ|\b[d-z]:|\s/[a-z][a-z0-9/_-]*`),
	"緩和する必要がある制限":     formed(numbers, `(上限|制限|クォータ|quota|limit|インスタンス数|個数|vcpu).{0,40}\d|\d+.{0,20}(まで|へ|に)(の)?(緩和|引き?上げ|増や)`),
	"緩和が必要な理由":        formed("ため|ので|理由|目的|見込み|予定|から", `ため|ので|理由|目的|見込み|予定(です|が|して)|から(です|、)`),
	"検知日時":            formed(numbers+"|今朝|先ほど|さきほど|先程|昨夜|昨晩|数", `\d{1,2}(:\d{2}|時)|\d+月 ?\d+日|\d+/\d+|今朝|先ほど|さきほど|先程|昨夜|昨晩|(\d+|数)(分|時間)(ほど|くらい)?前`),
	"ビジネスインパクト":       formed("業務|売上|受注|注文|購入|利用者|ユーザ|会員|顧客|お客様|全社|社員|影響", `業務|売上|受注|注文|購入|利用者|ユーザー?が|会員|顧客|お客様|全社|社員|影響(は|が|範囲|あり)`),
}

// otherSigns are the forms of the other profiles' items.
var otherSigns = map[string]form{
	"実施希望日時": someTime, "希望日": someTime, "期間": someTime, "対象期間": someTime, "解約希望日": someTime, "停止可能な日時": someTime, "作業候補日": someTime, "発生日時": someTime,
	"実行日時・頻度":         formed(numbers+"|毎", `毎(日|週|月|時)|\d{1,2}(:\d{2}|時)|\d+/\d+|\d+月`),
	"対象の手順書":          formed("手順", `手順(書)? ?[「『"]?\S{0,20}?[\d」』"]|手順書名|手順書\S{0,4}(の|「)`),
	"対象リソース":          formed("ec2|rds|s3|elb|alb|sqs|sns|route|elasticache|redshift|dynamodb|cloudfront|emr|ゾーン|バケット|スタック|クラスタ|キュー|ディストリビューション|arn|sg|vpc|subnet|eni|i", `\b(ec2|rds|s3|elb|alb|sqs|sns|route ?53|elasticache|redshift|dynamodb|cloudfront|emr)\b.{0,30}[a-z][a-z0-9-]*\d|ゾーン|バケット|スタック ?[a-z]|クラスター? ?[a-z]|キュー ?[a-z]|ディストリビューション ?[a-z]|\b(arn|sg|vpc|subnet|eni|i)[:-]`),
	"理由":              formed("ため|ので|理由|目的|都合|伴い|から", `ため|ので|理由|目的|都合|に伴い|から(です|、)`),
	"電子メールアドレス":       formed("@", `\S+@\S+\.\S+`),
	"連絡先":             formed("@|0", `\S+@\S+\.\S+|\b0\d{1,4}-?\d{1,4}-?\d{3,4}\b`),
	"優先順位":            formed(numbers+"|最優先|優先順位|最初|最後", `\d+ ?(番|位)|第 ?\d|最優先|優先順位|(最初|最後)に`),
	"リージョン":           formed("東京|大阪|シンガポール|バージニア|オレゴン|ソウル|フランクフルト|アイルランド|-north|-south|-east|-west|-central", `(東京|大阪|シンガポール|バージニア|オレゴン|ソウル|フランクフルト|アイルランド)|[a-z]{2}-(north|south|east|west|central)[a-z]*-\d`),
	"aws サービス":        formed("ec2|rds|s3|elb|alb|nlb|lambda|sqs|sns|route|elasticache|redshift|dynamodb|cloudfront|emr|efs|ecs|eks|fargate|ebs|vpc|iam", `\b(ec2|rds|s3|elb|alb|nlb|lambda|sqs|sns|route ?53|elasticache|redshift|dynamodb|cloudfront|emr|efs|ecs|eks|fargate|ebs|vpc|iam)\b`),
	"警報の件名":           formed("件名|「|[", `件名.{0,6}[「\["『]|[「\[][a-z]+[\]」]`),
	"緊急度":             formed("緊急度|高|低", `緊急度|(高|低)(緊急|とし|で)`),
	"切替後のモード":         formed("モード|切", `(防御|検知)モード ?(へ|に)|(へ|に)(切り?替)`),
	"対象の機能":           formed("ips|侵入防御|不正プログラム|ウイルス|変更監視|ログ監視|ファイアウォール|レピュテーション|アプリケーションコントロール", `\bips\b|侵入防御|不正プログラム|ウイルス|変更監視|ログ監視|ファイアウォール|web ?レピュテーション|アプリケーションコントロール`),
	"除外対象":            formed("/|:|.|プロセス|フォルダ|ディレクトリ", `/[a-z][a-z0-9_/.-]+|[a-z]:\\|\.[a-z]{2,4}\b|プロセス|フォルダ|ディレクトリ`),
	"os 再起動の可否":       permitted,
	"ssh / rdp 接続の可否": permitted,
	"データ消失への同意":       formed("同意|承知|了承|消|初期化", `同意|承知|了承|(消え|消失|消去|初期化).{0,12}(構いません|問題(な|あり)|良い|よい|可)`),
	"os":              formed("linux|ubuntu|debian|centos|rhel|red|windows|rocky|alma", `linux|ubuntu|debian|centos|rhel|red ?hat|windows|rocky|alma`),
	"ip アドレス":         formed(numbers+"|:", `\d+\.\d+\.\d+\.\d+|[0-9a-f]*::?[0-9a-f:]+`),
	"変更後のホスト名":        formed(".", `[a-z0-9-]+(\.[a-z0-9-]+)+\.?[a-z]`),
	"追加数":             formed(numbers+"|一つ|二つ|三つ", `\d+ ?(個|つ|本|ip|アドレス)|[一二三]つ`),
	"変更後の帯域":          formed("bps", `\d+ ?[mg]bps`),
	"一次対応の結果":         formed("一次対応", `一次対応(の結果)?(は|で|:|が|として|により|後)`),
	"ログの種類":           formed("ログ", `(使用状況|例外処理|操作|アクセス|監査|利用)(の)?ログ`),
	"出力形式":            formed("csv|tsv|json|xml|xls|excel|pdf|エクセル", `\b(csv|tsv|json|xml|xlsx?|excel|pdf)\b|エクセル`),
	"受け渡し方法":          formed("ftp|s3|メール|郵送|ダウンロード|共有フォルダ|dvd|usb", `sftp|ftp|s3|メール|郵送|ダウンロード|共有フォルダ|dvd|usb`),
	"アクセス元の制限":        formed(numbers+"|社内|ip|vpn|制限", `\d+\.\d+\.\d+\.\d+|社内|ip ?(制限|から|アドレス)|vpn|制限(なし|は)`),
	"変更後のプラン":         formed("スタンダード|アドバンス|ハイエンド|standard|advanced|high|上位|下位", `(スタンダード|アドバンス|ハイエンド|standard|advanced|high-?end|上位|下位)`),
	"解約申込書":           formed("申込書", `申込書`),
	"変更後のパスワード":       formed("パスワード", `パスワード.{0,20}(別途|電話|お渡し|連絡|送付)`),
}

var (
	someTime  = formed(numbers+"|本日|明日|明後日|今|来|月末|昨|tomorrow|today|tonight", `\d{1,2}(:\d{2}|時)|\d+月 ?(\d+日|末)|\d+/\d+|\d{4}-\d+-\d+|本日|明日|明後日|今(日|夜|晩|月|週)|来(週|月)|月末|昨(日|夜|晩)|今朝|tomorrow|today|tonight`)
	permitted = formed("再起動|ssh|rdp|接続", `(再起動|ssh|rdp|接続).{0,14}(可|不可|でき|ok|ng|問題|構いません|避け)`)
	aHost     = regexp.MustCompile(`^(対象(の)?(ホスト|サーバー?|コンピュータ|リソース)|リソース名)$`)
)

// sayings are other words for the operations of the tables. Only a request counts, over folded text.
var sayings = map[string]form{
	"追加":   formed("作っ|作成|発行|付与|付け|登録|取得|取っ|設け|許可|開け|開放|増設|加え|足し|払い出し|入れ|用意|ように", `(作っ|作成し|(?:^|[^再])発行し|付与し|付け|登録し|取得し|取っ|設け|許可し|開け|開放し|増設し|加え|足し|払い出し|入れ|用意し)て|登録願|(できる|届く)ように(して|お願い)|(作成|(?:^|[^再])発行|付与|登録|取得|許可|開放|増設)(を|で)?(お願い|希望|依頼|した|いただ|頂|願)`),
	"削除":   formed("消|撤去|廃止|破棄|delete|remove", `(please|could you|can you) (delete|remove)\b|(消し|消去し|撤去し|廃止し|破棄し)て|(消去|撤去|廃止|破棄)(を|で)?(お願い|希望|依頼|した)`),
	"変更":   formed("変え|直し|修正|再発行|再設定|初期化|リセット|差し替え|切り替え|上げ|下げ|止め|無効|有効", `(変え|直し|修正し|再発行し|再設定し|初期化し|リセットし|差し替え|切り替え|引き?(上|下)げ|止め|無効(に|化)し|有効(に|化)し)て|(再発行|再設定|初期化|リセット|修正|無効化|有効化|差し替え|切り替え)(を|で)?(お願い|希望|依頼|した)`),
	"停止":   formed("止ま|止め|シャットダウン|stop|shut", `(please|could you|can you) (stop|shut ?down)\b|(止まる|止める)ように|(止め|シャットダウンし)て|シャットダウン(を|で)?(お願い|希望|依頼|した)`),
	"起動":   formed("立ち|立上|start |boot ", `立ち?上げて|立ち?上がって|(please|could you|can you) (start|boot)\b`),
	"再起動":  formed("リブート|reboot|restart", `リブート|\breboot|\brestart`),
	"容量変更": formed("足し|増や|拡張|拡大|広げ|増量|extend|expand|enlarge|resize", `\b(extend|expand|enlarge|resize)\b|\d+ ?(gb|gib|tb) ?(足し|増やし)|(増やし|拡張し|拡大し|広げ|増量し)て|(増量|拡張|拡大)(を|で)?(お願い|希望|依頼|した)`),
}

var (
	typeName = regexp.MustCompile(`\b(db\.|cache\.)?[a-z]\d?[a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)\b`)
	allHosts = formed("全|すべて", `(全|すべての|全ての|全部の) ?(台|サーバー?|ホスト|インスタンス)`)

	instances = formed("i-", `\bi-[0-9a-f]{8,17}\b`)
	typeNames = form{words: words(".nano|.micro|.small|.medium|.large|xlarge|.metal")}
	domains   = form{words: words(".com|.net|.org|.jp|.io|.dev|.cloud|.local|.internal|.lan|.example")}
	servers   = form{words: words("サーバ|ホスト|インスタンス|対象")}
	domain    = regexp.MustCompile(`(^|[^@a-z0-9.-])((?:[a-z0-9][a-z0-9-]*\.)+(?:com|net|org|jp|io|dev|cloud|local|internal|lan|example))\b`)
	called    = regexp.MustCompile(`(?:サーバー?|ホスト名?|インスタンス|対象)(?: ?(?:は|:|=|が|名は)? ?)[「"'` + "`" + `]?([a-z][a-z0-9_.-]{1,})|([a-z][a-z0-9_-]{2,})[」"'` + "`" + `]? ?(?:サーバー?|ホスト|インスタンス)`)
	noHost    = wholly(`ec2|s3|rds|ipv?[46]|sha\d*|md5|utf-?\d*|http2|tls1?|ssl\d?|oauth2|base64|x86|amd64|arm64|route53|k8s|h26[45]|gp[23]|io[12]|st1|sc1|log4j\d?|al\d+|rhel\d*|el\d|centos\d*|ubuntu\d*|debian\d*|windows\d*|linux\d?|(php|python|java|jdk|node|nodejs|mysql|postgresql|postgres|mariadb|tomcat|apache|httpd|nginx|redis|ruby|perl|ver|version|port|tcp|udp|no|v|vpn|q|step|ssh|ssl|tls|id|kb|cve|az|day|web3)\d*|[a-z]\d[a-z]{0,3}`)
	awsThing  = regexp.MustCompile(`^(sg|vol|snap|ami|eni|subnet|vpc|rtb|igw|nat|eipalloc|cve|acl|pcx|alas\d?|rhsa|usn|issue|arn)-|^[a-z]{2}-(north|south|east|west|central)[a-z]*-\d`)
	product   = wholly(`web|db|app|ap|mail|dns|ftp|sftp|ssh|nat|proxy|batch|linux|windows|aws|ec2|rds|apache|nginx|mysql|postgres|redis|api|cache|file|the|this|our|your|new|name|host|server|prod|production|staging|dev|test|all|zabbix|cloud|php|java|amazon|aurora|tcp|udp|http|https|iam|os`)
	userNear  = regexp.MustCompile(`(?:ユーザー?名?|アカウント名?|user(?:name)?|id)(?: ?(?:は|:|が|=|「|を)? ?)[「"'` + "`" + `]?([a-z][a-z0-9._-]{2,}(?:@[a-z0-9.-]+)?)|([a-z][a-z0-9._-]{2,}(?:@[a-z0-9.-]+)?)[」"'` + "`" + `)]? ?(?:さん|様|氏|ユーザー?|アカウント|という|の ?(?:iam|os)? ?(?:ユーザー?|アカウント|権限|パスワード|mfa))`)
	bareName  = regexp.MustCompile(`[a-z0-9][a-z0-9._-]+|全`)
)

// firstHost finds a host in plain words: an instance id, a name with a number such as web01, a domain, or a name that is called a server.
// Kinds of instances, products, regions and ids of other things are none.
func firstHost(text string) string {
	if m := instances.find(text); m != "" {
		return m
	}
	bare := text
	if typeNames.hinted(text) {
		bare = typeName.ReplaceAllString(text, " ")
	}
	if domains.hinted(bare) {
		if m := domain.FindStringSubmatch(bare); m != nil {
			return m[2]
		}
	}
	for from, to := nextName(bare, 0); from >= 0; from, to = nextName(bare, to) {
		word := strings.Trim(bare[from:to], "-_")
		if !hasDigit(word) || noHost.MatchString(word) || awsThing.MatchString(word) || product.MatchString(word) {
			continue
		}
		if from > 0 && strings.IndexByte("@./\\#$%0123456789", bare[from-1]) >= 0 || to < len(bare) && strings.IndexByte("@\\", bare[to]) >= 0 {
			continue
		}
		if to+1 < len(bare) && bare[to] == '(' && !digit(bare[to+1]) { // md5(x) is a function, batch02(10.0.3.15) a host with its address
			continue
		}
		return word
	}
	for line := range strings.SplitSeq(bare, "\n") {
		if !servers.hinted(line) {
			continue
		}
		for _, m := range called.FindAllStringSubmatch(line, -1) {
			for _, word := range m[1:] {
				if word != "" && !product.MatchString(word) && !noHost.MatchString(word) && !awsThing.MatchString(word) {
					return word
				}
			}
		}
	}
	return ""
}

// nextName finds the next name of Latin letters and digits with hyphens, from a place on; from is -1 when there is none.
func nextName(text string, at int) (from, to int) {
	letter := func(i int) bool { return i < len(text) && text[i] >= 'a' && text[i] <= 'z' }
	part := func(i int) bool { return letter(i) || i < len(text) && digit(text[i]) }
	for from = at; from < len(text); from++ {
		if !letter(from) {
			continue
		}
		for to = from; part(to) || to < len(text) && (text[to] == '-' || text[to] == '_') && part(to+1); to++ {
		}
		return from, to
	}
	return -1, -1
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// kindOfUser stands before a name and is none.
var kindOfUser = regexp.MustCompile(`\b(?:iam|os|aws|linux|windows|mysql|sftp|ftp|vpn) ?の? ?(ユーザー?|アカウント)`)

// inBrackets is the id of a person behind their name: 高橋(takahashi)さん. What else stands so is of a place or a team.
var (
	inBrackets = regexp.MustCompile(`([\p{Han}\p{Katakana}ー]{1,8})(?:さん|様|氏)?\(([a-z][a-z0-9._-]{2,})\)`)
	noPerson   = regexp.MustCompile(`環境|サーバ|踏み台|本番|検証|開発|会社|部$|課$|室$|支店|拠点|監視|権限|機$|版$|系$`)
)

func hasUser(text string) bool {
	for _, m := range inBrackets.FindAllStringSubmatch(text, -1) {
		if !noPerson.MatchString(m[1]) && !product.MatchString(m[2]) {
			return true
		}
	}
	for _, m := range userNear.FindAllStringSubmatch(kindOfUser.ReplaceAllString(text, "$1"), -1) {
		for _, word := range m[1:] {
			if word != "" && !product.MatchString(word) && word != "user" && word != "name" {
				return true
			}
		}
	}
	return false
}
