package work_test

import (
	"testing"

	"toban/bot"
)

// Of several events of one decision the panel is drawn for the last that it shows something of; what lies between is not shown to anybody.
func TestPanelIsDrawnForTheLast(t *testing.T) {
	c := newCore(t, "10:00")
	status := bot.Derive(bot.EventTicketStatus, c.ticket.ID, c.now, nil)
	comment := bot.Derive(bot.EventTicketComment, c.ticket.ID, c.now, nil)
	for _, tt := range []struct {
		kind  bot.EventKind
		next  []bot.Event
		drawn bool
	}{
		{bot.EventIssueChanged, []bot.Event{status}, false},
		{bot.EventTicketReceived, []bot.Event{comment, status}, false},
		{bot.EventTicketClassified, []bot.Event{status}, false},
		{bot.EventTicketClassified, []bot.Event{comment}, true},
		{bot.EventTicketStatus, nil, true},
	} {
		e, err := bot.NewEvent(tt.kind, "k", string(c.ticket.ID), c.now, nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.h.Handle(bot.In{Now: c.now, Event: e, Next: tt.next, Dir: c.dir, Ticket: c.ticket})
		if err != nil || (out.Panel != nil) != tt.drawn {
			t.Errorf("%s with %d behind it: panel %v, want one: %v; %v", tt.kind, len(tt.next), out.Panel, tt.drawn, err)
		}
	}
}
