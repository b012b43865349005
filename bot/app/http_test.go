package app

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"toban/config"
)

func TestMetricsAreGuarded(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "figures") })
	two := config.Secrets{config.NewSecret("new"), config.NewSecret("old")}
	for _, tt := range []struct {
		name, remote, auth string
		tokens             config.Secrets
		want               int
	}{
		{"no token, this machine", "127.0.0.1:5000", "", nil, http.StatusOK},
		{"no token, this machine by IPv6", "[::1]:5000", "", nil, http.StatusOK},
		{"no token, another machine", "192.0.2.7:5000", "", nil, http.StatusUnauthorized},
		{"token", "192.0.2.7:5000", "Bearer new", two, http.StatusOK},
		{"the token before it", "192.0.2.7:5000", "Bearer old", two, http.StatusOK},
		{"wrong token", "127.0.0.1:5000", "Bearer x", two, http.StatusUnauthorized},
		{"password of a browser", "192.0.2.7:5000", "Basic " + base64.StdEncoding.EncodeToString([]byte("anybody:new")), two, http.StatusOK},
		{"wrong password", "192.0.2.7:5000", "Basic " + base64.StdEncoding.EncodeToString([]byte("new:x")), two, http.StatusUnauthorized},
		{"empty password", "192.0.2.7:5000", "Basic " + base64.StdEncoding.EncodeToString([]byte("new:")), two, http.StatusUnauthorized},
		{"empty token", "127.0.0.1:5000", "", two, http.StatusUnauthorized},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
			r.RemoteAddr = tt.remote
			if tt.auth != "" {
				r.Header.Set("Authorization", tt.auth)
			}
			w := httptest.NewRecorder()
			guarded(tt.tokens, page).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
		})
	}
}
