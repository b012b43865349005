package backlog_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

func methodsOf(v any) []string {
	var out []string
	typ := reflect.TypeOf(v)
	for n := range typ.NumMethod() {
		out = append(out, typ.Method(n).Name)
	}
	return out
}

// strangerSeed is a space of one user who has joined nothing.
func strangerSeed() backlogsim.Seed {
	seed := conformanceSeed()
	seed.Users = append(seed.Users, backlogsim.SeedUser{ID: 9, Name: "stranger", RoleType: 2, APIKey: "stranger"})
	return seed
}

// TestEveryParameter holds the stand-in to each row of params.tsv.
func TestEveryParameter(t *testing.T) {
	examples := map[string]map[string]string{}
	for _, row := range rows(t, "endpoints") {
		examples[row["method"]+" "+row["path"]] = row
	}
	shared := map[string]*conformance{} // by call: what is refused changes nothing, so one space does for all refusals
	for _, row := range rows(t, "params") {
		t.Run(row["method"]+" "+row["path"]+" "+row["parameter"]+" "+row["rule"], func(t *testing.T) {
			call := examples[row["method"]+" "+row["path"]]
			if call == nil {
				t.Fatal("no such call in endpoints.tsv")
			}
			rule, rest, _ := strings.Cut(row["rule"], " ")
			key := row["method"] + row["path"]
			c := shared[key]
			if c == nil || !slices.Contains([]string{"required", "int", "date", "unknown", "refused", "ints"}, rule) {
				c = newConformance(t)
				shared[key] = c
			}
			mine := *c
			mine.t = t
			p := parameter{conformance: &mine, call: call, name: c.named(row["parameter"])}
			p.hold(rule, c.named(rest))
		})
	}
}

// parameter is one row at work.
type parameter struct {
	*conformance
	call map[string]string
	name string
}

// with makes the call with the parameter set so; nil leaves it out.
func (p parameter) with(values ...string) result {
	p.t.Helper()
	form := parse(p.named(p.call["example"]))
	form.Del(p.name)
	form.Del(p.name + "[]")
	for _, v := range values {
		form.Add(p.name, v)
	}
	return p.send(actor(p.call), p.call["method"], p.call["path"], form)
}

func (p parameter) taken(values ...string) {
	p.t.Helper()
	want, _ := strconv.Atoi(p.call["status"])
	r := p.with(values...)
	// What changes nothing is refused for that reason, and was understood.
	if r.status != want && !strings.Contains(string(r.body), "Please change the status or post a comment.") {
		p.t.Errorf("%q: %s", values, r)
	}
}

func (p parameter) refused(status, code int, values ...string) {
	p.t.Helper()
	if r := p.with(values...); r.status != status || r.code() != code {
		p.t.Errorf("%q: %s, want %d/%d", values, r, status, code)
	}
}

func (p parameter) hold(rule, rest string) {
	p.t.Helper()
	switch rule {
	case "required":
		p.refused(400, 7)
		if !strings.HasPrefix(p.name, "file") {
			p.refused(400, 7, "")
		}
	case "present":
		p.refused(400, 7)
		p.taken("")
	case "int":
		p.refused(400, 7, "word")
		p.refused(400, 7, "1.5")
	case "float":
		p.refused(400, 7, "word")
		p.refused(400, 7, "-1")
		p.taken("0.25")
	case "bool":
		p.refused(400, 7, "yes")
		p.taken("true")
	case "date":
		p.refused(400, 7, "2026/01/02")
		p.refused(400, 7, "2026-02-30")
	case "ints":
		p.lists()
	case "offset":
		p.refused(400, 7, "-1")
		p.refused(400, 7, "word")
		p.taken("0")
		if r := p.with("1000000"); string(r.body) != "[]" {
			p.t.Errorf("far behind the end: %s", r)
		}
	case "count":
		p.count(rest)
	case "among":
		low, high, _ := strings.Cut(rest, "-")
		a, _ := strconv.Atoi(low)
		b, _ := strconv.Atoi(high)
		for n := a; n <= b; n++ {
			q := parameter{newConformance(p.t), p.call, p.name}
			if n > 4 || p.name != "typeId" { // the example's items are for lists
				q.taken(strconv.Itoa(n))
			}
		}
		p.refused(400, 7, strconv.Itoa(a-1))
		p.refused(400, 7, strconv.Itoa(b+1))
	case "enum":
		for v := range strings.SplitSeq(rest, "|") {
			q := parameter{newConformance(p.t), p.call, p.name}
			q.taken(v)
		}
		p.refused(400, 7, "zz")
	case "max":
		n, _ := strconv.Atoi(rest)
		p.refused(400, 7, strings.Repeat("あ", n+1))
		p.taken(strings.Repeat("あ", n))
	case "unknown":
		status, code, _ := strings.Cut(rest, "/")
		s, _ := strconv.Atoi(status)
		n, _ := strconv.Atoi(code)
		p.refused(s, n, "987654")
	case "refused":
		p.refused(400, 7, rest)
	case "accepted":
		p.taken(rest)
	case "clears":
		p.clears(rest)
	default:
		p.t.Fatalf("no rule %q", rule)
	}
}

