package main

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/store"
	"toban/bot/work"
	"toban/sla"
)

// invariant is something that holds at every moment of every month, whatever people and vendors do.
type invariant struct {
	name string
	says string
	// quiet: only while nothing is under way for the ticket and everything is up. gone: also when the issue was deleted.
	quiet, gone bool

	ticket func(v *sight) []string                       // looked at after each step, for the tickets that it touched
	wire   func(m *month, address, body string) []string // of every call that Toban makes
	end    func(m *month) []string                       // once, when all is over
}

// invariants is the list.
var invariants = []invariant{
	{name: "no secret", says: "no key, token or pasted password stands in anything that Toban says", wire: noSecret},
	{name: "no secret kept", says: "nor in its database or its log", end: noSecretKept},
	{name: "one customer", says: "whatever Toban says names one customer only", wire: oneCustomer},
	{name: "taken in", says: "every issue of a customer's project becomes a ticket", quiet: true, ticket: takenIn},
	{name: "said once", says: "no 通知番号 and no words stand on an issue twice", ticket: saidOnce},
	{name: "own words", says: "what the bot's account wrote is known in the outbox, with the comment's id", quiet: true, ticket: ownWords},
	{name: "in order", says: "notices of a ticket arrive in the order in which they were decided", ticket: inOrder},
	{name: "legal life", says: "every move of a ticket is legal and in the audit trail, which ends where the ticket stands", gone: true, ticket: legalLife},
	{name: "outcome stays", says: "a promise that was kept or missed stays so, unless its history became known later", gone: true, ticket: outcomeStays},
	{name: "one outcome", says: "a ticket that has ended has no promise that runs", quiet: true, gone: true, ticket: oneOutcome},
	{name: "judged by instants", says: "met and missed are what the instants of the row say", gone: true, ticket: judged},
	{name: "replayed clocks", says: "clocks are those that a replay of the vendor's history gives", quiet: true, ticket: replayed},
	{name: "first notice", says: "the first notice's clocks stop at its comment's own instant", quiet: true, ticket: firstNotice},
	{name: "rounds", says: "an hour of an incident is met when a word stands in it, and missed when none does", quiet: true, ticket: rounds},
	{name: "told before", says: "no work begins without a notice in time that the requester received", gone: true, ticket: toldBefore},
	{name: "second person", says: "no change begins without another person's approval and the customer's agreement to the same plan", gone: true, ticket: secondPerson},
	{name: "nobody left waiting", says: "a ticket that waits for the customer waits for something asked after the customer's last word", quiet: true, ticket: leftWaiting},
	{name: "reminded", says: "an open question is asked again after 2 and 5 business days, once each", quiet: true, ticket: reminded},
	{name: "closed by silence", says: "a ticket that was done is closed after 5 business days without a word", quiet: true, ticket: closedBySilence},
	{name: "late is said once", says: "who is not served in time hears of it, once a deadline", quiet: true, ticket: lateOnce},
	{name: "no word after the end", says: "a withdrawn ticket asks, answers and promises nothing any more", ticket: noWordAfter},
	{name: "card", says: "the card in Slack shows what Toban knows", quiet: true, ticket: cardTrue},
	{name: "Backlog agrees", says: "status and due date in Backlog are the ticket's", quiet: true, ticket: backlogAgrees},
	{name: "moments", says: "a ticket's due moments lie ahead", quiet: true, gone: true, ticket: momentsAhead},
	{name: "one card", says: "each ticket has one card, and no message of Slack stands twice", end: oneCard},
	{name: "nothing stuck", says: "at the end nothing waits in a queue and nothing was given up", end: nothingStuck},
	{name: "decided again", says: "what was recorded of each decision is enough to decide the same again", end: decidedAgain},
	{name: "sums", says: "the report's figures add up and count every ticket and promise", end: sums},
	{name: "pages", says: "each customer's wiki has the month, with all of its tickets and nobody else's", end: pages},
}

func noSecret(_ *month, address, body string) []string {
	body = strings.ReplaceAll(unescaped(body), "token="+monthBotToken, "") // how Slack is told who calls
	return slices.DeleteFunc(secretsIn(address+" "+body), func(s string) bool {
		return s == monthHook && strings.HasPrefix(address, simTobanURL)
	})
}

func secretsIn(text string) []string {
	var out []string
	for _, s := range []string{monthBotToken, monthHook, monthSigning, monthBotKey, pastedAWS, pastedWord} {
		if strings.Contains(text, s) {
			out = append(out, s)
		}
	}
	return out
}

func unescaped(body string) string {
	if s, err := url.QueryUnescape(body); err == nil {
		return s
	}
	return body
}

