package bot

import "time"

// LateAfter is how much later than promised a notice may go out without saying so: promises are given in minutes.
const LateAfter = time.Minute

// Cause says why something came after its time, as far as it is on record.
type Cause string

// Causes of lateness.
const (
	CauseToban   Cause = "toban"   // no process of Toban was running
	CauseBacklog Cause = "backlog" // Backlog took or gave nothing
	CauseStopped Cause = "stopped" // a person had stopped what goes outward
	CauseBusy    Cause = "busy"    // neither: it waited behind other work
)

// Lateness says since when a notice is late, and why.
type Lateness struct {
	Due   time.Time // when it was promised, in world time
	Cause Cause
}

// Words say the cause to a customer, as the beginning of a sentence that ends with the apology.
func (c Cause) Words(lang string) string {
	words := map[Cause][2]string{
		CauseToban:   {"弊社の連絡システムが停止していたため", "our messaging system was down"},
		CauseBacklog: {"Backlog に接続できなかったため", "Backlog could not be reached"},
		CauseStopped: {"弊社で発信を止めていたため", "we had paused our messages"},
		CauseBusy:    {"弊社の処理に時間がかかったため", "our systems took long"},
	}[c]
	if lang != "ja" {
		return words[1]
	}
	return words[0]
}