// lists sends numbers in all forms that lists have: name[], name[0], a JSON array; words are refused in each.
func (p parameter) lists() {
	p.t.Helper()
	p.name += "[]"
	p.refused(400, 7, "word")
	p.name = strings.TrimSuffix(p.name, "[]") + "[0]"
	p.refused(400, 7, "word")
	p.name = strings.TrimSuffix(p.name, "[0]")
	if p.call["method"] == http.MethodGet {
		return
	}
	doc := map[string]any{p.name: []any{"word"}}
	for name, values := range parse(p.named(p.call["example"])) {
		if bare, ok := strings.CutSuffix(name, "[]"); ok {
			if bare != p.name {
				doc[bare] = values
			}
		} else {
			doc[name] = values[0]
		}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		p.t.Fatal(err)
	}
	r := p.raw(actor(p.call), p.call["method"], "https://conf.example/api/v2/"+p.conformance.named(p.call["path"]), "application/json", strings.NewReader(string(body)))
	if r.status != 400 || r.code() != 7 {
		p.t.Errorf("as JSON: %s", r)
	}
}

func (p parameter) count(rest string) {
	p.t.Helper()
	var low, high, usual int
	if _, err := fmt.Sscanf(rest, "%d-%d default %d", &low, &high, &usual); err != nil {
		p.t.Fatal(err)
	}
	p.refused(400, 7, strconv.Itoa(low-1))
	p.refused(400, 7, strconv.Itoa(high+1))
	p.refused(400, 7, "word")
	p.taken(strconv.Itoa(high))
	if r := p.with("1"); len(r.decode(p.t).([]any)) != 1 {
		p.t.Errorf("count 1 gives %s", r)
	}
	if usual != 20 || !p.crowd() {
		return
	}
	if n := len(p.with().decode(p.t).([]any)); n != usual {
		p.t.Errorf("without a count there are %d, want %d", n, usual)
	}
}

// crowd makes more than twenty of what lists list, where that is simple.
func (p parameter) crowd() bool {
	switch {
	case p.call["path"] == "issues" || strings.HasSuffix(p.call["path"], "/activities"):
		for range 25 {
			p.conformance.call("padmin", "POST", "issues", "projectId=11&summary=多数&issueTypeId=21&priorityId=3")
		}
		return !strings.HasPrefix(p.call["path"], "users/")
	case p.call["path"] == "issues/:issueKey/comments":
		for range 25 {
			p.conformance.call("padmin", "POST", "issues/CONF-1/comments", "content=多数")
		}
		return true
	case p.call["path"] == "documents":
		for range 25 {
			p.conformance.call("padmin", "POST", "documents", "projectId=11&title=多数")
		}
		return true
	}
	return false
}

// clears sends the parameter empty, as a form and as JSON: the field is null or an empty list afterwards.
func (p parameter) clears(field string) {
	p.t.Helper()
	for _, asJSON := range []bool{false, true} {
		q := parameter{newConformance(p.t), p.call, p.name}
		form := url.Values{q.name: {""}}
		path := "https://conf.example/api/v2/" + q.conformance.named(q.call["path"])
		kind, body := "application/x-www-form-urlencoded", form.Encode()
		if asJSON {
			var empty any = ""
			if strings.HasSuffix(q.name, "[]") {
				empty = []any{}
			}
			b, err := json.Marshal(map[string]any{strings.TrimSuffix(q.name, "[]"): empty})
			if err != nil {
				q.t.Fatal(err)
			}
			kind, body = "application/json", string(b)
		}
		before := q.raw("padmin", http.MethodGet, path, "", nil).field(q.t, field)
		after := q.raw(actor(q.call), q.call["method"], path, kind, strings.NewReader(body)).field(q.t, field)
		list, isList := after.([]any)
		if before == nil || reflect.DeepEqual(before, []any{}) || after != nil && (!isList || len(list) > 0) {
			q.t.Errorf("json %v: %s was %v and is %v", asJSON, field, before, after)
		}
	}
}

// TestTablesAreWhole holds that the tables name each other: no parameter of an unknown call, no shape that is not there, no object that is not used.
func TestTablesAreWhole(t *testing.T) {
	table := readShapes(t)
	used := map[string]bool{}
	var use func(typ string)
	use = func(typ string) {
		typ = strings.Trim(typ, "[]?~")
		if used[typ] || table[typ] == nil {
			return
		}
		used[typ] = true
		for _, inner := range table[typ] {
			use(inner)
		}
	}
	for _, row := range rows(t, "endpoints") {
		name := strings.Trim(row["shape"], "[]")
		if table[name] == nil && name != "none" && name != "file" {
			t.Errorf("%s %s: no object %q", row["method"], row["path"], name)
		}
		use(name)
	}
	for name := range table {
		if strings.Contains(name, "/") {
			use(name)
			used[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if !used[name] {
			t.Errorf("nothing uses %q", name)
		}
	}
}
