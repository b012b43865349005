package slacksim

import (
	"embed"
	"net/http"
	"strings"
)

//go:embed web
var web embed.FS

// servePage shows the workspace to a person. Permalinks lead here, too.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	var file, kind string
	switch path := r.URL.Path; {
	case path == "/", strings.HasPrefix(path, "/archives/"):
		file, kind = "web/index.html", "text/html; charset=utf-8"
	case path == "/app.js":
		file, kind = "web/app.js", "text/javascript; charset=utf-8"
	default:
		http.NotFound(w, r)
		return
	}
	b, err := web.ReadFile(file)
	if err != nil {
		http.Error(w, "page is missing", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src https: http: data:; connect-src 'self'")
	_, _ = w.Write(b) // the browser has gone away: nothing to tell it
}
