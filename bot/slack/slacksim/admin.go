package slacksim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// serveAdmin answers /_sim/…: acting as a person, faults, recorder, state. It
// has no password: the stand-in belongs on loopback. Orders must be JSON, which
// keeps forms of foreign web pages out.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request, name string) {
	if r.Method == http.MethodGet {
		s.serveLook(w, r, name)
		return
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/json" {
		answerJSON(w, http.StatusUnsupportedMediaType, obj{"ok": false, "error": "POST with Content-Type: application/json"})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		answerJSON(w, http.StatusBadRequest, obj{"ok": false, "error": err.Error()})
		return
	}
	out, err := s.order(r.Context(), name, body)
	if err != nil {
		answerJSON(w, orderStatus(err), obj{"ok": false, "error": err.Error()})
		return
	}
	if out == nil {
		out = obj{}
	}
	out["ok"] = true
	answerJSON(w, http.StatusOK, out)
}

func orderStatus(err error) int {
	switch {
	case errors.Is(err, ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, ErrNotAcknowledged), errors.Is(err, ErrNoApp):
		return http.StatusBadGateway
	default:
		return http.StatusBadRequest
	}
}

// order does one POST /_sim/NAME.
func (s *Server) order(ctx context.Context, name string, body []byte) (obj, error) {
	switch name {
	case "click":
		return nil, with(body, func(c Click) error { return s.Click(ctx, c) })
	case "click_view":
		return nil, with(body, func(c ClickView) error { return s.ClickView(ctx, c) })
	case "submit":
		var res SubmitResult
		err := with(body, func(c Submit) (err error) { res, err = s.Submit(ctx, c); return err })
		return obj{"result": res}, err
	case "close_view":
		return nil, with(body, func(c CloseView) error { return s.CloseView(ctx, c) })
	case "command":
		return nil, with(body, func(c Command) error { return s.Command(ctx, c) })
	case "say":
		ts := ""
		err := with(body, func(c Say) (err error) { ts, err = s.Say(ctx, c); return err })
		return obj{"ts": ts}, err
	case "edit":
		return nil, with(body, func(c Edit) error { return s.Edit(ctx, c) })
	case "delete":
		return nil, with(body, func(c Delete) error { return s.Delete(ctx, c) })
	case "react":
		return nil, with(body, func(c React) error { return s.React(ctx, c) })
	case "shortcut":
		return nil, with(body, func(c Shortcut) error { return s.Shortcut(ctx, c) })
	case "home":
		return nil, with(body, func(c struct {
			User string `json:"user"`
		},
		) error {
			return s.OpenHome(ctx, c.User)
		})
	case "room":
		return nil, with(body, func(c Room) error { return s.Room(ctx, c) })
	case "event":
		return nil, with(body, s.Emit)
	case "suggest":
		var out json.RawMessage
		err := with(body, func(c Suggest) (err error) { out, err = s.Suggest(ctx, c); return err })
		return obj{"result": out}, err
	case "faults":
		return nil, with(body, s.SetFaults)
	case "app":
		return nil, with(body, s.SetGrant)
	case "seed":
		return nil, with(body, s.Load)
	case "urls":
		return nil, with(body, s.SetURLs)
	case "verify":
		return nil, s.VerifyURL(ctx)
	case "quiet":
		return nil, s.Quiet(ctx)
	default:
		return nil, unknown("no order %q", name)
	}
}

// with decodes an order strictly, so that a misspelt field is noticed.
func with[T any](body []byte, f func(T) error) error {
	var v T
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("reading the order: %w", err)
	}
	return f(v)
}

// serveLook does one GET /_sim/NAME.
func (s *Server) serveLook(w http.ResponseWriter, r *http.Request, name string) {
	q := r.URL.Query()
	switch name {
	case "state":
		if rev, err := strconv.ParseInt(q.Get("rev"), 10, 64); err == nil && s.unchanged(rev) {
			answerJSON(w, http.StatusOK, obj{"unchanged": true})
			return
		}
		most, _ := strconv.Atoi(q.Get("messages")) // nonsense counts as all
		answerJSON(w, http.StatusOK, s.look(q.Get("user"), most))
	case "views":
		answerJSON(w, http.StatusOK, obj{"views": s.Views(q.Get("user"))})
	case "requests":
		answerJSON(w, http.StatusOK, obj{"requests": newest(s.Requests(q.Get("method")), q.Get("newest"))})
	case "emoji":
		answerJSON(w, http.StatusOK, obj{"emoji": emojis()})
	case "file":
		s.sendFile(w, q.Get("id"), q.Has("download"))
	case "deliveries":
		answerJSON(w, http.StatusOK, obj{"deliveries": newest(s.Attempts(), q.Get("newest")), "pending": s.Pending()})
	default:
		answerJSON(w, http.StatusNotFound, obj{"ok": false, "error": "nothing to look at here"})
	}
}

// unchanged also posts what is due, so that a page that only looks sees it.
func (s *Server) unchanged(rev int64) bool {
	same := false
	_ = s.with(func() error { same = s.rev == rev; return nil })
	return same
}

// newest cuts a log to its last entries; nonsense and nothing give all.
func newest[T any](log []T, most string) []T {
	if n, err := strconv.Atoi(most); err == nil && n > 0 && n < len(log) {
		log = log[len(log)-n:]
	}
	return orNone(log)
}

func orNone[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "encoding the answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the caller has gone away: nothing to tell it
}
