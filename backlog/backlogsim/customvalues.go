package backlogsim

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// customValue is the value of one custom field in one issue; the zero value is "none".
type customValue struct {
	text   string // types 1, 2 and, as yyyy-MM-dd, 4
	number *float64
	items  []*fieldItem
	other  string
}

func (v customValue) empty() bool {
	return v.text == "" && v.number == nil && len(v.items) == 0 && v.other == ""
}

// display is the value as a change log shows it.
func (v customValue) display() string {
	if v.number != nil {
		return formatNumber(v.number)
	}
	if v.text != "" {
		return v.text
	}
	names := mapped(v.items, func(it *fieldItem) string { return it.name })
	if v.other != "" {
		names = append(names, v.other)
	}
	return strings.Join(names, ", ")
}

func formatNumber(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func (f *customField) wireValue(st *state, v customValue) object {
	var value any
	switch f.typ {
	case fieldText, fieldTextArea:
		value = orNull(v.text)
	case fieldNumber:
		value = v.number
	case fieldDate:
		value = st.day(v.text)
	case fieldSingle, fieldRadio:
		if len(v.items) > 0 {
			value = v.items[0].wire()
		}
	case fieldMulti, fieldCheckbox:
		value = mapped(v.items, (*fieldItem).wire)
	}
	o := object{{"id", f.id}, {"fieldTypeId", f.typ}, {"name", f.name}, {"value", value}}
	if f.takesOther() {
		o = append(o, pair{"otherValue", orNull(v.other)})
	}
	return o
}

func (i *issue) wireCustom() []object {
	out := []object{}
	for _, f := range i.proj.fields {
		if f.applies(i.typ) {
			out = append(out, f.wireValue(i.proj.st, i.custom[f.id]))
		}
	}
	return out
}

var customParam = regexp.MustCompile(`^customField_(\d+)(_otherValue)?(\[\d*\])?$`)

// fillCustom reads customField_{id}: one value, a repeated bare name, or name[0], name[1]…; name[] is refused
// (https://github.com/nulab/backlog-mcp-server/issues/22). Sent but empty clears.
func (c *call) fillCustom(i *issue) error {
	i.custom = maps.Clone(i.custom)
	if i.custom == nil {
		i.custom = map[int]customValue{}
	}
	sent := map[int]bool{}
	for _, name := range slices.Sorted(maps.Keys(c.values)) {
		if !strings.HasPrefix(name, "customField_") {
			continue
		}
		match := customParam.FindStringSubmatch(name)
		if match == nil || match[3] == "[]" {
			return invalid(name + " is invalid.")
		}
		id, _ := strconv.Atoi(match[1])
		f := i.proj.fieldByID(id)
		if f == nil || !f.applies(i.typ) {
			return invalid("customField_" + match[1] + " is invalid.")
		}
		value := i.custom[id]
		if match[2] != "" {
			other, _ := c.text(name)
			if other != "" && (!f.takesOther() || !f.allowInput) {
				return invalid(name + " is not allowed.")
			}
			value.other = other
		} else if err := c.customValue(f, &value, customName(match[1])); err != nil {
			return err
		}
		i.custom[id] = value
		sent[id] = true
	}
	for _, f := range i.proj.fields {
		// An update that does not touch a field that has become required meanwhile is let through.
		touched := i.id == 0 || sent[f.id] || c.st.choices.StrictRequired
		if touched && f.required && f.applies(i.typ) && i.custom[f.id].empty() {
			return invalid(fmt.Sprintf("customField_%d (%s) is required.", f.id, f.name))
		}
	}
	return nil
}

func customName(id string) string { return "customField_" + id }

// customValue sets everything but the free text beside a list.
func (c *call) customValue(f *customField, v *customValue, name string) error {
	values := slices.Clone(c.values[name])
	if !c.arrays[name] { // a JSON array is already in values; c.list adds the indexed form
		indexed, _ := c.params.list(name)
		values = append(values, indexed...)
	}
	values = slices.DeleteFunc(values, func(s string) bool { return s == "" })
	if len(values) > 1 && !f.several() {
		return invalid(name + " takes one value.")
	}
	*v = customValue{other: v.other}
	if len(values) == 0 {
		v.other = ""
		return nil
	}
	switch f.typ {
	case fieldText:
		v.text = values[0]
		return checkLength(name, v.text, maxSummary)
	case fieldTextArea:
		v.text = values[0]
		return checkLength(name, v.text, maxDescription)
	case fieldNumber:
		n, err := strconv.ParseFloat(values[0], 64)
		if err != nil {
			return invalid(name + " must be a number.")
		}
		if (f.min != nil && n < *f.min) || (f.max != nil && n > *f.max) {
			return invalid(name + " is out of range.")
		}
		v.number = &n
	case fieldDate:
		if _, err := time.Parse(time.DateOnly, values[0]); err != nil {
			return invalid(name + " must be a date in the form yyyy-MM-dd.")
		}
		if (f.minDate != "" && values[0] < f.minDate) || (f.maxDate != "" && values[0] > f.maxDate) {
			return invalid(name + " is out of range.")
		}
		v.text = values[0]
	default:
		for _, text := range values {
			id, err := strconv.Atoi(text)
			it := f.item(id)
			if err != nil || it == nil {
				return invalid(name + " must be the id of an item.")
			}
			if !slices.Contains(v.items, it) {
				v.items = append(v.items, it)
			}
		}
	}
	return nil
}
