package slacksim_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack/slackevents"

	"toban/bot/slack/slacksim"
)

func TestPeopleChangeRooms(t *testing.T) {
	app := newInbox(t)
	act := func(user, channel string, a slacksim.RoomAct, target string) error {
		return app.Room(t.Context(), slacksim.Room{User: user, Channel: channel, Act: a, Target: target})
	}
	steps := []struct {
		user, channel string
		act           slacksim.RoomAct
		target        string
		ok            bool
	}{
		{"yamada", desk, slacksim.RoomJoin, "", true},
		{"yamada", desk, slacksim.RoomJoin, "", false},
		{"yamada", desk, slacksim.RoomLeave, "", true},
		{"yamada", desk, slacksim.RoomKick, "sato", false},
		{"yamada", "C0OPS", slacksim.RoomJoin, "", false},
		{"sato", desk, slacksim.RoomInvite, "yamada", true},
		{"sato", desk, slacksim.RoomInvite, "yamada", false},
		{"sato", desk, "dance", "", false},
	}
	for _, s := range steps {
		if err := act(s.user, s.channel, s.act, s.target); (err == nil) != s.ok {
			t.Errorf("%s %s %s: %v", s.user, s.act, s.target, err)
		}
	}
	app.order(t, "room", object{"user": "sato", "channel": desk, "act": "archive"})
	wantErr(t, app.try(t), "is_archived")
	if err := act("sato", desk, slacksim.RoomUnarchive, ""); err != nil {
		t.Fatal(err)
	}
	app.last(t, "/events")
	if err := act("sato", desk, slacksim.RoomKick, "ticket-bot"); err != nil {
		t.Fatal(err)
	}
	if e := app.last(t, "/events").event.InnerEvent.Data.(*slackevents.MemberLeftChannelEvent); e.User != "U0BOT" {
		t.Errorf("the bot's own removal: %+v", e)
	}
	wantErr(t, app.try(t), "not_in_channel")
	if err := act("nobody", desk, slacksim.RoomJoin, ""); !errors.Is(err, slacksim.ErrUnknown) {
		t.Errorf("a stranger: %v", err)
	}
}

func TestEmitSendsAnyEvent(t *testing.T) {
	app := newInbox(t, func(s *slacksim.Seed) { s.App.Events = append(s.App.Events, "tokens_revoked") })
	app.order(t, "event", object{"type": "tokens_revoked", "tokens": object{"bot": []string{"U0BOT"}}})
	if e := payload(t, app.last(t, "/events"))["event"].(object); e["type"] != "tokens_revoked" || e["event_ts"] == nil {
		t.Errorf("event: %v", e)
	}
	if err := app.Emit(map[string]any{}); err == nil {
		t.Error("an event without a type")
	}
}

// TestOldResponseURLsAreSweptAway makes more triggers and response URLs than
// are kept: long expired ones are forgotten, young ones go on working.
func TestOldResponseURLsAreSweptAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		_, ancient := app.clicked(t)
		time.Sleep(2 * time.Hour)
		ts, young := app.clicked(t)
		for range 1000 {
			if err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}); err != nil {
				t.Fatal(err)
			}
		}
		if out, _ := app.respond(t, ancient, object{"text": "x"}); out["error"] != "invalid_url" {
			t.Errorf("two hours later: %v", out)
		}
		if out, _ := app.respond(t, young, object{"text": "x"}); out["ok"] != true {
			t.Errorf("a young one: %v", out)
		}
	})
}

func TestStateMayBeCutToTheNewest(t *testing.T) {
	r := newRig(t)
	for _, s := range []string{"一つ目", "二つ目", "三つ目"} {
		r.say(t, s)
		r.world.add(time.Second)
	}
	body, _ := r.get(t, "/_sim/state?user=sato&messages=2")
	if strings.Contains(body, "一つ目") || !strings.Contains(body, "二つ目") || !strings.Contains(body, "三つ目") {
		t.Error("the newest two were not what came")
	}
}
