package backlogsim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func runeCount(s string) int { return utf8.RuneCountInString(s) }

// call is one API call on its way through a handler. Handlers run with Server.mu held.
type call struct {
	*params
	s      *Server
	st     *state
	req    *http.Request
	user   *user
	vars   map[string]string // path variables
	now    time.Time
	status int
	where  string // Location of what was made, relative to the origin
	raw    *attachment
	dirty  bool // something changed: watchers are told
}

type handler func(c *call) (any, error)

// id reads a number of the path; 0, which nothing has, where it is none.
func (c *call) id(name string) int {
	n, err := strconv.Atoi(c.vars[name])
	if err != nil {
		return 0
	}
	return n
}

// answer is a finished response.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// serveAPI takes a call through recorder, faults, authentication, rate limit, routing and permission, in this order.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	p, readErr := readParams(r)
	who := s.identify(r, p)
	entry := s.log.begin(r, p, who.user, s.opts.Now().UTC())
	hit := s.faults.match(r.Method, r.URL.Path, who.user, s.opts.Now())
	if !hit.wait(r.Context(), s.posts.ctx, hit.lag) {
		s.log.end(entry, 0, hit.label)
		panic(http.ErrAbortHandler)
	}
	if hit.drop {
		s.log.end(entry, 0, hit.label)
		panic(http.ErrAbortHandler)
	}
	ans := s.answer(r, p, readErr, who, hit)
	s.log.end(entry, ans.status, hit.label)
	if hit.lost != "" {
		// The work is done, the caller does not learn of it.
		if hit.lost == "drop" {
			panic(http.ErrAbortHandler)
		}
		ans = answer{status: http.StatusInternalServerError, header: ans.header, body: encode(wireErrors{Errors: []*apiError{internal()}})}
	}
	if !hit.wait(r.Context(), s.posts.ctx, hit.lagAfter) {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), ans.header)
	w.WriteHeader(ans.status)
	_, _ = w.Write(ans.body) // the client is gone: nothing to tell
}

func (s *Server) answer(r *http.Request, p *params, readErr error, who caller, hit faultHit) answer {
	header := http.Header{"Content-Type": {"application/json;charset=utf-8"}}
	fail := func(err error) answer {
		var refusal *apiError
		if !errors.As(err, &refusal) {
			s.opts.Logger.Error("answering call", "path", r.URL.Path, "err", err)
			refusal = internal()
		}
		return answer{status: cmp.Or(who.statuses[refusal.Code], refusal.Status), header: header, body: encode(wireErrors{Errors: []*apiError{refusal}})}
	}
	if r.URL.Path == tokenPath {
		if hit.status != 0 {
			return hit.answer(header)
		}
		return s.serveToken(r, p)
	}
	ok := s.rates.take(who.user, rateKind(r, p, who.narrow), s.opts.Machine(), header)
	switch {
	case hit.status != 0:
		return hit.answer(header)
	case who.refusal != nil:
		return fail(who.refusal)
	case who.user == nil && who.bearer:
		return badBearer(header, who.expired)
	case who.user == nil:
		return fail(unauthenticated())
	case !ok:
		return fail(tooManyRequests())
	}
	h, vars := s.routes.find(r.Method, strings.TrimPrefix(r.URL.Path, "/api/v2/"))
	if h == nil {
		return fail(undefined(r.URL.Path))
	}
	if errors.Is(readErr, errBodyTooLarge) {
		return fail(refuse(codeTooLargeFile, "Request body is too large."))
	}
	if readErr != nil {
		s.opts.Logger.Warn("reading request body", "path", r.URL.Path, "err", readErr)
		return fail(invalid("The request could not be read."))
	}
	c := &call{params: p, s: s, req: r, user: who.user, vars: vars, status: http.StatusOK}
	body, err := s.run(c, h)
	if c.dirty {
		s.changed()
	}
	if err != nil {
		return fail(err)
	}
	if c.where != "" {
		header.Set("Location", s.origin(r)+c.where)
	}
	if c.raw != nil {
		header.Set("Content-Type", "application/octet-stream")
		header.Set("Content-Disposition", "attachment;filename*=UTF-8''"+url.PathEscape(c.raw.name))
		body = c.raw.data
	}
	return answer{status: c.status, header: header, body: body}
}

// run holds the lock for the handler and for the encoding, because entities point at each other.
func (s *Server) run(c *call, h handler) ([]byte, error) {
	if c.req.Method == http.MethodGet {
		s.mu.RLock()
		defer s.mu.RUnlock()
	} else {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	c.st, c.now = s.st, s.now()
	v, err := h(c)
	if err != nil || c.status == http.StatusNoContent || c.raw != nil {
		return nil, err
	}
	return encode(v), nil
}

func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // wire structs hold only plain values: an error here is a fault of this room
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}

func (s *Server) origin(r *http.Request) string {
	if s.opts.BaseURL != "" {
		return s.opts.BaseURL
	}
	scheme := "http"
	if r.TLS != nil || r.URL.Scheme == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// tokenPath is OAuth's own endpoint, which takes no key.
const tokenPath = "/api/v2/oauth2/token"

// caller is who makes a call, with what the space says to it before the call is looked at.
type caller struct {
	user     *user
	bearer   bool // came with a bearer token, good or not
	expired  bool // which was good once
	refusal  *apiError
	narrow   bool        // Choices.NarrowSearch
	statuses map[int]int // Choices.Statuses
}

// identify finds the user of the key, which may come as a header, in the query or as a bearer token. Both kinds of secret work as a bearer token.
func (s *Server) identify(r *http.Request, p *params) caller {
	key := r.Header.Get("Backlog-API-Key")
	if key == "" {
		key, _ = p.text("apiKey")
	}
	delete(p.values, "apiKey")
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	isBearer := strings.EqualFold(scheme, "Bearer") // names of schemes have no case: RFC 9110, 11.1
	s.mu.RLock()
	defer s.mu.RUnlock()
	who := caller{narrow: s.st.choices.NarrowSearch, statuses: s.st.choices.Statuses}
	switch {
	case key != "":
		who.user = s.st.keys[key]
	case isBearer:
		who.bearer = true
		if t := s.st.tokens[bearer]; t != nil {
			who.user = t.user
			if !t.expires.IsZero() && !s.opts.Machine().Before(t.expires) {
				who.user, who.expired = nil, true
			}
			break
		}
		who.user = s.st.keys[bearer]
	}
	who.refusal = s.st.plan.refuses(r, who.user)
	return who
}
