package app

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/outbox/effecttest"
)

// TestFaultsOfLooks: a look whose answer is lost is made again; nothing stands anywhere but the answers.
func TestFaultsOfLooks(t *testing.T) {
	effecttest.Run(t, "look", func(*testing.T) effecttest.Bench {
		var arrived []effecttest.Arrival
		var broken effecttest.Fault
		ask := func(ctx context.Context, customer string, l bot.Look) (bot.LookResult, []string, error) {
			fault := broken
			broken = ""
			n := 0
			if _, err := fmt.Sscan(customer, &n); err != nil {
				return "", nil, err
			}
			switch fault {
			case effecttest.Failing, effecttest.Limited:
				return "", nil, context.DeadlineExceeded
			case effecttest.Lost, effecttest.Timeout:
				arrived = append(arrived, effecttest.Arrival{N: n})
				return "", nil, context.DeadlineExceeded
			default:
			}
			arrived = append(arrived, effecttest.Arrival{N: n})
			return bot.LookPass, []string{l.What}, ctx.Err()
		}
		return effecttest.Bench{
			Open: func() bot.Sender { return looker{ask: ask, now: time.Now} },
			Effect: func(n int) bot.Effect {
				e := bot.MakeEffect(bot.EffectLook, bot.Notice, "", nil, bot.Look{What: bot.LookRoles})
				e.Ticket, e.Customer = "s/1", fmt.Sprint(n)
				return e
			},
			Arrived: func() []effecttest.Arrival { return arrived },
			Break:   func(f effecttest.Fault) { broken = f },
		}
	})
}

// TestALookThatCantBeToldSaysSo: what could not be found out comes back as such, with its reason, and is no dead letter.
func TestALookThatCantBeToldSaysSo(t *testing.T) {
	l := looker{now: time.Now, ask: func(context.Context, string, bot.Look) (bot.LookResult, []string, error) {
		return bot.LookPass, nil, errors.New("no route")
	}}
	sent, err := l.Send(t.Context(), bot.Attempt{Effect: bot.MakeEffect(bot.EffectLook, bot.Notice, "look", nil, bot.Look{What: bot.LookRoles})})
	if err != nil || sent.Outcome != string(bot.LookUnknown) || sent.Why != "確認できませんでした: no route" {
		t.Errorf("sent %+v, %v", sent, err)
	}
}
