package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"toban/bot"
)

func TestStatusPageOfAnApp(t *testing.T) {
	a := newApp(t)
	if _, err := a.sw.Stop(t.Context(), "aoba", "yamada", "wrong wording"); err != nil {
		t.Fatal(err)
	}
	show := func() string {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/status", nil)
		r.SetBasicAuth("me", "value-of-TOBAN_STATUS_TOKEN")
		a.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "value-of-") {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	modes := func(to bot.Mode) {
		if _, err := a.Modes().Set(t.Context(), "AOBA", to, "tanaka", ""); err != nil {
			t.Fatal(err)
		}
	}
	modes(bot.ModeShadow)
	silences := silencesOf{a}
	if text, err := silences.Add(t.Context(), "aoba", []string{"web-1"}, time.Time{}, 2*time.Hour, "定期保守 <b>", "佐藤"); err != nil || !strings.Contains(text, "静観にしました") {
		t.Fatal(text, err)
	}
	if text, err := silences.Tell(t.Context(), a.Directory()); err != nil || !strings.Contains(text, "青葉商事株式会社様 web-1") {
		t.Errorf("in Slack: %s, %v", text, err)
	}
	for hosts, length := range map[string]time.Duration{"web-9": time.Hour, "web-1": 40 * 24 * time.Hour} {
		if text, err := silences.Add(t.Context(), "aoba", []string{hosts}, time.Time{}, length, "x", "佐藤"); err != nil || !strings.Contains(text, "静観にできません") {
			t.Errorf("%s for %s: %s, %v", hosts, length, text, err)
		}
	}
	page := show()
	for _, want := range []string{
		`<th scope="row">web-1 <span class="soft">青葉商事株式会社 · S-`, "定期保守 &lt;b&gt;",
		`AOBA <span class="soft">青葉商事株式会社</span></th><td><span class="badge warn">shadow</span> <span class="soft">the file says on</span>`, "<td>tanaka</td>", "MIDORI", "青葉商事株式会社", "by yamada: wrong wording", "Slack&#39;s socket", "not connected", "Oldest unsent notice", "Activity feed of main", "watch.heartbeat is not set", "SQLite",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if err := a.p.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if page := show(); !strings.Contains(page, "takes no writes") || strings.Contains(page, "Oldest unsent notice") {
		t.Errorf("without a database:\n%s", page)
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 1500 * time.Microsecond: "2ms", 59*time.Second + 900*time.Millisecond: "59 s", time.Minute: "1 min",
		61 * time.Second: "1 min 1 s", 2 * time.Hour: "2 h", 26*time.Hour + 3*time.Minute: "26 h 3 min", 50 * time.Hour: "2 days",
	} {
		if got := short(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}
