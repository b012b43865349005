package slacksim

import (
	"context"
	"encoding/json"
	"errors"
)

// Reach presses an element of a message as a person does who looks for it: on the message, or else in the modal that the message's button via
// opens. A modal that then only tells something is closed again.
func (s *Server) Reach(ctx context.Context, c Click, via string) error {
	err := s.Click(ctx, c)
	if !errors.Is(err, ErrUnknown) || via == "" {
		return err
	}
	if s.Click(ctx, Click{User: c.User, Channel: c.Channel, TS: c.TS, ActionID: via}) != nil {
		return err
	}
	err = s.ClickView(ctx, ClickView{User: c.User, ActionID: c.ActionID})
	if err != nil || !s.asks(c.User) {
		_ = s.CloseView(ctx, CloseView{User: c.User, All: true}) // none may be open
	}
	return err
}

// asks reports whether the front modal of a person is a form.
func (s *Server) asks(user string) bool {
	views := s.Views(user)
	if len(views) == 0 {
		return false
	}
	var v struct {
		Submit any `json:"submit"`
	}
	return json.Unmarshal(views[len(views)-1], &v) == nil && v.Submit != nil
}
