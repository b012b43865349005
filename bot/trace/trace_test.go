package trace_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"toban/bot/trace"
)

func newTracer(t *testing.T) (*trace.Tracer, *tracetest.InMemoryExporter) {
	t.Helper()
	memory := tracetest.NewInMemoryExporter()
	tr, err := trace.New(trace.Config{Exporter: memory})
	if err != nil {
		t.Fatal(err)
	}
	return tr, memory
}

// A step that is handed on as text, through a database, goes on in the same trace.
func TestOneTraceAcrossTheDatabase(t *testing.T) {
	tr, memory := newTracer(t)
	ctx, end := tr.Start(t.Context(), "accept issue.changed", "")
	stored := tr.Context(ctx)
	end("stored")
	ctx, end = tr.Start(context.Background(), "handle issue.changed", stored, "lane", "main/12")
	_, inner := tr.Start(ctx, "decide", "00-00000000000000000000000000000001-0000000000000001-01") // ctx's own step wins
	inner("decided")
	end(trace.Retry)
	spans := memory.GetSpans()
	if len(spans) != 3 {
		t.Fatalf("%d spans, want 3", len(spans))
	}
	door, decide, handle := spans[0], spans[1], spans[2]
	for _, s := range spans {
		if s.SpanContext.TraceID() != door.SpanContext.TraceID() {
			t.Errorf("%s is in a trace of its own", s.Name)
		}
	}
	if handle.Parent.SpanID() != door.SpanContext.SpanID() || decide.Parent.SpanID() != handle.SpanContext.SpanID() {
		t.Error("the steps are not inside each other")
	}
	if handle.Status.Code.String() != "Error" || decide.Status.Code.String() != "Unset" {
		t.Errorf("states: handle %s, decide %s", handle.Status.Code, decide.Status.Code)
	}
}

// Whatever is handed in, words, addresses and keys do not come out.
func TestStepsTellNoWords(t *testing.T) {
	tr, memory := newTracer(t)
	private := []string{"パスワードは hunter2 です", "tanaka@example.jp", "two words", strings.Repeat("k", 65), "a=b", "+81-90-0000-0000", "x?apiKey=1"}
	for _, p := range private {
		_, end := tr.Start(t.Context(), "step", "", "fact", p)
		end(p)
	}
	for _, s := range memory.GetSpans() {
		if len(s.Attributes) != 0 {
			t.Errorf("told %v", s.Attributes)
		}
	}
	memory.Reset()
	_, end := tr.Start(t.Context(), "step", "", "lane", "main/1234", "kind", "backlog.comment", "odd")
	end("done")
	if got := memory.GetSpans()[0].Attributes; len(got) != 3 {
		t.Errorf("told %v, want lane, kind and outcome", got)
	}
}

type vendor struct {
	code int
	err  error
	got  []*http.Request
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	v.got = append(v.got, r)
	if v.err != nil {
		return nil, v.err
	}
	return &http.Response{StatusCode: v.code, Body: http.NoBody, Request: r}, nil
}

func TestCallsOfAVendor(t *testing.T) {
	tr, memory := newTracer(t)
	v := &vendor{code: http.StatusOK}
	c := &http.Client{Transport: tr.Transport(v)}
	ctx, end := tr.Start(t.Context(), "send", "")
	call := func(ctx context.Context, address string) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := c.Do(r); err == nil {
			_ = res.Body.Close()
		}
	}
	call(context.Background(), "http://hc.example/ping/secret-part") // outside a step
	call(ctx, "http://a.example/api/v2/issues/AOBA-1/comments?apiKey=secret-part")
	call(ctx, "http://a.example/api/v2/projects/SECRETPART/issueTypes")
	call(ctx, "http://a.example/api/chat.postMessage")
	call(ctx, "http://hooks.example/commands/T1/secret-part")
	v.code = http.StatusTooManyRequests
	call(ctx, "http://a.example/api/v2/users/myself")
	v.err = errors.New("secret-part refused")
	call(ctx, "http://a.example/api/v2/users/myself")
	end("done")
	var names []string
	for _, s := range memory.GetSpans() {
		names = append(names, s.Name+" "+s.Status.Code.String()+" "+s.Status.Description)
		for _, a := range s.Attributes {
			if strings.Contains(strings.ToLower(a.Value.String()), "secret") {
				t.Errorf("%s tells %s", s.Name, a.Value.String())
			}
		}
	}
	want := []string{
		"GET /api/v2/issues/{}/comments Unset ", "GET /api/v2/projects/{}/issueTypes Unset ", "GET /api/chat.postMessage Unset ", "GET /… Unset ",
		"GET /api/v2/users/myself Error ", "GET /api/v2/users/myself Error no answer", "send Unset ",
	}
	if strings.Join(names, "|") != strings.Join(want, "|") {
		t.Errorf("got  %q\nwant %q", names, want)
	}
	for _, r := range v.got {
		if r.Header.Get("traceparent") != "" {
			t.Error("the vendor was told of the trace")
		}
	}
}

