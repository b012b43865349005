package app

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the counters and histograms of what passes, in a registry of their own. Labels hold names of kinds and parts, never of
// tickets or people, so that there are few.
type metrics struct {
	reg        *prometheus.Registry
	doors      *prometheus.CounterVec
	events     *prometheus.CounterVec
	eventTook  *prometheus.HistogramVec
	eventLag   prometheus.Histogram
	decisions  *prometheus.HistogramVec
	effects    *prometheus.CounterVec
	effectTook *prometheus.HistogramVec
	noticeLate prometheus.Histogram
	timers     prometheus.Counter
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	short := []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1}
	calls := []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	ways := []float64{.1, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600}
	m := &metrics{
		reg:        prometheus.NewRegistry(),
		doors:      counter("toban_slack_deliveries_total", "Deliveries from Slack by door and outcome.", "door", "outcome"),
		events:     counter("toban_events_total", "Tries to handle an event by kind and outcome (done, retry, dead).", "kind", "outcome"),
		eventTook:  histogram("toban_event_seconds", "From the claim of an event to its end, in machine time: fetching, deciding, committing.", calls, "kind"),
		decisions:  histogram("toban_decision_seconds", "What a feature takes to decide on one event, in machine time.", short, "feature"),
		effects:    counter("toban_effects_total", "Tries to send an effect by kind and outcome (done, retry, waited, under_way, dead, withdrawn, shadow, held).", "kind", "outcome"),
		effectTook: histogram("toban_effect_seconds", "From the decision to the vendor's answer, in world time.", ways, "kind"),
		timers:     prometheus.NewCounter(prometheus.CounterOpts{Name: "toban_timers_fired_total", Help: "Due moments that became events."}),
		eventLag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "toban_event_lag_seconds", Help: "From the reception of an event to its decision, in world time.", Buckets: ways,
		}),
		noticeLate: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "toban_notice_late_seconds", Help: "How much later than promised a notice was sent, in world time; 0 in time.", Buckets: append([]float64{0}, ways...),
		}),
	}
	m.reg.MustRegister(m.doors, m.events, m.eventTook, m.eventLag, m.decisions, m.effects, m.effectTook, m.noticeLate, m.timers,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo())
	return m
}

// watch adds the gauges that are asked of an App.
func (m *metrics) watch(a *App) { m.reg.MustRegister(newGauges(a)) }

func (m *metrics) slack(door, outcome string) { m.doors.WithLabelValues(door, outcome).Inc() }

func (m *metrics) handler() http.Handler { return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{}) }

func buildInfo() prometheus.Collector {
	version, revision := "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "toban_build_info", Help: "What runs: always 1.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "go_version": runtime.Version()},
	}, func() float64 { return 1 })
}

// MetricNames lists the metrics of Toban, the Go runtime and the process, for those who write alert rules and dashboards. A histogram NAME has
// the series NAME_bucket, NAME_sum and NAME_count.
func MetricNames() []string {
	descs := make(chan *prometheus.Desc)
	go func() {
		newMetrics().reg.Describe(descs)
		newGauges(nil).Describe(descs)
		close(descs)
	}()
	var out []string
	for d := range descs {
		// A description tells its name in no other way: Desc{fqName: "name", help: …
		_, rest, _ := strings.Cut(d.String(), `fqName: "`)
		name, _, _ := strings.Cut(rest, `"`)
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
