// Package trace is the adapter that speaks to OpenTelemetry: the steps of an event's way become spans of one trace, which an exporter
// sends by OTLP over HTTP. A nil Tracer is one that follows nobody, and costs nothing.
//
// It refuses to know what an event is about. Spans hold kinds, numbers and outcomes; what could be the words of a person or a secret (the
// text of an error, the query of an address, a part of a path that is no plain word) is left out here, whoever hands it in.
package trace
