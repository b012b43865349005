package tracker_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

const commentPath = "/api/v2/issues/*/comments"

func TestCommentIsPostedAndVerified(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "承りました。\r\n期限は明日です。", Notify: []int64{customer, customer, botUser, secondUser}, Verify: true})
		sent := d.send(a)
		found := d.carrying("k1")
		if len(found) != 1 {
			d.Fatalf("%d comments", len(found))
		}
		c := found[0]
		if want := "承りました。\n期限は明日です。\n\n" + bot.NoticeFoot("k1"); c.Content != want {
			d.Errorf("text %q, want %q", c.Content, want)
		}
		want := bot.Sent{RemoteID: c.ID.String(), At: c.Created, Verified: true, Notified: []int64{customer, secondUser}, Refs: map[string]string{bot.RefComment: c.ID.String()}}
		if diff := cmp.Diff(want, sent); diff != "" {
			d.Error(diff)
		}
	})
}

func TestCommentWithoutVerifyTakesOneCall(t *testing.T) {
	inBubble(t, func(d *desk) {
		sent := d.send(d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x", Notify: []int64{customer}}))
		if sent.Verified || sent.Why != "" || sent.RemoteID == "" {
			d.Errorf("sent %+v", sent)
		}
		if d.calls("GET", "/") != 0 || d.calls("POST", "/") != 1 {
			d.Errorf("calls: %+v", d.sim.Requests())
		}
	})
}

// The core of the promise: the write is done and its answer lost, in every way that there is, and still one comment stands.
func TestLostAnswerOfACommentIsFoundAgain(t *testing.T) {
	for name, rule := range map[string]backlogsim.FaultRule{
		"connection dropped": {Lost: "drop"},
		"500":                {Lost: "500"},
		"too slow":           {LagAfter: backlogsim.Duration(time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				rule.Method, rule.Path, rule.Times = "POST", commentPath, 1
				d.breaks(rule)
				a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "一度だけ", Notify: []int64{customer}, Verify: true})
				if err := d.fails(a); bot.IsPermanent(err) {
					d.Fatalf("an answer that was lost is final: %v", err)
				}
				time.Sleep(time.Minute)
				d.says(customer, "その間のコメント")
				sent := d.send(again(a))
				found := d.carrying("k1")
				if len(found) != 1 || sent.RemoteID != found[0].ID.String() || !sent.Verified || sent.Why != "found on look" || !sent.At.Equal(found[0].Created) {
					d.Errorf("%d comments, sent %+v", len(found), sent)
				}
				if n := d.calls("POST", "/api/v2/issues"); n != 1 {
					d.Errorf("posted %d times", n)
				}
			})
		})
	}
}

func TestCommentThatNeverArrivedIsPostedOnTheNextTry(t *testing.T) {
	for name, rule := range map[string]backlogsim.FaultRule{
		"connection dropped before": {Drop: true},
		"503 by a proxy":            {Status: 503, Body: "<html>busy</html>"},
		"404 by a proxy":            {Status: 404, Body: "<html>not found</html>"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				rule.Method, rule.Path, rule.Times = "POST", commentPath, 1
				d.breaks(rule)
				a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "一度だけ"})
				if err := d.fails(a); bot.IsPermanent(err) {
					d.Fatalf("final: %v", err)
				}
				d.send(again(a))
				if n := len(d.carrying("k1")); n != 1 {
					d.Errorf("%d comments", n)
				}
			})
		})
	}
}

// A cosmetic effect's lost answer may lie before a notice that was recorded since, and a hundred comments later.
func TestLookGoesBackBehindTheNewestOfOurs(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(backlogsim.FaultRule{Method: "POST", Path: commentPath, Lost: "drop", Times: 1})
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x"})
		if err := d.fails(a); err == nil {
			d.Fatal("the lost answer was no failure")
		}
		newer := d.send(d.attempt(bot.EffectComment, "k2", bot.Comment{Text: "y"}))
		for n := range 250 {
			d.says(customer, fmt.Sprint(n))
		}
		a.Refs = newer.Refs
		sent := d.send(again(a))
		if n := len(d.carrying("k1")); n != 1 || sent.Refs[bot.RefComment] != newer.RemoteID {
			d.Errorf("%d comments, sent %+v", n, sent)
		}
	})
}

