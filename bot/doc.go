// Package bot is Toban's vocabulary: the words in which its rooms talk to each other.
//
// One event's way:
//
//	webhook ─► hook ──┐
//	activity feed ► poll ├─► inbox (stored before it is acknowledged)
//	Slack click ─► slack ┤
//	due moment ─► timer ─┘
//	   inbox worker claims one event a lane ─► Fetcher appends what happened since the cursor
//	      ─► every Handler in turn: Handle(Input) Output     pure: no I/O, time passed in
//	      └─ ONE transaction: ticket, states, panels, timers, clocks, effects, audit, event done
//	   outbox worker claims ─► tracker | slack ─► done + the vendor's reference
//
// A handler answers with values: the new state, effects (outward acts), timers (due moments), clock rows (promises) and reasons.
// Nothing in this room does I/O or knows a vendor; it imports the standard library and value types of sla.
//
// The law of imports is checked by architecture_test.go.
package bot
