package mailsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// page shows people what has arrived; html/template escapes it.
var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>mailsim</title>
<style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}article{border-top:1px solid #999;padding:1em 0}pre{white-space:pre-wrap}</style>
<h1>Mails</h1>{{range .}}<article><h2>{{.Subject}}</h2><p>{{.At.Format "2006-01-02 15:04:05 MST"}} · to {{range .To}}{{.}} {{end}}· from {{or .From "(notice of non-delivery)"}}{{if .Bounced}} · bounced{{end}}
· <a href="/_sim/raw?id={{.ID}}">raw</a></p><pre>{{.Text}}</pre></article>{{else}}<p>None yet.</p>{{end}}</html>`))

// ServeHTTP is the page (/) and the orders (/_sim/…). It has no password: the stand-in belongs on loopback. Orders must be JSON, which keeps
// forms of foreign web pages out.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, s.Messages("")) // the reader has gone away
	case r.Method == http.MethodGet:
		s.look(w, r)
	case r.Method == http.MethodPost:
		s.order(w, r)
	default:
		answer(w, http.StatusMethodNotAllowed, map[string]any{"ok": false, "error": "GET or POST"})
	}
}

func (s *Server) look(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/_sim/messages":
		answer(w, http.StatusOK, map[string]any{"messages": orNone(s.Messages(r.URL.Query().Get("to")))})
	case "/_sim/tries":
		answer(w, http.StatusOK, map[string]any{"tries": orNone(s.Tries())})
	case "/_sim/raw":
		id, _ := strconv.Atoi(r.URL.Query().Get("id")) // nonsense is found nowhere
		for _, m := range s.Messages("") {
			if m.ID == id {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				_, _ = w.Write(m.Raw)
				return
			}
		}
		answer(w, http.StatusNotFound, map[string]any{"ok": false, "error": "no such mail"})
	default:
		answer(w, http.StatusNotFound, map[string]any{"ok": false, "error": "nothing to look at here"})
	}
}

func (s *Server) order(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		answer(w, http.StatusUnsupportedMediaType, map[string]any{"ok": false, "error": "POST with Content-Type: application/json"})
		return
	}
	const most = 1 << 20
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err == nil {
		err = s.obey(r.URL.Path, body)
	}
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"ok": false, "error": err.Error()})
		return
	}
	answer(w, http.StatusOK, map[string]any{"ok": true})
}

func (s *Server) obey(path string, body []byte) error {
	switch path {
	case "/_sim/faults":
		var f struct {
			Clear bool    `json:"clear"`
			Rules []Fault `json:"rules"`
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields() // a misspelt field is noticed
		if err := d.Decode(&f); err != nil {
			return fmt.Errorf("reading the order: %w", err)
		}
		if f.Clear {
			s.ClearFaults()
		}
		return s.AddFaults(f.Rules...)
	case "/_sim/clear":
		s.Clear()
		return nil
	}
	return fmt.Errorf("no order %q", path)
}

func orNone[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller has gone away: nothing to tell it
}
