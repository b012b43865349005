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

const issuePath = "/api/v2/issues/*"

func (d *desk) now() *backlog.Issue {
	d.Helper()
	i, err := d.as(1).GetIssue(d.Context(), "ACME-1")
	if err != nil {
		d.Fatal(err)
	}
	return i
}

func (d *desk) assign(user backlog.ID) {
	d.Helper()
	if _, err := d.as(staff).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{AssigneeID: backlog.Set(user)}); err != nil {
		d.Fatal(err)
	}
}

func TestUpdateWithWordsIsOneCall(t *testing.T) {
	inBubble(t, func(d *desk) {
		sent := d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{
			Text: "受け付けました", Notify: []int64{customer}, Verify: true, StatusID: 2, DueDate: "2026-12-01", AssigneeID: staff,
		}))
		found := d.carrying("k1")
		if len(found) != 1 || sent.RemoteID != found[0].ID.String() || !sent.Verified || len(found[0].ChangeLog) != 3 {
			d.Fatalf("comments %+v, sent %+v", found, sent)
		}
		if diff := cmp.Diff([]int64{staff, customer}, sent.Notified); diff != "" {
			d.Error(diff)
		}
		i := d.now()
		if i.Status.ID != 2 || i.DueDate.String() != "2026-12-01" || i.Assignee == nil || i.Assignee.ID != staff {
			d.Errorf("issue %+v", i)
		}
		if n := d.calls("PATCH", "/") + d.calls("POST", "/"); n != 1 {
			d.Errorf("%d writing calls", n)
		}
	})
}

func TestUpdateWithoutWordsKnowsItsOwnComment(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.says(customer, "前")
		sent := d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{StatusID: 3, DueDate: "2000-01-11"}))
		all := d.comments()
		if own := all[len(all)-1]; sent.RemoteID != own.ID.String() || len(own.ChangeLog) != 1 || !sent.At.Equal(own.Created) {
			d.Errorf("sent %+v, own comment %+v", sent, own)
		}
		facts := d.fetch(0).Facts
		if last := facts[len(facts)-1]; last.ID != "comment:"+sent.RemoteID || last.Author.Kind != bot.AuthorBot {
			d.Errorf("its echo is %+v", last)
		}
	})
}

func TestUpdateThatChangesNothingIsDone(t *testing.T) {
	inBubble(t, func(d *desk) {
		sent := d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{StatusID: 1, DueDate: "2000-01-11", Verify: true}))
		if sent.RemoteID != "" || !sent.Verified || d.calls("PATCH", "/") != 0 || len(d.comments()) != 0 {
			d.Errorf("sent %+v", sent)
		}
	})
}

// A due date that holds no more is taken away, once; one that a person set since stays.
func TestUpdateTakesItsDueDateAway(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{ClearDue: "2000-01-12"}))
		if got := d.fetch(0).Snapshot.DueDate; got != "2000-01-11" || d.calls("PATCH", "/") != 0 {
			d.Errorf("due date %q", got)
		}
		for _, key := range []string{"k2", "k2"} { // the second is a repeat after a lost answer
			d.send(d.attempt(bot.EffectUpdate, key, bot.Update{ClearDue: "2000-01-11"}))
		}
		if got := d.fetch(0).Snapshot.DueDate; got != "" || d.calls("PATCH", "/") != 1 {
			d.Errorf("due date %q, %d writing calls", got, d.calls("PATCH", "/"))
		}
	})
}

// A person set the same between our look and our write; Backlog's words for "nothing to change" differ.
func TestUpdateThatAPersonWasQuickerWith(t *testing.T) {
	for _, words := range []string{"Please change the status or post a comment.", "No comment content."} {
		t.Run(words, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.breaks(backlogsim.FaultRule{Method: "PATCH", Path: issuePath, Lag: backlogsim.Duration(5 * time.Second), Status: 400, Message: words, Times: 1})
				done := make(chan bot.Sent)
				go func() { done <- d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{StatusID: 2})) }()
				time.Sleep(time.Second)
				if _, err := d.as(staff).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{StatusID: backlog.Set[backlog.ID](2)}); err != nil {
					d.Fatal(err)
				}
				if sent := <-done; sent.RemoteID != "" || sent.Why != "it was so already" {
					d.Errorf("sent %+v", sent)
				}
				if n := len(d.comments()); n != 1 {
					d.Errorf("%d comments", n)
				}
			})
		})
	}
}

