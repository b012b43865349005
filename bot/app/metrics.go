package app

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"toban/bot/store"
)

// metrics are the counters of the doors and the gauges of the queues, in a registry of their own.
type metrics struct {
	reg   *prometheus.Registry
	doors *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{reg: prometheus.NewRegistry(), doors: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "toban_slack_deliveries_total", Help: "Deliveries from Slack by door and outcome.",
	}, []string{"door", "outcome"})}
	m.reg.MustRegister(m.doors)
	return m
}

func (m *metrics) slack(door, outcome string) { m.doors.WithLabelValues(door, outcome).Inc() }

// queues reads the gauges of the queues when they are asked for.
type queues struct {
	store *store.Store
	now   func() time.Time
	descs map[string]*prometheus.Desc
}

func newQueues(s *store.Store, now func() time.Time) *queues {
	q := &queues{store: s, now: now, descs: map[string]*prometheus.Desc{}}
	for name, help := range map[string]string{
		"toban_inbox_open":                   "Events that can be handled now or are being handled.",
		"toban_inbox_waiting":                "Events that wait after a fault.",
		"toban_inbox_dead":                   "Events that could not be handled.",
		"toban_outbox_open":                  "Effects that can be sent now or are being sent.",
		"toban_outbox_waiting":               "Effects that wait after a fault.",
		"toban_outbox_dead":                  "Effects that were given up.",
		"toban_doors_buried":                 "Requests that a door could not read.",
		"toban_oldest_event_age_seconds":     "Age of the oldest unhandled event, in world time.",
		"toban_oldest_notice_age_seconds":    "Age of the oldest unsent notice, in world time.",
		"toban_oldest_timer_overdue_seconds": "How long the oldest due moment is overdue, in world time.",
	} {
		q.descs[name] = prometheus.NewDesc(name, help, nil, nil)
	}
	return q
}

// Describe implements prometheus.Collector.
func (q *queues) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range q.descs {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (q *queues) Collect(ch chan<- prometheus.Metric) {
	const limit = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	st, err := q.store.Status(ctx, time.Now())
	if err != nil {
		return
	}
	now := q.now()
	age := func(t time.Time) float64 {
		if t.IsZero() || t.After(now) {
			return 0
		}
		return now.Sub(t).Seconds()
	}
	for name, v := range map[string]float64{
		"toban_inbox_open": float64(st.OpenEvents), "toban_inbox_waiting": float64(st.WaitingEvents), "toban_inbox_dead": float64(st.DeadEvents),
		"toban_outbox_open": float64(st.OpenEffects), "toban_outbox_waiting": float64(st.WaitingEffects), "toban_outbox_dead": float64(st.DeadEffects),
		"toban_doors_buried": float64(st.Buried), "toban_oldest_event_age_seconds": age(st.OldestEvent),
		"toban_oldest_notice_age_seconds": age(st.OldestNotice), "toban_oldest_timer_overdue_seconds": age(st.OldestTimer),
	} {
		ch <- prometheus.MustNewConstMetric(q.descs[name], prometheus.GaugeValue, v)
	}
}

func (m *metrics) handler() http.Handler { return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{}) }
