package console

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed web
var web embed.FS

// Fonts are the page's fonts, packed, for other pages of this program.
func Fonts() (fs.FS, error) { return fs.Sub(web, "web/fonts") }

// policy allows the page's own origin and nothing else; no script or style may stand in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// kinds are the media types of the assets by the end of their names.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".ttf": "font/ttf", ".txt": "text/plain; charset=utf-8",
}

func page(w http.ResponseWriter, r *http.Request) { serve(w, r, "index.html") }

func asset(w http.ResponseWriter, r *http.Request) { serve(w, r, r.PathValue("file")) }

// serve sends an embedded file. Fonts are kept packed and sent so, which every browser understands.
func serve(w http.ResponseWriter, r *http.Request, name string) {
	b, err := fs.ReadFile(web, path.Join("web", path.Clean("/"+name)))
	h := w.Header()
	if err != nil {
		if b, err = fs.ReadFile(web, path.Join("web", path.Clean("/"+name))+".gz"); err != nil {
			http.NotFound(w, r)
			return
		}
		h.Set("Content-Encoding", "gzip")
	}
	kind, ok := kinds[path.Ext(name)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "fonts/") {
		h.Set("Cache-Control", "public, max-age=86400, immutable")
	}
	_, _ = w.Write(b) //nolint:gosec // a file of our own, embedded; when it fails the browser has gone away
}
