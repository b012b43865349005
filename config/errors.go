package config

import (
	"fmt"
	"strings"

	"toban/config/tree"
)

// Errors is what [Load] returns when a folder is not right: every mistake found, in the order of files and lines. It never holds the
// value of a secret.
type Errors struct {
	Faults []tree.Fault
}

const maxShown = 100 // faults printed by Error

// Error lists the faults, one a line, as file:line:column: what is wrong and what is allowed.
func (e *Errors) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "configuration has %d fault(s):", len(e.Faults))
	for i, f := range e.Faults {
		if i == maxShown {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Faults)-maxShown)
			break
		}
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}
