package phonesim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"mime"
	"net/http"
	"time"
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

var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>phonesim</title>
<style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td,th{padding:.3em .8em;text-align:left;vertical-align:top}</style>
<h1>Calls</h1><table><tr><th>at<th>number<th>state<th>key<th>said</tr>{{range .}}<tr><td>{{.At.Format "15:04:05"}}<td>{{.Number}}<td>{{.State}} {{.Reason}}<td>{{.Key}}<td>{{range $k, $v := .Said}}{{$k}}: {{$v}}<br>{{end}}</tr>{{else}}<tr><td>None yet.{{end}}</table></html>`))

// serveAdmin is the page (/) and the orders (/_sim/…). It has no password: the stand-in belongs on loopback. Orders must be JSON, which
// keeps forms of foreign web pages out.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, s.Calls()) // the reader has gone away
	case r.Method == http.MethodGet && r.URL.Path == "/_sim/calls":
		answer(w, http.StatusOK, map[string]any{"calls": s.Calls()})
	case r.Method == http.MethodGet && r.URL.Path == "/_sim/requests":
		answer(w, http.StatusOK, map[string]any{"requests": append([]Request{}, s.Requests()...)})
	case r.Method != http.MethodPost:
		answer(w, http.StatusNotFound, map[string]any{"ok": false, "error": "nothing to look at here"})
	case kind != "application/json":
		answer(w, http.StatusUnsupportedMediaType, map[string]any{"ok": false, "error": "POST with Content-Type: application/json"})
	default:
		const most = 1 << 20
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err == nil {
			err = s.obey(r.URL.Path, body)
		}
		if err != nil {
			answer(w, http.StatusBadRequest, map[string]any{"ok": false, "error": err.Error()})
			return
		}
		answer(w, http.StatusOK, map[string]any{"ok": true})
	}
}

func (s *Server) obey(path string, body []byte) error {
	switch path {
	case "/_sim/people":
		return with(body, func(o struct {
			People []Person `json:"people"`
		},
		) error {
			return s.SetPeople(o.People...)
		})
	case "/_sim/take":
		return with(body, func(o struct {
			ID  string `json:"id"`
			Key string `json:"key"`
		},
		) error {
			return s.Take(o.ID, o.Key)
		})
	case "/_sim/faults":
		return with(body, func(o struct {
			Clear bool    `json:"clear"`
			Rules []Fault `json:"rules"`
		},
		) error {
			if o.Clear {
				s.ClearFaults()
			}
			return s.AddFaults(o.Rules...)
		})
	}
	return fmt.Errorf("no order %q", path)
}

// with decodes an order strictly, so that a misspelt field is noticed.
func with[T any](body []byte, f func(T) error) error {
	var v T
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("reading the order: %w", err)
	}
	return f(v)
}
