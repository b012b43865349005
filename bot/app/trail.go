package app

import (
	"cmp"
	"regexp"
	"strings"

	"toban/bot"
	"toban/bot/desk"
)

// trailWords put lines of the trail, which are kept in English for operators, into the words of staff. What has no rule stays as it is kept.
type trailWords struct {
	pattern *regexp.Regexp
	say     func(c *bot.Customer, m []string, why string) string
}

// fraction is a part of a second, which nobody reads.
var fraction = regexp.MustCompile(`(\d)\.\d{3,}`)

func typeWords(c *bot.Customer, id string) string {
	if c != nil {
		if rt, ok := c.Type(id); ok {
			return rt.ReportName
		}
	}
	if name := desk.ClassName(bot.Class(id)); name != "" {
		return name
	}
	return id
}

func confidenceWords(c bot.Confidence) string {
	switch c {
	case bot.Certain:
		return "確実"
	case bot.Likely:
		return "おそらく"
	case bot.Unsure:
		return "要確認"
	}
	return string(c)
}

func statusWords(s string) string {
	if name := desk.StatusName(bot.Status(s)); name != "" {
		return name
	}
	return s
}

func trailTable() []trailWords {
	kinds := strings.NewReplacer("(customer)", "(お客様)", "(staff)", "(担当者)", "(bot)", "(Toban)", "(unknown)", "(登録のない利用者)", "(partner)", "(協力会社)")
	byType := regexp.MustCompile(`issue type "([^"]*)" names it`)
	givenTo := regexp.MustCompile(`^given to (.+) by (.+)$`)
	named := func(text string) func(*bot.Customer, []string, string) string {
		return func(_ *bot.Customer, _ []string, why string) string { return text + "(" + why + ")" }
	}
	return []trailWords{
		{regexp.MustCompile(`^recorded (\S+-\d+)$`), func(_ *bot.Customer, m []string, why string) string {
			return m[1] + " を記録(起票: " + kinds.Replace(strings.TrimPrefix(why, "opened by ")) + ")"
		}},
		{regexp.MustCompile(`^classified as (\S+) \((\S+)\), (\S+)$`), func(c *bot.Customer, m []string, why string) string {
			why = byType.ReplaceAllString(why, "課題の種別「$1」から")
			return "種別を判断: " + typeWords(c, m[1]) + "(" + desk.ClassName(bot.Class(m[2])) + ")、" + confidenceWords(bot.Confidence(m[3])) + "。" + why
		}},
		{regexp.MustCompile(`^moved from (\S+) to (\S+) by (.+)$`), func(_ *bot.Customer, m []string, _ string) string {
			return "状態: " + statusWords(m[1]) + " → " + statusWords(m[2]) + "(" + m[3] + ")"
		}},
		{regexp.MustCompile(`^owner is (\S+)$`), func(_ *bot.Customer, m []string, why string) string {
			if g := givenTo.FindStringSubmatch(why); g != nil {
				return "担当者: " + g[1] + "(" + m[1] + ")、" + g[2] + " が決定"
			}
			return "担当者: " + strings.TrimPrefix(why, "taken by ") + "(" + m[1] + ")"
		}},
		{regexp.MustCompile(`^nobody owns it, was (\S+)$`), func(_ *bot.Customer, m []string, why string) string {
			who, reason, _ := strings.Cut(why, " gave it back: ")
			return "担当待ちに戻しました(" + who + "、それまでの担当 " + m[1] + "): " + reason
		}},
		{regexp.MustCompile(`^said (\S+)$`), func(_ *bot.Customer, m []string, _ string) string { return "お客様へ連絡: " + m[1] }},
		{regexp.MustCompile(`^promise (\S+) is (\S+), due (.+)$`), func(_ *bot.Customer, m []string, why string) string {
			name, _, _ := strings.Cut(why, " (")
			return "約束「" + name + "」: 期限 " + m[3]
		}},
		{regexp.MustCompile(`^warned at (\d+)% of (\S+)$`), func(_ *bot.Customer, m []string, _ string) string {
			return "期限の" + m[1] + "%で担当者に注意(" + m[2] + ")"
		}},
		{regexp.MustCompile(`^read the desired date: (.+)$`), func(_ *bot.Customer, m []string, _ string) string { return "希望日時を読み取り: " + m[1] }},
		{regexp.MustCompile(`^a desired date is to be asked back$`), func(*bot.Customer, []string, string) string {
			return "希望日時がはっきりしないため、お客様に確認"
		}},
		{regexp.MustCompile(`^there is no desired date$`), func(*bot.Customer, []string, string) string { return "希望日時: 指定なし(お客様の回答)" }},
		{regexp.MustCompile(`^opened an incident$`), func(_ *bot.Customer, _ []string, why string) string {
			return "障害対応を開始(検知 " + strings.TrimPrefix(why, "detected at ") + ")"
		}},
		{regexp.MustCompile(`^began to telephone the customer$`), func(*bot.Customer, []string, string) string { return "お客様への電話を開始(契約による)" }},
		{regexp.MustCompile(`^asked the requester$`), named("お客様に確認")},
		{regexp.MustCompile(`^start notice verified$`), func(*bot.Customer, []string, string) string { return "開始連絡が届いたことを確認" }},
		{regexp.MustCompile(`^started the work$`), named("作業を開始")},
		{regexp.MustCompile(`^ended the work$`), named("作業を終了")},
		{regexp.MustCompile(`^planned (?:the )?work(?: again)?$`), named("作業の日程を決定")},
		{regexp.MustCompile(`^impact is (\S+)$`), func(_ *bot.Customer, m []string, why string) string {
			impact := map[string]string{"affected": "影響あり", "not_affected": "影響なし", "checking": "影響確認中"}[m[1]]
			return "影響の判断: " + cmp.Or(impact, m[1]) + "(" + why + ")"
		}},
		{regexp.MustCompile(`^interim update by (.+)$`), func(_ *bot.Customer, m []string, _ string) string { return "経過報告(" + m[1] + ")" }},
		{regexp.MustCompile(`^recovered$`), named("復旧")},
	}
}

// trailLine is a line of the trail as staff read it.
func trailLine(table []trailWords, c *bot.Customer, what, why string) string {
	for _, w := range table {
		if m := w.pattern.FindStringSubmatch(what); m != nil {
			return w.say(c, m, why)
		}
	}
	if why == "" {
		return what
	}
	return what + ": " + why
}

// wholeSeconds takes parts of seconds out of a line.
func wholeSeconds(line string) string { return fraction.ReplaceAllString(line, "$1") }
