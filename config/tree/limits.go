package tree

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// limits checks the tags oneof, min and max of a field that was decoded without faults.
func limits(n *Node, v reflect.Value, tag reflect.StructTag, faults *Faults) {
	if words, ok := tag.Lookup("oneof"); ok {
		allowed := strings.Fields(words)
		switch {
		case v.Kind() == reflect.String:
			OneOf(n, allowed, faults)
		case v.Kind() == reflect.Slice:
			for _, item := range n.Items {
				OneOf(item, allowed, faults)
			}
		case v.Kind() == reflect.Map:
			for _, f := range n.Fields {
				OneOf(f.Value, allowed, faults)
			}
		}
	}
	least, hasLeast := bound(tag, "min", v)
	most, hasMost := bound(tag, "max", v)
	if !hasLeast && !hasMost {
		return
	}
	if v.Kind() == reflect.Slice {
		switch count := float64(v.Len()); {
		case hasLeast && count < least:
			faults.Add(n.Pos, "must hold at least %s, got %d", tag.Get("min"), v.Len())
		case hasMost && count > most:
			faults.Add(n.Pos, "may hold at most %s, got %d", tag.Get("max"), v.Len())
		}
		return
	}
	got := number(v)
	switch {
	case hasLeast && got < least:
		faults.Add(n.Pos, "must be at least %s, got %s", tag.Get("min"), n.describe())
	case hasMost && got > most:
		faults.Add(n.Pos, "must be at most %s, got %s", tag.Get("max"), n.describe())
	}
}

func bound(tag reflect.StructTag, name string, v reflect.Value) (float64, bool) {
	text, ok := tag.Lookup(name)
	if !ok {
		return 0, false
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		span, err := ParseDuration(text)
		return float64(span), err == nil
	}
	limit, err := strconv.ParseFloat(text, 64)
	return limit, err == nil
}

func number(v reflect.Value) float64 {
	if v.CanFloat() {
		return v.Float()
	}
	return float64(v.Int())
}

// OneOf reports a word that is not allowed.
func OneOf(n *Node, allowed []string, faults *Faults) bool {
	if slices.Contains(allowed, n.Text) {
		return true
	}
	near := ""
	if word := Nearest(n.Text, allowed); word != "" {
		near = "; did you mean " + word + "?"
	}
	faults.Add(n.Pos, "must be one of %s, got %s%s", strings.Join(allowed, ", "), n.describe(), near)
	return false
}

var errDuration = errors.New("no length of time")

// ParseDuration reads a length of time: Go's form (1h30m, 30s) or whole days of 24 hours (14d). It is never negative.
func ParseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, errDuration
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	span, err := time.ParseDuration(s)
	if err != nil || span < 0 {
		return 0, errDuration
	}
	return span, nil
}
