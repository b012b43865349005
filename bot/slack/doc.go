// Package slack speaks to Slack: it carries out the slack.* effects, and it is the door through which staff's clicks, forms and
// commands come in, by Socket Mode or by signed HTTP requests.
//
//	outbox ─► Send ─► card | post | ephemeral          look before each repeat, one message a second a channel
//	Slack ─► Handler (signed HTTP) ┐
//	Slack ─► RunSocket             ┴► receive ─► click | submission | command | event ─► Inbox, then the acknowledgement
//
// It decides nothing about tickets. A button is looked up again in the ticket's stored panels: what is no longer there is refused, and
// who may press is what the panel says. A form is checked by bot.Form.Check and by nothing else. A click that Slack delivers twice gives
// the same dedup key; a click that could not be stored is told to the person who made it.
//
// Slack's payloads are decoded into small structs of our own: slack-go decodes every block of the message that was clicked, and one
// block that it doesn't know would lose the click. How things look lives in the room view.
//
// The files, more than a room should have since it is two doors and a sender that share one client:
//
//	slack.go                             configuration, secrets kept out of errors
//	send.go message.go look.go           out: what is posted, edited, found again
//	limit.go fault.go shared.go          out: pace, what an error means for the outbox, channels that others read
//	door.go socket.go receive.go         in: signed HTTP and Socket Mode, one way from there
//	click.go menu.go submit.go command.go event.go   in: one file a kind of delivery
//	adopt.go adopt_follow.go             the table of open issues to take over
//	home.go home_keep.go office.go command_*.go   App Home, and the words of /toban
//	check.go                             scopes and the self-check of toban doctor
package slack
