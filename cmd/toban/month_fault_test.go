package main

import (
	"errors"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// planFaults spreads what goes wrong over the month: weather that never ends, outages of either vendor, and Toban stopped and killed.
func (m *month) planFaults() {
	m.at(m.start0.Add(2*time.Minute), nil, m.weather)
	between := func(from, to time.Duration) time.Duration { return from + time.Duration(m.rng.Int64N(int64(to-from))) }
	moment := func() time.Time { return m.start0.Add(between(time.Hour, time.Duration(m.size.days-1)*24*time.Hour)) }
	busy := func() time.Time { // in business hours more often than not
		at := moment().In(tokyoZone)
		if m.rng.Float64() < 0.7 {
			at = time.Date(at.Year(), at.Month(), at.Day(), 10+m.rng.IntN(9), m.rng.IntN(60), m.rng.IntN(60), 0, tokyoZone)
		}
		return at
	}
	for range 2 + m.size.days/8 {
		down := between(3*time.Minute, 40*time.Minute)
		if m.rng.Float64() < 0.3 {
			down = between(time.Hour, 5*time.Hour)
		}
		at := busy()
		m.at(at, nil, func() { m.outage("backlog", down) })
		at, down = busy(), between(2*time.Minute, 3*time.Hour)
		m.at(at, nil, func() { m.outage("slack", down) })
	}
	for range 3 + m.size.days/5 {
		down := between(5*time.Second, 4*time.Minute)
		if m.rng.Float64() < 0.15 {
			down = between(20*time.Minute, 3*time.Hour)
		}
		kill := m.rng.Float64() < 0.6
		m.at(busy(), nil, func() { m.fall(kill, down) })
	}
	// And some in the middle of what people do: a moment after a ticket was opened or a button pressed.
	for range 3 + m.size.days/4 {
		c := 1 + m.rng.IntN(m.size.tickets)
		after, kill := between(0, 1500*time.Millisecond), m.rng.Float64() < 0.7
		m.at(moment(), nil, func() { m.fallAfter = append(m.fallAfter, fallAfter{c, after, kill}) })
	}
}

// fallAfter is a fall of Toban so long after the nth next act of a person.
type fallAfter struct {
	acts  int
	after time.Duration
	kill  bool
}

// acted is told of each act of a person.
func (m *month) acted() {
	for i, f := range m.fallAfter {
		if m.fallAfter[i].acts--; m.fallAfter[i].acts == 0 {
			m.fallAfter = append(m.fallAfter[:i], m.fallAfter[i+1:]...)
			time.Sleep(f.after)
			m.fall(f.kill, 10*time.Second)
			return
		}
	}
}

// weather is what goes wrong all the time: answers lost after the work was done, refusals, slow calls, a bad postman.
func (m *month) weather() {
	bot := backlogsim.SampleBotID
	var rules []backlogsim.FaultRule
	for _, method := range []string{"POST", "PATCH"} {
		rules = append(rules,
			backlogsim.FaultRule{Method: method, Path: "/api/v2/**", User: bot, Rate: 0.04, Lost: "drop"},
			backlogsim.FaultRule{Method: method, Path: "/api/v2/**", User: bot, Rate: 0.03, Lost: "500"})
	}
	rules = append(rules,
		backlogsim.FaultRule{Path: "/api/v2/**", User: bot, Rate: 0.02, Status: 503, Body: "<h1>busy</h1>"},
		backlogsim.FaultRule{Path: "/api/v2/**", User: bot, Rate: 0.01, Status: 429, NoReset: true},
		backlogsim.FaultRule{Path: "/api/v2/**", User: bot, Rate: 0.01, Drop: true},
		backlogsim.FaultRule{Path: "/api/v2/issues/**", User: bot, Rate: 0.1, Lag: backlogsim.Duration(3 * time.Second), LagAfter: backlogsim.Duration(2 * time.Second)})
	err := m.backlog.AddFaults(backlogsim.Faults{Seed: m.seed + 1, Rules: rules, Webhooks: &backlogsim.WebhookFaults{
		Drop: 0.1, Duplicate: 0.1, Reorder: 0.1, Hold: backlogsim.Duration(40 * time.Second),
	}})
	err = errors.Join(err, m.slack.SetFaults(m.slackWeather()))
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *month) slackWeather() slacksim.Faults {
	return slacksim.Faults{Clear: true, Seed: m.seed + 2, Rules: []slacksim.Fault{
		{Kind: slacksim.FaultDropAfter, Method: "chat.*", Share: 0.03},
		{Kind: slacksim.FaultFailAfter, Method: "chat.*", Share: 0.02},
		{Kind: slacksim.FaultRateLimit, Method: "chat.*", Share: 0.02, RetryAfter: 3},
		{Kind: slacksim.FaultFailBefore, Method: "chat.*", Share: 0.02},
		{Kind: slacksim.FaultDropBefore, Method: "views.*", Share: 0.02},
		{Kind: slacksim.FaultDuplicate, Share: 0.05},
		{Kind: slacksim.FaultLag, Method: "chat.*", LagMS: 1500, Share: 0.1},
	}}
}

// outage takes a vendor away for a while.
func (m *month) outage(vendor string, down time.Duration) {
	var err error
	if vendor == "backlog" {
		err = m.backlog.AddFaults(backlogsim.Faults{Outages: []backlogsim.Outage{{For: backlogsim.Duration(down)}}})
	} else {
		f := m.slackWeather()
		f.Rules = append([]slacksim.Fault{{Kind: slacksim.FaultOutage, ForMS: int(down.Milliseconds())}}, f.Rules...)
		err = m.slack.SetFaults(f)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.outages += down
	m.troubles = append(m.troubles, trouble{vendor, time.Now(), time.Now().Add(down)})
}

// fall stops or kills Toban and brings it up again later.
func (m *month) fall(kill bool, down time.Duration) {
	if !m.up {
		return
	}
	m.up = false
	m.countFaults()
	from := time.Now()
	next := m.p.db
	if kill {
		var err error
		if next, err = m.kill(); err != nil {
			m.t.Fatalf("killing Toban: %v", err)
		}
		m.kills++
	} else {
		m.halt()
		m.restarts++
	}
	m.nextDB = next
	m.troubles = append(m.troubles, trouble{"toban", from, time.Now().Add(down)})
	m.at(time.Now().Add(down), nil, m.raise)
}

// raise brings Toban up again, if it is down.
func (m *month) raise() {
	if m.up {
		return
	}
	if err := m.start(m.nextDB); err != nil {
		m.t.Fatalf("starting Toban again: %v", err)
	}
	m.up = true
}

// countFaults takes the recorders' word for what struck since the last count.
func (m *month) countFaults() {
	for _, r := range m.backlog.Requests() {
		if r.ID > m.counted.backlog && r.Fault != "" {
			count(&m.faults, "backlog "+r.Fault, 1)
		}
		m.counted.backlogNext = max(m.counted.backlogNext, r.ID)
	}
	m.counted.backlog = m.counted.backlogNext
	for _, r := range m.slack.Requests("") {
		if r.N > m.counted.slack && r.Fault != "" {
			count(&m.faults, "slack "+r.Fault, 1)
		}
		m.counted.slackNext = max(m.counted.slackNext, r.N)
	}
	m.counted.slack = m.counted.slackNext
	for _, d := range m.backlog.Deliveries() {
		if d.ID > m.counted.hooks && d.Fault != "" {
			count(&m.faults, "webhook "+d.Fault, 1)
		}
		m.counted.hooksNext = max(m.counted.hooksNext, d.ID)
	}
	m.counted.hooks = m.counted.hooksNext
}

// recorded is how far the recorders were read.
type recorded struct{ backlog, slack, hooks, backlogNext, slackNext, hooksNext int }

// troubled reports whether something did not work at some time between two instants, or shortly before.
func (m *month) troubled(from, to time.Time, whats ...string) bool {
	const after = 15 * time.Minute // back-off and queues need a while
	for _, t := range m.troubles {
		for _, w := range whats {
			if strings.HasPrefix(t.what, w) && t.from.Before(to) && t.to.Add(after).After(from) {
				return true
			}
		}
	}
	return false
}
