package standin

import (
	"bytes"
	_ "embed" // the look and the script of the pages
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Door is a stand-in's door for people and tests. It has no password: a stand-in belongs on loopback. Orders must be JSON, which keeps forms of
// foreign web pages out.
type Door struct {
	Page   func(io.Writer) error                      // GET /
	Looks  map[string]func(url.Values) (any, error)   // GET /_sim/NAME: what there is to see; []byte goes out as plain text
	Orders map[string]func(body []byte) (after error) // POST /_sim/NAME
}

// ErrNone is the error of a look at something that is not there.
var ErrNone = errors.New("no such thing")

//go:embed page.css
var style string

//go:embed page.js
var script []byte

// Layout is a page's frame: its template "page" gets the value of {{template "body" .}}. All texts are escaped by html/template.
func Layout(title, body string) *template.Template {
	t := template.Must(template.New("page").Parse(`<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>` + template.HTMLEscapeString(title) +
		`</title><meta name="viewport" content="width=device-width,initial-scale=1"><style>` + style + `</style><script src="/_sim/page.js" defer></script></head>` +
		`<body>{{template "body" .}}</body></html>`))
	return template.Must(t.New("body").Parse(body)).Lookup("page")
}

// ServeHTTP answers the page, looks and orders, and says what there is where there is nothing.
func (d Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'")
	name, sim := strings.CutPrefix(r.URL.Path, "/_sim/")
	look, order := d.Looks[name], d.Orders[name]
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/":
		var page bytes.Buffer
		if err := d.Page(&page); err != nil {
			Answer(w, http.StatusInternalServerError, refusal(err))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = page.WriteTo(w) // the reader has gone away
	case r.Method == http.MethodGet && r.URL.Path == "/_sim/page.js":
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(script)
	case r.Method == http.MethodGet && sim && look != nil:
		d.look(w, r, look)
	case r.Method == http.MethodPost && sim && order != nil:
		d.order(w, r, order)
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		Answer(w, http.StatusMethodNotAllowed, refusal(errors.New("GET or POST")))
	default:
		Answer(w, http.StatusNotFound, refusal(fmt.Errorf("nothing at %s %s; there is GET / and /_sim/{%s}, POST /_sim/{%s}", r.Method, r.URL.Path,
			strings.Join(slices.Sorted(maps.Keys(d.Looks)), ","), strings.Join(slices.Sorted(maps.Keys(d.Orders)), ","))))
	}
}

func (Door) look(w http.ResponseWriter, r *http.Request, look func(url.Values) (any, error)) {
	v, err := look(r.URL.Query())
	switch raw, plain := v.([]byte); {
	case errors.Is(err, ErrNone):
		Answer(w, http.StatusNotFound, refusal(err))
	case err != nil:
		Answer(w, http.StatusBadRequest, refusal(err))
	case plain:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(raw)
	default:
		Answer(w, http.StatusOK, v)
	}
}

func (Door) order(w http.ResponseWriter, r *http.Request, order func([]byte) error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		Answer(w, http.StatusUnsupportedMediaType, refusal(errors.New("POST with Content-Type: application/json")))
		return
	}
	const most = 1 << 20
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err == nil {
		err = order(body)
	}
	if err != nil {
		Answer(w, http.StatusBadRequest, refusal(err))
		return
	}
	Answer(w, http.StatusOK, map[string]any{"ok": true})
}

// Order decodes a body strictly, so that a misspelt field is noticed.
func Order[T any](f func(T) error) func(body []byte) error {
	return func(body []byte) error {
		var v T
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&v); err != nil {
			return fmt.Errorf("reading the order: %w", err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return errors.New("reading the order: something follows its end")
		}
		return f(v)
	}
}

func refusal(err error) any { return map[string]any{"ok": false, "error": err.Error()} }

// Answer writes JSON.
func Answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller has gone away: nothing to tell it
}
