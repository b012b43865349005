// Package report turns the recorded facts of a period into figures, and the figures into the pages that a customer
// and a manager read: facts → figures → page.
//
//	period := report.Month(2026, time.November, zone)
//	facts := report.Facts{CustomerName: "アクメ商会", Period: period, Cutoff: lastFact, Types: rows, Tickets: tickets}
//	figures := report.Measure(facts)
//	page, details := report.MonthlyPage(facts, figures)
//	text.Render(rule, page) // under the name report.PageName(period)
//
// Figures are counted once, in Measure, from instants and states only; pages and exports never count. The same
// facts give the same bytes, because nothing here asks for the time: publishing twice changes nothing (Decide).
//
// # Large months
//
// Measure is a loop over a Meter. A Meter takes one ticket at a time and holds counters, the misses and tickets that
// matter most (MissLimit, DetailLimit) and a few keys a row, so a caller that reads its tickets from a cursor
// feeds a Meter and a CSV writer side by side and never holds the month in memory.
//
// # The rooms of the room
//
//   - facts: period, facts
//   - figures: figures, rate, meter (tickets), judge (clocks and rows), faults (incidents), most (bounded lists)
//   - pages: page (the order), words (how things are written), page_points, page_compliance, page_work, page_incidents,
//     page_close (one file for the sections that belong together)
//   - out: export (JSON, CSV), publish (what to do about a page that exists)
//
// Render pages with text.RenderWithin and text.PageLimit: a month at all the limits above can be longer than a
// wiki page should be.
//
// # What it refuses to know
//
// Where facts come from, how deadlines are found (package sla judges the clocks; here are only their
// results), where pages go, and how they are sent. The text rules and their escaping live in report/text.
package report
