// Package sla computes service levels: calendars, clocks, policies, judgement and
// explanation. It is pure: it does no I/O, reads no clock and knows no ticket
// system; callers pass the history of a ticket as facts and the present as now.
package sla
