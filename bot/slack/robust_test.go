package slack_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

// A token that is revoked, an app that is removed, a missing chat:write: nothing is given up, Slack is asked once a minute and not once a
// message, an operator reads why, and what waited goes out once it is mended. No look is needed: a refusal went nowhere.
func TestWhatWaitsForTheAppIsKept(t *testing.T) {
	for _, tt := range []struct {
		name  string
		loss  slacksim.Grant
		words string
	}{
		{"revoked", slacksim.Grant{Revoke: true}, "token_revoked"},
		{"removed", slacksim.Grant{Uninstall: true}, "account_inactive"},
		{"no right to write", slacksim.Grant{Scopes: []string{"channels:read", "channels:history"}}, "missing_scope"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				if err := b.sim.SetGrant(tt.loss); err != nil {
					t.Fatal(err)
				}
				keys := []string{"e1", "e2", "e3"}
				send := func(key string) error {
					a := attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "お知らせ " + key})
					a.Effect.Key = key
					_, err := b.slack.Send(t.Context(), a)
					return err
				}
				for _, k := range keys {
					if err := send(k); bot.IsPermanent(err) || !bot.IsUntried(err) {
						t.Errorf("%s: %v, want one that waits and does not count", k, err)
					}
				}
				if n := len(b.sim.Requests("chat.postMessage")); n != 1 {
					t.Errorf("Slack was asked %d times within the minute", n)
				}
				if log := b.logged(); strings.Count(log, "refuses the app") != 1 || !strings.Contains(log, tt.words) {
					t.Errorf("the operators read %q", log)
				}
				if err := b.sim.SetGrant(slacksim.Grant{Restore: true, Scopes: slacksim.SampleScopes()}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(61 * time.Second)
				for _, k := range keys {
					if err := send(k); err != nil {
						t.Errorf("%s after it was mended: %v", k, err)
					}
				}
				if n := len(b.messages("C0DESK")); n != len(keys) {
					t.Errorf("%d messages, want %d", n, len(keys))
				}
			})
		})
	}
}

// A rate limit is a refusal too: the try does not count, so the next one need not look.
func TestRateLimitNeedsNoLook(t *testing.T) {
	b := newBench(t)
	rule := slacksim.Fault{Kind: slacksim.FaultRateLimit, Method: "chat.postMessage", RetryAfter: 3, Count: 1}
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{rule}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.slack.Send(t.Context(), attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "x"})); !bot.IsUntried(err) {
		t.Errorf("have %v", err)
	}
}

// A channel that is archived, left or gone ends an effect at once, with advice; the event that told of it is kept for the operators, who
// hear of it where they are.
func TestLostChannelsAreToldElsewhere(t *testing.T) {
	for _, tt := range []struct {
		name, channel string
		room          slacksim.Room
		advice, kept  string
	}{
		{"archived", "C0DESK", slacksim.Room{User: "sato", Channel: "C0DESK", Act: slacksim.RoomArchive}, "unarchive", "channel_archive"},
		{"kicked", "C0DESK", slacksim.Room{User: "sato", Channel: "C0DESK", Act: slacksim.RoomKick, Target: "ticket-bot"}, "/invite", "member_left_channel"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, func(_ *slack.Config, s *slacksim.Seed) {
				s.App.Scopes = slices.DeleteFunc(slacksim.SampleScopes(), func(x string) bool { return x == "channels:join" })
			})
			if err := b.sim.Room(t.Context(), tt.room); err != nil {
				t.Fatal(err)
			}
			if err := b.sim.Quiet(t.Context()); err != nil {
				t.Fatal(err)
			}
			if kept := b.dead.all(); len(kept) != 1 || !strings.Contains(kept[0], tt.kept) || !strings.Contains(kept[0], "acme") {
				t.Errorf("kept for the operators: %q", kept)
			}
			before := len(b.sim.Requests(""))
			_, err := b.slack.Send(t.Context(), attempt(t, bot.EffectCard, card()))
			if !bot.IsPermanent(err) || !strings.Contains(err.Error(), tt.advice) {
				t.Errorf("have %v, want one that ends it and says %q", err, tt.advice)
			}
			if n := len(b.sim.Requests("")) - before; n > 3 {
				t.Errorf("%d calls for a channel that is gone", n)
			}
		})
	}
}

