// Package tracker speaks to Backlog for the bot: it reads what happened to an issue (bot.Fetcher) and carries out the effects
// backlog.comment, backlog.update, backlog.issue, backlog.file and backlog.wiki (bot.Sender).
//
// # Reading
//
// A webhook or an activity is only a hint. Fetch reads the issue as it is now and its comments since a cursor, with the vendor's ids and
// instants, and names every author by the directory. Whose project it is and what follows is decided elsewhere.
//
// # Writing once
//
// Backlog has no idempotency keys, so a try whose answer was lost is looked up before it is repeated: a comment by the 通知番号 at its
// foot, fields by their values, a wiki page by its name. An answer that never came is a plain error (the outbox tries again with
// Look), a rate limit bot.RetryAfter, a refusal bot.Permanent. See errors.go.
//
//	comment   POST, found again by 通知番号 and author
//	update    GET, drop what is equal, PATCH with the comment in the same call
//	issue     among the bot's own since the day before, then in its activities; held a minute, looked for again, then created
//	file      by name and content
//	wiki      by stored id, else by exact name, else created; never over what a person wrote
//
// # Files
//
// fetch.go and fact.go read; send.go, comment.go, update.go, issue.go, file.go and wiki.go write, with look.go (what was written before?), verify.go (did it
// arrive?) and text.go (the foot, the length). project.go keeps what changes seldom for some minutes. check.go is for toban doctor.
//
// The room refuses to know texts, promises and tickets' states, and has no store: what must be kept is in Sent.Refs.
package tracker
