package sla

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// EvalLine answers one line of `toban sla eval`: the same JSON object with result or
// error added. A line without hours uses defaultCal, or [SupportCenter] when that
// is nil. For many lines use an [Evaluator].
func EvalLine(line []byte, defaultCal *CalendarSpec) []byte {
	return NewEvaluator(defaultCal).Line(line)
}

// Evaluator answers lines of `toban sla eval` and keeps compiled calendars between
// lines. It is not safe for concurrent use.
type Evaluator struct {
	// At is the number of the line in its file; errors name it. 0 is none.
	At    int
	base  CalendarSpec
	known map[string]*Calendar
	zones map[string]zone
	key   []byte
}

const knownCalendars = 256

// NewEvaluator returns an evaluator whose lines without hours use defaultCal, or
// [SupportCenter] when that is nil.
func NewEvaluator(defaultCal *CalendarSpec) *Evaluator {
	e := &Evaluator{base: SupportCenter(), known: map[string]*Calendar{}, zones: map[string]zone{}}
	if defaultCal != nil {
		e.base = *defaultCal
	}
	return e
}

// question is one line; unknown fields are the caller's and stay as they are.
type question struct {
	calendarFields
	Op           string          `json:"op"`
	Excluded     json.RawMessage `json:"excluded"`
	Start        string          `json:"start"`
	End          string          `json:"end"`
	Seconds      json.RawMessage `json:"seconds"`
	Days         json.RawMessage `json:"days"`
	BusinessDays json.RawMessage `json:"business_days"`
	Boundary     string          `json:"boundary"`
	Result       json.RawMessage `json:"result"`
	Error        json.RawMessage `json:"error"`
}

// Line answers one line; see [EvalLine]. A line that is no JSON object comes back
// as text in the field line.
func (e *Evaluator) Line(line []byte) []byte {
	line = bytes.TrimSpace(line)
	var q question
	err := json.Unmarshal(line, &q)
	var wrong *json.UnmarshalTypeError
	if len(line) == 0 || line[0] != '{' || err != nil && !errors.As(err, &wrong) && !json.Valid(line) {
		return mustJSON(map[string]string{"line": string(line), "error": e.where() + "want one JSON object"})
	}
	var result any
	if err == nil {
		result, err = e.answer(q)
	} else {
		err = fieldError(err)
	}
	name := "result"
	if err != nil {
		name, result = "error", e.where()+err.Error()
	}
	value := mustJSON(result)
	if q.Result != nil || q.Error != nil { // the caller's own answer is replaced
		var object map[string]json.RawMessage
		if json.Unmarshal(line, &object) == nil {
			delete(object, "result")
			delete(object, "error")
			object[name] = value
			return mustJSON(object)
		}
	}
	out := make([]byte, 0, len(line)+len(value)+len(name)+len(`,"":`))
	out = append(out, bytes.TrimSpace(line[:len(line)-1])...) // the fields stay in their order
	if len(out) > 1 {
		out = append(out, ',')
	}
	out = append(append(append(out, '"'), name...), '"', ':')
	return append(append(out, value...), '}')
}

// where begins an error.
func (e *Evaluator) where() string {
	if e.At == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", e.At)
}

func mustJSON(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("sla: encoding a plain value: " + err.Error())
	}
	return bytes.TrimSpace(out.Bytes())
}

func (e *Evaluator) answer(q question) (any, error) {
	c, err := e.calendar(q)
	if err != nil {
		return nil, err
	}
	start, err := c.parseTime("start", q.Start)
	if err != nil {
		return nil, err
	}
	excluded, err := q.spans(c)
	if err != nil {
		return nil, err
	}
	if q.Boundary != "" && q.Boundary != "close" && q.Boundary != "open" {
		return nil, fmt.Errorf("boundary %q: want close or open", q.Boundary)
	}
	switch q.Op {
	case "add":
		return q.add(c, start, excluded)
	case "between":
		end, err := c.parseTime("end", q.End)
		if err != nil {
			return nil, err
		}
		return seconds(c.BetweenExcluding(start, end, excluded)), nil
	}
	if len(excluded) > 0 {
		return nil, fmt.Errorf("excluded with op %q: it goes with add and between", q.Op)
	}
	return q.plain(c, start)
}

func (q question) plain(c *Calendar, start time.Time) (any, error) {
	switch q.Op {
	case "add_days":
		n, err := wholeNumber("days", q.Days)
		if err != nil {
			return nil, err
		}
		return moment(c.AddDays(start, n))
	case "days_between":
		end, err := c.parseTime("end", q.End)
		if err != nil {
			return nil, err
		}
		return c.DaysBetween(start, end), nil
	case "next_open":
		return moment(c.NextOpen(start))
	case "next_close":
		return moment(c.NextClose(start))
	case "next_start":
		return moment(c.NextStart(start))
	case "prev_close":
		return moment(c.PrevClose(start))
	case "is_open":
		return c.IsOpen(start), nil
	case "holiday":
		name, _ := c.Holiday(DateOf(start))
		return name, nil
	case "deadline":
		n, err := wholeNumber("business_days", q.BusinessDays)
		if err != nil {
			return nil, err
		}
		return moment(c.Deadline(start, n))
	}
	return nil, fmt.Errorf("op %q: want %s", q.Op, strings.Join([]string{
		"add", "between", "add_days", "days_between", "next_open", "next_close", "next_start", "prev_close", "is_open", "holiday", "deadline",
	}, ", "))
}

func (q question) add(c *Calendar, start time.Time, excluded []Span) (any, error) {
	d, err := parseSeconds(q.Seconds)
	if err != nil {
		return nil, err
	}
	t, err := c.AddExcluding(start, d, excluded)
	if err == nil && q.Boundary == "open" {
		t, err = c.NextOpen(t)
	}
	return moment(t, err)
}

func (q question) spans(c *Calendar) ([]Span, error) {
	var pairs []pair
	if err := decodeField("excluded", q.Excluded, &pairs, "a list of [from, to]"); err != nil {
		return nil, err
	}
	out := make([]Span, 0, len(pairs))
	for i, p := range pairs {
		field := fmt.Sprintf("excluded[%d]", i)
		from, err := c.parseTime(field, p[0])
		if err != nil {
			return nil, err
		}
		to, err := c.parseTime(field, p[1])
		if err != nil {
			return nil, err
		}
		if to.Before(from) {
			return nil, fmt.Errorf("%s: the end %s is before the start %s: want [from, to]", field, p[1], p[0])
		}
		out = append(out, Span{from, to})
	}
	return out, nil
}
