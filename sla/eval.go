package sla

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	base  CalendarSpec
	known map[string]*Calendar
}

const knownCalendars = 256

// NewEvaluator returns an evaluator whose lines without hours use defaultCal, or
// [SupportCenter] when that is nil.
func NewEvaluator(defaultCal *CalendarSpec) *Evaluator {
	e := &Evaluator{base: SupportCenter(), known: map[string]*Calendar{}}
	if defaultCal != nil {
		e.base = *defaultCal
	}
	return e
}

// question is one line; unknown fields are the caller's and stay as they are.
type question struct {
	Op           string                 `json:"op"`
	Zone         string                 `json:"tz"`
	Hours        map[string][][2]string `json:"hours"`
	Holidays     []Date                 `json:"holidays"`
	Overrides    map[Date][][2]string   `json:"overrides"`
	Excluded     [][2]string            `json:"excluded"`
	Start        string                 `json:"start"`
	End          string                 `json:"end"`
	Seconds      *json.Number           `json:"seconds"`
	Days         *int                   `json:"days"`
	BusinessDays *int                   `json:"business_days"`
	Boundary     string                 `json:"boundary"`
}

// Line answers one line; see [EvalLine]. A line that is no JSON object comes back
// as text in the field line.
func (e *Evaluator) Line(line []byte) []byte {
	line = bytes.TrimSpace(line)
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil || object == nil {
		return mustJSON(map[string]string{"line": string(line), "error": "reading line: want one JSON object"})
	}
	result, err := e.answer(line)
	name, value := "result", mustJSON(result)
	if err != nil {
		name, value = "error", mustJSON(err.Error())
	}
	if object["result"] != nil || object["error"] != nil {
		delete(object, "result")
		delete(object, "error")
		object[name] = value
		return mustJSON(object)
	}
	var out bytes.Buffer // the fields stay in their order
	out.Write(bytes.TrimSpace(line[:len(line)-1]))
	if len(object) > 0 {
		out.WriteByte(',')
	}
	fmt.Fprintf(&out, "%q:%s}", name, value)
	return out.Bytes()
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

func (e *Evaluator) answer(line []byte) (any, error) {
	var q question
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	if err := dec.Decode(&q); err != nil {
		return nil, fmt.Errorf("reading fields: %w", err)
	}
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
		if q.Days == nil {
			return nil, errors.New("days is missing: want a whole number")
		}
		return moment(c.AddDays(start, *q.Days))
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
		if q.BusinessDays == nil {
			return nil, errors.New("business_days is missing: want a whole number")
		}
		return moment(c.Deadline(start, *q.BusinessDays))
	}
	return nil, fmt.Errorf("op %q: want %s", q.Op, strings.Join([]string{
		"add", "between", "add_days", "days_between", "next_open", "next_close", "next_start", "prev_close", "is_open", "holiday", "deadline",
	}, ", "))
}

func (q question) add(c *Calendar, start time.Time, excluded []Span) (any, error) {
	if q.Seconds == nil {
		return nil, errors.New("seconds is missing: want a number")
	}
	d, err := time.ParseDuration(q.Seconds.String() + "s")
	if err != nil {
		return nil, fmt.Errorf("seconds %s: want a number of at most 292 years", q.Seconds)
	}
	t, err := c.AddExcluding(start, d, excluded)
	if err == nil && q.Boundary == "open" {
		t, err = c.NextOpen(t)
	}
	return moment(t, err)
}

func (q question) spans(c *Calendar) ([]Span, error) {
	out := make([]Span, 0, len(q.Excluded))
	for _, pair := range q.Excluded {
		from, err := c.parseTime("excluded", pair[0])
		if err != nil {
			return nil, err
		}
		to, err := c.parseTime("excluded", pair[1])
		if err != nil {
			return nil, err
		}
		out = append(out, Span{from, to})
	}
	return out, nil
}

// parseTime reads RFC 3339; a time without an offset, or a date alone, is local to
// the calendar.
func (c *Calendar) parseTime(field, s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.In(c.zone.loc), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, c.zone.loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %q: want a time such as 2026-11-24T10:00:00+09:00", field, s)
}

func moment(t time.Time, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return t.Format(time.RFC3339Nano), nil
}

// seconds writes whole seconds as an integer and others exactly.
func seconds(d time.Duration) json.Number {
	whole, rest := d/time.Second, d%time.Second
	if rest == 0 {
		return json.Number(fmt.Sprintf("%d", whole))
	}
	sign := ""
	if d < 0 {
		sign, whole, rest = "-", -whole, -rest
	}
	return json.Number(strings.TrimRight(fmt.Sprintf("%s%d.%09d", sign, whole, rest), "0"))
}

// calendar returns the calendar of a line: its own hours, else the default with the
// zone, holidays and overrides of the line.
func (e *Evaluator) calendar(q question) (*Calendar, error) {
	key := string(mustJSON([]any{q.Zone, q.Hours, q.Holidays, q.Overrides}))
	if c := e.known[key]; c != nil {
		return c, nil
	}
	spec, err := q.spec(e.base)
	if err != nil {
		return nil, err
	}
	c, err := spec.Compile()
	if err != nil {
		return nil, err
	}
	if len(e.known) >= knownCalendars {
		clear(e.known)
	}
	e.known[key] = c
	return c, nil
}

func (q question) spec(base CalendarSpec) (CalendarSpec, error) {
	spec := base.clone()
	if q.Hours != nil {
		spec = CalendarSpec{Name: "line", Zone: base.Zone, Week: map[time.Weekday][]Interval{}}
	}
	if q.Zone != "" {
		spec.Zone = q.Zone
	}
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	for name, pairs := range q.Hours {
		day := slices.Index(names, name)
		if day < 0 {
			return spec, fmt.Errorf("hours of %q: want %s", name, strings.Join(names, ", "))
		}
		list, err := parsePairs(pairs)
		if err != nil {
			return spec, fmt.Errorf("hours of %s: %w", name, err)
		}
		spec.Week[time.Weekday(day)] = list
	}
	if spec.Holidays == nil {
		spec.Holidays = map[Date]string{}
	}
	for _, d := range q.Holidays {
		spec.Holidays[d] = "holiday"
	}
	if spec.Dates == nil {
		spec.Dates = map[Date][]Interval{}
	}
	for d, pairs := range q.Overrides {
		list, err := parsePairs(pairs)
		if err != nil {
			return spec, fmt.Errorf("overrides of %s: %w", d, err)
		}
		spec.Dates[d] = list
	}
	return spec, nil
}

func parsePairs(pairs [][2]string) ([]Interval, error) {
	out := make([]Interval, 0, len(pairs))
	for _, p := range pairs {
		iv, err := ParseHours(p[0], p[1])
		if err != nil {
			return nil, err
		}
		out = append(out, iv)
	}
	return out, nil
}
