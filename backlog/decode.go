package backlog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ID is a number that names a resource. Webhooks write some ids as strings and
// some as null; both are read.
type ID int64

// String returns the decimal digits, as paths want them.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// UnmarshalJSON reads a number, a string of digits, "" or null (both 0).
func (id *ID) UnmarshalJSON(b []byte) error {
	n, err := tolerantInt(b)
	if err != nil {
		return fmt.Errorf("reading an id: %w", err)
	}
	*id = ID(n)
	return nil
}

// Text is a string that the vendor sometimes writes as a number or a boolean.
type Text string

// UnmarshalJSON reads any scalar; null is "". Objects and lists keep their JSON, with the replacement character for bytes that are no UTF-8, as in
// strings.
func (t *Text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case string(b) == "null":
		*t = ""
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(s)
	default:
		*t = Text(strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	return nil
}

// tolerantInt reads 12, "12", 12.0, "" and null.
func tolerantInt(b []byte) (int64, error) {
	var t Text
	if err := t.UnmarshalJSON(b); err != nil {
		return 0, err
	}
	s := strings.TrimSpace(string(t))
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, fmt.Errorf("%.40q is not a whole number", s)
	}
	return int64(f), nil
}

// Ref is a resource that the vendor names by id and name.
type Ref struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}
