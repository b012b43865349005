package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// A stage is the demo's network: three listeners and the transport between them.
type stage struct {
	page, backlog, slack net.Listener
	calls                *http.Transport
	servers              []*http.Server
	served               chan error
}

func openStage(ctx context.Context, listen string) (*stage, error) {
	s := &stage{calls: &http.Transport{MaxIdleConnsPerHost: 16}, served: make(chan error, 2)}
	for _, l := range []struct {
		into *net.Listener
		at   string
	}{{&s.page, listen}, {&s.backlog, "127.0.0.1:0"}, {&s.slack, "127.0.0.1:0"}} {
		ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", l.at)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listening on %s (another --listen may be free): %w", l.at, err), s.close())
		}
		*l.into = ln
	}
	return s, nil
}

func (*stage) url(l net.Listener) string { return "http://" + l.Addr().String() }

func (s *stage) serve(l net.Listener, h http.Handler) {
	const header = 10 * time.Second
	srv := &http.Server{Handler: h, ReadHeaderTimeout: header}
	s.servers = append(s.servers, srv)
	go func() { s.served <- srv.Serve(l) }()
}

// close ends the servers of the stand-ins and frees every port.
func (s *stage) close() error {
	var err error
	for _, srv := range s.servers {
		err = errors.Join(err, srv.Close())
	}
	for range s.servers {
		if e := <-s.served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, fmt.Errorf("serving a stand-in: %w", e))
		}
	}
	for _, l := range []net.Listener{s.page, s.backlog, s.slack} {
		if l == nil {
			continue
		}
		if e := l.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	s.calls.CloseIdleConnections()
	return err
}
