package backlogsim

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// RoundTripper gives the space without a socket, for any host. It answers in the goroutine of the caller, so it may be used in a testing/synctest bubble.
// A dropped connection is io.ErrUnexpectedEOF.
func (s *Server) RoundTripper() http.RoundTripper { return inProcess{s} }

type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(req *http.Request) (res *http.Response, err error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	in := req.Clone(req.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	in.RequestURI = in.URL.RequestURI()
	in.RemoteAddr = "192.0.2.1:1" // an address of documentation: there is no peer
	if in.Host == "" {
		in.Host = in.URL.Host
	}
	w := &memoryWriter{header: http.Header{}}
	defer func() {
		switch caught := recover(); caught {
		case nil:
		case http.ErrAbortHandler:
			res, err = nil, io.ErrUnexpectedEOF
			if ctxErr := req.Context().Err(); ctxErr != nil {
				err = ctxErr
			}
		default:
			panic(caught)
		}
	}()
	t.handler.ServeHTTP(w, in)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return w.response(req), nil
}

type memoryWriter struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
}

func (w *memoryWriter) Header() http.Header { return w.header }

func (w *memoryWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *memoryWriter) response(req *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}
}
