package slack_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

func TestCheck(t *testing.T) {
	people := func(c *slack.Config, s *slacksim.Seed) {
		s.App.Scopes = slices.DeleteFunc(slacksim.SampleScopes(), func(x string) bool { return x == "groups:history" || x == "commands" })
		s.Channels = append(s.Channels, slacksim.Channel{ID: "C0OLD", Name: "old", Archived: true, Members: []string{"sato", "ticket-bot"}})
		d := directory()
		for _, ch := range []string{"C0OPS", "C0LUNCH", "C0OLD", "C0NONE", ""} {
			d.Customers = append(d.Customers, &bot.Customer{ID: "of-" + ch, Channel: ch})
		}
		c.Directory = func() *bot.Directory { return d }
	}
	b := newBench(t, people)
	by := map[string]slack.Finding{}
	for _, f := range b.slack.Check(t.Context()) {
		by[f.What] = f
		if f.Level != slack.LevelOK && f.Fix == "" {
			t.Errorf("%s: no advice", f.What)
		}
	}
	for what, want := range map[string]slack.Level{
		"bot token": slack.LevelOK, "scope groups:history": slack.LevelWarn, "scope commands": slack.LevelError, "channel of acme": slack.LevelOK,
		"channel of of-C0OPS": slack.LevelOK, "channel of of-C0LUNCH": slack.LevelWarn, "channel of of-C0OLD": slack.LevelError,
		"channel of of-C0NONE": slack.LevelError, "channel of of-": slack.LevelError,
	} {
		if by[what].Level != want {
			t.Errorf("%s: have %+v, want %s", what, by[what], want)
		}
	}
	if len(by) != 9 {
		t.Errorf("have %d findings: %v", len(by), by)
	}
	if !strings.Contains(by["scope groups:history"].Detail, "再送") {
		t.Errorf("the finding does not name the feature: %+v", by["scope groups:history"])
	}
}

func TestCheckWithAWrongToken(t *testing.T) {
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) { c.Token = "xoxb-wrong-0123456789" })
	f := b.slack.Check(t.Context())
	if len(f) != 1 || f[0].Level != slack.LevelError || !strings.Contains(f[0].Fix, "token") {
		t.Errorf("have %+v", f)
	}
}

func TestConfig(t *testing.T) {
	_, err := slack.New(slack.Config{APIURL: "https://slack.com/api"})
	for _, want := range []string{"Inbox", "Dead", "Board", "Directory", "Clock", "token", `end in "/"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}
