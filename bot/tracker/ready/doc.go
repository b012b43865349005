// Package ready makes a customer's Backlog project ready for Toban: issue types with templates, categories, statuses, custom fields, the
// webhook and the wiki's home.
//
// [Read] asks Backlog what is there, [Plan] compares it with what the contract wants, and a [Maker] adds what is missing. Nothing is ever
// deleted, renamed or written over: whatever has the name already is left as it is, whoever made it. What the bot's account may not do, or
// the plan of the space lacks, is a step for a person, who is told where to click.
//
// Every step is found again by its name, so making a project ready may be killed between any two calls and begun anew: what is there is no
// step any more. A step whose answer was lost is looked for before it is repeated, twice with a minute between.
//
// The room refuses to know customers' files, the store and the command line.
package ready
