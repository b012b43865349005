package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// Slack is taken for down when a notice has waited for it so long (world time); while it is, the operators hear of it by mail every hour.
const (
	slackDown  = 5 * time.Minute
	slackAgain = time.Hour
	slackShown = 20 // notices that a mail repeats
)

// tellByMail tells the operators by mail what Slack can't be told: that it takes nothing, and that it refused what was for them.
func (a *App) tellByMail(ctx context.Context) error {
	if a.mail == nil || len(a.p.Config.Server.Operators.Mail) == 0 {
		return nil
	}
	if err := a.mailSlackDown(ctx); err != nil {
		return err
	}
	return a.mailRefused(ctx)
}

func (a *App) mailSlackDown(ctx context.Context) error {
	now := a.p.Clock.Now()
	// It takes messages again: what still waits from before comes with its own next try.
	if last := a.took.Load(); last != nil && now.Sub(*last) < slackDown {
		return nil
	}
	w, err := a.p.Store.Unsent(ctx, "slack", now.Add(-slackDown), slackShown)
	if err != nil || w.N == 0 {
		return err
	}
	since := w.Oldest.UTC().Format(time.RFC3339)
	var b strings.Builder
	fmt.Fprintf(&b, "Slack has not taken %d messages; the oldest waits since %s. Toban goes on: promises to customers are kept, and what waits goes out in order when Slack is back. Until then staff see nothing of it in Slack:\n", w.N, since)
	for _, e := range w.First {
		fmt.Fprintf(&b, "\n* %s", sayOf(e))
	}
	if more := w.N - int64(len(w.First)); more > 0 {
		fmt.Fprintf(&b, "\n* and %d more", more)
	}
	b.WriteString("\n\nSee https://slack-status.com and \"toban doctor\"; deploy/RUNBOOK.md says what to do.")
	// The oldest notice names the outage: the same one is told once an hour, by whichever replica comes first.
	key := fmt.Sprintf("slack:%d:%d", w.Oldest.UnixMicro(), now.Sub(w.Oldest)/slackAgain)
	return a.mailOperators(ctx, key, fmt.Sprintf("Toban: Slack takes no messages since %s", since), b.String())
}

// mailRefused tells of posts for the operators that Slack refused for good: their channel can't tell of itself.
func (a *App) mailRefused(ctx context.Context) error {
	letters, err := a.p.Store.DeadLetterHeads(ctx)
	if err != nil {
		return err
	}
	var refused []store.DeadLetter
	for _, l := range letters {
		if strings.HasPrefix(l.What, string(bot.EffectPost)+" "+operatorsPrefix) {
			refused = append(refused, l)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	newest, ok, err := a.p.Store.DeadEffect(ctx, refused[len(refused)-1].ID)
	if err != nil || !ok { // it was replayed just now
		return err
	}
	text := fmt.Sprintf("Slack refused %d messages for the operators' channel. The newest (%s): %s\n\nIt said:\n\n%s\n\nMend the cause, then \"toban deadletter replay %s\".",
		len(refused), newest.ID, newest.Problem, sayOf(bot.Effect{Kind: bot.EffectPost, Body: []byte(newest.Raw)}), newest.ID)
	return a.mailOperators(ctx, "refused:"+newest.ID, "Toban: Slack refuses the operators' messages", text)
}

// mailOperators queues one mail for each of the operators' addresses.
func (a *App) mailOperators(ctx context.Context, key, subject, text string) error {
	var out []bot.Effect
	for i := range a.p.Config.Server.Operators.Mail {
		ref := fmt.Sprintf("%s%d", refOperator, i+1)
		e := bot.MakeEffect(bot.EffectMail, bot.Notice, operatorsPrefix+"mail:"+key+":"+ref, nil, bot.Mail{To: ref, Subject: subject, Text: text})
		e.Urgent = true
		out = append(out, e)
	}
	return a.p.Store.Queue(ctx, a.p.Clock.Now(), out...)
}

// sayOf is what a Slack message says, in a line or two.
func sayOf(e bot.Effect) string {
	who := ""
	if e.Customer != "" {
		who = "[" + e.Customer + "] "
	}
	var p bot.Post
	if e.Kind == bot.EffectPost && e.Decode(&p) == nil {
		const most = 400
		if r := []rune(p.Text); len(r) > most {
			p.Text = string(r[:most]) + "…"
		}
		return who + p.Text
	}
	var c bot.Card
	if e.Kind == bot.EffectCard && e.Decode(&c) == nil {
		return who + "card of " + c.Key + " " + c.Title
	}
	return who + string(e.Kind)
}
