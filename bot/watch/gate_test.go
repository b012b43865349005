package watch_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/watch"
)

// desk is a database that is stopped, and a vendor that counts calls.
type desk struct {
	stops []string
	modes map[bot.ModeKey]bot.Mode
	err   error
	asked int
	calls []string
	gate  *watch.Gate
	wait  time.Duration // before the adapter's call begins
}

func newDesk() *desk {
	d := &desk{}
	d.gate = watch.NewGate(func(context.Context) (watch.Bars, error) {
		d.asked++
		return watch.Bars{Stopped: d.stops, Modes: d.modes}, d.err
	})
	return d
}

// Send implements bot.Sender: it looks, waits for its turn, and writes.
func (d *desk) Send(ctx context.Context, _ bot.Attempt) (bot.Sent, error) {
	c := &http.Client{Transport: d.gate.Transport(d)}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if method == http.MethodPost {
			time.Sleep(d.wait)
		}
		r, err := http.NewRequestWithContext(ctx, method, "http://backlog.example/", strings.NewReader("x"))
		if err != nil {
			return bot.Sent{}, err
		}
		res, err := c.Do(r)
		if err != nil {
			return bot.Sent{}, bot.Permanent(err) // an adapter may judge as it likes
		}
		_ = res.Body.Close()
	}
	return bot.Sent{RemoteID: "1"}, nil
}

func (d *desk) RoundTrip(r *http.Request) (*http.Response, error) {
	d.calls = append(d.calls, r.Method)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

func TestGate(t *testing.T) {
	for _, tt := range []struct {
		name  string
		stops []string
		mode  bot.Mode
		halt  bool
		err   error
		late  bool // the stop comes while the effect waits for its turn
		calls string
		held  bool
	}{
		{name: "open", calls: "GET POST"},
		{name: "another customer", stops: []string{"midori"}, calls: "GET POST"},
		{name: "all", stops: []string{""}, held: true},
		{name: "the customer", stops: []string{"midori", "aoba"}, held: true},
		{name: "while it waits", stops: []string{"aoba"}, late: true, calls: "GET", held: true},
		{name: "in shadow", mode: bot.ModeShadow, held: true},
		{name: "in assist", mode: bot.ModeAssist, held: true},
		{name: "on", mode: bot.ModeOn, calls: "GET POST"},
		{name: "a look in shadow", mode: bot.ModeShadow, halt: true, calls: "GET", held: true},
		{name: "shadow while it waits", mode: bot.ModeShadow, late: true, calls: "GET", held: true},
		{name: "the database is away", err: errors.New("away"), held: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				if tt.late {
					d.wait = 2 * time.Second
					time.AfterFunc(time.Second/2, func() { d.stops, d.modes = tt.stops, only(tt.mode) })
				} else {
					d.stops, d.modes, d.err = tt.stops, only(tt.mode), tt.err
				}
				_, err := d.gate.Sender(d).Send(t.Context(), bot.Attempt{Halt: tt.halt, Effect: bot.Effect{Customer: "aoba", Project: "AOBA", Kind: bot.EffectComment}})
				var again *bot.RetryAfterError
				if held := errors.As(err, &again); held != tt.held || (err != nil) != tt.held {
					t.Errorf("held %v (%v), want %v", held, err, tt.held)
				}
				if bot.IsPermanent(err) {
					t.Errorf("a stop must not end an effect: %v", err)
				}
				if got := strings.Join(d.calls, " "); got != tt.calls {
					t.Errorf("calls %q, want %q", got, tt.calls)
				}
			})
		})
	}
}

// only is the mode of the one project that is asked about.
func only(m bot.Mode) map[bot.ModeKey]bot.Mode {
	if m == "" {
		return nil
	}
	return map[bot.ModeKey]bot.Mode{{Customer: "aoba"}: bot.ModeOn, {Customer: "aoba", Project: "AOBA"}: m}
}

// The operators' own mails go out while everything is stopped: they tell of trouble.
func TestGateLetsOperatorsMailsThrough(t *testing.T) {
	d := newDesk()
	d.stops = []string{""}
	_, err := d.gate.Sender(d).Send(t.Context(), bot.Attempt{Effect: bot.Effect{Kind: bot.EffectMail}})
	if err != nil || len(d.calls) == 0 {
		t.Errorf("held back: %v", err)
	}
	d.calls = nil
	if _, err = d.gate.Sender(d).Send(t.Context(), bot.Attempt{Effect: bot.Effect{Kind: bot.EffectMail, Customer: "aoba"}}); !errors.Is(err, bot.ErrStopped) || len(d.calls) > 0 {
		t.Errorf("a customer's mail: %v, %v", err, d.calls)
	}
}

// Who calls the provider's own people out waits neither for a stop's end nor for a person's leave; in shadow and off nobody is called.
func TestGateLetsOwnPeopleBeCalledOut(t *testing.T) {
	for _, c := range []struct {
		name  string
		to    string
		stops []string
		mode  bot.Mode
		want  error
	}{
		{"stopped", bot.PersonRef("sato"), []string{""}, bot.ModeOn, nil},
		{"the customer is stopped", bot.PersonRef("sato"), []string{"aoba"}, bot.ModeOn, nil},
		{"a contact, stopped", bot.ContactRef("person:sato"), []string{""}, bot.ModeOn, bot.ErrStopped},
		{"assist", bot.PersonRef("sato"), nil, bot.ModeAssist, nil},
		{"a contact in assist", bot.ContactRef("sato"), nil, bot.ModeAssist, bot.ErrMode},
		{"shadow", bot.PersonRef("sato"), nil, bot.ModeShadow, bot.ErrMode},
		{"stopped in shadow", bot.PersonRef("sato"), []string{""}, bot.ModeShadow, bot.ErrMode},
		{"off", bot.PersonRef("sato"), nil, bot.ModeOff, bot.ErrMode},
	} {
		for _, body := range []any{bot.Call{To: c.to, Text: "x"}, bot.Mail{To: c.to, Text: "x"}} {
			kind := bot.EffectMail
			if _, call := body.(bot.Call); call {
				kind = bot.EffectCall
			}
			d := newDesk()
			d.stops, d.modes = c.stops, map[bot.ModeKey]bot.Mode{{Customer: "aoba", Project: "AOBA"}: c.mode}
			e := bot.MakeEffect(kind, bot.Notice, "k", &bot.Ticket{ID: "demo/1", Customer: "aoba", Project: "AOBA"}, body)
			_, err := d.gate.Sender(d).Send(t.Context(), bot.Attempt{Effect: e})
			if !errors.Is(err, c.want) || (c.want == nil) != (len(d.calls) == 2) {
				t.Errorf("%s, %s: %v, calls %v, want %v", c.name, kind, err, d.calls, c.want)
			}
		}
	}
}

// The gate is asked at every call and asks the database once a second.
func TestGateAsksOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		for range 50 {
			if err := d.gate.Check(t.Context(), bot.ModeKey{Customer: "aoba"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if d.asked > 6 {
			t.Errorf("asked %d times in five seconds", d.asked)
		}
		d.stops = []string{"aoba"}
		time.Sleep(1100 * time.Millisecond)
		if err := d.gate.Check(t.Context(), bot.ModeKey{Customer: "aoba"}); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("a second after the stop: %v", err)
		}
	})
}

// What no effect asked for, such as a look of doctor, is not the gate's.
func TestGateLeavesOthersAlone(t *testing.T) {
	d := newDesk()
	d.stops = []string{""}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://backlog.example/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := d.gate.Transport(d).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}
