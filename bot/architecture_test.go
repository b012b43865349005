package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The law of imports, over what a room reaches and not only over what it names. depguard (.golangci.yml) says the same of direct imports,
// sooner. Where the law has grown since it was first drawn, .github/adr/0001-layout.md says why:
//
//   - bot/verdict (what people say of a promise) may be imported by features that keep clocks;
//   - bot/voice (how features speak to customers, staff and panels) may be imported by features;
//   - tracker may import report: what a page may overwrite is the report's decision;
//   - digest is a feature (when a report is due) and the sender of reports, so it may be handed ports by the wiring;
//   - machinery (inbox, outbox) may import the store's types: its rows are what it moves;
//   - bot/app may read a feature's record (the incident's, for the status page).
const module = "toban"

// A law says what the packages of a pattern may reach. Patterns are paths below the module: "sla" is that package, "report/..." that
// package and all below it; "." is everything.
type law struct {
	room    string   // who
	reach   []string // packages of this module that it may reach, itself always
	outside []string // modules of others that it may name; what those need comes with them
	never   []string // packages of the standard library that it must not reach through this module's code
}

// inner are the doors to the world that a room which only decides has no use for.
var inner = []string{"database/sql", "net/http", "os", "os/exec", "log/slog"}

var laws = []law{
	{room: "sla", never: inner},
	{room: "report/...", reach: []string{"report/...", "sla"}, never: inner},
	{room: "backlog", never: []string{"database/sql"}},
	{room: "config/tree", outside: []string{"github.com/goccy/go-yaml"}, never: []string{"database/sql", "net/http"}},
	{room: "playbook", never: inner},
	{room: "config", reach: []string{"config/tree", "sla", "playbook"}, never: []string{"database/sql", "net/http"}},

	{room: "bot", reach: []string{"sla"}, never: inner},
	{room: "bot/mask", never: inner},
	{room: "bot/voice", reach: []string{"bot", "sla", "report/text"}, never: inner},
	{room: "bot/verdict", reach: []string{"bot", "bot/mask", "bot/voice", "sla", "report/text"}, never: inner},
	{room: "bot/desk", reach: append([]string{"bot/desk/wish", "bot/desk/opinion"}, feature...), never: inner},
	{room: "bot/desk/opinion", never: inner},
	{room: "bot/desk/wish", never: inner},
	{room: "bot/work", reach: feature, never: inner},
	{room: "bot/boarding", reach: feature, never: inner},
	{room: "bot/incident", reach: feature, never: inner},
	{room: "bot/digest", reach: feature, never: inner},

	{room: "bot/release", reach: []string{"bot", "sla"}, never: inner},
	{room: "bot/replay", reach: []string{"bot", "bot/mask", "sla", "bot/inbox", "bot/store"}, never: []string{"net/http"}},
	{room: "bot/shadow", reach: []string{"bot", "sla"}, never: inner},

	{room: "bot/alert", reach: []string{"bot", "sla"}, never: []string{"database/sql"}},
	{room: "bot/alert/fold", reach: feature, never: inner},
	{room: "bot/hook", reach: []string{"bot", "sla"}, never: []string{"database/sql"}},
	{room: "bot/postbox", reach: []string{"bot", "sla"}, outside: []string{"github.com/emersion/go-smtp", "github.com/emersion/go-message"}, never: []string{"database/sql", "net/http"}},
	{room: "bot/poll", reach: []string{"bot", "sla", "backlog"}, never: []string{"database/sql"}},
	{room: "bot/timer", reach: []string{"bot", "sla"}, outside: []string{"github.com/robfig/cron/v3"}, never: []string{"database/sql", "net/http"}},
	{room: "bot/tracker", reach: []string{"bot", "sla", "backlog", "report/...", "bot/tracker/ready"}, never: []string{"database/sql"}},
	{room: "bot/tracker/ready", reach: []string{"bot", "sla", "backlog"}, never: []string{"database/sql"}},
	{room: "bot/slack", reach: []string{"bot", "bot/mask", "sla", "report/...", "bot/slack/view"}, outside: []string{"github.com/slack-go/slack"}, never: []string{"database/sql"}},
	{room: "bot/slack/view", reach: []string{"bot", "sla", "report/..."}, outside: []string{"github.com/slack-go/slack"}, never: []string{"database/sql"}},
	{room: "bot/mail", reach: []string{"bot", "sla"}, outside: []string{"github.com/wneessen/go-mail"}, never: []string{"database/sql", "net/http"}},
	{room: "bot/aws", reach: []string{"bot", "sla"}, outside: []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"}, never: []string{"database/sql"}},
	{room: "bot/phone", reach: []string{"bot", "sla"}, never: []string{"database/sql", "net/http"}},
	{room: "bot/console", reach: []string{"bot", "sla", "report/..."}, outside: []string{"github.com/arran4/golang-ical"}, never: []string{"database/sql"}},

	{room: "bot/store", reach: []string{"bot", "bot/mask", "sla"}, never: []string{"net/http"}, outside: []string{
		"github.com/jmoiron/sqlx", "github.com/lib/pq", "modernc.org/sqlite", "github.com/pressly/goose/v3",
	}},
	{room: "bot/backup", reach: []string{"bot", "bot/mask", "sla", "bot/store"}, outside: []string{"filippo.io/age"}, never: []string{"net/http"}},
	{room: "bot/store/storetest", reach: []string{"bot", "bot/mask", "sla", "bot/store"}, outside: []string{"github.com/jmoiron/sqlx", "github.com/lib/pq"}, never: []string{"net/http"}},
	{room: "bot/watch", reach: []string{"bot", "sla"}, never: []string{"database/sql"}},
	{room: "bot/trace", reach: []string{"bot", "sla"}, outside: []string{"go.opentelemetry.io/otel", "go.opentelemetry.io/proto/otlp", "google.golang.org/protobuf"}, never: []string{"database/sql"}},
	{room: "bot/inbox", reach: []string{"bot", "bot/mask", "sla", "bot/store"}, never: []string{"net/http"}},
	{room: "bot/outbox", reach: []string{"bot", "bot/mask", "sla", "bot/store"}, never: []string{"net/http"}},
	{room: "bot/outbox/effecttest", reach: []string{"bot", "bot/mask", "sla", "bot/store", "bot/outbox", "bot/inbox"}, never: []string{"net/http"}},
	{room: "bot/app", reach: []string{"bot/...", "backlog", "config/...", "sla", "playbook", "report/..."}, outside: []string{"github.com/prometheus/client_golang"}},

	{room: "backlog/backlogsim/...", reach: []string{"backlog/backlogsim/..."}},
	{room: "bot/slack/slacksim", outside: []string{"github.com/gorilla/websocket"}},
	{room: "bot/standin"},
	{room: "bot/mail/mailsim", reach: []string{"bot/standin"}, outside: []string{"github.com/emersion/go-smtp", "github.com/emersion/go-sasl"}},
	{room: "bot/phone/phonesim", reach: []string{"bot/standin"}},
	{room: "bot/aws/awssim", reach: []string{"bot/standin"}},
	{room: "cmd/toban", reach: []string{"..."}, outside: []string{"github.com/spf13/cobra"}},
}

// feature is what a room that decides may reach: features meet through events, never through imports.
var feature = []string{"bot", "bot/mask", "bot/verdict", "bot/voice", "sla", "playbook", "report/..."}

// TestLawOfImports holds every package against its law, and every law against the packages: a rule that matches nothing is stale.
func TestLawOfImports(t *testing.T) {
	packages := list(t)
	ruled := map[string]bool{}
	for _, l := range laws {
		found := false
		for _, path := range slices.Sorted(maps.Keys(packages)) {
			p := packages[path]
			if !p.ours() || len(p.GoFiles) == 0 || !match(l.room, p.room()) {
				continue
			}
			found, ruled[path] = true, true
			for _, dep := range slices.Concat(p.Deps, []string{path}) {
				d := packages[dep]
				if d.ours() && dep != path && !matchAny(l.reach, d.room()) {
					t.Errorf("%s reaches %s (by %s): the law of %q does not allow it", path, dep, by(packages, path, dep), l.room)
				}
			}
			for _, name := range p.Imports {
				if d, ok := packages[name]; ok && d.outside() && !prefixAny(l.outside, name) {
					t.Errorf("%s imports %s: the law of %q does not allow it", path, name, l.room)
				}
			}
			for _, name := range ownReach(packages, path) {
				if slices.Contains(l.never, name) {
					t.Errorf("%s reaches %s: the law of %q forbids it", path, name, l.room)
				}
			}
		}
		if !found {
			t.Errorf("the law of %q matches no package", l.room)
		}
		for _, pattern := range l.reach {
			if !slices.ContainsFunc(slices.Collect(maps.Values(packages)), func(p pkg) bool { return p.ours() && match(pattern, p.room()) }) {
				t.Errorf("the law of %q names %q, which matches no package", l.room, pattern)
			}
		}
		for _, name := range l.outside {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(packages)), func(path string) bool { return prefixAny([]string{name}, path) }) {
				t.Errorf("the law of %q names %s, which nothing imports", l.room, name)
			}
		}
	}
	for path, p := range packages {
		if p.ours() && len(p.GoFiles) > 0 && !ruled[path] { // a room of tests alone can break nothing
			t.Errorf("%s has no law: write one", path)
		}
	}
}

