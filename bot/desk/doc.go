// Package desk is the front desk: it records a ticket, classifies it, asks for what is missing, answers, and keeps the life of a
// request (spec/1-requests.md) with its clocks (spec/2-sla.md). It owns bot.Ticket; work and incident read it.
//
// The life of a request:
//
//	received ─► accepted ─► taken ─► scheduled ─► notified ─► in_progress ─► done ─► closed
//	   │  ▲         │                     (scheduled … in_progress come from the work room)
//	   ▼  │         └─► on_hold (priority 低)
//	waiting (for the customer)        unclear (staff choose the type)        cancelled · deleted
//
// Everything that clocks are derived from is an Entry with the vendor's instant; clocks are evaluated anew with each decision.
// The room is pure: no I/O, no vendor, time passed in.
package desk
