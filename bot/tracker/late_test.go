package tracker_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
)

func TestLateNoticeSaysSo(t *testing.T) {
	for name, body := range map[bot.EffectKind]any{
		bot.EffectComment: bot.Comment{Text: "まもなく始めます。", Notify: []int64{customer}, Verify: true},
		bot.EffectUpdate:  bot.Update{Text: "まもなく始めます。", Notify: []int64{customer}, Verify: true, DueDate: "2026-11-25"},
	} {
		t.Run(string(name), func(t *testing.T) {
			inBubble(t, func(d *desk) {
				a := d.attempt(name, "k1", body)
				a.Late = &bot.Lateness{Due: time.Date(2026, 11, 24, 13, 30, 0, 0, time.UTC), Cause: bot.CauseBacklog}
				sent := d.send(a)
				want := "まもなく始めます。\n\n※ 2026年11月24日(火) 13:30 UTC まで。Backlog に接続できなかったため。\n\n" + bot.NoticeFoot("k1")
				if found := d.carrying("k1"); len(found) != 1 || found[0].Content != want || !sent.Verified {
					d.Errorf("said %+v, sent %+v", found, sent)
				}
			})
		})
	}
}

// The try whose answer was lost was in time, or late for another reason: what stands there is verified all the same.
func TestLatenessThatChangedIsNoFault(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(backlogsim.FaultRule{Method: "POST", Path: commentPath, Lost: "drop", Times: 1})
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "まもなく始めます。", Verify: true})
		_ = d.fails(a)
		a.Late = &bot.Lateness{Due: time.Now(), Cause: bot.CauseToban}
		if sent := d.send(again(a)); !sent.Verified || sent.Why != "found on look" {
			d.Errorf("sent %+v", sent)
		}
		a.Late = nil
		if sent := d.send(again(a)); !sent.Verified {
			d.Errorf("sent %+v", sent)
		}
		c := d.carrying("k1")[0]
		text := strings.Replace(c.Content, "始めます", "始めません", 1)
		if _, err := d.as(1).UpdateIssueComment(d.Context(), "ACME-1", c.ID, text); err != nil {
			d.Fatal(err)
		}
		if sent := d.send(again(a)); sent.Verified {
			d.Errorf("a changed text is verified: %+v", sent)
		}
	})
}

// A write whose time was over before its turn came did not go out: that try does not count, and needs no look.
func TestNoTurnIsNoTry(t *testing.T) {
	inBubble(t, func(d *desk) {
		ctx, cancel := context.WithTimeout(d.Context(), time.Second)
		defer cancel()
		time.Sleep(2 * time.Second)
		for kind, body := range map[bot.EffectKind]any{bot.EffectComment: bot.Comment{Text: "x"}} {
			if _, err := d.tracker.Send(ctx, d.attempt(kind, "k1", body)); !bot.IsUntried(err) {
				d.Errorf("%s: %v, want a try that does not count", kind, err)
			}
			if _, err := d.tracker.Send(ctx, again(d.attempt(kind, "k1", body))); bot.IsUntried(err) {
				d.Errorf("%s: a look that was not made ended with %v", kind, err)
			}
		}
		if n := d.calls("POST", "/"); n != 0 {
			d.Errorf("%d calls", n)
		}
	})
}
