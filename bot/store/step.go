package store

// Step names a durable write: one transaction, or one statement that commits by itself. Whatever is done between two of them, a call to a
// vendor above all, may be cut off by a crash, so every write has a name by which a trial can stop the process right before or after it.
type Step string

// The durable writes. A new one gets a name here, and the chaos run of cmd/toban stops at it.
const (
	stepAccept       Step = "accept"        // a door's events
	stepAdvance      Step = "advance"       // a page of the activity feed and its cursor
	stepBury         Step = "bury"          // what a door could not read
	stepClaimEvents  Step = "claim-events"  //
	stepDecide       Step = "decide"        // everything that the handling of an event changes
	stepRetryEvent   Step = "retry-event"   //
	stepBuryEvent    Step = "bury-event"    //
	stepFireTimers   Step = "fire-timers"   // due moments become events
	stepFireSchedule Step = "fire-schedule" // a schedule's moments become events
	stepSetSchedule  Step = "set-schedule"  //
	stepClaimEffects Step = "claim-effects" //
	stepEndEffect    Step = "end-effect"    // done or dead, with the event that tells so
	stepRetryEffect  Step = "retry-effect"  //
	stepDropEffect   Step = "drop-effect"   // withdrawn before it went out
	stepQueue        Step = "queue"         // effects that no event decided
	stepReferences   Step = "references"    //
	stepStop         Step = "stop"          //
	stepStart        Step = "start"         //
	stepMode         Step = "mode"          // a change of a project's mode, and a note of what somebody else changed for a customer
	stepManaged      Step = "managed"       // what is managed for a customer, and how many instances of its groups run
	stepHold         Step = "hold"          // an effect waits for a person, or goes on after waiting
	stepReplay       Step = "replay"        // a dead letter is opened again
	stepLease        Step = "lease"         //
	stepRelease      Step = "release"       //
	stepTakeOver     Step = "take-over"     // of what a dead process held (SQLite)
	stepEpoch        Step = "epoch"         //
	stepLineage      Step = "lineage"       // the database goes on another history than before (SQLite)
	stepRestore      Step = "restore"       //
	stepPing         Step = "ping"          //
	stepPulse        Step = "pulse"         // a sign of life
	stepExpire       Step = "expire"        // what was kept long enough goes
	stepSeal         Step = "seal"          // audit lines become links of their chains
	stepErase        Step = "erase"         // words of the audit trail go, the chain stays
)

// Steps lists every durable write.
func Steps() []Step {
	return []Step{
		stepAccept, stepAdvance, stepBury, stepClaimEvents, stepDecide, stepRetryEvent, stepBuryEvent, stepFireTimers, stepFireSchedule, stepSetSchedule,
		stepClaimEffects, stepEndEffect, stepRetryEffect, stepDropEffect, stepQueue, stepReferences, stepStop, stepStart, stepMode, stepManaged, stepHold, stepReplay, stepLease, stepRelease,
		stepTakeOver, stepEpoch, stepLineage, stepRestore, stepPing, stepPulse, stepExpire, stepSeal, stepErase,
	}
}

// unhurried reports whether a step's commit may return before the disk has it. That is right where nobody outside is told anything by it: a
// power cut takes the newest commits, all of both engines in their order, so what it takes of these was not built upon. A decision, its
// event and the timer it came from go or stay together and are made again; nothing was sent, since the claim of an effect is on the disk
// with everything before it (ADR 0016).
func (s Step) unhurried() bool {
	return s == stepClaimEvents || s == stepFireTimers || s == stepDecide
}

// Before is the point at which nothing of a write is durable yet; its locks are held. After is the point right behind its commit.
func (s Step) Before() string { return string(s) + ".before" }

// After is the point at which a write is durable and nobody knows of it yet.
func (s Step) After() string { return string(s) + ".after" }

// pass tells a trial that a point is reached; it may not come back.
func (s *Store) pass(point string) {
	if s.trial != nil {
		s.trial(point)
	}
}
