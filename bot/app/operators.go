package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"toban/bot"
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
	for {
		if err := a.tellOfDeadLetters(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling the operators of dead letters", "error", err)
		}
		if err := a.tellOfExpiries(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("telling the operators of what expires", "error", err)
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

func (a *App) tellOfDeadLetters(ctx context.Context) error {
	letters, err := a.p.Store.DeadLetters(ctx)
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