// TestLawOfSimulators keeps the stand-ins (…sim) and the helpers of tests (…test) out of what customers run: only the command imports a
// simulator, nothing but tests imports a helper of tests. Test files are not in this list.
func TestLawOfSimulators(t *testing.T) {
	packages := list(t)
	seen := 0
	for path, p := range packages {
		if !p.ours() || kind(p) != "" {
			continue
		}
		for _, dep := range p.Deps {
			d := packages[dep]
			if !d.ours() || kind(d) == "" {
				continue
			}
			seen++
			if kind(d) == "test" || !match("cmd/...", p.room()) {
				t.Errorf("%s reaches %s, which is for tests%s", path, dep, map[string]string{"sim": " and the demo"}[kind(d)])
			}
		}
	}
	if seen == 0 {
		t.Error("nothing imports a simulator: the rule matches no package")
	}
}

// kind tells a simulator ("sim") and a helper of tests ("test") by the folder they live in.
func kind(p pkg) string {
	for part := range strings.SplitSeq(p.room(), "/") {
		for _, k := range []string{"sim", "test"} {
			if strings.HasSuffix(part, k) {
				return k
			}
		}
	}
	return ""
}

// TestLawOfNames refuses rooms whose name says nothing.
func TestLawOfNames(t *testing.T) {
	vague := []string{"util", "utils", "common", "types", "models", "helpers", "misc", "shared", "lib", "pkg", "internal"}
	for path, p := range list(t) {
		if !p.ours() {
			continue
		}
		for part := range strings.SplitSeq(p.room(), "/") {
			if slices.Contains(vague, part) {
				t.Errorf("%s: %q tells nobody what lives there", path, part)
			}
		}
	}
}

