// Package standin is what small stand-ins of other people's services share: the book of faults (how often, how many pass first, with which
// probability, within which window; all from one seed), durations as people write them, and the door for people and tests (a page, things to
// look at, orders).
//
// It knows nothing of Toban and nothing of the services. The stand-ins of Backlog and Slack have books of their own, since their faults strike
// deliveries and rates too.
package standin
