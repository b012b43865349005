// Package backlog is a client of the Nulab Backlog API v2, made from the
// standard library alone.
//
// It knows the wire: paths, parameters, JSON shapes, error codes, rate limits
// and the payloads of webhooks. It refuses to know the bot: no tickets, no
// effects, no text rules, no store.
//
//	client, err := backlog.New("https://example.backlog.com", key)
//	issue, err := client.GetIssue(ctx, "OPS-1")
//
// # Names
//
// Methods are called as in github.com/kenzo0107/backlog with the context as
// first argument (GetIssueContext there is GetIssue here), so that scripts
// written for that client read the same. A parameter called idOrKey takes
// either form; [ID.String] makes a string of a number.
//
// # What the client does by itself
//
//   - It sends the key in the Backlog-API-Key header only, and takes it out of
//     every error. With [NewWithTokens] it sends bearer tokens instead, and renews
//     them.
//   - It keeps within the rate limit that the answers announce, one budget for
//     each [Kind] of request. Requests wait for their turn as long as the
//     context allows. A fifth of every budget is kept for [High]; writes and
//     searches of [Bulk] go at most once a second; writes go one at a time.
//   - It repeats reads after 429, 502, 503, 504 and network faults. It never
//     repeats a write: [IsAmbiguous] tells whether a write whose answer was lost
//     may have been carried out, and the caller has to look.
//
// It starts no goroutine and waits only on timers of package time, so it runs in
// a testing/synctest bubble.
//
// # Files
//
// The room has more files than most because every resource of the API has its
// own, named after it (issue.go, comment.go, wiki.go and so on: the type, its
// options and its calls). The machine is in client.go (construction), do.go
// (one call), rate.go and gate.go (budgets and lanes), errors.go and redact.go,
// form.go (encoding), decode.go (tolerant numbers and text), date.go,
// optional.go, pages.go and pager.go (iterators), oauth.go (tokens instead of a
// key); activities and webhooks are in activity.go, content.go and webhook.go.
//
// What the API is stands in testdata/api, as tables: the tests whose files begin
// with conformance hold the client and the stand-in to each row.
//
// The vendor's reference is https://developer.nulab.com/docs/backlog/.
package backlog
