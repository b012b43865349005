package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/app"
	"toban/bot/slack/slacksim"
)

// The promise of the core, tried on the real program against the stand-ins: whatever it is killed at and whatever fails around it, nobody
// is left without a word, nothing is said twice or out of order, and what comes late says so. A run is repeated with its seed: the same
// tickets, faults and kills; not the scheduling of the machine. `make chaos` runs as many rounds as one likes, `make test` one on each engine.

// chaosPlan says what happens in a round.
type chaosPlan struct {
	name     string
	seed     uint64
	postgres bool
	replicas int
	desks    int // customers, each with a project and a channel
	many     int // tickets
	span     time.Duration
	kills    int
	faults   float64       // share of calls to either vendor that go wrong
	slow     time.Duration // of each commit
	skew     time.Duration // of the second replica's clock
	outage   time.Duration // of Backlog
	silence  time.Duration // of Slack
	restarts int           // of the database, without a word to its clients
	limits   bool          // Backlog says once with and once without a moment that there were too many calls
}

// chaosPlans are the kinds of rounds. Times are machine time; world time goes twenty times as fast.
func chaosPlans(span time.Duration, limits bool) []chaosPlan {
	share := func(n time.Duration) time.Duration { return span * n / 100 }
	return []chaosPlan{
		{name: "sqlite: kills", replicas: 1, desks: 20, many: 48, span: span, kills: int(span / time.Second)},
		{name: "sqlite: kills, faults, outages", replicas: 1, desks: 14, many: 32, span: span, kills: int(span / (2 * time.Second)), faults: 0.1, outage: share(30), silence: share(20), limits: limits},
		{name: "sqlite: slow disk", replicas: 1, desks: 8, many: 16, span: span, kills: int(span / (4 * time.Second)), faults: 0.05, slow: 150 * time.Millisecond},
		{name: "postgres: two replicas, kills", postgres: true, replicas: 2, desks: 20, many: 48, span: span, kills: int(span / time.Second), skew: 1500 * time.Millisecond},
		{name: "postgres: two replicas, everything", postgres: true, replicas: 2, desks: 14, many: 32, span: span, kills: int(span / (2 * time.Second)), faults: 0.1, skew: -25 * time.Second, outage: share(25), silence: share(15), restarts: 3, limits: limits},
		{name: "postgres: one replica, slow disk, restarts", postgres: true, replicas: 1, desks: 8, many: 16, span: span, kills: int(span / (4 * time.Second)), faults: 0.05, slow: 150 * time.Millisecond, restarts: 4},
	}
}

func TestChaos(t *testing.T) {
	t.Parallel()
	program := build(t)
	seed := chaosSeed(t)
	plans, rounds := chaosPlans(30*time.Second, false), 1
	plans = slices.DeleteFunc(plans, func(p chaosPlan) bool { return p.slow > 0 || p.faults == 0 }) // the short form: one round an engine
	if n := os.Getenv("CHAOS_ROUNDS"); n != "" {
		span, err := time.ParseDuration(cmpOr(os.Getenv("CHAOS_DURATION"), "60s"))
		if err != nil {
			t.Fatalf("reading CHAOS_DURATION: %v", err)
		}
		if rounds, err = strconv.Atoi(n); err != nil {
			t.Fatalf("reading CHAOS_ROUNDS: %v", err)
		}
		plans = chaosPlans(span, true)
		if only := os.Getenv("CHAOS_ONLY"); only != "" {
			plans = slices.DeleteFunc(plans, func(p chaosPlan) bool { return !strings.Contains(p.name, only) })
		}
	}
	played := make([]*chaos, rounds*len(plans))
	t.Run("rounds", func(t *testing.T) {
		for n := range rounds {
			for i, p := range plans {
				t.Run(fmt.Sprintf("%s/%d", p.name, seed+uint64(n)), func(t *testing.T) {
					if os.Getenv("CHAOS_ROUNDS") == "" {
						t.Parallel()
					}
					k := newChaos(t, program, p, seed+uint64(n))
					played[n*len(plans)+i] = k
					k.plan()
					k.play()
					k.judge()
					if t.Failed() {
						for _, r := range k.rest {
							t.Logf("the end of the log of replica %d:\n%s", r.n, r.tail())
						}
					}
				})
			}
		}
	})
	table(played)
}

// table prints what the rounds came to.
func table(played []*chaos) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "round\tseed\ttickets\tnotices\tSlack\tkills\tat points\tdb restarts\twebhooks lost\tunanswered\tmissing\tdoubled\tdisorder\tunmarked\tlate, marked\tseconds\t")
	for _, k := range played {
		if k == nil {
			continue // it could not begin
		}
		a := k.tally
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.0f\t\n", k.name, k.seed, a.tickets, a.notices, a.messages, a.kills, a.points, a.restarts,
			a.lost, a.unanswered, a.missing, a.doubled, a.disorder, a.unmarked, a.late, a.took.Seconds())
	}
	_ = w.Flush()
}

