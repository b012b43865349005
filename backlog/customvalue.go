package backlog

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// CustomFieldValue is the value of a custom field at an issue. The vendor's JSON
// differs by type, so it is kept as it came and read by the methods.
type CustomFieldValue struct {
	ID          ID              `json:"id"`
	FieldTypeID FieldType       `json:"fieldTypeId"`
	Name        string          `json:"name"`
	Value       json.RawMessage `json:"value"`
	OtherValue  Text            `json:"otherValue,omitempty"` // free text of check boxes and radio buttons
}

// IsEmpty tells whether nothing is filled in.
func (v *CustomFieldValue) IsEmpty() bool {
	switch string(bytes.TrimSpace(v.Value)) {
	case "", "null", `""`, "[]":
		return v.OtherValue == ""
	}
	return false
}

// Text returns the text of a text or text area field, and the digits of a number.
func (v *CustomFieldValue) Text() string {
	var t Text
	if len(v.Value) == 0 || t.UnmarshalJSON(v.Value) != nil {
		return ""
	}
	return string(t)
}

// Number returns the value of a number field; ok is false when it is empty.
func (v *CustomFieldValue) Number() (n float64, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(v.Text()), 64)
	return n, err == nil
}

// Date returns the value of a date field, the zero date when it is empty. loc is
// the space's zone; see ParseDate.
func (v *CustomFieldValue) Date(loc *time.Location) Date {
	d, err := ParseDate(v.Text(), loc)
	if err != nil {
		return Date{}
	}
	return d
}

// Items returns the chosen items of a list, check boxes or radio buttons.
func (v *CustomFieldValue) Items() []CustomFieldItem {
	raw := bytes.TrimSpace(v.Value)
	var items []CustomFieldItem
	switch {
	case bytes.HasPrefix(raw, []byte("[")):
		if json.Unmarshal(raw, &items) != nil {
			return nil
		}
	case bytes.HasPrefix(raw, []byte("{")):
		var item CustomFieldItem
		if json.Unmarshal(raw, &item) != nil {
			return nil
		}
		items = append(items, item)
	}
	return items
}

// String returns the value as people read it: names joined by ", " for choices.
func (v *CustomFieldValue) String() string {
	var parts []string
	for _, item := range v.Items() {
		parts = append(parts, item.Name)
	}
	if len(parts) == 0 && !bytes.HasPrefix(bytes.TrimSpace(v.Value), []byte("[")) {
		if text := v.Text(); text != "" {
			parts = append(parts, text)
		}
	}
	if v.OtherValue != "" {
		parts = append(parts, string(v.OtherValue))
	}
	return strings.Join(parts, ", ")
}