// After a restore the effect was never tried as far as the store knows, and tried long ago in truth.
func TestLookAfterARestore(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x"})
		before := d.send(a)
		time.Sleep(3 * time.Hour)
		a.First, a.Look = time.Now(), true
		if sent := d.send(a); sent.RemoteID != before.RemoteID {
			d.Errorf("before %+v, now %+v", before, sent)
		}
	})
}

func TestSomebodyElsesQuoteIsNotOurComment(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x"})
		d.says(customer, "x\n\n"+bot.NoticeFoot("k1"))
		d.send(again(a))
		if n := len(d.carrying("k1")); n != 2 {
			d.Errorf("%d comments, want the quote and ours", n)
		}
	})
}

func TestWithdrawnComment(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x"})
		a.Halt = true
		if err := d.fails(again(a)); !errors.Is(err, bot.ErrWithdrawn) {
			d.Errorf("got %v", err)
		}
		if n := len(d.comments()); n != 0 {
			d.Fatalf("%d comments", n)
		}
		a.Halt = false
		d.send(a)
		a.Halt = true
		if sent := d.send(again(a)); sent.RemoteID == "" {
			d.Errorf("it had gone out, but %+v", sent)
		}
	})
}

func TestRequesterWhoLeftTheProject(t *testing.T) {
	inBubble(t, func(d *desk) {
		if _, err := d.as(1).DeleteProjectUser(d.Context(), "ACME", secondUser); err != nil {
			d.Fatal(err)
		}
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x", Notify: []int64{customer, secondUser}, Verify: true})
		sent := d.send(a)
		if sent.Verified || !strings.Contains(sent.Why, "no longer a member") || !strings.Contains(sent.Why, "user 21") {
			d.Errorf("sent %+v", sent)
		}
		if diff := cmp.Diff([]int64{customer}, sent.Notified); diff != "" {
			d.Error(diff)
		}
		if n := len(d.carrying("k1")); n != 1 {
			d.Errorf("%d comments", n)
		}
		if sent := d.send(again(a)); sent.Verified || !strings.Contains(sent.Why, "not among the notified: user 21") {
			d.Errorf("on look: %+v", sent)
		}
		alone := d.send(d.attempt(bot.EffectComment, "k2", bot.Comment{Text: "x", Notify: []int64{secondUser}, Verify: true}))
		if alone.Verified || alone.RemoteID == "" || len(alone.Notified) != 0 {
			d.Errorf("alone: %+v", alone)
		}
	})
}

func TestVerificationThatFailsIsDoneAgainWithoutPosting(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(backlogsim.FaultRule{Method: "GET", Path: commentPath + "/*", Status: 500, Times: 1})
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x", Notify: []int64{customer}, Verify: true})
		if err := d.fails(a); bot.IsPermanent(err) {
			d.Fatalf("final: %v", err)
		}
		if sent := d.send(again(a)); !sent.Verified {
			d.Errorf("sent %+v", sent)
		}
		if n := len(d.carrying("k1")); n != 1 {
			d.Errorf("%d comments", n)
		}
	})
}

func TestCommentThatWasEditedIsNotVerified(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "開始は22時です", Verify: true})
		before := d.send(a)
		c := d.carrying("k1")[0]
		if _, err := d.as(1).UpdateIssueComment(d.Context(), "ACME-1", c.ID, "開始は23時です\n\n"+bot.NoticeFoot("k1")); err != nil {
			d.Fatal(err)
		}
		if sent := d.send(again(a)); sent.RemoteID != before.RemoteID || sent.Verified || !strings.Contains(sent.Why, "not what was sent") {
			d.Errorf("sent %+v", sent)
		}
	})
}

