// Package incident runs an incident ticket (spec/4-incidents.md): receipt, judgement of the impact, the first notice with its clocks,
// hourly interim updates until staff press recovered, the recovery notice.
//
//	reported ─► asking (staff judge) ─► judged ─► first notice ─► updates every hour ─► recovered
//	               └─ undecided 5 minutes before the objective: handled as affected, 影響確認中
//
// What Toban says by itself comes from recorded facts only: the ticket, the judgement, what staff wrote down. The room is pure; desk owns
// the ticket and learns of the recovery by incident.recovered.
package incident
