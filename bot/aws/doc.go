// Package aws speaks to Amazon Web Services for the bot: it carries out changes of customers' accounts (bot.Sender for aws.change), and it
// is the client of Amazon Connect, by which telephone calls go out.
//
// A change is an operation of the catalogue (catalogue.go; CATALOGUE.md is written from it) with its own words: what is there before and
// what is wanted. Each try looks first (change.go, follow.go):
//
//	before ─► act, once ─► working ─► done
//	  ▲                       │
//	 busy                     └─► not in time: unknown, a person
//	astray, or nothing can be seen ─► refused if nothing was tried yet; unknown, a person, if something was
//
// After an answer that was lost the look decides: done is done, before is done again, and what can't be seen (a reboot) is never repeated.
// So the SDK itself must repeat nothing: it would take the refusal of its own deed for an answer. What was made bears the effect's mark
// (Mark) as a tag or client token. Everything that does not come to its end is told to staff before the effect ends.
//
// An account is entered by AssumeRole (door.go): one role looks, one changes; a change's session bears the ticket's name, may do nothing but
// that change, and AWS has said that it is the account that was meant. refusal.go reads errors. The operations are in ec2_power.go (start,
// stop, reboot, type), ec2_made.go (what is made: snapshots, images, volumes, addresses), ec2_set.go (tags, sizes, addresses), group.go (rules
// of security groups), elb.go and rds.go. connect.go is Amazon Connect, by hand (ADR 0009).
//
// What there is in an account, as far as contracts count it, is listed (discover.go); services of which only lists are wanted are asked by hand
// (ask.go).
//
// The room refuses to know tickets, people, playbooks and what a change is for.
package aws
