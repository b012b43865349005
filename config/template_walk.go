package config

import (
	"slices"
	"strings"
	"text/template/parse"

	"toban/config/tree"
)

// templateWalk checks a template before it is trusted: only the message's placeholders, conditions and loops over lists.
type templateWalk struct {
	message Message
	node    *tree.Node
	text    string
	faults  *tree.Faults
}

// words that a template may call.
var templateWords = []string{"and", "or", "not", "eq", "ne", "len"}

func (w templateWalk) fault(at parse.Node, format string, args ...any) {
	line := 1 + strings.Count(w.text[:min(int(at.Position()), len(w.text))], "\n")
	w.faults.Add(linePos(w.node, line), format, args...)
}

func (w templateWalk) walk(n parse.Node, inLoop bool) {
	switch v := n.(type) {
	case *parse.ListNode:
		if v == nil {
			return
		}
		for _, child := range v.Nodes {
			w.walk(child, inLoop)
		}
	case *parse.TextNode, *parse.CommentNode, *parse.StringNode, *parse.NumberNode, *parse.BoolNode:
	case *parse.ActionNode:
		w.walk(v.Pipe, inLoop)
	case *parse.IfNode:
		w.walk(v.Pipe, inLoop)
		w.walk(v.List, inLoop)
		w.walk(v.ElseList, inLoop)
	case *parse.RangeNode:
		w.walk(v.Pipe, inLoop)
		w.walk(v.List, true)
		w.walk(v.ElseList, inLoop)
	case *parse.PipeNode:
		if len(v.Decl) > 0 {
			w.fault(v, "must not define variables")
		}
		for _, cmd := range v.Cmds {
			for _, arg := range cmd.Args {
				w.walk(arg, inLoop)
			}
		}
	case *parse.IdentifierNode:
		if !slices.Contains(templateWords, v.Ident) {
			w.fault(v, "uses the function %s; allowed: %s", tree.Quote(v.Ident), strings.Join(templateWords, ", "))
		}
	case *parse.FieldNode:
		if inLoop {
			w.fault(v, "names .%s inside a loop; write $.%s there, and {{.}} for the item", v.Ident[0], v.Ident[0])
			return
		}
		w.placeholder(v, v.Ident)
	case *parse.VariableNode:
		if v.Ident[0] != "$" || len(v.Ident) < 2 {
			w.fault(v, "uses the variable %s; only $.name is allowed", v.Ident[0])
			return
		}
		w.placeholder(v, v.Ident[1:])
	case *parse.DotNode:
		if !inLoop {
			w.fault(v, "uses {{.}} outside a loop")
		}
	default:
		w.fault(n, "uses %s, which is not allowed; allowed are placeholders, if and range", tree.Quote(n.String()))
	}
}

func (w templateWalk) placeholder(at parse.Node, ident []string) {
	names := w.message.names()
	if len(ident) == 1 && slices.Contains(names, ident[0]) {
		return
	}
	name := strings.Join(ident, ".")
	near := "; message "
	if word := tree.Nearest(name, names); word != "" {
		near = "; did you mean ." + word + "? Message "
	}
	w.fault(at, "uses the unknown placeholder .%s%s%s has: %s", name, near, w.message.ID, strings.Join(names, ", "))
}
