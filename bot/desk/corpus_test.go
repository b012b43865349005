package desk_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"toban/bot"
	"toban/bot/desk"
	"toban/config"
)

// corpusTicket is one of the labelled tickets of testdata/tickets*.jsonl: the first file was there with the first rules, each other one is a
// batch that was measured once before a rule was tuned on it (testdata/README.md holds those figures).
type corpusTicket struct {
	ID          string `json:"id"`
	Profile     string `json:"profile"`
	IssueType   string `json:"issue_type"`
	Summary     string `json:"summary"`
	Description string `json:"description"`
	File        string `json:"-"`
	Want        struct {
		Type      string `json:"type"`
		Supported any    `json:"supported"`
		Several   bool   `json:"several"`
		Uncertain bool   `json:"uncertain"`
	} `json:"want"`
}

func corpus(t testing.TB) []corpusTicket {
	t.Helper()
	files, err := filepath.Glob("testdata/tickets*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	var out []corpusTicket
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
			var c corpusTicket
			if err := json.Unmarshal(s.Bytes(), &c); err != nil {
				t.Fatal(f, err)
			}
			c.File = filepath.Base(f)
			out = append(out, c)
		}
	}
	return out
}

// contracts are customers of the shipped profiles, by profile.
func contracts(t testing.TB) map[string]*bot.Customer {
	t.Helper()
	profiles, err := config.LoadProfiles("", config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*bot.Customer{}
	for name := range profiles {
		p := profiles[name]
		c := &bot.Customer{Zone: tokyo, Types: typesOf(p)}
		c.Signs = bot.NewSigns(c.Types)
		var rows []bot.Work
		for _, w := range p.Catalogue {
			rows = append(rows, bot.Work{ID: w.ID, Area: w.Area, Work: w.Work, Declined: w.Declined(), Note: w.Note, Signs: bot.SignWords{Asks: w.Groups()}})
		}
		c.Catalogue = bot.NewCatalogue(rows)
		out[name] = c
	}
	return out
}

// count is how often a type was meant, read, and read rightly.
type count struct{ meant, read, right int }

// TestCorpus holds the reading of tickets against labels that were written before its rules. A wrong type that is only likely costs a click
// of staff; one that is certain costs a promise, so there must be none.
func TestCorpus(t *testing.T) {
	customers := contracts(t)
	counts := map[string]*count{}
	of := func(id string) *count {
		if counts[id] == nil {
			counts[id] = &count{}
		}
		return counts[id]
	}
	list := corpus(t)
	right, certain := 0, 0
	for _, c := range list {
		got := desk.Understand(customers[c.Profile], bot.Snapshot{Type: c.IssueType, Summary: c.Summary, Description: c.Description})
		of(c.Want.Type).meant++
		of(got.Type).read++
		if got.Type == c.Want.Type {
			right++
			of(got.Type).right++
		} else {
			t.Logf("%s %q of type %q is read as %s (%s), meant is %s: %v", c.ID, c.Summary, c.IssueType, got.Type, got.Confidence, c.Want.Type, got.Reasons)
		}
		if got.Confidence == bot.Certain {
			certain++
			if got.Type != c.Want.Type || c.Want.Uncertain {
				t.Errorf("%s %q: %s is certain and wrong, meant is %s: %v", c.ID, c.Summary, got.Type, c.Want.Type, got.Reasons)
			}
		}
		if c.Want.Several != (len(got.Several) > 1) {
			t.Errorf("%s %q: lists %v", c.ID, c.Summary, got.Several)
		}
		want := desk.Supported
		switch c.Want.Supported {
		case false:
			want = desk.Unsupported
		case "conditional":
			want = desk.Conditional
		}
		if got.Support != want {
			t.Errorf("%s %q: supported = %s (%s), want %s", c.ID, c.Summary, got.Support, got.Work.Work, want)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		n := counts[id]
		t.Logf("%-26s meant %3d, read %3d, right %3d: precision %3d %%, recall %3d %%", id, n.meant, n.read, n.right, percent(n.right, n.read), percent(n.right, n.meant))
	}
	t.Logf("%d tickets, %d %% right, %d %% certain", len(list), percent(right, len(list)), percent(certain, len(list)))
	const wantRight, wantCertain = 95, 60
	if percent(right, len(list)) < wantRight || percent(certain, len(list)) < wantCertain {
		t.Errorf("%d %% right and %d %% certain, want at least %d and %d", percent(right, len(list)), percent(certain, len(list)), wantRight, wantCertain)
	}
}

func percent(n, of int) int {
	if of == 0 {
		return 100
	}
	return 100 * n / of
}
