package slacksim_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack/slackevents"

	"toban/bot/slack/slacksim"
)

// said lists the texts of the message events in the order in which they came.
func said(app *inbox) []string {
	var out []string
	for _, d := range app.all("/events") {
		if m, ok := d.event.InnerEvent.Data.(*slackevents.MessageEvent); ok {
			out = append(out, m.Message.Text)
		}
	}
	return out
}

func TestLostAndReorderedDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultReorder, Method: "message", Count: 1})
		app.say(t, "一")
		app.say(t, "二")
		app.last(t, "/events")
		if got := said(app); !slices.Equal(got, []string{"二", "一"}) {
			t.Errorf("reordered: %q", got)
		}
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultReorder, LagMS: 500, Count: 1})
		start := time.Now()
		app.say(t, "三")
		app.last(t, "/events")
		if took := time.Since(start); took != 500*time.Millisecond {
			t.Errorf("nothing came to pass it, and it left after %s", took)
		}
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultLost, Channel: desk, Count: 1})
		app.say(t, "消えた")
		app.say(t, "四")
		app.last(t, "/events")
		if got := said(app)[3:]; !slices.Equal(got, []string{"四"}) {
			t.Errorf("lost: %q", got)
		}
		tries := app.Attempts()
		if !slices.ContainsFunc(tries, func(a slacksim.Attempt) bool { return a.Outcome == "lost" }) {
			t.Errorf("the log does not tell of the loss: %+v", tries)
		}
		ts := app.postCard(t)
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultLost, Method: "block_actions"})
		if err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}); !errors.Is(err, slacksim.ErrNotAcknowledged) {
			t.Errorf("a lost click: %v", err)
		}
	})
}

// During an outage nothing leaves Slack by HTTP either: events wait for its end, people give up.
func TestOutageHoldsDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		ts := app.postCard(t)
		app.last(t, "/events")
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultOutage, ForMS: 600_000})
		start := time.Now()
		app.say(t, "停止中")
		if err := app.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}); !errors.Is(err, slacksim.ErrNotAcknowledged) || time.Since(start) != 3*time.Second {
			t.Errorf("a click during the outage: %v after %s", err, time.Since(start))
		}
		if n := len(app.all("/events")); n != 1 {
			t.Errorf("%d events while Slack is down", n)
		}
		app.last(t, "/events")
		if took := time.Since(start); took < 10*time.Minute || took > 11*time.Minute || len(app.all("/events")) != 2 {
			t.Errorf("%d events after %s", len(app.all("/events")), took)
		}
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultOutage})
		app.say(t, "まだ")
		time.Sleep(time.Hour)
		if n := len(app.all("/events")); n != 2 {
			t.Errorf("%d events during an outage without an end", n)
		}
		if err := app.SetFaults(slacksim.Faults{Clear: true}); err != nil {
			t.Fatal(err)
		}
		app.last(t, "/events")
		if n := len(app.all("/events")); n != 3 {
			t.Errorf("%d events after the outage was ended", n)
		}
	})
}

// One seed and the same acts give the same faults, whatever the goroutines do.
func TestOneSeedOneStory(t *testing.T) {
	story := func() []string {
		var got []string
		synctest.Test(t, func(t *testing.T) {
			app := newInbox(t)
			if err := app.SetFaults(slacksim.Faults{Seed: 11, Rules: []slacksim.Fault{
				{Kind: slacksim.FaultLost, Share: 0.2}, {Kind: slacksim.FaultDuplicate, Share: 0.3}, {Kind: slacksim.FaultDelay, LagMS: 1000, SpreadMS: 60_000, Share: 0.5},
			}}); err != nil {
				t.Fatal(err)
			}
			for i := range 40 {
				app.say(t, string(rune('あ'+i)))
			}
			app.last(t, "/events")
			synctest.Wait()
			got = said(app)
		})
		return got
	}
	one, two := story(), story()
	if slices.IsSorted(one) || len(one) == 40 {
		t.Errorf("nothing odd happened: %q", one)
	}
	slices.Sort(one) // two that are sent at the same instant may still arrive in either order
	slices.Sort(two)
	if !slices.Equal(one, two) {
		t.Errorf("one seed, two stories:\n%q\n%q", one, two)
	}
}

func TestGrantsChangeWhileItRuns(t *testing.T) {
	app := newInbox(t, func(s *slacksim.Seed) { s.App.Events = append(s.App.Events, "tokens_revoked", "app_uninstalled") })
	for grant, want := range map[*slacksim.Grant]string{{Revoke: true}: "token_revoked", {Uninstall: true}: "account_inactive"} {
		app.order(t, "app", grant)
		wantErr(t, app.try(t), want)
		app.last(t, "/events")
		app.order(t, "app", slacksim.Grant{Restore: true})
		if err := app.try(t); err != nil {
			t.Errorf("restored: %v", err)
		}
	}
	kinds := map[string]bool{}
	for _, d := range app.all("/events") {
		kinds[d.event.InnerEvent.Type] = true
	}
	if !kinds["tokens_revoked"] || !kinds["app_uninstalled"] {
		t.Errorf("events: %v", kinds)
	}
	if _, resp := app.post(t, "/_sim/app", "application/json", `{"revoke":true,"restore":true}`); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a contradiction: %d", resp.StatusCode)
	}
	app.last(t, "/events")
	if err := app.Emit(map[string]any{"type": "app_rate_limited"}); err != nil {
		t.Fatal(err)
	}
	if err := app.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := app.all("/events")
	if p := payload(t, all[len(all)-1]); p["type"] != "app_rate_limited" || p["minute_rate_limited"] == nil {
		t.Errorf("app_rate_limited: %v", p)
	}
	if out, _ := app.raw(t, "auth.revoke", nil); out["revoked"] != true {
		t.Errorf("auth.revoke: %v", out)
	}
	wantErr(t, app.try(t), "token_revoked")
}

func TestCharsetWarnings(t *testing.T) {
	r := newRig(t)
	for kind, want := range map[string]any{
		"application/json": "missing_charset", "application/json; charset=utf-8": nil,
		"application/x-www-form-urlencoded": nil, "application/x-www-form-urlencoded; charset=utf-8": "superfluous_charset",
	} {
		body := "a=1"
		if kind[12] == 'j' {
			body = "{}"
		}
		out, _ := r.post(t, "/api/api.test", kind, body)
		if out["warning"] != want || out["ok"] != true {
			t.Errorf("%s: %v", kind, out)
		}
		if list, _ := field(out, "response_metadata.warnings.0"); list != want {
			t.Errorf("%s: warnings %v", kind, list)
		}
	}
}
