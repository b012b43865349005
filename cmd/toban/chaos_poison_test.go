package main_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Something whose handling ends the real program each time is found and given up, while everybody else is served; once its cause is mended a
// replay makes up for it, and nothing is said twice. `make test` has it with an event on SQLite, whose leases end with the process; `make chaos` with both
// engines, and with an effect that ends the program as it goes out.
func TestPoison(t *testing.T) {
	for name, p := range map[string]struct{ postgres, effect, long bool }{
		"event":            {},
		"effect":           {effect: true, long: true},
		"event, postgres":  {postgres: true, long: true},
		"effect, postgres": {postgres: true, effect: true, long: true},
	} {
		if p.long && os.Getenv("CHAOS_ROUNDS") == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			poison(t, chaosPlan{name: "poison", postgres: p.postgres, desks: 12}, p.effect)
		})
	}
}

func poison(t *testing.T, plan chaosPlan, effect bool) {
	t.Helper()
	k := newChaos(t, build(t), plan, chaosSeed(t))
	w := &walk{chaos: k, r: k.rest[0]}
	ctx, stop := context.WithTimeout(t.Context(), 8*time.Minute)
	defer stop()
	w.r.start("")
	w.await(ctx, w.r.up)
	w.open(ctx)
	w.await(ctx, func() bool { return w.followed(ctx) })
	w.r.kill()
	bad := w.requestAt(ctx, 5)
	deadly := func(r *http.Request) bool {
		reads, parts := r.Method == http.MethodGet, strings.Split(r.URL.Path, "/")
		if reads != effect && (slices.Contains(parts, bad.key) || slices.Contains(parts, strconv.FormatInt(bad.id, 10))) {
			_ = w.r.cmd.Process.Kill()
			return true
		}
		return false
	}
	k.meets.Store(&deadly)
	letters := func() (out []string) {
		list, err := k.st.DeadLetters(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			out = append(out, l.ID+" "+l.Problem)
		}
		return out
	}
	deaths := 0
	for len(letters()) == 0 && ctx.Err() == nil {
		w.r.start("")
		if deaths > 0 { // somebody else asks for something in the meantime
			w.request(ctx)
		}
		w.await(ctx, func() bool { return len(w.r.ended) > 0 || len(letters()) > 0 })
		if len(letters()) > 0 {
			break
		}
		if err := <-w.r.ended; !killed(err) {
			t.Fatalf("the program ended with %v\n%s", err, w.r.tail())
		}
		deaths++
	}
	if list := letters(); deaths != 5 || len(list) != 1 || !strings.Contains(list[0], "the process died 5 times") {
		t.Fatalf("%d deaths, dead letters %q", deaths, list)
	}
	w.await(ctx, func() bool {
		return !slices.ContainsFunc(w.tickets, func(tk *chaosTicket) bool { return tk != bad && len(w.said(ctx, tk.key)) == 0 })
	})
	k.meets.Store(nil)
	id, _, _ := strings.Cut(letters()[0], " ")
	w.run("", "deadletter", "replay", id)
	w.await(ctx, func() bool { return len(letters()) == 0 && len(w.said(ctx, bad.key)) > 0 })
	w.quiet(ctx)
	w.r.end()
	for _, tk := range w.tickets {
		words := map[string]int{}
		for _, c := range w.said(ctx, tk.key) {
			if words[c.Content]++; words[c.Content] > 1 {
				t.Errorf("%s: said twice: %s", tk.key, c.Content)
			}
		}
	}
}
