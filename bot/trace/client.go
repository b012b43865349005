package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// client sends spans by OTLP over HTTP in protobuf. The library's own client would bring gRPC along, some seven megabytes for one POST.
type client struct {
	endpoint    string
	name, value string // header
	http        *http.Client
	log         *slog.Logger

	mu   sync.Mutex
	told time.Time // machine time of the last line about what was lost
	lost int
}

var _ otlptrace.Client = (*client)(nil)

func newClient(c Config) (*client, error) {
	const limit = 10 * time.Second
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("setting up traces: the endpoint must be an address such as http://127.0.0.1:4318/v1/traces")
	}
	out := &client{endpoint: c.Endpoint, http: &http.Client{Transport: c.Transport, Timeout: limit}, log: c.Logger}
	if c.Header != "" {
		name, value, ok := strings.Cut(c.Header, ":")
		out.name, out.value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || out.name == "" || out.value == "" {
			return nil, errors.New(`setting up traces: the header must be "Name: value"`)
		}
	}
	return out, nil
}

// Start implements otlptrace.Client.
func (*client) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (c *client) Stop(context.Context) error { c.http.CloseIdleConnections(); return nil }

// UploadTraces implements otlptrace.Client. A collector that is away costs its traces and nothing else: it is logged once a minute. No
// error is given, which the library would print by itself.
func (c *client) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("writing traces: %w", err)
	}
	const tries, pause = 3, time.Second
	for i := range tries {
		var again bool
		if again, err = c.post(ctx, body); err == nil {
			return nil
		}
		if !again || i == tries-1 {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause << i):
		}
	}
	c.complain(ctx, count(spans), err)
	return nil
}

// post tries once; again says whether another try may help.
func (c *client) post(ctx context.Context, body []byte) (again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	if c.name != "" {
		r.Header.Set(c.name, c.value)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return true, err
	}
	const most = 64 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, most))
	_ = res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return false, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		again = true
	}
	return again, fmt.Errorf("the collector answered %d", res.StatusCode)
}

func (c *client) complain(ctx context.Context, spans int, err error) {
	const every = time.Minute
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost += spans
	if now := time.Now(); c.told.IsZero() || now.Sub(c.told) >= every {
		var address *url.Error
		if errors.As(err, &address) { // its text is the address, which may hold a key
			err = address.Err
		}
		c.log.WarnContext(ctx, "sending traces", "lost_spans", c.lost, "error", err)
		c.told, c.lost = now, 0
	}
}

func count(list []*tracepb.ResourceSpans) (n int) {
	for _, r := range list {
		for _, s := range r.GetScopeSpans() {
			n += len(s.GetSpans())
		}
	}
	return n
}