func TestAssigneeThatTheCustomerChoseStays(t *testing.T) {
	cases := []struct {
		name string
		now  backlog.ID
		want backlog.ID
	}{{"nobody", 0, staff}, {"the team account", team, staff}, {"a person", secondUser, secondUser}}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				if c.now != 0 {
					d.assign(c.now)
				}
				d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{AssigneeID: staff, KeepAssignee: []int64{team}}))
				if got := d.now().Assignee; got == nil || got.ID != c.want {
					d.Errorf("assigned to %+v, want %d", got, c.want)
				}
			})
		})
	}
}

func TestLostAnswerOfAnUpdate(t *testing.T) {
	for name, body := range map[string]bot.Update{
		"with words":    {Text: "完了しました", StatusID: 3, Notify: []int64{customer}, Verify: true},
		"without words": {StatusID: 3, Verify: true},
		"assignee only": {AssigneeID: staff, Verify: true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.breaks(backlogsim.FaultRule{Method: "PATCH", Path: issuePath, Lost: "drop", Times: 1})
				a := d.attempt(bot.EffectUpdate, "k1", body)
				if err := d.fails(a); bot.IsPermanent(err) {
					d.Fatal(err)
				}
				sent := d.send(again(a))
				all := d.comments()
				if len(all) != 1 || sent.RemoteID != all[0].ID.String() || !sent.Verified || d.calls("PATCH", "/") != 1 {
					d.Errorf("%d comments, sent %+v", len(all), sent)
				}
			})
		})
	}
}

// The words went out with the fields in one call; a person's later change of the fields is not undone by looking.
func TestLookDoesNotUndoAPerson(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "完了しました", StatusID: 3})
		d.send(a)
		if _, err := d.as(customer).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{StatusID: backlog.Set[backlog.ID](1)}); err != nil {
			d.Fatal(err)
		}
		d.send(again(a))
		if got := d.now().Status.ID; got != 1 {
			d.Errorf("status %d", got)
		}
	})
}

func TestUnknownStatusIsFinal(t *testing.T) {
	inBubble(t, func(d *desk) {
		err := d.fails(d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "x", StatusID: 987654, Notify: []int64{customer}}))
		if !bot.IsPermanent(err) || !strings.Contains(err.Error(), "no status 987654") {
			d.Errorf("got %v", err)
		}
	})
}

func TestUpdateForPeopleWhoLeft(t *testing.T) {
	inBubble(t, func(d *desk) {
		sent := d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "x", Notify: []int64{customer, stranger}, AssigneeID: stranger, StatusID: 2, Verify: true}))
		if sent.Verified || !strings.Contains(sent.Why, "user 22") || !strings.Contains(sent.Why, "not assigned") || len(d.carrying("k1")) != 1 {
			d.Errorf("sent %+v", sent)
		}
		if i := d.now(); i.Status.ID != 2 || i.Assignee != nil {
			d.Errorf("issue %+v", i)
		}
		err := d.fails(d.attempt(bot.EffectUpdate, "k2", bot.Update{AssigneeID: stranger}))
		if !bot.IsPermanent(err) || !strings.Contains(err.Error(), "no member") {
			d.Errorf("got %v", err)
		}
	})
}

func TestWithdrawnUpdate(t *testing.T) {
	inBubble(t, func(d *desk) {
		for _, body := range []bot.Update{{StatusID: 2}, {Text: "x", StatusID: 2}} {
			a := d.attempt(bot.EffectUpdate, "k1", body)
			a.Halt = true
			if err := d.fails(again(a)); !errors.Is(err, bot.ErrWithdrawn) {
				d.Errorf("got %v", err)
			}
		}
		if d.now().Status.ID != 1 {
			d.Error("it was done all the same")
		}
		a := d.attempt(bot.EffectUpdate, "k3", bot.Update{StatusID: 2})
		d.send(a)
		a.Halt = true
		if sent := d.send(again(a)); sent.RemoteID == "" {
			d.Errorf("it had happened, but %+v", sent)
		}
	})
}

func TestUpdateOfADeletedIssueIsFinal(t *testing.T) {
	inBubble(t, func(d *desk) {
		if _, err := d.as(1).DeleteIssue(d.Context(), "ACME-1"); err != nil {
			d.Fatal(err)
		}
		for _, a := range []bot.Attempt{
			d.attempt(bot.EffectUpdate, "k1", bot.Update{StatusID: 2}),
			d.attempt(bot.EffectComment, "k2", bot.Comment{Text: "x"}),
			again(d.attempt(bot.EffectComment, "k3", bot.Comment{Text: "x"})),
		} {
			if err := d.fails(a); !bot.IsPermanent(err) || !strings.Contains(err.Error(), "deleted") {
				d.Errorf("got %v", err)
			}
		}
	})
}
