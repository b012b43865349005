package standin_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot/standin"
)

type rule struct {
	name string
	standin.Limits
}

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func book(t *testing.T, rules ...rule) *standin.Book[rule] {
	t.Helper()
	b := standin.NewBook(7, func(r rule) standin.Limits { return r.Limits })
	if err := b.Add(rules...); err != nil {
		t.Fatal(err)
	}
	return b
}

// struck is the rules that strike at so many calls, one a minute; "-" where none does.
func struck(b *standin.Book[rule], calls int) string {
	var out []string
	for n := range calls {
		r, ok := b.Strike(noon.Add(time.Duration(n)*time.Minute), func(rule) bool { return true })
		if !ok {
			r.name = "-"
		}
		out = append(out, r.name)
	}
	return strings.Join(out, " ")
}

func TestLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		rules []rule
		want  string
	}{
		"no rule":              {nil, "- - - -"},
		"always":               {[]rule{{"a", standin.Limits{}}}, "a a a a"},
		"twice":                {[]rule{{"a", standin.Limits{Times: 2}}}, "a a - -"},
		"after two":            {[]rule{{"a", standin.Limits{Skip: 2, Times: 1}}}, "- - a -"},
		"the first that fits":  {[]rule{{"a", standin.Limits{Times: 1}}, {"b", standin.Limits{Times: 2}}}, "a b b -"},
		"a window":             {[]rule{{"a", standin.Limits{From: noon.Add(time.Minute), Until: noon.Add(3 * time.Minute)}}}, "- a a -"},
		"until":                {[]rule{{"a", standin.Limits{Until: noon.Add(time.Minute)}}}, "a - - -"},
		"one is no dice":       {[]rule{{"a", standin.Limits{Rate: 1}}}, "a a a a"},
		"not counted by a try": {[]rule{{"a", standin.Limits{From: noon.Add(time.Minute), Times: 1}}}, "- a - -"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, struck(book(t, tt.rules...), 4)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDiceAreRepeatable(t *testing.T) {
	b := book(t, rule{"a", standin.Limits{Rate: 0.3}})
	first := struck(b, 1000)
	if n := strings.Count(first, "a"); n < 250 || n > 350 {
		t.Errorf("%d of 1000 with a rate of 0.3", n)
	}
	b.Seed(7)
	if struck(b, 1000) != first {
		t.Error("the same seed gave other faults")
	}
	b.Seed(8)
	if struck(b, 1000) == first {
		t.Error("another seed gave the same faults")
	}
}

func TestRulesAreLeft(t *testing.T) {
	b := book(t, rule{"a", standin.Limits{Times: 1}}, rule{"b", standin.Limits{}})
	struck(b, 2)
	if d := cmp.Diff([]rule{{"b", standin.Limits{}}}, b.Rules(), cmp.AllowUnexported(rule{})); d != "" {
		t.Error(d)
	}
	b.Clear()
	if got := struck(b, 2); got != "- -" || len(b.Rules()) != 0 {
		t.Error(got, b.Rules())
	}
}

func TestWrongLimitsAreRefused(t *testing.T) {
	b := book(t)
	for want, l := range map[string]standin.Limits{
		"reading fault 2: times -1: allowed is 0 (always) or more": {Times: -1},
		"reading fault 2: skip -1: allowed is 0 or more":           {Skip: -1},
		"reading fault 2: rate 1.5: allowed is 0 to 1":             {Rate: 1.5},
		"reading fault 2: rate NaN: allowed is 0 to 1":             {Rate: math.NaN()},
		"reading fault 2: until must be after from":                {From: noon, Until: noon},
	} {
		if err := b.Add(rule{"a", standin.Limits{}}, rule{"b", l}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if len(b.Rules()) != 0 {
		t.Error("half of a wrong list was taken")
	}
}

func TestDoor(t *testing.T) {
	said := ""
	page := standin.Layout("<代役>", `<h1>{{.}}</h1>`)
	d := standin.Door{
		Page: func(w io.Writer) error { return page.Execute(w, "<b>") },
		Looks: map[string]func(url.Values) (any, error){
			"raw":  func(url.Values) (any, error) { return []byte("<x>"), nil },
			"list": func(q url.Values) (any, error) { return map[string]string{"q": q.Get("q")}, nil },
			"none": func(url.Values) (any, error) { return nil, standin.ErrNone },
			"bad":  func(url.Values) (any, error) { return nil, errors.New("id \"x\": a number") },
		},
		Orders: map[string]func([]byte) error{"say": standin.Order(func(o struct {
			Text string           `json:"text"`
			For  standin.Duration `json:"for"`
		},
		) error {
			said = o.Text + " " + o.For.String()
			return nil
		})},
	}
	const plainJSON = "application/json"
	for _, tt := range []struct {
		method, path, kind, body string
		status                   int
		want                     string
	}{
		{"GET", "/", "", "", 200, "<title>&lt;代役&gt;</title>"},
		{"GET", "/", "", "", 200, "<h1>&lt;b&gt;</h1>"},
		{"GET", "/_sim/page.js", "", "", 200, "data-order"},
		{"GET", "/_sim/raw", "", "", 200, "<x>"},
		{"GET", "/_sim/list?q=1", "", "", 200, `{"q":"1"}`},
		{"GET", "/_sim/none", "", "", 404, `no such thing`},
		{"GET", "/_sim/bad", "", "", 400, `a number`},
		{"GET", "/_sim/say", "", "", 404, `GET / and /_sim/{bad,list,none,raw}, POST /_sim/{say}`},
		{"GET", "/list", "", "", 404, `nothing at GET /list`},
		{"PUT", "/_sim/say", "", "", 405, `GET or POST`},
		{"POST", "/_sim/say", "text/plain", `{"text":"a"}`, 415, `Content-Type: application/json`},
		{"POST", "/_sim/say", plainJSON, `{"text":"a"}`, 200, `{"ok":true}`},
		{"POST", "/_sim/say", plainJSON + "; charset=utf-8", `{"text":"b","for":"1m30s"}`, 200, `{"ok":true}`},
		{"POST", "/_sim/say", plainJSON, `{"txt":"a"}`, 400, `unknown field`},
		{"POST", "/_sim/say", plainJSON, `{"text":"a"}{}`, 400, `something follows`},
		{"POST", "/_sim/say", plainJSON, `{"for":"soon"}`, 400, `reading duration \"soon\": write it like`},
		{"POST", "/_sim/say", plainJSON, `{"for":5}`, 400, `reading duration 5`},
		{"POST", "/_sim/say", plainJSON, ``, 400, `reading the order`},
		{"POST", "/_sim/say", plainJSON, `"` + strings.Repeat("x", 1<<20) + `"`, 400, `too large`},
	} {
		r := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.kind)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s %.40s: %d %s, want %d %s", tt.method, tt.path, tt.body, w.Code, w.Body, tt.status, tt.want)
		}
	}
	if said != "b 1m30s" {
		t.Error(said)
	}
	if out, err := json.Marshal(standin.Duration(90 * time.Second)); err != nil || string(out) != `"1m30s"` {
		t.Error(string(out), err)
	}
	d.Page = func(io.Writer) error { return errors.New("a broken template") }
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	if w.Code != http.StatusInternalServerError {
		t.Error("a broken page is a page", w.Code)
	}
}
