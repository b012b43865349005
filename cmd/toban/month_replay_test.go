package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/sla"
)

// A second, slow and obvious way to find a deadline, which shares nothing with the sla room: it walks over days and knows the two holidays
// of the month. It reads what people did from their own memory and what Toban said from Backlog.

// hoursOf are the support hours of the shipped profiles.
func (d *tenant) hours() (open, shut int) {
	switch d.profile {
	case "support-desk":
		return 10, 19
	case "managed-operations":
		return 9, 18
	}
	return 10, 18
}

func businessDay(t time.Time) bool {
	t = t.In(tokyoZone)
	holiday := t.Month() == time.November && (t.Day() == 3 || t.Day() == 23)
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !holiday
}

func (d *tenant) clockTime(t time.Time, hour int) time.Time {
	t = t.In(tokyoZone)
	return time.Date(t.Year(), t.Month(), t.Day(), hour, 0, 0, 0, tokyoZone)
}

// nth is the close of the nth business day after t's.
func (d *tenant) nth(t time.Time, n int) time.Time {
	_, shut := d.hours()
	for n > 0 {
		t = t.In(tokyoZone).AddDate(0, 0, 1)
		if businessDay(t) {
			n--
		}
	}
	return d.clockTime(t, shut)
}

// working is the working time between two instants, day by day.
func (d *tenant) working(from, to time.Time) time.Duration {
	open, shut := d.hours()
	var sum time.Duration
	for day := d.clockTime(from, 0); day.Before(to); day = day.AddDate(0, 0, 1) {
		if !businessDay(day) {
			continue
		}
		a, b := d.clockTime(day, open), d.clockTime(day, shut)
		if from.After(a) {
			a = from
		}
		if to.Before(b) {
			b = to
		}
		if b.After(a) {
			sum += b.Sub(a)
		}
	}
	return sum
}

// after is the close of the business day that contains t plus so much working time.
func (d *tenant) after(t time.Time, wait time.Duration) time.Time {
	open, shut := d.hours()
	for day := d.clockTime(t, 0); ; day = day.AddDate(0, 0, 1) {
		if !businessDay(day) {
			continue
		}
		a, b := d.clockTime(day, open), d.clockTime(day, shut)
		if t.After(a) {
			a = t
		}
		if left := b.Sub(a); left > 0 {
			if wait <= left {
				return b
			}
			wait -= left
		}
	}
}

// moment is something of a ticket's history as the replay reads it.
type moment struct {
	at   time.Time
	what string // pause, resume, stop
}

// timeline is what happened to a ticket by the vendor's instants; ok is false when something happened that this replay does not follow.
func (v *sight) timeline(stops ...string) (out []moment, ok bool) {
	known := map[string]bool{}
	for _, e := range v.ticket.Entries {
		switch e.Kind {
		case bot.EntryReclassed, bot.EntryPriority, bot.EntryHeld, bot.EntryAgreed, bot.EntryReopened, bot.EntryCancelled:
			return nil, false
		default:
			known[string(e.Kind)+e.Ref] = true
		}
	}
	if len(v.odd) > 0 {
		return nil, false
	}
	for _, c := range v.said("desk:ask:", "work:agree:") {
		if !known[string(bot.EntryAsked)+fmt.Sprintf("comment:%d", c.ID)] {
			return nil, false // an answer crossed it
		}
		out = append(out, moment{c.Created, "pause"})
	}
	for _, c := range v.said(stops...) {
		out = append(out, moment{c.Created, "stop"})
	}
	for _, a := range v.acts {
		switch {
		case a.staff && a.what == "question":
			if known[string(bot.EntryAsked)+fmt.Sprintf("comment:%d", a.ref)] {
				out = append(out, moment{a.at, "pause"})
			}
		case a.staff && (a.what == "done" || a.what == "closed"):
			out = append(out, moment{a.at, "stop"})
		case !a.staff && (a.what == "answer" || a.what == "talk" || a.what == "again" || a.what == "agree"):
			out = append(out, moment{a.at, "resume"})
		}
	}
	rank := map[string]int{"pause": 1} // asked again in the second of the answer
	slices.SortStableFunc(out, func(a, b moment) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return rank[a.what] - rank[b.what]
	})
	return out, true
}

