// Package phone calls people for the bot (bot.Sender for phone.call).
//
// A call is placed once: its token is made from the effect's key, and a provider gives the same call for the same token. So a try whose
// answer was lost is asked for again and rings nobody twice; how a call is doing is asked by its id. A call that nobody can say anything
// about ends as unknown: the next contact is due. No end is silent: of every call that reached nobody for a reason of the telephony
// itself (failed, unknown), and of every call that a person has to make because there is no provider, staff are told.
//
// Only a key press acknowledges. Voicemail, and somebody who listens and presses nothing, is no answer; what follows from an outcome is
// decided by the feature that wanted the call, which hears of it by effect.done.
//
// The room refuses to know who is to be called, in which order, and what a key does. Numbers are asked for here only, and stand in no
// error, log or result.
package phone
