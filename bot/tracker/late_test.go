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

// A notice that was in time when it was claimed says that it is late when it goes out late: it does not wait for its turn beyond its time, but
// is said anew.
func TestNoticeThatWaitedSinceItsClaim(t *testing.T) {
	for kind, body := range map[bot.EffectKind]any{
		bot.EffectComment: bot.Comment{Text: "まもなく始めます。"}, bot.EffectUpdate: bot.Update{Text: "まもなく始めます。", DueDate: "2026-11-25"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			inBubble(t, func(d *desk) {
				due := time.Now().Truncate(time.Minute)
				notice := func(key string) bot.Attempt {
					a := d.attempt(kind, key, body)
					a.Effect.Class, a.Effect.Due, a.Effect.Bulk = bot.Notice, due, true // writes in bulk are a second apart
					return a
				}
				time.Sleep(time.Until(due.Add(bot.LateAfter - 500*time.Millisecond)))
				_ = d.send(notice("k1"))
				writes := d.calls("POST", "/") + d.calls("PATCH", "/")
				if err := d.fails(notice("k2")); !bot.IsUntried(err) {
					d.Fatalf("%v, want a try that does not count", err)
				}
				if n := d.calls("POST", "/") + d.calls("PATCH", "/"); n != writes {
					d.Fatal("it went out")
				}
				time.Sleep(time.Second)
				_ = d.send(notice("k2"))
				first, second := d.carrying("k1"), d.carrying("k2")
				if len(first) != 1 || strings.Contains(first[0].Content, "※") || len(second) != 1 || !strings.Contains(second[0].Content, "※") {
					d.Errorf("said %+v in time and %+v late", first, second)
				}
			})
		})
	}
}

// A late notice of a customer without words for it goes out all the same.
func TestLateNoticeWithoutWordsGoesOut(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "まもなく始めます。"})
		a.Effect.Customer, a.Effect.Due = "nobody", time.Now().Add(-time.Hour)
		_ = d.send(a)
		a = d.attempt(bot.EffectComment, "k2", bot.Comment{Text: "まもなく始めます。"})
		a.Effect.Customer, a.Effect.Due, a.Late = "nobody", time.Now().Add(-time.Hour), &bot.Lateness{Due: time.Now(), Cause: bot.CauseStopped}
		_ = d.send(a)
		a = d.attempt(bot.EffectUpdate, "k3", bot.Update{DueDate: "2026-11-25"}) // it says nothing
		a.Effect.Due = time.Now().Add(-time.Hour)
		_ = d.send(a)
		if len(d.carrying("k1")) != 1 || len(d.carrying("k2")) != 1 {
			d.Errorf("said %+v", d.comments())
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
