package slack_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/outbox/effecttest"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// floor is a workspace for the suite of faults: method is the call that carries an effect out, marks the texts by which an arrival is known.
func floor(t *testing.T, method string, effect func(b *bench, n int) bot.Effect, texts func(b *bench) []string) effecttest.Bench {
	var open func() *slack.Slack
	wire := &lateWire{method: method}
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.Clock = bot.ClockFunc(time.Now)
		wire.next, c.HTTPClient = c.HTTPClient.Transport, &http.Client{Transport: wire}
		config := *c
		open = func() *slack.Slack {
			s, err := slack.New(config)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	})
	return effecttest.Bench{
		Open:   func() bot.Sender { return open() },
		Effect: func(n int) bot.Effect { return effect(b, n) },
		Arrived: func() []effecttest.Arrival {
			var out []effecttest.Arrival
			for _, text := range texts(b) {
				var n int
				_, text, _ = strings.Cut(text, "お知らせ")
				if _, err := fmt.Sscanf(text, "%d", &n); err == nil {
					out = append(out, effecttest.Arrival{N: n})
				}
			}
			return out
		},
		Break: func(f effecttest.Fault) {
			rule := map[effecttest.Fault]slacksim.Fault{
				effecttest.Lost: {Kind: slacksim.FaultDropAfter}, effecttest.Failing: {Kind: slacksim.FaultFailBefore},
				effecttest.Limited: {Kind: slacksim.FaultRateLimit, RetryAfter: 5},
			}[f]
			if f == effecttest.Timeout {
				wire.late.Store(true)
				return
			}
			rule.Method, rule.Count = method, 1
			if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// lateWire keeps one answer back until the caller has given up; what was asked for is done.
type lateWire struct {
	next   http.RoundTripper
	method string
	late   atomic.Bool
}

// RoundTrip implements http.RoundTripper.
func (w *lateWire) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.next.RoundTrip(r)
	if strings.HasSuffix(r.URL.Path, w.method) && w.late.CompareAndSwap(true, false) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return res, err
}

func toldIn(channel string) func(b *bench) []string {
	return func(b *bench) []string {
		var out []string
		for _, m := range b.messages(channel) {
			out = append(out, m.Text)
		}
		return out
	}
}

func TestFaultsOfPosts(t *testing.T) {
	effecttest.Run(t, "Slack message", func(t *testing.T) effecttest.Bench {
		return floor(t, "chat.postMessage", func(_ *bench, n int) bot.Effect {
			return bot.MakeEffect(bot.EffectPost, bot.Notice, "", &bot.Ticket{ID: ticket, Customer: "acme"}, bot.Post{Channel: "C0DESK", Text: fmt.Sprint("お知らせ", n)})
		}, toldIn("C0DESK"))
	})
}

// Each message is there before, with other words.
func TestFaultsOfEdits(t *testing.T) {
	effecttest.Run(t, "Slack message edited", func(t *testing.T) effecttest.Bench {
		refs := map[int]string{}
		return floor(t, "chat.update", func(b *bench, n int) bot.Effect {
			if refs[n] == "" {
				a := attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: fmt.Sprint("名前", n)})
				a.Effect.Key, a.Effect.Ticket = fmt.Sprint("before/", n), ""
				sent, err := b.slack.Send(t.Context(), a)
				if err != nil {
					t.Fatal(err)
				}
				refs[n] = sent.RemoteID
			}
			return bot.MakeEffect(bot.EffectPost, bot.Notice, "", &bot.Ticket{ID: ticket, Customer: "acme"}, bot.Post{Text: fmt.Sprint("お知らせ", n), Edit: refs[n]})
		}, toldIn("C0DESK"))
	})
}

func TestFaultsOfCards(t *testing.T) {
	effecttest.Run(t, "Slack card", func(t *testing.T) effecttest.Bench {
		return floor(t, "chat.postMessage", func(_ *bench, n int) bot.Effect {
			c := card()
			c.Ticket, c.Title = bot.TicketID(fmt.Sprintf("acme.backlog.com/%d", n)), fmt.Sprint("お知らせ", n)
			return bot.MakeEffect(bot.EffectCard, bot.Notice, "", &bot.Ticket{ID: c.Ticket, Customer: "acme"}, c)
		}, func(b *bench) []string {
			var out []string
			for _, m := range b.messages("C0DESK") {
				if m.Metadata.Payload["card"] != "" {
					out = append(out, "お知らせ"+m.Metadata.Payload["card"][len("acme.backlog.com/"):])
				}
			}
			return out
		})
	})
}

func TestFaultsOfWhispers(t *testing.T) {
	effecttest.Run(t, "ephemeral message", func(t *testing.T) effecttest.Bench {
		return floor(t, "chat.postEphemeral", func(_ *bench, n int) bot.Effect {
			return bot.MakeEffect(bot.EffectEphemeral, bot.Notice, "", nil, bot.Ephemeral{Channel: "C0DESK", User: "U0SATO", Text: fmt.Sprint("お知らせ", n)})
		}, func(b *bench) []string { return b.whispers("sato") })
	})
}
