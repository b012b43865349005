package report

import "fmt"

// Rate is the exact fraction Met ÷ Of of the cases that were judged.
type Rate struct {
	Met int `json:"met"`
	Of  int `json:"of"`
}

// String prints percent with one decimal, rounded down, so that 94.96 % never shows as 95.0 %; "–" without cases.
func (r Rate) String() string {
	if r.Of <= 0 {
		return "–"
	}
	tenths := int64(r.Met) * 1000 / int64(r.Of)
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// Mark is the judgement of a row.
type Mark string

// The marks: ○ when nothing was missed, × otherwise, – when no case was judged.
const (
	Good Mark = "○"
	Bad  Mark = "×"
	None Mark = "–"
)

// Counts are the results of a row's clocks.
type Counts struct {
	Met       int `json:"met"`
	Missed    int `json:"missed"`
	Excluded  int `json:"excluded"`
	Cancelled int `json:"cancelled"` // not part of Count
}

// Count is the number of cases: met, missed and excluded.
func (c Counts) Count() int { return c.Met + c.Missed + c.Excluded }

// Rate is met ÷ (met + missed).
func (c Counts) Rate() Rate { return Rate{Met: c.Met, Of: c.Met + c.Missed} }

// Mark judges the row.
func (c Counts) Mark() Mark {
	switch {
	case c.Missed > 0:
		return Bad
	case c.Met > 0:
		return Good
	}
	return None
}

func (c *Counts) add(s State) {
	switch s {
	case Met:
		c.Met++
	case Missed:
		c.Missed++
	case Excluded:
		c.Excluded++
	case Cancelled:
		c.Cancelled++
	case Running, Paused: // not judged yet
	}
}

func (c *Counts) sum(d Counts) {
	c.Met += d.Met
	c.Missed += d.Missed
	c.Excluded += d.Excluded
	c.Cancelled += d.Cancelled
}
