package trace

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Transport makes each call inside a step a step of its own. The vendor is told nothing of it.
func (t *Tracer) Transport(next http.RoundTripper) http.RoundTripper {
	if t == nil {
		return next
	}
	if next == nil {
		next = http.DefaultTransport
	}
	return transport{t, next}
}

type transport struct {
	t    *Tracer
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !trace.SpanContextFromContext(r.Context()).IsValid() {
		return t.next.RoundTrip(r)
	}
	path := template(r.URL.Path)
	ctx, span := t.t.tracer.Start(r.Context(), r.Method+" "+path, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("http.request.method", r.Method), attribute.String("url.template", path), attribute.String("server.address", r.URL.Hostname()),
	))
	defer span.End()
	res, err := t.next.RoundTrip(r.WithContext(ctx))
	switch {
	case err != nil:
		span.SetStatus(codes.Error, "no answer")
	case res.StatusCode >= http.StatusBadRequest:
		span.SetStatus(codes.Error, "")
		fallthrough
	default:
		span.SetAttributes(attribute.String("http.response.status_code", strconv.Itoa(res.StatusCode)))
	}
	return res, err
}

// name is a part of a path that vendors chose: a word with at most one number in it, such as v2 or chat.postMessage.
var name = regexp.MustCompile(`^(v\d|[a-z]+([A-Z][a-z]+)*(\.[a-z]+([A-Z][a-z]+)*)*)$`)

// template is a path of an API without what its callers put in, which may be a name, a key or a secret. Addresses that are no API have
// no template.
func template(path string) string {
	if !strings.HasPrefix(path, "/api/") {
		return "/…"
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if p != "" && !name.MatchString(p) {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}