func noSecretKept(m *month) []string {
	var out []string
	for _, end := range []string{"", "-wal"} {
		raw, err := os.ReadFile(m.p.db + end)
		if err != nil && !os.IsNotExist(err) {
			out = append(out, err.Error())
		}
		for _, s := range secretsIn(string(raw)) {
			out = append(out, fmt.Sprintf("%s is in the database%s", s, end))
		}
	}
	for _, s := range secretsIn(m.log.String()) {
		out = append(out, s+" is in the log")
	}
	return out
}

// oneCustomer: every customer's words carry a mark, and everything of a customer has its name, project or channel.
func oneCustomer(m *month, address, body string) []string {
	if strings.Contains(address, "/api/v2/space/") || strings.Contains(address, "/activities") {
		return nil // the feed is the space's
	}
	text := address + " " + unescaped(body)
	if strings.Contains(text, "channel="+demoOperators) && strings.Contains(text, "週次ダイジェスト") {
		return nil // a manager's, over all customers, in the provider's own channel
	}
	var seen []string
	for _, d := range m.desks {
		for _, sign := range []string{d.mark, d.name, d.project + "-", d.channel, "/projects/" + d.project} {
			if strings.Contains(text, sign) {
				seen = append(seen, d.id)
				break
			}
		}
	}
	if len(seen) > 1 {
		return []string{fmt.Sprintf("a call to %s names %v: %.300s", address, seen, text)}
	}
	return nil
}

func takenIn(v *sight) []string {
	if v.ticket != nil {
		return nil
	}
	return []string{"no ticket was recorded"}
}

func saidOnce(v *sight) []string {
	var out []string
	numbers, texts := map[string]int64{}, map[string]int64{}
	for _, c := range v.comments {
		if c.User.ID != backlogsim.SampleBotID || c.Content == "" {
			continue
		}
		n := bot.FindNoticeNumber(c.Content)
		if old, ok := numbers[n]; ok && n != "" {
			out = append(out, fmt.Sprintf("%s stands in comments %d and %d", n, old, c.ID))
		}
		numbers[n] = c.ID
		text := strings.ReplaceAll(c.Content, n, "")
		e, _ := v.effectOf(c)
		if old, ok := texts[text]; ok && !slices.ContainsFunc(repeats, func(what string) bool { return strings.Contains(e.key, what) }) {
			out = append(out, fmt.Sprintf("comments %d and %d (%s) say the same: %.200s", old, c.ID, e.key, text))
		}
		texts[text] = c.ID
	}
	return out
}

// repeats are the messages that people may ask for again with the same words.
var repeats = []string{":remind:", ":ask:", ":agree:", ":reopen:", ":cancelled:", ":declined:", ":merged:"}

func ownWords(v *sight) []string {
	var out []string
	for _, c := range v.comments {
		if c.User.ID != backlogsim.SampleBotID || c.Content == "" {
			continue
		}
		if e, ok := v.effectOf(c); !ok || (e.state != "done" || e.remote != fmt.Sprint(c.ID)) {
			out = append(out, fmt.Sprintf("comment %d is of effect %q, %s, id %q", c.ID, e.key, e.state, e.remote))
		}
	}
	return out
}

func inOrder(v *sight) []string {
	last := map[string]effectRow{}
	var out []string
	for _, e := range v.effects {
		if e.class != "notice" || e.state != "done" || e.remote == "" {
			continue
		}
		if old, ok := last[e.channel]; ok && before(e.remote, old.remote) {
			out = append(out, fmt.Sprintf("%s (%s) came before %s (%s)", e.key, e.remote, old.key, old.remote))
		}
		last[e.channel] = e
	}
	return out
}

// before compares two ids of one vendor: numbers, or a channel with a timestamp.
func before(a, b string) bool {
	_, x, ok := strings.Cut(a, " ")
	_, y, ok2 := strings.Cut(b, " ")
	if ok && ok2 {
		return x < y
	}
	return len(a) < len(b) || len(a) == len(b) && a < b
}

// lifes are the moves that spec/1-requests.md allows: an open ticket goes where it belongs, an ended one only on to its end or back by
// reopening.
func legalMove(from, to bot.Status) bool {
	switch {
	case to == bot.StatusReceived, from == bot.StatusDeletedOff:
		return false
	case to == bot.StatusDeletedOff:
		return true
	case from == bot.StatusDone && to == bot.StatusFinished:
		return true
	case to == bot.StatusFinished:
		return false
	case from.Ended():
		return !to.Ended() && to != bot.StatusWaiting && to != bot.StatusNotified && to != bot.StatusWorking
	}
	return true
}

// noRequest is the one way from an open ticket to its end without a completion: staff say that nothing was asked for.
func noRequest(from, to bot.Status, why string) bool {
	return !from.Ended() && to == bot.StatusFinished && strings.Contains(why, "says that it is no request")
}

