package slacksim

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSockets  = 10
	maxAck      = 20 << 10         // Slack drops larger acknowledgements without a word
	closeWithin = time.Second      // for the other side to answer a close frame
	warnBefore  = 10 * time.Second // between the warning and the end of a connection
)

// socket is one Socket Mode connection. One goroutine writes, one reads.
type socket struct {
	conn *websocket.Conn
	out  chan frame
	done chan struct{}
	once sync.Once
	// leaving is set once the end has been announced: nothing new goes this way. Server.mu guards it.
	leaving bool
}

type frame struct {
	text string
	last bool // close the connection afterwards
}

func (k *socket) shut() {
	k.once.Do(func() {
		close(k.done)
		_ = k.conn.Close() // both goroutines end by this; there is nobody to tell
	})
}

// push queues a frame unless the socket has ended.
func (k *socket) push(f frame) bool {
	select {
	case k.out <- f:
		return true
	case <-k.done:
		return false
	}
}

// flight is one envelope on a socket.
type flight struct{ ack chan any }

// serveSocket upgrades the one use of a ticket to a connection.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	until, ok := s.tickets[ticket]
	delete(s.tickets, ticket)
	refused := !ok || s.o.Machine().After(until) || s.closed || s.inOutage()
	s.mu.Unlock()
	if refused {
		http.Error(w, "ticket is unknown, used or expired", http.StatusForbidden)
		return
	}
	// The lock is held over the upgrade, so that nobody can see the 101 before the socket counts. It does not wait: the answer fits into the
	// kernel's buffer, and has a deadline besides.
	up := websocket.Upgrader{HandshakeTimeout: closeWithin, CheckOrigin: func(*http.Request) bool { return true }} // the ticket is the proof
	s.mu.Lock()
	conn, err := up.Upgrade(w, r, nil)
	if err != nil || s.closed {
		s.mu.Unlock()
		s.log.Debug("upgrading a socket", "error", err)
		if conn != nil {
			_ = conn.Close() // the stand-in is going away
		}
		return
	}
	k := &socket{conn: conn, out: make(chan frame, 64), done: make(chan struct{})}
	full := len(s.sockets) >= maxSockets
	if full {
		k.out <- disconnect("too_many_websockets", true)
	} else {
		s.sockets = append(s.sockets, k)
		s.everOpen = true
		k.out <- frame{text: encode(obj{
			"type": "hello", "num_connections": len(s.sockets), "connection_info": obj{"app_id": s.app.ID},
			"debug_info": obj{"host": "slacksim", "build_number": 1, "approximate_connection_time": 18060},
		})}
		close(s.newcomer)
		s.newcomer = make(chan struct{})
	}
	s.wg.Add(2)
	s.mu.Unlock()
	go k.write(&s.wg, s.o.PingEvery)
	s.read(k)
}

// read takes acknowledgements until the connection ends.
func (s *Server) read(k *socket) {
	defer s.wg.Done()
	defer s.part(k)
	for {
		_, raw, err := k.conn.ReadMessage()
		if err != nil {
			return
		}
		v, err := decode(raw)
		if err != nil || len(raw) >= maxAck {
			s.log.Warn("dropping a socket frame", "bytes", len(raw))
			continue
		}
		o, _ := v.(obj)
		s.mu.Lock()
		f := s.flights[text(o, "envelope_id")]
		delete(s.flights, text(o, "envelope_id"))
		s.mu.Unlock()
		if f != nil {
			f.ack <- o["payload"]
		}
	}
}

// part forgets a socket that has ended.
func (s *Server) part(k *socket) {
	k.shut()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.sockets {
		if x == k {
			s.sockets = append(s.sockets[:i:i], s.sockets[i+1:]...)
			return
		}
	}
}

