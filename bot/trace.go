package bot

import "context"

// Tracer follows an event through the house: one trace from the door that took it to the vendor's answer. What it is told are kinds,
// numbers and outcomes, never words of people and never an error's text, which may repeat them.
type Tracer interface {
	// Start begins a step: inside ctx's, or, where ctx has none, inside the step that the W3C trace context parent names; with neither it
	// begins a trace. facts are names and values by turns. The step ends with the function, which is told how.
	Start(ctx context.Context, name, parent string, facts ...string) (context.Context, func(outcome string))
	// Context is the W3C trace context of ctx's step; "" when there is none or nobody traces.
	Context(ctx context.Context) string
}

// Untraced is the Tracer of who is not followed.
type Untraced struct{}

// Start implements Tracer.
func (Untraced) Start(ctx context.Context, _, _ string, _ ...string) (context.Context, func(string)) {
	return ctx, func(string) {}
}

// Context implements Tracer.
func (Untraced) Context(context.Context) string { return "" }
