// Package backlogsim is a stand-in of one Nulab Backlog space: the HTTP API v2, webhooks and a few web pages, in memory.
//
// The bot's tests, the demo and `toban sim backlog` use it. It refuses to know Toban, and it shares no code with the client in package backlog, so
// that a mistake of the client can't hide behind the same mistake here. What the real space answers is taken from
// https://developer.nulab.com/docs/backlog/ and from Nulab's own clients; where nothing is published, the comment at the place says what was chosen,
// and the choice is the one that is harder on a client.
//
//	s := backlogsim.New(backlogsim.Options{Now: world, Transport: hookReceiver})
//	err := s.Load(backlogsim.SampleSeed())
//	client := &http.Client{Transport: s.RoundTripper()} // no socket: works in a testing/synctest bubble
//	defer s.Close()
//
// # What is there
//
// Under /api/v2/ every call that Nulab documents or its own client knows (backlog-js 0.20.1 runs against it unchanged): space with activities, attachment,
// licence, notification, diskUsage, image; rateLimit, priorities, resolutions, activities/:id, oauth2/token; users (also POST, PATCH, DELETE, icon),
// users/myself with what was viewed recently, users/:id with activities, watchings, stars; teams; projects (also POST, PATCH, DELETE) and projects/:p with
// image, diskUsage, users, administrators, teams, activities, statuses, issueTypes, categories, versions, customFields (all eight types, and items of
// lists), webhooks, files, git/repositories with pull requests; issues with count, comments, comment notifications, attachments, participants,
// relatedIssues, sharedFiles; wikis with count, tags, history, attachments, stars, sharedFiles; documents with count, tree, comments, attachments, tags;
// notifications; watchings; stars. Each with the real shape, limits, roles and errors. /OAuth2AccessRequest.action asks for consent. Anything else under
// /api/v2/ is 404, code 6, "Undefined resource.", as the real API answers for an unknown path.
//
// Two clocks: timestamps are of Options.Now (world time); rate-limit windows, OAuth tokens and the hour of unused attachments are of Options.Machine;
// delays of faults, retries and time-outs of deliveries are of the process (package time, so a synctest bubble's). A server that was given neither clock
// has its own, which MoveClock moves.
//
// # What is not there
//
// The bytes of Git and Subversion, the web pages for changing things, mail. Icons are one grey dot. Mention notation in texts notifies nobody:
// notifiedUserId[] does. What Nulab does not publish is settled by Choices.
//
// # The control panel
//
// Under /_sim/, without a key; the same as Go methods in parentheses. Bodies and answers are JSON; GET /_sim/ lists it, and shows a page to a browser.
//
//	POST /_sim/faults        add faults (AddFaults): {"seed":1,"rules":[…],"outages":[…],"webhooks":{…}}, see Faults
//	POST /_sim/reset-faults  no more faults (ResetFaults)
//	POST /_sim/rate-limits   {"read":600,"update":150,"search":150,"icon":60} (SetRateLimits)
//	GET, POST /_sim/choices  what is not published (Choices, SetChoices): {"minIdExclusive":true}
//	GET, POST /_sim/clock    {"advance":"90m"} or {"set":"2026-12-01T09:00:00+09:00"} (Clock, MoveClock)
//	POST /_sim/bulk          update several issues at once: one activity of type 14 (BulkUpdate)
//	POST /_sim/push          a git push, types 12 and 13 (Push)
//	POST /_sim/merge         merge or close a pull request, types 21 and 19 (MergePull)
//	POST /_sim/files         add, change, delete a shared file, types 8, 9, 10 (ChangeFile)
//	POST /_sim/documents     edit a document: title, text, comment, reply, file; types 38, 40, 43, 46 (EditDocument)
//	POST /_sim/views         somebody looks at an issue or page (ViewPage)
//	POST /_sim/activities    an activity of any type with any content (AddActivity)
//	POST /_sim/test-hook     the test button of a webhook's settings (TestHook)
//	POST /_sim/render        {"rule":"markdown","text":"…"} → {"html":"…"} (RenderText)
//	GET  /_sim/requests      every API call (Requests); ?method= &path= (pattern with * and **) &user= &after=
//	GET  /_sim/deliveries    every webhook delivery with body and result (Deliveries)
//
// Faults by example:
//
//	{"rules":[{"method":"POST","path":"/api/v2/issues/*/comments","lost":"drop","times":1}]}    the comment is written, the answer is lost
//	{"rules":[{"path":"/api/v2/**","status":503,"body":"<h1>busy</h1>","rate":0.1}]}            one call in ten meets a proxy's page
//	{"rules":[{"status":429,"times":3,"no_reset":true}]}                                        429 without the X-RateLimit headers
//	{"rules":[{"lag":"200ms","lag_max":"3s","rate":0.3}]}                                       a slow afternoon
//	{"rules":[{"code":8,"times":1}]}                                                            the space is full, once
//	{"outages":[{"for":"10m"}],"webhooks":{"duplicate":0.2,"drop":0.1,"reorder":0.2}}           ten minutes of world time; a bad postman
//
// # Map of the files
//
// The room has more files than most because it has one per noun of the API. server, call, route, params, errors, object: a call's way; model: the
// entities; wire: their JSON; plan, choices: what the space allows and how it decides; rate, clock, faults, recorder, roundtrip: the machinery; admin:
// the control panel; bulk, people: what people do beside the API; seed, load, loadissue, sample: data; delivery: the webhook sender; the files that begin
// with page, the folder pages, render and the room textrule: HTML; the rest are the endpoints, named as the API names them.
package backlogsim
