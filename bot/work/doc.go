// Package work schedules work on a ticket and keeps its notices (spec/3-scheduled-work.md): the start notice one lead ahead, verified
// by reading it back, the start only after it, the completion notice. A ticket has one work order at a time.
//
//	           ┌──────────────────────── schedule (a new generation) ◄───────────────────────┐
//	           ▼                                                                             │
//	none ─► planned ── notice verified ─► noticed ── start ─► working ── done ─► finished ─► done
//	           │ ▲  └ verified late: moves the start, planned again │              (completion notice is out)
//	           │ └─ schedule ─┐              │                      │
//	           │ start comes  │              │                      └─ ticket cancelled ─┐
//	           └────────► stopped ───────────┴─ cancel, ticket ended ─────────────► cancelled ─► schedule
//
// Each change of the start makes a new generation: the words that named the old start are withdrawn when they are not out, corrected
// when they are, also if they turn out to have gone out after all. An order under an open incident with the contract's standing
// permission is exempt: it is noticed at once. An effect can come back late, doubled or after it was withdrawn; what it names decides,
// never the order of arrival. A timer acts only when its moment has come by the plan that holds now.
//
// The room is pure; desk owns the ticket and learns of the work by work.* events.
package work
