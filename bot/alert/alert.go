package alert

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"toban/bot"
)

// door names this door in the dead letters.
const door = "alert"

// Outcome is how a delivery ended.
type Outcome string

// Outcomes of deliveries.
const (
	Accepted   Outcome = "accepted"
	Ignored    Outcome = "ignored" // a word that is about no alert
	WrongToken Outcome = "wrong_token"
	TooLarge   Outcome = "too_large"
	Broken     Outcome = "broken"
	Unsigned   Outcome = "unsigned"
	StoreDown  Outcome = "store_down"
)

// Customer is whose alerts a token brings.
type Customer struct {
	ID       string
	Hosts    map[string]string // the host by the names under which sources know it, such as an instance's id
	Mapping  Mapping           // of source json
	Accounts []string          // AWS accounts whose topics are believed; none: any
	Keys     []string          // with which PagerDuty signs; none: it needs not sign
}

// Config is what the door needs. All fields but MaxBody, Logger and Client are required.
type Config struct {
	Customers func(token string) (Customer, bool) // see Tokens
	Inbox     bot.Inbox
	Dead      bot.DeadLetters
	Clock     bot.Clock
	Client    *http.Client // fetches the certificates and confirms the subscriptions of SNS
	Logger    *slog.Logger
	MaxBody   int64 // bytes; 1 MiB when 0
}

// Handler is the door.
type Handler struct {
	cfg    Config
	mux    *http.ServeMux
	counts counts
	sns    *sns
}

// New builds the door.
func New(cfg Config) *Handler {
	cfg.MaxBody = cmp.Or(cfg.MaxBody, 1<<20)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Handler{cfg: cfg, mux: http.NewServeMux(), sns: newSNS(cfg.Client)}
	h.mux.HandleFunc("POST /hooks/alerts/{source}/{token}", h.receive)
	return h
}

var _ http.Handler = (*Handler)(nil)

// ServeHTTP answers one delivery.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// Counts tells how many deliveries of each source ended in which way since the start.
func (h *Handler) Counts() map[Count]int64 { return h.counts.copy() }

// delivery is one call of a source.
type delivery struct {
	customer Customer
	source   string
	header   http.Header
	raw      []byte
	at       time.Time
}

// reader reads a source's words. An empty list is a word about no alert.
type reader func(ctx context.Context, d delivery) ([]bot.Alert, error)

// Errors that decide the answer.
var (
	errUnsigned = errors.New("the signature is not the source's")
	errAgain    = errors.New("it can't be judged now")
)

func (h *Handler) readers() map[string]reader {
	return map[string]reader{
		"json": generic, "alertmanager": alertmanager, "mackerel": mackerel, "cloudwatch": h.sns.cloudwatch, "datadog": datadog, "pagerduty": pagerduty,
	}
}

// Sources lists the sources that the door knows.
func Sources() []string {
	return []string{"json", "alertmanager", "mackerel", "cloudwatch", "datadog", "pagerduty"}
}

func (h *Handler) receive(w http.ResponseWriter, r *http.Request) {
	source := r.PathValue("source")
	read, known := h.readers()[source]
	c, ok := h.cfg.Customers(r.PathValue("token"))
	if !ok || !known {
		// The same answer as for any path that does not exist, and the body stays unread: nobody learns or fills anything.
		h.counts.add("", WrongToken)
		http.NotFound(w, r)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.cfg.MaxBody))
	d := delivery{customer: c, source: source, header: r.Header, raw: bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), at: h.cfg.Clock.Now()}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		const head = 1 << 10
		d.raw = raw[:min(len(raw), head)]
		h.refuse(w, r, d, TooLarge, http.StatusRequestEntityTooLarge, fmt.Sprintf("alert of %s for customer %s is larger than %d bytes", source, c.ID, h.cfg.MaxBody))
		return
	case err != nil:
		h.counts.add(source, Broken)
		h.cfg.Logger.WarnContext(r.Context(), "alert broke off", "source", source, "customer", c.ID, "bytes", len(raw), "reason", err)
		http.Error(w, "body broke off", http.StatusBadRequest)
		return
	}
	alerts, err := read(r.Context(), d)
	switch {
	case errors.Is(err, errAgain):
		h.counts.add(source, StoreDown)
		h.cfg.Logger.ErrorContext(r.Context(), "alert not judged", "source", source, "customer", c.ID, "reason", err)
		http.Error(w, "not now, send again", http.StatusServiceUnavailable)
	case errors.Is(err, errUnsigned):
		h.refuse(w, r, d, Unsigned, http.StatusForbidden, fmt.Sprintf("reading alert of %s for customer %s: %v", source, c.ID, err))
	case err != nil:
		h.refuse(w, r, d, Broken, http.StatusBadRequest, fmt.Sprintf("reading alert of %s for customer %s: %v", source, c.ID, err))
	default:
		h.accept(w, r, d, alerts)
	}
}

