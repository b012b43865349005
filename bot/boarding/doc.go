// Package boarding keeps the checklist tickets of a contract's beginning and end (spec/7-customers.md): onboarding and off-boarding. Somebody
// asks for one, an issue is opened in the customer's project once for each contract, and its checklist is ticked off in the ticket's card and
// thread.
//
//	somebody asks ─► opening ─► running ── every check ticked ─► finished ─► told ─► done
//	                              │  ▲ └ stopped by a person ─► stopped ─► begun anew
//	                              ▼  │
//	          Toban looks at what it can find out itself, sends test mails and calls when a person says so
//
// A check that names a look is ticked off by what was found, with its instant, and by a person only with a reason: nothing is assumed. What was
// found stands on the card whether it is the check's turn or not. What customers read are the messages onboarding_opened and so on; the
// checklist is staff's.
//
// The room is pure: looks, mails and calls are effects, their ends come back as events. Nothing is destroyed by it: the erasing at the end of
// a contract is an operator's command.
package boarding
