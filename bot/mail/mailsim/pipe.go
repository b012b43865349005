package mailsim

import (
	"context"
	"net"
	"sync"
)

// pipe is a listener whose connections never leave the process.
type pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipe() *pipe { return &pipe{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipe) dial(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- newBuffered(there):
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

// Addr implements net.Listener.
func (*pipe) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// buffered lets its side write without waiting for the other to read, as a socket does; without it two who write at once (a TLS alert
// against a flight of records) would wait for each other for ever.
type buffered struct {
	net.Conn
	mu     sync.Mutex
	more   *sync.Cond
	data   []byte
	closed bool
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{Conn: c}
	b.more = sync.NewCond(&b.mu)
	go b.drain()
	return b
}

// Write implements net.Conn.
func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, net.ErrClosed
	}
	b.data = append(b.data, p...)
	b.more.Signal()
	return len(p), nil
}

// Close implements net.Conn: what was written still arrives.
func (b *buffered) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.more.Signal()
	return nil
}

func (b *buffered) drain() {
	defer b.Conn.Close()
	for {
		b.mu.Lock()
		for len(b.data) == 0 && !b.closed {
			b.more.Wait()
		}
		data, end := b.data, b.closed && len(b.data) == 0
		b.data = nil
		b.mu.Unlock()
		if end {
			return
		}
		if _, err := b.Conn.Write(data); err != nil {
			_ = b.Close()
			return
		}
	}
}
