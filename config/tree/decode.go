package tree

import (
	"encoding"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hook decodes one type in its own way. It reports faults and leaves the value zero when there are any.
type Hook func(n *Node, dst reflect.Value, faults *Faults)

// Decoder turns trees into Go values.
//
// Struct fields are named by a tag `yaml:"name"`, with ",required" for keys that must be there. A field tagged `yaml:",key"` holds the
// key under which the struct stands, so that a slice of such structs is read from a Map in the order written. Further tags:
// `oneof:"a b c"` for words, `min` and `max` for numbers and for the length of lists. Text must be text: 123 is no name unless quoted.
type Decoder struct {
	Hooks map[reflect.Type]Hook
}

// Decode fills dst, a pointer, from n. Values that a fault stands against stay zero.
func (d *Decoder) Decode(n *Node, dst any, faults *Faults) {
	if n != nil {
		d.value(n, reflect.ValueOf(dst).Elem(), faults)
	}
}

// NodeHook keeps the tree itself, for parts that are decoded later.
func NodeHook(n *Node, dst reflect.Value, faults *Faults) {
	if expect(n, Map, faults) {
		dst.Set(reflect.ValueOf(n))
	}
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

func (d *Decoder) value(n *Node, dst reflect.Value, faults *Faults) {
	if hook, ok := d.Hooks[dst.Type()]; ok {
		hook(n, dst, faults)
		return
	}
	if n.Kind == Null {
		faults.Add(n.Pos, "is empty; leave the key out or give it a value")
		return
	}
	if dst.Type() == reflect.TypeFor[time.Duration]() {
		span, err := ParseDuration(n.Text)
		if n.Kind != Text || err != nil {
			faults.Add(n.Pos, "must be a length of time such as 30m, 2h or 14d, got %s", n.describe())
			return
		}
		dst.SetInt(int64(span))
		return
	}
	if dst.CanAddr() && reflect.PointerTo(dst.Type()).Implements(textType) {
		if n.Kind != Text {
			faults.Add(n.Pos, "must be text, got %s", n.describe())
			return
		}
		if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Text)); err != nil {
			faults.Add(n.Pos, "%s", err)
		}
		return
	}
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		d.value(n, dst.Elem(), faults)
	case reflect.String:
		if expect(n, Text, faults) {
			dst.SetString(n.Text)
		}
	case reflect.Bool:
		if expect(n, Bool, faults) {
			dst.SetBool(n.Text == "true")
		}
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.Text, 10, 64)
		if n.Kind != Int || err != nil {
			faults.Add(n.Pos, "must be a whole number, got %s", n.describe())
			return
		}
		dst.SetInt(i)
	case reflect.Float64:
		x, err := strconv.ParseFloat(n.Text, 64)
		if (n.Kind != Int && n.Kind != Float) || err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			faults.Add(n.Pos, "must be a number, got %s", n.describe())
			return
		}
		dst.SetFloat(x)
	case reflect.Slice:
		d.list(n, dst, faults)
	case reflect.Map:
		d.mapping(n, dst, faults)
	case reflect.Struct:
		if expect(n, Map, faults) {
			d.structure(n, dst, faults)
		}
	default:
		panic("tree: no way to decode " + dst.Type().String()) // a struct of ours, found by every test
	}
}

func expect(n *Node, want Kind, faults *Faults) bool {
	if n.Kind == want {
		return true
	}
	hint := ""
	if want == Text && (n.Kind == Int || n.Kind == Float || n.Kind == Bool) {
		hint = " (put it in quotes)"
	}
	faults.Add(n.Pos, "must be %s, got %s%s", want, n.describe(), hint)
	return false
}

// describe names a wrong value for a message.
func (n *Node) describe() string {
	switch n.Kind {
	case Null, Map, List:
		return string(n.Kind)
	case Bool, Int, Float:
		return n.Text
	case Text:
		if strings.ContainsFunc(n.Text, func(r rune) bool { return r >= '！' && r <= '～' }) && plainWidth(n.Text) != n.Text {
			return Quote(n.Text) + " (of full width: write " + plainWidth(n.Text) + ")"
		}
		return Quote(n.Text)
	}
	return string(n.Kind)
}

// plainWidth is a text with its letters, digits and signs of full width as plain ones.
func plainWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - ('！' - '!')
		}
		return r
	}, s)
}

func (d *Decoder) list(n *Node, dst reflect.Value, faults *Faults) {
	if key := keyField(dst.Type().Elem()); key >= 0 {
		if !expect(n, Map, faults) {
			return
		}
		out := reflect.MakeSlice(dst.Type(), len(n.Fields), len(n.Fields))
		for i, f := range n.Fields {
			out.Index(i).Field(key).SetString(f.Name)
			d.value(f.Value, out.Index(i), faults)
		}
		dst.Set(out)
		return
	}
	if !expect(n, List, faults) {
		return
	}
	out := reflect.MakeSlice(dst.Type(), len(n.Items), len(n.Items))
	for i, item := range n.Items {
		d.value(item, out.Index(i), faults)
	}
	dst.Set(out)
}

func (d *Decoder) mapping(n *Node, dst reflect.Value, faults *Faults) {
	if !expect(n, Map, faults) {
		return
	}
	out := reflect.MakeMapWithSize(dst.Type(), len(n.Fields))
	for _, f := range n.Fields {
		key, value := reflect.New(dst.Type().Key()).Elem(), reflect.New(dst.Type().Elem()).Elem()
		if key.Kind() == reflect.String {
			key.SetString(f.Name)
		} else if err := key.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(f.Name)); err != nil {
			faults.Add(f.Pos, "%s", err)
			continue
		}
		d.value(f.Value, value, faults)
		out.SetMapIndex(key, value)
	}
	dst.Set(out)
}

func (d *Decoder) structure(n *Node, dst reflect.Value, faults *Faults) {
	names := d.fields(n, dst, faults)
	for _, f := range n.Fields {
		if !slices.Contains(names, f.Name) {
			UnknownKey(f, names, faults)
		}
	}
}

// fields decodes the fields of a struct, those of embedded structs as its own, and returns the names of the keys that it knows.
func (d *Decoder) fields(n *Node, dst reflect.Value, faults *Faults) []string {
	var names []string
	for i := range dst.NumField() {
		field := dst.Type().Field(i)
		if field.Anonymous {
			names = append(names, d.fields(n, dst.Field(i), faults)...)
			continue
		}
		name, option, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		names = append(names, name)
		value := n.Get(name)
		if value == nil {
			if option == "required" {
				faults.Add(n.Pos, "lacks %s", name)
			}
			continue
		}
		before := faults.Len()
		d.value(value, dst.Field(i), faults)
		if faults.Len() == before {
			limits(value, dst.Field(i), field.Tag, faults)
		}
	}
	return names
}

// UnknownKey reports a key that is not allowed where it stands.
func UnknownKey(f Field, allowed []string, faults *Faults) {
	if near := Nearest(f.Name, allowed); near != "" {
		faults.Add(f.Pos, "unknown key %s; did you mean %s? Allowed: %s", Quote(f.Name), near, strings.Join(allowed, ", "))
		return
	}
	faults.Add(f.Pos, "unknown key %s; allowed: %s", Quote(f.Name), strings.Join(allowed, ", "))
}

func keyField(t reflect.Type) int {
	if t.Kind() != reflect.Struct {
		return -1
	}
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == ",key" {
			return i
		}
	}
	return -1
}
