package backlog_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"toban/backlog"
)

func TestErrorsIs(t *testing.T) {
	sentinels := map[string]error{
		"not found": backlog.ErrNotFound, "unauthorized": backlog.ErrUnauthorized, "forbidden": backlog.ErrForbidden,
		"rate": backlog.ErrRateLimited, "no change": backlog.ErrNoChange, "invalid": backlog.ErrInvalid,
	}
	for _, tc := range []struct {
		name   string
		status int
		body   string
		want   []string
	}{
		{"missing", 404, vendorError(6, "No issue."), []string{"not found"}},
		{"missing with another status", 400, vendorError(6, "No issue."), []string{"not found"}},
		{"a proxy's 404", 404, "<html>nothing here</html>", nil},
		{"wrong key", 401, vendorError(11, "Authentication failure."), []string{"unauthorized"}},
		{"401 without a body", 401, "", []string{"unauthorized"}},
		{"no right", 403, vendorError(5, "No permission."), []string{"forbidden"}},
		{"no right as 401", 401, vendorError(5, "No permission."), []string{"forbidden"}},
		{"too many", 429, vendorError(13, "Too many requests."), []string{"rate"}},
		{"429 as a page", 429, "slow down", []string{"rate"}},
		{"bad parameter", 400, vendorError(7, "summary is required"), []string{"invalid"}},
		{"no change", 400, vendorError(7, "Please change the status or post a comment."), []string{"no change", "invalid"}},
		{"no change in a newer space", 400, vendorError(7, "No comment content."), []string{"no change", "invalid"}},
		{"null info", 400, `{"errors":[{"message":"x","code":null,"moreInfo":null}]}`, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := newFake(t, always(tc.status, tc.body))
			_, err := c.UpdateIssue(t.Context(), "OPS-1", &backlog.UpdateIssueInput{})
			var e *backlog.Error
			if !errors.As(err, &e) || e.Status != tc.status || e.Method != "PATCH" || e.Path != "/issues/OPS-1" || e.Raw != tc.body {
				t.Fatalf("err = %#v", err)
			}
			for name, sentinel := range sentinels {
				want := strings.Contains(strings.Join(tc.want, ","), name)
				if got := errors.Is(err, sentinel); got != want {
					t.Errorf("is %s = %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	c, _ := newFake(t, func(_ int, r seen) (*http.Response, error) {
		if r.Path == "/space" {
			return reply(500, "<html><title>Maintenance</title></html>"), nil
		}
		return reply(404, vendorError(6, "No project.")), nil
	})
	_, err := c.GetProject(t.Context(), "NONE")
	if got, want := err.Error(), "GET /projects/NONE: 404 Not Found: No project. (code 6)"; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
	_, err = c.GetSpace(t.Context())
	if got, want := err.Error(), "GET /space: 500 Internal Server Error"; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
	var e *backlog.Error
	if !errors.As(err, &e) || !strings.Contains(e.Raw, "Maintenance") || len(e.Errors) != 0 {
		t.Errorf("err = %#v", err)
	}
}

func TestTemporaryAndAmbiguous(t *testing.T) {
	status := func(n int, body string) func(int, seen) (*http.Response, error) { return always(n, body) }
	fail := func(err error) func(int, seen) (*http.Response, error) {
		return func(int, seen) (*http.Response, error) { return nil, err }
	}
	for _, tc := range []struct {
		name                 string
		answer               func(int, seen) (*http.Response, error)
		temporary, ambiguous bool // ambiguous for a write
	}{
		{"400", status(400, vendorError(7, "x")), false, false},
		{"404", status(404, vendorError(6, "x")), false, false},
		{"408", status(408, ""), true, true},
		{"429", status(429, vendorError(13, "x")), true, false},
		{"500", status(500, vendorError(1, "x")), true, true},
		{"502 page", status(502, "<html>"), true, true},
		{"503", status(503, ""), true, true},
		{"200 page", status(200, "<html>"), false, true},
		{"200 empty", status(200, ""), false, true},
		{"200 null", status(200, "null"), false, true},
		{"answer lost", fail(io.ErrUnexpectedEOF), true, true},
		{"time-out", fail(context.DeadlineExceeded), true, true},
		{"refused connection", fail(&net.OpError{Op: "dial", Err: errors.New("refused")}), true, false},
		{"unknown host", fail(&net.DNSError{Err: "no such host", Name: "x"}), true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, f := newFake(t, tc.answer, backlog.WithRetries(0))
			_, err := c.CreateIssueComment(t.Context(), "OPS-1", &backlog.CreateIssueCommentInput{Content: "x"})
			if got := backlog.IsTemporary(err); got != tc.temporary {
				t.Errorf("temporary = %v for %v", got, err)
			}
			if got := backlog.IsAmbiguous(err); got != tc.ambiguous {
				t.Errorf("ambiguous = %v for %v", got, err)
			}
			if len(f.requests()) != 1 {
				t.Errorf("the write was sent %d times", len(f.requests()))
			}
			_, err = c.GetIssue(t.Context(), "OPS-1")
			if backlog.IsAmbiguous(err) {
				t.Errorf("a read is ambiguous: %v", err)
			}
		})
	}
	if backlog.IsTemporary(nil) || backlog.IsAmbiguous(nil) {
		t.Error("nil is judged")
	}
}
