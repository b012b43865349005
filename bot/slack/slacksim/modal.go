package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// ClickView uses an element in a modal or App Home. An empty ViewID means the
// person's front modal, or the App Home when none is open. Changing an input
// that does not dispatch actions only changes the form. Typed is what stands in the form's fields by then, as in Submit.
type ClickView struct {
	User     string   `json:"user"`
	ViewID   string   `json:"view_id,omitempty"`
	ActionID string   `json:"action_id"`
	BlockID  string   `json:"block_id,omitempty"`
	Value    string   `json:"value,omitempty"`
	Values   []string `json:"values,omitempty"`

	Typed map[string]map[string]any `json:"typed,omitempty"`
}

// Submit fills in and submits a modal. Values holds, by block and action id, a
// text, a list of texts, nil, or a value in Slack's shape; what is not named
// keeps its present value. An empty ViewID means the person's front modal.
type Submit struct {
	User   string                    `json:"user"`
	ViewID string                    `json:"view_id,omitempty"`
	Values map[string]map[string]any `json:"values,omitempty"`
}

// SubmitResult tells what the person sees after submitting.
type SubmitResult struct {
	Asked  bool              `json:"asked"`            // the app was asked; false: the form itself was refused
	Action string            `json:"action,omitempty"` // response_action of the app: errors, update, push, clear, or empty
	Errors map[string]string `json:"errors,omitempty"` // by block id
	View   json.RawMessage   `json:"view,omitempty"`   // the modal in front now, if any
}

// CloseView closes the front modal with its cross or close button; All closes
// the whole stack.
type CloseView struct {
	User   string `json:"user"`
	ViewID string `json:"view_id,omitempty"`
	All    bool   `json:"all,omitempty"`
}

// front finds the view that a person means.
func (s *Server) front(user, id string, home bool) (*User, *view, error) {
	u := s.person(user)
	if u == nil {
		return nil, nil, unknown("no person %q", user)
	}
	stack := s.stacks[u.ID]
	h := s.homes[u.ID]
	switch {
	case len(stack) > 0 && (id == "" || id == stack[len(stack)-1].id):
		return u, stack[len(stack)-1], nil
	case home && h != nil && (id == "home" || id == h.id || id == ""):
		return u, h, nil
	default:
		return nil, nil, unknown("no view %q in front of %s", id, u.Name)
	}
}

// ClickView clicks and waits for the acknowledgement.
func (s *Server) ClickView(ctx context.Context, c ClickView) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, v, err := s.front(c.User, c.ViewID, true)
		if err != nil {
			return nil, err
		}
		f, err := seek(v.blocks, c.ActionID, c.BlockID, c.Value)
		if err != nil {
			return nil, err
		}
		if err := s.fill(v, c.Typed); err != nil {
			return nil, err
		}
		value, err := s.choice(f.element, Click{Value: c.Value, Values: c.Values}.chosen())
		if err != nil {
			return nil, err
		}
		if value["type"] != nil {
			v.state.put(text(f.block, "block_id"), c.ActionID, value)
		}
		if dispatch, _ := f.block["dispatch_action"].(bool); text(f.block, "type") == "input" && !dispatch {
			return nil, nil
		}
		return s.send(viaInteract, "block_actions", s.viewAction(u, v, f.block, f.element, value)), nil
	})
	return wrap(err, "clicking %s in a view", c.ActionID)
}

// Submit submits the front modal. The form is checked first, as Slack's client
// does; only a complete one reaches the app.
func (s *Server) Submit(ctx context.Context, b Submit) (SubmitResult, error) {
	var res SubmitResult
	var v *view
	answer, err := s.perform(ctx, func() (*delivery, error) {
		u, front, err := s.front(b.User, b.ViewID, false)
		if err != nil {
			return nil, err
		}
		v = front
		if v.submit == nil {
			return nil, unknown("the modal has no submit button")
		}
		if err := s.fill(v, b.Values); err != nil {
			return nil, err
		}
		if res.Errors = complaints(v); len(res.Errors) > 0 {
			return nil, nil
		}
		res.Asked = true
		p := s.interaction("view_submission", u)
		p["view"], p["response_urls"], p["trigger_id"] = s.viewJSON(v), []any{}, s.newTrigger(u.ID, v.id)
		return s.send(viaInteract, "view_submission", p), nil
	})
	if err == nil {
		err = s.with(func() error {
			var err error
			if res.Asked {
				err = s.settle(v, answer, &res)
			}
			if stack := s.stacks[v.user]; len(stack) > 0 {
				res.View = json.RawMessage(encode(s.viewJSON(stack[len(stack)-1])))
			}
			return err
		})
	}
	return res, wrap(err, "submitting a modal")
}

