package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/app"
	"toban/config"
	"toban/config/tree"
)

// adoption is a table of toban adopt as staff give it back.
type adoption struct {
	Project string    `yaml:"project,required"`
	Space   string    `yaml:"space,required"`
	Made    string    `yaml:"made,required"`
	Tickets []adopted `yaml:"tickets"`

	made     time.Time
	customer string
}

// adopted is a row. Staff may change adopt, type and owner; the rest says what it is about.
type adopted struct {
	Key      string   `yaml:"key,required"`
	Issue    int64    `yaml:"issue,required" min:"1"`
	Adopt    bool     `yaml:"adopt,required"`
	Type     string   `yaml:"type"`
	Owner    string   `yaml:"owner"`
	Class    string   `yaml:"class"`
	Reads    string   `yaml:"reads"` // the type as Toban read it
	Sure     string   `yaml:"confidence"`
	Summary  string   `yaml:"summary"`
	Opened   string   `yaml:"opened"`
	Status   string   `yaml:"status"`
	Due      string   `yaml:"due"`
	Clocks   []string `yaml:"clocks"`
	Why      []string `yaml:"why"`
	Assignee string   `yaml:"assignee"`
}

// changedType is the type where staff are surer of it than Toban; what was left as Toban reads it is read again when it is taken over.
func (x adopted) changedType() string {
	if x.Type == x.Reads && x.Sure != string(bot.Unsure) || x.Type == string(bot.ClassUnclear) {
		return ""
	}
	return x.Type
}

const adoptionHead = `# Open issues of project %s that Toban does not know. You may change adopt, type and owner; then
#   toban adopt apply --config DIR THIS-FILE
# Types: %s
# Owners: %s
`

func printAdoption(out io.Writer, cfg *config.Config, p app.Adoption, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(p)
	}
	var b strings.Builder
	fmt.Fprintf(&b, adoptionHead, p.Project, strings.Join(typesOf(cfg, p.Customer), ", "), strings.Join(peopleOf(cfg), ", "))
	fmt.Fprintf(&b, "project: %s\nspace: %s\nmade: %s\n# %d open issues are known already\n", quote(p.Project), quote(p.Space), quote(p.Made.UTC().Format(time.RFC3339)), p.Known)
	if len(p.New) == 0 {
		b.WriteString("tickets: []\n")
	} else {
		b.WriteString("tickets:\n")
	}
	for _, x := range p.New {
		t := x.Ticket
		zone := time.UTC
		if c, ok := cfg.Customer(p.Customer); ok && c.Zone != nil {
			zone = c.Zone
		}
		fmt.Fprintf(&b, "  - key: %s\n    issue: %d\n    adopt: true\n    type: %s\n", quote(t.Key), x.Issue, quote(t.Type))
		if t.Owner != "" {
			fmt.Fprintf(&b, "    owner: %s\n", quote(t.Owner))
		}
		fmt.Fprintf(&b, "    summary: %s\n    reads: %s\n    class: %s\n    confidence: %s\n    status: %s\n    opened: %s\n",
			quote(t.Summary), quote(t.Type), quote(string(t.Class)), quote(string(t.Confidence)), quote(string(t.Status)), quote(stamp(t.Received.In(zone))))
		if !t.Due.IsZero() {
			fmt.Fprintf(&b, "    due: %s\n", quote(stamp(t.Due.In(zone))))
		}
		for i, c := range x.Clocks {
			if i == 0 {
				b.WriteString("    clocks:\n")
			}
			fmt.Fprintf(&b, "      - %s\n", quote(fmt.Sprintf("%s: %s, due %s", c.Name, c.State, stamp(c.Due.In(zone)))))
		}
		for i, w := range x.Why {
			if i == 0 {
				b.WriteString("    why:\n")
			}
			fmt.Fprintf(&b, "      - %s\n", quote(w))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// quote writes text as YAML reads it back, whatever people wrote in it: JSON's form is YAML's, too.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func typesOf(cfg *config.Config, customer string) []string {
	out := []string{}
	if c, ok := cfg.Customer(customer); ok {
		for _, t := range c.RequestTypes() {
			out = append(out, t.ID)
		}
	}
	return append(out, string(bot.ClassIncident), string(bot.ClassComplaint))
}

func peopleOf(cfg *config.Config) []string {
	var out []string
	for _, p := range cfg.People {
		out = append(out, p.ID)
	}
	return out
}

// readAdoption reads and checks a table as a whole; every mistake is told with its place.
func readAdoption(name string, src []byte, cfg *config.Config) (adoption, error) {
	var t adoption
	faults := &tree.Faults{}
	n := tree.Parse(name, src, faults)
	if n != nil {
		(&tree.Decoder{}).Decode(n, &t, faults)
	}
	if faults.Len() == 0 {
		t.check(cfg, n, faults)
	}
	if faults.Len() == 0 {
		return t, nil
	}
	var lines []string
	for _, f := range faults.Sorted() {
		lines = append(lines, f.String())
	}
	return t, fmt.Errorf("the table can't be applied:\n%s", strings.Join(lines, "\n"))
}

func (t *adoption) check(cfg *config.Config, n *tree.Node, faults *tree.Faults) {
	var err error
	if t.made, err = time.Parse(time.RFC3339, t.Made); err != nil {
		faults.Add(n.At("made"), "must be a time such as 2026-11-24T10:00:00Z, as toban adopt wrote it")
	}
	c, ok := cfg.CustomerOfProject(t.Space, t.Project)
	if !ok {
		faults.Add(n.At("project"), "names the project %s of space %s, which no customer has", t.Project, t.Space)
		return
	}
	t.customer = c.ID
	types, people, seen := typesOf(cfg, c.ID), peopleOf(cfg), map[int64]bool{}
	for i, x := range t.Tickets {
		if !strings.HasPrefix(x.Key, t.Project+"-") {
			faults.Add(n.At("tickets", i, "key"), "must be an issue of project %s, got %s", t.Project, tree.Quote(x.Key))
		}
		if seen[x.Issue] {
			faults.Add(n.At("tickets", i, "issue"), "repeats the issue %d", x.Issue)
		}
		seen[x.Issue] = true
		if x.Type != "" && x.Type != x.Reads && !slices.Contains(types, x.Type) {
			faults.Add(n.At("tickets", i, "type"), "must be one of %s, got %s", strings.Join(types, ", "), tree.Quote(x.Type))
		}
		if x.Owner != "" && !slices.Contains(people, x.Owner) {
			faults.Add(n.At("tickets", i, "owner"), "must be one of %s, got %s", strings.Join(people, ", "), tree.Quote(x.Owner))
		}
	}
}
