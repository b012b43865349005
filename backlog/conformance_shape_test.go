package backlog_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// shapes are the objects of shapes.tsv: field → type.
type shapes map[string]map[string]string

func readShapes(t *testing.T) shapes {
	t.Helper()
	out := shapes{}
	for _, row := range rows(t, "shapes") {
		if out[row["object"]] == nil {
			out[row["object"]] = map[string]string{}
		}
		out[row["object"]][row["field"]] = row["type"]
	}
	return out
}

// fields are all of an object: its own, those of the object it takes over, and those that its type number adds.
func (s shapes) fields(name string, v map[string]any) (map[string]string, bool) {
	own, ok := s[name]
	if !ok {
		return nil, false
	}
	out := map[string]string{}
	for field, typ := range own {
		if field == "=" {
			return s.fields(typ, v)
		}
		if field == "+" {
			more, _ := s.fields(typ, v)
			maps.Copy(out, more)
			continue
		}
		out[field] = typ
	}
	for _, key := range []string{"typeId", "fieldTypeId"} {
		if n, ok := v[key].(float64); ok {
			maps.Copy(out, s[fmt.Sprintf("%s/%d", name, int(n))])
		}
	}
	return out, true
}

var (
	stampForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
	hexForm   = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// check says what of a value is not as its type demands; where leads to it.
func (s shapes) check(where, typ string, v any) []string {
	if optional, ok := strings.CutSuffix(typ, "?"); ok {
		if v == nil {
			return nil
		}
		typ = optional
	}
	bad := func() []string { return []string{fmt.Sprintf("%s is %v, want %s", where, v, typ)} }
	if inner, ok := strings.CutPrefix(typ, "["); ok {
		list, isList := v.([]any)
		if !isList {
			return bad()
		}
		var out []string
		for n, item := range list {
			out = append(out, s.check(fmt.Sprintf("%s[%d]", where, n), strings.TrimSuffix(inner, "]"), item)...)
		}
		return out
	}
	text, isText := v.(string)
	number, isNumber := v.(float64)
	switch typ {
	case "any":
		return nil
	case "int":
		if isNumber && number == float64(int64(number)) {
			return nil
		}
	case "float":
		if isNumber {
			return nil
		}
	case "bool":
		if _, ok := v.(bool); ok {
			return nil
		}
	case "string":
		if isText {
			return nil
		}
	case "hex":
		if hexForm.MatchString(text) {
			return nil
		}
	case "time", "day":
		if _, err := time.Parse(time.RFC3339, text); err == nil && stampForm.MatchString(text) && (typ == "time" || strings.HasSuffix(text, "T00:00:00Z")) {
			return nil
		}
	default:
		return s.object(where, typ, v)
	}
	return bad()
}

// object holds that every field of the table is there and that there is no other.
func (s shapes) object(where, name string, v any) []string {
	m, ok := v.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s is %v, want %s", where, v, name)}
	}
	fields, known := s.fields(name, m)
	if !known {
		return []string{fmt.Sprintf("%s: no object %q in the table", where, name)}
	}
	var out []string
	for field, typ := range fields {
		optional := strings.HasSuffix(typ, "~")
		value, there := m[field]
		switch {
		case !there && !optional:
			out = append(out, fmt.Sprintf("%s.%s is missing", where, field))
		case there:
			out = append(out, s.check(where+"."+field, strings.TrimSuffix(typ, "~"), value)...)
		}
	}
	for field := range m {
		if _, there := fields[field]; !there {
			out = append(out, fmt.Sprintf("%s.%s is not in the table", where, field))
		}
	}
	slices.Sort(out)
	return out
}

func (r result) decode(t *testing.T) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%v: %s", err, r)
	}
	return v
}

// field is a field of an answer, numbers as whole numbers.
func (r result) field(t *testing.T, name string) any {
	t.Helper()
	m, ok := r.decode(t).(map[string]any)
	if !ok || r.status > 299 {
		t.Fatalf("%s", r)
	}
	return whole(m[name])
}

func (r result) at(t *testing.T, n int, name string) any {
	t.Helper()
	list, ok := r.decode(t).([]any)
	if !ok || n >= len(list) {
		t.Fatalf("no item %d in %s", n, r)
	}
	return whole(list[n].(map[string]any)[name])
}

func whole(v any) any {
	if f, ok := v.(float64); ok {
		return int(f)
	}
	return v
}
