package backlogsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxBody   = 4 << 20
	maxUpload = 64 << 20
)

// params are the parameters of one call from the query and the body. A JSON body gives arrays under the bare name; forms and queries use name[] or name[0].
type params struct {
	values map[string][]string
	arrays map[string]bool // names whose JSON value was an array: the bare name may be read as a list
	file   *upload
}

var errBodyTooLarge = errors.New("body too large")

// readParams merges the query with a form, JSON or multipart body. Parameters of DELETE may come in either.
func readParams(r *http.Request) (*params, error) {
	p := &params{values: map[string][]string{}, arrays: map[string]bool{}}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return p, fmt.Errorf("reading query: %w", err)
	}
	p.add(query)
	if r.Body == nil || r.Body == http.NoBody {
		return p, nil
	}
	kind, detail, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = "application/x-www-form-urlencoded"
	}
	if kind == "multipart/form-data" {
		return p, p.readMultipart(r, detail["boundary"])
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return p, fmt.Errorf("reading body: %w", err)
	}
	if len(body) > maxBody {
		// Read on, within reason: a client that is still writing would see a broken pipe instead of the refusal.
		_, _ = io.CopyN(io.Discard, r.Body, maxUpload)
		return p, errBodyTooLarge
	}
	// A GET with a body is legal HTTP; Backlog does not look at it.
	if len(body) == 0 || r.Method == http.MethodGet {
		return p, nil
	}
	if kind == "application/json" {
		return p, p.readJSON(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return p, fmt.Errorf("reading form: %w", err)
	}
	p.add(form)
	return p, nil
}

func (p *params) add(v url.Values) {
	for name, list := range v {
		p.values[name] = append(p.values[name], list...)
	}
}

func (p *params) readJSON(body []byte) error {
	var doc map[string]any
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return fmt.Errorf("reading JSON body: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("reading JSON body: more than one value")
	}
	for name, v := range doc {
		name = strings.TrimSuffix(name, "[]")
		if list, ok := v.([]any); ok {
			p.arrays[name] = true
			p.values[name] = []string{}
			for _, item := range list {
				text, err := scalar(item)
				if err != nil {
					return fmt.Errorf("reading JSON body: %s: %w", name, err)
				}
				p.values[name] = append(p.values[name], text)
			}
			continue
		}
		if v == nil { // null is "not sent"; clearing takes an empty string
			continue
		}
		text, err := scalar(v)
		if err != nil {
			return fmt.Errorf("reading JSON body: %s: %w", name, err)
		}
		p.values[name] = []string{text}
	}
	return nil
}

func scalar(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	case nil:
		return "", nil
	}
	return "", errors.New("a nested value is not a parameter")
}

func (p *params) has(name string) bool { _, ok := p.values[name]; return ok }

// text is the last value of a scalar parameter and whether it was sent at all.
func (p *params) text(name string) (string, bool) {
	list := p.values[name]
	if len(list) == 0 {
		return "", false
	}
	return list[len(list)-1], true
}

var indexed = regexp.MustCompile(`^(.+)\[(\d*)\]$`)

// list is an array parameter: name[], name[0], name[1]… or a JSON array. The second result says whether it was sent, so that an empty one can clear.
func (p *params) list(name string) ([]string, bool) {
	type item struct {
		index int
		value string
	}
	var items []item
	found := false
	for key, values := range p.values {
		match := indexed.FindStringSubmatch(key)
		if match == nil || match[1] != name {
			continue
		}
		found = true
		index, _ := strconv.Atoi(match[2])
		for _, v := range values {
			items = append(items, item{index, v})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return a.index - b.index })
	var out []string
	for _, it := range items {
		out = append(out, it.value)
	}
	if p.arrays[name] {
		found = true
		out = append(out, p.values[name]...)
	}
	return slices.DeleteFunc(out, func(v string) bool { return v == "" }), found
}

// ints is an array parameter of ids.
func (p *params) ints(name string) ([]int, bool, error) {
	list, ok := p.list(name)
	out := make([]int, 0, len(list))
	for _, text := range list {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, ok, invalid(fmt.Sprintf("%s[] must be numbers.", name))
		}
		out = append(out, n)
	}
	return out, ok, nil
}

// number is an integer parameter. Sent but empty gives ok=true, set=false.
func (p *params) number(name string) (n int, set, ok bool, err error) {
	text, ok := p.text(name)
	if !ok || text == "" {
		return 0, false, ok, nil
	}
	n, convErr := strconv.Atoi(text)
	if convErr != nil {
		return 0, false, true, invalid(name + " must be a number.")
	}
	return n, true, true, nil
}

// need is a required integer parameter.
func (p *params) need(name string) (int, error) {
	n, set, _, err := p.number(name)
	if err == nil && !set {
		err = invalid(name + " is required.")
	}
	return n, err
}

// needText is a required text of at most limit characters (0: any length).
func (p *params) needText(name string, limit int) (string, error) {
	text, _ := p.text(name)
	if strings.TrimSpace(text) == "" {
		return "", invalid(name + " is required.")
	}
	return text, checkLength(name, text, limit)
}

func (p *params) boolean(name string) (value, ok bool, err error) {
	text, ok := p.text(name)
	if !ok || text == "" {
		return false, false, nil
	}
	switch text {
	case "true":
		return true, true, nil
	case "false":
		return false, true, nil
	}
	return false, true, invalid(name + " must be true or false.")
}

// date is a yyyy-MM-dd parameter; sent but empty gives "" and ok=true.
func (p *params) date(name string) (string, bool, error) {
	text, ok := p.text(name)
	if !ok || text == "" {
		return "", ok, nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", true, invalid(name + " must be a date in the form yyyy-MM-dd.")
	}
	return text, true, nil
}

// page is the window of a list: count 1 to 100 (20 when absent), ids within min and max, ascending or not.
type page struct {
	count, offset, minID, maxID int
	asc                         bool
}

func (c *call) page() (page, error) { return c.pageOf(20, 100) }

// pageOf is page for lists with another default and limit of count. Where minId and maxId do not belong to the list, the window is made smaller.
func (c *call) pageOf(usual, most int) (page, error) {
	w, err := c.params.pageOf(usual, most)
	if c.st.choices.MinIDExclusive {
		if c.params.has("minId") {
			w.minID++
		}
		if w.maxID != anyID {
			w.maxID--
		}
	}
	return w, err
}

const anyID = int(^uint(0) >> 1)

func (p *params) pageOf(usual, most int) (page, error) {
	w := page{count: usual, maxID: anyID}
	order, _ := p.text("order")
	if order != "" && order != "asc" && order != "desc" {
		return w, invalid("order must be asc or desc.")
	}
	w.asc = order == "asc"
	for name, into := range map[string]*int{"count": &w.count, "offset": &w.offset, "minId": &w.minID, "maxId": &w.maxID} {
		n, set, _, err := p.number(name)
		if err != nil {
			return w, err
		}
		if set {
			*into = n
		}
	}
	if w.count < 1 || w.count > most {
		return w, invalid(fmt.Sprintf("count must be between 1 and %d.", most))
	}
	if w.offset < 0 {
		return w, invalid("offset must not be negative.")
	}
	return w, nil
}

func checkLength(name, text string, limit int) error {
	if limit > 0 && runeCount(text) > limit {
		return invalid(fmt.Sprintf("%s is too long. (maximum %d characters)", name, limit))
	}
	return nil
}
