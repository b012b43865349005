package text

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

var host = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)

// httpAddress gives the address with everything percent-encoded that a text rule could read as a sign, or ""
// when it is no absolute http(s) address.
func httpAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !host.MatchString(u.Host) || u.User != nil {
		return ""
	}
	var b strings.Builder
	address := strings.NewReplacer("&#contents", "%26#%63ontents", "&#", "%26#", "#contents", "#%63ontents").Replace(u.String())
	for i, c := range []byte(address) {
		switch {
		case c == '%' && i+2 < len(address) && hexDigit(address[i+1]) && hexDigit(address[i+2]):
			b.WriteByte(c)
		case word(rune(c)) || strings.IndexByte("-._:/?#$&+,=", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f'
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
		return '-'
	}, oneLine(s))
}
