package backlog_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"toban/backlog"
)

// able are the users who may do what a row's column "who" names, in the order of their rights.
func able(who string) (may, mayNot []string) {
	all := []string{"admin", "padmin", "user", "reporter", "guest", "viewer"}
	n := map[string]int{"admin": 1, "padmin": 2, "edit": 3, "member": 4, "report": 5, "all": 6}[who]
	switch who {
	case "author": // padmin made it; an administrator may as well
		return []string{"padmin"}, []string{"user", "viewer"}
	case "member": // a viewer is no guest
		return []string{"admin", "padmin", "user", "reporter", "viewer"}, []string{"guest"}
	}
	return all[:n], all[n:]
}

// actor is who makes the call that has to work.
func actor(row map[string]string) string {
	if row["who"] == "admin" {
		return "admin"
	}
	return "padmin"
}

// TestEveryCall makes each call of the table: status, headers, content type, budget, and the shape of the answer.
func TestEveryCall(t *testing.T) {
	table := readShapes(t)
	for _, row := range rows(t, "endpoints") {
		t.Run(row["method"]+" "+row["path"], func(t *testing.T) {
			c := newConformance(t)
			before := c.used(row["kind"])
			r := c.call(actor(row), row["method"], row["path"], row["example"])
			if want, _ := strconv.Atoi(row["status"]); r.status != want {
				t.Fatalf("%s, want %d", r, want)
			}
			for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
				if _, err := strconv.Atoi(r.header.Get(name)); err != nil {
					t.Errorf("%s is %q", name, r.header.Get(name))
				}
			}
			if row["path"] != "rateLimit" && c.used(row["kind"])-before != 1 {
				t.Errorf("the budget of %s lost %d", row["kind"], c.used(row["kind"])-before)
			}
			switch row["shape"] {
			case "none":
				if len(r.body) != 0 {
					t.Errorf("a body: %s", r)
				}
				return
			case "file":
				if len(r.body) == 0 || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment;filename*=UTF-8''") {
					t.Errorf("disposition %q, %d bytes", r.header.Get("Content-Disposition"), len(r.body))
				}
				return
			}
			if got := r.header.Get("Content-Type"); got != "application/json;charset=utf-8" {
				t.Errorf("content type %q", got)
			}
			v := r.decode(t)
			if list, ok := v.([]any); ok && len(list) == 0 {
				t.Error("an empty list proves nothing")
			}
			for _, fault := range table.check("answer", row["shape"], v) {
				t.Error(fault)
			}
		})
	}
}

// used is how many calls of a kind the two actors have made this minute.
func (c *conformance) used(kind string) int {
	c.t.Helper()
	n := 0
	for _, who := range []string{"admin", "padmin"} {
		r := c.call(who, "GET", "rateLimit", "")
		quota := r.field(c.t, "rateLimit").(map[string]any)[kind].(map[string]any)
		n += int(quota["limit"].(float64) - quota["remaining"].(float64))
		if kind == "read" { // to ask costs one
			n--
		}
	}
	if kind == "read" {
		return n - c.asked()
	}
	return n
}

// asked is how often used was called before, each time with two reads.
func (c *conformance) asked() int {
	n := 0
	for _, r := range c.sim.Requests() {
		if r.Path == "/api/v2/rateLimit" {
			n++
		}
	}
	return n - 2
}

// TestEveryCallsRights makes each call as everybody: who may not is told so by 403/5, whoever is outside by 404/6, nobody by 401/11.
func TestEveryCallsRights(t *testing.T) {
	for _, row := range rows(t, "endpoints") {
		t.Run(row["method"]+" "+row["path"], func(t *testing.T) {
			personal := strings.Contains(row["path"], ":notification") || strings.Contains(row["path"], ":watching") || strings.Contains(row["path"], ":star") || strings.Contains(row["path"], ":me")
			may, mayNot := able(row["who"])
			for _, who := range may {
				if personal && who != "padmin" {
					continue
				}
				c := newConformance(t)
				if want, _ := strconv.Atoi(row["status"]); !c.selfHarm(row, who) {
					if r := c.call(who, row["method"], row["path"], row["example"]); r.status != want {
						t.Errorf("%s: %s", who, r)
					}
				}
			}
			c := newConformance(t)
			for _, who := range mayNot {
				r := c.call(who, row["method"], row["path"], row["example"])
				if !(r.status == 403 && r.code() == 5) && !(row["who"] == "member" && r.status == 404 && r.code() == 6) {
					t.Errorf("%s: %s", who, r)
				}
			}
			if r := c.call("", row["method"], row["path"], row["example"]); r.status != 401 || r.code() != 11 {
				t.Errorf("nobody: %s", r)
			}
			if strings.HasPrefix(row["path"], "projects/:project") || strings.HasPrefix(row["path"], "issues/:") || strings.HasPrefix(row["path"], "wikis/:") || strings.HasPrefix(row["path"], "documents/:") {
				c.ids["stranger"] = "stranger"
				if err := c.sim.Load(strangerSeed()); err != nil {
					t.Fatal(err)
				}
				if r := c.call("stranger", row["method"], row["path"], row["example"]); r.status != 404 || r.code() != 6 {
					t.Errorf("a stranger: %s", r)
				}
			}
		})
	}
}

// selfHarm says whether a call would be refused because the actor is its own target: the API's answer to that is not at issue here.
func (c *conformance) selfHarm(row map[string]string, who string) bool {
	return row["method"] == http.MethodDelete && (row["path"] == "users/:user" && who == "user" || strings.Contains(row["example"], "{"+who+"}"))
}

var variable = regexp.MustCompile(`:[A-Za-z]+`)

// TestClientHasEveryCall holds that the client has a method for each call of the table, and that TestCalls knows every method.
func TestClientHasEveryCall(t *testing.T) {
	var made []string
	for _, tc := range allCalls() {
		c, f := newFake(t, always(200, `{"count":0}`))
		_ = tc.do(t.Context(), c) // lists can't be read from an object; the request was made
		r := f.requests()[0]
		made = append(made, r.Method+" "+strings.TrimPrefix(r.Path, "/"))
	}
	for _, row := range rows(t, "endpoints") {
		pattern := regexp.MustCompile("^" + row["method"] + " " + variable.ReplaceAllString(row["path"], `[^/]+`) + "(/[^/]+)*$")
		exact := regexp.MustCompile("^" + row["method"] + " " + variable.ReplaceAllString(row["path"], `[^/]+`) + "$")
		if strings.HasSuffix(row["path"], ":directory") {
			exact = pattern
		}
		if !slices.ContainsFunc(made, exact.MatchString) {
			t.Errorf("no method makes %s %s", row["method"], row["path"])
		}
	}
}

// TestEveryMethodIsTried holds that no method of the client is missing in the tables of calls and iterators.
func TestEveryMethodIsTried(t *testing.T) {
	known := map[string]bool{"Budgets": true, "UploadFile": true, "UploadAttachment": true} // no call, or one with a test of its own
	for _, tc := range allCalls() {
		name, _, _ := strings.Cut(tc.name, " ")
		known[name] = true
	}
	for _, name := range methodsOf(&backlog.Client{}) {
		if strings.HasPrefix(name, "All") || strings.HasSuffix(name, "URL") || known[name] {
			continue
		}
		t.Errorf("%s is in no table of calls", name)
	}
}
