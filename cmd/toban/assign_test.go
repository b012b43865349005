package main

import (
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
)

// A ticket goes from hand to hand in Slack alone: given to a colleague, who is addressed and whom Backlog names, and given back, whereupon the
// person on duty is asked. The customer is told of none of it, and no click is lost by an answer that Backlog lost.
func TestTicketsGoFromHandToHand(t *testing.T) {
	t.Parallel()
	complaint(t, func(b *bench, key string) {
		assignee := func() int64 {
			var is simIssue
			b.call(backlogsim.SampleAdminKey, "GET", "/issues/"+key, nil, &is)
			if is.Assignee == nil {
				return 0
			}
			return is.Assignee.ID
		}
		b.press(demoStaffSlack, key, "desk.take", nil)
		time.Sleep(time.Minute)
		sato := assignee()
		if err := b.backlog.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Method: "PATCH", Lost: "drop", Times: 1}}}); err != nil {
			b.t.Fatal(err)
		}
		b.press(demoStaffSlack, key, "desk.assign", map[string]any{"who": "suzuki", "reason": "休暇に入るため。手順書は共有済みです。"})
		time.Sleep(2 * time.Minute)
		if k := b.ticketOf(key); k.Owner != "suzuki" || k.Status != bot.StatusTaken || assignee() == sato || assignee() == 0 {
			b.t.Errorf("owner %q, status %s, assignee %d, was %d", k.Owner, k.Status, assignee(), sato)
		}
		told := 0
		for _, m := range b.messages() {
			if strings.Contains(m.Text, "担当を 鈴木 にしました") && strings.Contains(m.Text, "<@U0SUZUKI>") && m.Thread == b.cardOf(key).TS {
				told++
			}
		}
		if told != 1 {
			b.t.Errorf("the new owner was told %d times: %+v", told, b.messages())
		}
		b.press("U0SUZUKI", key, "desk.assign", map[string]any{"who": "nobody", "reason": "別件の障害対応のため"})
		time.Sleep(2 * time.Minute)
		if k := b.ticketOf(key); k.Owner != "" || k.Status != bot.StatusAccepted || assignee() != sato {
			b.t.Errorf("owner %q, status %s, assignee %d, want that of the person on duty (%d)", k.Owner, k.Status, assignee(), sato)
		}
		if b.heard("別件の障害対応のため") != 1 || !strings.Contains(b.ask("explain "+key), "鈴木") {
			b.t.Error("who gave it back, and why, stands nowhere")
		}
		if n := len(b.said(key)); n != 1 {
			b.t.Errorf("the customer read %d comments", n)
		}
		b.press("U0SUZUKI", key, "desk.take", nil)
		time.Sleep(time.Minute)
	})
}