func cmpOr(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// chaosSeed is the seed of this run, printed so that the run can be repeated: the same one for every `make test`, so that a change is to
// blame when it fails, and a new one for each `make chaos`.
func chaosSeed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(1)
	if os.Getenv("CHAOS_ROUNDS") != "" {
		seed = uint64(time.Now().UnixNano() % 1e9)
	}
	if s := os.Getenv("CHAOS_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("reading CHAOS_SEED: %v", err)
		}
	}
	t.Logf("CHAOS_SEED=%d repeats this run", seed)
	return seed
}

// play lets the round happen and waits until everything is said.
func (k *chaos) play() {
	// On an idle machine a round takes little more than its span; a crowded one is slow, and that is no fault.
	ctx, stop := context.WithTimeout(k.t.Context(), k.span+10*time.Minute)
	defer stop()
	began := time.Now()
	var down atomic.Bool // the database was down a moment ago: a process may give up then
	supervisors, over := context.WithCancel(ctx)
	defer over()
	k.rest[0].start("")
	k.await(ctx, k.rest[0].up)
	k.open(ctx)
	k.await(ctx, func() bool { return k.followed(ctx) })
	k.rest[0].kill()
	k.harm(k.faults)
	var kills atomic.Int64
	var running, people sync.WaitGroup
	for _, r := range k.rest {
		running.Go(func() { r.supervise(supervisors, &kills, &down) })
	}
	for _, tk := range k.tickets {
		people.Go(func() { k.live(ctx, tk) })
	}
	people.Go(func() { k.outages(ctx) })
	people.Go(func() { k.restartDatabase(ctx, &down) })
	people.Wait()
	k.quiet(ctx)
	over()
	running.Wait()
	k.tally.took = time.Since(began)
	dead, err := k.st.DeadLetters(context.WithoutCancel(ctx))
	if err != nil {
		k.t.Fatal(err)
	}
	for _, d := range dead {
		k.t.Errorf("dead letter %s %s: %s", d.ID, d.What, d.Problem)
	}
}

// ordinary are the points that every run passes again and again, or at each start.
func ordinary() []string {
	rare := []string{"restore", "epoch", "replay", "stop", "start", "release", "bury", "bury-event", "drop-effect", "queue", "ping", "fire-schedule", "expire", "lineage"}
	return slices.DeleteFunc(app.Points(), func(p string) bool {
		step, _, _ := strings.Cut(p, ".")
		return slices.Contains(rare, step)
	})
}

// supervise keeps the replica running as a service manager does, and kills it: at a named point, or at a random moment when it does not
// come there. It ends the last process gracefully.
func (r *replica) supervise(ctx context.Context, kills *atomic.Int64, down *atomic.Bool) {
	rng := rand.New(rand.NewPCG(r.seed, uint64(1000+r.n)))
	points := ordinary()
	for ctx.Err() == nil {
		order := ""
		var limit <-chan time.Time
		if kills.Add(1) <= int64(r.kills) {
			if rng.IntN(4) > 0 {
				order = fmt.Sprintf("die=%s:%d", points[rng.IntN(len(points))], 1+rng.IntN(3))
			}
			limit = time.After(time.Duration(rng.IntN(2500)) * time.Millisecond)
		}
		r.start(order)
		select {
		case err := <-r.ended:
			r.cmd = nil
			r.judgeEnd(err, order, down)
		case <-limit:
			r.kill()
			r.count(func(t *chaosTally) { t.kills++ })
		case <-ctx.Done():
			r.end()
			return
		}
		_ = wait(ctx, time.Duration(rng.IntN(150))*time.Millisecond)
	}
}

func (k *chaos) count(f func(t *chaosTally)) {
	k.book.Lock()
	defer k.book.Unlock()
	f(&k.tally)
}

// judgeEnd: a process may die at its point, and give up when its database is not there at its start.
func (r *replica) judgeEnd(err error, order string, down *atomic.Bool) {
	switch {
	case killed(err) && order != "":
		r.count(func(t *chaosTally) { t.kills++; t.points++ })
	case down.Load():
	default:
		r.t.Errorf("replica %d ended by itself: %v\n%s", r.n, err, r.tail())
	}
}

// end ends the replica as a service manager does.
func (r *replica) end() {
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		r.t.Errorf("stopping replica %d: %v", r.n, err)
	}
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("a graceful stop of replica %d ended with %v\n%s", r.n, err, r.tail())
		}
	case <-time.After(time.Minute):
		r.t.Errorf("replica %d does not stop:\n%s", r.n, r.tail())
		r.kill()
		return
	}
	r.cmd = nil
}

