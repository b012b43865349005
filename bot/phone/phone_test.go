package phone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/phone"
	"toban/bot/phone/phonesim"
)

const number = "+81312345678"

// carrier speaks Connect's API to the stand-in as bot/aws does with the SDK, which is too much to compile for the tests of this room.
type carrier struct{ client *http.Client }

func (c carrier) call(ctx context.Context, method, path string, body, into any) error {
	raw, _ := json.Marshal(body)
	r, err := http.NewRequestWithContext(ctx, method, "http://connect.test"+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var problem struct{ Message string }
	switch kind := res.Header.Get("X-Amzn-Errortype"); {
	case kind == "ResourceNotFoundException":
		return phone.ErrNoCall
	case kind == "ThrottlingException":
		return bot.RetryAfter(errors.New(kind), time.Second)
	case res.StatusCode >= 500:
		return errors.New(kind)
	case kind != "":
		_ = json.NewDecoder(res.Body).Decode(&problem)
		return bot.Permanent(fmt.Errorf("%s: %s (%s)", kind, problem.Message, number))
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// Start implements phone.Provider.
func (c carrier) Start(ctx context.Context, o phone.Order) (string, error) {
	var out struct {
		ContactID string `json:"ContactId"`
	}
	err := c.call(ctx, http.MethodPut, "/contact/outbound-voice", map[string]any{
		"InstanceId": "i", "ContactFlowId": "f", "SourcePhoneNumber": "+815000000000", "DestinationPhoneNumber": o.Number, "ClientToken": o.Token,
		"RingTimeoutInSeconds": o.Rings * 3, "Attributes": map[string]string{"text": o.Text},
	}, &out)
	return out.ContactID, err
}

// Look implements phone.Provider.
func (c carrier) Look(ctx context.Context, id string) (phone.State, error) {
	var d struct {
		Contact struct {
			DisconnectTimestamp        float64
			DisconnectReason           string
			ConnectedToSystemTimestamp float64
		}
	}
	if err := c.call(ctx, http.MethodGet, "/contacts/i/"+id, nil, &d); err != nil || d.Contact.DisconnectTimestamp == 0 {
		return phone.State{}, err
	}
	var a struct{ Attributes map[string]string }
	if err := c.call(ctx, http.MethodGet, "/contact/attributes/i/"+id, nil, &a); err != nil {
		return phone.State{}, err
	}
	s := phone.State{Ended: true, Key: a.Attributes["toban_key"]}
	switch d.Contact.DisconnectReason {
	case "TELECOM_UNANSWERED":
		s.Outcome = bot.CallNoAnswer
	case "TELECOM_BUSY":
		s.Outcome = bot.CallBusy
	case "TELECOM_NUMBER_INVALID":
		s.Outcome = bot.CallFailed
	default:
		s.Outcome = bot.CallAnswered
	}
	return s, nil
}

// desk is the adapter before the stand-in, in a bubble; it works an effect like the outbox.
type desk struct {
	*testing.T
	sim   *phonesim.Server
	phone *phone.Phone
	cfg   phone.Config
	news  []phone.News
	deaf  bool // staff can't be told
	log   bytes.Buffer
}

func inBubble(t *testing.T, f func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{T: t, sim: phonesim.New(phonesim.Options{})}
		d.cfg = phone.Config{
			Provider: carrier{&http.Client{Transport: d.sim.RoundTripper()}}, Clock: bot.ClockFunc(time.Now), Logger: slog.New(slog.NewTextHandler(&d.log, nil)),
			Resolve: func(customer, ref string) (phone.Number, bool) {
				return phone.Number{Name: "田中様", Number: number}, customer == "acme" && ref == "contact:tanaka"
			},
			Tell: d.told,
		}
		d.open()
		f(d)
		d.sim.Close()
		if strings.Contains(d.log.String()+fmt.Sprint(d.news), "12345678") {
			t.Errorf("a number is shown: %s %v", d.log.String(), d.news)
		}
	})
}

// told is staff who hear of a call.
func (d *desk) told(_ context.Context, n phone.News) error {
	if d.deaf {
		return errors.New("the database is away")
	}
	d.news = append(d.news, n)
	return nil
}

func (d *desk) open() {
	d.Helper()
	var err error
	if d.phone, err = phone.New(d.cfg); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) breaks(f ...phonesim.Fault) {
	d.Helper()
	if err := d.sim.AddFaults(f...); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) person(p phonesim.Person) {
	d.Helper()
	p.Number = number
	if err := d.sim.SetPeople(p); err != nil {
		d.Fatal(err)
	}
}

func attempt(key string) bot.Attempt {
	e := bot.MakeEffect(bot.EffectCall, bot.Notice, key, &bot.Ticket{ID: "s/1", Customer: "acme"}, bot.Call{
		To: "contact:tanaka", Text: "web-01 の障害のお知らせです。", Keys: map[string]string{"1": "再起動する", "2": "お客様で対応する"},
	})
	return bot.Attempt{Effect: e, Number: 1, First: time.Now()}
}

// work tries an effect until it ends, each try with the outbox's deadline; between is called before each further try.
func (d *desk) work(a bot.Attempt, between func(try int, err error)) (bot.Sent, int) {
	d.Helper()
	for {
		ctx, cancel := context.WithTimeout(d.Context(), 10*time.Second)
		sent, err := d.phone.Send(ctx, a)
		cancel()
		if err == nil {
			return sent, a.Number
		}
		if bot.IsPermanent(err) || strings.Contains(err.Error(), "12345678") {
			d.Fatalf("got %v", err)
		}
		if a.Number > 200 {
			d.Fatalf("no end: %v", err)
		}
		wait := time.Second
		var after *bot.RetryAfterError
		if errors.As(err, &after) {
			wait = after.After
		}
		time.Sleep(wait)
		if between != nil {
			between(a.Number, err)
		}
		a.Number, a.Look = a.Number+1, true
	}
}

func TestHowACallEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		person  phonesim.Person
		outcome string
		told    bool
		took    time.Duration // at most
	}{
		"presses a key":           {phonesim.Person{Behaviour: phonesim.Answers, Key: "1"}, "acknowledged:1", false, 30 * time.Second},
		"presses the other":       {phonesim.Person{Behaviour: phonesim.Answers, Key: "2"}, "acknowledged:2", false, 30 * time.Second},
		"presses a wrong key":     {phonesim.Person{Behaviour: phonesim.Answers, Key: "9"}, "answered", false, 30 * time.Second},
		"listens and hangs up":    {phonesim.Person{Behaviour: phonesim.Answers}, "answered", false, 30 * time.Second},
		"long talk":               {phonesim.Person{Behaviour: phonesim.Answers, Key: "1", Talk: phonesim.Duration(5 * time.Minute)}, "acknowledged:1", false, 6 * time.Minute},
		"nobody takes it":         {phonesim.Person{}, "no_answer", false, 40 * time.Second},
		"busy":                    {phonesim.Person{Behaviour: phonesim.Busy}, "busy", false, 10 * time.Second},
		"voicemail is no answer":  {phonesim.Person{Behaviour: phonesim.Voicemail, Key: "1"}, "answered", false, 40 * time.Second},
		"there is no such number": {phonesim.Person{Behaviour: phonesim.Invalid}, "failed", true, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.person(tt.person)
				start := time.Now()
				sent, _ := d.work(attempt("k1"), nil)
				if sent.Outcome != tt.outcome || sent.RemoteID == "" || time.Since(start) > tt.took {
					d.Errorf("sent %+v after %s", sent, time.Since(start))
				}
				if told := len(d.news) > 0; told != tt.told {
					d.Errorf("staff were told: %v", d.news)
				}
				if calls := d.sim.Calls(); len(calls) != 1 || calls[0].Said["text"] == "" {
					d.Errorf("calls %+v", calls)
				}
			})
		})
	}
}

