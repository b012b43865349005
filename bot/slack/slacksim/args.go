package slacksim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxBody caps every request body.
const maxBody = 1 << 20

// args are the arguments of a call: strings from a form or query, decoded
// values from a JSON body.
type args map[string]any

// readArgs reads query, form, multipart or JSON. The token comes from the
// Authorization header or the form; Slack ignores one inside a JSON body.
func readArgs(r *http.Request) (args, string, error) {
	a := args{}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	token = strings.TrimSpace(token)
	put := func(vs url.Values) {
		for k, v := range vs {
			a[k] = v[0]
		}
		if t := vs.Get("token"); t != "" && token == "" {
			token = t
		}
		delete(a, "token")
	}
	put(r.URL.Query())
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body := http.MaxBytesReader(nil, r.Body, maxBody)
	switch kind {
	case "application/json":
		raw, err := io.ReadAll(body)
		if err != nil {
			return nil, token, tooLarge(r, err)
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			return a, token, nil
		}
		v, err := decode(raw)
		if err != nil {
			return nil, token, fail("invalid_json")
		}
		m, ok := v.(obj)
		if v != nil && !ok {
			return nil, token, fail("json_not_object")
		}
		maps.Copy(a, m)
		delete(a, "token")
	case "multipart/form-data":
		r.Body = body
		if err := r.ParseMultipartForm(maxBody); err != nil {
			if _, big := errors.AsType[*http.MaxBytesError](err); big {
				return nil, token, tooLarge(r, err)
			}
			return nil, token, fail("invalid_form_data")
		}
		put(r.PostForm)
	case "application/x-www-form-urlencoded", "":
		raw, err := io.ReadAll(body)
		if err != nil {
			return nil, token, tooLarge(r, err)
		}
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return nil, token, fail("invalid_form_data")
		}
		put(form)
	default:
		return nil, token, fail("invalid_post_type")
	}
	return a, token, nil
}

// tooLarge names the refusal of a body beyond maxBody. It reads on, within reason, because a client that is still writing would see a broken
// pipe instead of the answer.
func tooLarge(r *http.Request, err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
		return err
	}
	_, _ = io.CopyN(io.Discard, r.Body, maxFile)
	return &apiError{"request_too_large", obj{}}
}

// decode reads one JSON value and keeps numbers exact.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// str gives an argument as text.
func (a args) str(k string) string {
	switch v := a[k].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	default:
		return encode(v)
	}
}

func (a args) has(k string) bool { return a[k] != nil }

func (a args) truth(k string) bool {
	v := a.str(k)
	return v == "true" || v == "1"
}

// count reads a limit between 1 and top; absent means fallback.
func (a args) count(k string, fallback, top int) (int, error) {
	v := a.str(k)
	if v == "" || v == "0" {
		return fallback, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > top {
		return 0, fail("invalid_limit")
	}
	return n, nil
}

// list reads a comma-separated text or a JSON array of texts.
func (a args) list(k string) []string {
	var out []string
	if vs, ok := a[k].([]any); ok {
		for _, v := range vs {
			out = append(out, fmt.Sprint(v))
		}
		return out
	}
	for p := range strings.SplitSeq(a.str(k), ",") {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// value gives an argument that is JSON itself: decoded already, or as text.
func (a args) value(k string) (any, error) {
	text, ok := a[k].(string)
	if !ok {
		return a[k], nil
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	return decode([]byte(text))
}

// encode writes a value that came from JSON back as JSON.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "null" // only values from our own decoder and literals come here
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// clone copies a JSON value, so that later edits do not reach the original.
func clone(v any) any {
	switch v := v.(type) {
	case obj:
		m := make(obj, len(v))
		for k, e := range v {
			m[k] = clone(e)
		}
		return m
	case []any:
		l := make([]any, len(v))
		for i, e := range v {
			l[i] = clone(e)
		}
		return l
	default:
		return v
	}
}

// text reads a string field of a JSON object.
func text(m any, k string) string {
	o, _ := m.(obj)
	v, _ := o[k].(string)
	return v
}
