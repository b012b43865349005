package poll_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/poll"
)

const (
	botKey      = "key-of-the-bot"
	customerKey = "key-of-the-customer"
)

// shelf is a store that drops known keys, as the inbox does.
type shelf struct {
	mu      sync.Mutex
	cursor  int64
	known   bool
	keys    []string
	moves   int
	offered int
	down    error
}

func (s *shelf) Cursor(_ context.Context, name string) (int64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != "activities/s" {
		return 0, false, fmt.Errorf("cursor %q", name)
	}
	return s.cursor, s.known, s.down
}

func (s *shelf) Advance(_ context.Context, _ string, value int64, events []bot.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	s.cursor, s.known = max(value, s.cursor), true
	s.moves++
	s.offered += len(events)
	for _, e := range events {
		if !slices.Contains(s.keys, e.Key) {
			s.keys = append(s.keys, e.Key)
		}
	}
	return nil
}

type feed struct {
	*testing.T
	sim   *backlogsim.Server
	shelf *shelf
	poll  *poll.Poll
	good  int // looks that went well
	bad   int
}

func (f *feed) as(key string) *backlog.Client {
	f.Helper()
	c, err := backlog.New("https://example.backlog.test", key, backlog.WithTransport(f.sim.RoundTripper()))
	if err != nil {
		f.Fatal(err)
	}
	return c
}

// restart forgets what is not stored.
func (f *feed) restart() {
	f.poll = poll.New(poll.Config{
		Space: "s", Client: f.as(botKey), Store: f.shelf, Projects: func() []string { return []string{"ACME"} }, Clock: bot.ClockFunc(time.Now),
		Looked: func(err error) {
			if err != nil {
				f.bad++
			} else {
				f.good++
			}
		},
	})
}

func inBubble(t *testing.T, run func(f *feed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &feed{T: t, sim: backlogsim.New(backlogsim.Options{}), shelf: &shelf{}}
		defer f.sim.Close()
		project := func(key string) backlogsim.SeedProject {
			return backlogsim.SeedProject{
				Key: key, Name: key, Members: []int{10, 20}, IssueTypes: []backlogsim.SeedIssueType{{Name: "依頼"}},
				Issues: []backlogsim.SeedIssue{{Summary: "一", IssueType: "依頼", CreatedUser: 20}, {Summary: "二", IssueType: "依頼", CreatedUser: 20}},
			}
		}
		err := f.sim.Load(backlogsim.Seed{
			Space: backlogsim.SeedSpace{Key: "s", Name: "S"},
			Users: []backlogsim.SeedUser{
				{ID: 10, Name: "当番", RoleType: 2, APIKey: botKey, Bot: true}, {ID: 20, Name: "顧客", RoleType: 1, APIKey: customerKey},
			},
			Projects: []backlogsim.SeedProject{project("ACME"), project("OTHER")},
		})
		if err != nil {
			f.Fatal(err)
		}
		f.restart()
		run(f)
	})
}

