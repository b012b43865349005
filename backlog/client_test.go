package backlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"toban/backlog"
)

func TestNewRefuses(t *testing.T) {
	for _, tc := range []struct{ name, base, key, hidden string }{
		{"no scheme", "example.backlog.com", testKey, ""},
		{"other scheme", "ftp://example.backlog.com", testKey, ""},
		{"no host", "https://", testKey, ""},
		{"key in the query", "https://example.backlog.com/?apiKey=hidden", testKey, "hidden"},
		{"user in the URL", "https://user:hidden@example.backlog.com", testKey, "hidden"},
		{"not a URL", "https://exa mple\x7f/hidden", testKey, "hidden"},
		{"with the API path", "https://example.backlog.com/api/v2", testKey, ""},
		{"empty key", "https://example.backlog.com", "", ""},
		{"key with a newline", "https://example.backlog.com", "hidden\n", "hidden"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := backlog.New(tc.base, tc.key)
			if err == nil {
				t.Fatal("New accepted it")
			}
			if tc.hidden != "" && strings.Contains(err.Error(), tc.hidden) {
				t.Errorf("error shows a secret: %v", err)
			}
		})
	}
}

func TestBasePrefixAndKeyInHeaderOnly(t *testing.T) {
	f := &fake{answer: always(200, `{"id":1}`)}
	var url string
	rt := roundTripper(func(r *http.Request) (*http.Response, error) {
		url = r.URL.String()
		return f.RoundTrip(r)
	})
	c, err := backlog.New("http://127.0.0.1:8080/space/", testKey, backlog.WithTransport(rt), backlog.WithUserAgent("agent/1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetIssue(t.Context(), "OPS-1"); err != nil {
		t.Fatal(err)
	}
	if want := "http://127.0.0.1:8080/space/api/v2/issues/OPS-1"; url != want {
		t.Errorf("URL = %s, want %s", url, want)
	}
	h := f.requests()[0].Header
	if h.Get("Backlog-API-Key") != testKey || h.Get("User-Agent") != "agent/1" || h.Get("Authorization") != "" {
		t.Errorf("headers = %v", h)
	}
	if text := fmt.Sprintf("%+v %#v", c, c); strings.Contains(text, testKey) {
		t.Error("printing the client shows the key")
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestPathsStayWhereTheyBelong(t *testing.T) {
	c, f := newFake(t, always(200, `{"id":1}`))
	for _, key := range []string{"", ".", ".."} {
		if _, err := c.DeleteIssue(t.Context(), key); err == nil {
			t.Errorf("DeleteIssue(%q) was sent", key)
		}
	}
	if len(f.requests()) != 0 {
		t.Fatalf("requests = %v", f.requests())
	}
	if _, err := c.GetIssue(t.Context(), "../space?x#y"); err != nil {
		t.Fatal(err)
	}
	if got, want := f.requests()[0].Path, "/issues/..%2Fspace%3Fx%23y"; got != want {
		t.Errorf("path = %s, want %s", got, want)
	}
}

func TestKeyIsRedacted(t *testing.T) {
	leak := "GET https://x/api?apiKey=" + url.QueryEscape(testKey) + " (" + testKey + ")"
	for _, tc := range []struct {
		name   string
		answer func(int, seen) (*http.Response, error)
	}{
		{"url.Error", func(int, seen) (*http.Response, error) {
			return nil, &url.Error{Op: "Get", URL: "https://x/?apiKey=" + testKey, Err: errors.New(leak)}
		}},
		{"wrapped", func(int, seen) (*http.Response, error) {
			return nil, &quiet{errors.New(leak)}
		}},
		{"vendor's message", always(400, vendorError(7, leak))},
		{"page", always(502, "<html>"+leak+"</html>")},
		{"unreadable", always(200, leak)},
		{"body cut", func(int, seen) (*http.Response, error) {
			resp := reply(200, "")
			resp.Body = &brokenBody{strings.NewReader("{"), errors.New(leak)}
			return resp, nil
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var logged bytes.Buffer
			log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c, _ := newFake(t, tc.answer, backlog.WithRetries(0), backlog.WithLogger(log))
			_, err := c.GetIssue(t.Context(), "OPS-1")
			if err == nil {
				t.Fatal("no error")
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				for _, text := range []string{e.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e)} {
					if strings.Contains(text, testKey) || strings.Contains(text, url.QueryEscape(testKey)) {
						t.Errorf("%T shows the key: %s", e, text)
					}
				}
			}
			if strings.Contains(logged.String(), testKey) {
				t.Errorf("log shows the key: %s", logged.String())
			}
		})
	}
}

// quiet hides its cause's text but not the cause.
type quiet struct{ cause error }

func (q *quiet) Error() string { return "something went wrong" }
func (q *quiet) Unwrap() error { return q.cause }

func TestRedactedErrorsKeepTheirNature(t *testing.T) {
	c, _ := newFake(t, func(int, seen) (*http.Response, error) {
		return nil, fmt.Errorf("with %s: %w", testKey, context.DeadlineExceeded)
	})
	_, err := c.DeleteIssue(t.Context(), "OPS-1")
	if !errors.Is(err, context.DeadlineExceeded) || !backlog.IsTemporary(err) || !backlog.IsAmbiguous(err) {
		t.Errorf("err = %v", err)
	}
}

func TestRedirects(t *testing.T) {
	answer := func(_ int, r seen) (*http.Response, error) {
		if r.Path == "/issues/OPS-1" {
			return reply(307, "", "Location", "https://elsewhere.example/api/v2/moved"), nil
		}
		return reply(200, `{"id":7}`), nil
	}
	t.Run("read follows without the key", func(t *testing.T) {
		c, f := newFake(t, answer)
		issue, err := c.GetIssue(t.Context(), "OPS-1")
		if err != nil || issue.ID != 7 {
			t.Fatalf("issue = %v, err = %v", issue, err)
		}
		if got := f.requests()[1].Header.Get("Backlog-API-Key"); got != "" {
			t.Errorf("the key went to another host: %q", got)
		}
	})
	t.Run("write does not follow", func(t *testing.T) {
		c, f := newFake(t, answer)
		_, err := c.UpdateIssue(t.Context(), "OPS-1", &backlog.UpdateIssueInput{Comment: "x"})
		var e *backlog.Error
		if !errors.As(err, &e) || e.Status != 307 || len(f.requests()) != 1 {
			t.Errorf("err = %v after %d requests", err, len(f.requests()))
		}
	})
}

func TestOptionsLeaveTheCallersClientAlone(t *testing.T) {
	f := &fake{answer: always(200, `{"id":1}`, budget(10, 4, time.Date(2026, 1, 1, 0, 0, 30, 0, time.UTC))...)}
	hc := &http.Client{Transport: f}
	clock := func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	c, err := backlog.New("https://x.example", testKey, backlog.WithHTTPClient(hc), backlog.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetSpace(t.Context()); err != nil {
		t.Fatal(err)
	}
	if hc.CheckRedirect != nil || len(f.requests()) != 1 {
		t.Error("the caller's client was changed or not used")
	}
	want := backlog.Budget{Limit: 10, Remaining: 4, Reset: time.Date(2026, 1, 1, 0, 0, 31, 0, time.UTC)}
	if got := c.Budgets()[backlog.KindRead]; !got.Reset.Equal(want.Reset) || got.Limit != want.Limit || got.Remaining != want.Remaining {
		t.Errorf("budget = %+v, want %+v", got, want)
	}
}
