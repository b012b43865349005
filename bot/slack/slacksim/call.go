package slacksim

import (
	"errors"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// apiError is an answer with ok:false.
type apiError struct {
	code   string
	detail obj // further fields of the answer
}

func (e *apiError) Error() string { return e.code }

func fail(code string) error { return &apiError{code: code} }

// failWith adds the list that Slack puts into response_metadata.messages.
func failWith(code string, messages []string) error {
	return &apiError{code: code, detail: obj{"response_metadata": obj{"messages": messages}}}
}

// method is one entry of the Web API.
type method struct {
	scopes []string // each is needed; finer ones are checked by the method
	app    bool     // wants the app-level token
	open   bool     // wants no token
	needs  string   // arguments that must be there, in words; an empty one is the method's own business
	tier   int      // of Slack's rate limits, 1 to 4; 0 for the methods with a limit of their own
	run    func(c *call) (obj, error)
}

// call is one Web API call while the lock is held.
type call struct {
	*Server
	args
	host string
}

// reply is a finished HTTP answer.
type reply struct {
	status int
	header map[string]string
	body   obj
	drop   bool // cut the connection instead of answering
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, name string) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
		return
	}
	a, token, err := readArgs(r)
	entry := Request{Method: name, Args: redact(a), Token: mask(token)}
	var out reply
	plan := s.plan(name, a.str("channel"))
	entry.Fault = plan.name
	switch {
	case !plan.wait(r.Context()):
		out = reply{drop: true}
	case plan.before != nil:
		out = *plan.before
	case err != nil:
		out = s.failure(err)
	default:
		out = s.invoke(name, token, r.Host, a)
		warn(out.body, charsetNote(r))
		if plan.after != nil {
			out = *plan.after
		}
	}
	entry.Status = out.status
	entry.OK, _ = out.body["ok"].(bool)
	entry.Error = text(out.body, "error")
	s.record(entry)
	write(w, out)
}

// write sends the reply; a drop aborts the connection, as a dying proxy would.
func write(w http.ResponseWriter, out reply) {
	if out.drop {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	for k, v := range out.header {
		h.Set(k, v)
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(out.status)
	if out.body != nil {
		_, _ = w.Write([]byte(encode(out.body))) // the caller has gone away: nothing to tell it
	}
}

// invoke checks the caller and runs the method.
func (s *Server) invoke(name, token, host string, a args) reply {
	var out obj
	header := map[string]string{}
	err := s.with(func() error {
		if s.closed {
			return ErrClosed
		}
		m, ok := s.methods[name]
		switch {
		case ok:
		case deprecated(name):
			return fail("method_deprecated")
		default:
			return &apiError{"unknown_method", obj{"req_method": name}}
		}
		if !m.open {
			if err := s.authorize(m, token); err != nil {
				return err
			}
			if !m.app {
				header["X-OAuth-Scopes"] = strings.Join(s.app.Scopes, ",")
				if accepted := accepted(name, m); len(accepted) > 0 {
					header["X-Accepted-OAuth-Scopes"] = strings.Join(accepted, ",")
				}
			}
		}
		c := &call{Server: s, args: a, host: host}
		if err := c.admit(name, m); err != nil {
			return err
		}
		var err error
		out, err = m.run(c)
		return err
	})
	if err != nil {
		f := s.failure(err)
		if f.header == nil {
			f.header = header
		}
		return f
	}
	if out == nil {
		out = obj{}
	}
	out["ok"] = true
	return reply{status: http.StatusOK, header: header, body: out}
}

// deprecated reports whether a method is one that Slack has taken out of use.
func deprecated(name string) bool {
	family, _, _ := strings.Cut(name, ".")
	return name == "files.upload" || slices.Contains([]string{"channels", "groups", "im", "mpim"}, family)
}

// accepted lists the scopes that a method would take. Those of conversations go by the kind of channel.
func accepted(name string, m method) []string {
	rest, ok := strings.CutPrefix(name, "conversations.")
	if !ok && name != "users.conversations" || m.scopes != nil {
		return m.scopes
	}
	switch rest {
	case "list", "info", "members", "users.conversations":
		return []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	case "history", "replies":
		return []string{"channels:history", "groups:history", "im:history", "mpim:history"}
	default:
		return []string{"channels:manage", "groups:write", "im:write", "mpim:write"}
	}
}

// admit checks what does not depend on the method's own rules: its rate, its scopes, its arguments.
func (c *call) admit(name string, m method) error {
	if err := c.tier(name, m.tier); err != nil {
		return err
	}
	for _, scope := range m.scopes {
		if err := c.need(scope); err != nil {
			return err
		}
	}
	var missing []string
	for key := range strings.FieldsSeq(m.needs) {
		if !c.has(key) {
			missing = append(missing, "[ERROR] missing required field: "+key)
		}
	}
	if missing != nil {
		return failWith("invalid_arguments", missing)
	}
	return nil
}

// charsetNote is Slack's warning about a content type: JSON wants a charset, a form does not.
func charsetNote(r *http.Request) string {
	kind, detail, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
	case kind == "application/json" && detail["charset"] == "":
		return "missing_charset"
	case kind == "application/x-www-form-urlencoded" && detail["charset"] != "":
		return "superfluous_charset"
	}
	return ""
}

// warn adds a warning to an answer, beside those that are there.
func warn(body obj, note string) {
	if note == "" || body == nil {
		return
	}
	if have := text(body, "warning"); have != "" {
		body["warning"] = have + "," + note
	} else {
		body["warning"] = note
	}
	meta, _ := body["response_metadata"].(obj)
	if meta == nil {
		meta = obj{}
	}
	have, _ := meta["warnings"].([]string)
	meta["warnings"] = append(have, note)
	body["response_metadata"] = meta
}

func (s *Server) authorize(m method, token string) error {
	switch {
	case token == "":
		return fail("not_authed")
	case token == s.app.BotToken, token == s.app.OldBotToken:
		if s.revoked != "" {
			return fail(s.revoked)
		}
		if m.app {
			return fail("not_allowed_token_type")
		}
	case token == s.app.AppToken, token == s.app.OldAppToken:
		if !m.app {
			return fail("not_allowed_token_type")
		}
	default:
		return fail("invalid_auth")
	}
	return nil
}

// need asks for a granted scope.
func (c *call) need(scope string) error {
	if slices.Contains(c.app.Scopes, scope) {
		return nil
	}
	return &apiError{"missing_scope", obj{"needed": scope, "provided": strings.Join(c.app.Scopes, ",")}}
}

// failure turns an error into Slack's answer: HTTP 200 with ok:false, but 429 for a rate limit.
func (s *Server) failure(err error) reply {
	if e, ok := errors.AsType[*apiError](err); ok {
		body := obj{"ok": false, "error": e.code}
		maps.Copy(body, e.detail)
		status := http.StatusOK
		if e.code == "request_too_large" {
			status = http.StatusRequestEntityTooLarge
		}
		return reply{status: status, body: body}
	}
	if e, ok := errors.AsType[*rateError](err); ok {
		return tooMany(e.seconds)
	}
	s.log.Warn("answering with an internal error", "error", err)
	return reply{status: http.StatusInternalServerError, body: obj{"ok": false, "error": "internal_error"}}
}

func tooMany(seconds int) reply {
	return reply{
		status: http.StatusTooManyRequests,
		header: map[string]string{"Retry-After": strconv.Itoa(seconds)},
		body:   obj{"ok": false, "error": "ratelimited"},
	}
}
