package tree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Column start at 1; 0 means the file as a whole.
type Pos struct {
	File         string
	Line, Column int
}

// String formats the place as file:line:column.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Fault is one mistake in a file: what is wrong and what is allowed.
type Fault struct {
	Pos  Pos
	Text string
}

// String formats the fault as file:line:column: text.
func (f Fault) String() string { return f.Pos.String() + ": " + f.Text }

// Faults collects mistakes. The zero value is ready to use.
type Faults struct {
	list []Fault
	more int
}

const maxFaults = 1000 // kept; what comes after is only counted

// Add records a fault. Callers quote values with [Quote] and never pass secrets.
func (f *Faults) Add(pos Pos, format string, args ...any) {
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	fault := Fault{Pos: pos, Text: fmt.Sprintf(format, args...)}
	if !slices.Contains(f.list, fault) { // a profile used by several customers is looked at several times
		f.list = append(f.list, fault)
	}
}

// Len returns how many faults were found.
func (f *Faults) Len() int { return len(f.list) + f.more }

// Sorted returns the faults by file, line and column.
func (f *Faults) Sorted() []Fault {
	out := slices.Clone(f.list)
	slices.SortStableFunc(out, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return out
}

const maxQuoted = 60 // runes of a wrong value that a message repeats

// Quote quotes a wrong value for a message and shortens it.
func Quote(s string) string {
	if r := []rune(s); len(r) > maxQuoted {
		s = string(r[:maxQuoted]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// Nearest returns the allowed word that looks most like the wrong one, or "" when none is near.
func Nearest(wrong string, allowed []string) string {
	best, bestDistance := "", len([]rune(wrong))/2+1
	for _, word := range allowed {
		if d := distance(strings.ToLower(wrong), strings.ToLower(word)); d < bestDistance {
			best, bestDistance = word, d
		}
	}
	return best
}

// distance is the number of single-rune edits between two words, a swap of neighbours counted as one.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > maxQuoted || len(y) > maxQuoted {
		return maxQuoted
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range y {
		rows[0][j+1] = j + 1
	}
	for i := range x {
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			d := min(rows[i][j]+cost, rows[i][j+1]+1, rows[i+1][j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d = min(d, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = d
		}
	}
	return rows[len(x)][len(y)]
}
