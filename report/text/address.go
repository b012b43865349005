package text

import (
	"fmt"
	"net/url"
	"strings"
)

// httpAddress gives the address with everything percent-encoded that a text rule could read as a sign, or ""
// when it is no absolute http(s) address.
func httpAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if word(rune(c)) || strings.IndexByte("-._~:/?#@!$&+,;=%", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// pageName gives a wiki page's name with the signs that end or divide a link in their full-width form.
func pageName(s string) string {
	return strings.NewReplacer("[", "［", "]", "］", "|", "｜", ">", "＞", "<", "＜", ":", "：", "\\", "＼", "`", "｀").Replace(oneLine(s))
}

// fileName gives an attachment's name without signs that could end the notation around it.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if word(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, oneLine(s))
}
