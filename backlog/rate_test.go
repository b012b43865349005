package backlog_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog"
)

// budget makes the rate-limit headers of an answer.
func budget(limit, remaining int, reset time.Time) []string {
	return []string{
		"X-RateLimit-Limit", strconv.Itoa(limit),
		"X-RateLimit-Remaining", strconv.Itoa(remaining),
		"X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10),
	}
}

// server counts down a budget per minute as the vendor does, and refuses beyond.
func server(limit int) func(int, seen) (*http.Response, error) {
	var mu sync.Mutex
	var minute time.Time
	var used int
	return func(int, seen) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if m := now.Truncate(time.Minute); !m.Equal(minute) {
			minute, used = m, 0
		}
		used++
		h := budget(limit, max(limit-used, 0), minute.Add(time.Minute))
		if used > limit {
			return reply(429, vendorError(13, "Too many requests."), h...), nil
		}
		return reply(200, `{"id":1}`, h...), nil
	}
}

func TestReadsKeepWithinTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := 0
		serve := server(10)
		c, f := newFake(t, func(n int, r seen) (*http.Response, error) {
			resp, err := serve(n, r)
			if resp.StatusCode == 429 {
				refused++
			}
			return resp, err
		})
		start := time.Now()
		for range 30 {
			if _, err := c.GetIssue(t.Context(), "OPS-1"); err != nil {
				t.Fatal(err)
			}
		}
		if refused != 0 || len(f.requests()) != 30 {
			t.Errorf("%d of %d requests were refused", refused, len(f.requests()))
		}
		// Eight a minute: two are kept for High.
		if took := time.Since(start); took < 3*time.Minute || took > 4*time.Minute {
			t.Errorf("30 reads took %v", took)
		}
	})
}

func TestReadAfter429WaitsForTheReset(t *testing.T) {
	for _, tc := range []struct {
		name    string
		headers func(now time.Time) []string
		atLeast time.Duration
		atMost  time.Duration
	}{
		{"reset header", func(now time.Time) []string { return budget(10, 0, now.Add(42*time.Second)) }, 42 * time.Second, 44 * time.Second},
		{"retry-after", func(time.Time) []string { return []string{"Retry-After", "7"} }, 7 * time.Second, 8 * time.Second},
		{"nothing", func(time.Time) []string { return nil }, time.Minute, 61 * time.Second},
		{"clocks differ by an hour", func(now time.Time) []string { return budget(10, 0, now.Add(time.Hour)) }, time.Minute, 61 * time.Second},
		{"our clock is ahead", func(now time.Time) []string { return budget(10, 0, now.Add(-time.Minute)) }, time.Second, 2 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				c, f := newFake(t, func(n int, _ seen) (*http.Response, error) {
					if n == 1 {
						return reply(429, vendorError(13, "x"), tc.headers(start)...), nil
					}
					return reply(200, `{"id":1}`), nil
				})
				if _, err := c.GetIssue(t.Context(), "OPS-1"); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < tc.atLeast || took > tc.atMost || len(f.requests()) != 2 {
					t.Errorf("took %v and %d requests", took, len(f.requests()))
				}
				if _, err := c.GetIssue(t.Context(), "OPS-1"); err != nil || time.Since(start) > tc.atMost {
					t.Errorf("the next read came after %v, err %v", time.Since(start), err)
				}
			})
		})
	}
}

func TestWriteAfter429IsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c, f := newFake(t, always(429, vendorError(13, "Too many requests."), budget(10, 0, start.Add(30*time.Second))...))
		_, err := c.CreateIssueComment(t.Context(), "OPS-1", &backlog.CreateIssueCommentInput{Content: "x"})
		var limited *backlog.RateLimitError
		var vendor *backlog.Error
		if !errors.As(err, &limited) || !errors.As(err, &vendor) || !errors.Is(err, backlog.ErrRateLimited) {
			t.Fatalf("err = %v", err)
		}
		if limited.Kind != backlog.KindUpdate || limited.Reset.Before(start.Add(30*time.Second)) {
			t.Errorf("kind %s, reset %v", limited.Kind, limited.Reset)
		}
		if len(f.requests()) != 1 || time.Since(start) != 0 {
			t.Errorf("%d requests in %v", len(f.requests()), time.Since(start))
		}
	})
}

func TestWaitingIsBoundedByTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c, f := newFake(t, always(200, `{"id":1}`, budget(10, 0, start.Add(50*time.Second))...))
		if _, err := c.GetSpace(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := c.GetSpace(ctx)
		var limited *backlog.RateLimitError
		if !errors.As(err, &limited) || time.Since(start) != 0 {
			t.Errorf("err = %v after %v, want an immediate RateLimitError", err, time.Since(start))
		}
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, stop)
		if _, err = c.GetSpace(ctx); !errors.Is(err, context.Canceled) || backlog.IsTemporary(err) {
			t.Errorf("err = %v", err)
		}
		if took := time.Since(start); took != 3*time.Second || len(f.requests()) != 1 {
			t.Errorf("cancelled after %v, %d requests", took, len(f.requests()))
		}
		// Other kinds have their own budget.
		if _, err := c.GetIssueCount(t.Context(), nil); err != nil || time.Since(start) != 3*time.Second {
			t.Errorf("a search waited for the reads: %v, %v", time.Since(start), err)
		}
	})
}

func TestHighUsesTheReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c, _ := newFake(t, server(10))
		var mu sync.Mutex
		done := map[backlog.Lane][]time.Duration{}
		get := func(lane backlog.Lane) {
			if _, err := c.GetIssue(backlog.WithPriority(t.Context(), lane), "OPS-1"); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			done[lane] = append(done[lane], time.Since(start))
		}
		get(backlog.Normal)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { get(backlog.Normal) })
		}
		synctest.Wait() // the normal lane has used its share and waits
		get(backlog.High)
		get(backlog.High)
		wg.Wait()
		if got := slices.Max(done[backlog.High]); got != 0 {
			t.Errorf("High waited %v behind Normal", got)
		}
		if n := slices.IndexFunc(done[backlog.Normal], func(d time.Duration) bool { return d > 0 }); n != 8 {
			t.Errorf("Normal had %d requests of 10 in the first minute, want 8", n)
		}
	})
}

func TestTinyBudgetsStarveNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, f := newFake(t, server(1))
		start := time.Now()
		for range 3 {
			if _, err := c.GetSpace(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took > 3*time.Minute || len(f.requests()) != 3 {
			t.Errorf("took %v and %d requests", took, len(f.requests()))
		}
	})
}

func TestBulkGoesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, always(200, `{"id":1}`))
		start := time.Now()
		ctx := backlog.WithPriority(t.Context(), backlog.Bulk)
		for range 5 {
			if _, err := c.UpdateWiki(ctx, 1, &backlog.UpdateWikiInput{}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("five bulk writes took %v, want 4 s", took)
		}
	})
}

func TestWritesGoOneAtATimeUrgentFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []string
		under, most := 0, 0
		c, _ := newFake(t, func(_ int, r seen) (*http.Response, error) {
			mu.Lock()
			under++
			most = max(most, under)
			order = append(order, r.Form.Get("content"))
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			under--
			mu.Unlock()
			return reply(201, `{"id":1}`), nil
		})
		var wg sync.WaitGroup
		comment := func(lane backlog.Lane, text string) {
			wg.Go(func() {
				_, err := c.CreateIssueComment(backlog.WithPriority(t.Context(), lane), "OPS-1",
					&backlog.CreateIssueCommentInput{Content: text})
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		comment(backlog.Normal, "first")
		comment(backlog.Bulk, "bulk")
		comment(backlog.Normal, "second")
		comment(backlog.High, "urgent")
		comment(backlog.Normal, "third")
		wg.Wait()
		want := []string{"first", "urgent", "second", "third", "bulk"}
		if most != 1 || !slices.Equal(order, want) {
			t.Errorf("order = %v with %d at once, want %v one at a time", order, most, want)
		}
	})
}

func TestBudgetsAndRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reset := time.Now().Add(30 * time.Second)
		at := strconv.FormatInt(reset.Unix(), 10)
		c, f := newFake(t, func(_ int, r seen) (*http.Response, error) {
			if r.Path == "/rateLimit" {
				return reply(200, `{"rateLimit":{"read":{"limit":600,"remaining":599,"reset":`+at+`},
					"update":{"limit":150,"remaining":0,"reset":`+at+`},"search":{"limit":150,"remaining":150,"reset":`+at+`},
					"icon":{"limit":60,"remaining":60,"reset":`+at+`}}}`), nil
			}
			return reply(200, `{"id":1}`), nil
		})
		limits, err := c.GetRateLimit(t.Context())
		if err != nil || limits.Read.Limit != 600 || limits.Update.Remaining != 0 {
			t.Fatalf("limits = %+v, err = %v", limits, err)
		}
		if b := c.Budgets()[backlog.KindSearch]; b.Limit != 150 || b.Remaining != 150 {
			t.Errorf("search budget = %+v", b)
		}
		start := time.Now()
		if _, err := c.DeleteIssue(t.Context(), "OPS-1"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 30*time.Second || len(f.requests()) != 2 {
			t.Errorf("the write went after %v", took)
		}
	})
}
