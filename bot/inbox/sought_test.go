package inbox_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/store"
)

// seeker notes what is sought among a customer's holdings.
type seeker struct {
	*store.Store
	got []store.Sought
}

func (s *seeker) SeeHoldings(ctx context.Context, what store.Sought) ([]bot.Holding, store.SeenHoldings, error) {
	what.After = time.Time{}
	s.got = append(s.got, what)
	return s.Store.SeeHoldings(ctx, what)
}

// TestHoldingsThatAreSought: a new ticket is held against those in the same words, and a person may name any other issue.
func TestHoldingsThatAreSought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		r.fetch = func(int, bot.IssueChanged) (bot.Fetched, error) {
			return bot.Fetched{Snapshot: bot.Snapshot{Space: "demo", Project: "AOZORA", IssueID: 1, Key: "AOZORA-1", Summary: "web01 のディスク"}}, nil
		}
		c, s := r.config(), &seeker{Store: r.Store}
		c.Store = s
		r.hint("k1", "demo/1")
		r.run(c, time.Second)
		press, err := bot.NewEvent(bot.EventStaffAction, "p1", "demo/1", now, bot.StaffAction{Action: "desk.merge", Values: map[string]string{"a": "なし", "into": " ａｏｚｏｒａ－１２ "}})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Accept(t.Context(), press); err != nil {
			t.Fatal(err)
		}
		r.run(c, time.Second)
		if d := cmp.Diff([]store.Sought{{Customer: "aozora", Like: "web01 のディスク"}, {Customer: "aozora", Key: "AOZORA-12"}}, s.got); d != "" {
			t.Error(d)
		}
	})
}
