package postbox

import (
	"net"
	"sync"
	"sync/atomic"
)

// crowd is a listener that lets so many in at a time. Who comes beyond that is told to come again: a sender's server does.
type crowd struct {
	net.Listener
	most    int
	refused func()
	in      atomic.Int64
}

// Accept implements net.Listener.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c.in.Add(1) <= int64(c.most) {
			return &guest{Conn: conn, leave: sync.OnceFunc(func() { c.in.Add(-1) })}, nil
		}
		c.in.Add(-1)
		c.refused()
		_, _ = conn.Write([]byte("421 4.3.2 too many connections, come again later\r\n"))
		_ = conn.Close()
	}
}

// guest is a connection that leaves once.
type guest struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.leave()
	return g.Conn.Close()
}
