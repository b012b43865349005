package slacksim_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"toban/bot/slack/slacksim"
)

// socketApp is a bot on the stock Socket Mode client.
type socketApp struct {
	sm     *socketmode.Client
	hello  chan struct{}
	events chan socketmode.Event
	mute   atomic.Bool // do not acknowledge
	cancel context.CancelFunc
	done   chan struct{}
}

// loopback serves a rig on a real port.
func loopback(t *testing.T, ack time.Duration) (*slacksim.Server, string) {
	t.Helper()
	s := slacksim.New(slacksim.Options{AckWithin: ack})
	if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(s)
	s.SetBaseURL(hs.URL)
	t.Cleanup(func() { _ = s.Close(); hs.Close() })
	return s, hs.URL
}

func connect(t *testing.T, base string) *socketApp {
	t.Helper()
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	a := &socketApp{sm: socketmode.New(api), hello: make(chan struct{}, 16), events: make(chan socketmode.Event, 64), done: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	go func() { _ = a.sm.RunContext(ctx) }()
	go func() {
		defer close(a.done)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-a.sm.Events:
				a.take(ctx, e)
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-a.done })
	wait(t, a.hello)
	return a
}

func (a *socketApp) take(ctx context.Context, e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeHello:
		a.hello <- struct{}{}
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand, socketmode.EventTypeErrorBadMessage:
		a.events <- e
		if a.mute.Load() {
			return
		}
		var payload any
		if cb, ok := e.Data.(slack.InteractionCallback); ok && cb.Type == slack.InteractionTypeViewSubmission {
			payload = slack.NewErrorsViewSubmissionResponse(map[string]string{"reason": "もう少し詳しく"})
		}
		if c, ok := e.Data.(slack.SlashCommand); ok {
			payload = map[string]any{"text": "受け付けました: " + c.Text}
		}
		_ = a.sm.AckCtx(ctx, e.Request.EnvelopeID, payload) // without ctx it would wait for ever for a connection that is gone
	}
}

func wait[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came within 10 s")
		panic("unreachable")
	}
}

