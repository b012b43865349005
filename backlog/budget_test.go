package backlog_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// office is a space with the vendor's own counting, and replicas that share one user's key.
type office struct {
	t        *testing.T
	sim      *backlogsim.Server
	replicas []*backlog.Client
	issue    string
}

func newOffice(t *testing.T, replicas int, limits backlogsim.RateLimits) *office {
	t.Helper()
	o := &office{t: t, sim: backlogsim.New(backlogsim.Options{})}
	if err := o.sim.Load(backlogsim.SampleSeed()); err != nil {
		t.Fatal(err)
	}
	o.sim.SetRateLimits(limits)
	for range replicas {
		c, err := backlog.New("http://space.test", backlogsim.SampleBotKey, backlog.WithTransport(o.sim.RoundTripper()))
		if err != nil {
			t.Fatal(err)
		}
		o.replicas = append(o.replicas, c)
	}
	// The first answer tells each replica the limits.
	for _, c := range o.replicas {
		issues, err := c.GetIssues(t.Context(), nil)
		if err != nil || len(issues) == 0 {
			t.Fatal(err)
		}
		o.issue = issues[0].IssueKey
		if _, err := c.GetRateLimit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *office) comment(ctx context.Context, replica int, lane backlog.Lane, text string) error {
	_, err := o.replicas[replica].CreateIssueComment(backlog.WithPriority(ctx, lane), o.issue, &backlog.CreateIssueCommentInput{Content: text})
	return err
}

// refused counts the vendor's 429s.
func (o *office) refused() int {
	n := 0
	for _, r := range o.sim.Requests() {
		if r.Status == 429 {
			n++
		}
	}
	return n
}

// Two replicas with one user write as fast as they may. Each learns from the headers what the other has used: the reserve of a fifth
// stays for incidents in every minute, so that an urgent comment never waits and is never refused.
func TestReplicasShareOneUsersBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, 2, backlogsim.RateLimits{Update: 30})
		defer o.sim.Close()
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for replica := range o.replicas {
			for worker := range 4 {
				wg.Go(func() {
					for n := 0; ctx.Err() == nil; n++ {
						err := o.comment(ctx, replica, backlog.Normal, fmt.Sprintf("通常 %d/%d/%d", replica, worker, n))
						if err != nil && ctx.Err() == nil {
							t.Errorf("replica %d: %v", replica, err)
						}
					}
				})
			}
		}
		var waits []time.Duration
		for n := range 30 { // every 20 seconds, ten minutes long, now from this replica and now from that
			time.Sleep(20*time.Second + time.Duration(n)*97*time.Millisecond)
			began := time.Now()
			if err := o.comment(t.Context(), n%2, backlog.High, fmt.Sprintf("障害 %d", n)); err != nil {
				t.Errorf("urgent %d: %v", n, err)
			}
			waits = append(waits, time.Since(began))
		}
		stop()
		wg.Wait()
		if worst := slices.Max(waits); worst > time.Second {
			t.Errorf("an urgent comment waited %v", worst)
		}
		if n := o.refused(); n > 0 {
			t.Errorf("the vendor refused %d calls", n)
		}
		perMinute := map[int64]int{}
		for _, r := range o.sim.Requests() {
			if r.Method == "POST" {
				perMinute[r.At.Unix()/60]++
			}
		}
		for m, n := range perMinute {
			if n > 30 {
				t.Errorf("%d writes in minute %d", n, m)
			}
		}
	})
}
