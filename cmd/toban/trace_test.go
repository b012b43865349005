package main

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	oteltrace "go.opentelemetry.io/otel/trace"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"toban/backlog/backlogsim"
	"toban/bot/trace"
)

// One trace leads from the webhook of a new ticket to Backlog's answer to the comment, and on to what that answer caused.
func TestOneTraceFromDoorToVendor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		memory := tracetest.NewInMemoryExporter()
		tracer, err := trace.New(trace.Config{Exporter: memory})
		if err != nil {
			t.Fatal(err)
		}
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{tracer: tracer})
		const secret, word = "hunter2secret", "web01"
		b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", word+" のバックアップ", backupText+"\nパスワード: "+secret, 3)
		time.Sleep(5 * time.Minute)
		b.calm()
		b.close()

		spans := memory.GetSpans()
		find := func(name string, trace oteltrace.TraceID) *tracetest.SpanStub {
			i := slices.IndexFunc(spans, func(s tracetest.SpanStub) bool {
				return s.Name == name && (!trace.IsValid() || s.SpanContext.TraceID() == trace)
			})
			if i < 0 {
				return nil
			}
			return &spans[i]
		}
		door := find("accept issue.changed", oteltrace.TraceID{})
		if door == nil {
			t.Fatal("no door")
		}
		id := door.SpanContext.TraceID()
		want := []string{
			"handle issue.changed", "fetch", "GET /api/v2/issues/{}", "decide", "commit",
			"effect slack.card", "effect backlog.update", "send", "PATCH /api/v2/issues/{}", "POST /api/chat.postMessage", "handle effect.done",
		}
		for _, name := range want {
			if find(name, id) == nil {
				t.Errorf("no step %q in the trace of the webhook", name)
			}
		}
		byID := map[oteltrace.SpanID]tracetest.SpanStub{}
		for _, s := range spans {
			byID[s.SpanContext.SpanID()] = s
		}
		for _, s := range spans {
			if p, ok := byID[s.Parent.SpanID()]; s.Parent.IsValid() && (!ok || p.SpanContext.TraceID() != s.SpanContext.TraceID()) {
				t.Errorf("%s hangs on a step that is not there", s.Name)
			}
			text := s.Name + s.Status.Description
			for _, a := range s.Attributes {
				text += " " + a.Value.String()
			}
			for _, private := range []string{secret, word, "バックアップ", demoHookToken, demoBotToken, backlogsim.SampleBotKey} {
				if strings.Contains(text, private) {
					t.Errorf("a step tells %q: %s", private, text)
				}
			}
		}
		if e := find("effect backlog.update", id); e != nil && byID[e.Parent.SpanID()].Name != "decide" {
			t.Errorf("the update hangs on %q", byID[e.Parent.SpanID()].Name)
		}
	})
}
