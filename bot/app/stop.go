package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/mask"
	"toban/bot/store"
	"toban/bot/watch"
	"toban/config"
)

// Switch stops what goes outward and starts it again, from Slack and from the command line. It needs the database and nothing else, so it
// works while everything else is in trouble.
type Switch struct {
	Store  *store.Store
	Config *config.Config
	Now    func() time.Time // world time
}

// Stop implements slack.Switch; by is the name of a person. The operators and the customers' channels are told in the same transaction.
func (s Switch) Stop(ctx context.Context, customer, by, reason string) (first bool, err error) {
	if err := s.known(customer); err != nil {
		return false, err
	}
	reason, _ = mask.Text(reason)
	st := store.Stop{Customer: customer, Since: s.Now().Truncate(time.Microsecond), Person: by, Reason: reason}
	text := fmt.Sprintf("⛔ %sが%sへの発信を止めました。コメント、レポート、メール、電話は出ません。時計は止まりません。急ぐ連絡は人がお願いします。再開: /toban start", by, s.whose(customer))
	if reason != "" {
		text += "\n理由: " + reason
	}
	return s.Store.Stop(ctx, st, s.tell("stop", st, text)...)
}

// Start implements slack.Switch; it answers how many stops it ended.
func (s Switch) Start(ctx context.Context, customer, by string) (ended int, err error) {
	if err := s.known(customer); err != nil {
		return 0, err
	}
	held, _, err := s.Store.Held(ctx)
	if err != nil {
		return 0, err
	}
	list, err := s.Store.Start(ctx, customer, s.Now(), func(stops []store.Stop) []bot.Effect {
		var out []bot.Effect
		for _, st := range stops {
			text := fmt.Sprintf("▶ %sが%sへの発信を再開しました。止まっていたのは%sからです。待っていた発信(全体で%d件)が順に出ます。", by, s.whose(st.Customer), s.when(st), held)
			out = append(out, s.tell("start", st, text)...)
		}
		return out
	})
	return len(list), err
}

// bars is what the gate asks.
func (a *App) bars(ctx context.Context) (watch.Bars, error) {
	out := watch.Bars{Modes: map[bot.ModeKey]bot.Mode{}, Born: map[bot.ModeKey]time.Time{}}
	list, err := a.p.Store.Stops(ctx)
	if err != nil {
		return out, err
	}
	for _, st := range list {
		out.Stopped = append(out.Stopped, st.Customer)
	}
	modes, err := a.p.Store.Modes(ctx)
	for _, m := range modes {
		out.Modes[m.ModeKey] = m.Mode
		if !m.Born.IsZero() {
			out.Born[m.ModeKey] = m.Born
		}
	}
	if e := a.readDuty(ctx); e != nil {
		a.p.Logger.Warn("going on with the duty as it was", "error", e)
	}
	return out, err
}

// Modes tells and changes how far Toban goes.
func (a *App) Modes() Modes {
	return Modes{Store: a.p.Store, Config: a.p.Config, Now: a.p.Clock.Now, Machine: a.machine}
}

func (s Switch) known(customer string) error {
	if _, ok := s.Config.Customer(customer); customer != "" && !ok {
		return fmt.Errorf("finding customer %q: no file of customers/ has that name", customer)
	}
	return nil
}

func (s Switch) whose(customer string) string {
	if c, ok := s.Config.Customer(customer); ok {
		return c.Name + "様"
	}
	return "すべてのお客様"
}

func (s Switch) when(st store.Stop) string {
	zone := time.UTC
	for i := range s.Config.Customers {
		if c := &s.Config.Customers[i]; c.Zone != nil && (st.Customer == "" || st.Customer == c.ID) {
			zone = c.Zone
			break
		}
	}
	return st.Since.In(zone).Format("1月2日15:04 MST")
}

// tell makes the posts for the operators' channel and those of the customers concerned, each once.
func (s Switch) tell(what string, st store.Stop, text string) []bot.Effect {
	channels := []string{s.Config.Server.Operators.Channel}
	for i := range s.Config.Customers {
		if c := &s.Config.Customers[i]; st.Customer == "" || st.Customer == c.ID {
			channels = append(channels, c.Channel)
		}
	}
	slices.Sort(channels)
	var out []bot.Effect
	for _, c := range slices.Compact(channels) {
		if c == "" {
			continue
		}
		key := fmt.Sprintf("%s%s:%s:%d:%s", operatorsPrefix, what, cmp.Or(st.Customer, "all"), st.Since.UnixMicro(), c)
		e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, bot.Post{Channel: c, Text: strings.TrimSpace(text)})
		e.Urgent = true
		out = append(out, e)
	}
	return out
}
