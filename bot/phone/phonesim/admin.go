package phonesim

import (
	"fmt"
	"net/url"
	"time"

	"toban/bot/standin"
)

// Call is a call as people see it.
type Call struct {
	ID       string            `json:"id"`
	Token    string            `json:"token"`
	Number   string            `json:"number"`
	At       time.Time         `json:"at"`
	Said     map[string]string `json:"said"`  // the attributes of the order: what is spoken
	State    string            `json:"state"` // ringing, talking or ended
	Reason   string            `json:"reason,omitempty"`
	Key      string            `json:"key,omitempty"`
	Answered bool              `json:"answered"`
}

// Calls are all calls, the oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	out := []Call{}
	for _, c := range s.calls {
		p := c.phase(now)
		v := Call{ID: c.id, Token: c.token, Number: c.order.DestinationPhoneNumber, At: c.at, Said: c.order.Attributes, State: "talking", Reason: p.reason, Answered: !p.answered.IsZero()}
		switch {
		case !p.ended.IsZero():
			v.State = "ended"
		case p.ringing:
			v.State = "ringing"
		}
		if v.Answered {
			v.Key = p.key
		}
		out = append(out, v)
	}
	return out
}

// Take is somebody taking a ringing call by hand, and pressing a key; "" presses none.
func (s *Server) Take(id, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, c := range s.calls {
		if c.id == id {
			if !c.phase(now).ringing {
				return fmt.Errorf("taking call %s: it does not ring", id)
			}
			c.picked, c.key = now, key
			return nil
		}
	}
	return fmt.Errorf("taking call %s: there is none", id)
}

// doors are the page, what there is to see and the orders.
func (s *Server) doors() standin.Door {
	return standin.Door{
		Page: s.page,
		Looks: map[string]func(url.Values) (any, error){
			"calls": func(url.Values) (any, error) { return map[string]any{"calls": s.Calls()}, nil },
			"requests": func(url.Values) (any, error) {
				return map[string]any{"requests": append([]Request{}, s.Requests()...)}, nil
			},
			"people": func(url.Values) (any, error) { return map[string]any{"people": s.People()}, nil },
			"faults": func(url.Values) (any, error) { return map[string]any{"rules": s.faults.Rules()}, nil },
		},
		Orders: map[string]func([]byte) error{
			"people": standin.Order(func(o struct {
				People []Person `json:"people"`
			},
			) error {
				return s.SetPeople(o.People...)
			}),
			"take": standin.Order(func(o struct {
				ID  string `json:"id"`
				Key string `json:"key"`
			},
			) error {
				return s.Take(o.ID, o.Key)
			}),
			"faults": s.faults.Misbehave(s.AddFaults),
		},
	}
}
