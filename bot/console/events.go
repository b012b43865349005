package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Rhythm of the event stream, in machine time.
const (
	tickEvery  = time.Second
	beatEvery  = 15 * time.Second
	writeLimit = 10 * time.Second // a page that takes longer to read is gone
)

// hub tells open pages what changed. What a page has not yet read is told once.
type hub struct {
	mu    sync.Mutex
	pages map[*listener]bool
}

type listener struct {
	mu   sync.Mutex
	what []string
	wake chan struct{}
}

func (h *hub) join() *listener {
	l := &listener{wake: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pages == nil {
		h.pages = map[*listener]bool{}
	}
	h.pages[l] = true
	return l
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pages, l)
}

func (h *hub) tell(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.pages {
		l.add(what)
	}
}

func (l *listener) add(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Contains(l.what, what) {
		return
	}
	l.what = append(l.what, what)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *listener) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	what := l.what
	l.what = nil
	return what
}

// events streams change and clock events until the page or the console goes.
func (c *Console) events(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := c.while(r)
	defer cancel()
	l := c.hub.join()
	defer c.hub.leave(l)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	s := stream{w: w, rc: http.NewResponseController(w)}
	s.line("retry: 1000\n\n")
	s.event("clock", c.tick(ctx))
	tick, beat := time.NewTicker(tickEvery), time.NewTicker(beatEvery)
	defer tick.Stop()
	defer beat.Stop()
	for s.err == nil {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
			for _, what := range l.take() {
				s.event("change", map[string]string{"what": what})
				if what == ChangedClock {
					s.event("clock", c.tick(ctx))
				}
			}
		case <-tick.C:
			s.event("clock", c.tick(ctx))
		case <-beat.C:
			s.line(": heartbeat\n\n")
		}
	}
}

// tick reads the clock.
func (c *Console) tick(ctx context.Context) Tick {
	i := c.p.Info()
	t := Tick{Now: i.Now, Speed: i.Speed}
	t.Open, t.NextOpen = c.p.Hours(i.Now)
	due, ok, err := c.p.NextDue(ctx)
	if err != nil && ctx.Err() == nil {
		c.p.Logger.Error("reading the next due moment", "error", err)
	}
	if ok && err == nil {
		t.NextDue = &due
	}
	return t
}

// stream writes server-sent events; its first error ends it.
type stream struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	err error
}

func (s *stream) line(text string) {
	if s.err != nil {
		return
	}
	_ = s.rc.SetWriteDeadline(time.Now().Add(writeLimit)) // a recorder in a test has none
	if _, s.err = fmt.Fprint(s.w, text); s.err == nil {
		s.err = s.rc.Flush()
	}
}

func (s *stream) event(name string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.err = err
		return
	}
	s.line("event: " + name + "\ndata: " + string(b) + "\n\n")
}
