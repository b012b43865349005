// Package console is the web of Toban for people in front of a browser: the demo page, the status page, and the feed of the change schedule.
//
// It shows both sides of a support desk at once, what the customer sees in Backlog and what staff see in Slack, with the clock and the
// running promises above. The page speaks the APIs of the two services, which are mounted on the same origin, and a few addresses of its
// own under /demo/:
//
//	GET  /demo/info      addresses, keys, world time and speed (Info)
//	POST /demo/clock     {"advance":"30m"} or {"speed":600}; answers when the work due by then is done
//	GET  /demo/promises  the running promises ([]Promise)
//	POST /demo/report    writes the running month's report
//	GET  /demo/events    server-sent events: change and clock
//
// The room knows neither simulators nor the database nor the rest of Toban: all it shows and does comes through Ports. Assets are embedded,
// nothing is fetched from elsewhere, and the content security policy allows the page's own origin only. The font is BIZ UDPGothic under the
// SIL Open Font License (web/fonts/OFL.txt), so that Japanese looks the same on every machine.
package console