func TestSocketWithStockClient(t *testing.T) {
	s, base := loopback(t, 0)
	a := connect(t, base)
	r := &rig{Server: s, api: slack.New(botToken, slack.OptionAPIURL(base+"/api/"))}
	ts := r.postCard(t)

	own := wait(t, a.events).Data.(slackevents.EventsAPIEvent).InnerEvent.Data.(*slackevents.MessageEvent)
	if own.BotID == "" || own.TimeStamp != ts || own.ChannelType != "channel" {
		t.Errorf("the bot's own message came back as %+v", own)
	}

	if err := s.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"}); err != nil {
		t.Fatal(err)
	}
	cb := wait(t, a.events).Data.(slack.InteractionCallback)
	if cb.Type != slack.InteractionTypeBlockActions || cb.User.ID != "U0SATO" || cb.Channel.ID != desk || cb.Message.Timestamp != ts ||
		cb.Container.MessageTs != ts || cb.ActionCallback.BlockActions[0].Value != "MSP-12:1" || cb.TriggerID == "" || cb.ResponseURL == "" {
		t.Errorf("click decoded as %+v", cb)
	}

	view, err := r.api.OpenViewContext(t.Context(), cb.TriggerID, modal("障害を宣言"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Submit(t.Context(), slacksim.Submit{User: "sato", ViewID: view.ID, Values: map[string]map[string]any{"reason": {"text": "重い"}}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Action != "errors" || res.Errors["reason"] != "もう少し詳しく" {
		t.Errorf("submission answered %+v", res)
	}
	sub := wait(t, a.events).Data.(slack.InteractionCallback)
	if got := sub.View.State.Values["reason"]["text"].Value; got != "重い" || sub.View.PrivateMetadata != "MSP-12" {
		t.Errorf("submitted %q with %q", got, sub.View.PrivateMetadata)
	}

	if err := s.Command(t.Context(), slacksim.Command{User: "sato", Channel: desk, Command: "/ticket", Text: "assign MSP-12 @tanaka"}); err != nil {
		t.Fatal(err)
	}
	cmd := wait(t, a.events).Data.(slack.SlashCommand)
	if cmd.Text != "assign MSP-12 <@U0TANAKA|tanaka>" || cmd.ChannelName != "サポート受付" || cmd.UserID != "U0SATO" {
		t.Errorf("command decoded as %+v", cmd)
	}
	if last := lastMessage(t, s, "sato"); last["text"] != "受け付けました: assign MSP-12 <@U0TANAKA|tanaka>" || last["is_ephemeral"] != true {
		t.Errorf("the command's answer shows as %v", last)
	}
	if err := s.Quiet(within(t, 5*time.Second)); err != nil || s.Pending() != 0 {
		t.Errorf("quiet: %v, pending %d", err, s.Pending())
	}
}

func lastMessage(t *testing.T, s *slacksim.Server, user string) map[string]any {
	t.Helper()
	for _, ch := range s.State(user).Channels {
		var c struct{ ID string }
		if err := json.Unmarshal(ch.Channel, &c); err != nil {
			t.Fatal(err)
		}
		if c.ID == desk && len(ch.Messages) > 0 {
			m := map[string]any{}
			if err := json.Unmarshal(ch.Messages[len(ch.Messages)-1], &m); err != nil {
				t.Fatal(err)
			}
			return m
		}
	}
	return nil
}

func TestEachPayloadGoesToOneSocketAndUnackedOnesToAnother(t *testing.T) {
	s, base := loopback(t, 300*time.Millisecond)
	a, b := connect(t, base), connect(t, base)
	r := &rig{Server: s}
	for range 6 {
		r.say(t, "こんにちは")
	}
	if err := s.Quiet(within(t, 5*time.Second)); err != nil {
		t.Fatal(err)
	}
	if na, nb := len(a.events), len(b.events); na+nb != 6 || na == 0 || nb == 0 {
		t.Errorf("6 events went %d + %d", na, nb)
	}
	drain(a.events)
	drain(b.events)

	a.mute.Store(true)
	b.mute.Store(true)
	r.say(t, "聞こえますか")
	first := func() socketmode.Event {
		select {
		case e := <-a.events:
			return e
		case e := <-b.events:
			return e
		case <-time.After(10 * time.Second):
			t.Fatal("no delivery")
			panic("unreachable")
		}
	}
	one := first()
	a.mute.Store(false)
	b.mute.Store(false)
	two := first()
	if err := s.Quiet(within(t, 5*time.Second)); err != nil {
		t.Fatal(err)
	}
	id := func(e socketmode.Event) string {
		return e.Data.(slackevents.EventsAPIEvent).Data.(*slackevents.EventsAPICallbackEvent).EventID
	}
	if id(one) != id(two) || one.Request.RetryAttempt != 0 || two.Request.RetryAttempt != 1 || two.Request.RetryReason != "timeout" {
		t.Errorf("redelivered %s as %s, attempt %d %q", id(one), id(two), two.Request.RetryAttempt, two.Request.RetryReason)
	}
}

func drain(c chan socketmode.Event) {
	for len(c) > 0 {
		<-c
	}
}

func TestDisconnectAndReconnect(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested"} {
		t.Run(reason, func(t *testing.T) {
			s, base := loopback(t, 0)
			a := connect(t, base)
			if err := s.SetFaults(slacksim.Faults{Disconnect: reason}); err != nil {
				t.Fatal(err)
			}
			wait(t, a.hello) // the stock client has come back by itself
			r := &rig{Server: s}
			r.say(t, "戻りました")
			wait(t, a.events)
		})
	}
}

func TestTicketWorksOnce(t *testing.T) {
	s, base := loopback(t, 0)
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	_, u, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, u, 101)
	defer conn.Close()
	dial(t, u, 403)
	if got := s.State("").App.Sockets; got != 1 {
		t.Errorf("%d sockets open, want 1", got)
	}
}

func TestAClickMovesToAnotherSocketWhenItsOwnEnds(t *testing.T) {
	s, base := loopback(t, 0)
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	r := &rig{Server: s, api: api}
	ts := r.postCard(t)
	_, u, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dumb := dial(t, u, 101) // reads one envelope, dies without a word
	clicked := make(chan error, 1)
	go func() {
		clicked <- s.Click(context.Background(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"})
	}()
	for {
		var frame struct{ Type string }
		if err := dumb.ReadJSON(&frame); err != nil {
			t.Fatal(err)
		}
		if frame.Type == "interactive" {
			break
		}
	}
	_ = dumb.Close()
	a := connect(t, base)
	if err := wait(t, clicked); err != nil {
		t.Fatal(err)
	}
	e := wait(t, a.events)
	if e.Type != socketmode.EventTypeInteractive || e.Request.RetryAttempt != 0 {
		t.Errorf("%s, attempt %d", e.Type, e.Request.RetryAttempt)
	}
}

func TestTheEleventhSocketIsTurnedAway(t *testing.T) {
	s, base := loopback(t, 0)
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	for i := range 11 {
		_, u, err := api.StartSocketModeContext(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		conn := dial(t, u, 101)
		defer conn.Close()
		var frame struct{ Type, Reason string }
		if err := conn.ReadJSON(&frame); err != nil {
			t.Fatal(err)
		}
		if i == 10 && (frame.Type != "disconnect" || frame.Reason != "too_many_websockets") || i < 10 && frame.Type != "hello" {
			t.Errorf("socket %d got %+v", i+1, frame)
		}
	}
	if n := s.State("").App.Sockets; n != 10 {
		t.Errorf("%d sockets", n)
	}
}

func TestSocketsAreRefusedDuringAnOutage(t *testing.T) {
	s, base := loopback(t, 0)
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	_, u, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultOutage}}}); err != nil {
		t.Fatal(err)
	}
	dial(t, u, 403)
	if _, _, err := api.StartSocketModeContext(t.Context()); err == nil {
		t.Error("a new URL during the outage")
	}
}

