package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"toban/bot"
)

// Mapping says where a JSON body of source json holds what. Paths are names joined by dots; a number picks from a list.
type Mapping struct {
	List       string // of alerts; "" where the body is one alert, or a list of them
	Host       string
	Name       string
	Severity   string
	State      string
	Text       string
	URL        string
	Occurrence string
	At         string   // RFC 3339, or seconds since 1970
	Recovered  []string // values of State that mean that it is over, whatever the case; all others mean an alert
}

// DefaultMapping is what holds where a customer's file says nothing else.
func DefaultMapping() Mapping {
	return Mapping{
		Host: "host", Name: "name", Severity: "severity", State: "state", Text: "text", URL: "url", Occurrence: "id", At: "at",
		Recovered: []string{"ok", "resolved", "recovered", "recovery", "closed", "normal", "up"},
	}
}

func (m Mapping) filled() Mapping {
	d := DefaultMapping()
	m.Host, m.Name, m.Severity, m.State = cmp.Or(m.Host, d.Host), cmp.Or(m.Name, d.Name), cmp.Or(m.Severity, d.Severity), cmp.Or(m.State, d.State)
	m.Text, m.URL, m.Occurrence, m.At = cmp.Or(m.Text, d.Text), cmp.Or(m.URL, d.URL), cmp.Or(m.Occurrence, d.Occurrence), cmp.Or(m.At, d.At)
	if len(m.Recovered) == 0 {
		m.Recovered = d.Recovered
	}
	return m
}

// mostAlerts is how many alerts one body may hold.
const mostAlerts = 1000

var (
	errNotJSON = errors.New("body is no JSON object")
	errNoName  = errors.New("an alert has neither a name nor a host")
	errMany    = fmt.Errorf("more than %d alerts in one body", mostAlerts)
)

func generic(_ context.Context, d delivery) ([]bot.Alert, error) {
	m := d.customer.Mapping.filled()
	var body any
	if err := json.Unmarshal(d.raw, &body); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	if m.List != "" {
		body = at(body, m.List)
	}
	list, isList := body.([]any)
	if !isList {
		list = []any{body}
	}
	if len(list) > mostAlerts {
		return nil, errMany
	}
	out := make([]bot.Alert, 0, len(list))
	for _, one := range list {
		if _, ok := one.(map[string]any); !ok {
			return nil, errNotJSON
		}
		word := func(path string) string { return wordOf(at(one, path)) }
		a := bot.Alert{
			Host: word(m.Host), Name: word(m.Name), Severity: word(m.Severity), Text: word(m.Text), URL: word(m.URL), Occurrence: word(m.Occurrence), Since: timeOf(word(m.At)),
		}
		if a.Name == "" && a.Host == "" {
			return nil, errNoName
		}
		a.Firing = !slices.ContainsFunc(m.Recovered, func(s string) bool { return strings.EqualFold(s, strings.TrimSpace(word(m.State))) })
		raw, err := json.Marshal(one)
		if err != nil {
			return nil, fmt.Errorf("keeping an alert: %w", err)
		}
		a.Raw = raw
		out = append(out, a)
	}
	return out, nil
}

// at finds what stands at a path; nil where nothing does.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
}

func wordOf(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// timeOf reads an instant of a source; the zero time where it is none.
func timeOf(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	const milli = 1 << 35 // seconds until here, thousandths of them beyond
	switch n, err := strconv.ParseInt(s, 10, 64); {
	case err != nil || n <= 0:
		return time.Time{}
	case n > milli:
		return time.UnixMilli(n).UTC()
	default:
		return time.Unix(n, 0).UTC()
	}
}
