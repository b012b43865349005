package store_test

import (
	"bytes"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// wire stands between the store and PostgreSQL and can end a connection when the server has done what it was asked for and its answer is
// on the way.
type wire struct {
	dsn    string
	server string
	mu     sync.Mutex
	tag    []byte // of the answer to lose; nil: none
}

const socket = ".s.PGSQL.5432"

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	dir := t.TempDir()
	host, rest, _ := strings.Cut(strings.TrimPrefix(dsn, "host="), " ")
	w := &wire{dsn: "host=" + dir + " " + rest, server: filepath.Join(host, socket)}
	l, err := net.Listen("unix", filepath.Join(dir, socket)) //nolint:noctx // a test's own socket
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { w.carry(client) })
		}
	})
	return w
}

func (w *wire) carry(client net.Conn) {
	server, err := net.Dial("unix", w.server) //nolint:noctx // a test's own socket
	if err != nil {
		_ = client.Close()
		return
	}
	var wg sync.WaitGroup
	pass := func(to, from net.Conn, each func(b []byte) bool) {
		defer func() { _, _ = to.Close(), from.Close() }()
		b := make([]byte, 1<<16)
		for {
			n, err := from.Read(b)
			if n > 0 {
				if !each(b[:n]) {
					return
				}
				if _, err := to.Write(b[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	wg.Go(func() { pass(server, client, func([]byte) bool { return true }) })
	wg.Go(func() { pass(client, server, w.lets) })
	wg.Wait()
}

// cut has the next answer with a tag, which says what was done, lost together with its connection.
func (w *wire) cut(tag string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tag = []byte(tag)
}

func (w *wire) armed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tag != nil
}

// lets reports whether an answer may pass. A completed command is told by 'C', a length of four bytes and the tag.
func (w *wire) lets(b []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for rest := b; w.tag != nil; {
		at := bytes.Index(rest, w.tag)
		if at < 0 {
			return true
		}
		if at >= 5 && rest[at-5] == 'C' {
			w.tag = nil
			return false
		}
		rest = rest[at+len(w.tag):]
	}
	return true
}
