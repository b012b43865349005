package slacksim

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed web
var web embed.FS

// policy allows the page's own origin, and pictures from anywhere, since blocks show those of others.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' https: http: data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'"

// servePage shows the workspace to a person. Permalinks lead here, too.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if name == "" || strings.HasPrefix(name, "archives/") {
		name = "index.html"
	}
	kind := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".ttf": "font/ttf",
	}[path.Ext(name)]
	h := w.Header()
	b, err := fs.ReadFile(web, "web/"+name)
	if font, ok := strings.CutPrefix(name, "fonts/"); ok && s.o.Fonts != nil {
		if b, err = fs.ReadFile(s.o.Fonts, font); err != nil {
			b, err = fs.ReadFile(s.o.Fonts, font+".gz")
			h.Set("Content-Encoding", "gzip")
		}
	}
	if err != nil || kind == "" {
		h.Del("Content-Encoding")
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", policy)
	_, _ = w.Write(b) //nolint:gosec // a file of our own, embedded; when it fails the browser has gone away
}
