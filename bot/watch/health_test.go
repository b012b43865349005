package watch_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot/watch"
)

var t0 = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

func well() watch.Figures {
	ago := func(d time.Duration) time.Time { return t0.Add(-d) }
	return watch.Figures{
		Now: t0, Event: ago(watch.EventLimit), Timer: ago(watch.TimerLimit), Notice: ago(watch.NoticeLimit), SocketUp: true,
		Feeds: []watch.Feed{{"main", 3 * time.Minute, time.Minute}}, Offset: -watch.OffsetLimit,
		Round: watch.Round{Every: 15 * time.Minute, Since: ago(time.Hour), Last: ago(20 * time.Minute)},
	}
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(f *watch.Figures)
		want   []watch.Problem
	}{
		{"all at their limits", func(*watch.Figures) {}, nil},
		{"nothing at all", func(f *watch.Figures) { *f = watch.Figures{Now: t0, SocketUp: true} }, nil},
		{
			"no writes hide the rest", func(f *watch.Figures) {
				f.Broken, f.SocketUp = errors.New("the database takes no writes: disk full"), false
			},
			[]watch.Problem{{watch.Database, "the database takes no writes: disk full"}},
		},
		{"event", func(f *watch.Figures) { f.Event = f.Event.Add(-time.Second) }, []watch.Problem{{watch.Events, "the oldest unhandled event is 2m1s old, more than 2m0s"}}},
		{"timer", func(f *watch.Figures) { f.Timer = f.Timer.Add(-time.Second) }, []watch.Problem{{watch.Timers, "the oldest due moment is 1m1s old, more than 1m0s"}}},
		{"timer to come", func(f *watch.Figures) { f.Timer = t0.Add(time.Hour) }, nil},
		{"notice", func(f *watch.Figures) { f.Notice = f.Notice.Add(-time.Second) }, []watch.Problem{{watch.Notices, "the oldest unsent notice is 5m1s old, more than 5m0s"}}},
		{
			"a feed", func(f *watch.Figures) {
				f.Feeds = append(f.Feeds, watch.Feed{"second", 181 * time.Second, time.Minute})
			},
			[]watch.Problem{{watch.Polling, "the activity feed of space second was last read 3m1s ago, more than 3 times 1m0s"}},
		},
		{"socket", func(f *watch.Figures) { f.SocketUp = false }, []watch.Problem{{watch.Socket, "Slack's socket is not connected"}}},
		{
			"clock", func(f *watch.Figures) { f.Offset = watch.OffsetLimit + time.Second },
			[]watch.Problem{{watch.Clocks, "this machine's clock is 31s off the database's, more than 30s: this replica claims nothing"}},
		},
		{
			"synthetic", func(f *watch.Figures) { f.Round.Last = f.Round.Last.Add(-time.Second) },
			[]watch.Problem{{watch.Synthetic, "no synthetic ticket came back for 20m1s, more than 20m0s"}},
		},
		{"the first one has its time", func(f *watch.Figures) { f.Round.Last, f.Round.Since = time.Time{}, t0.Add(-20*time.Minute) }, nil},
		{"one that stands still by a stop", func(f *watch.Figures) { f.Round.Last, f.Round.Waiting = time.Time{}, true }, nil},
		{"none wanted", func(f *watch.Figures) { f.Round = watch.Round{} }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := well()
			tt.change(&f)
			got := watch.Problems(f)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			for _, p := range got {
				if watch.Holds(got, p.Condition) || !slices.Contains(watch.Conditions(), p.Condition) {
					t.Errorf("%s: not in the list of conditions, or said to hold", p.Condition)
				}
			}
		})
	}
}
