// Package poll reads the activity feed of a Backlog space, so that whatever a webhook missed is found: one request a minute for all
// projects of the space.
//
// The stored cursor is an activity id below which everything is older than the overlap (5 minutes of activity time). Each look
// reads on from there, so that an activity that became visible late is still found; the dedup keys, which are those of the webhook
// door, drop what is known already. Events and cursor move in one transaction.
//
// A space that was never read starts at its newest activity: old tickets are not answered.
//
// It refuses to know what an issue is about and who else reads the space: only one process should run it (the caller holds the lease).
package poll
