package slack_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// connected says of every channel that another organisation is in it, while on is set.
type connected struct {
	http.RoundTripper
	on *atomic.Bool
}

func (c connected) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.RoundTripper.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/conversations.info") || !c.on.Load() {
		return res, err
	}
	raw, err := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(bytes.Replace(raw, []byte(`"is_ext_shared":false`), []byte(`"is_ext_shared":true`), 1)))
	return res, err
}

// Nothing internal goes into a customer's channel once another organisation reads it: a permanent refusal that says what to do, told to operators,
// until the channel is the provider's own again.
func TestSharedChannelGetsNothing(t *testing.T) {
	on := &atomic.Bool{}
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.HTTPClient = &http.Client{Transport: connected{c.HTTPClient.Transport, on}}
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.slack.Announce(ctx)
	b.post()
	on.Store(true)
	event := func(kind string) {
		t.Helper()
		body := `{"type":"event_callback","event":{"type":"` + kind + `","channel":"C0DESK"}}`
		if w := b.serve(signed("/slack/events", "application/json", body, b.seed.App.SigningSecret, time.Now())); w.Code != http.StatusOK {
			t.Fatalf("%s: %d", kind, w.Code)
		}
	}
	event("channel_shared")
	for kind, body := range map[bot.EffectKind]any{bot.EffectCard: card(), bot.EffectPost: bot.Post{Channel: "C0DESK", Text: "内部の話"}} {
		_, err := b.slack.Send(t.Context(), attempt(t, kind, body))
		if !bot.IsPermanent(err) || !strings.Contains(err.Error(), "another organisation") {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if lost := b.dead.all(); len(lost) != 1 || !strings.Contains(lost[0], "C0DESK of customer acme") {
		t.Errorf("operators hear %q", lost)
	}
	if n := len(b.messages("C0DESK")); n != 1 {
		t.Errorf("%d messages in a shared channel", n)
	}
	on.Store(false)
	event("channel_unshared")
	if _, err := b.slack.Send(t.Context(), attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "また社内だけです"})); err != nil {
		t.Error(err)
	}
}
