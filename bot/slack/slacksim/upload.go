package slacksim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// serveUpload takes the bytes of an announced file: raw, or as the first part of a form whatever the part is called. The form's end is not
// looked at, because slack-go closes it twice.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	plan := s.plan("upload", "")
	switch {
	case !plan.wait(r.Context()):
		panic(http.ErrAbortHandler)
	case plan.before != nil:
		write(w, *plan.before)
		return
	}
	data, err := uploadedBytes(r)
	status := http.StatusBadRequest
	if err == nil {
		status, err = s.takeFile(strings.TrimPrefix(r.URL.Path, "/upload/v1/"), data)
	}
	if plan.after != nil {
		write(w, *plan.after)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(data)))
}

// reachable is the origin at which the caller has just been.
func (c *call) reachable() string {
	scheme, _, _ := strings.Cut(c.base, "://")
	return scheme + "://" + c.host
}

func uploadedBytes(r *http.Request) ([]byte, error) {
	body := http.MaxBytesReader(nil, r.Body, maxFile+maxBody)
	kind, detail, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return io.ReadAll(body)
	}
	part, err := multipart.NewReader(body, detail["boundary"]).NextPart()
	if err != nil {
		return nil, fmt.Errorf("reading the form: %w", err)
	}
	return io.ReadAll(part)
}

func (s *Server) takeFile(ticket string, data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if f.ticket != ticket || ticket == "" || f.filled {
			continue
		}
		if len(data) == 0 || len(data) > maxFile {
			return http.StatusBadRequest, errors.New("empty or too large")
		}
		f.data, f.filled = bytes.Clone(data), true
		return http.StatusOK, nil
	}
	return http.StatusNotFound, errors.New("no such upload")
}

// serveFile gives url_private and url_private_download to the app: the bot token comes in the header, and files:read is needed. Without them
// Slack shows a sign-in page with status 200, which this imitates.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	rest, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/files-pri/"), "/")
	_, id, _ := strings.Cut(rest, "-")
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	c := call{Server: s}
	allowed := bearer != "" && bearer == s.app.BotToken && c.need("files:read") == nil
	s.mu.Unlock()
	if !allowed {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Sign in</title><p>Sign in to see this file.")
		return
	}
	s.sendFile(w, id, strings.Contains(r.URL.Path, "/download/"))
}

// sendFile writes the bytes of a file, as a download if asked for; anything that a browser might run is always one.
func (s *Server) sendFile(w http.ResponseWriter, id string, download bool) {
	s.mu.Lock()
	f := s.fileByID(id)
	var data []byte
	var kind, name string
	ok := f != nil && f.complete && !f.deleted
	if ok {
		data, kind, name = f.data, f.mime(), f.name
	}
	s.mu.Unlock()
	if !ok {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	how := "inline"
	if download {
		how = "attachment"
	}
	h.Set("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(name))
	_, _ = w.Write(data) // the reader has gone away: nothing to tell
}
