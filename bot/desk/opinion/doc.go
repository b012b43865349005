// Package opinion is a second opinion on what a ticket is about, learnt from labelled tickets and sharing nothing with the rules that read
// them: no list of words, no grammar, only which characters and Latin words stand beside each other. The
// desk asks it about a reading that everything else agrees on, and withdraws *certain* where the opinion is another one; about one that only
// one piece of evidence is for; and about one that no rule has a word for (.github/adr/0029-a-second-opinion.md).
//
// The way of a text: tokens (characters, Latin words, marks) ─► features (tokens and pairs of them, of the summary, below it, and of the whole) ─►
// weights of the types that a profile ships ─► shares that add up to one. Types that it was not taught, such as a provider's own, it has no
// opinion on.
//
// What it knows is learnt.bin (model.go holds its form): written by Learn from the desk's corpus with
//
//	go test ./bot/desk -run TestOpinion -update
//
// and unpacked, when it is first asked for, into two megabytes. Learn is the only part that is slow, and only tests call it.
//
// The room is pure and knows neither tickets nor contracts.
package opinion