// Whatever happens to an answer, a telephone rings once.
func TestNobodyIsCalledTwice(t *testing.T) {
	for name, tt := range map[string]struct {
		fault   phonesim.Fault
		restart bool
	}{
		"answer of the start lost":        {phonesim.Fault{Kind: phonesim.DropAfter, Op: phonesim.Start, Times: 1}, false},
		"500 after the start":             {phonesim.Fault{Kind: phonesim.FailAfter, Op: phonesim.Start, Times: 2}, false},
		"500 before the start":            {phonesim.Fault{Kind: phonesim.FailBefore, Op: phonesim.Start, Times: 3}, false},
		"start without an answer in time": {phonesim.Fault{Kind: phonesim.Slow, Op: phonesim.Start, Times: 1}, false},
		"rate limit":                      {phonesim.Fault{Kind: phonesim.Limited, Times: 5}, false},
		"looks fail":                      {phonesim.Fault{Kind: phonesim.FailBefore, Op: phonesim.Describe, Times: 5}, false},
		"restarts while it rings":         {phonesim.Fault{Kind: phonesim.DropAfter, Op: phonesim.Describe, Times: 3}, true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.person(phonesim.Person{Behaviour: phonesim.Answers, Key: "1"})
				d.breaks(tt.fault)
				sent, _ := d.work(attempt("k1"), func(int, error) {
					if tt.restart {
						d.open()
					}
				})
				if calls := d.sim.Calls(); len(calls) != 1 || sent.Outcome != "acknowledged:1" || sent.RemoteID != calls[0].ID {
					d.Errorf("sent %+v, calls %+v", sent, calls)
				}
				if len(d.news) != 0 {
					d.Errorf("staff were told %v", d.news)
				}
			})
		})
	}
}

