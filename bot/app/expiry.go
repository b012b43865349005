package app

import (
	"context"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/watch"
)

// expiryDays are the days before the end at which operators hear of it.
var expiryDays = [...]int{30, 7, 1}

// tellOfExpiries tells the operators' channel of what will end by itself, each time once, by whichever replica looks first.
func (a *App) tellOfExpiries(ctx context.Context) error {
	now := a.p.Clock.Now()
	for _, e := range a.p.Config.Server.Expires {
		left := e.End().Sub(now)
		near := 0
		for _, days := range expiryDays {
			if left <= time.Duration(days)*day {
				near = days
			}
		}
		if near == 0 {
			continue
		}
		text := fmt.Sprintf("%s holds until the end of %s, %d days from now. deploy/RUNBOOK.md says how to replace it without a restart.", e.What, e.On, int(left/day))
		if left <= 0 {
			near, text = 0, fmt.Sprintf("%s held until the end of %s and has ended.", e.What, e.On)
		}
		key := fmt.Sprintf("%sexpires:%s:%s:%d", operatorsPrefix, e.What, e.On, near)
		effect := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, bot.Post{Channel: a.p.Config.Server.Operators.Channel, Text: text})
		if err := a.p.Store.Queue(ctx, now, effect); err != nil {
			return err
		}
	}
	return nil
}

// expiryFindings is what doctor says of it.
func (a *App) expiryFindings() []Finding {
	var out []Finding
	for _, e := range a.p.Config.Server.Expires {
		f := Finding{Level: LevelOK, What: fmt.Sprintf("%s holds until %s", e.What, e.On)}
		switch left := e.End().Sub(a.p.Clock.Now()); {
		case left <= 0:
			f = Finding{LevelError, fmt.Sprintf("%s ended on %s", e.What, e.On), "replace it; deploy/RUNBOOK.md says how"}
		case left <= time.Duration(expiryDays[0])*day:
			f.Level, f.Mend = LevelWarn, "replace it in time; deploy/RUNBOOK.md says how"
		}
		out = append(out, f)
	}
	return out
}

// fixedFindings is what doctor says of secrets that a running Toban can't be given anew.
func (a *App) fixedFindings() []Finding {
	n := len(a.p.Config.Fixed)
	if n == 0 {
		return nil
	}
	return []Finding{{LevelOK, fmt.Sprintf("%d secrets are held by environment variables, which change with a restart only", n), "file:PATH, or NAME_FILE in place of NAME, is read anew at SIGHUP"}}
}

// clockFinding is what doctor says of this machine's clock.
func (a *App) clockFinding() Finding {
	const mend = "let NTP set this machine's clock (timedatectl, chronyc tracking)"
	switch d := a.offset(); {
	case a.shared == nil:
		return Finding{Level: LevelOK, What: "the database's clock is this machine's"}
	case !a.fit():
		return Finding{LevelError, fmt.Sprintf("this machine's clock is %s ahead of the database's: a replica here claims nothing", d.Round(time.Millisecond)), mend}
	case d.Abs() > watch.OffsetWarn:
		return Finding{LevelWarn, fmt.Sprintf("this machine's clock is %s ahead of the database's", d.Round(time.Millisecond)), mend}
	default:
		return Finding{Level: LevelOK, What: fmt.Sprintf("this machine's clock is within %s of the database's", watch.OffsetWarn)}
	}
}
