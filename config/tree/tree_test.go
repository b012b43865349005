package tree_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/config/tree"
)

func parse(t *testing.T, text string) *tree.Node {
	t.Helper()
	var faults tree.Faults
	n := tree.Parse("f.yaml", []byte(text), &faults)
	if faults.Len() > 0 {
		t.Fatal(faults.Sorted())
	}
	return n
}

// flat writes a tree in one line, with places when asked.
func flat(n *tree.Node, places bool) string {
	at := ""
	if places {
		at = fmt.Sprintf("@%d:%d", n.Pos.Line, n.Pos.Column)
	}
	switch n.Kind {
	case tree.Map:
		var parts []string
		for _, f := range n.Fields {
			parts = append(parts, f.Name+"="+flat(f.Value, places))
		}
		return "{" + strings.Join(parts, " ") + "}" + at
	case tree.List:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, flat(item, places))
		}
		return "[" + strings.Join(parts, " ") + "]" + at
	case tree.Null:
		return "~" + at
	case tree.Text:
		return fmt.Sprintf("%q", n.Text) + at
	case tree.Bool, tree.Int, tree.Float:
		return n.Text + at
	}
	return "?"
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"empty", "", "{}"},
		{"only a comment", "# x\n", "{}"},
		{"scalars", "a: 1\nb: x\nc: true\nd: 1.5\ne: ~\nf: \"2\"\ng: yes\n", `{a=1 b="x" c=true d=1.5 e=~ f="2" g="yes"}`},
		{"dates and hours are text", "a: 2026-04-01\nb: 10:00-19:00\nc: 12/30\n", `{a="2026-04-01" b="10:00-19:00" c="12/30"}`},
		{"lists", "- a\n- [b, 1]\n- {c: d}\n", `["a" ["b" 1] {c="d"}]`},
		{"block text", "a: |\n  x\n  y\nb: >\n  z\n", `{a="x\ny\n" b="z\n"}`},
		{"anchor and alias", "a: &x {b: 1}\nc: *x\n", `{a={b=1} c={b=1}}`},
		{"merge key: what is written here wins", "a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x\n", `{a={b=1 c=2} d={b=1 c=3}}`},
		{"Japanese keys", "高: 低\n", `{高="低"}`},
		{"number as key", "50: x\n", `{50="x"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := flat(parse(t, tt.text), false); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	n := parse(t, "a:\n  b: x\n  c:\n    - 1\n    - {d: 2}\n")
	want := `{a={b="x"@2:6 c=[1@4:7 {d=2@5:11}@5:7]@4:5}@2:3}@1:1`
	if got := flat(n, true); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, tt := range []struct {
		path []any
		want string
	}{
		{[]any{"a", "b"}, "f.yaml:2:6"},
		{[]any{"a", "c", 1, "d"}, "f.yaml:5:11"},
		{[]any{"a", "c", 7}, "f.yaml:4:5"},
		{[]any{"a", "none", "deeper"}, "f.yaml:2:3"},
		{nil, "f.yaml:1:1"},
	} {
		if got := n.At(tt.path...).String(); got != tt.want {
			t.Errorf("At(%v) = %s, want %s", tt.path, got, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i, i, i, i, i, i, i)
	}
	tests := []struct {
		name, text, want string
	}{
		{"too large", "a: " + strings.Repeat("x", tree.MaxBytes), "f.yaml: is larger than 1048576 bytes, the most that is read"},
		{"no UTF-8", "a: \xff", "f.yaml: is not UTF-8 text: save it as UTF-8, not as Shift_JIS or UTF-16"},
		{"anchor bomb", bomb.String(), "f.yaml: holds more than 100000 values once anchors are expanded"},
		{"deep lists", strings.Repeat("[", 50_000), "f.yaml:1:65: is nested deeper than 64 levels"},
		{"deep dashes", strings.Repeat("- ", 50_000), "f.yaml:1:129: is nested deeper than 64 levels"},
		{"deep blocks", deep(100), "f.yaml:66:66: is nested deeper than 64 levels"},
		{"too many keys", strings.Repeat("k: 1\n", 20_000), "f.yaml:5001:2: is a block of more than 5000 keys"},
		{"too many keys in braces", "{" + strings.Repeat("k: 1,", 20_000), "f.yaml:1:25003: is a block of more than 5000 keys"},
		{"too many question marks", strings.Repeat("? a\n", 20_000), "f.yaml:5001:1: is a block of more than 5000 keys"},
		{"tag", "a: !!binary x", `f.yaml:1:4: has a tag "!!binary"; tags are not used here`},
		{"alias of nothing", "a: *x", `f.yaml:1:4: names the anchor "x", which is not defined above`},
		{"alias of itself", "a: &x [*x]", `f.yaml:1:8: names the anchor "x", which is not defined above`},
		{"twice the same key", "a: 1\nb: 2\na: 3\n", `f.yaml:3:1: repeats the key "a" of line 1`},
		{"merge of a word", "a: &x y\nb:\n  <<: *x\n", "f.yaml:3:3: must name a block of keys after <<, got text"},
		{"two documents", "a: 1\n---\nb: 2\n", "f.yaml:3:1: begins a second document; a file holds one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var faults tree.Faults
			tree.Parse("f.yaml", []byte(tt.text), &faults)
			if faults.Len() == 0 {
				t.Fatal("no fault")
			}
			if got := faults.Sorted()[0].String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestBoundedTime reads the slowest files that pass the bounds; without them these take minutes.
func TestBoundedTime(t *testing.T) {
	var b strings.Builder
	for block := range 3 {
		fmt.Fprintf(&b, "b%d:\n", block)
		for key := range tree.MaxKeys {
			fmt.Fprintf(&b, "  k%d: 1\n", key)
		}
	}
	n := parse(t, b.String())
	if got := len(n.Get("b2").Fields); got != tree.MaxKeys {
		t.Errorf("%d keys, want %d", got, tree.MaxKeys)
	}
}

func deep(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestMerge(t *testing.T) {
	tests := []struct {
		name, base, over, want string
	}{
		{"key by key", "a: {b: 1, c: 2}", "a: {c: 3, d: 4}", `{a={b=1 c=3 d=4}}`},
		{"a list is replaced", "a: [1, 2]", "a: [3]", `{a=[3]}`},
		{"nothing takes away", "a: 1\nb: 2", "a: ~", `{b=2}`},
		{"nothing on nothing", "b: 2", "a: ~", `{b=2}`},
		{"another kind replaces", "a: {b: 1}", "a: 2", `{a=2}`},
		{"order is the base's", "a: 1\nb: 2", "b: 3\na: 4\nc: 5", `{a=4 b=3 c=5}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base, over := parse(t, tt.base), parse(t, tt.over)
			before := flat(base, true) + flat(over, true)
			if got := flat(tree.Merge(base, over), false); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if after := flat(base, true) + flat(over, true); after != before {
				t.Errorf("an argument was changed: %s, was %s", after, before)
			}
		})
	}
}

