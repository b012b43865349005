package bot

import (
	"bytes"
	"reflect"
	"strings"
)

// Carry is a document that this release wrote of v, with what another release had written into it before and this one has no field for: two releases run
// side by side while one follows the other, and after a roll-back the older one goes on with what the newer one left. Only members of the document
// itself are kept, not those of what lies within it (ADR 0039; TestLawOfStored holds that to a list); old and written are objects of JSON, and anything else is left as it is.
func Carry(old, written []byte, v any) []byte {
	if len(old) == 0 || bytes.Equal(old, written) {
		return written
	}
	var room [32]member
	now, ok := members(written, room[:0])
	if !ok {
		return written
	}
	var rest []byte
	var oldRoom [32]member
	before, ok := members(old, oldRoom[:0])
	if !ok {
		return written
	}
	for _, m := range before {
		if !has(now, m.name) && !isField(reflect.TypeOf(v), string(m.name)) {
			rest = append(append(rest, ','), m.text...)
		}
	}
	if len(rest) == 0 {
		return written
	}
	end := bytes.LastIndexByte(written, '}')
	if len(now) == 0 {
		rest = rest[1:]
	}
	out := make([]byte, 0, len(written)+len(rest))
	return append(append(append(out, written[:end]...), rest...), '}')
}

// member is one member of an object: its name as it is written between the quotes, and name and value as they are written.
type member struct{ name, text []byte }

func has(list []member, name []byte) bool {
	for i := range list {
		if bytes.Equal(list[i].name, name) {
			return true
		}
	}
	return false
}

// members takes an object apart; ok is false for anything else.
func members(doc []byte, out []member) (_ []member, ok bool) {
	i := blank(doc, 0)
	if i == len(doc) || doc[i] != '{' {
		return nil, false
	}
	if i = blank(doc, i+1); i < len(doc) && doc[i] == '}' {
		return out, blank(doc, i+1) == len(doc)
	}
	for {
		from := i
		if i = valueEnd(doc, from); i < 0 || doc[from] != '"' {
			return nil, false
		}
		name := doc[from+1 : i-1]
		if i = blank(doc, i); i == len(doc) || doc[i] != ':' {
			return nil, false
		}
		if i = valueEnd(doc, blank(doc, i+1)); i < 0 {
			return nil, false
		}
		out = append(out, member{name, doc[from:i]})
		if i = blank(doc, i); i == len(doc) {
			return nil, false
		}
		switch doc[i] {
		case ',':
			i = blank(doc, i+1)
		case '}':
			return out, blank(doc, i+1) == len(doc)
		default:
			return nil, false
		}
	}
}

// blank is the next place that is no white space.
func blank(doc []byte, i int) int {
	for i < len(doc) && (doc[i] == ' ' || doc[i] == '\n' || doc[i] == '\t' || doc[i] == '\r') {
		i++
	}
	return i
}

// valueEnd is the place behind the value that begins at a place; -1 when the document ends before it.
func valueEnd(doc []byte, i int) int {
	depth, from := 0, i
	for ; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			for i++; i < len(doc) && doc[i] != '"'; i++ {
				if doc[i] == '\\' {
					i++
				}
			}
			if depth == 0 && i < len(doc) {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 { // it closes what the value lies in
				return after(from, i)
			}
		case ',', ' ', '\n', '\t', '\r', ':':
			if depth == 0 {
				return after(from, i)
			}
		}
	}
	return -1
}

// after is the end of a value, which is not empty.
func after(from, i int) int {
	if i == from {
		return -1
	}
	return i
}

// isField reports whether a type has a field for a member; of what is no struct nothing is known to be missing.
func isField(t reflect.Type, name string) bool {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return true
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case tag == "" && f.Anonymous:
			inner := f.Type
			for inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && isField(inner, name) {
				return true
			}
		case tag == "" && strings.EqualFold(f.Name, name), strings.EqualFold(tag, name):
			return true
		}
	}
	return false
}
