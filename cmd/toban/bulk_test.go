package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
)

// twin is a second replica on the same database, with a Backlog client of its own that knows the same key.
func (b *bench) twin() (stop func()) {
	b.t.Helper()
	a, err := app.New(b.t.Context(), app.Parts{
		Config: b.cfg, Store: b.store, Clock: bubbleClock{}, Transport: b.route, Look: 20 * time.Second, SlackPace: standinPace, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	}
}

// A thousand announcements are under way and the space allows few updates: an incident that is reported in the middle of them still gets
// its receipt and its first notice within seconds, because incidents go first, in the outbox and at the gate, and a fifth of each minute
// is theirs.
func TestFirstNoticePassesAThousandAnnouncements(t *testing.T) {
	const announcements, updates, within = 1000, 60, 5 * time.Second
	for _, replicas := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d", replicas), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, tokyo(t, "2026-11-24 22:10:00"))
				defer b.close()
				// A project that is no customer's: what becomes of the announcements there is not this test's business.
				b.call(backlogsim.SampleAdminKey, http.MethodPost, "/projects", url.Values{
					"name": {"お知らせ"}, "key": {"NEWS"}, "chartEnabled": {"false"}, "subtaskingEnabled": {"false"}, "textFormattingRule": {"markdown"},
				}, nil)
				b.call(backlogsim.SampleAdminKey, http.MethodPost, "/projects/NEWS/users", url.Values{"userId": {fmt.Sprint(backlogsim.SampleBotID)}}, nil)
				b.backlog.SetRateLimits(backlogsim.RateLimits{Read: 600, Update: updates, Search: 150, Icon: 60})
				if replicas == 2 {
					defer b.twin()()
				}
				var list []bot.Effect
				for i := range announcements {
					e := bot.MakeEffect(bot.EffectIssue, bot.Notice, fmt.Sprintf("announce:%d", i), nil, bot.NewIssue{
						Space: "demo", Project: "NEWS", IssueType: "タスク", Summary: fmt.Sprintf("メンテナンスのお知らせ %d", i), Description: "停止を伴います。",
					})
					e.Customer, e.Bulk = demoCustomer, true
					list = append(list, e)
				}
				if err := b.store.Queue(t.Context(), time.Now(), list...); err != nil {
					t.Fatal(err)
				}
				// Not at the turn of a minute, when everything is allowed anew, but at its end, when the announcements have used their part.
				time.Sleep(3*time.Minute + 50*time.Second)
				for n := range 2 {
					opened := time.Now()
					is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
					time.Sleep(time.Minute)
					said := b.said(is.Key)
					if len(said) != 2 {
						t.Fatalf("incident %d: said %+v, want receipt and first notice", n, said)
					}
					if took := said[1].Created.Sub(opened); took > within {
						t.Errorf("incident %d: the first notice took %s", n, took)
					}
				}
				if st, err := b.store.Status(t.Context(), time.Now()); err != nil || st.OpenEffects+st.WaitingEffects < announcements/2 {
					t.Errorf("only %d announcements are left, the test shows nothing: %v", st.OpenEffects+st.WaitingEffects, err)
				}
				b.fair(updates)
			})
		})
	}
}

// fair looks at what the vendor saw: nothing refused, a fifth of each minute left by those in bulk, a second between two of them.
func (b *bench) fair(updates int) {
	b.t.Helper()
	perMinute := map[int64]int{}
	sent := 0
	var last time.Time
	for _, r := range b.backlog.Requests() {
		if r.Status == http.StatusTooManyRequests {
			b.t.Errorf("the vendor refused %s %s at %s", r.Method, r.Path, r.At)
		}
		if r.Method != http.MethodPost || !strings.HasSuffix(r.Path, "/issues") || r.User != backlogsim.SampleBotID {
			continue
		}
		sent++
		perMinute[r.At.Unix()/60]++
		if gap := r.At.Sub(last); gap < time.Second {
			b.t.Errorf("two announcements within %s at %s", gap, r.At)
		}
		last = r.At
	}
	for m, n := range perMinute {
		if n > updates*4/5 {
			b.t.Errorf("%d of %d updates in minute %d were announcements", n, updates, m)
		}
	}
	if sent < 3*updates {
		b.t.Errorf("only %d announcements went out", sent)
	}
}
