package desk

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"toban/bot"
)

// maxDetails bounds what is kept of a ticket's text, in characters; required items stand near the top.
const maxDetails = 30_000

// details is the text that required items are read from: summary, custom fields as labelled lines, description, and the customer's answers.
func details(s *bot.Snapshot, answers []string) string {
	var b strings.Builder
	b.WriteString(plain(s.Summary) + "\n")
	for _, n := range slices.Sorted(maps.Keys(s.Custom)) {
		fmt.Fprintf(&b, "%s: %s\n", n, s.Custom[n])
	}
	b.WriteString(unsigned(strings.ReplaceAll(s.Description, "\r\n", "\n")))
	for _, a := range answers {
		b.WriteString("\n" + answerMark + "\n" + a)
	}
	return shorten(b.String(), maxDetails)
}

// answerMark ends whatever label the text above ends with.
const answerMark = "■ お客様の回答"

func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit])
}

// Missing lists the required items of a type that a ticket's text does not carry, in the order and with the names of the table. The first
// line of body is the summary.
func Missing(rt bot.RequestType, body string) []string {
	return pages{}.read(rt, body).lacks(rt)
}

// missing lists what the ticket's text lacks of a type.
func (d *decision) missing(rt bot.RequestType) []string {
	return d.pages.read(rt, d.t.Details).lacks(rt)
}

// lacks lists the required items that the page does not carry.
func (p *page) lacks(rt bot.RequestType) []string {
	var out []string
	for _, r := range rt.Required {
		if r.When != "" && !p.applies(r.When) {
			continue
		}
		if !p.carries(rt, r.Item) {
			out = append(out, r.Item)
		}
	}
	return out
}

// Host is the host that a ticket is about; "" when none can be read.
// What the customer wrote counts before what a mail program quoted.
func Host(rt bot.RequestType, body string) string { return pages{}.host(rt, body) }

func (p pages) host(rt bot.RequestType, body string) string {
	if h := p.read(rt, own(body)).host(); h != "" {
		return h
	}
	return p.read(rt, body).host()
}

func (p *page) host() string {
	for _, label := range slices.Sorted(maps.Keys(p.labels)) {
		if isNamed("ホスト名", label) {
			line, _, _ := strings.Cut(p.labels[label], "\n")
			const most = 100
			return shorten(plain(line), most)
		}
	}
	return firstHost(p.text)
}

// synonyms are other labels under which customers write the items of the tables, squeezed.
var synonyms = map[string][]string{
	"作業の種類":           {"作業種別", "作業種類", "種類", "作業区分"},
	"ホスト名":            {"ホスト", "対象ホスト", "サーバー", "サーバ", "サーバー名", "サーバ名", "対象サーバー", "対象サーバ", "対象", "対象機器", "インスタンス", "インスタンスid", "インスタンス名", "対象インスタンス", "hostname", "host", "server"},
	"ユーザー名":           {"ユーザー", "ユーザ", "ユーザ名", "iamユーザー名", "iamユーザー", "osアカウント名", "アカウント名", "アカウント", "対象ユーザー", "対象アカウント", "ユーザーid", "user", "username"},
	"必要な権限":           {"権限", "付与する権限", "付与権限", "ポリシー", "ロール", "権限内容"},
	"アクセスの許可":         {"許可内容", "アクセス許可", "通信要件", "許可する通信", "ルール", "詳細", "内容", "設定内容", "変更内容", "許可不許可の詳細"},
	"監視設定の内容":         {"監視内容", "監視項目", "監視設定", "設定内容", "内容", "詳細"},
	"リストアする内容":        {"リストア内容", "リストア対象", "復元内容", "復元対象", "復元ポイント", "スナップショット", "スナップショットid", "内容", "詳細"},
	"変更内容の詳細":         {"変更内容", "設定内容", "作業内容", "依頼内容", "ご依頼内容", "内容", "詳細"},
	"os/ミドルウェア名":      {"ミドルウェア", "ミドルウェア名", "対象ミドルウェア", "ソフトウェア", "ソフトウェア名", "対象ソフトウェア", "os", "対象os", "os名"},
	"対象となるパッチ":        {"パッチ", "対象パッチ", "パッチ名", "cve", "対象cve"},
	"バージョンアップ後のバージョン": {"変更後バージョン", "変更後のバージョン", "更新後バージョン", "更新後のバージョン", "新バージョン", "バージョン"},
	"変更後のインスタンスタイプ":   {"インスタンスタイプ", "変更後", "変更後タイプ", "変更後のタイプ", "タイプ"},
	"必要な容量":           {"容量", "サイズ", "ディスク容量", "変更後の容量", "変更後容量", "追加容量"},
	"削除するディスク":        {"ディスク", "対象ディスク", "ボリューム", "ボリュームid", "削除対象", "削除ディスク"},
	"緩和する必要がある制限":     {"制限", "制限名", "対象の制限", "緩和対象", "緩和内容", "上限", "クォータ", "緩和する制限"},
	"緩和が必要な理由":        {"理由", "緩和理由", "目的", "申請理由"},
	"ご相談内容":           {"相談内容", "ご相談", "相談", "質問", "ご質問", "質問内容", "内容", "詳細", "要望", "ご要望"},
	"具体的な内容":          {"内容", "詳細", "実施内容", "依頼内容", "ご依頼内容", "テーマ", "要望", "ご要望"},
	"脆弱性の情報":          {"脆弱性情報", "脆弱性", "内容", "詳細"},
	"検知日時":            {"発生日時", "発生時刻", "検知時刻", "日時", "発生時間", "検知時間"},
	"ビジネスインパクト":       {"影響", "影響範囲", "業務影響", "業務への影響", "インパクト"},
	"障害の詳細":           {"事象", "症状", "状況", "現象", "障害内容", "詳細", "内容", "エラー内容"},
}

