package tree_test

import (
	"testing"

	"toban/config/tree"
)

// FuzzParse reads any text: a tree or faults, never a panic; every value and fault has a place, and laying a tree over itself or over
// nothing gives one that can be walked.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a: 1\n", "a: &x {b: [1, ~, yes]}\nc: {<<: *x, d: |\n  text\n", "- - - a\n", "? [a]\n: b\n", "a: \"\\u3042\"\n", "[{]}", "--- \n...\n---",
		"%YAML 1.2\n---\na: !!str b", "a: 'x\n\n  y'", "\t- a", "a: *a", "<<: {a: b}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var faults tree.Faults
		n := tree.Parse("f.yaml", data, &faults)
		if n == nil && faults.Len() == 0 {
			t.Fatal("neither a tree nor a fault")
		}
		for _, fault := range faults.Sorted() {
			if fault.Pos.File == "" || fault.Text == "" {
				t.Fatalf("a fault without a place: %s", fault)
			}
		}
		if n == nil {
			return
		}
		placed(t, n)
		placed(t, tree.Merge(n, n))
		var o outer
		(&tree.Decoder{Hooks: nodeHooks()}).Decode(tree.NewMap(n.Pos, "keyed", n), &o, &faults)
	})
}

func placed(t *testing.T, n *tree.Node) {
	t.Helper()
	if n.Pos.Line < 1 || n.Pos.Column < 1 {
		t.Fatalf("a value without a place: %+v", n)
	}
	for _, field := range n.Fields {
		placed(t, field.Value)
	}
	for _, item := range n.Items {
		placed(t, item)
	}
}
