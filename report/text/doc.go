// Package text holds what Toban writes into Backlog as a small document model, and turns it into the
// text rule of the project: Backlog notation, Markdown, or HTML for the web and for mail.
//
// Words that come from tickets, alerts and people are data. They are put into the model as plain strings
// (Text, Bold, cells, quotes), and only the renderers add signs with a meaning, so a ticket's summary can
// make no heading, list, table, mention, image, disguised link, code block, quote, table of contents,
// colour or HTML. There is deliberately no block for ready-made markup.
//
//	text.Render(text.Backlog, text.Doc{
//		text.Heading{Level: 1, Text: "SLO 適合状況"},
//		text.Para{text.Text("対象: "), text.Issue("ACME-12"), text.Text(ticket.Summary)},
//	})
//
// # What stays alive
//
// Bare issue keys and bare http(s) addresses in ticket text are linked by Backlog itself, in both rules. Both
// show where they lead, so they are left as they are; a link with another label than its target
// can't be made by ticket text.
//
// # How signs are disarmed
//
// Backlog documents "\" before a special sign as the way to take its meaning away, in both rules. It is used
// only where a sign could have a meaning, since mails and Slack show the raw text. Where the "\"
// is not documented (a bar, a leading ">" or "~" in a cell, {code} and {quote} in Backlog notation; mentions in both) the full-width
// twin of the sign stands instead.
//
// The package refuses to know what a report or a notice says, who reads it and how it is sent.
package text