type inner struct {
	Key  string `yaml:",key"`
	Days int    `yaml:"days,required" min:"1" max:"9"`
}

type embedded struct {
	Shared string `yaml:"shared"`
}

type outer struct {
	embedded
	Name  string          `yaml:"name,required"`
	Kind  string          `yaml:"kind" oneof:"red blue"`
	Kinds []string        `yaml:"kinds" oneof:"red blue" max:"2"`
	Wait  time.Duration   `yaml:"wait" min:"1m" max:"2h"`
	Rate  float64         `yaml:"rate" min:"0"`
	On    bool            `yaml:"on"`
	Keyed []inner         `yaml:"keyed"`
	Ids   map[string]int  `yaml:"ids"`
	At    *time.Time      `yaml:"at"`
	Hook  *tree.Node      `yaml:"hook"`
	Skip  map[string]bool `yaml:"-"`
}

func TestDecode(t *testing.T) {
	d := tree.Decoder{Hooks: nodeHooks()}
	full := outer{
		embedded: embedded{Shared: "s"}, Name: "n", Kind: "red", Kinds: []string{"blue"}, Wait: 90 * time.Minute, Rate: 1, On: true,
		Keyed: []inner{{"z", 2}, {"a", 1}}, Ids: map[string]int{"x": 3},
	}
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	full.At = &at
	tests := []struct {
		name, text string
		want       outer
		faults     []string
	}{
		{
			"everything", "shared: s\nname: n\nkind: red\nkinds: [blue]\nwait: 1h30m\nrate: 1\non: true\n" +
				"keyed: {z: {days: 2}, a: {days: 1}}\nids: {x: 3}\nat: 2026-11-22T00:00:00Z\n", full, nil,
		},
		{"lacks", "{}", outer{}, []string{"f.yaml:1:1: lacks name"}},
		{"number for text", "name: 1", outer{}, []string{"f.yaml:1:7: must be text, got 1 (put it in quotes)"}},
		{"empty", "name:\n", outer{}, []string{"f.yaml:1:7: is empty; leave the key out or give it a value"}},
		{"text for bool", "name: n\non: yes", outer{Name: "n"}, []string{`f.yaml:2:5: must be true or false, got "yes"`}},
		{"not one of", "name: n\nkind: rd", outer{Name: "n", Kind: "rd"}, []string{`f.yaml:2:7: must be one of red, blue, got "rd"; did you mean red?`}},
		{"too many", "name: n\nkinds: [red, red, red]", outer{Name: "n", Kinds: []string{"red", "red", "red"}}, []string{"f.yaml:2:8: may hold at most 2, got 3"}},
		{"too short", "name: n\nwait: 59s", outer{Name: "n", Wait: 59 * time.Second}, []string{`f.yaml:2:7: must be at least 1m, got "59s"`}},
		{"too long", "name: n\nwait: 1d", outer{Name: "n", Wait: 24 * time.Hour}, []string{`f.yaml:2:7: must be at most 2h, got "1d"`}},
		{"negative", "name: n\nrate: -0.5", outer{Name: "n", Rate: -0.5}, []string{"f.yaml:2:7: must be at least 0, got -0.5"}},
		{"no number", "name: n\nrate: .nan", outer{Name: "n"}, []string{"f.yaml:2:7: must be a number, got .nan"}},
		{"huge", "name: n\nids: {x: 99999999999999999999}", outer{Name: "n", Ids: map[string]int{"x": 0}}, []string{"f.yaml:2:10: must be a whole number, got \"99999999999999999999\""}},
		{"list for a block", "name: n\nkeyed: [1]", outer{Name: "n"}, []string{"f.yaml:2:8: must be a block of keys, got a list"}},
		{"unknown with a near one", "name: n\nkeyde: {}", outer{Name: "n"}, []string{
			`f.yaml:2:1: unknown key "keyde"; did you mean keyed? Allowed: shared, name, kind, kinds, wait, rate, on, keyed, ids, at, hook`,
		}},
		{"several at once", "nmae: n\nkeyed: {a: {days: 0}, b: {}}", outer{Keyed: []inner{{"a", 0}, {"b", 0}}}, []string{
			"f.yaml:1:1: lacks name",
			`f.yaml:1:1: unknown key "nmae"; did you mean name? Allowed: shared, name, kind, kinds, wait, rate, on, keyed, ids, at, hook`,
			"f.yaml:2:19: must be at least 1, got 0", "f.yaml:2:26: lacks days",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got outer
			var faults tree.Faults
			d.Decode(parse(t, tt.text), &got, &faults)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(outer{})); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			var said []string
			for _, f := range faults.Sorted() {
				said = append(said, f.String())
			}
			if diff := cmp.Diff(tt.faults, said); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestManyFaultsAreBounded(t *testing.T) {
	var faults tree.Faults
	for i := range 100_000 {
		faults.Add(tree.Pos{File: "f", Line: i + 1}, "x")
	}
	if faults.Len() != 100_000 || len(faults.Sorted()) != 1000 {
		t.Errorf("Len = %d, kept %d", faults.Len(), len(faults.Sorted()))
	}
}

func TestNearest(t *testing.T) {
	words := []string{"listen", "public_url", "slack"}
	for wrong, want := range map[string]string{"listne": "listen", "Slack": "slack", "publik": "", "zzz": "", "": ""} {
		if got := tree.Nearest(wrong, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", wrong, got, want)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"30m": 30 * time.Minute, "1h30m": 90 * time.Minute, "14d": 14 * 24 * time.Hour, "0s": 0} {
		if got, err := tree.ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "30", "-1m", "1.5d", "-1d", "d", "ten minutes", "99999d"} {
		if got, err := tree.ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", text, got)
		}
	}
}

func nodeHooks() map[reflect.Type]tree.Hook {
	return map[reflect.Type]tree.Hook{reflect.TypeFor[*tree.Node](): tree.NodeHook}
}

// What people get wrong most often is named where the library stumbles, and what it reads otherwise than YAML says is put right.
func TestParseNamesCommonMistakes(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"tab", "a:\n\tb: 1\n", "a tab"},
		{"wide space", "a:\n  b: 1\n\u3000c: 2\n  d: 3\n", "of full width"},
		{"wide colon", "a: 1\nb：2\n", "the colon is of full width"},
		{"space behind the colon", "a: 1\nb:\u30002\n", "a plain space"},
		{"no space", "a: 1\nb:2\n", "behind the colon of a key stands a space"},
		{"indentation", "a: 1\n b: 2\n", "look at the indentation"},
		{"quotation", "a: \"x\nb: \"on\"\n", "a quotation mark has no second one"},
		{"no colon", "a: 1\nb\n", `a line is "key: value"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults := &tree.Faults{}
			tree.Parse("f.yaml", []byte(tt.src), faults)
			if got := fmt.Sprint(faults.Sorted()); !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %q", got, tt.want)
			}
		})
	}
	faults := &tree.Faults{}
	n := tree.Parse("f.yaml", []byte("\ufeff- {a: [env:X, b], c: [{d: e}]}\n"), faults)
	if faults.Len() > 0 {
		t.Fatal(faults.Sorted())
	}
	m := n.Items[0]
	if x := m.Get("a").Items[0]; x.Kind != tree.Text || x.Text != "env:X" || m.Get("c").Items[0].Kind != tree.Map {
		t.Errorf("read %+v and %+v", x, m.Get("c").Items[0])
	}
}
