// Package slacksim is a faithful stand-in for Slack: Web API, Socket Mode,
// signed HTTP deliveries, interactivity (buttons, modals, App Home, slash
// commands, shortcuts), response URLs, and a page on which a person can look
// at the workspace and act in it. Tests, "toban sim slack" and the demo use it;
// the stock slack-go client works against it unchanged.
//
// It refuses to know anything of duty desks: no ticket, no incident, no Toban
// type enters here. It knows what Slack documents, and nothing of the bot.
//
// # Two times
//
// Options.Now is the world's clock: message ts and every other timestamp that
// people see. Options.Machine is the machine's: the 3 seconds of a trigger, the
// 30 minutes of a response URL, rate windows, signatures. Waiting is done with
// ordinary timers, so the whole thing runs inside a testing/synctest bubble as
// long as it is reached through RoundTripper (sockets hang a bubble).
//
// # The files
//
//	server.go seed.go sample.go talk.go  life, workspace, the sample workspace
//	roundtrip.go                      in-process http.RoundTripper
//	call.go args.go methods.go        one Web API call: arguments, token, scopes, the table of methods
//	account.go chat.go compose.go normal.go rich.go emoji.go scheduled.go message.go
//	channel.go conversations.go membership.go history.go paging.go
//	people.go usergroups.go reactions.go pins.go files.go upload.go views.go viewstate.go
//	                                  the methods, one file a family
//	blocks.go newblocks.go elements.go texts.go    Block Kit limits
//	trigger.go grants.go              trigger ids and response URLs; scopes and tokens while it runs
//	events.go deliver.go socket.go hook.go
//	                                  what Slack sends to the app: events, queue, Socket Mode, HTTP mode
//	person.go reach.go edit.go mention.go modal.go values.go room.go suggest.go payload.go
//	                                  acting as a person: click, submit, say, react …
//	faults.go oddities.go limiter.go recorder.go
//	                                  misbehaving on demand, and remembering what was asked
//	admin.go state.go page.go web/    the /_sim/ API and the page
package slacksim