// TestLawOfSize stops files at 500 lines, and asks rooms of more than a dozen files to explain themselves in a doc.go.
func TestLawOfSize(t *testing.T) {
	const longest, most = 500, 12
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "..":
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := strings.Count(string(b), "\n"); n > longest {
			t.Errorf("%s has %d lines, more than %d: split it by noun", path, n, longest)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, p := range list(t) {
		if p.ours() && len(p.GoFiles) > most && !slices.Contains(p.GoFiles, "doc.go") {
			t.Errorf("%s has %d files, more than %d, and no doc.go that explains them", path, len(p.GoFiles), most)
		}
	}
}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath    string
	Standard      bool
	Module        *struct{ Path string }
	GoFiles       []string
	Imports, Deps []string
}

func (p pkg) ours() bool    { return p.Module != nil && p.Module.Path == module }
func (p pkg) outside() bool { return p.Module != nil && p.Module.Path != module }
func (p pkg) room() string  { return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/") }

// listed asks the tool chain, once for all tests of this file, for every package of the module and all that they reach.
var listed = sync.OnceValues(func() (map[string]pkg, error) {
	cmd := exec.CommandContext(context.Background(), "go", "list", "-deps", "-json=ImportPath,Standard,Module,GoFiles,Imports,Deps", "./...")
	cmd.Dir = ".."
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("running go list: %w: %s", err, complaint.String())
	}
	packages := map[string]pkg{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading go list: %w", err)
		}
		packages[p.ImportPath] = p
	}
})

func list(t *testing.T) map[string]pkg {
	t.Helper()
	packages, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// ownReach lists the packages of the standard library that a package imports itself or through packages of this module. What a library
// of others or the standard library needs inside is not this house's business.
func ownReach(packages map[string]pkg, path string) []string {
	var names []string
	for _, dep := range slices.Concat(packages[path].Deps, []string{path}) {
		if p := packages[dep]; p.ours() {
			for _, name := range p.Imports {
				if packages[name].Standard {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// by names the direct import through which a package reaches another.
func by(packages map[string]pkg, from, to string) string {
	for _, name := range packages[from].Imports {
		if name == to || slices.Contains(packages[name].Deps, to) {
			return name
		}
	}
	return "?"
}

func matchAny(patterns []string, room string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, room) })
}

func match(pattern, room string) bool {
	if pattern == "..." {
		return true
	}
	if above, all := strings.CutSuffix(pattern, "/..."); all {
		return room == above || strings.HasPrefix(room, above+"/")
	}
	return room == pattern
}

func prefixAny(modules []string, path string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
}

// Decisions are named by their numbers: each has one of its own, without a gap, in its file's name and its heading.
func TestLawOfDecisions(t *testing.T) {
	files, err := filepath.Glob("../.github/adr/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d decisions: %v", len(files), err)
	}
	slices.Sort(files)
	for i, file := range files {
		want := fmt.Sprintf("%04d-", i+1)
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(filepath.Base(file), want) || !strings.HasPrefix(string(raw), fmt.Sprintf("# %d. ", i+1)) {
			t.Fatalf("%s is the decision number %d: want a name that begins with %s and a heading that begins with \"# %d. \"", file, i+1, want, i+1)
		}
	}
}
