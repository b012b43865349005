package console_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"toban/bot/console"
)

func TestPage(t *testing.T) {
	h := console.New(newFake().ports()).Handler()
	w := ask(t, h, "GET", "/", "")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "当番") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	csp := w.Header().Get("Content-Security-Policy")
	for directive := range strings.SplitSeq(csp, "; ") {
		name, sources, _ := strings.Cut(directive, " ")
		if sources != "'self'" && sources != "'none'" {
			t.Errorf("%s allows %s: want the page's own origin only", name, sources)
		}
	}
	if !strings.HasPrefix(csp, "default-src 'none'; ") {
		t.Errorf("policy %q lets through what it does not name", csp)
	}
	// Everything that the page names exists and is sent with its type.
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"#]*)`).FindAllStringSubmatch(w.Body.String(), -1) {
		if a := ask(t, h, "GET", m[1], ""); a.Code != 200 || a.Header().Get("Content-Type") == "" || a.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", m[1], a.Code, a.Header())
		}
	}
}

func TestAssetsComeFromHereOnly(t *testing.T) {
	h := console.New(newFake().ports()).Handler()
	outside := regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s"'` + "`" + `]*`)
	imported := regexp.MustCompile(`(?:from |url\()"(?:\./|/assets/)([^"]+)"`)
	n := 0
	err := fs.WalkDir(os.DirFS("web"), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		w := ask(t, h, "GET", "/assets/"+strings.TrimSuffix(p, ".gz"), "")
		if w.Code != 200 {
			t.Errorf("%s is not served: %d", p, w.Code)
		}
		switch path.Ext(p) {
		case ".gz":
			font(t, w.Body.Bytes(), w.Header().Get("Content-Encoding"))
			return nil
		case ".txt": // the licence names its home
			return nil
		}
		for _, u := range outside.FindAllString(w.Body.String(), -1) {
			if u != "http://www.w3.org/2000/svg" { // the name of a namespace, fetched by nobody
				t.Errorf("%s names %s", p, u)
			}
		}
		for _, m := range imported.FindAllStringSubmatch(w.Body.String(), -1) {
			if a := ask(t, h, "GET", "/assets/"+m[1], ""); a.Code != 200 {
				t.Errorf("%s needs %s: %d", p, m[1], a.Code)
			}
		}
		for _, bad := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if c := strings.Count(w.Body.String(), bad); c > 0 && !(p == "api.js" && bad == "innerHTML" && c == 1) {
				t.Errorf("%s uses %s: words from outside go into the page as text", p, bad)
			}
		}
		return nil
	})
	if err != nil || n < 15 {
		t.Errorf("%d assets, %v", n, err)
	}
}

func font(t *testing.T, b []byte, encoding string) {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil || encoding != "gzip" {
		t.Fatalf("a font is not packed as its header says (%q): %v", encoding, err)
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil || !bytes.Equal(head, []byte{0, 1, 0, 0}) {
		t.Errorf("no TrueType font: % x, %v", head, err)
	}
}
