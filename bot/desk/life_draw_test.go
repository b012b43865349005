package desk_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
)

var update = flag.Bool("update", false, "write golden files")

var movedBy = regexp.MustCompile(`^moved from (\w+) to (\w+) by (.+)$`)

// arrow is one step of a ticket's life as the walk saw it.
type arrow struct{ from, to string }

// walk does every event in every status and gives the steps that the audit trail shows, with what brought each about.
func walk(t *testing.T) map[arrow][]string {
	t.Helper()
	out := map[arrow][]string{}
	for _, row := range drawing {
		for _, from := range allStatuses {
			b := into(t, from)
			b.now = b.now.Add(60e9)
			row.do(b)
			at := string(from)
			for _, r := range b.out.Reasons {
				m := movedBy.FindStringSubmatch(r.What)
				if m == nil {
					continue
				}
				if m[1] != at {
					t.Errorf("%s in %s: a step begins in %s, the ticket stood in %s", row.event, from, m[1], at)
				}
				if r.Why == "" || m[3] == "" {
					t.Errorf("%s in %s: the step to %s has no actor or no reason", row.event, from, m[2])
				}
				a := arrow{m[1], m[2]}
				if !slices.Contains(out[a], row.event) {
					out[a] = append(out[a], row.event)
				}
				at = m[2]
			}
			if at != string(b.tk.Status) {
				t.Errorf("%s in %s: the audit trail ends in %s, the ticket in %s", row.event, from, at, b.tk.Status)
			}
		}
	}
	return out
}

// draw is the walk as a Mermaid diagram. What leads out of every open status is drawn once, from all of them together.
func draw(steps map[arrow][]string) string {
	var open, ended []string
	for _, s := range allStatuses {
		if s.Ended() {
			ended = append(ended, string(s))
		} else {
			open = append(open, string(s))
		}
	}
	everywhere := map[string][]string{} // target: events that lead there from every open status
	for _, to := range ended {
		for _, event := range steps[arrow{string(bot.StatusAccepted), to}] {
			if !slices.ContainsFunc(open, func(from string) bool { return !slices.Contains(steps[arrow{from, to}], event) }) {
				everywhere[to] = append(everywhere[to], event)
			}
		}
	}
	var b strings.Builder
	line := func(from, to string, events []string) {
		if len(events) > 0 {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, strings.Join(events, ", "))
		}
	}
	b.WriteString("stateDiagram-v2\n    [*] --> received\n    state open {\n")
	for _, s := range open {
		fmt.Fprintf(&b, "        %s\n", s)
	}
	b.WriteString("    }\n")
	for _, to := range ended {
		line("open", to, everywhere[to])
	}
	all := append(append(slices.Clone(open), "classified"), append(ended, "reopened")...)
	for _, from := range all {
		for _, to := range all {
			events := slices.DeleteFunc(slices.Clone(steps[arrow{from, to}]), func(e string) bool {
				return slices.Contains(open, from) && slices.Contains(everywhere[to], e)
			})
			line(from, to, events)
		}
	}
	return b.String()
}

// The drawing of a request's life is made of the walk over every status and event, so it can't say what the program does not do.
func TestLifeIsDrawn(t *testing.T) {
	const file = "life.md"
	got := "# The life of a request\n\nDrawn by `go test ./bot/desk -run TestLifeIsDrawn -update`: every event in every status.\n" +
		"`desk.*` are buttons; classified and reopened are passed on the way.\n\n```mermaid\n" + draw(walk(t)) + "```\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the drawing is not true any more; see it with -update:\n%s", diff)
	}
}