// head is the name of an item without what stands in brackets behind it.
func head(item string) string {
	h, _, _ := strings.Cut(item, "(")
	h = strings.TrimSpace(fold(h))
	switch {
	case strings.HasSuffix(h, "os/ミドルウェア名"):
		return "os/ミドルウェア名"
	case strings.HasPrefix(h, "アクセスの許可"):
		return "アクセスの許可"
	}
	return h
}

// named reports whether a squeezed label is a name of an item.
func isNamed(item, label string) bool {
	if label == "" {
		return false
	}
	h := squeeze(head(item))
	if label == h || squeezed(item, label) || slices.Contains(synonyms[head(item)], label) {
		return true
	}
	const more = 8 // characters around the name: 対象ホスト名(必須)
	return strings.Contains(label, h) && utf8.RuneCountInString(label) <= utf8.RuneCountInString(h)+more
}

func knownLabels(rt bot.RequestType) []string {
	out := make([]string, 0, len(rt.Required))
	for _, r := range rt.Required {
		out = append(out, r.Item)
	}
	return out
}

func isKnown(items []string, label string) bool {
	return slices.ContainsFunc(items, func(item string) bool { return isNamed(item, label) })
}

// applies reads a "when" of the table: operations joined by ・, or words about the content.
func (p *page) applies(when string) bool {
	switch when {
	case "OS のアカウント":
		return osAccount.MatchString(p.text)
	case "最新バージョン以外":
		return !strings.Contains(p.text, "最新")
	case "追加・権限の変更":
		return slices.Contains(p.ops, "追加") || permission.MatchString(p.text)
	}
	for part := range strings.SplitSeq(when, "・") {
		if slices.Contains(p.ops, part) {
			return true
		}
	}
	return false
}

var (
	osAccount  = regexp.MustCompile(`\bos ?(の|ユーザー?|アカウント|ログイン)|\bssh\b|linux|windows|\brdp\b|\bsudo\b|リモートデスクトップ|サーバー?(へ|に|の)(ログイン|アカウント)`)
	permission = regexp.MustCompile(`権限(の|を)?(変更|付与|追加)`)
)

// carries reports whether the text holds an item, under its label or in plain words.
func (p *page) carries(rt bot.RequestType, item string) bool {
	h := head(item)
	if h == "作業の種類" && len(rt.Operations) > 0 {
		return len(p.ops) > 0
	}
	for label, value := range p.labels {
		if isNamed(item, label) && value != "" && !isKnown(knownLabels(rt), squeeze(value)) {
			return true
		}
	}
	switch h {
	case "ホスト名":
		return firstHost(p.text) != "" || allHosts.MatchString(p.text)
	case "ユーザー名":
		return hasUser(p.text)
	}
	if form, ok := signs[h]; ok {
		return form.MatchString(p.text)
	}
	if form, ok := otherSigns[h]; ok && form.MatchString(p.text) {
		return true
	}
	if aHost.MatchString(h) {
		return firstHost(p.text) != "" || allHosts.MatchString(p.text)
	}
	switch {
	case strings.HasSuffix(h, "詳細"), strings.HasSuffix(h, "内容"), h == "脆弱性の情報", h == "症状", h == "影響する機能", h == "対象データ":
		return p.prose()
	}
	return false
}
