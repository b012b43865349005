package slacksim_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

// TestManyClientsAtOnce lets clients, people and the app act at the same time. Nothing is lost, nothing has a twin, and every event comes once.
func TestManyClientsAtOnce(t *testing.T) {
	app := newInbox(t)
	const clients, each = 8, 20
	var work sync.WaitGroup
	for n := range clients {
		work.Go(func() {
			for i := range each {
				name := fmt.Sprintf("%d-%d", n, i)
				_, ts, err := app.api.PostMessageContext(context.Background(), desk, text("投稿 "+name))
				if err != nil {
					t.Error(err)
					return
				}
				if _, _, _, err := app.api.UpdateMessageContext(context.Background(), desk, ts, text("更新 "+name)); err != nil {
					t.Error(err)
				}
				if err := app.React(context.Background(), slacksim.React{User: "sato", Channel: desk, TS: ts, Name: "eyes"}); err != nil {
					t.Error(err)
				}
				if _, err := app.Say(context.Background(), slacksim.Say{User: "suzuki", Channel: desk, ThreadTS: ts, Text: name}); err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					_ = app.State("tanaka")
					_ = app.Requests("chat.update")
				}
			}
		})
	}
	work.Wait()
	app.last(t, "/events")
	seen := map[string]bool{}
	for _, d := range app.all("/events") {
		if id := eventID(d); seen[id] {
			t.Errorf("%s came twice", id)
		} else {
			seen[id] = true
		}
	}
	if want := clients * each * 4; len(seen) != want || len(app.Messages(desk)) != clients*each*2 {
		t.Errorf("%d events of %d, %d messages of %d", len(seen), want, len(app.Messages(desk)), clients*each*2)
	}
	ts := map[string]bool{}
	got := walk(t, app.rig, "conversations.history", url.Values{"channel": {desk}, "limit": {"33"}}, idsOf("messages", "ts"), func() {})
	for _, k := range got {
		ts[k] = true
	}
	if len(ts) != clients*each {
		t.Errorf("%d different ts among %d", len(ts), len(got))
	}
}

// acknowledgeAll is an app on one socket that acknowledges whatever comes, and counts it.
func acknowledgeAll(b *testing.B, base string) *atomic.Int64 {
	b.Helper()
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	_, u, err := api.StartSocketModeContext(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(b.Context(), u, nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
	var n atomic.Int64
	go func() {
		for {
			var in struct {
				ID string `json:"envelope_id"`
			}
			if conn.ReadJSON(&in) != nil {
				return
			}
			if in.ID != "" {
				n.Add(1)
				_ = conn.WriteJSON(map[string]string{"envelope_id": in.ID})
			}
		}
	}()
	return &n
}

// BenchmarkLoad is the load run: clients on real sockets that post, edit and read while every post goes out as an event over Socket Mode.
// One operation is one of each.
func BenchmarkLoad(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			s := slacksim.New(slacksim.Options{})
			if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
				b.Fatal(err)
			}
			hs := httptest.NewServer(s)
			s.SetBaseURL(hs.URL)
			b.Cleanup(func() { _ = s.Close(); hs.Close() })
			acked := acknowledgeAll(b, hs.URL)
			tr := &http.Transport{MaxIdleConnsPerHost: clients}
			api := slack.New(botToken, slack.OptionAPIURL(hs.URL+"/api/"), slack.OptionHTTPClient(&http.Client{Transport: tr}))
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var work sync.WaitGroup
			for range clients {
				work.Go(func() {
					for left.Add(-1) >= 0 {
						_, ts, err := api.PostMessageContext(context.Background(), desk, text("負荷"))
						if err == nil {
							_, _, _, err = api.UpdateMessageContext(context.Background(), desk, ts, text("更新"))
						}
						if err == nil {
							_, err = api.GetConversationHistoryContext(context.Background(), &slack.GetConversationHistoryParameters{ChannelID: desk, Limit: 20})
						}
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			work.Wait()
			if err := s.Quiet(context.Background()); err != nil {
				b.Fatal(err)
			}
			if got := acked.Load(); got != int64(2*b.N) { // a post and its edit
				b.Errorf("%d events of %d", got, 2*b.N)
			}
			b.ReportMetric(float64(3*b.N)/b.Elapsed().Seconds(), "calls/s")
			b.ReportMetric(float64(2*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
