package config

import (
	"regexp"

	"toban/config/tree"
)

// Trace says where the traces of events go: nowhere without an endpoint.
type Trace struct {
	// Endpoint is a collector's address for OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces.
	Endpoint string `yaml:"endpoint"`
	// Header is sent along with each call: "Name: value".
	Header Secret `yaml:"header"`
	// Share is the part of all traces that is kept, above 0 and at most 1.
	Share float64 `yaml:"share"`
}

var headerLine = regexp.MustCompile(`^[A-Za-z0-9-]+: *[\x21-\x7e][\x20-\x7e]*$`)

// checkTrace never repeats the header in a fault: it is a secret.
func (l *loader) checkTrace(t *Trace, n *tree.Node) {
	l.checkURL(t.Endpoint, n.At("trace", "endpoint"))
	if t.Share <= 0 || t.Share > 1 {
		l.faults.Add(n.At("trace", "share"), "must be above 0 and at most 1, got %v", t.Share)
	}
	if !t.Header.IsZero() && !headerLine.MatchString(t.Header.Reveal()) {
		l.faults.Add(n.At("trace", "header"), "must refer to a line such as Authorization: Bearer TOKEN")
	}
}
