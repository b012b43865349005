package hook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"toban/bot"
)

// buriedHead is how much of an oversized body is kept.
const buriedHead = 1 << 10

// door names this door in the dead letters.
const door = "hook"

// Config is what the door needs. All fields but MaxBody and Logger are required.
type Config struct {
	Spaces  func(token string) (space string, ok bool) // see Tokens
	Inbox   bot.Inbox
	Dead    bot.DeadLetters
	Clock   bot.Clock
	Logger  *slog.Logger
	MaxBody int64 // bytes; 1 MiB when 0
}

// Handler is the door. It answers POST /hooks/backlog/{token} and nothing else.
type Handler struct {
	cfg    Config
	mux    *http.ServeMux
	counts counts
}

// New builds the door.
func New(cfg Config) *Handler {
	cfg.MaxBody = cmp.Or(cfg.MaxBody, 1<<20)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Handler{cfg: cfg, mux: http.NewServeMux()}
	h.mux.HandleFunc("POST /hooks/backlog/{token}", h.receive)
	return h
}

var _ http.Handler = (*Handler)(nil)

// ServeHTTP answers one delivery.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// Counts tells how many deliveries ended in which way since the start.
func (h *Handler) Counts() map[Outcome]int64 { return h.counts.copy() }

func (h *Handler) receive(w http.ResponseWriter, r *http.Request) {
	space, ok := h.cfg.Spaces(r.PathValue("token"))
	if !ok {
		// The same answer as for any path that does not exist, and the body stays unread: nobody learns or fills anything.
		h.counts.add(WrongToken)
		http.NotFound(w, r)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.cfg.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		reason := fmt.Sprintf("webhook of space %s is larger than %d bytes", space, h.cfg.MaxBody)
		h.refuse(w, r, TooLarge, http.StatusRequestEntityTooLarge, reason, raw[:min(len(raw), buriedHead)])
		return
	case err != nil:
		// The sender broke off: the activity feed will tell what this was.
		h.counts.add(Broken)
		h.cfg.Logger.WarnContext(r.Context(), "webhook broke off", "space", space, "bytes", len(raw), "reason", err)
		http.Error(w, "body broke off", http.StatusBadRequest)
		return
	}
	activity, err := decode(raw)
	if err != nil {
		h.refuse(w, r, Broken, http.StatusBadRequest, fmt.Sprintf("reading webhook of space %s: %v", space, err), raw)
		return
	}
	h.accept(w, r, space, activity, raw)
}

// accept stores the events of an activity and answers only after that.
func (h *Handler) accept(w http.ResponseWriter, r *http.Request, space string, activity bot.Activity, raw []byte) {
	activity.Space, activity.Via = space, "webhook"
	events, err := activity.Events(h.cfg.Clock.Now())
	if err != nil {
		h.refuse(w, r, NoIDs, http.StatusBadRequest, err.Error(), raw)
		return
	}
	if len(events) == 0 {
		outcome := Ignored
		if !bot.KnownActivity(activity.Type) {
			outcome = UnknownType
		}
		h.counts.add(outcome)
		h.cfg.Logger.DebugContext(r.Context(), "webhook ignored", "space", space, "type", activity.Type, "reason", string(outcome))
		w.WriteHeader(http.StatusOK)
		return
	}
	if err := h.cfg.Inbox.Accept(r.Context(), events...); err != nil {
		h.counts.add(StoreDown)
		h.cfg.Logger.ErrorContext(r.Context(), "webhook not stored", "space", space, "activity", activity.ID, "reason", err)
		http.Error(w, "not stored, send again", http.StatusServiceUnavailable)
		return
	}
	h.counts.add(Accepted)
	w.WriteHeader(http.StatusOK)
}

// refuse buries what could not be read and answers; a delivery that could not even be buried is not acknowledged.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, outcome Outcome, status int, reason string, raw []byte) {
	h.counts.add(outcome)
	h.cfg.Logger.WarnContext(r.Context(), "webhook refused", "outcome", string(outcome), "reason", reason)
	if err := h.cfg.Dead.Bury(r.Context(), door, reason, bytes.Clone(raw), h.cfg.Clock.Now()); err != nil {
		h.cfg.Logger.ErrorContext(r.Context(), "webhook not buried", "outcome", string(outcome), "reason", err)
		http.Error(w, "not stored, send again", http.StatusServiceUnavailable)
		return
	}
	http.Error(w, string(outcome), status)
}
