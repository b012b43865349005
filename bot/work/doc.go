// Package work schedules work on a ticket and keeps its notices (spec/3-scheduled-work.md): the start notice 30 minutes ahead, verified
// by reading it back, the start only after it, the completion notice.
//
// A work order:
//
//	planned ─► noticed ─► working ─► done
//	   │          │
//	   ▼          ▼
//	stopped (no verified notice before the start)      cancelled
//
// Each change of the start makes a new generation: the notice of an old one is withdrawn when it is not out, corrected when it is. The
// room is pure; desk owns the ticket and learns of the work by work.* events.
package work