// fill puts values into the form and refuses fields that are not there.
func (s *Server) fill(v *view, values map[string]map[string]any) error {
	for block, actions := range values {
		for id, given := range actions {
			f, err := seek(v.blocks, id, block, "")
			if err != nil {
				return err
			}
			value, err := s.choice(f.element, given)
			if err != nil {
				return fmt.Errorf("filling in %s: %w", id, err)
			}
			if value["type"] != nil {
				v.state.put(block, id, value)
				s.rev++
			}
		}
	}
	return nil
}

// errTrouble is what the person reads when the app's answer makes no sense.
var errTrouble = errors.New("we had some trouble connecting; try again?")

// settle does what the app answered to a submission; an empty answer closes the modal.
func (s *Server) settle(v *view, answer any, res *SubmitResult) error {
	o, _ := answer.(obj)
	res.Action = text(o, "response_action")
	if s.views[v.id] == nil { // it has gone meanwhile
		return nil
	}
	switch res.Action {
	case "":
		s.pop(v)
	case "clear":
		s.dropStack(v.user)
	case "errors":
		return s.showErrors(v, o, res)
	case "update", "push":
		var old *view
		if res.Action == "update" {
			old = v
		}
		next, err := s.readView(o["view"], "modal", old)
		if err != nil {
			return fmt.Errorf("%w: view in the answer: %w", errTrouble, err)
		}
		if old != nil {
			s.become(old, next)
			return nil
		}
		if len(s.stacks[v.user]) >= maxStack {
			return fmt.Errorf("%w: push_limit_reached", errTrouble)
		}
		s.show(v.user, next, v)
	default:
		return fmt.Errorf("%w: response_action %q", errTrouble, res.Action)
	}
	return nil
}

// showErrors wants the errors to be keyed by input blocks of the view.
func (s *Server) showErrors(v *view, o obj, res *SubmitResult) error {
	list, _ := o["errors"].(obj)
	inputs := map[string]bool{}
	for _, b := range v.blocks {
		inputs[text(b, "block_id")] = text(b, "type") == "input"
	}
	res.Errors = map[string]string{}
	for id, msg := range list {
		if !inputs[id] {
			return fmt.Errorf("%w: errors name %q, which is no input block", errTrouble, id)
		}
		res.Errors[id] = fmt.Sprint(msg)
	}
	if len(list) == 0 {
		return fmt.Errorf("%w: errors without errors", errTrouble)
	}
	return nil
}

// CloseView closes modals and, where the app asked for it, tells the app.
func (s *Server) CloseView(ctx context.Context, c CloseView) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, v, err := s.front(c.User, c.ViewID, false)
		if err != nil {
			return nil, err
		}
		all := c.All || v.clearOnClose
		p := s.interaction("view_closed", u)
		p["view"], p["is_cleared"] = s.viewJSON(v), all
		if all {
			s.dropStack(u.ID)
		} else {
			s.pop(v)
		}
		if !v.notifyOnClose {
			return nil, nil
		}
		return s.send(viaInteract, "view_closed", p), nil
	})
	return wrap(err, "closing a modal")
}

// Views gives the modals open in front of a person, the front one last, in the
// shape of the API.
func (s *Server) Views(user string) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.person(user)
	if u == nil {
		return nil
	}
	out := []json.RawMessage{}
	for _, v := range s.stacks[u.ID] {
		out = append(out, json.RawMessage(encode(s.viewJSON(v))))
	}
	return out
}

// Home gives a person's App Home in the shape of the API, nil while the app has
// published none.
func (s *Server) Home(user string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.person(user)
	if u == nil || s.homes[u.ID] == nil {
		return nil
	}
	return json.RawMessage(encode(s.viewJSON(s.homes[u.ID])))
}