func TestOneSocketKeepsTheOrder(t *testing.T) {
	s, base := loopback(t, 0)
	a := connect(t, base)
	r := &rig{Server: s}
	var want, got []string
	for range 30 {
		want = append(want, r.say(t, "順番"))
	}
	for range want {
		got = append(got, wait(t, a.events).Data.(slackevents.EventsAPIEvent).InnerEvent.Data.(*slackevents.MessageEvent).TimeStamp)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestSocketsArePinged(t *testing.T) {
	s := slacksim.New(slacksim.Options{PingEvery: 20 * time.Millisecond})
	hs := httptest.NewServer(s)
	defer hs.Close()
	defer s.Close()
	if err := s.Load(slacksim.SampleSeed(botToken, appToken)); err != nil {
		t.Fatal(err)
	}
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(hs.URL+"/api/"))
	_, u, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, u, 101)
	defer conn.Close()
	pinged := make(chan struct{}, 100)
	conn.SetPingHandler(func(string) error { pinged <- struct{}{}; return nil })
	go func() {
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	wait(t, pinged)
	wait(t, pinged)
}

func TestAnOversizedAcknowledgementIsDropped(t *testing.T) {
	s, base := loopback(t, 200*time.Millisecond)
	api := slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(base+"/api/"))
	ts := (&rig{Server: s, api: api}).postCard(t)
	_, u, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, u, 101)
	defer conn.Close()
	if _, _, err := conn.ReadMessage(); err != nil { // hello: before it the socket gets nothing
		t.Fatal(err)
	}
	go func() {
		for {
			var frame struct {
				Type string
				ID   string `json:"envelope_id"`
			}
			if conn.ReadJSON(&frame) != nil {
				return
			}
			if frame.Type == "interactive" {
				_ = conn.WriteJSON(map[string]string{"envelope_id": frame.ID, "payload": strings.Repeat("x", 20<<10)})
			}
		}
	}()
	err = s.Click(t.Context(), slacksim.Click{User: "sato", Channel: desk, TS: ts, ActionID: "ack"})
	if !errors.Is(err, slacksim.ErrNotAcknowledged) {
		t.Errorf("20 KiB in an acknowledgement: %v", err)
	}
}
