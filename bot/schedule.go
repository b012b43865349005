package bot

import "time"

// Schedule is a repeated due moment; the store's row holds the next one.
type Schedule struct {
	Name    string
	Spec    string // five cron fields
	Zone    string // IANA name
	Next    time.Time
	Catchup Catchup
}

// Catchup says what happens to moments of a schedule that passed while nobody looked.
type Catchup string

// Ways to catch up.
const (
	CatchupLatest Catchup = "latest" // the newest of them, marked late
	CatchupAll    Catchup = "all"
	CatchupSkip   Catchup = "skip"
)
