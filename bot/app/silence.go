package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/mask"
	"toban/bot/store"
	"toban/config"
)

// Silences makes, lists and ends periods in which nobody is told of alerts, from Slack and from the command line.
type Silences struct {
	Store  *store.Store
	Config *config.Config
	Now    func() time.Time // world time
}

// longestSilence is the longest period: what should be silent for good is a rule that should not be.
const longestSilence = 31 * 24 * time.Hour

// ErrSilence says that a silence can't be as it was asked for.
var ErrSilence = errors.New("this silence can't be")

// Add makes a silence; without From it begins now. first is false when the same one is there already. Hosts must be the customer's.
func (s Silences) Add(ctx context.Context, q bot.Silence) (made bot.Silence, first bool, err error) {
	c, ok := s.Config.Customer(q.Customer)
	if !ok {
		return q, false, fmt.Errorf("%w: no customer %q", ErrSilence, q.Customer)
	}
	q.Made = s.Now().Truncate(time.Second)
	if q.From.IsZero() {
		q.From, q.Until = q.Made, q.Until.Truncate(time.Second)
	}
	var known []string
	for _, r := range c.Resources {
		known = append(known, r.Host)
	}
	for _, h := range q.Hosts {
		if !slices.Contains(known, h) {
			return q, false, fmt.Errorf("%w: customer %s has no host %q; known are %s", ErrSilence, c.ID, h, strings.Join(known, ", "))
		}
	}
	switch {
	case !q.Until.After(q.From):
		return q, false, fmt.Errorf("%w: it ends before it begins", ErrSilence)
	case !q.Until.After(q.Made):
		return q, false, fmt.Errorf("%w: it is over already", ErrSilence)
	case q.Until.Sub(q.From) > longestSilence:
		return q, false, fmt.Errorf("%w: it lasts longer than %d days", ErrSilence, longestSilence/(24*time.Hour))
	case strings.TrimSpace(q.Reason) == "":
		return q, false, fmt.Errorf("%w: it has no reason", ErrSilence)
	}
	q.Reason, _ = mask.Text(q.Reason)
	q.ID = bot.SilenceID(q.Customer, q.Hosts, q.From, q.Until)
	text := fmt.Sprintf("🔇 %sが%sの警報を%sから%sまで静観にしました(%s)。\n理由: %s", q.Person, hostsIn(q), bot.ShortWhen(q.From, c.Zone), bot.ShortWhen(q.Until, c.Zone), q.ID, q.Reason)
	first, err = s.Store.Silence(ctx, q, s.tell(q, "made", text)...)
	return q, first, err
}

// End ends a silence before its time; false when there is none of the id, or it is over.
func (s Silences) End(ctx context.Context, id, by string) (bool, error) {
	now := s.Now().Truncate(time.Microsecond)
	return s.Store.EndSilence(ctx, id, by, now, func(q bot.Silence) []bot.Effect {
		return s.tell(q, "ended", fmt.Sprintf("🔔 %sが%sの警報の静観を終えました(%s)。", by, hostsIn(q), q.ID))
	})
}

// List are the silences that run or are to come, of one customer or of all.
func (s Silences) List(ctx context.Context, customer string) ([]bot.Silence, error) {
	return s.Store.Silences(ctx, customer, s.Now())
}

func (s Silences) tell(q bot.Silence, what, text string) []bot.Effect {
	c, ok := s.Config.Customer(q.Customer)
	if !ok || c.Channel == "" {
		return nil
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, "silence:"+q.Customer+":"+q.ID+":"+what, nil, bot.Post{Channel: c.Channel, Text: text})
	return []bot.Effect{e}
}

func hostsIn(q bot.Silence) string {
	if len(q.Hosts) == 0 {
		return "すべてのホスト"
	}
	return strings.Join(q.Hosts, "、")
}

// silencesOf lets staff silence alerts in Slack.
type silencesOf struct{ a *App }

func (s silencesOf) desk() Silences {
	return Silences{Store: s.a.p.Store, Config: s.a.p.Config, Now: s.a.p.Clock.Now}
}

// Tell implements slack.Silences.
func (s silencesOf) Tell(ctx context.Context, of *bot.Directory) (string, error) {
	list, err := s.desk().List(ctx, "")
	if err != nil {
		return "", err
	}
	list = slices.DeleteFunc(list, func(q bot.Silence) bool { _, shown := of.Customer(q.Customer); return !shown })
	if len(list) == 0 {
		return "静観はありません。", nil
	}
	var b strings.Builder
	b.WriteString("静観:")
	for _, q := range list {
		c, ok := s.a.dir.Customer(q.Customer)
		if !ok {
			continue
		}
		fmt.Fprintf(&b, "\n・%s %s様 %s: %s 〜 %s、%s(%s)", q.ID, c.Name, hostsIn(q), bot.ShortWhen(q.From, c.Zone), bot.ShortWhen(q.Until, c.Zone), q.Reason, q.Person)
	}
	return b.String(), nil
}

// Add implements slack.Silences.
func (s silencesOf) Add(ctx context.Context, customer string, hosts []string, from time.Time, length time.Duration, reason, by string) (string, error) {
	if from.IsZero() {
		from = s.a.p.Clock.Now().Truncate(time.Second)
	}
	q, first, err := s.desk().Add(ctx, bot.Silence{Customer: customer, Hosts: hosts, From: from, Until: from.Add(length), Reason: reason, Person: by})
	switch {
	case errors.Is(err, ErrSilence):
		return "静観にできません。ホスト名、期間(31日まで)、理由を確認してください。(" + err.Error() + ")", nil
	case err != nil:
		return "", err
	case !first:
		return "同じ静観がすでにあります(" + q.ID + ")。", nil
	}
	s.a.outbox.Poke()
	c, _ := s.a.dir.Customer(customer)
	return fmt.Sprintf("静観にしました(%s)。%sに自動で終わります。早く終えるには /toban silence end %s", q.ID, bot.ShortWhen(q.Until, c.Zone), q.ID), nil
}

// End implements slack.Silences.
func (s silencesOf) End(ctx context.Context, of *bot.Directory, id, by string) (string, error) {
	list, err := s.desk().List(ctx, "")
	if err != nil {
		return "", err
	}
	ok := slices.ContainsFunc(list, func(q bot.Silence) bool { _, shown := of.Customer(q.Customer); return shown && q.ID == id })
	if ok {
		if ok, err = s.desk().End(ctx, id, by); err != nil {
			return "", err
		}
	}
	if !ok {
		return "「" + id + "」という静観はないか、すでに終わっています。", nil
	}
	s.a.outbox.Poke()
	return "静観を終えました。", nil
}
