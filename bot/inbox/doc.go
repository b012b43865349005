// Package inbox works the queue of events: it claims one event a lane, has the news fetched where the event is a hint of some,
// lets every feature decide in turn, and writes the whole decision in one transaction.
//
// It knows neither vendors nor what the features decide. An event that fails waits with back-off; one that can't be handled at all
// becomes a dead letter that an operator sees and can replay. One under which the process died before is handled apart (suspect.go).
package inbox
