// Package sla computes service levels: calendars, clocks, policies, judgement and
// explanation. It is pure: it does no I/O, reads no clock and knows no ticket
// system; callers pass the history of a ticket as facts and the present as now.
//
// # Calendars
//
// A [CalendarSpec] is data; [CalendarSpec.Compile] checks it and gives a [Calendar].
// Working time is elapsed time inside the hours: a local day of 25 hours that is
// open around the clock has 25. A time of day that the local clock skips is the
// instant of the change; of one that comes twice the first counts. A date whose hours
// the clock skips whole is no business day. Hours past
// midnight belong to the day on which they open, also when the next day is a
// holiday. A sum that fits exactly ends at the close, not at the next opening.
// Calendars know 1900 to 2149, which bounds every walk. Sums are looked up, not
// walked: see ladder.go. Files: spec, date, compile, zone, ladder, calendar,
// arithmetic, days, exclude.
//
// Public holidays come from a [HolidayList]: the embedded official one of Japan,
// which goes on by the rules of the law ([JapanByLaw]) and is provisional from there
// on, or a file of its own. Files: holiday, law, ical, sjis.
//
// # Clocks
//
// A [Target] is one promise. [Evaluate] derives its clock anew from [Fact]s each
// time, so facts may come late, doubled or out of order. [Result.NextChange] is what a timer
// waits for, [Result.NoticesIn] moves warnings into the hours of people, [Rounds] derives
// regular updates. Another class or priority is another target over the same facts: pauses
// of before count for it, too. A merged duplicate is cancelled, and the ticket that stays
// keeps its own history. What no clock judges, such as when an answer is reminded of, is
// due by [After], [Ahead], [ClosingAfter] and [NextRound]: no other room adds to an instant
// to learn that. Files: policy, compile_policy, fact, clock, due, judge, rounds, notice,
// moment.
//
// # Explanation
//
// [Result.Ledger] is the arithmetic as data, [Write] and [Short] tell it in English and
// Japanese. [Policy.Answer] asks what would be if, [Moves] what a change would move.
// [Remark] is what others say beside it. Files: ledger, explain, explain_ja, short, remark,
// whatif.
//
// # Figures
//
// [Count] and [Judge] mark the rows of a compliance table, [Service.Figures] gives
// availability, both judged on exact fractions. A missed objective is a miss, only a
// missed agreement a breach. [Seal] closes a month. Files: figures, availability, seal.
//
// [Evaluator] answers questions about calendars as lines of JSON. Files: eval,
// eval_calendar, eval_field.
package sla