func TestRateLimitedComment(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(backlogsim.FaultRule{Method: "POST", Path: commentPath, Status: 429, Times: 1})
		a := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x"})
		err := d.fails(a)
		var later *bot.RetryAfterError
		if !errors.As(err, &later) || later.After < time.Second || later.After > 2*time.Minute {
			d.Fatalf("got %v", err)
		}
		time.Sleep(later.After)
		d.send(again(a))
		if n := len(d.carrying("k1")); n != 1 {
			d.Errorf("%d comments", n)
		}
	})
}

func TestRefusals(t *testing.T) {
	cases := []struct {
		name   string
		rule   backlogsim.FaultRule
		advice string
	}{
		{"401", backlogsim.FaultRule{Status: 401}, "valid one"},
		{"403", backlogsim.FaultRule{Status: 403}, "role"},
		{"404", backlogsim.FaultRule{Status: 404}, "deleted"},
		{"400", backlogsim.FaultRule{Status: 400, Message: "content is bad"}, "content is bad"},
		{"address", backlogsim.FaultRule{Status: 403, Code: backlog.CodeAccessDenied}, "IP restriction"},
		{"plan", backlogsim.FaultRule{Status: 400, Code: backlog.CodeLicence}, "plan"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				c.rule.Method = "POST"
				d.breaks(c.rule)
				err := d.fails(d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x", Notify: []int64{customer}}))
				if !bot.IsPermanent(err) || !strings.Contains(err.Error(), c.advice) {
					d.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestEffectsThatCannotBe(t *testing.T) {
	inBubble(t, func(d *desk) {
		foreign := d.attempt(bot.EffectComment, "k1", bot.Comment{Text: "x"})
		foreign.Effect.Ticket = "nowhere/1"
		nobody := foreign
		nobody.Effect.Ticket = ""
		cases := map[string]bot.Attempt{
			"silent":        d.attempt(bot.EffectComment, "k1", bot.Comment{Text: " \n", Notify: []int64{customer}}),
			"body":          d.attempt(bot.EffectComment, "k1", "no object"),
			"space":         foreign,
			"ticket":        nobody,
			"other channel": d.attempt(bot.EffectPost, "k1", bot.Post{Text: "x"}),
			"due date":      d.attempt(bot.EffectUpdate, "k1", bot.Update{DueDate: "2026-02-30"}),
			"nameless page": d.attempt(bot.EffectWiki, "k1", bot.WikiPage{Space: "s", Project: "ACME", Content: "x"}),
		}
		for name, a := range cases {
			if err := d.fails(a); !bot.IsPermanent(err) {
				d.Errorf("%s: %v", name, err)
			}
		}
		if n := len(d.sim.Requests()); n != 1 { // the desk's own
			d.Errorf("Backlog was asked %d times", n-1)
		}
	})
}

func TestLongTextKeepsItsFoot(t *testing.T) {
	inBubble(t, func(d *desk) {
		for key, text := range map[string]string{"k1": strings.Repeat("あ", 60_000), "k2": strings.Repeat("👩‍💻", 20_000), "k3": strings.Repeat("か\u3099", 30_000)} {
			sent := d.send(d.attempt(bot.EffectComment, key, bot.Comment{Text: text, Verify: true}))
			found := d.carrying(key)
			if len(found) != 1 || !sent.Verified {
				d.Fatalf("%s: %d comments, %+v", key, len(found), sent)
			}
			body := found[0].Content
			kept, _, _ := strings.Cut(body, "\n…")
			if n := utf8.RuneCountInString(body); n > 50_000 || !utf8.ValidString(body) || !strings.HasPrefix(text, kept) {
				d.Errorf("%s: %d characters", key, n)
			}
			if key == "k2" && !strings.HasSuffix(kept, "👩‍💻") || key == "k3" && !strings.HasSuffix(kept, "\u3099") {
				d.Errorf("a sign was torn: %q", kept[len(kept)-20:])
			}
			if !strings.Contains(body, "省略") {
				d.Errorf("%s: the reader does not learn of the cut", key)
			}
		}
	})
}
