// Package alert is the door for the alerts of monitoring systems: POST /hooks/alerts/{source}/{token}.
//
// The token says whose alerts they are. The door reads the source's words into [bot.Alert]s, stores an event for each with the words it came
// from, and answers when they are safe; what becomes of them is decided by bot/alert/fold.
//
//	200  stored, or a word that is about no alert (a test, a confirmation of a subscription)
//	400  the source's words can't be read: buried
//	403  a signature that is not the source's: buried
//	404  wrong token, unknown source
//	405  not POST
//	413  larger than the limit: its beginning is buried
//	503  the store did not take it: the source sends again
//
// A word that names its outbreak (by an id or a time of the source) and comes twice within an hour is one event. Words without such a name are
// all kept: what folds them is indifferent to doubles.
//
// It refuses to know what an alert means for a contract, and how the inbox works.
package alert
