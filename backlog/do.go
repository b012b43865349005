package backlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	apiPath = "/api/v2/"

	maxJSON = 10 << 20 // bytes of one JSON answer

	backoffFirst = 500 * time.Millisecond
	backoffMax   = 20 * time.Second
)

// route is a path below /api/v2, one element a segment.
type route []string

// call is one request in the vendor's terms.
type call struct {
	method string
	route  route
	query  url.Values
	form   url.Values // body of a write, unless body is set
	body   []byte     // another body, with its type
	ctype  string
	// read takes a 2xx answer. It reports an error of the connection as it is.
	read func(*http.Response) error
}

func (c *call) path() string { return "/" + strings.Join(c.route, "/") }

// url joins origin and route. Empty and dot segments are refused: DELETE
// /issues/{""} would be another call than the caller meant.
func (c *call) url(origin string) (string, error) {
	segments := make([]string, len(c.route))
	for i, s := range c.route {
		if s == "" || s == "." || s == ".." {
			return "", fmt.Errorf("%s %s: part %d of the path is %q", c.method, c.path(), i+1, s)
		}
		segments[i] = url.PathEscape(s)
	}
	u := origin + apiPath + strings.Join(segments, "/")
	if len(c.query) > 0 {
		u += "?" + c.query.Encode()
	}
	return u, nil
}

// do carries out a call: it waits for its turn, sends, and repeats reads.
func (c *Client) do(ctx context.Context, call *call) error {
	if _, err := call.url(c.origin); err != nil {
		return err
	}
	kind := kindOf(call)
	var err error
	renewed := false
	for attempt := 1; ; attempt++ {
		if waitErr := c.turn(ctx, call, kind); waitErr != nil {
			if err != nil {
				return fmt.Errorf("%w; giving up waiting: %w", err, waitErr)
			}
			if call.method != http.MethodGet {
				waitErr = fmt.Errorf("%w: %w", ErrNoTurn, waitErr)
			}
			return fmt.Errorf("%s %s: waiting for a turn: %w", call.method, call.path(), waitErr)
		}
		var again bool
		again, err = c.attempt(ctx, call, kind)
		if again && !renewed {
			// The token was refused, so nothing was done: a write may go again, too.
			renewed = true
			attempt--
			continue
		}
		if err == nil || attempt > c.retries || !repeatable(ctx, call, err) {
			return err
		}
		pause := jitter(backoff(attempt))
		c.log.InfoContext(ctx, "repeating request", slog.String("method", call.method),
			slog.String("path", call.path()), slog.Int("attempt", attempt),
			slog.Duration("pause", pause), slog.Any("error", err))
		if waitErr := sleep(ctx, pause); waitErr != nil {
			return fmt.Errorf("%w; giving up waiting: %w", err, waitErr)
		}
	}
}

// turn waits until the call may be sent.
func (c *Client) turn(ctx context.Context, call *call, kind Kind) error {
	if by, ok := ctx.Value(turnKey{}).(time.Time); ok && call.method != http.MethodGet {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, by)
		defer cancel()
	}
	return c.gate.acquire(ctx, kind, laneOf(ctx), c.now)
}

// attempt sends the request once. The caller holds a turn at the gate. again tells
// that other credentials may help.
func (c *Client) attempt(ctx context.Context, call *call, kind Kind) (again bool, err error) {
	defer c.gate.release(kind)
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(ctx, call)
	if err != nil {
		return false, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return false, &NetworkError{Method: call.method, Path: call.path(), Sent: !neverSent(err), Err: c.redact.err(err)}
	}
	defer resp.Body.Close()
	c.gate.feed(kind, resp.Header, c.now())
	c.log.DebugContext(ctx, "request answered", slog.String("method", call.method),
		slog.String("path", call.path()), slog.Int("status", resp.StatusCode))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		again = resp.StatusCode == http.StatusUnauthorized && c.auth.refused(req)
		return again, c.refusal(call, kind, resp)
	}
	return false, c.readAnswer(call, resp)
}

// readAnswer reads a 2xx answer, and says what is wrong with it.
func (c *Client) readAnswer(call *call, resp *http.Response) error {
	if err := call.read(resp); err != nil {
		var unread *AnswerError
		var local *localError
		switch {
		case errors.As(err, &unread):
			unread.Method, unread.Path, unread.Status = call.method, call.path(), resp.StatusCode
			unread.Err = c.redact.err(unread.Err)
			return unread
		case errors.As(err, &local):
			return fmt.Errorf("%s %s: %w", call.method, call.path(), local.err)
		}
		return &NetworkError{Method: call.method, Path: call.path(), Sent: true, Err: c.redact.err(err)}
	}
	return nil
}

