package bot_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// added are the places in features that reckon with instants and decide no deadline, each with what it does instead.
var added = map[string]string{
	"desk/phone.go pressNew":             "refuses a time of a call that lies in the future, with a minute's grace for the caller's clock",
	"desk/when.go wishedEnd":             "the length of a window of work that names no end",
	"desk/when.go dates":                 "the last instant of a window, whose end is exclusive",
	"desk/twin.go request":               "how long an open request is remembered as one that another may repeat",
	"desk/quota.go month":                "the end of a month whose units are counted",
	"desk/wish/settle.go window":         "the length of a window that names no end, and a minute's grace for a time that is just over",
	"desk/wish/settle.go edge":           "a desired time relative to when it was written",
	"work/panel.go form":                 "what a form suggests",
	"work/panel.go extendForm":           "what a form suggests",
	"work/press.go pressSchedule":        "the length of work when staff give no end",
	"work/plan.go plan":                  "keeps the length of work whose start moves",
	"work/notice.go noticed":             "keeps the length of work whose start moves",
	"work/order.go minute":               "rounds to whole minutes",
	"work/checklist.go stepDue":          "asks the playbook about an instant just past",
	"digest/digest.go due":               "the month before a day",
	"digest/collect.go Collect":          "rounds to whole minutes",
	"digest/managed.go Tell":             "the last instant of a time whose end is exclusive",
	"digest/schedule.go publishSchedule": "how long work that is over stays on a page",
}

// TestLawDeadlinesComeFromTheEngine: no feature adds to an instant to learn when something is due; package sla does, which can explain it.
func TestLawDeadlinesComeFromTheEngine(t *testing.T) {
	found := map[string]bool{}
	for _, room := range []string{"desk", "work", "incident", "digest"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, src, 0)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				name := "package"
				if f, ok := decl.(*ast.FuncDecl); ok {
					name = f.Name.Name
				}
				place := fmt.Sprintf("%s %s", filepath.ToSlash(path), name)
				ast.Inspect(decl, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok {
						return true
					}
					sel, ok := call.Fun.(*ast.SelectorExpr)
					if !ok || sel.Sel.Name != "Add" && sel.Sel.Name != "AddDate" {
						return true
					}
					found[place] = true
					if added[place] == "" {
						t.Errorf("%s: %s adds to an instant; a deadline comes from package sla (sla.Evaluate, sla.Due, sla.After, sla.Ahead, sla.ClosingAfter, sla.NextRound)", set.Position(call.Pos()), name)
					}
					return true
				})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for place := range added {
		if !found[place] {
			t.Errorf("%s adds to no instant any more: take it off the list", place)
		}
	}
}
