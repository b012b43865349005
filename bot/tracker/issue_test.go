package tracker_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

func newIssue() bot.NewIssue {
	return bot.NewIssue{
		Space: "s", Project: "ACME", IssueType: "障害", Summary: "web-01 が\n応答しません", Description: "監視が検知しました。", DueDate: "2000-01-05",
		AssigneeID: staff, Notify: []int64{customer, customer, botUser},
	}
}

// opened are the issues that carry an effect's number, with what they say.
func (d *desk) opened(key string) []*backlog.Issue {
	d.Helper()
	var out []*backlog.Issue
	for i, err := range d.as(1).AllIssues(d.Context(), nil) {
		if err != nil {
			d.Fatal(err)
		}
		if strings.Contains(i.Description, bot.NoticeNumber(key)) {
			out = append(out, i)
		}
	}
	return out
}

func (d *desk) opening(key string) bot.Attempt {
	a := d.attempt(bot.EffectIssue, key, newIssue())
	a.Effect.Ticket = ""
	return a
}

func TestIssueIsOpened(t *testing.T) {
	inBubble(t, func(d *desk) {
		sent := d.send(d.opening("k1"))
		found := d.opened("k1")
		if len(found) != 1 {
			d.Fatalf("%d issues", len(found))
		}
		i := found[0]
		if diff := cmp.Diff(bot.Sent{RemoteID: i.IssueKey, At: i.Created}, sent); diff != "" {
			d.Error(diff)
		}
		if i.Summary != "web-01 が 応答しません" || i.Description != "監視が検知しました。\n\n"+bot.NoticeFoot("k1") || i.IssueType.Name != "障害" ||
			int64(i.Priority.ID) != bot.PriorityNormal || i.DueDate.String() != "2000-01-05" || i.Assignee == nil || i.Assignee.ID != staff {
			d.Errorf("issue %+v", i)
		}
		if d.calls("GET", "/api/v2/issues") != 0 {
			d.Error("the first try looked, which costs a call for nothing")
		}
	})
}

// An answer that was lost is found again, by every way that the look has, and one issue stands.
func TestLostAnswerOfAnIssueIsFoundAgain(t *testing.T) {
	lagging := backlogsim.FaultRule{Method: "GET", Path: "/api/v2/issues", Status: 200, Body: "[]"}
	for name, tt := range map[string]struct {
		after func(d *desk, key string)
		why   string
	}{
		"in the list":      {func(*desk, string) {}, "found on look"},
		"moved and edited": {func(d *desk, key string) { d.edit(key, "担当者が書き換えました。") }, "found on look, in the activities"},
		"list lags behind": {func(d *desk, _ string) { d.breaks(lagging) }, "found on look, in the activities"},
		"deleted by a person since": {func(d *desk, key string) {
			if _, err := d.as(1).DeleteIssue(d.Context(), key); err != nil {
				d.Fatal(err)
			}
		}, "found on look, in the activities"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.breaks(backlogsim.FaultRule{Method: "POST", Path: "/api/v2/issues", Lost: "drop", Times: 1})
				a := d.opening("k1")
				if err := d.fails(a); bot.IsPermanent(err) {
					d.Fatalf("an answer that was lost is final: %v", err)
				}
				key := d.opened("k1")[0].IssueKey
				tt.after(d, key)
				sent := d.send(again(a))
				if sent.RemoteID != key || sent.Why != tt.why {
					d.Errorf("sent %+v, want %s, %s", sent, key, tt.why)
				}
				if n := d.calls("POST", "/api/v2/issues"); n != 1 {
					d.Errorf("opened %d times", n)
				}
			})
		})
	}
}

func (d *desk) edit(key, text string) {
	d.Helper()
	if _, err := d.as(1).UpdateIssue(d.Context(), key, &backlog.UpdateIssueInput{Description: backlog.Set(text)}); err != nil {
		d.Fatal(err)
	}
}

// What is not found is not opened at once: Backlog's lists may lag. The wait begins anew with every process and after every try.
func TestIssueThatIsNotFoundIsHeldForAMinute(t *testing.T) {
	inBubble(t, func(d *desk) {
		post := backlogsim.FaultRule{Method: "POST", Path: "/api/v2/issues", Drop: true, Times: 1}
		d.breaks(post)
		a := d.opening("k1")
		_ = d.fails(a)
		held := func(want time.Duration) {
			d.Helper()
			a = again(a)
			var after *bot.RetryAfterError
			if err := d.fails(a); !errors.As(err, &after) || after.After != want {
				d.Errorf("got %v, want a wait of %s", err, want)
			}
		}
		held(time.Minute)
		time.Sleep(20 * time.Second)
		held(40 * time.Second)
		d.tracker = d.open() // a restart
		held(time.Minute)
		other := d.open() // another replica tries in between, and may have acted
		d.tracker, other = other, d.tracker
		held(time.Minute)
		d.tracker = other
		time.Sleep(time.Minute)
		held(time.Minute)
		time.Sleep(time.Minute)
		d.breaks(post)
		a = again(a)
		_ = d.fails(a) // it acts, and its answer is lost
		held(time.Minute)
		time.Sleep(time.Minute)
		d.send(again(a))
		if n := len(d.opened("k1")); n != 1 {
			d.Errorf("%d issues", n)
		}
	})
}

func TestWithdrawnIssue(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := again(d.opening("k1"))
		a.Halt = true
		_ = d.fails(a)
		time.Sleep(time.Minute)
		if err := d.fails(again(a)); !errors.Is(err, bot.ErrWithdrawn) {
			d.Errorf("got %v", err)
		}
		if n := len(d.opened("k1")); n != 0 {
			d.Errorf("%d issues", n)
		}
	})
}

func TestIssueForPeopleWhoLeft(t *testing.T) {
	inBubble(t, func(d *desk) {
		for _, u := range []backlog.ID{customer, staff} {
			if _, err := d.as(1).DeleteProjectUser(d.Context(), "ACME", u); err != nil {
				d.Fatal(err)
			}
		}
		sent := d.send(d.opening("k1"))
		if sent.RemoteID == "" || !strings.Contains(sent.Why, "not assigned") || !strings.Contains(sent.Why, "not notified") {
			d.Errorf("sent %+v", sent)
		}
	})
}

func TestIssueThatCantBeOpened(t *testing.T) {
	for name, change := range map[string]func(n *bot.NewIssue){
		"no issue type \"台風\"":  func(n *bot.NewIssue) { n.IssueType = "台風" },
		"lacks a project":       func(n *bot.NewIssue) { n.Project = "" },
		"summary":               func(n *bot.NewIssue) { n.Summary = " \n" },
		"not configured":        func(n *bot.NewIssue) { n.Space = "elsewhere" },
		"due date":              func(n *bot.NewIssue) { n.DueDate = "tomorrow" },
		"no longer a member of": func(n *bot.NewIssue) { n.Project = "NOWHERE" },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				body := newIssue()
				change(&body)
				err := d.fails(d.attempt(bot.EffectIssue, "k1", body))
				if !bot.IsPermanent(err) || !strings.Contains(err.Error(), name) {
					d.Errorf("got %v", err)
				}
			})
		})
	}
}

// Said names what the bot opened, so that a restore finds it.
func TestOpenedIssueIsAmongWhatWasSaid(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.send(d.opening("k1"))
		said, err := d.tracker.Said(d.Context(), "s", time.Now().Add(-time.Hour))
		if err != nil || len(said) != 1 || said[0].Mark != bot.NoticeNumber("k1") {
			d.Errorf("said %+v, %v", said, err)
		}
	})
}
