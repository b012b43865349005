package tree

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of one file.
const (
	MaxBytes = 1 << 20
	MaxDepth = 64
	MaxNodes = 100_000
	// MaxKeys bounds the keys of one block: the YAML library needs time that grows with their square.
	MaxKeys = 5_000
)

// Parse reads one YAML document. It returns nil when the text can't be read at all; an empty file is an empty Map.
func Parse(file string, src []byte, faults *Faults) (root *Node) {
	whole := Pos{File: file}
	if len(src) > MaxBytes {
		faults.Add(whole, "is larger than %d bytes, the most that is read", MaxBytes)
		return nil
	}
	if !utf8.Valid(src) {
		faults.Add(whole, "is not UTF-8 text: save it as UTF-8, not as Shift_JIS or UTF-16")
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff")) // the mark that editors of Windows put before UTF-8
	// The YAML library has panicked on broken input before; a broken file must be a fault, not the end of the process.
	defer func() {
		if p := recover(); p != nil {
			faults.Add(whole, "can't be read as YAML")
			root = nil
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if !bounded(file, tokens, faults) {
		return nil
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		pos, problem := syntaxFault(file, err)
		faults.Add(pos, "is no valid YAML: %s%s", problem, syntaxHint(src, pos.Line))
		return nil
	}
	c := &converter{file: file, faults: faults, anchors: map[string]*Node{}, left: MaxNodes}
	var bodies []ast.Node
	for _, doc := range parsed.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 {
		return &Node{Kind: Map, Pos: Pos{File: file, Line: 1, Column: 1}}
	}
	if len(bodies) > 1 {
		faults.Add(c.pos(bodies[1]), "begins a second document; a file holds one")
	}
	root = c.node(bodies[0], 0)
	if c.left <= 0 {
		faults.Add(whole, "holds more than %d values once anchors are expanded", MaxNodes)
		return nil
	}
	return root
}

// syntaxFault is where a file stops being YAML, and why.
func syntaxFault(file string, err error) (Pos, string) {
	pos := Pos{File: file}
	var located yaml.Error
	if errors.As(err, &located) {
		if tk := located.GetToken(); tk != nil && tk.Position != nil {
			pos.Line, pos.Column = tk.Position.Line, tk.Position.Column
		}
		return pos, located.GetMessage()
	}
	return pos, err.Error()
}

// syntaxHint names what people most often got wrong where the library stumbled; "" when nothing of it is to be seen.
func syntaxHint(src []byte, line int) string {
	lines := strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	text := lines[line-1]
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t\u00a0\u3000"))]
	body := strings.TrimSpace(text)
	switch {
	case strings.Contains(indent, "\t"):
		return "; the line is indented with a tab, YAML takes spaces only"
	case strings.ContainsAny(indent, "\u00a0\u3000"):
		return "; the line is indented with a space of full width or a no-break space, YAML takes plain spaces only"
	case strings.Contains(body, "：") && !strings.Contains(body, ": "):
		return "; the colon is of full width (：), YAML takes \": \""
	case strings.ContainsAny(body, "\u00a0\u3000") && !strings.Contains(body, ": "):
		return "; behind the colon stands a space of full width or a no-break space, YAML takes a plain space"
	case strings.Count(body, `"`)%2 == 1 || line > 1 && strings.Count(lines[line-2], `"`)%2 == 1:
		return "; a quotation mark has no second one"
	case strings.HasSuffix(strings.SplitN(body, " ", 2)[0], ":") || strings.Contains(body, ": "): //nolint:mnd // key and rest
		return "; look at the indentation: keys of one block begin in the same column"
	case !strings.HasPrefix(body, "-") && !strings.Contains(body, ":"):
		return "; a line is \"key: value\", or \"- value\" in a list"
	case strings.Contains(body, ":"):
		return "; behind the colon of a key stands a space"
	}
	return ""
}

// bounded refuses what would exhaust the parser's stack or time, before the parser sees it.
func bounded(file string, tokens token.Tokens, faults *Faults) bool {
	flow, line, onLine := 0, 0, 0
	keys := keyCounter{byColumn: map[int]int{}}
	for _, tk := range tokens {
		if tk.Position.Line != line {
			line, onLine = tk.Position.Line, 0
		}
		pos := Pos{File: file, Line: tk.Position.Line, Column: tk.Position.Column}
		switch tk.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType:
			onLine++
		case token.TagType:
			faults.Add(pos, "has a tag %s; tags are not used here", Quote(tk.Value))
			return false
		default:
		}
		if keys.count(tk, flow) > MaxKeys {
			faults.Add(pos, "is a block of more than %d keys", MaxKeys)
			return false
		}
		if flow > MaxDepth || onLine > MaxDepth {
			faults.Add(pos, "is nested deeper than %d levels", MaxDepth)
			return false
		}
	}
	return true
}

// keyCounter counts the keys of the block that a token is in: in lines by the column of the keys, in braces by all keys within the outermost.
type keyCounter struct {
	byColumn map[int]int
	inFlow   int
}

func (k *keyCounter) count(tk *token.Token, flow int) int {
	if flow == 0 {
		k.inFlow = 0
	}
	if tk.Type != token.MappingValueType && tk.Type != token.MappingKeyType {
		return 0
	}
	if flow > 0 {
		k.inFlow++
		return k.inFlow
	}
	key := tk
	if tk.Type == token.MappingValueType && tk.Prev != nil {
		key = tk.Prev
	}
	column := key.Position.Column
	for c := range k.byColumn {
		if c > column { // an inner block has ended
			delete(k.byColumn, c)
		}
	}
	k.byColumn[column]++
	return k.byColumn[column]
}

type converter struct {
	file    string
	faults  *Faults
	anchors map[string]*Node
	left    int
}

func (c *converter) pos(n ast.Node) Pos {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		n = m.Values[0].Key // the library's own token of a block is its first colon
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		n = m.Key
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return Pos{File: c.file, Line: tk.Position.Line, Column: tk.Position.Column}
	}
	return Pos{File: c.file}
}

func (c *converter) node(n ast.Node, depth int) *Node {
	pos := c.pos(n)
	null := &Node{Kind: Null, Pos: pos}
	if c.left--; c.left <= 0 {
		return null
	}
	if depth > MaxDepth {
		c.faults.Add(pos, "is nested deeper than %d levels", MaxDepth)
		return null
	}
	switch v := n.(type) {
	case *ast.NullNode:
		return null
	case *ast.BoolNode:
		return &Node{Kind: Bool, Text: v.GetToken().Value, Pos: pos}
	case *ast.IntegerNode:
		return &Node{Kind: Int, Text: fmt.Sprint(v.Value), Pos: pos}
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return &Node{Kind: Float, Text: n.GetToken().Value, Pos: pos}
	case *ast.StringNode:
		return &Node{Kind: Text, Text: v.Value, Pos: pos}
	case *ast.LiteralNode:
		return &Node{Kind: Text, Text: v.Value.Value, Block: true, Pos: pos}
	case *ast.MappingValueNode:
		return c.mapping([]*ast.MappingValueNode{v}, pos, depth)
	case *ast.MappingNode:
		return c.mapping(v.Values, pos, depth)
	case *ast.SequenceNode:
		list := &Node{Kind: List, Pos: pos}
		for _, item := range v.Values {
			if text, ok := joined(item); ok { // [env:NAME] within braces: the library takes it for a key with a value
				list.Items = append(list.Items, &Node{Kind: Text, Text: text, Pos: c.pos(item)})
				continue
			}
			list.Items = append(list.Items, c.node(item, depth+1))
		}
		return list
	case *ast.AnchorNode:
		value := c.node(v.Value, depth+1)
		c.anchors[v.Name.GetToken().Value] = value
		return value
	case *ast.AliasNode:
		name := v.Value.GetToken().Value
		target, ok := c.anchors[name]
		if !ok {
			c.faults.Add(pos, "names the anchor %s, which is not defined above", Quote(name))
			return null
		}
		return c.copy(target)
	}
	c.faults.Add(pos, "is YAML of a kind that is not used here")
	return null
}

// copy expands an alias; it counts what it copies, so that anchors can't be stacked into a bomb.
func (c *converter) copy(n *Node) *Node {
	if c.left--; c.left <= 0 {
		return &Node{Kind: Null, Pos: n.Pos}
	}
	out := *n
	out.Fields, out.Items = nil, nil
	for _, f := range n.Fields {
		out.Fields = append(out.Fields, Field{Name: f.Name, Pos: f.Pos, Value: c.copy(f.Value)})
	}
	for _, item := range n.Items {
		out.Items = append(out.Items, c.copy(item))
	}
	return &out
}

func (c *converter) mapping(values []*ast.MappingValueNode, pos Pos, depth int) *Node {
	out := &Node{Kind: Map, Pos: pos}
	var merged *Node // what "<<" brings; keys written here win over it
	seen := make(map[string]Pos, len(values))
	for _, v := range values {
		if v.Key.IsMergeKey() {
			part := c.node(v.Value, depth+1)
			if part.Kind != Map {
				c.faults.Add(c.pos(v.Key), "must name a block of keys after <<, got %s", part.Kind)
				continue
			}
			merged = Merge(part, merged)
			continue
		}
		keyPos := c.pos(v.Key)
		var name string
		switch key := v.Key.(type) {
		case *ast.StringNode:
			name = key.Value
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
			name = key.GetToken().Value
		default:
			c.faults.Add(keyPos, "must be a plain key")
			continue
		}
		if first, twice := seen[name]; twice {
			c.faults.Add(keyPos, "repeats the key %s of line %d", Quote(name), first.Line)
			continue
		}
		seen[name] = keyPos
		out.Fields = append(out.Fields, Field{Name: name, Pos: keyPos, Value: c.node(v.Value, depth+1)})
	}
	if merged != nil {
		out = Merge(merged, out)
		out.Pos = pos
	}
	return out
}

// joined is the text of an item such as env:NAME, whose colon is followed by no space and so ends no key.
func joined(item ast.Node) (string, bool) {
	m, ok := item.(*ast.MappingValueNode)
	if block, is := item.(*ast.MappingNode); is && !block.IsFlowStyle && len(block.Values) == 1 {
		m, ok = block.Values[0], true
	}
	if !ok {
		return "", false
	}
	key, value := m.Key.GetToken(), m.Value.GetToken()
	if key == nil || value == nil || key.Type != token.StringType || key.Position.Line != value.Position.Line ||
		value.Position.Column != key.Position.Column+utf8.RuneCountInString(key.Value)+1 || m.Value.Type() != ast.StringType || value.Type != token.StringType {
		return "", false
	}
	return key.Value + ":" + value.Value, true
}