// write sends frames and pings.
func (k *socket) write(wg *sync.WaitGroup, pingEvery time.Duration) {
	defer wg.Done()
	defer k.shut()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-k.done:
			return
		case <-ping.C:
			err = k.conn.WriteControl(websocket.PingMessage, []byte("Ping from slacksim"), time.Now().Add(time.Second))
		case f := <-k.out:
			// Deadlines on sockets are the kernel's business: real time, never the injected one.
			_ = k.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
			err = k.conn.WriteMessage(websocket.TextMessage, []byte(f.text))
			if err == nil && f.last {
				k.farewell()
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// farewell does the closing handshake. Without it a browser-like client (Slack's own for Node) takes the end for an error and waits long
// before it connects again.
func (k *socket) farewell() {
	err := k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(closeWithin))
	if err != nil {
		return
	}
	select {
	case <-k.done: // the reader has seen the other side's end
	case <-time.After(closeWithin):
	}
}

func disconnect(reason string, last bool) frame {
	return frame{text: encode(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "slacksim"}}), last: last}
}

// Disconnect tells every open socket to go: "warning" ten seconds before the
// end, "refresh_requested" or "link_disabled" at once.
func (s *Server) Disconnect(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sockets {
		last := reason != "warning"
		k.leaving = k.leaving || last
		select {
		case k.out <- disconnect(reason, last):
		default: // the app has stopped reading: cut it off
			k.shut()
			continue
		}
		if !last && !s.closed {
			s.wg.Go(func() {
				select {
				case <-time.After(warnBefore):
					s.leave(k)
					k.push(disconnect("refresh_requested", true))
				case <-k.done:
				}
			})
		}
	}
}

// overSocket puts the payload on one socket and waits for the acknowledgement.
// When that socket ends meanwhile, another one gets it.
func (s *Server) overSocket(ctx context.Context, d *delivery, n int, why string, deaf bool) outcome {
	for {
		k, joined := s.pick()
		if k == nil {
			d.launch() // nobody should queue behind a wait
			select {
			case <-joined:
				continue
			case <-ctx.Done():
				return outcome{reason: "timeout"}
			}
		}
		id, f := s.launch()
		sent := k.push(frame{text: d.envelope(id, n, why)})
		d.launch()
		ack := f.ack
		if deaf { // a fault: wait as if nothing came
			ack = nil
		}
		select {
		case answer := <-ack:
			return outcome{answer: answer}
		case <-ctx.Done():
			s.land(id)
			return outcome{reason: "timeout"}
		case <-k.done:
			s.land(id)
			select {
			case answer := <-ack: // it came just before the end
				return outcome{answer: answer}
			default:
			}
			if sent { // it may have arrived: the next one is told so
				n, why = n+1, "timeout"
			}
			s.part(k)
		}
	}
}

// envelope wraps a payload for a socket. Only events are tried again, and say so.
func (d *delivery) envelope(id string, n int, why string) string {
	retry := ""
	if d.lane == viaEvents {
		retry = fmt.Sprintf(`,"retry_attempt":%d,"retry_reason":%q`, n, why)
	}
	return fmt.Sprintf(`{"envelope_id":%q,"payload":%s,"type":%q,"accepts_response_payload":%t%s}`, id, d.raw, d.lane, d.answerable(), retry)
}

// answerable reports whether the acknowledgement may carry an answer; Slack ignores it elsewhere.
func (d *delivery) answerable() bool {
	return d.lane == viaCommand || d.name == "view_submission" || d.name == "block_suggestion"
}

// pick takes the next socket in turn, or the signal that one has opened.
func (s *Server) pick() (*socket, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []*socket
	for _, k := range s.sockets {
		if !k.leaving {
			open = append(open, k)
		}
	}
	if len(open) == 0 {
		return nil, s.newcomer
	}
	s.turn++
	return open[s.turn%len(open)], nil
}

func (s *Server) leave(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.leaving = true
}

func (s *Server) launch() (string, *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	id := fmt.Sprintf("%08x-51ac-4000-8000-%012x", s.ids, s.o.Machine().UnixMilli())
	f := &flight{ack: make(chan any, 1)}
	s.flights[id] = f
	return id, f
}

func (s *Server) land(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.flights, id)
}
