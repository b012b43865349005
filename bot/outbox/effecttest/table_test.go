package effecttest_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot/outbox/effecttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	root  = "../../.."
	table = "../EFFECTS.md"
)

// TestTable keeps EFFECTS.md what the rows say.
func TestTable(t *testing.T) {
	want := write(effecttest.Rows())
	if *update {
		if err := os.WriteFile(table, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("EFFECTS.md is not what the rows say (make golden writes it):\n%s", diff)
	}
}

func write(rows []effecttest.Row) string {
	var b strings.Builder
	b.WriteString("# Effects\n\nWhat is looked for before each repeat of an outward act, and how often it stands there after a fault. Written from the rows of\n" +
		"[effecttest](effecttest/rows.go) by `make golden`; each row's test runs every fault of the second table through the real outbox.\n\n" +
		"| effect | kind | mark | look | where it can't be looked up |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", r.Name, r.Kind, r.Mark, r.Look, r.Blind)
	}
	b.WriteString("\n| effect | test |")
	for _, f := range effecttest.Faults() {
		fmt.Fprintf(&b, " %s |", f)
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" --- |", len(effecttest.Faults())) + "\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | `%s` in %s |", r.Name, r.Test, r.Room)
		for _, f := range effecttest.Faults() {
			fmt.Fprintf(&b, " %s |", r.End(f))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestEveryKindHasARow reads the kinds from the vocabulary's source: one that is added there is missing here.
func TestEveryKindHasARow(t *testing.T) {
	kinds := kinds(t)
	if len(kinds) == 0 {
		t.Fatal("no kinds were found in bot/effect.go")
	}
	has := map[string]bool{}
	for _, r := range effecttest.Rows() {
		has[string(r.Kind)] = true
		if !slices.Contains(kinds, string(r.Kind)) {
			t.Errorf("the row %q is about %s, which bot/effect.go does not have", r.Name, r.Kind)
		}
		if r.Kind.Channel() == "other" {
			t.Errorf("%s has no channel", r.Kind)
		}
		if r.Mark == "" || r.Look == "" || r.Blind == "" {
			t.Errorf("the row %q does not say everything", r.Name)
		}
	}
	for _, k := range kinds {
		if !has[k] {
			t.Errorf("%s has no row", k)
		}
	}
}

// kinds are the values of the constants of type EffectKind.
func kinds(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "bot/effect.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := v.Type.(*ast.Ident); !ok || name.Name != "EffectKind" {
			return true
		}
		for _, value := range v.Values {
			if lit, ok := value.(*ast.BasicLit); ok {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, text)
			}
		}
		return true
	})
	return out
}

// TestEveryRowIsProved looks for each row's test and for its call of Run with the row's name.
func TestEveryRowIsProved(t *testing.T) {
	for _, r := range effecttest.Rows() {
		files, err := filepath.Glob(filepath.Join(root, r.Room, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(file string) bool { return runs(t, file, r) }) {
			t.Errorf("the row %q names %s in %s, which does not run the suite for it", r.Name, r.Test, r.Room)
		}
	}
}

func runs(t *testing.T, file string, r effecttest.Row) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != r.Test {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Run" {
				return true
			}
			lit, ok := call.Args[1].(*ast.BasicLit)
			found = found || ok && lit.Value == strconv.Quote(r.Name)
			return true
		})
	}
	return found
}
