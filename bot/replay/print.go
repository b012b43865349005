package replay

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// words say whom a part concerns.
var words = map[Part]string{
	Heard: "what customers hear, or is done for them", Promised: "promises", Is: "what the ticket is", Shown: "what staff see", Kept: "moments, memory and reasons",
}

// Print writes an event for operators. What customers wrote is quoted, so that it does nothing to a terminal.
func (o Otherwise) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s  %s  %s  %q\n", o.At.Format(time.RFC3339), o.Key, o.Kind, o.Event)
	if o.Problem != "" {
		_, err = fmt.Fprintf(w, "  can't be decided: %q\n", o.Problem)
	}
	for _, d := range o.Differences {
		switch {
		case d.Was == nil:
			_, err = fmt.Fprintf(w, "  %-8s %s: now, and not before: %s\n", d.Part, d.What, brief(d.Now))
		case d.Now == nil:
			_, err = fmt.Fprintf(w, "  %-8s %s: no longer; it was: %s\n", d.Part, d.What, brief(d.Was))
		default:
			_, err = fmt.Fprintf(w, "  %-8s %s\n", d.Part, d.What)
			for _, m := range members("", d.Was, d.Now) {
				m.was, m.now = fromWhere(m.was, m.now)
				_, err = fmt.Fprintf(w, "    %s\n      was %s\n      now %s\n", m.path, brief(m.was), brief(m.now))
			}
		}
	}
	if err == nil {
		_, err = fmt.Fprintln(w)
	}
	return err
}

// Print writes the sums.
func (s Summary) Print(w io.Writer) {
	fmt.Fprintf(w, "Decided %d events of %d tickets again, from %s to %s.\n", s.Events, s.Tickets, s.From.Format(time.RFC3339), s.Until.Format(time.RFC3339))
	if s.Otherwise == 0 {
		fmt.Fprintln(w, "All are decided as they were.")
		return
	}
	fmt.Fprintf(w, "%d as they were, %d otherwise:\n", s.Events-s.Otherwise, s.Otherwise)
	for _, p := range Parts() {
		if n := s.Parts[p]; n > 0 {
			fmt.Fprintf(w, "  %6d  %s\n", n, words[p])
		}
	}
	if s.Undecided > 0 {
		fmt.Fprintf(w, "  %6d  can't be decided at all\n", s.Undecided)
	}
}

// member is one place at which two values differ.
type member struct {
	path     string
	was, now json.RawMessage
}

// members goes down as long as both are objects, and names what differs.
func members(path string, was, now json.RawMessage) []member {
	var a, b map[string]json.RawMessage
	if json.Unmarshal(was, &a) != nil || json.Unmarshal(now, &b) != nil || a == nil || b == nil {
		if path == "" {
			path = "all of it"
		}
		return []member{{path, was, now}}
	}
	var out []member
	for _, k := range slices.Sorted(maps.Keys(union(a, b))) {
		if string(a[k]) == string(b[k]) {
			continue
		}
		out = append(out, members(strings.TrimPrefix(path+"."+k, "."), a[k], b[k])...)
	}
	return out
}

func union(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// fromWhere leaves out of two texts the lines at their beginning that are the same.
func fromWhere(was, now json.RawMessage) (x, y json.RawMessage) {
	var a, b string
	if json.Unmarshal(was, &a) != nil || json.Unmarshal(now, &b) != nil {
		return was, now
	}
	for {
		line, restA, more := strings.Cut(a, "\n")
		same, restB, moreB := strings.Cut(b, "\n")
		if line != same || !more || !moreB {
			break
		}
		a, b = restA, restB
	}
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	if errA != nil || errB != nil {
		return was, now
	}
	return x, y
}

// brief is a value on one line.
func brief(v json.RawMessage) string {
	const most = 300
	if v == nil {
		return "nothing"
	}
	var text string
	if json.Unmarshal(v, &text) == nil {
		v = json.RawMessage(fmt.Sprintf("%q", text))
	}
	if r := []rune(string(v)); len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(v)
}