// accept stores the events of a delivery and answers only after that.
func (h *Handler) accept(w http.ResponseWriter, r *http.Request, d delivery, alerts []bot.Alert) {
	if len(alerts) == 0 {
		h.counts.add(d.source, Ignored)
		h.cfg.Logger.DebugContext(r.Context(), "word about no alert", "source", d.source, "customer", d.customer.ID)
		w.WriteHeader(http.StatusOK)
		return
	}
	events := make([]bot.Event, len(alerts))
	for i, a := range alerts {
		a.Customer, a.Source, a.Host, a.Name = d.customer.ID, d.source, d.customer.host(a.Host), cmp.Or(strings.TrimSpace(a.Name), d.source)
		if len(a.Raw) == 0 {
			a.Raw = d.raw
		}
		e, err := bot.NewEvent(bot.EventAlert, key(a, d.at, i), bot.AlertLane(a.Customer, a.Host, a.Name), d.at, a)
		if err != nil {
			h.refuse(w, r, d, Broken, http.StatusBadRequest, err.Error())
			return
		}
		e.Customer = a.Customer
		events[i] = e
	}
	if err := h.cfg.Inbox.Accept(r.Context(), events...); err != nil {
		h.counts.add(d.source, StoreDown)
		h.cfg.Logger.ErrorContext(r.Context(), "alert not stored", "source", d.source, "customer", d.customer.ID, "reason", err)
		http.Error(w, "not stored, send again", http.StatusServiceUnavailable)
		return
	}
	h.counts.add(d.source, Accepted)
	w.WriteHeader(http.StatusOK)
}

// host is the host under the name that the customer's file gives it.
func (c Customer) host(name string) string {
	name = strings.TrimSpace(name)
	if known, ok := c.Hosts[strings.ToLower(name)]; ok {
		return known
	}
	return name
}

// key is the dedup key of an alert's event. A source that names the outbreak says the same word twice only when it repeats a delivery, or, hours
// later, to remind; one that does not may mean two outbreaks by the same words.
func key(a bot.Alert, at time.Time, i int) string {
	head := "alert:" + a.Customer + ":" + a.Source + ":"
	if a.ID != "" {
		return bot.AlertKey(a.Customer, a.Source, a.ID)
	}
	if a.Occurrence == "" {
		return fmt.Sprintf("%s%d:%d:%s", head, at.UnixMicro(), i, rand.Text())
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%v", a.Host, a.Name, a.Severity, a.Occurrence, a.Firing))
	return head + hex.EncodeToString(sum[:16]) + ":" + at.UTC().Format("2006010215")
}

// refuse buries what could not be read and answers; a delivery that could not even be buried is not acknowledged.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, d delivery, outcome Outcome, status int, reason string) {
	h.counts.add(d.source, outcome)
	h.cfg.Logger.WarnContext(r.Context(), "alert refused", "source", d.source, "customer", d.customer.ID, "outcome", string(outcome), "reason", reason)
	if err := h.cfg.Dead.Bury(r.Context(), door, reason, bytes.Clone(d.raw), d.at); err != nil {
		h.cfg.Logger.ErrorContext(r.Context(), "alert not buried", "outcome", string(outcome), "reason", err)
		http.Error(w, "not stored, send again", http.StatusServiceUnavailable)
		return
	}
	http.Error(w, string(outcome), status)
}
