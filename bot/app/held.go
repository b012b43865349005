package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/release"
	"toban/bot/slack"
	"toban/bot/store"
)

// releases lets out what waits for a person, as the buttons in Slack ask for it. It acts at once, since the effect's own state is what a
// second click must meet.
type releases struct{ a *App }

var _ slack.Releases = releases{}

// Button implements slack.Releases.
func (releases) Button(action, number string) (bot.Button, bool) {
	return release.Button(action, number)
}

// Decide implements slack.Releases.
func (r releases) Decide(ctx context.Context, of *bot.Directory, action, number string, by bot.Person) (string, error) {
	if outcome, ok := release.Judgements(action); ok {
		return r.judge(ctx, of, number, outcome, by)
	}
	st, now := r.a.p.Store, r.a.p.Clock.Now()
	h, waits, ended, why, err := st.HeldEffect(ctx, number)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "この連絡は見つかりません。", nil
	case err != nil:
		return "", err
	case !belongs(of, h.Customer):
		return "この連絡は見つかりません。", nil
	case !waits:
		return endedWords(ended, why), nil
	}
	if mode, err := st.ModeOf(ctx, h.Customer, h.Project); err != nil {
		return "", err
	} else if mode.Below(bot.ModeAssist) {
		return fmt.Sprintf("プロジェクトのモードが %s のため、送れません。", mode), nil
	}
	var done bool
	if action == release.ActionSend {
		done, err = st.ReleaseHeld(ctx, h, by.Name, now, r.a.staff.Decided(h.Effect, by.Name, true)...)
	} else {
		done, err = st.RefuseHeld(ctx, h, by.Name+"が送らないと決めました", now, r.a.staff.Decided(h.Effect, by.Name, false)...)
	}
	switch {
	case err != nil:
		return "", err
	case !done: // somebody else was quicker
		return r.Decide(ctx, of, action, number, by)
	}
	r.a.outbox.Poke()
	r.a.inbox.Poke()
	return "", nil
}

// judge records what a person found of a change whose outcome nobody knew.
func (r releases) judge(ctx context.Context, of *bot.Directory, number string, outcome bot.AWSOutcome, by bot.Person) (string, error) {
	st := r.a.p.Store
	j, err := st.EndedEffect(ctx, number)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "この変更は見つかりません。", nil
	case err != nil:
		return "", err
	case !belongs(of, j.Customer):
		return "この変更は見つかりません。", nil
	case !j.Ended:
		return "この変更はまだ終わっていません。少し待ってからもう一度押してください。", nil
	case j.Outcome != string(bot.AWSUnknown):
		return "すでに記録されています: " + release.OutcomeWords(bot.AWSOutcome(j.Outcome)) + "。", nil
	}
	done, err := st.Judge(ctx, number, string(bot.AWSUnknown), string(outcome), by.Name, r.a.p.Clock.Now(), r.a.staff.Judged(j.Effect, by.Name, outcome)...)
	switch {
	case err != nil:
		return "", err
	case !done: // somebody else was quicker
		return r.judge(ctx, of, number, outcome, by)
	}
	r.a.outbox.Poke()
	r.a.inbox.Poke()
	return "", nil
}

// belongs reports whether what a customer has may be spoken of; what nobody has is the provider's own.
func belongs(of *bot.Directory, customer string) bool {
	_, shown := of.Customer(customer)
	return shown || customer == ""
}

// endedWords say what became of what waits no more.
func endedWords(state, why string) string {
	switch state {
	case "open", "sending", "done":
		return "すでに送信が許可されています。"
	case "withdrawn", "superseded":
		return "状況が変わったため、この連絡は取り下げられています。送りません。"
	case "refused":
		return "送らないことになっています: " + why
	}
	return "この連絡はもう送れません。"
}

// chaseHeld asks again for what waits for a person, and ends what waited too long.
func (a *App) chaseHeld(ctx context.Context) error {
	list, err := a.p.Store.Waiting(ctx)
	if err != nil {
		return err
	}
	now := a.p.Clock.Now()
	chased := map[string]bool{}
	for _, h := range list {
		again, expired := a.staff.Chase(h.Effect, h.Asked, now)
		if expired {
			const why = "nobody released it within %s"
			if _, err := a.p.Store.RefuseHeld(ctx, h, fmt.Sprintf(why, release.Expires), now, a.staff.Expired(h.Effect)...); err != nil {
				return err
			}
			a.inbox.Poke()
			continue
		}
		for _, e := range again {
			chased[e.Key] = true
			if a.chased[e.Key] {
				continue
			}
			if err := a.p.Store.Queue(ctx, now, e); err != nil {
				return err
			}
			a.outbox.Poke()
		}
	}
	a.chased = chased
	return nil
}

// chase asks again while it runs.
func (a *App) chase(ctx context.Context) error {
	tick := time.NewTicker(operatorsLook)
	defer tick.Stop()
	for {
		if err := a.chaseHeld(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("asking again for what waits for a person", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