// replayed evaluates the promise to complete within business days again.
func replayed(v *sight) []string {
	if v.ticket == nil || v.ticket.Class == bot.ClassIncident || v.ticket.OpenedBy.Kind == bot.AuthorUnknown {
		return nil
	}
	at := slices.IndexFunc(v.clocks, func(k store.KeyedClock) bool { return k.ID == "complete" })
	if at < 0 || v.d.profile != "support-desk" {
		return nil
	}
	row := v.clocks[at]
	line, ok := v.timeline("desk:done:", "work:done:")
	if !ok {
		return nil
	}
	days := 5
	if v.ticket.Class == bot.ClassMinor || v.ticket.Class == bot.ClassUnclear {
		days = 1
	}
	standard := v.d.nth(v.created, days)
	tomorrow := v.d.clockTime(v.created, 0).AddDate(0, 0, 1)
	due, state := standard, sla.StateRunning
	var stood time.Duration
	var paused, stopped time.Time
	for _, e := range line {
		switch {
		case !stopped.IsZero():
		case e.what == "pause" && paused.IsZero():
			if paused = e.at; e.at.After(due) {
				return nil // it was late already
			}
		case e.what != "pause" && !paused.IsZero():
			from := paused
			if tomorrow.After(from) {
				from = tomorrow
			}
			if e.at.After(from) {
				if stood += v.d.working(from, e.at); stood > 0 {
					due = v.d.after(standard, stood)
				}
			}
			paused = time.Time{}
		}
		if e.what == "stop" && stopped.IsZero() {
			stopped = e.at
		}
	}
	switch {
	case !stopped.IsZero() && stopped.After(due):
		state = sla.StateMissed
	case !stopped.IsZero():
		state = sla.StateMet
	case !paused.IsZero():
		state = sla.StatePaused
		due = row.Due // how far it moves is known with the answer
	case v.now.After(due):
		state = sla.StateMissed
	}
	const second = time.Second
	if !row.Start.Equal(v.created) || row.State != state || !row.Due.Equal(due) || row.Stopped.Sub(stopped).Abs() > second && !stopped.IsZero() {
		var told []string
		for _, e := range line {
			told = append(told, short(e.at)+" "+e.what)
		}
		return []string{fmt.Sprintf("complete is %s (start %s, due %s, stopped %s); the replay says %s, due %s, stopped %s, %d days, stood still for %s; %s",
			row.State, short(row.Start), short(row.Due), short(row.Stopped), state, short(due), short(stopped), days, stood, strings.Join(told, ", "))}
	}
	return nil
}

func firstNotice(v *sight) []string {
	r, ok := v.record()
	if !ok || r.Cancelled || v.ticket == nil {
		return nil
	}
	var out []string
	if !r.Detected.Equal(v.created) && v.ticket.OpenedBy.Kind == bot.AuthorCustomer {
		out = append(out, fmt.Sprintf("detected %s, the issue was opened %s", short(r.Detected), short(v.created)))
	}
	words := v.said("incident:first-notice")
	if len(words) == 0 {
		return out
	}
	for _, k := range v.clocks {
		if strings.HasPrefix(k.ID, "first_notice") && k.State != sla.StateCancelled && !k.Stopped.Equal(words[0].Created) {
			out = append(out, fmt.Sprintf("%s is %s, stopped %s; the first notice stands at %s", k.ID, k.State, short(k.Stopped), short(words[0].Created)))
		}
	}
	return out
}

// rounds holds each hour of an incident against the words that stand on the issue.
func rounds(v *sight) []string {
	r, ok := v.record()
	if !ok || v.ticket == nil {
		return nil
	}
	var words []time.Time
	for _, c := range v.said("incident:first-notice", "incident:update:") {
		words = append(words, c.Created)
	}
	for _, a := range v.acts {
		if a.staff && a.ref != 0 {
			words = append(words, a.at)
		}
	}
	for _, u := range r.Updates {
		if u.Rejected {
			words = slices.DeleteFunc(words, u.At.Equal)
		}
	}
	var out []string
	for _, k := range v.clocks {
		if !strings.HasPrefix(k.ID, "interim/") {
			continue
		}
		in := slices.ContainsFunc(words, func(w time.Time) bool { return w.After(k.Start) && !w.After(k.Due) })
		twice := 0
		for _, w := range words {
			if w.Equal(k.Start) {
				twice++
			}
		}
		in = in || twice > 1 // two words in one second: the second one keeps the hour that the first one began
		if k.State == sla.StateMet && !in || k.State == sla.StateMissed && in {
			out = append(out, fmt.Sprintf("%s (%s to %s) is %s, but a word in it: %t", k.ID, short(k.Start), short(k.Due), k.State, in))
		}
	}
	return out
}

func learned(v *sight, old, k store.KeyedClock) bool {
	if strings.HasPrefix(k.ID, "interim/") { // staff may say that a word does not count, or judge the impact anew
		r, _ := v.record()
		return old.State == sla.StateCancelled || len(r.Judged) > 1 || slices.ContainsFunc(r.Updates, func(u incidentUpdate) bool { return u.Rejected })
	}
	return slices.ContainsFunc(v.ticket.Entries, func(e bot.Entry) bool {
		return (e.Kind == bot.EntryAsked || e.Kind == bot.EntryAgreed || e.Kind == bot.EntryAnswered || e.Kind == bot.EntryComplete) && !e.At.After(old.Due)
	}) && k.Due.After(old.Due) || old.State == sla.StateCancelled && k.State != sla.StateMet
}
