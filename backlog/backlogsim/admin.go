package backlogsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// serveAdmin is the control panel under /_sim/. It wants no key: whoever can reach a stand-in owns it.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "POST /_sim/faults":
		var f Faults
		if readAdmin(w, r, &f) {
			writeAdmin(w, object{{"ok", true}}, s.AddFaults(f))
		}
	case "POST /_sim/reset-faults":
		s.ResetFaults()
		writeAdmin(w, object{{"ok", true}}, nil)
	case "POST /_sim/rate-limits":
		limits := DefaultRateLimits()
		if readAdmin(w, r, &limits) {
			s.SetRateLimits(limits)
			writeAdmin(w, limits, nil)
		}
	case "POST /_sim/bulk":
		var b Bulk
		if readAdmin(w, r, &b) {
			id, err := s.BulkUpdate(b)
			writeAdmin(w, object{{"activity_id", id}}, err)
		}
	case "POST /_sim/render":
		var in struct{ Rule, Text string }
		if readAdmin(w, r, &in) {
			writeAdmin(w, object{{"html", string(RenderText(in.Rule, in.Text))}}, nil)
		}
	case "GET /_sim/requests":
		s.writeRequests(w, r)
	case "GET /_sim/deliveries":
		list := s.Deliveries()
		writeAdmin(w, object{{"count", len(list)}, {"pending", s.Pending()}, {"deliveries", list}}, nil)
	default:
		http.NotFound(w, r)
	}
}

// writeRequests filters by method, path (a pattern as in FaultRule), user and after (an id).
func (s *Server) writeRequests(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	user, userErr := optionalInt(q.Get("user"))
	after, afterErr := optionalInt(q.Get("after"))
	if err := errors.Join(userErr, afterErr); err != nil {
		writeAdmin(w, nil, err)
		return
	}
	out := []Request{}
	for _, req := range s.Requests() {
		if (q.Get("method") == "" || req.Method == q.Get("method")) && matchPath(q.Get("path"), req.Path) && (user == 0 || req.User == user) && req.ID > after {
			out = append(out, req)
		}
	}
	writeAdmin(w, object{{"count", len(out)}, {"requests", out}}, nil)
}

func optionalInt(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
}

func readAdmin(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		writeAdmin(w, nil, fmt.Errorf("reading body: %w", err))
		return false
	}
	return true
}

func writeAdmin(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		v = object{{"error", err.Error()}}
	}
	_, _ = w.Write(encode(v)) // the client is gone: nothing to tell
}
