package main_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/store"
)

// The real program is killed again and again while one project is in shadow and another one off: nothing goes outward, neither while it is so nor
// when both go on, and nothing is lost: what came in shadow is known, and what comes afterwards is answered once. With two replicas the other
// one goes on meanwhile, and both obey the mode that a command sets.
func TestKilledInShadowSaysNothing(t *testing.T) {
	t.Parallel()
	program := build(t)
	for engine, p := range map[string]chaosPlan{
		"sqlite":   {name: "shadow", desks: 3},
		"postgres": {name: "shadow of two", desks: 3, postgres: true, replicas: 2},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			k := newChaos(t, program, p, chaosSeed(t))
			w := &walk{chaos: k, r: k.rest[0]}
			ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
			defer stop()
			w.r.start("")
			w.await(ctx, w.r.up)
			w.open(ctx)
			w.await(ctx, func() bool { return w.followed(ctx) })
			w.run("", "mode", w.projectKey(0), "shadow")
			w.setMode(ctx, 1, bot.ModeOff)
			w.r.kill()
			for _, r := range k.rest[1:] {
				r.start("")
				w.await(ctx, r.up)
			}
			var quiet []*chaosTicket // that came in shadow
			var ignored []*chaosTicket
			for _, point := range []string{"decide.after", "claim-effects.after", "end-effect.before", "end-effect.after", "slack.after"} {
				w.r.start("die=" + point)
				w.await(ctx, func() bool { return w.r.up() || len(w.r.ended) > 0 }) // what waits from before may bring it there at once
				ignored = append(ignored, w.requestAt(ctx, 1))
				for first := true; first || len(w.r.ended) == 0 && ctx.Err() == nil; first = false {
					quiet = append(quiet, w.requestAt(ctx, 0))
					_ = wait(ctx, time.Second)
				}
				if err := <-w.r.ended; !killed(err) {
					t.Fatalf("%s: the program ended with %v\n%s", point, err, w.r.tail())
				}
				w.r.cmd = nil
			}
			w.r.start("")
			w.await(ctx, func() bool {
				return !slices.ContainsFunc(quiet, func(tk *chaosTicket) bool { _, ok := w.card(tk); return !ok })
			})
			if n := w.botWrites(); n != 0 {
				t.Errorf("the bot wrote %d times in shadow and off", n)
			}
			w.run("", "mode", w.projectKey(0), "on")
			w.setMode(ctx, 1, bot.ModeOn)
			fresh := []*chaosTicket{w.requestAt(ctx, 0), w.requestAt(ctx, 1), w.requestAt(ctx, 2)}
			w.await(ctx, func() bool {
				return !slices.ContainsFunc(fresh, func(tk *chaosTicket) bool { return len(w.said(ctx, tk.key)) == 0 })
			})
			w.await(ctx, func() bool {
				s, err := w.st.Status(ctx, time.Now())
				return err == nil && s.OpenEvents+s.WaitingEvents+s.OpenEffects+s.WaitingEffects == 0
			})
			for _, tk := range slices.Concat(quiet, ignored) {
				if n := len(w.said(ctx, tk.key)); n != 0 {
					t.Errorf("%s from before was told %d things", tk.key, n)
				}
			}
			for _, tk := range fresh {
				if n := len(w.said(ctx, tk.key)); n != 1 {
					t.Errorf("%s was answered %d times", tk.key, n)
				}
			}
		})
	}
}

// setMode changes a mode in world time. The command has the machine's, which is days ahead here: what comes now would be from before.
func (k *chaos) setMode(ctx context.Context, desk int, to bot.Mode) {
	k.t.Helper()
	c := store.ModeChange{
		ModeKey: bot.ModeKey{Customer: fmt.Sprintf("desk%d", desk), Project: k.projectKey(desk)}, To: to, Written: bot.ModeOn, Person: "試験", At: k.world(), Machine: time.Now(),
	}
	if _, changed, err := k.st.SetMode(ctx, c); err != nil || !changed {
		k.t.Fatalf("mode %s: changed %t, %v", to, changed, err)
	}
}

// botWrites counts the bot's changes in Backlog, by the stand-in's own record.
func (k *chaos) botWrites() int {
	n := 0
	for _, r := range k.backlog.Requests() {
		if r.Method != http.MethodGet && r.User == backlogsim.SampleBotID {
			n++
		}
	}
	return n
}
