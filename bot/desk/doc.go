// Package desk is the front desk: it records a ticket, classifies it, asks for what is missing, answers, and keeps the life of a
// request (spec/1-requests.md) with its clocks (spec/2-sla.md). It owns bot.Ticket; work and incident read it.
//
// # The life of a request
//
//	                        ┌────────────► unclear ──(staff choose the type)──┐
//	                        │                                                 ▼
//	(issue opened) ─► received ─► accepted ─► taken ─► scheduled ─► notified ─► in_progress ─► verifying ─► done ─► closed
//	                    │  ▲        ▲  │                └── as the work room says ──┘           │       │
//	                    ▼  │        │  └─► on_hold (priority 低, no date agreed)                │       │
//	                  waiting ──────┘                                                           ▼       ▼
//	            (a question is open; from and back                                        accepted or taken (reopened)
//	             to every open status)
//	every open status ─► done (notice, 処理済み, recovery) · closed (完了 by staff) · cancelled (withdrawn, or 完了 by the customer) · deleted
//
// An open ticket that waits for nothing is where it belongs (decision.home): with the work room's word if there is one, else on_hold,
// else taken when somebody owns it, else accepted. An incident is accepted until the incident room tells its recovery. A creator in no
// list leaves a ticket received until staff act.
//
// The full drawing, life.md, is made by a test that walks every event in every status. A request passes classified when its type is known,
// and reopened on its way back from an end; each step stands in the audit trail with its actor and reason.
//
// What staff may press where is a table (legal, in life.go): anything else is refused with a message to the one who pressed, and changes
// nothing. What people do in Backlog can't be refused; where it means nothing (a status on a deleted issue, 未対応 on an open ticket)
// only Backlog's own status is noted.
//
// Everything that clocks are derived from is a bot.Entry with the vendor's instant, kept in order; clocks are evaluated anew with each
// decision. A question stops the clock at its own comment's instant, told by the effect's end or by its echo, whichever comes first.
//
// # Files
//
// The decision: desk (the entry), life (statuses), intake, plan (what the contract's plan includes), facts (what people wrote), fields (what people changed), staff (buttons),
// moments (due moments and ends of effects), filed (files that customers attach), next (what an answer says of
// what follows), clocks, warn, panel. The reading of text, pure functions: classify with phrases, details
// with labels and signs, courtesy (thank-you), secret; objections and
// second, the second opinion, are what keeps a reading from being certain. They stay in one room since each decision needs all of them and nobody else does.
//
// The room is pure: no I/O, no vendor, time passed in. Secrets that people paste are hidden before anything is kept or said.
package desk
