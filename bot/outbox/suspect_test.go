package outbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// die has n processes claim what may go, let it arrive at the vendor, and never answer.
func (r *rig) die(n int) {
	r.t.Helper()
	for range n {
		for _, which := range []store.Suspicion{store.Unsuspected, store.Slight, store.Grave} {
			claim := store.Claim{Owner: fmt.Sprint("dead since ", time.Now()), Now: time.Now(), World: time.Now(), Lease: time.Second, Most: 9, Which: which}
			got, err := r.ClaimEffects(r.t.Context(), claim)
			if err != nil {
				r.t.Fatal(err)
			}
			for _, s := range got {
				if !r.there[s.Attempt.Effect.Key] {
					r.arrive(s.Attempt.Effect.Key)
				}
			}
		}
		time.Sleep(2 * time.Second)
	}
}

// An effect whose sending kills the process is looked for, goes behind what else waits, and is a dead letter in the end, which a replay looks for once
// more: it is never said twice.
func TestEffectThatKills(t *testing.T) {
	for deaths := 1; deaths <= store.MostDeaths; deaths++ {
		t.Run(fmt.Sprint(deaths), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				defer r.close()
				r.queue(effect("poison", bot.EffectComment, "demo/1"))
				r.die(deaths)
				r.queue(effect("behind", bot.EffectComment, "demo/1"), effect("other", bot.EffectComment, "demo/2"))
				r.send = func(_ int, a bot.Attempt) (bot.Sent, error) {
					r.arrive(a.Effect.Key)
					return bot.Sent{RemoteID: "1"}, nil
				}
				r.run(r.config(), time.Minute)
				look := fmt.Sprintf("poison %d look=true halt=false", deaths+1)
				want := []string{"other 1 look=false halt=false", look, "behind 1 look=false halt=false"}
				letters, err := r.DeadLetters(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if deaths == 1 && len(r.tries) == 3 && r.tries[0] == look {
					want[0], want[1] = look, want[0] // after a single death both lanes set out at once, in either order
				}
				if deaths == store.MostDeaths {
					want = []string{"other 1 look=false halt=false", "behind 1 look=false halt=false"}
					if len(letters) != 1 || !strings.Contains(letters[0].Problem, "it may have gone out") || !strings.Contains(letters[0].Problem, "died 5 times") {
						t.Fatalf("dead %+v", letters)
					}
					r.check("staff hear of it", r.events(), []string{"effect.dead demo/1"})
					if err := r.Replay(t.Context(), letters[0].ID); err != nil {
						t.Fatal(err)
					}
					r.run(r.config(), time.Minute)
					want = append(want, "poison 7 look=true halt=false")
				} else if len(letters) > 0 {
					t.Errorf("dead %+v", letters)
				}
				r.check("tries", r.tries, want)
				r.check("twice", r.twice, nil)
			})
		})
	}
}

// An effect of a kind that only a newer release has is neither lost nor refused: it waits, what comes later does not wait for it, it is told, goes out
// by a release that knows it, and is a dead letter after a day.
func TestEffectOfAnotherRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.close()
		moon := effect("moon", "moon.shot", "demo/1")
		moon.Body = json.RawMessage(`{"crater":"Copernicus"}`)
		r.queue(moon)
		c := r.config()
		c.Every = time.Minute
		r.run(c, 10*time.Minute)
		also := effect("also", "moon.shot", "demo/1")
		r.queue(also)
		r.run(c, 10*time.Minute)
		waits, err := r.Foreign(t.Context())
		if err != nil || len(waits) != 1 || waits[0].What != `effects of kind "moon.shot"` || waits[0].Count != 2 || !waits[0].Effects {
			t.Errorf("waiting %+v, %v", waits, err)
		}
		got, err := r.ClaimEffects(t.Context(), store.Claim{Owner: "newer", Now: time.Now().Add(2 * time.Minute), World: time.Now(), Lease: time.Second, Most: 9})
		if err != nil || len(got) == 0 || got[0].Attempt.Number != 1 || got[0].Attempt.Look || string(got[0].Attempt.Effect.Body) != `{"crater":"Copernicus"}` {
			t.Fatalf("the release that knows it finds %+v, %v", got, err)
		}
		time.Sleep(24 * time.Hour) // that one dies with it
		r.run(c, 2*time.Minute)
		letters, err := r.DeadLetters(t.Context())
		if err != nil || len(letters) != 2 || !strings.Contains(letters[0].Problem, "start that release, then replay this") {
			t.Errorf("dead %+v, %v", letters, err)
		}
		r.check("tries", r.tries, nil)
		r.check("staff hear of it", r.events(), []string{"effect.dead demo/1"})
	})
}
