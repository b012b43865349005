package bot

// Standing is what a Backlog status means for the life of a request.
type Standing string

// Standings, as a customer's file names them. StandsFor is what the built-in statuses mean where the file says nothing else.
const (
	StandsNone      Standing = "none"      // nothing
	StandsAccepted  Standing = "accepted"  // 未対応: open, nobody is at work
	StandsTaken     Standing = "taken"     // 処理中: somebody has it, or begins planned work
	StandsWaiting   Standing = "waiting"   // for the customer
	StandsDone      Standing = "done"      // 処理済み
	StandsClosed    Standing = "closed"    // 完了
	StandsCancelled Standing = "cancelled" // taken back
)

// StandsFor is what a status means, by its name in Japanese or English; "" when nobody has said.
func (c *Customer) StandsFor(name string) Standing {
	if s, ok := c.Statuses[name]; ok {
		return s
	}
	switch name {
	case "未対応", "Open":
		return StandsAccepted
	case "処理中", "In Progress":
		return StandsTaken
	case "処理済み", "Resolved":
		return StandsDone
	case "完了", "Closed":
		return StandsClosed
	}
	return ""
}

// StatusOf is the built-in status that an issue's own stands for, so that a custom one counts like it. One that stands for none keeps its id.
func (c *Customer) StatusOf(s *Snapshot) int64 {
	if _, custom := c.Statuses[s.Status]; !custom {
		return s.StatusID
	}
	switch c.StandsFor(s.Status) {
	case StandsAccepted:
		return StatusOpen
	case StandsTaken, StandsWaiting:
		return StatusInProgress
	case StandsDone:
		return StatusResolved
	case StandsClosed, StandsCancelled:
		return StatusClosed
	case StandsNone:
	}
	return s.StatusID
}

// AcceptedStatus is the custom status of a request that is accepted and that nobody has taken yet; "" where it stays 未対応.
func (c *Customer) AcceptedStatus() string {
	name := ""
	for n, s := range c.Statuses {
		if s == StandsAccepted && n != "未対応" && n != "Open" && (name == "" || n < name) {
			name = n
		}
	}
	return name
}
