package backlog_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"toban/backlog"
)

const testKey = "s3cret/key+value"

// seen is one request as the server got it.
type seen struct {
	Method string
	Path   string // below /api/v2
	Query  url.Values
	Form   url.Values
	Header http.Header
}

// fake answers requests one after the other by a function and remembers them.
type fake struct {
	mu     sync.Mutex
	answer func(n int, r seen) (*http.Response, error)
	log    []seen
}

func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	r := seen{Method: req.Method, Path: strings.TrimPrefix(req.URL.EscapedPath(), "/api/v2"), Query: req.URL.Query(), Header: req.Header}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if req.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
			if r.Form, err = url.ParseQuery(string(body)); err != nil {
				return nil, err
			}
		}
	}
	f.mu.Lock()
	f.log = append(f.log, r)
	n := len(f.log)
	f.mu.Unlock()
	resp, err := f.answer(n, r)
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

func (f *fake) requests() []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]seen(nil), f.log...)
}

// newFake returns a client whose requests are answered by the function.
func newFake(t *testing.T, answer func(n int, r seen) (*http.Response, error), opts ...backlog.Option) (*backlog.Client, *fake) {
	t.Helper()
	f := &fake{answer: answer}
	c, err := backlog.New("https://example.backlog.com", testKey, append([]backlog.Option{backlog.WithTransport(f)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c, f
}

// reply is an answer with optional headers, given as name, value, name, value.
func reply(status int, body string, headers ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json;charset=utf-8"}}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Header: h,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), ProtoMajor: 1, ProtoMinor: 1,
	}
}

// always gives the same answer to every request.
func always(status int, body string, headers ...string) func(int, seen) (*http.Response, error) {
	return func(int, seen) (*http.Response, error) { return reply(status, body, headers...), nil }
}

// vendorError is the body of a refusal.
func vendorError(code int, message string) string {
	return fmt.Sprintf(`{"errors":[{"message":%q,"code":%d,"moreInfo":""}]}`, message, code)
}

// brokenBody gives some bytes and then an error.
type brokenBody struct {
	text io.Reader
	err  error
}

func (b *brokenBody) Read(p []byte) (int, error) {
	n, err := b.text.Read(p)
	if errors.Is(err, io.EOF) {
		return n, b.err
	}
	return n, err
}

func (b *brokenBody) Close() error { return nil }
