package tracker_test

import (
	"testing"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

// bare takes the customer's category off the issue.
func (d *desk) bare() {
	d.Helper()
	if _, err := d.as(customer).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{CategoryIDs: backlog.Set([]backlog.ID{})}); err != nil {
		d.Fatal(err)
	}
	if got := d.category(); got != "" {
		d.Fatalf("the issue still has the category %s", got)
	}
}

func (d *desk) category() string {
	d.Helper()
	out := ""
	for _, c := range d.now().Categories {
		out += c.Name
	}
	return out
}

func TestACategoryIsGivenWithTheAnswer(t *testing.T) {
	cases := []struct {
		name  string
		make  func(d *desk)
		wants string // name in the body
		want  string // on the issue
		reads int    // of the project's categories
	}{
		{"none so far", (*desk).bare, "FW", "FW", 1},
		{"the customer chose one", func(*desk) {}, "監視", "FW", 0},
		{"none of the name", (*desk).bare, "監視", "", 1},
		{"Backlog does not tell", func(d *desk) {
			d.bare()
			d.breaks(backlogsim.FaultRule{Method: "GET", Path: "/api/v2/projects/*/categories", Status: 403})
		}, "FW", "", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				c.make(d)
				sent := d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "受け付けました", DueDate: "2026-12-01", AssigneeID: staff, Category: c.wants, Notify: []int64{customer}, Verify: true}))
				if !sent.Verified || len(d.carrying("k1")) != 1 {
					d.Errorf("sent %+v", sent)
				}
				if got := d.category(); got != c.want {
					d.Errorf("category %q, want %q", got, c.want)
				}
				if i := d.now(); i.DueDate.String() != "2026-12-01" || i.Assignee == nil {
					d.Errorf("the rest of the update: %+v", i)
				}
				if n := d.calls("PATCH", "/") + d.calls("POST", "/"); n != 1 {
					d.Errorf("%d writing calls", n)
				}
				if n := d.calls("GET", "/api/v2/projects/ACME/categories"); n != c.reads {
					d.Errorf("%d reads of the categories, want %d", n, c.reads)
				}
			})
		})
	}
}

// A category that a person deletes after it was read does not keep the words back.
func TestACategoryThatWasDeleted(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.bare()
		d.send(d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "一", Category: "監視"})) // the categories are known from here on
		list, err := d.as(1).GetCategories(d.Context(), "ACME")
		if err != nil {
			d.Fatal(err)
		}
		if _, err := d.as(1).DeleteCategory(d.Context(), "ACME", list[0].ID); err != nil {
			d.Fatal(err)
		}
		sent := d.send(d.attempt(bot.EffectUpdate, "k2", bot.Update{Text: "二", StatusID: 2, Category: "FW", Notify: []int64{customer}, Verify: true}))
		if !sent.Verified || len(d.carrying("k2")) != 1 || d.now().Status.ID != 2 || d.category() != "" {
			d.Errorf("sent %+v, category %q", sent, d.category())
		}
	})
}

// A lost answer is found by its words, and the issue keeps the category that a person chose meanwhile.
func TestLostAnswerOfAnUpdateWithACategory(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.bare()
		d.breaks(backlogsim.FaultRule{Method: "PATCH", Path: issuePath, Lost: "drop", Times: 1})
		a := d.attempt(bot.EffectUpdate, "k1", bot.Update{Text: "受け付けました", Category: "FW"})
		if err := d.fails(a); bot.IsPermanent(err) {
			d.Fatal(err)
		}
		d.send(again(a))
		if len(d.carrying("k1")) != 1 || d.category() != "FW" || d.calls("PATCH", "/") != 1 {
			d.Errorf("category %q, %d calls", d.category(), d.calls("PATCH", "/"))
		}
	})
}
