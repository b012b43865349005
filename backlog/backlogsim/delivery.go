package backlogsim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	deliveryTimeout = 10 * time.Second
	maxDeliveries   = 20_000
)

// Delivery is one line of the sent log. The address is kept back: it is the only secret of a webhook.
type Delivery struct {
	ID         int             `json:"id"`
	WebhookID  int             `json:"webhook_id"`
	Webhook    string          `json:"webhook"`
	ActivityID int             `json:"activity_id"`
	Type       int             `json:"type"`
	Fault      string          `json:"fault,omitempty"`    // duplicate, drop, reorder, delay
	State      string          `json:"state"`              // queued, sent, failed, dropped
	Attempts   int             `json:"attempts"`           // tries so far
	Status     int             `json:"status,omitempty"`   // of the receiver's last answer
	Error      string          `json:"error,omitempty"`    // of the last try, without the address
	Response   string          `json:"response,omitempty"` // start of the receiver's last answer
	QueuedAt   time.Time       `json:"queued_at"`          // world time
	FinishedAt time.Time       `json:"finished_at,omitzero"`
	Body       json.RawMessage `json:"body"`

	url string
	due time.Time // of the running process's clock
}

// postOffice sends webhooks: each webhook has one lane, in order; the goroutine of a lane lives only while the lane has work.
type postOffice struct {
	s      *Server
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	lanes   map[int][]*Delivery
	busy    map[int]bool
	pending int
	idle    chan struct{} // closed when pending gets 0
	sent    []*Delivery
	lastID  int
}

func newPostOffice(s *Server) *postOffice {
	ctx, cancel := context.WithCancel(context.Background())
	return &postOffice{s: s, ctx: ctx, cancel: cancel, lanes: map[int][]*Delivery{}, busy: map[int]bool{}}
}

// post queues an activity for every webhook that wants it. The payload is made now, so that later changes do not leak into it.
func (o *postOffice) post(a *activity, now time.Time) {
	var body []byte
	for _, h := range a.proj.webhooks {
		if !h.wants(a.typ) {
			continue
		}
		if body == nil {
			body = a.payload()
		}
		fate := o.s.faults.webhookFate(h.id, a.id)
		copies := 1
		if fate.duplicate {
			copies = 2
		}
		for range copies {
			o.queue(&Delivery{
				WebhookID: h.id, Webhook: h.name, ActivityID: a.id, Type: a.typ, Fault: fate.label, State: "queued",
				QueuedAt: now, Body: body, url: h.url, due: time.Now().Add(fate.delay),
			}, fate)
		}
	}
}

// payload is the activity with its notifications, and with the webhook's own content where that differs.
func (a *activity) payload() []byte {
	w := a.wire(true)
	if a.hook != nil {
		w.Content = a.hook
	}
	if !a.proj.st.choices.BareProject {
		return encode(w)
	}
	return encode(object{
		{"id", w.ID},
		{"project", object{{"id", a.proj.id}, {"projectKey", a.proj.key}, {"name", a.proj.name}}},
		{"type", w.Type},
		{"content", w.Content},
		{"notifications", w.Notifications},
		{"createdUser", w.CreatedUser},
		{"created", w.Created},
	})
}

func (o *postOffice) queue(d *Delivery, fate webhookFate) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	o.lastID++
	d.ID = o.lastID
	o.sent = append(o.sent, d)
	if len(o.sent) > maxDeliveries {
		o.sent = append([]*Delivery{}, o.sent[len(o.sent)-maxDeliveries/2:]...)
	}
	if fate.drop {
		d.State, d.FinishedAt = "dropped", d.QueuedAt
		return
	}
	o.pending++
	if fate.reorder { // a lane of its own: later ones overtake it
		o.wg.Go(func() { o.send(d) })
		return
	}
	o.lanes[d.WebhookID] = append(o.lanes[d.WebhookID], d)
	if !o.busy[d.WebhookID] {
		o.busy[d.WebhookID] = true
		o.wg.Go(func() { o.work(d.WebhookID) })
	}
}

func (o *postOffice) work(lane int) {
	for {
		o.mu.Lock()
		if len(o.lanes[lane]) == 0 {
			delete(o.lanes, lane)
			delete(o.busy, lane)
			o.mu.Unlock()
			return
		}
		d := o.lanes[lane][0]
		o.lanes[lane] = o.lanes[lane][1:]
		o.mu.Unlock()
		o.send(d)
	}
}

// send tries once, or as often as the retries that were switched on allow.
func (o *postOffice) send(d *Delivery) {
	retries, pause := o.s.faults.webhookRetries()
	ok := sleep(o.ctx, nil, time.Until(d.due))
	for try := 0; ok && try <= retries; try++ {
		if try > 0 && !sleep(o.ctx, nil, pause) {
			break
		}
		status, answer, err := o.try(d)
		o.mu.Lock()
		d.Attempts, d.Status, d.Response, d.Error = try+1, status, answer, ""
		if err != nil {
			d.Error = err.Error()
		}
		done := err == nil && status < 300
		o.mu.Unlock()
		if done {
			break
		}
		o.s.opts.Logger.Info("delivering webhook", "webhook", d.Webhook, "activity", d.ActivityID, "status", status, "err", err)
	}
	finished := o.s.opts.Now().UTC()
	o.mu.Lock()
	defer o.mu.Unlock()
	d.State, d.FinishedAt = "failed", finished
	if d.Attempts > 0 && d.Error == "" && d.Status < 300 {
		d.State = "sent"
	}
	o.pending--
	if o.pending == 0 && o.idle != nil {
		close(o.idle)
		o.idle = nil
	}
}

func (o *postOffice) try(d *Delivery) (status int, answer string, err error) {
	ctx, cancel := context.WithTimeout(o.ctx, deliveryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(d.Body))
	if err != nil {
		return 0, "", errors.New("building request")
	}
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	req.Header.Set("User-Agent", "Backlog Webhook")
	client := http.Client{Transport: o.s.opts.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // its text holds the address
			err = wrapped.Err
		}
		return 0, "", err
	}
	defer res.Body.Close()
	start, err := io.ReadAll(io.LimitReader(res.Body, 2048))
	return res.StatusCode, string(start), err
}

func (o *postOffice) pendingCount() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pending
}

func (o *postOffice) quiet(ctx context.Context) error {
	for {
		o.mu.Lock()
		if o.pending == 0 {
			o.mu.Unlock()
			return nil
		}
		if o.idle == nil {
			o.idle = make(chan struct{})
		}
		idle := o.idle
		o.mu.Unlock()
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (o *postOffice) close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.cancel()
	o.wg.Wait()
}

// Deliveries is the sent log, oldest first: the last ten to twenty thousand.
func (s *Server) Deliveries() []Delivery {
	s.posts.mu.Lock()
	defer s.posts.mu.Unlock()
	return mapped(s.posts.sent, func(d *Delivery) Delivery { return *d })
}

// sleep waits for d unless one of the contexts ends first; b may be nil.
func sleep(a, b context.Context, d time.Duration) bool {
	if b == nil {
		b = a
	}
	if d <= 0 {
		return a.Err() == nil && b.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-a.Done():
	case <-b.Done():
	}
	return false
}
