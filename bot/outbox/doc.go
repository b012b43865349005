// Package outbox works the queue of effects: it claims them in order, hands each to the adapter that speaks to its vendor, and writes
// the answer back. It never holds a lock over a call: claim, commit, send, then write back under the fence.
//
// A try after a failure or a crash looks before it repeats (bot.Attempt.Look); what can't succeed becomes a dead letter and staff are
// told by an event.
package outbox
