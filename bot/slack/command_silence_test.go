package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// hush remembers what it was asked for.
type hush struct {
	did []string
	err error
}

func (h *hush) Tell(context.Context, *bot.Directory) (string, error) {
	return "静観はありません。", h.err
}

func (h *hush) Add(_ context.Context, customer string, hosts []string, from time.Time, length time.Duration, reason, by string) (string, error) {
	when := "now"
	if !from.IsZero() {
		when = from.UTC().Format(time.RFC3339)
	}
	h.did = append(h.did, fmt.Sprint(customer, hosts, when, length, reason, by))
	return "静観にしました", h.err
}

func (h *hush) End(_ context.Context, _ *bot.Directory, id, by string) (string, error) {
	h.did = append(h.did, "end "+id+by)
	return "静観を終えました。", h.err
}

func TestSilenceCommand(t *testing.T) {
	for _, tt := range []struct {
		name, user, text string
		err              error
		want, did        string
	}{
		{name: "the list", user: "suzuki", text: "silence", want: "静観はありません"},
		{name: "two hosts for two hours", user: "sato", text: "silence acme web-1,web-2 2h 定期保守 のため", want: "静観にしました", did: "acme[web-1 web-2]now2h0m0s定期保守 のため佐藤"},
		{name: "every host, later", user: "sato", text: "silence acme all 2026-12-01T22:00/4h 移行", want: "静観にしました", did: "acme[]2026-12-01T13:00:00Z4h0m0s移行佐藤"},
		{name: "no reason", user: "sato", text: "silence acme web-1 2h", want: "理由を指定してください"},
		{name: "no customer", user: "sato", text: "silence acne web-1 2h 保守", want: "「acne」という顧客はありません"},
		{name: "no period", user: "sato", text: "silence acme web-1 明日 保守", want: "期間として読めません"},
		{name: "a negative period", user: "sato", text: "silence acme web-1 -2h 保守", want: "期間として読めません"},
		{name: "its end", user: "sato", text: "silence end s-abc234", want: "終えました", did: "end S-ABC234佐藤"},
		{name: "no such role", user: "suzuki", text: "silence acme web-1 2h 保守", want: "権限が必要です"},
		{name: "nobody we know", user: "tanaka", text: "silence", want: "登録されていない"},
		{name: "the database is away", user: "sato", text: "silence", err: errors.New("away"), want: "少し待って"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := &hush{err: tt.err}
			b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
				c.Silences = h
				c.Directory = func() *bot.Directory {
					d := directory()
					d.Customers[0].Zone = time.FixedZone("JST", 9*60*60)
					d.People[1].Roles = []bot.Role{bot.RoleApprover} // suzuki
					d.People = d.People[:2]                          // without tanaka
					return d
				}
			})
			if err := b.sim.Command(t.Context(), slacksim.Command{User: tt.user, Channel: "C0DESK", Command: "/toban", Text: tt.text}); err != nil {
				t.Fatal(err)
			}
			if w := b.whispers(tt.user); len(w) != 1 || !strings.Contains(w[0], tt.want) {
				t.Errorf("answered %q, want %q", w, tt.want)
			}
			if got := strings.Join(h.did, ";"); got != tt.did {
				t.Errorf("did %q, want %q", got, tt.did)
			}
		})
	}
}
