package backlog_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog"
)

func TestReadsAreRepeated(t *testing.T) {
	lost := func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	cut := func() (*http.Response, error) {
		resp := reply(200, "")
		resp.Body = &brokenBody{strings.NewReader(`{"id":`), io.ErrUnexpectedEOF}
		return resp, nil
	}
	status := func(n int, body string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return reply(n, body), nil }
	}
	for _, tc := range []struct {
		name  string
		first func() (*http.Response, error)
		want  int // requests
	}{
		{"502", status(502, "<html>"), 2},
		{"503", status(503, "<html>"), 2},
		{"504", status(504, ""), 2},
		{"answer lost", lost, 2},
		{"body cut", cut, 2},
		{"500", status(500, vendorError(1, "x")), 1},
		{"404", status(404, vendorError(6, "x")), 1},
		{"page with 200", status(200, "<html>sign in</html>"), 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, f := newFake(t, func(n int, _ seen) (*http.Response, error) {
					if n == 1 {
						return tc.first()
					}
					return reply(200, `{"id":9}`), nil
				})
				issue, err := c.GetIssue(t.Context(), "OPS-1")
				if (err == nil) != (tc.want > 1) || err == nil && issue.ID != 9 {
					t.Errorf("issue %v, err %v", issue, err)
				}
				if n := len(f.requests()); n != tc.want {
					t.Errorf("%d requests, want %d", n, tc.want)
				}
			})
		})
	}
}

func TestWritesAreNeverRepeated(t *testing.T) {
	answers := map[string]func(int, seen) (*http.Response, error){
		"502":         always(502, "<html>"),
		"503":         always(503, "<html>"),
		"answer lost": func(int, seen) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			c, f := newFake(t, answer)
			ctx := t.Context()
			_, err1 := c.CreateIssue(ctx, &backlog.CreateIssueInput{})
			_, err2 := c.UpdateIssue(ctx, "OPS-1", &backlog.UpdateIssueInput{})
			_, err3 := c.DeleteIssue(ctx, "OPS-1")
			_, err4 := c.UploadAttachment(ctx, "a.txt", strings.NewReader("a"))
			for _, err := range []error{err1, err2, err3, err4} {
				if !backlog.IsAmbiguous(err) {
					t.Errorf("not ambiguous: %v", err)
				}
			}
			if n := len(f.requests()); n != 4 {
				t.Errorf("%d requests for 4 writes", n)
			}
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, f := newFake(t, always(503, "down"), backlog.WithRetries(5))
		start := time.Now()
		_, err := c.GetSpace(t.Context())
		var e *backlog.Error
		if !errors.As(err, &e) || e.Status != 503 || len(f.requests()) != 6 {
			t.Errorf("err = %v after %d requests", err, len(f.requests()))
		}
		if took := time.Since(start); took < 7*time.Second || took > 16*time.Second {
			t.Errorf("backed off for %v", took)
		}
	})
}

func TestTimeoutBoundsAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		hang := roundTripper(func(r *http.Request) (*http.Response, error) {
			requests++
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		c, err := backlog.New("http://space.example", testKey, backlog.WithTransport(hang), backlog.WithTimeout(5*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = c.CreateIssueComment(t.Context(), "OPS-1", &backlog.CreateIssueCommentInput{Content: "x"})
		if !backlog.IsAmbiguous(err) || !backlog.IsTemporary(err) || requests != 1 || time.Since(start) != 5*time.Second {
			t.Errorf("err = %v after %v and %d requests", err, time.Since(start), requests)
		}
		if _, err = c.GetSpace(t.Context()); !backlog.IsTemporary(err) || requests != 5 {
			t.Errorf("err = %v, %d requests", err, requests)
		}
	})
}

func TestAnswersAreCapped(t *testing.T) {
	read := 0
	huge := func(int, seen) (*http.Response, error) {
		resp := reply(200, "")
		resp.ContentLength = -1
		resp.Body = io.NopCloser(io.TeeReader(io.LimitReader(spaces{}, 1<<30), counter{&read}))
		return resp, nil
	}
	c, _ := newFake(t, huge)
	_, err := c.GetIssues(t.Context(), nil)
	var unread *backlog.AnswerError
	if !errors.As(err, &unread) || unread.Status != 200 || unread.Path != "/issues" {
		t.Fatalf("err = %v", err)
	}
	if limit := 10<<20 + 1; read > limit+64<<10 {
		t.Errorf("%d bytes were read", read)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

type counter struct{ n *int }

func (c counter) Write(p []byte) (int, error) {
	*c.n += len(p)
	return len(p), nil
}

func TestDownload(t *testing.T) {
	t.Run("whole", func(t *testing.T) {
		c, f := newFake(t, always(200, "\x00bytes"))
		var out bytes.Buffer
		if err := c.GetIssueAttachment(t.Context(), "OPS-1", 8, &out); err != nil || out.String() != "\x00bytes" {
			t.Errorf("out = %q, err = %v", out.String(), err)
		}
		if got := f.requests()[0].Path; got != "/issues/OPS-1/attachments/8" {
			t.Errorf("path = %s", got)
		}
	})
	t.Run("cut after some bytes is not begun again", func(t *testing.T) {
		c, f := newFake(t, func(int, seen) (*http.Response, error) {
			resp := reply(200, "")
			resp.Body = &brokenBody{strings.NewReader("half"), io.ErrUnexpectedEOF}
			return resp, nil
		})
		var out bytes.Buffer
		err := c.GetIssueAttachment(t.Context(), "OPS-1", 8, &out)
		if !errors.Is(err, io.ErrUnexpectedEOF) || out.String() != "half" || len(f.requests()) != 1 {
			t.Errorf("out = %q, err = %v, %d requests", out.String(), err, len(f.requests()))
		}
	})
	t.Run("writer full", func(t *testing.T) {
		c, f := newFake(t, always(200, "bytes"))
		err := c.GetIssueAttachment(t.Context(), "OPS-1", 8, fullDisk{})
		if !errors.Is(err, errFull) || backlog.IsTemporary(err) || len(f.requests()) != 1 {
			t.Errorf("err = %v, %d requests", err, len(f.requests()))
		}
	})
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
