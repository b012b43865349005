package awssim

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"toban/bot/standin"
)

// Options of a Server.
type Options struct {
	Now   func() time.Time // time.Now when nil
	Takes time.Duration    // how long a change is under way; 20 s when 0
	Lag   time.Duration    // how far looks are behind
	Users []User           // none: nobody may do anything
	Roles []Role
	Seed  uint64 // of the dice of faults
}

// Server is the stand-in. It is safe for use by several goroutines.
type Server struct {
	o        Options
	mu       sync.Mutex
	places   map[string]*place // by account/region
	sessions map[string]session
	faults   *standin.Book[Fault]
	asked    []Request
	made     int
	closed   chan struct{}
	once     sync.Once
}

// Request is a call as it came.
type Request struct {
	At      time.Time         `json:"at"`
	Account string            `json:"account"`
	Region  string            `json:"region"`
	Action  string            `json:"action"`
	With    map[string]string `json:"with"`    // its parameters
	By      string            `json:"by"`      // ARN of who asked
	Applied bool              `json:"applied"` // it changed something
	Code    string            `json:"code,omitempty"`
	Fault   FaultKind         `json:"fault,omitempty"`
}

// New makes a Server.
func New(o Options) *Server {
	const takes = 20 * time.Second
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // a server of its own has the machine's time
	}
	if o.Takes == 0 {
		o.Takes = takes
	}
	return &Server{o: o, places: map[string]*place{}, sessions: map[string]session{}, faults: standin.NewBook(o.Seed, Fault.limits), closed: make(chan struct{})}
}

// Close ends answers that are held back.
func (s *Server) Close() { s.once.Do(func() { close(s.closed) }) }

// Requests lists the calls, the oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Applied lists the calls that changed something.
func (s *Server) Applied() []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return !r.Applied })
}

// RoundTripper carries requests without a network.
func (s *Server) RoundTripper() http.RoundTripper { return trip{s} }

type trip struct{ s *Server }

// RoundTrip implements http.RoundTripper. A connection that breaks is an error, as is a caller that does not wait.
func (t trip) RoundTrip(r *http.Request) (res *http.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, fmt.Errorf("asking %s: the connection was reset", r.URL.Host)
		}
	}()
	w := httptest.NewRecorder()
	t.s.ServeHTTP(w, r)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	res = w.Result()
	res.Request = r
	return res, nil
}

// call is one call under way.
type call struct {
	s *Server
	*place
	by      session
	service string
	region  string
	action  string
	form    url.Values
	now     time.Time
	applied bool
	stuck   bool
	body    map[string]any // answer of a service that speaks JSON
}

// handler does an action: it answers the result's elements.
type handler func(c *call) ([]el, *problem)

// actions are what the stand-in can do, by service.
func actions() map[string]map[string]handler {
	return map[string]map[string]handler{
		"sts": stsActions(), "ec2": ec2Actions(), "elasticloadbalancing": elbActions(), "rds": rdsActions(),
		"autoscaling": groupSizeActions(), "elasticache": cacheActions(), "ecs": ecsActions(),
	}
}

// ServeHTTP answers the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		answer(w, "ec2", "", s.request(), nil, bad("MalformedQueryString", "The body can't be read."))
		return
	}
	c := &call{s: s, form: r.Form, action: r.Form.Get("Action"), now: s.o.Now()}
	if err := c.readJSON(r); err != nil {
		answerJSON(w, s.request(), nil, bad("SerializationException", "%v", err))
		return
	}
	p := c.identify(r)
	f := s.strike(c.action)
	if f.Kind == DropBefore {
		s.record(c, p, f)
		panic(http.ErrAbortHandler)
	}
	if p == nil {
		p = f.before(c.service)
	}
	c.stuck = f.Kind == Stuck
	var kids []el
	if p == nil {
		kids, p = c.do()
	}
	if f.Kind == FailAfter {
		p = wrong(http.StatusInternalServerError, "InternalError", "An internal error has occurred.")
	}
	s.record(c, p, f)
	switch f.Kind {
	case DropAfter:
		panic(http.ErrAbortHandler)
	case Slow:
		s.hold(r)
	case Limited, FailBefore, FailAfter, DropBefore, Refused, Exhausted, Expired, Stuck, "":
	}
	if c.service == "ecs" {
		answerJSON(w, s.request(), c.body, p)
		return
	}
	answer(w, c.service, c.action, s.request(), kids, p)
}

// do does the action, if whoever asks may.
func (c *call) do() ([]el, *problem) {
	h, ok := actions()[c.service][c.action]
	if !ok {
		return nil, bad("InvalidAction", "The action %s is not valid for this web service.", c.action)
	}
	if p := c.allowed(); p != nil {
		return nil, p
	}
	if c.form.Get("DryRun") == "true" {
		return nil, wrong(http.StatusPreconditionFailed, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return h(c)
}

// hold keeps an answer back until its caller has given up.
func (s *Server) hold(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.closed:
	}
}

func (s *Server) record(c *call, p *problem, f Fault) {
	with := map[string]string{}
	for name := range c.form {
		if name != "Action" && name != "Version" {
			with[name] = c.form.Get(name)
		}
	}
	q := Request{At: c.now, Account: c.by.account, Region: c.region, Action: c.action, With: with, By: c.by.arn, Applied: c.applied, Fault: f.Kind}
	if p != nil {
		q.Code = p.code
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
}

// request makes the id of a request.
func (s *Server) request() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.made)
}

// each reads a list of parameters, such as InstanceId.1 and InstanceId.2.
func (c *call) each(name string) []string {
	var out []string
	for i := 1; c.form.Has(name + "." + strconv.Itoa(i)); i++ {
		out = append(out, c.form.Get(name+"."+strconv.Itoa(i)))
	}
	return out
}

// groups counts a list of structures: prefix.1.…, prefix.2.…, and answers their prefixes.
func (c *call) groups(prefix string) []string {
	var out []string
	for i := 1; ; i++ {
		p := prefix + "." + strconv.Itoa(i) + "."
		if !slices.ContainsFunc(keys(c.form), func(k string) bool { return strings.HasPrefix(k, p) }) {
			return out
		}
		out = append(out, p)
	}
}

func keys(v url.Values) []string {
	out := make([]string, 0, len(v))
	for k := range v {
		out = append(out, k)
	}
	return out
}

// filters reads Filter.N.
func (c *call) filters() map[string][]string {
	out := map[string][]string{}
	for _, p := range c.groups("Filter") {
		out[c.form.Get(p+"Name")] = c.each(p + "Value")
	}
	return out
}

func (c *call) number(name string, otherwise int) int {
	i, err := strconv.Atoi(c.form.Get(name))
	if err != nil {
		return otherwise
	}
	return i
}