func (f *feed) once() int {
	f.Helper()
	n, err := f.poll.Once(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return n
}

func (f *feed) says(key, text string) {
	f.Helper()
	if _, err := f.as(customerKey).CreateIssueComment(f.Context(), key, &backlog.CreateIssueCommentInput{Content: text}); err != nil {
		f.Fatal(err)
	}
}

func TestFirstStartAnswersNothingOld(t *testing.T) {
	inBubble(t, func(f *feed) {
		if n := f.once(); n != 0 || len(f.shelf.keys) != 0 || f.shelf.cursor == 0 {
			f.Errorf("n %d, keys %v, cursor %d", n, f.shelf.keys, f.shelf.cursor)
		}
		if n := f.once(); n != 0 {
			f.Errorf("the second look found %d", n)
		}
		f.says("ACME-1", "新しい")
		if n := f.once(); n != 1 {
			f.Errorf("the third look found %d", n)
		}
	})
}

func TestEventsAreThoseOfTheWebhook(t *testing.T) {
	inBubble(t, func(f *feed) {
		f.once()
		f.says("ACME-1", "x")
		issue, err := f.as(customerKey).GetIssue(f.Context(), "ACME-1")
		if err != nil {
			f.Fatal(err)
		}
		newest, err := f.as(customerKey).GetSpaceActivities(f.Context(), &backlog.GetActivitiesOptions{Count: 1})
		if err != nil {
			f.Fatal(err)
		}
		f.once()
		if diff := cmp.Diff([]string{bot.IssueChangedKey("s", int64(newest[0].ID), int64(issue.ID))}, f.shelf.keys); diff != "" {
			f.Error(diff)
		}
	})
}

func TestBulkAndForeignProjectsAndDeletion(t *testing.T) {
	inBubble(t, func(f *feed) {
		f.once()
		if _, err := f.sim.BulkUpdate(backlogsim.Bulk{User: 20, Issues: []string{"ACME-1", "ACME-2"}, StatusID: 2}); err != nil {
			f.Fatal(err)
		}
		f.says("OTHER-1", "他社")
		if _, err := f.as(customerKey).DeleteIssue(f.Context(), "ACME-2"); err != nil {
			f.Fatal(err)
		}
		if n := f.once(); n != 3 || len(f.shelf.keys) != 3 {
			f.Errorf("found %d: %v", n, f.shelf.keys)
		}
	})
}

// What is younger than the overlap is read again, so that an activity that becomes visible late is found; it is offered once by a process.
func TestOverlap(t *testing.T) {
	inBubble(t, func(f *feed) {
		f.once()
		start := f.shelf.cursor
		f.says("ACME-1", "一")
		time.Sleep(2 * time.Minute)
		f.says("ACME-1", "二")
		if n := f.once(); n != 2 || f.shelf.cursor != start {
			f.Errorf("found %d, cursor %d to %d", n, start, f.shelf.cursor)
		}
		if n := f.once(); n != 0 || f.shelf.offered != 2 {
			f.Errorf("found %d again, offered %d", n, f.shelf.offered)
		}
		f.restart()
		if n := f.once(); n != 2 || len(f.shelf.keys) != 2 {
			f.Errorf("after a restart %d, keys %v", n, f.shelf.keys)
		}
		time.Sleep(4 * time.Minute)
		f.once()
		if f.shelf.cursor != start+1 {
			f.Errorf("the first is 6 minutes old, the cursor moved from %d to %d", start, f.shelf.cursor)
		}
		time.Sleep(2 * time.Minute)
		f.once()
		if f.shelf.cursor != start+2 {
			f.Errorf("both are old, the cursor moved from %d to %d", start, f.shelf.cursor)
		}
		moves := f.shelf.moves
		f.once()
		if f.shelf.moves != moves {
			f.Error("a quiet look wrote to the store")
		}
	})
}

func TestCatchingUpAfterALongStop(t *testing.T) {
	inBubble(t, func(f *feed) {
		f.once()
		f.sim.SetRateLimits(backlogsim.RateLimits{Read: 600, Update: 1000, Search: 150, Icon: 60})
		for n := range 330 {
			f.says("ACME-1", fmt.Sprint(n))
		}
		time.Sleep(24 * time.Hour)
		moves := f.shelf.moves
		// The third page fails: what came before is kept, in steps.
		if err := f.sim.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Path: "/api/v2/space/activities", Skip: 2, Status: 500, Times: 1}}}); err != nil {
			f.Fatal(err)
		}
		n, err := f.poll.Once(f.Context())
		if err == nil || n < 190 || len(f.shelf.keys) != n {
			f.Fatalf("%d events, %v", n, err)
		}
		if steps := f.shelf.moves - moves; steps < 2 {
			f.Errorf("stored in %d steps", steps)
		}
		f.sim.ResetFaults()
		if more := f.once(); n+more != 330 || len(f.shelf.keys) != 330 {
			f.Errorf("%d and then %d events, %d keys", n, more, len(f.shelf.keys))
		}
	})
}

