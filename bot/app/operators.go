package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/store"
)

// operatorsLook is the machine time between looks at the dead letters.
const operatorsLook = 30 * time.Second

// operatorsPrefix begins the keys of what is told to operators. Their own dead letters are not told again: that would never end.
const operatorsPrefix = "operators:"

// tellOperators tells the operators' channel of new dead letters, so that nothing is given up silently.
func (a *App) tellOperators(ctx context.Context) error {
	tick := time.NewTicker(operatorsLook)
	defer tick.Stop()
	var told int64 // the epoch of the last move that is queued
	for {
		if err := a.tellOfDeadLetters(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling the operators of dead letters", "error", err)
		}
		if err := a.tellOfMove(ctx, &told); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling the operators of the database's history", "error", err)
		}
		if err := a.tellOfExpiries(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling the operators of what expires", "error", err)
		}
		if err := a.tellOfDates(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("reminding staff of dates of contracts", "error", err)
		}
		if err := a.tellOfDutySince(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling of a change of the duty", "error", err)
		}
		if err := a.tellManagers(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling managers of the week", "error", err)
		}
		if err := a.tellByMail(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling the operators by mail", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// tellOfMove tells once that the database goes on another history than before: Toban looks before it speaks then, but what came from
// buttons and forms in the time that is forgotten has to be looked for by people.
func (a *App) tellOfMove(ctx context.Context, told *int64) error {
	const fresh = 7 * 24 * time.Hour // older news were told, and their effects may be gone from the database
	m, ok, err := a.p.Store.Moved(ctx)
	if err != nil || !ok || m.Epoch == *told || a.p.Clock.Now().Sub(m.At) > fresh {
		return err
	}
	last := "no sign of life of Toban"
	if !m.Last.IsZero() {
		last = "Toban's sign of life of " + m.Last.Format(time.RFC3339) + " as the last one"
	}
	text := fmt.Sprintf("The database goes on another history since %s (%s, before: %s): it was restored, moved, or failed over to another server, and remembers %s.\n"+
		"Everything that waits, and everything decided in the next week, is looked for in Backlog and Slack before it is sent. Look into what came from buttons and forms since then: \"toban restored --config DIR --look\" lists what was said and is not remembered.",
		m.At.Format(time.RFC3339), m.Here, m.Before, last)
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, fmt.Sprintf("%smoved:%d", operatorsPrefix, m.Epoch), nil, bot.Post{Channel: a.p.Config.Server.Operators.Channel, Text: text})
	if err := a.p.Store.Queue(ctx, a.p.Clock.Now(), e); err != nil {
		return err
	}
	*told = m.Epoch
	return nil
}

func (a *App) tellOfDeadLetters(ctx context.Context) error {
	letters, err := a.p.Store.DeadLetterHeads(ctx)
	if err != nil {
		return err
	}
	newest := map[string]store.DeadLetter{}
	var list []store.DeadLetter
	for _, l := range letters {
		if strings.Contains(l.What, operatorsPrefix) {
			continue
		}
		kind, _, _ := strings.Cut(l.ID, ":")
		newest[kind] = l // each kind comes with rising numbers
		list = append(list, l)
	}
	if len(list) == 0 {
		return nil
	}
	// The key names the newest letter of each kind: the same letters are told once, by whichever replica comes first.
	key := operatorsPrefix + "dead:" + newest["event"].ID + "," + newest["effect"].ID + "," + newest["door"].ID
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, bot.Post{Channel: a.p.Config.Server.Operators.Channel, Text: deadLetterText(list, newest)})
	return a.p.Store.Queue(ctx, a.p.Clock.Now(), e)
}

func deadLetterText(list []store.DeadLetter, newest map[string]store.DeadLetter) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Toban could not handle %d things; the newest:", len(list))
	for _, kind := range []string{"event", "effect", "door"} {
		if l, ok := newest[kind]; ok {
			const most = 300
			problem := []rune(l.Problem)
			if len(problem) > most {
				problem = append(problem[:most], '…')
			}
			fmt.Fprintf(&b, "\n• %s (%s): %s", l.ID, l.What, string(problem))
		}
	}
	b.WriteString("\nSee them with \"toban deadletter list\", mend the cause, then \"toban deadletter replay ID\".")
	return b.String()
}

// lacksScopes tells the operators once what Slack does not grant, and what is switched off for want of it. The key names what is missing, so
// that restarts and replicas say it once, and another lack is told anew.
func (a *App) lacksScopes(ctx context.Context, findings []slack.Finding) {
	var names []string
	var text strings.Builder
	text.WriteString("Slack does not grant everything that Toban uses:")
	for _, f := range findings {
		names = append(names, f.What)
		text.WriteString("\n• " + f.What + ": " + f.Detail)
	}
	text.WriteString("\nAdd the scopes to the app's bot scopes (deploy/slack-manifest.yaml has them all), reinstall it, and restart Toban. \"toban doctor\" shows the same.")
	key := operatorsPrefix + "scopes:" + bot.NoticeNumber(strings.Join(names, ","))
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, bot.Post{Channel: a.p.Config.Server.Operators.Channel, Text: text.String()})
	if err := a.p.Store.Queue(ctx, a.p.Clock.Now(), e); err != nil {
		a.p.Logger.Error("telling the operators what Slack does not grant", "error", err)
		return
	}
	a.outbox.Poke()
}
