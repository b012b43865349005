package inbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// What a decision was made of is recorded where that is asked for; what can't be written down leaves the decision as it is.
func TestRecord(t *testing.T) {
	writable, unwritable := now, time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) // JSON has no such year
	for _, tt := range []struct {
		on      bool
		created time.Time
		want    int
	}{{false, writable, 0}, {true, writable, 1}, {true, unwritable, 0}} {
		t.Run(fmt.Sprint(tt.on, " ", tt.created.Year()), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				defer r.close()
				r.fetch = func(int, bot.IssueChanged) (bot.Fetched, error) {
					return bot.Fetched{Snapshot: bot.Snapshot{Space: "demo", Project: "AOZORA", Created: tt.created}, Cursor: 5}, nil
				}
				c := r.config()
				c.Record = tt.on
				r.hint("k", "demo/1")
				r.run(c, time.Minute)
				n := 0
				if err := r.Recordings(t.Context(), time.Time{}, time.Time{}, "", func(store.Recording) error { n++; return nil }); err != nil {
					t.Fatal(err)
				}
				if n != tt.want || len(r.tries) != 1 || len(r.letters()) != 0 || r.left() != 0 {
					t.Errorf("%d recorded, want %d; %d tries, letters %q, %d left", n, tt.want, len(r.tries), r.letters(), r.left())
				}
			})
		})
	}
}
