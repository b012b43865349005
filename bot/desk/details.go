package desk

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"toban/bot"
)

// details is the text that required items are read from: the description and the custom fields as labelled lines.
func details(s *bot.Snapshot) string {
	var b strings.Builder
	names := make([]string, 0, len(s.Custom))
	for n := range s.Custom {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(&b, "%s: %s\n", n, s.Custom[n])
	}
	b.WriteString(s.Summary + "\n" + s.Description)
	return b.String()
}

// Missing lists the required items of a type that a ticket's text does not carry, in the order and with the names of the table.
func Missing(rt bot.RequestType, body string) []string {
	var out []string
	labels := labelled(body)
	op := operation(rt, labels, body)
	for _, r := range rt.Required {
		if r.When != "" && !applies(r.When, op, body) {
			continue
		}
		if !carries(rt, r.Item, labels, body, op) {
			out = append(out, r.Item)
		}
	}
	return out
}

var (
	labelLine   = regexp.MustCompile(`^[\s\-*#■□●・◆【\[]*([^:\x{ff1a}\n】\]]{1,40}?)[】\]]?\s*[:\x{ff1a}]\s*(.*)$`)
	headingLine = regexp.MustCompile(`^\s*(?:#{1,6}\s*|\*{1,4}\s+|■\s*|□\s*|●\s*|◆\s*|【)([^:\x{ff1a}\n】]{1,40}?)】?\s*$`)
	placeholder = regexp.MustCompile(`^[\s\-ー_…。()\x{ff08}\x{ff09}:]*$|^[(\x{ff08}<\[【].*(記入|入力|選択|記載).*[)\x{ff09}>\]】]$|^(未定|不明|なし|tbd)$`)
	hostName    = regexp.MustCompile(`\b(i-[0-9a-f]{8,17}|[a-z][a-z0-9]*(-[a-z0-9]+)*-?\d+[a-z]?|([a-z0-9-]+\.)+(com|net|org|jp|local|internal))\b`)
	typeName    = regexp.MustCompile(`\b(db\.|cache\.)?[a-z]\d[a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal)\b`)
	sizeWords   = regexp.MustCompile(`\d+ ?(gib|gb|tib|tb|ギガ)`)
	userName    = regexp.MustCompile(`ユーザー?名? ?(は|:|が|「)? ?[「"']?[a-z][a-z0-9._-]+|[a-z][a-z0-9._-]+ ?(さん|様)?(という|の)(iam)?ユーザー?`)
)

// labelled reads "label: value" lines and headings with the lines below them. Labels are squeezed.
func labelled(body string) map[string]string {
	out := map[string]string{}
	current := ""
	for line := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n", "\n"), "\n") {
		if m := headingLine.FindStringSubmatch(line); m != nil {
			current = squeeze(m[1])
			continue
		}
		if m := labelLine.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[2], "//") {
			current = squeeze(m[1])
			add(out, current, m[2])
			continue
		}
		if current != "" {
			add(out, current, line)
		}
	}
	return out
}

func add(m map[string]string, label, value string) {
	value = strings.TrimSpace(value)
	if placeholder.MatchString(fold(value)) {
		return
	}
	m[label] = strings.TrimSpace(m[label] + "\n" + value)
}

// operation is the kind of work that a ticket asks for, of those that its type has.
func operation(rt bot.RequestType, labels map[string]string, body string) string {
	if v, ok := labels[squeeze("作業の種類")]; ok {
		for _, op := range longestFirst(rt.Operations) {
			if strings.Contains(v, op) {
				return op
			}
		}
	}
	for _, op := range longestFirst(rt.Operations) {
		if strings.Contains(body, op) {
			return op
		}
	}
	return ""
}

// longestFirst keeps 起動 from being read out of 再起動.
func longestFirst(ops []string) []string {
	out := slices.Clone(ops)
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// applies reads a "when" of the table: operations joined by ・, or a word about the content.
func applies(when, op, body string) bool {
	switch when {
	case "OS のアカウント":
		return regexp.MustCompile(`(?i)\bos\b|ssh|linux|windows|ホスト`).MatchString(fold(body)) && !strings.Contains(fold(body), "iam")
	case "最新バージョン以外":
		return !strings.Contains(body, "最新")
	}
	for part := range strings.SplitSeq(when, "・") {
		if part == op || (utf8.RuneCountInString(part) > 2 && strings.Contains(body, part)) {
			return true
		}
	}
	return false
}

func carries(rt bot.RequestType, item string, labels map[string]string, body, op string) bool {
	head := squeeze(strings.SplitN(item, "(", 2)[0])
	for label, value := range labels {
		if value != "" && (label == head || strings.Contains(label, head) || (utf8.RuneCountInString(label) > 2 && strings.Contains(squeeze(item), label))) {
			return true
		}
	}
	folded := fold(body)
	switch {
	case strings.HasPrefix(item, "作業の種類"):
		return op != ""
	case strings.Contains(item, "ホスト名"):
		return hostName.MatchString(folded)
	case strings.HasPrefix(item, "ユーザー名"):
		return userName.MatchString(folded)
	case strings.Contains(item, "インスタンスタイプ"):
		return typeName.MatchString(folded)
	case strings.Contains(item, "容量"):
		return sizeWords.MatchString(folded)
	case strings.HasSuffix(item, "詳細"), strings.HasSuffix(item, "内容"), strings.HasPrefix(item, "リストアする内容"), item == "脆弱性の情報":
		return prose(rt, body)
	}
	return false
}

// prose reports whether a ticket says something in plain words beside labels and greetings.
func prose(rt bot.RequestType, body string) bool {
	n := 0
	for i, line := range strings.Split(body, "\n") {
		line = strings.TrimSpace(line)
		if i == 0 || line == "" || labelLine.MatchString(line) || headingLine.MatchString(line) || squeeze(line) == squeeze(rt.IssueType) {
			continue
		}
		if strings.HasPrefix(line, "お世話") || strings.HasPrefix(line, "よろしく") || placeholder.MatchString(fold(line)) {
			continue
		}
		n += utf8.RuneCountInString(line)
	}
	const enough = 12
	return n >= enough
}
