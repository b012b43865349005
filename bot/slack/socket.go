package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// SocketStatus is the health of Socket Mode, in machine time.
type SocketStatus struct {
	Connected   bool
	LastHello   time.Time // when Slack last greeted a new socket
	LastInbound time.Time // when anything last came in
	Err         string    // why the last attempt to connect was no success
}

// Socket tells how Socket Mode is doing, for readiness.
func (s *Slack) Socket() SocketStatus { return *s.socket.Load() }

func (s *Slack) note(change func(*SocketStatus)) {
	for {
		old := s.socket.Load()
		next := *old
		change(&next)
		if s.socket.CompareAndSwap(old, &next) {
			return
		}
	}
}

// atOnce is the number of envelopes that are handled at the same time.
const atOnce = 16

// RunSocket takes deliveries over Socket Mode until ctx ends, which is no error. Lost sockets are opened again with growing waits; what
// Slack refuses for good (a wrong or revoked token) is returned (https://docs.slack.dev/apis/events-api/using-socket-mode).
func (s *Slack) RunSocket(ctx context.Context) error {
	for {
		err := s.runOnce(ctx)
		s.note(func(st *SocketStatus) { st.Connected = false })
		stopped := ctx.Err() != nil
		if !stopped && err != nil && !errors.Is(err, context.Canceled) {
			s.note(func(st *SocketStatus) { st.Err = s.hide(err).Error() })
			return fmt.Errorf("running socket mode: Slack refuses the app-level token: set a valid one with connections:write: %w", s.hide(err))
		}
		if stopped = stopped || pause(ctx, time.Second) != nil; stopped {
			return nil
		}
	}
}

func (s *Slack) runOnce(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := socketmode.New(s.api,
		socketmode.OptionPingInterval(s.c.PingWithin), socketmode.OptionReadLimit(4*maxBody),
		socketmode.OptionLog(log.New(io.Discard, "", 0)))
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	var work sync.WaitGroup
	defer work.Wait()
	slots := make(chan struct{}, atOnce)
	for {
		select {
		case err := <-done:
			return err
		case evt := <-client.Events:
			s.state(evt)
			d, req, raw, ok := envelope(evt)
			if !ok {
				continue
			}
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				continue
			}
			work.Go(func() {
				defer func() { <-slots }()
				s.deliver(ctx, client, d, req, raw)
			})
		}
	}
}

// state follows the socket's life.
func (s *Slack) state(evt socketmode.Event) {
	now := s.c.Machine()
	switch evt.Type {
	case socketmode.EventTypeHello:
		s.note(func(st *SocketStatus) { st.Connected, st.LastHello, st.LastInbound, st.Err = true, now, now, "" })
		s.c.Logger.Info("socket mode is connected")
	case socketmode.EventTypeConnecting:
		s.note(func(st *SocketStatus) { st.Connected = false })
	case socketmode.EventTypeConnectionError:
		if e, ok := evt.Data.(*slackgo.ConnectionErrorEvent); ok {
			err := s.hide(e.ErrorObj)
			s.note(func(st *SocketStatus) { st.Connected, st.Err = false, err.Error() })
			s.c.Logger.Warn("connecting socket mode", "attempt", e.Attempt, "again_in", e.Backoff, "error", err)
		}
	case socketmode.EventTypeErrorWriteFailed:
		s.c.Logger.Warn("acknowledging a delivery: Slack will send it again")
	default:
		s.note(func(st *SocketStatus) { st.LastInbound = now })
	}
}

// envelope takes the payload out of a socket's event. What slack-go could not decode is read again by us: it decodes more than we need.
func envelope(evt socketmode.Event) (d door, id string, raw json.RawMessage, ok bool) {
	req := evt.Request
	if bad, isBad := evt.Data.(*socketmode.ErrorBadMessage); isBad {
		req = &socketmode.Request{}
		if json.Unmarshal(bad.Message, req) != nil || req.EnvelopeID == "" {
			return doorEvents, "", bad.Message, true
		}
	}
	if req == nil {
		return "", "", nil, false
	}
	switch req.Type {
	case socketmode.RequestTypeEventsAPI:
		return doorEvents, req.EnvelopeID, req.Payload, true
	case socketmode.RequestTypeInteractive:
		return doorInteractions, req.EnvelopeID, req.Payload, true
	case socketmode.RequestTypeSlashCommands:
		return doorCommands, req.EnvelopeID, req.Payload, true
	}
	return doorEvents, req.EnvelopeID, req.Payload, req.EnvelopeID != ""
}

// deliver handles one envelope and acknowledges it. What could not be handled is not acknowledged, so that Slack sends it again.
func (s *Slack) deliver(ctx context.Context, client *socketmode.Client, d door, id string, raw []byte) {
	answer, err := s.receive(ctx, d, raw)
	var odd *unreadable
	if errors.As(err, &odd) {
		s.c.Count(string(d), "unreadable")
		s.c.Logger.Warn("keeping an unreadable delivery", "door", d, "reason", odd.reason)
		err = s.c.Dead.Bury(ctx, string(d), odd.reason, raw, s.c.Clock.Now())
	}
	if err != nil {
		s.c.Count(string(d), "failed")
		s.c.Logger.Error("handling a delivery", "door", d, "error", err)
		return
	}
	if id == "" {
		return
	}
	if err := client.AckCtx(ctx, id, answer); err != nil {
		s.c.Logger.Warn("acknowledging a delivery", "door", d, "error", s.hide(err))
	}
}
