package desk_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// lines are those of a file, without comments.
func lines(t testing.TB, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for l := range strings.SplitSeq(string(raw), "\n") {
		if l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// certainRequests are some tickets of the corpus that ask for work of the support desk and are read with certainty.
func certainRequests(t *testing.T, c *bot.Customer) []bot.Snapshot {
	t.Helper()
	const every = 17
	var out []bot.Snapshot
	for i, x := range corpus(t) {
		if x.Profile != "support-desk" || i%every != 0 || strings.Contains(x.Description, "--") || strings.Contains(x.Description, "──") || strings.Contains(x.Description, "\n>") { // what is added must not fall into a signature
			continue
		}
		snap := bot.Snapshot{Type: x.IssueType, Summary: x.Summary, Description: x.Description}
		if got := desk.Understand(c, snap); got.Confidence == bot.Certain && got.Class != bot.ClassIncident && got.Class != bot.ClassComplaint && !slices.Contains([]string{"consultation", "procedure_change", "improvement", "capacity"}, got.Type) {
			out = append(out, snap)
		}
	}
	if len(out) < 20 {
		t.Fatalf("%d requests are certain: too few to try", len(out))
	}
	return out
}

// TestNothingAgainst: a plain request below which a line takes it back, asks something, or tells of worse, is certain no more; it is one all
// the same with a line that adds nothing.
func TestNothingAgainst(t *testing.T) {
	c := contracts(t)["support-desk"]
	snaps := certainRequests(t, c)
	last := ""
	still := func(line string) int {
		n := 0
		for _, s := range snaps {
			s.Description += "\n" + line
			if got := desk.Understand(c, s); got.Confidence == bot.Certain {
				n++
				last = s.Description + ": " + got.Type
			}
		}
		return n
	}
	for _, line := range lines(t, "testdata/against.txt") {
		if n := still(line); n > 0 {
			t.Errorf("%d of %d requests are certain although %q stands below them, the last: %s", n, len(snaps), line, last)
		}
	}
	for _, line := range lines(t, "testdata/beside.txt") {
		if n := still(line); percent(n, len(snaps)) < 85 { // a line about a snapshot makes a few of them look like backups
			t.Errorf("%d of %d requests stay certain with %q below them", n, len(snaps), line)
		}
	}
}
