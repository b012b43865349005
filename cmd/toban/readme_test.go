package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root is the module's folder, seen from this package.
const root = "../.."

// paper is what the tests below read of a Markdown file.
type paper struct {
	headings []string   // their levels, as "##"
	fences   [][]string // lines of each fenced block
	links    []string   // relative targets, without #anchor
	rooms    []string   // folders of the map
}

var (
	linkForm = regexp.MustCompile(`\]\(([^)]+)\)`)
	roomForm = regexp.MustCompile("^\\| \\[`([^`]+)`\\]\\(([^)]+)\\) \\| .+ \\|$")
)

func readPaper(t *testing.T, name string) paper {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	var p paper
	var fence *[]string
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		switch level, _, heading := strings.Cut(line, " "); {
		case strings.HasPrefix(line, "```") && fence == nil:
			p.fences = append(p.fences, nil)
			fence = &p.fences[len(p.fences)-1]
			continue
		case strings.HasPrefix(line, "```"):
			fence = nil
			continue
		case fence != nil:
			*fence = append(*fence, line)
			continue
		case heading && level != "" && strings.Trim(level, "#") == "":
			p.headings = append(p.headings, level)
		}
		if m := roomForm.FindStringSubmatch(line); m != nil {
			p.rooms = append(p.rooms, m[1])
			if m[1] != m[2] {
				t.Errorf("%s: the room %s leads to %s", name, m[1], m[2])
			}
		}
		for _, m := range linkForm.FindAllStringSubmatch(line, -1) {
			if target, _, _ := strings.Cut(m[1], "#"); target != "" && !strings.Contains(target, "://") {
				p.links = append(p.links, target)
			}
		}
	}
	if fence != nil {
		t.Errorf("%s: a fenced block is not closed", name)
	}
	return p
}

func TestReadmeMapNamesEveryRoom(t *testing.T) {
	var rooms []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root):
			return filepath.SkipDir
		case filepath.Ext(path) == ".go":
			rooms = append(rooms, filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, root+string(filepath.Separator)))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(rooms)
	rooms = slices.Compact(rooms)
	for _, name := range []string{"README.md", "README.ja.md"} {
		named := readPaper(t, name).rooms
		slices.Sort(named)
		if diff := cmp.Diff(rooms, named); diff != "" {
			t.Errorf("map of %s (rooms that exist -, rooms named +):\n%s", name, diff)
		}
	}
}

func TestReadmesSayTheSame(t *testing.T) {
	en, ja := readPaper(t, "README.md"), readPaper(t, "README.ja.md")
	if diff := cmp.Diff(en.headings, ja.headings); diff != "" {
		t.Errorf("headings (README.md -, README.ja.md +):\n%s", diff)
	}
	if diff := cmp.Diff(en.fences, ja.fences); diff != "" {
		t.Errorf("commands (README.md -, README.ja.md +):\n%s", diff)
	}
	if diff := cmp.Diff(en.links, ja.links); diff != "" {
		t.Errorf("links (README.md -, README.ja.md +):\n%s", diff)
	}
	if len(en.fences) == 0 || !slices.Equal(en.fences[0], []string{"make demo", "make test"}) {
		t.Error("the two commands are not on top")
	}
}

// papers are the Markdown files whose links and commands must work.
var papers = []string{
	"README.md", "README.ja.md", "CHANGELOG.md", "deploy/RUNBOOK.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md",
}

func TestPapersLinkToFilesThatExist(t *testing.T) {
	for _, name := range papers {
		for _, link := range readPaper(t, name).links {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), link)); err != nil {
				t.Errorf("%s links to %s: %v", name, link, err)
			}
		}
	}
}

// quoted is one word of a command line, whatever stands in it.
var quoted = regexp.MustCompile(`"[^"]*"`)

func TestPapersNameCommandsThatExist(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, name := range papers {
		for _, fence := range readPaper(t, name).fences {
			for _, line := range fence {
				if _, after, piped := strings.Cut(line, "| "); piped {
					line = after
				}
				words := strings.Fields(quoted.ReplaceAllString(line, "quoted"))
				switch {
				case len(words) > 1 && words[0] == "make":
					tried++
					if !strings.Contains(string(makefile), "\n"+words[1]+":") {
						t.Errorf("%s: %q: there is no such target", name, line)
					}
				case len(words) > 1 && words[0] == "toban":
					tried++
					command, args, err := newRoot().Find(words[1:])
					if err == nil {
						err = command.ParseFlags(args)
					}
					if err == nil {
						err = command.ValidateArgs(command.Flags().Args())
					}
					if err == nil {
						err = command.ValidateRequiredFlags()
					}
					if err != nil {
						t.Errorf("%s: %q: %v", name, line, err)
					}
				}
			}
		}
	}
	if tried == 0 {
		t.Error("no command was found in any paper")
	}
}
