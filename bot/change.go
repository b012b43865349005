package bot

import "slices"

// ChangeClass says what work needs before it may be started (spec/1-requests.md, Changes).
type ChangeClass string

// Change classes, the strictest last.
const (
	ChangeNone         ChangeClass = "none"         // nothing is changed
	ChangeStandard     ChangeClass = "standard"     // a pre-approved procedure
	ChangeApproval     ChangeClass = "approval"     // a recorded plan, a second person's approval, the customer's agreement
	ChangeIrreversible ChangeClass = "irreversible" // the same, and the starter types the host's name
)

// changeOrder lists the classes, the strictest last.
func changeOrder() []ChangeClass {
	return []ChangeClass{ChangeNone, ChangeStandard, ChangeApproval, ChangeIrreversible}
}

// NeedsPlan reports whether work of the class needs a recorded plan with approval and agreement.
func (c ChangeClass) NeedsPlan() bool { return c == ChangeApproval || c == ChangeIrreversible }

// ChangeRule is the change class of a kind of work, by operation where the operations differ.
type ChangeRule struct {
	Class       ChangeClass // of an unknown operation: the strictest
	ByOperation map[string]ChangeClass
}

// For is the class of work that names these operations: the strictest of them. Work that names none that is known is of the strictest there is.
func (c ChangeRule) For(operations []string) ChangeClass {
	worst := -1
	for _, op := range operations {
		if class, ok := c.ByOperation[op]; ok {
			worst = max(worst, slices.Index(changeOrder(), class))
		}
	}
	if worst < 0 {
		return c.Class
	}
	return changeOrder()[worst]
}
