// Package view turns what features say into Block Kit: the card of a ticket, a thread post, a form.
//
// It only builds values: no call leaves from here, no clock is read, and the same input gives the same JSON. Every limit of Slack
// that is known to us is kept here (https://docs.slack.dev/reference/block-kit), so that a long ticket costs words and never the
// message. Buttons and the line that says where a ticket stands are kept before fields, fields before small print.
//
// Customers' words are hostile input. They only ever stand in plain_text objects, or escaped in the fallback text; nothing they
// write can mention people, make a link or change the layout. Only the oldest blocks are used, since every client shows them.
package view
