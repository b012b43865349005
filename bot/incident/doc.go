// Package incident runs an incident ticket (spec/4-incidents.md): receipt, judgement of the impact, the first notice with its clocks,
// hourly interim updates until staff press recovered, the recovery notice.
//
//	            ┌─ undecided 5 minutes before the objective: handled as affected, 影響確認中
//	            │
//	reported ─► asking ── staff judge ──► noticing ── first notice out ─► told ─┬─ recovered ─► closing ── notice out ─► recovered
//	   │           (the contract's mapping judged it) ▲       │                 │     ▲   ▲          │ given up: pressed again │
//	   └──────────────────────────────────────────────┘       └── recovered ────┼─────┘   └──────────┘                         │
//	                                                                            │ ticket cancelled, or no incident             │
//	                  told: affected ◄─ staff judge ─► not affected             ▼                                              │
//	                  (updates owed)                   (none owed)           dropped ─► incident again ─► told ◄── 障害を再開 ─┘
//
// At most one word to the customer is on its way at a time. What Toban itself had waiting when a round passed is replaced by one comment
// that names the missed rounds; a word of staff stays. Every word counts by its comment's own instant, also one that was withdrawn and
// went out all the same. The times in which updates are owed are marks, from which the rounds and their rows are derived anew.
//
// Beside the ticket the customer's contacts are telephoned where the contract says so, one after the other (tree.go): by a provider of telephony or by
// staff who say how it went. The provider's own people are called out while nobody takes the incident (escalate.go).
//
// What Toban says by itself comes from recorded facts only: the ticket, the judgement, what staff wrote down. The room is pure; desk owns
// the ticket and learns of the recovery by incident.recovered.
package incident
