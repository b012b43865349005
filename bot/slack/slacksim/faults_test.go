package slacksim_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"toban/bot/slack/slacksim"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func (r *rig) fault(t *testing.T, rules ...slacksim.Fault) {
	t.Helper()
	if err := r.SetFaults(slacksim.Faults{Clear: true, Rules: rules}); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) try(t *testing.T) error {
	t.Helper()
	_, _, err := r.api.PostMessageContext(t.Context(), desk, text("試し"))
	return err
}

func TestFaultsAndWhatIsStored(t *testing.T) {
	cases := []struct {
		fault  slacksim.Fault
		check  func(err error) bool
		stored int
	}{
		{slacksim.Fault{Kind: slacksim.FaultRateLimit, RetryAfter: 7}, func(err error) bool {
			e, ok := errors.AsType[*slack.RateLimitedError](err)
			return ok && e.RetryAfter == 7*time.Second
		}, 0},
		{slacksim.Fault{Kind: slacksim.FaultError, Error: "is_archived"}, func(err error) bool { return err.Error() == "is_archived" }, 0},
		{slacksim.Fault{Kind: slacksim.FaultError, Error: "missing_scope", Needed: "chat:write"}, func(err error) bool {
			e, ok := errors.AsType[slack.SlackErrorResponse](err)
			return ok && e.Needed == "chat:write" && contains(e.Provided, "chat:write")
		}, 0},
		{slacksim.Fault{Kind: slacksim.FaultFailBefore}, status(500), 0},
		{slacksim.Fault{Kind: slacksim.FaultFailAfter}, status(500), 1},
		{slacksim.Fault{Kind: slacksim.FaultOutage}, status(503), 0},
		{slacksim.Fault{Kind: slacksim.FaultDropBefore}, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }, 0},
		{slacksim.Fault{Kind: slacksim.FaultDropAfter}, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }, 1},
	}
	for _, c := range cases {
		t.Run(string(c.fault.Kind)+c.fault.Error, func(t *testing.T) {
			r := newRig(t)
			c.fault.Method, c.fault.Count = "chat.*", 1
			r.fault(t, c.fault)
			if err := r.try(t); err == nil || !c.check(err) {
				t.Errorf("got %v", err)
			}
			if n := len(r.Messages(desk)); n != c.stored {
				t.Errorf("%d messages stored, want %d", n, c.stored)
			}
			if err := r.try(t); err != nil {
				t.Errorf("after the only fault: %v", err)
			}
			log := r.Requests("chat.postMessage")
			if len(log) != 2 || log[0].Fault != string(c.fault.Kind) || log[0].OK || !log[1].OK {
				t.Errorf("recorded %+v", log)
			}
		})
	}
}

func status(code int) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[slack.StatusCodeError](err)
		return ok && e.Code == code
	}
}

func TestDroppedConnectionOnARealSocket(t *testing.T) {
	r := newRig(t)
	hs := httptest.NewServer(r.Server)
	defer hs.Close()
	r.fault(t, slacksim.Fault{Kind: slacksim.FaultDropAfter})
	_, _, err := slack.New(botToken, slack.OptionAPIURL(hs.URL+"/api/")).PostMessageContext(t.Context(), desk, text("届いたか"))
	if !errors.Is(err, io.EOF) || len(r.Messages(desk)) != 1 {
		t.Errorf("%v with %d messages stored", err, len(r.Messages(desk)))
	}
}

func TestFaultsByChannelSkipAndShare(t *testing.T) {
	r := newRig(t)
	r.fault(t, slacksim.Fault{Kind: slacksim.FaultFailBefore, Channel: "C0GENERAL"})
	if err := r.try(t); err != nil {
		t.Errorf("another channel was hit: %v", err)
	}
	r.fault(t, slacksim.Fault{Kind: slacksim.FaultFailBefore, Skip: 2, Count: 1})
	var got []bool
	for range 4 {
		got = append(got, r.try(t) == nil)
	}
	if !slices.Equal(got, []bool{true, true, false, true}) {
		t.Errorf("skip 2, count 1: %v", got)
	}
	share := func() (bad int) {
		if err := r.SetFaults(slacksim.Faults{Clear: true, Seed: 42, Rules: []slacksim.Fault{{Kind: slacksim.FaultFailBefore, Share: 0.5}}}); err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if r.try(t) != nil {
				bad++
			}
		}
		return bad
	}
	if a, b := share(), share(); a != b || a < 10 || a > 30 {
		t.Errorf("half of 40 by one seed: %d, then %d", a, b)
	}
	if err := r.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: "gremlins"}}}); err == nil {
		t.Error("an unknown kind was accepted")
	}
}

func TestOutageWindowAndLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultOutage, ForMS: 60_000})
		if err := app.try(t); err == nil {
			t.Error("posted during the outage")
		}
		time.Sleep(61 * time.Second)
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultLag, LagMS: 2000})
		start := time.Now()
		if err := app.try(t); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("after the outage, lagging: %v in %s", err, time.Since(start))
		}
		impatient := slack.New(botToken, slack.OptionAPIURL("http://slack.test/api/"), slack.OptionHTTPClient(&http.Client{Transport: app.RoundTripper(), Timeout: time.Second}))
		if _, _, err := impatient.PostMessageContext(t.Context(), desk, text("x")); err == nil {
			t.Error("a client with a time-out of 1 s got an answer after 2 s")
		}
	})
}

func TestRateLimitPerChannel(t *testing.T) {
	r := newRig(t)
	one := 1.0
	if err := r.SetFaults(slacksim.Faults{PerChannelRate: &one}); err != nil {
		t.Fatal(err)
	}
	if err := r.try(t); err != nil {
		t.Fatal(err)
	}
	if e, ok := errors.AsType[*slack.RateLimitedError](r.try(t)); !ok || e.RetryAfter != time.Second {
		t.Errorf("a second post at once: %v", e)
	}
	if _, _, err := r.api.PostMessageContext(t.Context(), "C0GENERAL", text("別の部屋")); err != nil {
		t.Errorf("another channel: %v", err)
	}
	r.machine.add(time.Second)
	if err := r.try(t); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestDeliveryFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		app.fault(t, slacksim.Fault{Kind: slacksim.FaultDuplicate, Method: "message", Count: 1})
		app.say(t, "二重")
		app.last(t, "/events")
		synctest.Wait()
		two := app.all("/events")
		if len(two) != 2 || payload(t, two[0])["event_id"] != payload(t, two[1])["event_id"] {
			t.Errorf("%d deliveries", len(two))
		}

		app.fault(t, slacksim.Fault{Kind: slacksim.FaultDelay, LagMS: 5000})
		start := time.Now()
		app.say(t, "遅れて")
		app.last(t, "/events")
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("delayed by %s", took)
		}

		app.fault(t, slacksim.Fault{Kind: slacksim.FaultNoAck, Count: 1})
		app.say(t, "もう一度")
		d := app.last(t, "/events")
		if len(app.all("/events")) != 5 || d.header.Get("X-Slack-Retry-Num") != "1" {
			t.Errorf("%d deliveries, the last is retry %q", len(app.all("/events")), d.header.Get("X-Slack-Retry-Num"))
		}
	})
}

func TestPendingCountsUntilAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newInbox(t)
		release := make(chan struct{})
		app.answers(func(delivered, *http.Request) (int, http.Header, string) { <-release; return 200, nil, "" })
		app.say(t, "待って")
		synctest.Wait()
		if n := app.Pending(); n != 1 {
			t.Errorf("%d pending", n)
		}
		close(release)
		if err := app.Quiet(t.Context()); err != nil || app.Pending() != 0 {
			t.Errorf("%v, %d pending", err, app.Pending())
		}
	})
}

func TestNobodyThere(t *testing.T) {
	r := newRig(t)
	ts := r.postCard(t)
	if err := r.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}); !errors.Is(err, slacksim.ErrNoApp) {
		t.Errorf("clicking without an app: %v", err)
	}
	if n := r.Pending(); n != 0 {
		t.Errorf("%d pending for nobody", n)
	}
	_ = r.Close()
	if _, err := r.Say(t.Context(), slacksim.Say{User: "sato", Channel: desk, Text: "x"}); !errors.Is(err, slacksim.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
