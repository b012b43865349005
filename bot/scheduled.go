package bot

import "time"

// WorkState says where scheduled work stands, as the change schedule shows it.
type WorkState string

// States of scheduled work.
const (
	WorkProposed  WorkState = "proposed"  // waits for approval and agreement
	WorkPlanned   WorkState = "planned"   //
	WorkStopped   WorkState = "stopped"   // does not take place as planned; another time is to come
	WorkRunning   WorkState = "running"   //
	WorkDone      WorkState = "done"      //
	WorkCancelled WorkState = "cancelled" //
)

// ScheduledWork is a line of the change schedule: the work order of one ticket as it stands.
type ScheduledWork struct {
	Ticket   TicketID
	Order    int // which of the ticket's work orders it is, from 1
	Customer string
	Key, URL string
	What     string // in words
	Host     string // "" when none is known
	Person   string // name of who is in charge; "" when unknown
	State    WorkState
	Start    time.Time
	End      time.Time // exclusive
	Began    time.Time // zero: not yet
	Finished time.Time // zero: not yet
	Changed  time.Time // of the newest thing recorded
	Sequence int       // rises with each plan, correction and withdrawal
	Internal bool      // the customer does not know of it: an exercise, or a plan that nobody has approved
}

// Off reports whether it does not take place.
func (w ScheduledWork) Off() bool { return w.State == WorkCancelled || w.State == WorkStopped }
