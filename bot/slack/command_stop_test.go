package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// lever is a switch in memory.
type lever struct {
	did     []string
	stopped bool
	err     error
}

func (l *lever) Stop(_ context.Context, customer, by, reason string) (bool, error) {
	l.did = append(l.did, strings.Join([]string{"stop", customer, by, reason}, "|"))
	first := !l.stopped
	l.stopped = l.err == nil
	return first, l.err
}

func (l *lever) Start(_ context.Context, customer, by string) (int, error) {
	l.did = append(l.did, strings.Join([]string{"start", customer, by}, "|"))
	n := 0
	if l.stopped {
		n = 1
	}
	l.stopped = false
	return n, l.err
}

func TestStopAndStart(t *testing.T) {
	for _, tt := range []struct {
		name, user, text string
		stopped          bool
		err              error
		want, did        string
	}{
		{name: "everything", user: "sato", text: "stop", want: "発信を止めました", did: "stop||佐藤|"},
		{name: "everything by its name, with a reason", user: "sato", text: "stop all 文面の誤り 確認中", want: "発信を止めました", did: "stop||佐藤|文面の誤り 確認中"},
		{name: "one customer", user: "sato", text: "stop acme 誤り", want: "発信を止めました", did: "stop|acme|佐藤|誤り"},
		{name: "twice", user: "sato", text: "stop", stopped: true, want: "すでに止まっています", did: "stop||佐藤|"},
		{name: "a typing error stops nobody else", user: "sato", text: "stop acne", want: "「acne」という顧客はありません"},
		{name: "again", user: "sato", text: "start acme", stopped: true, want: "再開しました", did: "start|acme|佐藤"},
		{name: "not stopped", user: "sato", text: "start", want: "止まっていません", did: "start||佐藤"},
		{name: "no such role", user: "suzuki", text: "stop", want: "「/toban stop」には担当者またはマネージャーの権限が必要です。できる人: 佐藤"},
		{name: "nobody we know", user: "tanaka", text: "stop", want: "登録されていない"},
		{name: "the database is away", user: "sato", text: "stop", err: errors.New("away"), want: "実行できませんでした", did: "stop||佐藤|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &lever{stopped: tt.stopped, err: tt.err}
			b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
				c.Switch = l
				c.Directory = func() *bot.Directory {
					d := directory()
					d.People[1].Roles = []bot.Role{bot.RoleApprover} // suzuki
					d.People = d.People[:2]                          // without tanaka
					return d
				}
			})
			if err := b.sim.Command(t.Context(), slacksim.Command{User: tt.user, Channel: "C0DESK", Command: "/toban", Text: tt.text}); err != nil {
				t.Fatal(err)
			}
			w := b.whispers(tt.user)
			if len(w) != 1 || !strings.Contains(w[0], tt.want) {
				t.Errorf("answered %q, want %q", w, tt.want)
			}
			if got := strings.Join(l.did, " "); got != tt.did {
				t.Errorf("did %q, want %q", got, tt.did)
			}
		})
	}
}

// Without a switch the help does not promise one.
func TestNoSwitchNoVerbs(t *testing.T) {
	for _, with := range []bool{true, false} {
		b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
			if with {
				c.Switch = &lever{}
			}
		})
		if err := b.sim.Command(t.Context(), slacksim.Command{User: "sato", Channel: "C0DESK", Command: "/toban", Text: "help"}); err != nil {
			t.Fatal(err)
		}
		if w := b.whispers("sato"); len(w) != 1 || strings.Contains(w[0], "/toban stop") != with || strings.Contains(w[0], "/toban start") != with {
			t.Errorf("with a switch %v: %q", with, w)
		}
	}
}
