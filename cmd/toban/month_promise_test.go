package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/incident"
	"toban/bot/slack/view"
	"toban/bot/work"
	"toban/sla"
)

type incidentUpdate = incident.Update

func toldBefore(v *sight) []string {
	o, ok := v.order()
	if !ok || o.Exempt || o.Began.IsZero() || o.Stage != work.Working && o.Stage != work.Finished && o.Stage != work.Done {
		return nil
	}
	if o.Began.Before(o.Start) {
		return []string{fmt.Sprintf("began %s, planned for %s", short(o.Began), short(o.Start))}
	}
	if v.gone {
		return nil
	}
	const lead = 25 * time.Minute // half an hour, less the five minutes within which a notice counts as in time
	when := bot.When(o.Start, tokyoLocation(), "ja")
	for _, c := range v.said("work:notice:", "work:correction:") {
		if strings.Contains(c.Content, when) && !c.Created.After(o.Start.Add(-lead)) && len(c.Notes) > 0 {
			return nil
		}
	}
	return []string{fmt.Sprintf("work began at %s; no notice of %s stands on the issue by %s", short(o.Began), when, short(o.Start.Add(-lead)))}
}

// secondPerson: work that needs a plan begins only with the approval of somebody who neither wrote the plan nor starts the work, and with
// the customer's agreement to that very plan.
func secondPerson(v *sight) []string {
	o, ok := v.order()
	if !ok || o.Exempt || o.Began.IsZero() || !o.Change.NeedsPlan() || o.Stage == work.Cancelled {
		return nil
	}
	switch {
	case o.Approval == nil || o.Agreement == nil:
		return []string{fmt.Sprintf("work began at %s with approval %+v and agreement %+v", short(o.Began), o.Approval, o.Agreement)}
	case o.Approval.By == o.Author || o.Approval.Plan != o.Agreement.Plan:
		return []string{fmt.Sprintf("author %s, approval %+v, agreement %+v", o.Author, *o.Approval, *o.Agreement)}
	}
	return nil
}

func leftWaiting(v *sight) []string {
	if v.ticket == nil || v.ticket.Status != bot.StatusWaiting || v.odd["edited"] {
		return nil
	}
	var asked, answered int64
	for _, c := range v.said("desk:ask:", "work:agree:") {
		asked = max(asked, c.ID)
	}
	for _, a := range v.acts {
		switch {
		case a.staff && a.what == "question":
			asked = max(asked, a.ref)
		case !a.staff && (a.what == "answer" || a.what == "talk" || a.what == "again" || a.what == "agree"):
			answered = max(answered, a.ref)
		}
	}
	if asked == 0 || answered > asked {
		return []string{fmt.Sprintf("it waits, but the last question is comment %d and the customer's last word %d", asked, answered)}
	}
	return nil
}

func reminded(v *sight) []string {
	if v.ticket == nil || v.ticket.Status != bot.StatusWaiting {
		return nil
	}
	var asked time.Time
	for _, e := range v.ticket.Entries {
		if e.Kind == bot.EntryAsked {
			asked = e.At
		}
	}
	if asked.IsZero() {
		return nil
	}
	want := 0
	for _, n := range []int{2, 5} {
		if due := v.d.nth(asked, n); due.Before(v.now) {
			if v.now.Sub(due) < 10*time.Minute || v.m.troubled(due, v.now, "toban", "backlog") && v.now.Sub(due) < time.Hour {
				return nil
			}
			want++
		}
	}
	if got := len(v.said("desk:remind:" + asked.UTC().Format("20060102T150405"))); got != want {
		return []string{fmt.Sprintf("asked %s and reminded %d times, want %d", short(asked), got, want)}
	}
	return nil
}

func closedBySilence(v *sight) []string {
	if v.ticket == nil || v.ticket.Status != bot.StatusDone {
		return nil
	}
	if due := v.d.nth(v.ticket.Ended, 5); v.now.Sub(due) > 10*time.Minute {
		return []string{fmt.Sprintf("done since %s and not closed after %s", short(v.ticket.Ended), short(due))}
	}
	return nil
}

func lateOnce(v *sight) []string {
	if v.ticket == nil || v.ticket.Class == bot.ClassIncident || v.ticket.OpenedBy.Kind == bot.AuthorUnknown {
		return nil
	}
	for _, e := range v.ticket.Entries {
		switch e.Kind {
		case bot.EntryReclassed, bot.EntryPriority, bot.EntryAgreed, bot.EntryHeld:
			return nil
		default: // does not move a deadline by hand
		}
	}
	for _, k := range v.clocks {
		open := k.Stopped.IsZero() || k.Stopped.Sub(k.Due) > 10*time.Minute
		if strings.Contains(k.ID, "/") || k.ID == "agreed" || k.State != sla.StateMissed || !open || v.now.Sub(k.Due) < 10*time.Minute {
			continue
		}
		if v.m.troubled(k.Due, k.Stopped, "toban", "backlog") && !k.Stopped.IsZero() {
			continue
		}
		if n := len(v.said("desk:late:" + k.ID + "/0")); n != 1 && len(v.said("desk:late:said:")) == 0 {
			return []string{fmt.Sprintf("%s was due %s and the requester was told %d times that it is late", k.ID, short(k.Due), n)}
		}
	}
	return nil
}

