package postbox

import (
	"html"
	"regexp"
	"strings"
)

var (
	hiddenHTML = regexp.MustCompile(`(?is)<(script|style|head|title)\b.*?</(script|style|head|title)\s*>|<!--.*?-->`)
	breakHTML  = regexp.MustCompile(`(?i)<(br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^>]*>`)
	tagHTML    = regexp.MustCompile(`(?s)<[a-zA-Z/!][^>]*>`)
	blankLines = regexp.MustCompile(`\n{3,}`)
	// quoteHead are lines behind which everything is quoted.
	quoteHead = regexp.MustCompile(`(?i)^(-{3,} ?(original message|元のメッセージ|forwarded message|転送メッセージ).*|_{20,}|on .{6,100} wrote:|\d{4}[年/-]\d{1,2}[月/-]\d{1,2}.{0,80}(:|：|書きました：?|wrote:))$`)
)

// fromHTML is what a reader sees of an HTML text, with what it quotes.
func fromHTML(s string) string {
	s = hiddenHTML.ReplaceAllString(s, "")
	s = strings.NewReplacer("\r", "", "\n", " ").Replace(s)
	s = html.UnescapeString(tagHTML.ReplaceAllString(breakHTML.ReplaceAllString(s, "\n"), ""))
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return blankLines.ReplaceAllString(strings.TrimSpace(strings.Join(lines, "\n")), "\n\n")
}

// unquoted is what the writer wrote: lines that quote are left out, and all behind the head of a quotation, unless nothing would be left.
func unquoted(s string) (text string, quoted bool) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		t := strings.TrimSpace(l)
		if quoteHead.MatchString(t) {
			quoted = true
			break
		}
		if strings.HasPrefix(t, ">") {
			quoted = true
			continue
		}
		out = append(out, strings.TrimRight(l, " \t"))
	}
	text = blankLines.ReplaceAllString(strings.TrimSpace(strings.Join(out, "\n")), "\n\n")
	if text == "" {
		return strings.TrimSpace(s), false
	}
	return text, quoted
}
