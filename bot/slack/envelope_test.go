package slack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// strange is a Slack that sends the frames it is given and passes on the envelope ids that are acknowledged.
func strange(t *testing.T, frames ...string) (apiURL string, acks <-chan string) {
	t.Helper()
	out := make(chan string, 10)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/api/apps.connections.open", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"url":"ws%s/link"}`, strings.TrimPrefix(server.URL, "http"))
	})
	mux.HandleFunc("/link", func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for _, f := range frames {
			if conn.WriteMessage(websocket.TextMessage, []byte(f)) != nil {
				return
			}
		}
		for {
			var ack struct {
				ID string `json:"envelope_id"`
			}
			if conn.ReadJSON(&ack) != nil {
				return
			}
			out <- ack.ID
		}
	})
	return server.URL + "/api/", out
}

func TestOddEnvelopes(t *testing.T) {
	click := func(message string) string {
		c, err := json.Marshal(string(ticket) + "|3|")
		if err != nil {
			t.Fatal(err)
		}
		return `{"type":"block_actions","trigger_id":"1.2.3","user":{"id":"U0SATO"},"container":{"channel_id":"C0DESK"},"message":` + message +
			`,"actions":[{"type":"button","action_id":"desk.take","block_id":"b","value":` + string(c) + `}]}`
	}
	envelope := func(id, kind, payload string) string {
		return fmt.Sprintf(`{"envelope_id":%q,"type":%q,"payload":%s}`, id, kind, payload)
	}
	for _, tt := range []struct {
		name, frame string
		ack         bool
		actions     int
		buried      string
	}{
		{"a block that slack-go can't decode", envelope("e1", "interactive", click(`{"blocks":[{"type":"section","text":5}]}`)), true, 1, ""},
		{"an event that slack-go can't decode", envelope("e2", "events_api", `{"type":"event_callback","event":{"type":"message","blocks":7}}`), true, 0, ""},
		{"nobody", envelope("e3", "interactive", `{"type":"block_actions"}`), true, 0, "slack.interactions"},
		{"a kind that we don't know", envelope("e4", "mind_reading", `{"type":"x"}`), true, 0, "slack.events"},
		{"no envelope", `{"type":"gossip"}`, false, 0, "slack.events"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			api, acks := strange(t, `{"type":"hello"}`, tt.frame)
			b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) { c.APIURL, c.HTTPClient = api, nil })
			go func() { _ = b.slack.RunSocket(t.Context()) }()
			if tt.ack {
				select {
				case <-acks:
				case <-time.After(10 * time.Second):
					t.Fatalf("no acknowledgement: %s", b.logged())
				}
			}
			until(t, "the delivery is kept", func() bool { return tt.buried == "" || len(b.dead.all()) == 1 })
			if n := len(b.inbox.actions(t)); n != tt.actions {
				t.Errorf("%d actions, want %d", n, tt.actions)
			}
			if d := b.dead.all(); len(d) > 0 != (tt.buried != "") || !strings.HasPrefix(strings.Join(d, ""), tt.buried) {
				t.Errorf("buried %q, want %q", d, tt.buried)
			}
		})
	}
}

func TestEnvelopeThatCouldNotBeKeptIsNotAcknowledged(t *testing.T) {
	api, acks := strange(t, `{"type":"hello"}`, `{"envelope_id":"e1","type":"interactive","payload":{"type":"block_actions"}}`)
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) { c.APIURL, c.HTTPClient = api, nil })
	b.dead.err = http.ErrServerClosed
	go func() { _ = b.slack.RunSocket(t.Context()) }()
	until(t, "the failure is logged", func() bool { return b.counted("slack.interactions failed") == 1 })
	select {
	case id := <-acks:
		t.Errorf("%s was acknowledged although it is lost", id)
	default:
	}
}
