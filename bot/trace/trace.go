package trace

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"toban/bot"
)

// Config is what New needs: an Endpoint, or an Exporter.
type Config struct {
	Endpoint string  // OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces
	Header   string  // "Name: value", sent along; a secret
	Share    float64 // of the traces that are kept, above 0; 1 when 0
	Version  string  // of the program
	Replica  string  // which of several this is
	Logger   *slog.Logger

	Transport http.RoundTripper     // carries the calls to Endpoint; the default one when nil
	Exporter  sdktrace.SpanExporter // instead of Endpoint: told of each span at once, for tests
}

// Tracer makes spans. It is safe for concurrent use; a nil Tracer makes none.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	w3c      propagation.TraceContext
}

var _ bot.Tracer = (*Tracer)(nil)

// New builds a Tracer; Close ends it.
func New(c Config) (*Tracer, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Share <= 0 {
		c.Share = 1
	}
	opts := []sdktrace.TracerProviderOption{
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(c.Share))),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "toban"), attribute.String("service.version", c.Version), attribute.String("service.instance.id", c.Replica),
		)),
	}
	if c.Exporter != nil {
		opts = append(opts, sdktrace.WithSyncer(c.Exporter))
	} else {
		sender, err := newClient(c)
		if err != nil {
			return nil, err
		}
		opts = append(opts, sdktrace.WithBatcher(otlptrace.NewUnstarted(sender)))
	}
	t := &Tracer{provider: sdktrace.NewTracerProvider(opts...)}
	t.tracer = t.provider.Tracer("toban")
	return t, nil
}

// Start implements bot.Tracer.
func (t *Tracer) Start(ctx context.Context, name, parent string, facts ...string) (context.Context, func(outcome string)) {
	if t == nil {
		return ctx, func(string) {}
	}
	if parent != "" && !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = t.w3c.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
	}
	ctx, span := t.tracer.Start(ctx, name)
	for i := 0; i+1 < len(facts); i += 2 {
		if plain(facts[i+1]) {
			span.SetAttributes(attribute.String("toban."+facts[i], facts[i+1]))
		}
	}
	return ctx, func(outcome string) {
		if plain(outcome) {
			span.SetAttributes(attribute.String("toban.outcome", outcome))
		}
		if outcome == Retry || outcome == Dead {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// Outcomes that mark a step as failed.
const (
	Retry = "retry"
	Dead  = "dead"
)

// Context implements bot.Tracer.
func (t *Tracer) Context(ctx context.Context) string {
	if t == nil {
		return ""
	}
	carrier := propagation.MapCarrier{}
	t.w3c.Inject(ctx, carrier)
	return carrier["traceparent"]
}

// Close sends what is left.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("ending traces: %w", err)
	}
	return nil
}

// word is what a value may look like: kinds, ids of our own such as main/1234, numbers. Sentences, mail addresses and keys are longer or
// have other signs.
var word = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}$`)

func plain(value string) bool { return word.MatchString(value) }