func (c *Client) request(ctx context.Context, call *call) (*http.Request, error) {
	target, err := call.url(c.origin)
	if err != nil {
		return nil, err
	}
	body, ctype := call.body, call.ctype
	if body == nil && call.method != http.MethodGet && call.method != http.MethodDelete {
		body, ctype = []byte(call.form.Encode()), "application/x-www-form-urlencoded"
	}
	req, err := http.NewRequestWithContext(ctx, call.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: making the request: %w", call.method, call.path(), c.redact.err(err))
	}
	// Without GetBody net/http cannot send a write again by itself.
	req.GetBody = nil
	if len(body) == 0 {
		req.Body = http.NoBody
	}
	if ctype != "" {
		req.Header.Set("Content-Type", ctype)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if err := c.auth.authorize(req); err != nil {
		return nil, &credentialError{fmt.Errorf("%s %s: %w", call.method, call.path(), c.redact.err(err))}
	}
	return req, nil
}

// refusal makes the error of an answer outside 2xx.
func (c *Client) refusal(call *call, kind Kind, resp *http.Response) error {
	// A body cut short still has its status, which is enough to judge.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxJSON))
	e := newError(call, resp, body, c.redact)
	if errors.Is(e, ErrRateLimited) {
		reset := c.gate.exhaust(kind, resp.Header, c.now())
		return &RateLimitError{Reset: reset, Kind: kind, Err: e}
	}
	return e
}

// repeatable tells whether a failed call may be sent again without asking.
func repeatable(ctx context.Context, call *call, err error) bool {
	var unsent *credentialError
	if call.method != http.MethodGet || ctx.Err() != nil || errors.As(err, &unsent) {
		return false
	}
	var answer *Error
	if errors.As(err, &answer) {
		return slices.Contains([]int{
			http.StatusTooManyRequests, http.StatusBadGateway,
			http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		}, answer.Status)
	}
	var network *NetworkError
	return errors.As(err, &network)
}

func backoff(attempt int) time.Duration {
	return min(backoffFirst<<min(attempt-1, 10), backoffMax)
}

// jitter spreads d over [d/2, d), so that replicas do not return together.
func jitter(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2) //nolint:gosec // jitter is no secret
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// readJSON decodes an answer into v.
func readJSON(v any) func(*http.Response) error {
	return func(resp *http.Response) error {
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxJSON+1))
		if err != nil {
			return err
		}
		switch trimmed := bytes.TrimSpace(body); {
		case len(body) > maxJSON:
			return &AnswerError{Err: errors.New("longer than 10 MB")}
		case len(trimmed) == 0:
			return &AnswerError{Err: errors.New("empty")}
		case string(trimmed) == "null":
			return &AnswerError{Err: errors.New("null")}
		}
		if err := json.Unmarshal(body, v); err != nil {
			return &AnswerError{Err: err}
		}
		return nil
	}
}

// discard accepts any 2xx answer. The rest of a short body is read so that the
// connection can be used again.
func discard(resp *http.Response) error {
	_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxJSON))
	return err
}

// localError marks a fault of the caller's reader or writer, which no repeat mends.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }

// one reads a single object.
func one[T any](ctx context.Context, c *Client, r route, query url.Values) (*T, error) {
	v := new(T)
	if err := c.do(ctx, &call{method: http.MethodGet, route: r, query: query, read: readJSON(v)}); err != nil {
		return nil, err
	}
	return v, nil
}

// list reads an array. Null elements, which nobody can use, are dropped.
func list[T any](ctx context.Context, c *Client, r route, query url.Values) ([]*T, error) {
	var v []*T
	if err := c.do(ctx, &call{method: http.MethodGet, route: r, query: query, read: readJSON(&v)}); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(v, func(e *T) bool { return e == nil }), nil
}

// count reads {"count": n}.
func count(ctx context.Context, c *Client, r route, query url.Values) (int, error) {
	v, err := one[struct {
		Count int `json:"count"`
	}](ctx, c, r, query)
	if err != nil {
		return 0, err
	}
	return v.Count, nil
}

// send writes a form (a query for DELETE) and reads the object that comes back.
func send[T any](ctx context.Context, c *Client, method string, r route, input any) (*T, error) {
	v := new(T)
	if err := c.do(ctx, write(method, r, input, readJSON(v))); err != nil {
		return nil, err
	}
	return v, nil
}

// sendList is send for calls that answer with an array.
func sendList[T any](ctx context.Context, c *Client, method string, r route, input any) ([]*T, error) {
	var v []*T
	if err := c.do(ctx, write(method, r, input, readJSON(&v))); err != nil {
		return nil, err
	}
	return v, nil
}

// exec is send for calls that answer with nothing.
func exec(ctx context.Context, c *Client, method string, r route, input any) error {
	return c.do(ctx, write(method, r, input, discard))
}

func write(method string, r route, input any, read func(*http.Response) error) *call {
	w := &call{method: method, route: r, read: read}
	if method == http.MethodDelete {
		// The documents want the parameters of DELETE in the query.
		w.query = encode(input)
	} else {
		w.form = encode(input)
	}
	return w
}
