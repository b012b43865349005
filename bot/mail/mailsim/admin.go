package mailsim

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"toban/bot/standin"
)

// ServeHTTP is the page (/) and the orders (/_sim/…).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.door.ServeHTTP(w, r) }

// doors are the page, what there is to see and the orders.
func (s *Server) doors() standin.Door {
	return standin.Door{
		Page: s.page,
		Looks: map[string]func(url.Values) (any, error){
			"messages": func(q url.Values) (any, error) {
				return map[string]any{"messages": orNone(s.Messages(q.Get("to")))}, nil
			},
			"tries":  func(url.Values) (any, error) { return map[string]any{"tries": orNone(s.Tries())}, nil },
			"faults": func(url.Values) (any, error) { return map[string]any{"rules": s.faults.Rules()}, nil },
			"raw":    s.raw,
		},
		Orders: map[string]func([]byte) error{
			"faults": s.faults.Misbehave(s.AddFaults),
			"send":   standin.Order(func(m Sent) error { return s.Send(s.life, m) }),
			"clear":  standin.Order(func(struct{}) error { s.Clear(); return nil }),
		},
	}
}

func (s *Server) raw(q url.Values) (any, error) {
	id, err := strconv.Atoi(q.Get("id"))
	if err != nil {
		return nil, fmt.Errorf("id %q: a number, as /_sim/messages tells it", q.Get("id"))
	}
	for _, m := range s.Messages("") {
		if m.ID == id {
			return m.Raw, nil
		}
	}
	return nil, fmt.Errorf("mail %d: %w", id, standin.ErrNone)
}

func orNone[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
