package main

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot/slack/slacksim"
)

// What Slack does not grant is told to the operators once, however often Toban starts; another lack is told anew.
func TestMissingScopesAreToldOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		told := func() (n int) {
			for _, raw := range b.slack.Messages(demoOperators) {
				if strings.Contains(string(raw), "Slack does not grant") {
					n++
				}
			}
			return n
		}
		time.Sleep(time.Minute)
		if n := told(); n != 0 {
			t.Errorf("told %d times with every scope", n)
		}
		without := func(scopes ...string) {
			t.Helper()
			left := slices.DeleteFunc(slacksim.SampleScopes(), func(s string) bool { return slices.Contains(scopes, s) })
			if err := b.slack.SetGrant(slacksim.Grant{Scopes: left}); err != nil {
				t.Fatal(err)
			}
		}
		without("groups:history")
		for range 3 {
			b.restart(time.Minute)
			time.Sleep(time.Minute)
		}
		if n := told(); n != 1 {
			t.Errorf("told %d times, want once", n)
		}
		without("groups:history", "commands")
		b.restart(time.Minute)
		time.Sleep(time.Minute)
		if n := told(); n != 2 {
			t.Errorf("told %d times, want another lack told, too", n)
		}
	})
}
