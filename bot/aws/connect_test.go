package aws

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"toban/bot"
	"toban/bot/phone/phonesim"
)

// The example of Amazon's own documentation of Signature Version 4 (GET ListUsers).
func TestSignatureOfTheDocumentation(t *testing.T) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	keys := Credentials{Access: "AKIDEXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	if err := signed(t.Context(), v4.NewSigner(), r, nil, keys, "iam", "us-east-1", time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, " +
		"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

const number = "+81312345678"

// exchange is Connect before the stand-in, whose clock is moved by hand.
type exchange struct {
	*testing.T
	sim *phonesim.Server
	c   *Connect
	now time.Time
}

func newExchange(t *testing.T) *exchange {
	t.Helper()
	x := &exchange{T: t, now: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)}
	now := func() time.Time { return x.now }
	x.sim = phonesim.New(phonesim.Options{Now: now})
	var err error
	x.c, err = NewConnect(ConnectConfig{
		Region: "ap-northeast-1", Instance: "i", Flow: "f", Number: "+815000000000", Keys: Credentials{Access: "a", Secret: "s", Session: "t"},
		URL: "http://connect.test", Client: &http.Client{Transport: x.sim.RoundTripper()}, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestCallsAndTheirEnds(t *testing.T) {
	for behaviour, want := range map[phonesim.Behaviour]bot.CallOutcome{
		phonesim.Answers: bot.CallAnswered, phonesim.NoAnswer: bot.CallNoAnswer, phonesim.Busy: bot.CallBusy, phonesim.Voicemail: bot.CallAnswered, phonesim.Invalid: bot.CallFailed,
	} {
		x := newExchange(t)
		if err := x.sim.SetPeople(phonesim.Person{Number: number, Behaviour: behaviour, Key: "1"}); err != nil {
			t.Fatal(err)
		}
		id, err := x.c.Start(t.Context(), "token", number, map[string]string{"text": "障害です"}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := x.c.Start(t.Context(), "token", number, nil, 10); err != nil || same != id {
			t.Errorf("the same token gave %s, %v, want %s", same, err, id)
		}
		if ended, _, _, err := x.c.Look(t.Context(), id); ended || err != nil {
			t.Errorf("%s: ended at once, %v", behaviour, err)
		}
		x.now = x.now.Add(time.Minute)
		ended, outcome, key, err := x.c.Look(t.Context(), id)
		if !ended || outcome != want || err != nil || (key == "1") != (behaviour == phonesim.Answers) {
			t.Errorf("%s: ended %v, %s, key %q, %v; want %s", behaviour, ended, outcome, key, err, want)
		}
		if c := x.sim.Calls(); len(c) != 1 || c[0].Said["text"] != "障害です" {
			t.Errorf("calls %+v", c)
		}
	}
}

func TestErrorsOfConnect(t *testing.T) {
	var later *bot.RetryAfterError
	for kind, is := range map[phonesim.FaultKind]func(err error) bool{
		phonesim.Limited:    func(err error) bool { return errors.As(err, &later) },
		phonesim.Refused:    bot.IsPermanent,
		phonesim.FailBefore: func(err error) bool { return !bot.IsPermanent(err) && !errors.As(err, &later) },
		phonesim.DropAfter:  func(err error) bool { return !bot.IsPermanent(err) && !errors.As(err, &later) },
	} {
		x := newExchange(t)
		if err := x.sim.AddFaults(phonesim.Fault{Kind: kind, Op: phonesim.Start}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.c.Start(t.Context(), "token", number, nil, 10); err == nil || !is(err) || strings.Contains(err.Error(), number) {
			t.Errorf("%s: got %v", kind, err)
		}
	}
	x := newExchange(t)
	if _, _, _, err := x.c.Look(t.Context(), "none"); !errors.Is(err, ErrNoContact) {
		t.Errorf("got %v", err)
	}
	if _, err := NewConnect(ConnectConfig{}); err == nil {
		t.Error("an empty configuration was taken")
	}
}

func TestReasonsThatAreNotKnown(t *testing.T) {
	for reason, want := range map[string]bot.CallOutcome{"": bot.CallNoAnswer, "SOMETHING_NEW": bot.CallNoAnswer, "OUTBOUND_ATTEMPT_FAILED": bot.CallFailed} {
		if got := judge(reason, false); got != want {
			t.Errorf("%q: %s, want %s", reason, got, want)
		}
	}
	if got := judge("SOMETHING_NEW", true); got != bot.CallAnswered {
		t.Errorf("got %s", got)
	}
}