func TestStoreDownLosesNothing(t *testing.T) {
	inBubble(t, func(f *feed) {
		f.once()
		f.says("ACME-1", "x")
		f.shelf.down = errors.New("disk full")
		if _, err := f.poll.Once(f.Context()); err == nil {
			f.Fatal("the store is down and nobody noticed")
		}
		f.shelf.down = nil
		if n := f.once(); n != 1 {
			f.Errorf("found %d", n)
		}
	})
}

func TestRunGoesOnThroughOutageAndRateLimit(t *testing.T) {
	inBubble(t, func(f *feed) {
		ctx, cancel := context.WithCancel(f.Context())
		done := make(chan error)
		go func() { done <- f.poll.Run(ctx) }()
		time.Sleep(10 * time.Second)
		if err := f.sim.AddFaults(backlogsim.Faults{
			Outages: []backlogsim.Outage{{For: backlogsim.Duration(20 * time.Minute)}},
			Rules:   []backlogsim.FaultRule{{Path: "/api/v2/space/activities", Status: http.StatusTooManyRequests, Times: 3}},
		}); err != nil {
			f.Fatal(err)
		}
		time.Sleep(21 * time.Minute)
		f.says("ACME-1", "障害の後")
		time.Sleep(10 * time.Minute)
		f.shelf.mu.Lock()
		keys := len(f.shelf.keys)
		f.shelf.mu.Unlock()
		if keys != 1 {
			f.Errorf("%d events", keys)
		}
		cancel()
		if err := <-done; err != nil {
			f.Errorf("ended with %v", err)
		}
		// A look a minute for half an hour, of which some twenty fall into the outage and the rate limit.
		if f.bad < 15 || f.good < 5 || f.good > 12 {
			f.Errorf("told of %d good looks and %d bad ones", f.good, f.bad)
		}
	})
}

type graves struct{ reasons []string }

func (g *graves) Bury(_ context.Context, door, reason string, raw []byte, _ time.Time) error {
	g.reasons = append(g.reasons, door+": "+reason+": "+string(raw))
	return nil
}

// One activity that can't be read must not stop those after it.
func TestUnreadableActivityIsBuriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const body = `[{"id":7,"type":3,"project":{"projectKey":"ACME"},"content":["?"],"created":"2000-01-01T00:00:00Z"},
			{"id":8,"type":1,"project":{"projectKey":"ACME"},"content":{"key_id":3},"created":"2000-01-01T00:00:00Z"},
			{"id":9,"type":14,"project":{"projectKey":"ACME"},"content":{"link":[{"id":"5","key_id":"2"}]},"created":"2000-01-01T00:00:00Z"},
			{"id":10,"type":34,"project":{"projectKey":"ACME"},"content":{"link":[{"id":6}]},"created":"2000-01-01T00:00:00Z"},
			{"id":11,"type":99,"project":{"projectKey":"ACME"},"content":3,"created":"2000-01-01T00:00:00Z"}]`
		client, err := backlog.New("https://example.backlog.test", "k", backlog.WithTransport(answers(body)))
		if err != nil {
			t.Fatal(err)
		}
		s, g := &shelf{known: true, cursor: 6}, &graves{}
		p := poll.New(poll.Config{Space: "s", Client: client, Store: s, Dead: g, Clock: bot.ClockFunc(time.Now)})
		for range 2 {
			if _, err := p.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"backlog:s:9:5", "backlog:s:10:6"}, s.keys); diff != "" {
			t.Error(diff)
		}
		if len(g.reasons) != 2 || !strings.Contains(g.reasons[0], `["?"]`) || !strings.Contains(g.reasons[1], "names no issue") {
			t.Errorf("buried %q", g.reasons)
		}
	})
}

type answers string

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: readCloser{strings.NewReader(string(a))},
	}, nil
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
