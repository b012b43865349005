// Package hook is the door for Backlog's webhooks.
//
// Backlog signs nothing and promises no repetition, so a webhook is only a hint that an issue has news: the door checks the secret in
// the address, reads which issues the activity names, stores one event for each, and answers 200 when they are safe.
//
//	200  stored, or of a type that is no news of an issue
//	400  no JSON object, or ids missing: buried
//	404  wrong token, wrong path
//	405  not POST
//	413  larger than the limit: its beginning is buried
//	503  the store did not take it; the activity feed will bring it again
//
// It refuses to know what an issue is about, whose project it is, and how the inbox works.
package hook
