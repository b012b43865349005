package slacksim_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestREADMENamesRealMethods calls every method that the README claims.
func TestREADMENamesRealMethods(t *testing.T) {
	_, rest, _ := strings.Cut(read(t, "README.md"), "## What is there\n")
	list, _, _ := strings.Cut(rest, "- Slack's error strings")
	var methods []string
	for part := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == '\n' || r == ';' }) {
		part = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(part), "- "))
		family, names, ok := strings.Cut(strings.TrimPrefix(part, "`"), "` ")
		if !ok {
			methods = append(methods, strings.Fields(strings.Trim(part, "`"))...)
			continue
		}
		for name := range strings.SplitSeq(names, ", ") {
			methods = append(methods, family+name)
		}
	}
	if len(methods) < 50 {
		t.Fatalf("only %d methods found: %v", len(methods), methods)
	}
	r := newRig(t)
	for _, m := range methods {
		if out, _ := r.raw(t, m, nil); out["error"] == "unknown_method" {
			t.Errorf("README names %s, which does not exist", m)
		}
	}
}

// TestDocNamesEveryFile keeps the map in doc.go true.
func TestDocNamesEveryFile(t *testing.T) {
	doc := read(t, "doc.go")
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f != "doc.go" && !strings.HasSuffix(f, "_test.go") && !strings.Contains(doc, " "+f) && !strings.Contains(doc, "\t"+f) {
			t.Errorf("doc.go does not name %s", f)
		}
	}
	for _, f := range regexp.MustCompile(`\w+\.go`).FindAllString(doc, -1) {
		if _, err := os.Stat(f); err != nil {
			t.Errorf("doc.go names %s, which does not exist", f)
		}
	}
}
