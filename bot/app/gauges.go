package app

import (
	"cmp"
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"toban/backlog"
	"toban/bot/watch"
)

// gauges are what is asked when somebody scrapes: the queues, the ages, the conditions.
type gauges struct {
	a     *App
	descs map[string]*prometheus.Desc
}

// gauge is one of them.
type gauge struct {
	name, help string
	labels     []string
}

func gaugeTable() []gauge {
	return []gauge{
		{"toban_condition", "1 while a condition of being well holds, as /readyz and the heartbeat judge it.", []string{"condition"}},
		{"toban_inbox_open", "Events that can be handled now or are being handled.", nil},
		{"toban_inbox_waiting", "Events that wait after a fault.", nil},
		{"toban_inbox_foreign", "Events that wait for a release that knows them.", nil},
		{"toban_inbox_dead", "Events that could not be handled.", nil},
		{"toban_outbox_open", "Effects that can be sent now or are being sent.", nil},
		{"toban_outbox_waiting", "Effects that wait after a fault.", nil},
		{"toban_outbox_foreign", "Effects that wait for a release that knows them.", nil},
		{"toban_suspects", "Events and effects under which the process died more than once and which have not ended yet.", nil},
		{"toban_outbox_dead", "Effects that were given up.", nil},
		{"toban_outbox_held", "Effects that a stop holds back.", nil},
		{"toban_doors_buried", "Requests that a door could not read.", nil},
		{"toban_oldest_event_age_seconds", "Age of the oldest unhandled event, in world time.", nil},
		{"toban_oldest_notice_age_seconds", "Age of the oldest unsent notice that no stop holds back, in world time.", nil},
		{"toban_oldest_held_age_seconds", "Age of the oldest effect that a stop holds back, in world time.", nil},
		{"toban_oldest_timer_overdue_seconds", "How long the oldest due moment is overdue, in world time.", nil},
		{"toban_stops", "Stops in force: for a customer, or for all.", []string{"scope"}},
		{"toban_poll_age_seconds", "Machine time since a space's activity feed was last read by any replica.", []string{"space"}},
		{"toban_slack_socket_connected", "1 while Slack's socket is open, or none is used.", nil},
		{"toban_clock_offset_seconds", "How far this machine's clock is ahead of the database's.", nil},
		{"toban_lease_held", "1 on the replica that holds a lease.", []string{"lease"}},
		{"toban_heartbeat_configured", "1 when an outside monitor is told.", nil},
		{"toban_heartbeat_last_timestamp_seconds", "When the last heartbeat went out; 0 when none has yet.", nil},
		{"toban_heartbeat_missed", "Heartbeats in a row that did not go out.", nil},
		{"toban_synthetic_last_timestamp_seconds", "When the last synthetic ticket came back, in world time; 0 when none has yet.", nil},
		{"toban_synthetic_round_seconds", "The way of the last synthetic ticket, in world time.", nil},
		{"toban_backup_age_seconds", "Age of the newest good backup, in world time; since the start while there is none. Without backups it is not told.", nil},
		{"toban_alerts_total", "Deliveries of monitoring systems by source and outcome.", []string{"source", "outcome"}},
		{"toban_mails_received_total", "Mails at the postbox by outcome.", []string{"outcome"}},
		{"toban_webhooks_total", "Deliveries of webhooks from Backlog by outcome.", []string{"outcome"}},
		{"toban_secret_expires_timestamp_seconds", "When something that expires in server.yaml no longer holds, in world time.", []string{"what"}},
		{"toban_backlog_budget_limit", "Calls a minute that a Backlog space allows.", []string{"space", "kind"}},
		{"toban_backlog_budget_remaining", "Calls that are left of the minute.", []string{"space", "kind"}},
	}
}

func newGauges(a *App) *gauges {
	g := &gauges{a: a, descs: map[string]*prometheus.Desc{}}
	for _, d := range gaugeTable() {
		g.descs[d.name] = prometheus.NewDesc(d.name, d.help, d.labels, nil)
	}
	return g
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range g.descs {
		ch <- d
	}
}

