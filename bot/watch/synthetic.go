package watch

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// Names of what belongs to the synthetic ticket.
const (
	SyntheticName     = "synthetic"     // of the feature and of its schedule
	SyntheticCustomer = "synthetic"     // whose tickets they are; no contract, no report
	syntheticAgain    = "synthetic/end" // timer: it is closed again when it still stands open
	syntheticMark     = "[Toban] 動作確認 "
)

// syntheticWait is the world time after which a ticket that stands open is closed again.
const syntheticWait = 10 * time.Minute

// SyntheticTicket is the feature that opens a ticket in a test project, answers it as it would a customer's and closes it: what goes the
// whole way is the schedule, the outbox, Backlog, its webhook or activity feed, the inbox, the decision and the outbox again. The ticket is
// of no contract: nobody is notified, no card is shown, no report counts it. Every ticket that it finds open it closes, so none is left.
type SyntheticTicket struct {
	Space, Project, IssueType string
}

var _ bot.Handler = SyntheticTicket{}

// Name implements bot.Handler.
func (SyntheticTicket) Name() string { return SyntheticName }

// Concerns reports whether an event is about synthetic tickets, which no other feature may see.
func (s SyntheticTicket) Concerns(in bot.In) bool {
	if in.Ticket != nil {
		return in.Ticket.Customer == SyntheticCustomer
	}
	if in.Snapshot != nil {
		return in.Snapshot.Space == s.Space && in.Snapshot.Project == s.Project
	}
	var due bot.ScheduleDue
	return in.Event.Kind == bot.EventScheduleDue && in.Event.Decode(&due) == nil && due.Name == SyntheticName
}

// Handle implements bot.Handler.
func (s SyntheticTicket) Handle(in bot.In) (bot.Output, error) {
	if !s.Concerns(in) {
		return bot.Output{}, nil
	}
	switch in.Event.Kind {
	case bot.EventScheduleDue:
		return s.open(in)
	case bot.EventIssueChanged:
		return s.changed(in), nil
	case bot.EventEffectDone:
		var done bot.EffectResult
		if err := in.Event.Decode(&done); err != nil {
			return bot.Output{}, err
		}
		if strings.HasPrefix(done.Key, closeKey(in.Ticket.ID)) && !in.Ticket.Status.Ended() {
			return ended(in, "closed it", in.Now), nil
		}
	case bot.EventTimerDue:
		if !in.Ticket.Status.Ended() {
			return bot.Output{
				Effects: []bot.Effect{closing(in)}, Timers: []bot.Timer{{Rule: syntheticAgain, At: in.Now.Add(syntheticWait)}},
				Reasons: []bot.Reason{{What: "closes the synthetic ticket again", Why: "it stood open for " + syntheticWait.String()}},
			}, nil
		}
	default: // its card and its dead letters are nobody's work
	}
	return bot.Output{}, nil
}

// open asks for a new ticket. Its summary carries the moment at which it was due, from which its way is measured.
func (s SyntheticTicket) open(in bot.In) (bot.Output, error) {
	var due bot.ScheduleDue
	if err := in.Event.Decode(&due); err != nil {
		return bot.Output{}, err
	}
	from := due.Due
	if due.Late {
		from = in.Now // caught up after a downtime, which is not this ticket's way
	}
	stamp := from.UTC().Format(time.RFC3339)
	e := bot.MakeEffect(bot.EffectIssue, bot.Notice, "synthetic:open:"+stamp, nil, bot.NewIssue{
		Space: s.Space, Project: s.Project, IssueType: s.IssueType, Summary: syntheticMark + stamp, PriorityID: bot.PriorityLow,
		Description: "Toban が正しく動いていることを確かめるための課題です。自動で完了になります。対応は不要です。",
	})
	e.Customer, e.Due = SyntheticCustomer, from.Add(RoundLimit)
	return bot.Output{Effects: []bot.Effect{e}, Reasons: []bot.Reason{{What: "opens a synthetic ticket", Why: "it was due at " + stamp}}}, nil
}

// changed answers and closes a new ticket of ours. What people open in the test project is theirs.
func (s SyntheticTicket) changed(in bot.In) bot.Output {
	snap := in.Snapshot
	gone := snap != nil && (snap.Deleted || snap.StatusID == bot.StatusClosed)
	switch {
	case snap == nil:
		return bot.Output{}
	case in.Ticket != nil && gone && !in.Ticket.Status.Ended():
		return ended(in, "found it closed", in.Now)
	case in.Ticket != nil || gone || snap.CreatedBy.Kind != bot.AuthorBot || !strings.HasPrefix(snap.Summary, syntheticMark):
		return bot.Output{}
	}
	from, err := time.Parse(time.RFC3339, strings.TrimPrefix(snap.Summary, syntheticMark))
	const odd = 24 * time.Hour
	if err != nil || from.After(in.Now) || in.Now.Sub(from) > odd {
		from = snap.Created
	}
	t := &bot.Ticket{
		ID: bot.NewTicketID(snap.Space, snap.IssueID), Customer: SyntheticCustomer, Space: snap.Space, Project: snap.Project, Key: snap.Key, URL: snap.URL,
		Summary: snap.Summary, IssueType: snap.Type, Class: bot.ClassOther, TextRule: snap.TextRule, Received: from, OpenedBy: snap.CreatedBy,
		Status: bot.StatusAccepted, StatusID: snap.StatusID,
	}
	in.Ticket = t
	answer := bot.MakeEffect(bot.EffectComment, bot.Notice, "synthetic:answer:"+string(t.ID), t, bot.Comment{Text: "受け付けました。"})
	answer.Due = from.Add(RoundLimit)
	return bot.Output{
		Ticket: t, Effects: []bot.Effect{answer, closing(in)}, Timers: []bot.Timer{{Rule: syntheticAgain, At: in.Now.Add(syntheticWait)}},
		Reasons: []bot.Reason{{What: "answers and closes the synthetic ticket", Why: "Toban opened it itself"}},
	}
}

func closeKey(ticket bot.TicketID) string { return "synthetic:close:" + string(ticket) + ":" }

// closing closes the ticket; its end is told, which ends the way.
func closing(in bot.In) bot.Effect {
	e := bot.MakeEffect(bot.EffectUpdate, bot.Notice, fmt.Sprintf("%s%d", closeKey(in.Ticket.ID), in.Now.UnixMicro()), in.Ticket, bot.Update{StatusID: bot.StatusClosed})
	e.Report, e.Due = true, in.Ticket.Received.Add(RoundLimit)
	return e
}

func ended(in bot.In, what string, at time.Time) bot.Output {
	t := *in.Ticket
	t.Status, t.StatusID, t.Ended = bot.StatusFinished, bot.StatusClosed, at
	return bot.Output{
		Ticket: &t, Timers: []bot.Timer{{Rule: syntheticAgain, Cancel: true}},
		Reasons: []bot.Reason{{What: what, Why: "its way took " + at.Sub(t.Received).Round(time.Second).String()}},
	}
}

// Others keeps the synthetic tickets from the other features.
func (s SyntheticTicket) Others(list []bot.Handler) []bot.Handler {
	out := []bot.Handler{s}
	for _, h := range list {
		out = append(out, apart{h, s})
	}
	return out
}

type apart struct {
	bot.Handler
	s SyntheticTicket
}

// Handle implements bot.Handler.
func (a apart) Handle(in bot.In) (bot.Output, error) {
	if a.s.Concerns(in) {
		return bot.Output{}, nil
	}
	return a.Handler.Handle(in)
}
