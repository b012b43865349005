package inbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
)

// What this release does not know is neither handled nor lost: it waits, holds up nobody, is told, goes to a release that knows it, and is a dead
// letter after a day.
func TestEventOfAnotherRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		for _, e := range []bot.Event{
			{Key: "moon", Kind: "moon.landed", Lane: "demo/1", At: time.Now(), Body: json.RawMessage(`{"crater":"Copernicus"}`)},
			{Key: "due", Kind: bot.EventTimerDue, Lane: "demo/3", At: time.Now(), Body: json.RawMessage(`{"rule":"moon/rise"}`)},
			{Key: "configured", Kind: bot.EventTimerDue, Lane: "demo/2", At: time.Now(), Body: json.RawMessage(`{"rule":"synthetic/end"}`)},
		} {
			if err := r.Accept(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		r.hint("k", "demo/1")
		c := r.config()
		r.decide = func(int, bot.In) (bot.Output, error) { return bot.Output{}, nil }
		c.Features, c.Attempts, c.Every = []string{"synthetic"}, 3, time.Minute
		r.run(c, 20*time.Minute)
		waits, err := r.Foreign(t.Context())
		if err != nil || len(waits) != 2 || waits[0].What != `due moments of feature "moon"` || waits[1].What != `events of kind "moon.landed"` {
			t.Errorf("waiting %+v, %v", waits, err)
		}
		if len(r.tries) != 2 || r.tries[1] > time.Second || r.left() != 2 || len(r.letters()) != 0 {
			t.Errorf("asked at %v, %d left, dead %v", r.tries, r.left(), r.letters())
		}
		got, err := r.ClaimEvents(t.Context(), "newer", time.Now().Add(2*time.Minute), time.Second, 9)
		if err != nil || len(got) != 2 || got[0].Attempt != 1 || string(got[0].Event.Body) != `{"crater":"Copernicus"}` {
			t.Errorf("the release that knows it finds %+v, %v", got, err)
		}
		time.Sleep(24 * time.Hour) // that one dies with it
		r.run(c, 2*time.Minute)
		if dead := r.letters(); len(dead) != 2 || !strings.Contains(dead[0], "start that release, then replay this") || r.left() != 0 {
			t.Errorf("after a day: dead %q, %d left", dead, r.left())
		}
	})
}