func noWordAfter(v *sight) []string {
	if v.ticket == nil || v.ticket.Status != bot.StatusCancelled && v.ticket.Status != bot.StatusDeclined {
		return nil
	}
	var known time.Time
	for _, l := range v.audit {
		if strings.HasPrefix(l.What, "moved from") {
			known = l.At
		}
	}
	var out []string
	for _, c := range v.said("desk:ask:", "desk:answer", "desk:remind:", "desk:late:", "desk:agree:", "desk:reclass:", "desk:done:", "work:notice:", "work:correction:", "incident:update:") {
		if c.Created.Sub(known) > time.Minute {
			e, _ := v.effectOf(c)
			out = append(out, fmt.Sprintf("%s stands at %s, the ticket ended at %s", e.key, short(c.Created), short(known)))
		}
	}
	return out
}

// cardTrue compares the card on the screen with a drawing of what is stored: every text and every button.
func cardTrue(v *sight) []string {
	if v.ticket == nil {
		return nil
	}
	stored, err := v.m.p.store.Card(v.m.t.Context(), v.ticketID())
	if err != nil {
		return []string{err.Error()}
	}
	if v.card == nil {
		return []string{"no card can be seen"}
	}
	var shown struct{ Blocks any }
	if err := json.Unmarshal(v.card, &shown); err != nil {
		return []string{err.Error()}
	}
	raw, err := json.Marshal(view.Card(stored).Blocks)
	if err != nil {
		return []string{err.Error()}
	}
	var drawn any
	if err := json.Unmarshal(raw, &drawn); err != nil {
		return []string{err.Error()}
	}
	have, want := textsOf(shown.Blocks), textsOf(drawn)
	for i := range max(len(have), len(want)) {
		if i >= len(have) || i >= len(want) || have[i] != want[i] {
			return []string{fmt.Sprintf("the card shows %q, stored is %q", tailOf(have, i), tailOf(want, i))}
		}
	}
	return nil
}

func tailOf(list []string, i int) []string { return list[min(i, len(list)):min(i+3, len(list))] }

// textsOf lists texts and actions in order.
func textsOf(v any) (out []string) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			out = append(out, textsOf(x)...)
		}
	case map[string]any:
		for _, k := range []string{"action_id", "style", "text", "fields", "elements", "blocks"} {
			if s, ok := v[k].(string); ok {
				out = append(out, k+":"+s)
			} else {
				out = append(out, textsOf(v[k])...)
			}
		}
	}
	return out
}

func backlogAgrees(v *sight) []string {
	if v.ticket == nil {
		return nil
	}
	var out []string
	if v.issue.Status.ID != v.ticket.StatusID {
		out = append(out, fmt.Sprintf("Backlog's status is %d, the ticket's %d (%s)", v.issue.Status.ID, v.ticket.StatusID, v.ticket.Status))
	}
	var s struct{ Answered bool }
	if raw := v.states["desk"].State; len(raw) > 0 {
		if err := json.Unmarshal(raw, &s); err != nil {
			out = append(out, err.Error())
		}
	}
	t := v.ticket
	if !s.Answered || t.Status.Ended() || t.Status == bot.StatusWaiting || t.Due.IsZero() || t.Class == bot.ClassIncident || v.plan == "ours" {
		return out
	}
	if want := t.Due.In(tokyoZone).Format(time.DateOnly); !strings.HasPrefix(v.issue.DueDate, want) {
		out = append(out, fmt.Sprintf("Backlog's due date is %q, the ticket's %s", v.issue.DueDate, want))
	}
	return out
}

func momentsAhead(v *sight) []string {
	const look = 3 * time.Minute
	var out []string
	for _, x := range v.timers {
		if v.now.Sub(x.At) > look {
			out = append(out, fmt.Sprintf("%s was to come at %s", x.Rule, short(x.At)))
		}
	}
	return out
}

// oneCard reads all of Slack: each effect's key stands on one message, each ticket has one card.
func oneCard(m *month) []string {
	var out []string
	for _, d := range m.desks {
		seen, cards := map[string]int{}, map[string]int{}
		for _, raw := range m.slack.Messages(d.channel) {
			var x struct {
				TS, ThreadTS, Text string
				Metadata           struct {
					Payload map[string]any `json:"event_payload"`
				}
			}
			if err := json.Unmarshal(raw, &x); err != nil {
				return []string{err.Error()}
			}
			key, _ := x.Metadata.Payload["key"].(string)
			if key == "" {
				out = append(out, fmt.Sprintf("a message without a key: %.100s", x.Text))
				continue
			}
			if seen[key]++; seen[key] == 2 {
				out = append(out, "two messages are of "+key)
			}
			if ticket, ok := strings.CutPrefix(key, "card:"); ok {
				ticket, _, _ = strings.Cut(ticket, ":") // the version of a card that came before the first one's retry
				cards[ticket]++
			}
			for _, other := range m.desks {
				if other != d && (strings.Contains(string(raw), other.mark) || strings.Contains(string(raw), other.project+"-")) {
					out = append(out, fmt.Sprintf("the channel of %s shows %s: %.200s", d.id, other.id, x.Text))
				}
			}
		}
		for _, c := range m.cases {
			if n := cards[string(c.ticketID())]; c.d == d && n != 1 && !c.gone {
				out = append(out, fmt.Sprintf("%s has %d cards", c.key, n))
			}
		}
	}
	slices.Sort(out)
	return out
}