// outages lets Backlog and then Slack be down for a while.
func (k *chaos) outages(ctx context.Context) {
	if k.outage > 0 && wait(ctx, k.span/4) == nil {
		if err := k.backlog.AddFaults(backlogsim.Faults{Outages: []backlogsim.Outage{{For: backlogsim.Duration(k.outage * speed)}}}); err != nil {
			k.t.Error(err)
		}
	}
	if k.silence > 0 && wait(ctx, k.span/4) == nil {
		if err := k.slack.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultOutage, ForMS: int(k.silence.Milliseconds())}}}); err != nil {
			k.t.Error(err)
		}
	}
}

// restartDatabase takes the database away from under the replicas, as a crash of its machine does.
func (k *chaos) restartDatabase(ctx context.Context, down *atomic.Bool) {
	rng := rand.New(rand.NewPCG(k.seed, 2))
	for range k.restarts {
		if wait(ctx, k.span/time.Duration(k.restarts+1)) != nil {
			return
		}
		down.Store(true)
		k.cluster.Halt(k.t)
		_ = wait(ctx, time.Duration(200+rng.IntN(1500))*time.Millisecond)
		k.cluster.Go(k.t)
		_ = wait(ctx, 3*time.Second)
		down.Store(false)
		k.count(func(t *chaosTally) { t.restarts++ })
	}
}

// harm sets the faults of the round: lost answers, breaks before and after the work, errors, limits with and without their end, slowness.
func (k *chaos) harm(share float64) {
	if share == 0 {
		return
	}
	f := backlogsim.Faults{Seed: k.seed | 1, Webhooks: &backlogsim.WebhookFaults{
		Duplicate: share, Drop: share, Reorder: share, Hold: backlogsim.Duration(300 * time.Millisecond), Delay: backlogsim.Duration(50 * time.Millisecond),
	}}
	for _, r := range []backlogsim.FaultRule{
		{Lost: "drop"},
		{Lost: "500"},
		{Status: http.StatusInternalServerError},
		{Drop: true},
		{Status: http.StatusBadGateway, Body: "<html>busy</html>"},
		{LagAfter: backlogsim.Duration(200 * time.Millisecond)},
		{Lag: backlogsim.Duration(300 * time.Millisecond)},
		{LagAfter: backlogsim.Duration(11 * time.Second), Method: http.MethodPost, Times: 2},
		{Lag: backlogsim.Duration(11 * time.Second), Method: http.MethodPost, Times: 2}, // done after everybody has given up
	} {
		r.User, r.Rate = backlogsim.SampleBotID, share/2
		f.Rules = append(f.Rules, r)
	}
	if k.limits { // the client holds its breath for a minute then
		for _, without := range []bool{true, false} {
			f.Rules = append(f.Rules, backlogsim.FaultRule{User: backlogsim.SampleBotID, Status: http.StatusTooManyRequests, NoReset: without, Skip: 40, Times: 1})
		}
	}
	if err := k.backlog.AddFaults(f); err != nil {
		k.t.Fatal(err)
	}
	var rules []slacksim.Fault
	for _, kind := range []slacksim.FaultKind{slacksim.FaultFailAfter, slacksim.FaultDropAfter, slacksim.FaultFailBefore, slacksim.FaultDropBefore, slacksim.FaultRateLimit} {
		rules = append(rules, slacksim.Fault{Kind: kind, Method: "chat.*", Share: share / 2})
	}
	rules = append(rules, slacksim.Fault{Kind: slacksim.FaultDuplicate, Share: share}, slacksim.Fault{Kind: slacksim.FaultNoAck, Share: share / 4})
	if err := k.slack.SetFaults(slacksim.Faults{Seed: k.seed | 1, Rules: rules}); err != nil {
		k.t.Fatal(err)
	}
}

// quiet waits until every ticket has what it waits for and nothing is left to do.
func (k *chaos) quiet(ctx context.Context) {
	calm := 0
	for calm < 8 {
		if ctx.Err() != nil {
			s, err := k.st.Status(context.WithoutCancel(ctx), time.Now())
			k.t.Errorf("not quiet in time: %v have not all their words; %+v, %v", k.unfinished(context.WithoutCancel(ctx)), s, err)
			return
		}
		time.Sleep(100 * time.Millisecond)
		calm++
		s, err := k.st.Status(ctx, time.Now())
		if err != nil || s.OpenEvents+s.WaitingEvents+s.OpenEffects+s.WaitingEffects > 0 || k.backlog.Pending()+k.slack.Pending() > 0 || len(k.unfinished(ctx)) > 0 {
			calm = 0
		}
	}
}
