package sla

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// pair is two texts in a list, such as the ends of an interval.
type pair [2]string

// UnmarshalJSON implements [json.Unmarshaler]; it refuses lists of another length.
func (p *pair) UnmarshalJSON(data []byte) error {
	var list []string
	if err := json.Unmarshal(data, &list); err != nil || len(list) != len(p) {
		return fmt.Errorf("%s: want two texts in a list", data)
	}
	*p = pair(list)
	return nil
}

// fieldError says in our words which field has the wrong kind of value.
func fieldError(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return fmt.Errorf("reading fields: %w", err)
	}
	return fmt.Errorf("reading fields: %s is a %s: want a text", wrong.Field, wrong.Value)
}

// number returns the JSON number of a field.
func number(field string, raw json.RawMessage, want string) (json.Number, error) {
	var n json.Number
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", fmt.Errorf("%s is missing: want %s", field, want)
	case raw[0] == '"' || json.Unmarshal(raw, &n) != nil:
		return "", fmt.Errorf("%s %.40s: want %s", field, raw, want)
	}
	return n, nil
}

// wholeNumber reads a count; 5.0 and 5e0 are whole, too.
func wholeNumber(field string, raw json.RawMessage) (int, error) {
	n, err := number(field, raw, "a whole number")
	if err != nil {
		return 0, err
	}
	if i, err := strconv.Atoi(n.String()); err == nil {
		return i, nil
	}
	const most = 1 << 30
	f, err := n.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) > most {
		return 0, fmt.Errorf("%s %s: want a whole number", field, n)
	}
	return int(f), nil
}

// parseSeconds reads a JSON number of seconds, rounded to the nanosecond.
func parseSeconds(raw json.RawMessage) (time.Duration, error) {
	n, err := number("seconds", raw, "a number")
	if err != nil {
		return 0, err
	}
	const most = math.MaxInt64 / int64(time.Second)
	bad := fmt.Errorf("seconds %.40s: want a number from -%d to %d", n, most, most)
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		if i > most || i < -most {
			return 0, bad
		}
		return time.Duration(i) * time.Second, nil
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) > float64(most) {
		return 0, bad
	}
	if math.Abs(f) < float64(time.Nanosecond)/float64(2*time.Second) {
		return 0, nil // an exponent may be too small to write out
	}
	exact, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return 0, bad
	}
	exact.Mul(exact, big.NewRat(int64(time.Second), 1))
	half := big.NewRat(int64(exact.Sign()), 2)
	exact.Add(exact, half)
	ns := new(big.Int).Quo(exact.Num(), exact.Denom()) // towards zero
	if !ns.IsInt64() {
		return 0, bad
	}
	return time.Duration(ns.Int64()), nil
}

// parseTime reads RFC 3339; a time without an offset, or a date alone, is local to
// the calendar. A local time that the clock skips is the change of clocks, one that
// comes twice the first.
func (c *Calendar) parseTime(field, s string) (time.Time, error) {
	const want = "want a time such as 2026-11-24T10:00:00+09:00"
	if s == "" {
		return time.Time{}, fmt.Errorf("%s is missing: %s", field, want)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		if t, err = c.parseLocal(s); err != nil {
			return time.Time{}, fmt.Errorf("%s %q: %s", field, s, want)
		}
	}
	if sec := t.Unix(); sec < horizonFirst*secondsPerDay || sec >= horizonLast*secondsPerDay {
		return time.Time{}, fmt.Errorf("%s %q: want a time from 1900-01-01 to 2149-12-31", field, s)
	}
	return t.In(c.zone.loc), nil
}

func (c *Calendar) parseLocal(s string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		second := int64(t.Hour()*3600 + t.Minute()*60 + t.Second())
		return c.time(c.wallTime(DateOf(t).days(), second, t.Nanosecond())), nil
	}
	return time.Time{}, errors.New("no time")
}

func moment(t time.Time, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if _, offset := t.Zone(); offset%60 != 0 { // RFC 3339 has no seconds of offset
		t = t.UTC()
	}
	return t.Format(time.RFC3339Nano), nil
}

// seconds writes whole seconds as an integer and others exactly.
func seconds(d time.Duration) json.Number {
	whole, rest := d/time.Second, d%time.Second
	if rest == 0 {
		return json.Number(strconv.FormatInt(int64(whole), 10))
	}
	sign := ""
	if d < 0 {
		sign, whole, rest = "-", -whole, -rest
	}
	return json.Number(strings.TrimRight(fmt.Sprintf("%s%d.%09d", sign, whole, rest), "0"))
}
