// Package shadow compares what Toban would have said in a project's time in shadow with what people did in Backlog: types, deadlines, first
// answers, completions and notices, ticket by ticket and in sums. It says as plainly what it can't compare.
//
// It is pure: tickets with their facts and the effects that were kept back come in, a report goes out. It knows no database, no vendor and no
// words of customers beyond the first line of what would have been said.
package shadow
