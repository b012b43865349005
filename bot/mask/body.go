package mask

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Body masks a request's body whose form is not known: JSON, also broken or cut off, a form, or anything else. What is no secret stays
// byte for byte where it is JSON or text.
func Body(raw string) string {
	switch begin := strings.TrimLeft(raw, "\ufeff \t\r\n"); {
	case strings.HasPrefix(begin, "{"), strings.HasPrefix(begin, "["):
		return literals(raw)
	case isForm(raw):
		if form, err := url.ParseQuery(raw); err == nil {
			return formBody(form)
		}
	}
	return Incoming(raw)
}

// isForm reports whether a body may be an encoded form, which holds signs of ASCII only and no blank.
func isForm(raw string) bool {
	return strings.Contains(raw, "=") && strings.IndexFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

var (
	literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	isKey   = regexp.MustCompile(`^\s*:`)
	// secretName is a key whose value is a secret, whatever it looks like. Slack's response_url and trigger_id let their owner act.
	secretName = regexp.MustCompile(`(?i)^(?:.*(?:password|passwd|passphrase|secret|api[_-]?key|token)|pwd|pw|authorization|response_url|trigger_id)$|^` + words + `$`)
)

// literals masks the strings of JSON one by one.
func literals(raw string) string {
	var b strings.Builder
	named := false // the next string is the value of a secret's name
	for {
		at := literal.FindStringIndex(raw)
		if at == nil {
			break
		}
		text, rest := raw[at[0]:at[1]], raw[at[1]:]
		b.WriteString(raw[:at[0]])
		if strings.ContainsAny(raw[:at[0]], ",{}[]") {
			named = false
		}
		var value string
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value = text[1 : len(text)-1]
		}
		masked := Incoming(value)
		key := isKey.MatchString(rest)
		if !key && named && !harmless(value) && value != "" {
			masked = opening + kindToken + ending
		}
		named = key && secretName.MatchString(value)
		if masked == value {
			b.WriteString(text)
		} else {
			b.WriteString(quote(masked))
		}
		raw = rest
	}
	// What is left holds no whole string; cut off in the middle of one it may hold the beginning of a secret.
	head, tail, cut := strings.Cut(raw, `"`)
	b.WriteString(Incoming(head))
	if cut {
		b.WriteString(`"` + Incoming(strings.NewReplacer(`\n`, "\n", `\"`, `"`, `\/`, "/").Replace(tail)))
	}
	return b.String()
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `"` + quotedMark + `"`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func formBody(form url.Values) string {
	keys := make([]string, 0, len(form))
	for k := range form {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		for _, v := range form[k] {
			if secretName.MatchString(k) && v != "" && !harmless(v) {
				v = opening + kindToken + ending
			} else {
				v = Body(v)
			}
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(url.QueryEscape(Incoming(k)) + "=" + url.QueryEscape(v))
		}
	}
	return b.String()
}
