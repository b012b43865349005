package backlog

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// headerKey carries the API key. The vendor also takes it as a query
	// parameter, but URLs end up in logs.
	headerKey = "Backlog-API-Key"

	defaultTimeout = 30 * time.Second
	defaultRetries = 3
	defaultAgent   = "toban-backlog"

	maxRedirects = 5
)

// Client calls one space with one user's key. It is safe for use by several
// goroutines; the vendor counts requests per user, so keep one Client a user.
type Client struct {
	origin string // scheme, host and optional path prefix, no slash at the end
	auth   authorizer
	redact *redactor
	// otherKey is a function for the reason told at keyring; nil: none.
	otherKey func() string

	http    *http.Client
	log     *slog.Logger
	now     func() time.Time
	timeout time.Duration
	retries int
	agent   string
	gate    *gate
}

// Option changes a Client while New makes it.
type Option func(*Client)

// WithHTTPClient sends requests through a copy of hc. Its redirect policy is
// replaced: a redirect must neither repeat a write nor carry the key to another host.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *Client) {
		if hc != nil {
			*c.http = *hc
		}
	}
}

// WithTransport sends requests through rt, for example a simulator's RoundTripper.
func WithTransport(rt http.RoundTripper) Option {
	return func(c *Client) { c.http.Transport = rt }
}

// WithLogger logs each request at debug level and each repeat at info level:
// method, path, status and attempt, never parameters or bodies.
func WithLogger(log *slog.Logger) Option {
	return func(c *Client) {
		if log != nil {
			c.log = log
		}
	}
}

// WithClock replaces the clock that rate-limit windows are compared with. It has
// to be machine time: it must run at the speed of the timers of package time.
func WithClock(now func() time.Time) Option {
	return func(c *Client) {
		if now != nil {
			c.now = now
		}
	}
}

// WithTimeout bounds each attempt, from sending to the last byte of the answer.
// Waiting for the rate limit does not count; the context bounds that.
// The default is 30 seconds.
func WithTimeout(d time.Duration) Option {
	return func(c *Client) { c.timeout = d }
}

// WithRetries sets how often a read is repeated after its first attempt. The
// default is 3. Writes are never repeated.
func WithRetries(n int) Option {
	return func(c *Client) { c.retries = max(n, 0) }
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(agent string) Option {
	return func(c *Client) { c.agent = agent }
}

// WithOtherKey gives another API key of the same user, for the time in which keys
// are exchanged: a request that is refused with the one is sent again with the
// other, which is used from then on. Only New takes it.
func WithOtherKey(apiKey string) Option {
	return func(c *Client) { c.otherKey = func() string { return apiKey } }
}

// New returns a client of the space at baseURL, an origin such as
// "https://example.backlog.com" or "http://127.0.0.1:8080" with an optional path
// prefix and without "/api/v2". Errors never show the key.
func New(baseURL, apiKey string, opts ...Option) (*Client, error) {
	c, err := newClient(baseURL, opts)
	if err != nil {
		return nil, err
	}
	keys := []string{apiKey}
	if c.otherKey != nil {
		keys = append(keys, c.otherKey())
	}
	for _, key := range keys {
		if key == "" {
			return nil, errors.New("making a Backlog client: the API key is empty")
		}
		if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			return nil, errors.New("making a Backlog client: the API key has white space or characters that no key has")
		}
		c.redact.add(key)
	}
	c.auth = newKeyring(keys...)
	return c, nil
}

// newClient makes all of a client but its credentials.
func newClient(baseURL string, opts []Option) (*Client, error) {
	origin, err := checkOrigin(baseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{
		origin:  origin,
		redact:  &redactor{},
		http:    &http.Client{},
		log:     slog.New(slog.DiscardHandler),
		now:     time.Now,
		timeout: defaultTimeout,
		retries: defaultRetries,
		agent:   defaultAgent,
		gate:    newGate(),
	}
	for _, opt := range opts {
		opt(c)
	}
	c.timeout = cmp.Or(max(c.timeout, 0), defaultTimeout)
	c.http.CheckRedirect = checkRedirect
	return c, nil
}

// checkOrigin refuses what could hide a secret in a URL (user info, a query)
// and never shows the refused text.
func checkOrigin(baseURL string) (string, error) {
	u, err := url.Parse(strings.TrimRight(baseURL, "/"))
	switch {
	case err != nil:
		return "", errors.New("making a Backlog client: the base URL is not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("making a Backlog client: the base URL must begin with http:// or https://")
	case u.Host == "":
		return "", errors.New("making a Backlog client: the base URL has no host")
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return "", errors.New("making a Backlog client: the base URL must have no user, query or fragment")
	case strings.HasSuffix(u.Path, "/api/v2"):
		return "", fmt.Errorf("making a Backlog client: leave out /api/v2 from the base URL of %s", u.Host)
	}
	return u.String(), nil
}

// checkRedirect follows redirects of reads only, and takes the key off as soon as
// the host changes: net/http does so only for the headers it knows.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet {
		return http.ErrUseLastResponse
	}
	if len(via) >= maxRedirects {
		return errors.New("stopping after too many redirects")
	}
	if req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme {
		req.Header.Del(headerKey)
		req.Header.Del("Authorization")
	}
	return nil
}
