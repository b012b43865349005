package slacksim

import (
	"regexp"
	"slices"
	"strings"
)

var (
	inAngles  = regexp.MustCompile(`<([^<>\n]*)>`)
	entity    = regexp.MustCompile(`&(amp|lt|gt);`)
	address   = regexp.MustCompile(`https?://[^\s<>"'|（）「」、。]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	escapedAs = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	spelled   = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// normal writes a text as Slack keeps it: what is no entity is escaped, what stands in angle brackets and means something stays, and, with
// links, addresses are put into brackets. Source: https://docs.slack.dev/messaging/formatting-message-text
func normal(t string, links bool) string {
	var b strings.Builder
	last := 0
	for _, at := range inAngles.FindAllStringIndex(t, -1) {
		if !meaningful(t[at[0]+1 : at[1]-1]) {
			continue
		}
		b.WriteString(loose(t[last:at[0]], links))
		b.WriteString("<" + escapedOnce(t[at[0]+1:at[1]-1]) + ">")
		last = at[1]
	}
	b.WriteString(loose(t[last:], links))
	return b.String()
}

// meaningful reports whether an inner text of angle brackets is a reference or an address.
func meaningful(inner string) bool {
	if len(inner) > 1 && strings.ContainsRune("@#!", rune(inner[0])) {
		return true
	}
	scheme, rest, ok := strings.Cut(inner, ":")
	return ok && rest != "" && slices.Contains([]string{"http", "https", "mailto", "tel"}, scheme)
}

// loose is the text between references.
func loose(t string, links bool) string {
	if !links {
		return escapedOnce(t)
	}
	var b strings.Builder
	last := 0
	for _, at := range address.FindAllStringIndex(t, -1) {
		found := t[at[0]:at[1]]
		bare := strings.TrimRight(found, ".,:;!?)*_~`")
		b.WriteString(escapedOnce(t[last:at[0]]))
		if plain := escapedOnce(bare); strings.HasPrefix(bare, "http") {
			b.WriteString("<" + plain + ">")
		} else {
			b.WriteString("<mailto:" + plain + "|" + plain + ">")
		}
		last = at[0] + len(bare)
	}
	b.WriteString(escapedOnce(t[last:]))
	return b.String()
}

// escapedOnce escapes the three special characters but not what is an entity already.
func escapedOnce(t string) string {
	var b strings.Builder
	last := 0
	for _, at := range entity.FindAllStringIndex(t, -1) {
		b.WriteString(escapedAs.Replace(t[last:at[0]]) + t[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(escapedAs.Replace(t[last:]))
	return b.String()
}

// normalTexts does the same to the text objects of blocks: plain ones are escaped, others get links too unless they are verbatim.
func normalTexts(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			normalTexts(e)
		}
	case obj:
		if t, ok := v["text"].(string); ok {
			switch verbatim, _ := v["verbatim"].(bool); v["type"] {
			case "plain_text":
				v["text"] = escapedOnce(t)
			case "mrkdwn":
				v["text"] = normal(t, !verbatim)
			}
		}
		for _, e := range v {
			normalTexts(e)
		}
	}
}