func legalLife(v *sight) []string {
	if v.ticket == nil {
		return nil
	}
	var out []string
	at := bot.StatusReceived
	for _, l := range v.audit {
		var from, to string
		if n, _ := fmt.Sscanf(l.What, "moved from %s to %s", &from, &to); n != 2 {
			continue
		}
		if bot.Status(from) != at {
			out = append(out, fmt.Sprintf("moved from %s at %s, but it was %s", from, short(l.At), at))
		}
		if at = bot.Status(to); !legalMove(bot.Status(from), at) && !noRequest(bot.Status(from), at, l.Why) {
			out = append(out, fmt.Sprintf("moved from %s to %s at %s: %s", from, to, short(l.At), l.Why))
		}
		if at == bot.StatusWorking && !slices.ContainsFunc(v.ticket.Entries, func(e bot.Entry) bool { return e.Kind == bot.EntryStarted }) {
			out = append(out, "in progress although no work was started")
		}
	}
	if at != v.ticket.Status {
		out = append(out, fmt.Sprintf("the audit trail ends at %s, the ticket is %s", at, v.ticket.Status))
	}
	return out
}

func outcomeStays(v *sight) []string {
	var out []string
	if v.ticket == nil || len(v.ticket.Entries) < v.watched.events {
		return nil
	}
	anew := slices.ContainsFunc(v.ticket.Entries, func(e bot.Entry) bool { return e.Kind == bot.EntryReclassed || e.Kind == bot.EntryPriority })
	for _, k := range v.clocks {
		old, ok := v.watched.clocks[k.ID]
		if !ok || old.State == k.State || old.State == sla.StateRunning || old.State == sla.StatePaused {
			continue
		}
		// What was not promised, as long as staff said that the service was not affected, is judged once they say that it is.
		affected := old.State == sla.StateCancelled && slices.ContainsFunc(v.audit, func(l store.AuditLine) bool {
			return strings.HasPrefix(l.What, "impact is affected") && l.At.After(old.Stopped)
		})
		// A date that was kept before a reopening, and replaced after it, has a row of its own.
		kept := k.ID == "agreed" && slices.ContainsFunc(v.clocks, func(o store.KeyedClock) bool {
			return strings.HasPrefix(o.ID, "agreed/replaced-") && o.State == old.State && o.Due.Equal(old.Due)
		})
		late := affected || kept || old.State == sla.StateMissed && k.State == sla.StateMet && !k.Stopped.After(k.Due)
		if !late && !anew && !learned(v, old, k) {
			out = append(out, fmt.Sprintf("%s was %s (due %s, stopped %s) and is %s (due %s, stopped %s)", k.ID, old.State, short(old.Due), short(old.Stopped), k.State, short(k.Due), short(k.Stopped)))
		}
	}
	for id := range v.watched.clocks {
		if !slices.ContainsFunc(v.clocks, func(k store.KeyedClock) bool { return k.ID == id }) {
			out = append(out, "the row of "+id+" is gone")
		}
	}
	return out
}

func oneOutcome(v *sight) []string {
	if v.ticket == nil || !v.ticket.Status.Ended() {
		return nil
	}
	var out []string
	for _, k := range v.clocks {
		if o, ok := v.order(); ok && strings.HasPrefix(k.ID, "start-notice") && (o.Stage == work.Working || o.Stage == work.Finished) {
			continue
		}
		if r, ok := v.record(); ok && r.Open && (strings.HasPrefix(k.ID, "interim") || strings.HasPrefix(k.ID, "first")) {
			continue
		}
		if k.State == sla.StatePaused || k.State == sla.StateRunning && !strings.HasPrefix(k.ID, "first_reply") { // whoever got no word is still owed one
			out = append(out, fmt.Sprintf("%s is %s although the ticket is %s", k.ID, k.State, v.ticket.Status))
		}
	}
	return out
}

func judged(v *sight) []string {
	var out []string
	for _, k := range v.clocks {
		bad := ""
		switch k.State {
		case sla.StateMet:
			if k.Stopped.IsZero() || k.Stopped.After(k.Due) && !k.Due.IsZero() {
				bad = "met"
			}
		case sla.StateMissed:
			if !k.Stopped.IsZero() && !k.Stopped.After(k.Due) || k.Due.After(v.now) {
				bad = "missed"
			}
		case sla.StateRunning:
			const look = 3 * time.Minute
			if v.quiet && !k.Due.IsZero() && k.Due.Add(look).Before(v.now) {
				bad = "running"
			}
		case sla.StatePaused, sla.StateCancelled, sla.StateExcluded:
		}
		if bad != "" {
			out = append(out, fmt.Sprintf("%s is %s: due %s, stopped %s", k.ID, bad, short(k.Due), short(k.Stopped)))
		}
	}
	return out
}
