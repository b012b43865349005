package phone_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/outbox/effecttest"
	"toban/bot/phone"
	"toban/bot/phone/phonesim"
)

func TestFaultsOfCalls(t *testing.T) {
	effecttest.Run(t, "call", func(t *testing.T) effecttest.Bench {
		d := &desk{T: t, sim: phonesim.New(phonesim.Options{})}
		d.person(phonesim.Person{Behaviour: phonesim.Answers, Key: "1"})
		return effecttest.Bench{
			Open: func() bot.Sender {
				d.cfg = phone.Config{
					Provider: carrier{&http.Client{Transport: d.sim.RoundTripper()}}, Clock: bot.ClockFunc(time.Now),
					Resolve: func(string, string) (phone.Number, bool) {
						return phone.Number{Name: "田中様", Number: number}, true
					},
					Tell: d.told,
				}
				d.open()
				return d.phone
			},
			Effect: func(n int) bot.Effect {
				return bot.MakeEffect(bot.EffectCall, bot.Notice, "", &bot.Ticket{ID: "s/1", Customer: "acme"}, bot.Call{To: "contact:tanaka", Text: fmt.Sprint("用件", n), Keys: map[string]string{"1": "了解"}})
			},
			Arrived: func() []effecttest.Arrival {
				var out []effecttest.Arrival
				for _, c := range d.sim.Calls() {
					var n int
					if _, err := fmt.Sscanf(c.Said["text"], "用件%d", &n); err != nil {
						t.Errorf("said %v", c.Said)
					}
					out = append(out, effecttest.Arrival{N: n})
				}
				return out
			},
			Break: func(f effecttest.Fault) {
				kind := map[effecttest.Fault]phonesim.FaultKind{
					effecttest.Lost: phonesim.DropAfter, effecttest.Timeout: phonesim.Slow, effecttest.Failing: phonesim.FailBefore, effecttest.Limited: phonesim.Limited,
				}[f]
				d.breaks(phonesim.Fault{Kind: kind, Op: phonesim.Start, Times: 1})
			},
			Close: func() {
				d.sim.Close()
				if len(d.news) > 0 {
					t.Errorf("staff were told %v", d.news)
				}
			},
		}
	})
}