// Without a tracer a step costs nothing, not even an allocation.
func TestNobodyIsFollowedForFree(t *testing.T) {
	var none *trace.Tracer
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		_, end := none.Start(ctx, "step", "", "kind", "x")
		end("done")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if none.Context(ctx) != "" || none.Transport(http.DefaultTransport) != http.DefaultTransport || none.Close(ctx) != nil {
		t.Error("a nil tracer does something")
	}
}

// collector takes what is sent by OTLP.
type collector struct {
	mu    sync.Mutex
	codes []int // of the next answers; then 200
	err   error
	spans []string
	auth  []string
}

func (c *collector) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	code := http.StatusOK
	if len(c.codes) > 0 {
		code, c.codes = c.codes[0], c.codes[1:]
	}
	body, err := io.ReadAll(r.Body)
	var data tracepb.TracesData
	if err != nil || proto.Unmarshal(body, &data) != nil || r.Header.Get("Content-Type") != "application/x-protobuf" {
		code = http.StatusBadRequest
	}
	if code == http.StatusOK {
		c.auth = append(c.auth, r.Header.Get("X-Key"))
		for _, rs := range data.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				for _, s := range ss.Spans {
					c.spans = append(c.spans, s.Name)
				}
			}
		}
	}
	return &http.Response{StatusCode: code, Body: http.NoBody, Request: r}, nil
}

func TestTracesAreSent(t *testing.T) {
	for _, tt := range []struct {
		name  string
		codes []int
		err   error
		spans int
		log   string
	}{
		{"at once", nil, nil, 2, ""},
		{"after the collector was busy", []int{503, 429}, nil, 2, ""},
		{"refused", []int{403, 403, 403, 403}, nil, 0, "the collector answered 403"},
		{"away", nil, errors.New("connection refused"), 0, "connection refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &collector{codes: tt.codes, err: tt.err}
				var log bytes.Buffer
				tr, err := trace.New(trace.Config{
					Endpoint: "https://otel.test/v1/traces/secret-part", Header: "X-Key: secret-part", Transport: c, Logger: slog.New(slog.NewTextHandler(&log, nil)),
				})
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					_, end := tr.Start(t.Context(), "step", "")
					end("done")
				}
				time.Sleep(time.Minute)
				if err := tr.Close(t.Context()); err != nil {
					t.Error(err)
				}
				if len(c.spans) != tt.spans {
					t.Errorf("sent %q, want %d", c.spans, tt.spans)
				}
				for _, a := range c.auth {
					if a != "secret-part" {
						t.Errorf("header %q", a)
					}
				}
				if strings.Contains(log.String(), "secret-part") || !strings.Contains(log.String(), tt.log) || (tt.log == "") != (log.Len() == 0) {
					t.Errorf("log: %q, want %q", log.String(), tt.log)
				}
			})
		})
	}
}

func TestSetUpIsChecked(t *testing.T) {
	for _, c := range []trace.Config{{}, {Endpoint: "otel.test"}, {Endpoint: "ftp://otel.test/"}, {Endpoint: "http://otel.test/", Header: "secret-part"}} {
		if _, err := trace.New(c); err == nil || strings.Contains(err.Error(), "secret-part") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