// Collect implements prometheus.Collector. While the database does not answer, what only it knows is left out: a wrong zero would calm.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	send := func(name string, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(g.descs[name], prometheus.GaugeValue, v, labels...)
	}
	h := g.a.look(context.Background())
	for _, c := range watch.Conditions() {
		send("toban_condition", one(watch.Holds(h.Problems, c)), string(c))
	}
	send("toban_slack_socket_connected", one(h.SocketUp))
	send("toban_clock_offset_seconds", h.Offset.Seconds())
	beat := g.a.heartbeat.Beat()
	send("toban_heartbeat_configured", one(beat.Configured))
	send("toban_heartbeat_last_timestamp_seconds", unix(beat.Last))
	send("toban_heartbeat_missed", float64(beat.Failed))
	for outcome, n := range g.a.hook.Counts() {
		ch <- prometheus.MustNewConstMetric(g.descs["toban_webhooks_total"], prometheus.CounterValue, float64(n), string(outcome))
	}
	for c, n := range g.a.alerts.Counts() {
		ch <- prometheus.MustNewConstMetric(g.descs["toban_alerts_total"], prometheus.CounterValue, float64(n), c.Source, string(c.Outcome))
	}
	if g.a.postbox != nil {
		for outcome, n := range g.a.postbox.Counts() {
			ch <- prometheus.MustNewConstMetric(g.descs["toban_mails_received_total"], prometheus.CounterValue, float64(n), string(outcome))
		}
	}
	for _, e := range g.a.p.Config.Server.Expires {
		send("toban_secret_expires_timestamp_seconds", unix(e.End()), e.What)
	}
	for name, s := range g.a.spaces {
		for kind, b := range s.Client.Budgets() {
			g.budget(send, name, string(kind), b)
		}
	}
	if h.Broken == nil {
		g.stored(send, h)
	}
}

func (g *gauges) budget(send func(string, float64, ...string), space, kind string, b backlog.Budget) {
	send("toban_backlog_budget_limit", float64(b.Limit), space, kind)
	send("toban_backlog_budget_remaining", float64(b.Remaining), space, kind)
}

// stored sends what the database knows.
func (g *gauges) stored(send func(string, float64, ...string), h health) {
	age := func(t time.Time) float64 {
		if t.IsZero() || t.After(h.Now) {
			return 0
		}
		return h.Now.Sub(t).Seconds()
	}
	st := h.Status
	for name, v := range map[string]float64{
		"toban_inbox_open": float64(st.OpenEvents), "toban_inbox_waiting": float64(st.WaitingEvents), "toban_inbox_dead": float64(st.DeadEvents),
		"toban_outbox_open": float64(st.OpenEffects), "toban_outbox_waiting": float64(st.WaitingEffects), "toban_outbox_dead": float64(st.DeadEffects),
		"toban_outbox_held": float64(h.Held), "toban_doors_buried": float64(st.Buried),
		"toban_oldest_event_age_seconds": age(h.Event), "toban_oldest_notice_age_seconds": age(h.Notice),
		"toban_oldest_held_age_seconds": age(h.Oldest), "toban_oldest_timer_overdue_seconds": age(h.Timer),
		"toban_synthetic_last_timestamp_seconds": unix(h.Round.Last), "toban_synthetic_round_seconds": h.Round.Took.Seconds(),
	} {
		send(name, v)
	}
	foreign := map[bool]float64{}
	for _, f := range h.Foreign {
		foreign[f.Effects] += float64(f.Count)
	}
	send("toban_inbox_foreign", foreign[false])
	send("toban_outbox_foreign", foreign[true])
	send("toban_suspects", float64(len(h.Suspects)))
	if g.a.keeper != nil {
		send("toban_backup_age_seconds", age(cmp.Or(h.Backup, g.a.world)))
	}
	scopes := map[string]float64{"all": 0, "customer": 0}
	for _, s := range h.Stops {
		if s.Customer == "" {
			scopes["all"]++
		} else {
			scopes["customer"]++
		}
	}
	for scope, n := range scopes {
		send("toban_stops", n, scope)
	}
	for _, f := range h.Feeds {
		send("toban_poll_age_seconds", f.Age.Seconds(), f.Space)
	}
	send("toban_lease_held", one(h.Leader), pollLease)
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1e6
}
