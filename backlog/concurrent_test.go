package backlog_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// TestManyClientsAtOnce lets several people with several clients each write and read at the same time, with lag, lost answers and errors: every answer
// that came is true, every comment is there once, ids rise, and each change told by webhook is in the feed. Meant for the race detector, too.
func TestManyClientsAtOnce(t *testing.T) {
	const each = 12
	var mu sync.Mutex
	told := map[backlog.ID]int{}
	s := backlogsim.New(backlogsim.Options{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		a, err := backlog.DecodeWebhook(body)
		if err != nil {
			t.Error(err)
			return reply(400, ""), nil
		}
		mu.Lock()
		defer mu.Unlock()
		told[a.ID]++
		return reply(200, ""), nil
	})})
	defer s.Close()
	seed := backlogsim.SampleSeed()
	seed.RateLimits = &backlogsim.RateLimits{Read: 1 << 20, Update: 1 << 20, Search: 1 << 20, Icon: 1 << 20}
	seed.Projects[0].Webhooks = []backlogsim.SeedWebhook{{Name: "all", HookURL: "https://hook.example/"}}
	seed.Faults = &backlogsim.Faults{Seed: 7, Rules: []backlogsim.FaultRule{
		{Method: "POST", Path: "/api/v2/issues/*/comments", Lost: "drop", Rate: 0.2},
		{Method: "GET", Status: 503, Rate: 0.05},
		{Lag: backlogsim.Duration(time.Microsecond), LagMax: backlogsim.Duration(time.Millisecond), Rate: 0.3},
	}, Webhooks: &backlogsim.WebhookFaults{Duplicate: 0.2}}
	if err := s.Load(seed); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n, key := range []string{backlogsim.SampleBotKey, backlogsim.SampleStaffKey, backlogsim.SampleCustomerKey, backlogsim.SampleAdminKey} {
		c, err := backlog.New("http://space.example", key, backlog.WithTransport(s.RoundTripper()), backlog.WithRetries(20))
		if err != nil {
			t.Fatal(err)
		}
		for lane := range 2 {
			wg.Go(func() { writeAndRead(t, c, fmt.Sprintf("%d/%d", n, lane), each) })
		}
	}
	wg.Go(func() { // and somebody at the panel
		for n := range 5 {
			if _, err := s.BulkUpdate(backlogsim.Bulk{User: backlogsim.SampleStaffID, Issues: []string{"AOZORA-1", "AOZORA-2"}, PriorityID: 2 + n%3, Comment: "まとめて"}); err != nil {
				t.Error(err)
			}
			s.SetChoices(backlogsim.Choices{MinIDExclusive: n%2 == 0})
			_ = s.Requests()
			_ = s.Deliveries()
		}
	})
	wg.Wait()
	s.ResetFaults()
	if err := s.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := backlog.New("http://space.example", backlogsim.SampleBotKey, backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	for m, err := range c.AllIssueComments(t.Context(), "AOZORA-1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(m.Content, "発言") {
			said[m.Content]++
		}
	}
	if len(said) != 8*each {
		t.Errorf("%d comments, want %d", len(said), 8*each)
	}
	for text, n := range said {
		if n != 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
	feed := idsOf(t, c.AllSpaceActivities(t.Context(), 0), func(a *backlog.Activity) backlog.ID { return a.ID })
	for id := range told {
		if !slices.Contains(feed, id) {
			t.Errorf("webhook %d is not in the feed", id)
		}
	}
}

// writeAndRead says each thing once: when an answer was lost, it looks before it says it again.
func writeAndRead(t *testing.T, c *backlog.Client, name string, times int) {
	ctx := t.Context()
	for n := range times {
		text := fmt.Sprintf("発言 %s %d。", name, n)
		_, err := c.CreateIssueComment(ctx, "AOZORA-1", &backlog.CreateIssueCommentInput{Content: text})
		if backlog.IsAmbiguous(err) {
			there := false
			for m, err := range c.AllIssueComments(ctx, "AOZORA-1", 0) {
				if err != nil {
					t.Error(err)
					return
				}
				there = there || m.Content == text
			}
			if !there {
				t.Errorf("%q: an answer was lost and so is the comment", text)
			}
			err = nil
		}
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := c.GetIssue(ctx, "AOZORA-1"); err != nil {
			t.Error(err)
		}
	}
}
