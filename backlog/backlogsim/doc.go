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
// Under /api/v2/: space with activities, attachment, licence, notification, diskUsage, image; rateLimit, priorities, resolutions, activities/:id;
// users (also POST, PATCH, DELETE, icon), users/myself, users/:id with activities, watchings, stars; teams; projects (also POST, PATCH, DELETE) and
// projects/:p with image, diskUsage, users, administrators, teams, activities, statuses, issueTypes, categories, versions, customFields (all eight
// types, and items of lists), webhooks, files; issues with count, comments, comment notifications, attachments, participants, relatedIssues,
// sharedFiles; wikis with count, tags, history, attachments, stars, sharedFiles; documents with count, tree, comments, tags; notifications;
// watchings; stars. Each with the real shape, limits, roles and errors. Nulab's own client, backlog-js 0.20.1, works against it unchanged.
//
// Two clocks: timestamps are of Options.Now (world time); rate-limit windows and the hour of unused attachments are of Options.Machine; delays
// of faults, retries and time-outs of deliveries are of the process (package time, so a synctest bubble's).
//
// # What is not there
//
// These answer as the real API does for an unknown path: 404, code 6, "Undefined resource.": OAuth's own endpoints (seeded tokens work as bearer
// tokens), git and pull requests, attachments of documents, priorities per project. Shared files come from the seed, as the API cannot write them.
// Icons are one grey dot. recentlyViewed* is always empty, for nobody signs in to the web pages. Activities of types 8 to 13, 18 to 21, 35 and 38
// to 48 are never made.
//
// # The control panel
//
// Under /_sim/, without a key; the same as Go methods in parentheses. Bodies and answers are JSON.
//
//	POST /_sim/faults        add faults (AddFaults): {"seed":1,"rules":[…],"outages":[…],"webhooks":{…}}, see Faults
//	POST /_sim/reset-faults  no more faults (ResetFaults)
//	POST /_sim/rate-limits   {"read":600,"update":150,"search":150,"icon":60} (SetRateLimits)
//	POST /_sim/bulk          update several issues at once: one activity of type 14 (BulkUpdate)
//	POST /_sim/render        {"rule":"markdown","text":"…"} → {"html":"…"} (RenderText)
//	GET  /_sim/requests      every API call (Requests); ?method= &path= (pattern with * and **) &user= &after=
//	GET  /_sim/deliveries    every webhook delivery with body and result (Deliveries)
//
// Faults by example:
//
//	{"rules":[{"method":"POST","path":"/api/v2/issues/*/comments","lost":"drop","times":1}]}    the comment is written, the answer is lost
//	{"rules":[{"path":"/api/v2/**","status":503,"body":"<h1>busy</h1>","rate":0.1}]}            one call in ten meets a proxy's page
//	{"rules":[{"status":429,"times":3,"no_reset":true}]}                                        429 without the X-RateLimit headers
//	{"outages":[{"for":"10m"}],"webhooks":{"duplicate":0.2,"drop":0.1,"reorder":0.2}}           ten minutes of world time; a bad postman
//
// # Map of the files
//
// The room has more files than most because it has one per noun of the API. server, call, route, params, errors, object: a call's way; model: the
// entities; wire: their JSON; rate, faults, recorder, admin, bulk, roundtrip: the machinery; seed, load, loadissue, sample: data; delivery: the
// webhook sender; pages, render and the room textrule: HTML; the rest are the endpoints, named as the API names them.
package backlogsim
