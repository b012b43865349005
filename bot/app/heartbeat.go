package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/watch"
)

// newHeartbeat builds the heartbeat of server.yaml's watch.heartbeat.
func (a *App) newHeartbeat() error {
	c := watch.HeartbeatConfig{Well: a.judged, Clock: a.p.Clock.Now, Logger: a.p.Logger.With("part", "heartbeat")}
	for _, address := range a.p.Config.Server.Watch.Heartbeat {
		c.Addresses = append(c.Addresses, address.Reveal())
	}
	if a.mail != nil {
		// No effect stands for it: what was not told in its minute is not told later, and a stop does not silence it.
		c.Mail = func(ctx context.Context, to string, minute time.Time) error {
			key := fmt.Sprintf("heartbeat:%s:%d", to, minute.Unix())
			return a.mail.Tell(ctx, key, to, "Toban is well", "Toban was well at "+minute.UTC().Format(time.RFC3339)+". When these mails stop, see deploy/RUNBOOK.md.")
		}
	}
	if a.p.Transport != nil {
		const limit = 10 * time.Second
		c.Client = &http.Client{Transport: a.p.Transport, Timeout: limit}
	}
	var err error
	a.heartbeat, err = watch.NewHeartbeat(c)
	return err
}

// judged is the judgement of the heartbeat. What keeps it from going is told to the operators' channel, the same trouble once an hour.
func (a *App) judged(ctx context.Context) []watch.Problem {
	h := a.look(ctx)
	if len(h.Problems) == 0 || h.Broken != nil || a.heartbeat.Beat().Failed == 0 { // the first miss may be a socket that is opened anew
		return h.Problems
	}
	var names, texts []string
	for _, p := range h.Problems {
		names, texts = append(names, string(p.Condition)), append(texts, "• "+p.Text)
	}
	key := fmt.Sprintf("%sunwell:%s:%d", operatorsPrefix, strings.Join(names, ","), h.Now.Truncate(time.Hour).Unix())
	text := "Toban is not well and sends no heartbeat; deploy/RUNBOOK.md says what to do:\n" + strings.Join(texts, "\n")
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, bot.Post{Channel: a.p.Config.Server.Operators.Channel, Text: text})
	if err := a.p.Store.Queue(ctx, h.Now, e); err != nil && ctx.Err() == nil {
		a.p.Logger.Error("telling the operators that Toban is not well", "error", err)
	}
	return h.Problems
}
