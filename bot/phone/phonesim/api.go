package phonesim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

// apiError is an error as Connect's API (REST, JSON) answers it.
type apiError struct {
	status  int
	kind    string
	message string
}

// order is the body of StartOutboundVoiceContact, as far as it is understood.
type order struct {
	InstanceID             string            `json:"InstanceId"`
	ContactFlowID          string            `json:"ContactFlowId"`
	DestinationPhoneNumber string            `json:"DestinationPhoneNumber"`
	SourcePhoneNumber      string            `json:"SourcePhoneNumber"`
	QueueID                string            `json:"QueueId"`
	ClientToken            string            `json:"ClientToken"`
	Attributes             map[string]string `json:"Attributes"`
	RingTimeoutInSeconds   int               `json:"RingTimeoutInSeconds"`
}

// ServeHTTP answers the API, the page (/) and the orders (/_sim/…).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	part := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Method == http.MethodPut && r.URL.Path == "/contact/outbound-voice":
		s.api(w, r, Start, func() (any, string, *apiError) { return s.start(r) })
	case r.Method == http.MethodGet && len(part) == 3 && part[0] == "contacts":
		s.api(w, r, Describe, func() (any, string, *apiError) { return s.describe(part[1], part[2]) })
	case r.Method == http.MethodGet && len(part) == 4 && part[0] == "contact" && part[1] == "attributes":
		s.api(w, r, Attributes, func() (any, string, *apiError) { return s.attributes(part[2], part[3]) })
	default:
		s.door.ServeHTTP(w, r)
	}
}

// api does one call of the API with the faults that strike it.
func (s *Server) api(w http.ResponseWriter, r *http.Request, op Op, do func() (v any, token string, e *apiError)) {
	f := s.strike(op)
	if f.Kind == DropBefore {
		s.recorded(Request{Op: op, Fault: f.Kind})
		panic(http.ErrAbortHandler)
	}
	v, token := any(nil), ""
	e := f.before()
	if e == nil {
		v, token, e = do()
	}
	switch f.Kind {
	case DropAfter:
		s.recorded(Request{Op: op, Token: token, Fault: f.Kind})
		panic(http.ErrAbortHandler)
	case FailAfter:
		e = &apiError{http.StatusInternalServerError, "InternalServiceException", "Injected fault."}
	case Slow:
		s.lag(r, f)
	case Limited, FailBefore, DropBefore, Refused, Forgotten:
	}
	status := http.StatusOK
	if e != nil {
		status, v = e.status, map[string]string{"Message": e.message}
		w.Header().Set("X-Amzn-Errortype", e.kind)
	}
	s.recorded(Request{Op: op, Token: token, Fault: f.Kind, Status: status})
	answer(w, status, v)
}

func (s *Server) lag(r *http.Request, f Fault) {
	t := time.NewTimer(cmp.Or(time.Duration(f.Lag), time.Minute))
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	case <-s.closed:
	}
}

func (s *Server) recorded(q Request) {
	q.At = s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
}

func (s *Server) start(r *http.Request) (any, string, *apiError) {
	invalid := func(text string) (any, string, *apiError) {
		return nil, "", &apiError{http.StatusBadRequest, "InvalidParameterException", text}
	}
	const most = 1 << 20
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	var o order
	if err != nil || json.Unmarshal(body, &o) != nil {
		return invalid("The body can't be read.")
	}
	if o.RingTimeoutInSeconds == 0 {
		o.RingTimeoutInSeconds = 60
	}
	const leastRing, mostRing, mostToken, mostAttributes = 15, 60, 500, 32 << 10
	size := 0
	for k, v := range o.Attributes {
		size += len(k) + len(v)
	}
	switch {
	case o.InstanceID == "" || o.ContactFlowID == "":
		return invalid("InstanceId and ContactFlowId are required.")
	case !strings.HasPrefix(o.DestinationPhoneNumber, "+"):
		return invalid("DestinationPhoneNumber must be in E.164.")
	case o.SourcePhoneNumber == "" && o.QueueID == "":
		return invalid("SourcePhoneNumber or QueueId is required.")
	case o.RingTimeoutInSeconds < leastRing || o.RingTimeoutInSeconds > mostRing:
		return invalid("RingTimeoutInSeconds must be 15 to 60.")
	case len(o.ClientToken) > mostToken || size > mostAttributes:
		return invalid("ClientToken or Attributes are too long.")
	}
	return map[string]string{"ContactId": s.place(o)}, o.ClientToken, nil
}

// tokenLife is how long a client token gives the same call again.
const tokenLife = 7 * 24 * time.Hour

// place rings a telephone, unless the token is that of an earlier call.
func (s *Server) place(o order) string {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if o.ClientToken != "" && c.token == o.ClientToken && now.Sub(c.at) < tokenLife {
			return c.id
		}
	}
	c := &call{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", len(s.calls)+1), token: o.ClientToken, order: o, at: now, person: s.people[o.DestinationPhoneNumber]}
	s.calls = append(s.calls, c)
	return c.id
}

func (s *Server) find(instance, id string) (*call, *apiError) {
	for _, c := range s.calls {
		if c.id == id && c.order.InstanceID == instance {
			return c, nil
		}
	}
	return nil, &apiError{http.StatusNotFound, "ResourceNotFoundException", "No such contact."}
}

func (s *Server) describe(instance, id string) (any, string, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, e := s.find(instance, id)
	if e != nil {
		return nil, "", e
	}
	p := c.phase(s.now())
	contact := map[string]any{"Id": c.id, "Channel": "VOICE", "InitiationMethod": "API", "InitiationTimestamp": epoch(c.at)}
	if !p.answered.IsZero() {
		contact["ConnectedToSystemTimestamp"] = epoch(p.answered)
	}
	if !p.ended.IsZero() {
		contact["DisconnectTimestamp"], contact["DisconnectReason"] = epoch(p.ended), p.reason
	}
	return map[string]any{"Contact": contact}, c.token, nil
}

// attributes are those of the order, and what the contact flow adds: the key that was pressed.
func (s *Server) attributes(instance, id string) (any, string, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, e := s.find(instance, id)
	if e != nil {
		return nil, "", e
	}
	out := map[string]string{}
	maps.Copy(out, c.order.Attributes)
	if p := c.phase(s.now()); p.key != "" && !p.answered.IsZero() {
		out["toban_key"] = p.key
	}
	return map[string]any{"Attributes": out}, c.token, nil
}

// epoch writes an instant as this API does.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller has gone away: nothing to tell it
}
