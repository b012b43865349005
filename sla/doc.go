// Package sla computes service levels: calendars, clocks, policies, judgement and
// explanation. It is pure: it does no I/O, reads no clock and knows no ticket
// system; callers pass the history of a ticket as facts and the present as now.
//
// # Calendars
//
// A [CalendarSpec] is data; [CalendarSpec.Compile] checks it and gives a [Calendar].
// Working time is elapsed time inside the hours: a local day of 25 hours that is
// open around the clock has 25. A time of day that the local clock skips is the
// instant of the change; of one that comes twice the first counts. Hours past
// midnight belong to the day on which they open, also when the next day is a
// holiday. A sum that fits exactly ends at the close, not at the next opening.
// Sums are looked up, not walked: see ladder.go. Files: spec, date, holiday,
// compile, zone, ladder, calendar, arithmetic, days, exclude.
//
// # Clocks
//
// A [Target] is one promise. [Evaluate] derives its clock anew from [Fact]s each
// time, so facts may come late, doubled or out of order. [Result.NextChange] is what a timer
// waits for, [Explain] writes the arithmetic line by line, [Rounds] derives regular
// updates. Files: policy, compile_policy, fact, clock, due, judge, rounds, ledger, explain.
//
// # Figures
//
// [Count] and [Judge] mark the rows of a compliance table, [Service.Figures] gives
// availability, both judged on exact fractions. Files: figures, availability.
//
// [EvalLine] answers questions about calendars as lines of JSON. File: eval.
package sla
