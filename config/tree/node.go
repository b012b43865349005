package tree

import "slices"

// Kind says what a value is.
type Kind string

// Kinds of values, named as messages name them.
const (
	Null  Kind = "nothing"
	Bool  Kind = "true or false"
	Int   Kind = "a whole number"
	Float Kind = "a number"
	Text  Kind = "text"
	Map   Kind = "a block of keys"
	List  Kind = "a list"
)

// Node is one value. A Map keeps the order of its keys.
type Node struct {
	Kind Kind
	// Text is the scalar as written, without quotes.
	Text string
	// Block is set for text written in lines of its own below a | or >.
	Block  bool
	Pos    Pos
	Fields []Field
	Items  []*Node
}

// Field is a key of a Map with its value. Pos is the key's place.
type Field struct {
	Name  string
	Pos   Pos
	Value *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(name string) *Node {
	if i := n.Index(name); i >= 0 {
		return n.Fields[i].Value
	}
	return nil
}

// Index returns the position of a key in Fields, or -1.
func (n *Node) Index(name string) int {
	if n == nil {
		return -1
	}
	return slices.IndexFunc(n.Fields, func(f Field) bool { return f.Name == name })
}

// At returns the place of the value that the path names: strings are keys, ints are positions in lists. Where the path leaves the
// tree, the place of the last value on it is the answer, so that a missing key is reported where it is missing.
func (n *Node) At(path ...any) Pos {
	for _, step := range path {
		var next *Node
		switch s := step.(type) {
		case string:
			next = n.Get(s)
		case int:
			if n != nil && s >= 0 && s < len(n.Items) {
				next = n.Items[s]
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	if n == nil {
		return Pos{}
	}
	return n.Pos
}

// Merge lays over on base and returns a new tree; neither argument is changed. Maps are merged key by key; any other value of over
// replaces that of base; a key that over sets to nothing is taken away.
func Merge(base, over *Node) *Node {
	switch {
	case over == nil:
		return base
	case base == nil || base.Kind != Map || over.Kind != Map:
		return over
	}
	out := &Node{Kind: Map, Pos: over.Pos, Fields: slices.Clone(base.Fields)}
	for _, f := range over.Fields {
		i := out.Index(f.Name)
		switch {
		case f.Value.Kind == Null && i >= 0:
			out.Fields = slices.Delete(out.Fields, i, i+1)
		case f.Value.Kind == Null: // takes away what is not there
		case i >= 0:
			out.Fields[i] = Field{Name: f.Name, Pos: f.Pos, Value: Merge(out.Fields[i].Value, f.Value)}
		default:
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

// NewMap makes a Map of one key, for wrapping a part of a file before it is laid over another.
func NewMap(pos Pos, name string, value *Node) *Node {
	return &Node{Kind: Map, Pos: pos, Fields: []Field{{Name: name, Pos: pos, Value: value}}}
}