// A call of which nobody can say anything ends as unknown in time for the next contact, and staff hear of it.
func TestUnknownIsNeverSilent(t *testing.T) {
	for name, tt := range map[string]struct {
		fault phonesim.Fault
		prep  func(a *bot.Attempt)
		calls int
	}{
		"the provider is down":           {phonesim.Fault{Kind: phonesim.FailBefore}, nil, 0},
		"placed, then the provider down": {phonesim.Fault{Kind: phonesim.FailBefore, Op: phonesim.Describe}, nil, 1},
		"placed and forgotten":           {phonesim.Fault{Kind: phonesim.Forgotten, Op: phonesim.Describe}, nil, 1},
		"tried before a long restore": {phonesim.Fault{Kind: phonesim.Limited, Times: 1}, func(a *bot.Attempt) {
			a.Number, a.Look, a.First = 2, true, time.Now().Add(-8*24*time.Hour)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.breaks(tt.fault)
				a := attempt("k1")
				if tt.prep != nil {
					tt.prep(&a)
				}
				start := time.Now()
				sent, _ := d.work(a, nil)
				if sent.Outcome != string(bot.CallUnknown) || time.Since(start) > 4*time.Minute {
					d.Errorf("sent %+v after %s", sent, time.Since(start))
				}
				want := []phone.News{{Key: "k1", Customer: "acme", Ticket: "s/1", Name: "田中様", Last4: "5678", Text: "web-01 の障害のお知らせです。", Outcome: bot.CallUnknown, Why: sent.Why}}
				if diff := cmp.Diff(want, d.news); diff != "" {
					d.Error(diff)
				}
				if n := len(d.sim.Calls()); n != tt.calls {
					d.Errorf("%d calls, want %d", n, tt.calls)
				}
			})
		})
	}
}

func TestRefusedCallAndMissingNumber(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(phonesim.Fault{Kind: phonesim.Refused, Op: phonesim.Start})
		sent, tries := d.work(attempt("k1"), nil)
		if sent.Outcome != string(bot.CallFailed) || tries != 1 || !strings.Contains(sent.Why, "DestinationNotAllowed") || strings.Contains(sent.Why, "12345678") {
			d.Errorf("sent %+v after %d tries", sent, tries)
		}
		a := attempt("k2")
		a.Effect.Customer = "midori"
		if sent, _ := d.work(a, nil); sent.Outcome != string(bot.CallFailed) || len(d.news) != 2 || d.news[1].Name != "contact:tanaka" {
			d.Errorf("sent %+v, told %+v", sent, d.news)
		}
	})
}

// Without a provider staff are told whom to call, once; the effect stays open until they have been told.
func TestCallByHand(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.cfg.Provider, d.deaf = nil, true
		d.open()
		a := attempt("k1")
		if _, err := d.phone.Send(d.Context(), a); err == nil || bot.IsPermanent(err) {
			d.Errorf("staff were not told: %v", err)
		}
		d.deaf = false
		a.Number, a.Look = 2, true
		sent, err := d.phone.Send(d.Context(), a)
		if err != nil || sent.Outcome != string(bot.CallByHand) || len(d.news) != 1 || d.news[0].Last4 != "5678" {
			d.Errorf("sent %+v, %v, told %+v", sent, err, d.news)
		}
	})
}

func TestWithdrawnCall(t *testing.T) {
	inBubble(t, func(d *desk) {
		a := attempt("k1")
		a.Halt = true
		if _, err := d.phone.Send(d.Context(), a); !errors.Is(err, bot.ErrWithdrawn) || len(d.sim.Calls()) != 0 {
			d.Errorf("got %v, calls %v", err, d.sim.Calls())
		}
		// One that rings already is followed to its end.
		d.person(phonesim.Person{Behaviour: phonesim.Answers, Key: "1"})
		b := attempt("k2")
		tries := 0
		sent, _ := d.work(b, func(int, error) { tries++ })
		if sent.Outcome != "acknowledged:1" || tries == 0 {
			d.Errorf("sent %+v, %d further tries", sent, tries)
		}
	})
}

func TestHopelessCall(t *testing.T) {
	inBubble(t, func(d *desk) {
		for _, e := range []bot.Effect{
			bot.MakeEffect(bot.EffectCall, bot.Notice, "k", nil, bot.Call{To: "contact:tanaka", Text: " "}),
			bot.MakeEffect(bot.EffectMail, bot.Notice, "k", nil, bot.Mail{}),
			{Key: "k", Kind: bot.EffectCall, Body: []byte("{")},
		} {
			if _, err := d.phone.Send(d.Context(), bot.Attempt{Effect: e, Number: 1}); !bot.IsPermanent(err) {
				d.Errorf("%s: got %v", e.Body, err)
			}
		}
	})
}
