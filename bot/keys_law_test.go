package bot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// usedUp are the keys of the configuration that nothing outside config reads, with why that is right.
var usedUp = map[string]string{
	"Contract.Profiles":      "config itself lays the profiles together",
	"DeskRules.Mail":         "mailboxes without it are refused when the configuration is loaded",
	"Figure.ID":              "doctor names a profile's figures as a whole",
	"Figure.Text":            "doctor names a profile's figures as a whole",
	"Figure.Note":            "a comment for who reads the profile",
	"Guide.Hours":            "the text of a guide in figures, for other programs",
	"Guide.ID":               "names it for overrides",
	"Measure.Note":           "a comment for who reads the profile",
	"Playbook.About":         "a comment for who reads the playbook",
	"Phone.Provider":         "one provider is known; another is refused when the configuration is loaded",
	"Profile.Extends":        "config itself lays the profiles over each other",
	"Rate.Name":              "names the rate for who reads the policy; a row has the name of its promise",
	"ReportDue.Days":         "the promise of the same name in the policy is the report's clock",
	"RequestType.Note":       "a comment for who reads the profile",
	"RequiredItem.OurChoice": "a comment for who reads the profile",
	"Work.Type":              "names the type for who reads the catalogue; a type that does not exist is refused",
}

// TestLawOfKeys holds that every key of the configuration is used: a feature acts on it, `toban doctor` names it (bot/app/examine_unbuilt.go), or it stands above with
// the reason. Whoever adds a key and forgets it would let a provider rely on nothing. What config reads into values of playbook and sla counts, too.
func TestLawOfKeys(t *testing.T) {
	t.Parallel()
	listed := compiled(t)
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(listed[path].Export)
	})
	unused := map[string]bool{}
	for _, r := range []struct {
		room  string
		types []string // that configuration is read into; none = every struct with tags
	}{
		{"config", nil},
		{"playbook", []string{"Playbook", "Step", "Check"}},
		{"sla", []string{"Policy", "Rule", "Match", "Target", "Rate", "CalendarSpec"}},
	} {
		room := module + "/" + r.room
		keys := keysOf(t, imp, room, r.types)
		reached := map[string]bool{}
		var inside map[string]map[string]bool
		for path, p := range listed {
			switch {
			case path == room:
				inside = usesOf(t, fset, imp, p, room)
			case path != module+"/config" && strings.HasPrefix(path, module+"/") && slices.Contains(p.Imports, room):
				for _, uses := range usesOf(t, fset, imp, p, room) {
					maps.Copy(reached, uses)
				}
			}
		}
		delete(reached, "Load")
		for more := true; more; {
			more = false
			for _, name := range slices.Collect(maps.Keys(reached)) {
				for u := range inside[name] {
					if !reached[u] {
						reached[u], more = true, true
					}
				}
			}
		}
		for _, name := range keys {
			if !reached[name] {
				unused[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unused)) {
		if usedUp[name] == "" {
			t.Errorf("the key %s is used nowhere: act on it, or have doctor say that this release does not (bot/app/examine_unbuilt.go)", name)
		}
	}
	for name := range usedUp {
		if !unused[name] {
			t.Errorf("the key %s is used after all, or gone: take it off the list", name)
		}
	}
}

// keysOf lists the exported fields of a room's structs as "Type.Field".
func keysOf(t *testing.T, imp types.Importer, room string, of []string) []string {
	t.Helper()
	pkg, err := imp.Import(room)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range pkg.Scope().Names() {
		tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() || of != nil && !slices.Contains(of, name) {
			continue
		}
		if s, ok := tn.Type().Underlying().(*types.Struct); ok {
			for i := range s.NumFields() {
				if f := s.Field(i); f.Exported() && (of != nil || s.Tag(i) != "") {
					out = append(out, name+"."+f.Name())
				}
			}
		}
	}
	return out
}

// usesOf tells which fields and functions of a room each function of a package names: "Type.Field", "Type.Method", "Func". What stands outside functions
// is under "".
func usesOf(t *testing.T, fset *token.FileSet, imp types.Importer, p compiledPackage, room string) map[string]map[string]bool {
	t.Helper()
	files := make([]*ast.File, len(p.GoFiles))
	for i, f := range p.GoFiles {
		var err error
		if files[i], err = parser.ParseFile(fset, filepath.Join(p.Dir, f), nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	info := &types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}, Uses: map[*ast.Ident]types.Object{}}
	if _, err := (&types.Config{Importer: imp}).Check(p.ImportPath, fset, files, info); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			in := ""
			if fd, ok := d.(*ast.FuncDecl); ok {
				in = fd.Name.Name
				if fd.Recv != nil {
					in = receiver(fd.Recv.List[0].Type) + "." + in
				}
			}
			if out[in] == nil {
				out[in] = map[string]bool{}
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					if s := info.Selections[n]; s != nil && s.Obj().Pkg() != nil && s.Obj().Pkg().Path() == room {
						out[in][owner(s)+"."+s.Obj().Name()] = true
					}
				case *ast.Ident:
					if f, ok := info.Uses[n].(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == room && f.Signature().Recv() == nil {
						out[in][f.Name()] = true
					}
				}
				return true
			})
		}
	}
	return out
}

func receiver(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr: // of a type with a parameter
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

// owner names the type whose field or method is selected, through whatever it is embedded in.
func owner(s *types.Selection) string {
	t := s.Recv()
	path := s.Index()
	for _, i := range path[:len(path)-1] {
		t = structOf(t).Field(i).Type()
	}
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func structOf(t types.Type) *types.Struct {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

// compiledPackage is what go list tells of a package that it has compiled.
type compiledPackage struct {
	ImportPath, Dir, Export string
	GoFiles, Imports        []string
}

func compiled(t *testing.T) map[string]compiledPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Imports", module+"/...")
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]compiledPackage{}
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var p compiledPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out[p.ImportPath] = p
	}
}