// An event that could not be kept is not acknowledged: Slack sends it again, and then it is.
func TestLossIsKeptOnTheSecondTry(t *testing.T) {
	b := newBench(t)
	b.dead.mu.Lock()
	b.dead.err = context.DeadlineExceeded
	b.dead.mu.Unlock()
	body := `{"type":"event_callback","event":{"type":"channel_archive","channel":"C0DESK"}}`
	if w := b.serve(signed("/slack/events", "application/json", body, b.seed.App.SigningSecret, time.Now())); w.Code != 503 {
		t.Errorf("answered %d though nothing was kept", w.Code)
	}
	b.dead.mu.Lock()
	b.dead.err = nil
	b.dead.mu.Unlock()
	if w := b.serve(signed("/slack/events", "application/json", body, b.seed.App.SigningSecret, time.Now())); w.Code != 200 || len(b.dead.all()) != 1 {
		t.Errorf("answered %d, kept %q", w.Code, b.dead.all())
	}
}

// At the start the log says which features are off; while Slack is down it is asked again.
func TestAnnounceAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		b := newBench(t, func(c *slack.Config, s *slacksim.Seed) {
			s.App.Scopes = slices.DeleteFunc(slacksim.SampleScopes(), func(x string) bool { return x == "channels:history" || x == "commands" })
			c.Lacks = func(_ context.Context, list []slack.Finding) {
				for _, f := range list {
					told = append(told, f.What)
				}
			}
		})
		if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultFailBefore, Count: 2}}}); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		b.slack.Announce(t.Context())
		if took := time.Since(begin); took != 2*time.Minute {
			t.Errorf("answered after %s, want at the third try", took)
		}
		for _, want := range []string{"level=ERROR msg=\"looking at what Slack grants\" what=\"scope commands\"", "level=WARN msg=\"looking at what Slack grants\" what=\"scope channels:history\"", "再送", "/toban"} {
			if !strings.Contains(b.logged(), want) {
				t.Errorf("the log lacks %q: %s", want, b.logged())
			}
		}
		if strings.Contains(b.logged(), botToken) {
			t.Error("the token is in the log")
		}
		if d := cmp.Diff([]string{"scope commands", "scope channels:history"}, told); d != "" {
			t.Errorf("told: %s", d)
		}
	})
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.slack.Announce(ctx) // ends with its context, whatever Slack says
}

// The two doors lead to the same handlers: the same acts leave the same behind.
func TestBothDoorsLeadToTheSame(t *testing.T) {
	acts := func(b *bench) (stored []bot.StaffAction, told []string) {
		b.post()
		b.until("the card has come as an event", func() bool { return b.sim.Pending() == 0 })
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Error(err)
			}
		}
		do(b.click("sato", "desk.take"))
		do(b.click("ito", "desk.take")) // whoever that is: accepted or refused, it is the same by both doors
		do(b.click("sato", "work.schedule"))
		_, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato", Values: fill("2026-11-25T09:00:00+09:00", "2026-11-25T11:00:00+09:00", "")})
		do(err)
		do(b.sim.Command(t.Context(), slacksim.Command{User: "sato", Channel: "C0DESK", Command: "/toban", Text: "help"}))
		do(b.sim.Room(t.Context(), slacksim.Room{User: "sato", Channel: "C0DESK", Act: slacksim.RoomArchive}))
		b.until("everything was acknowledged", func() bool { return b.sim.Pending() == 0 })
		return b.inbox.actions(t), append(b.whispers("sato"), b.dead.all()...)
	}
	byHTTP, toldByHTTP := acts(newBench(t))
	b, _, _ := dial(t)
	b.until("hello", func() bool { return b.slack.Socket().Connected })
	bySocket, toldBySocket := acts(b)
	if d := cmp.Diff(byHTTP, bySocket); d != "" || len(byHTTP) < 2 {
		t.Errorf("stored %d: %s", len(byHTTP), d)
	}
	if d := cmp.Diff(toldByHTTP, toldBySocket); d != "" || len(toldByHTTP) < 2 {
		t.Errorf("told %q: %s", toldByHTTP, d)
	}
}

func (b *bench) until(what string, ok func() bool) {
	b.t.Helper()
	until(b.t, what, ok)
}
