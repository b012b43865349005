package incident_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

// stage names where an incident stands, as doc.go draws it.
func stage(c *core) string {
	r := c.record()
	switch {
	case len(r.Judged) == 0:
		return "none"
	case r.Cancelled:
		return "dropped"
	case !r.Open && r.Ended.IsZero():
		return "closing"
	case !r.Open:
		return "recovered"
	case r.NoticeKey == "":
		return "asking"
	case len(r.Updates) == 0:
		return "noticing"
	}
	return "told"
}

// TestStages walks every pair of stage and event; press checks that what is refused changes nothing.
func TestStages(t *testing.T) {
	told := func(t *testing.T) *core { c := open(t, "10:00", bot.PriorityHigh); c.until("10:05"); return c }
	reach := map[string]func(t *testing.T) *core{
		"asking":   func(t *testing.T) *core { return open(t, "10:00", bot.PriorityNormal) },
		"noticing": func(t *testing.T) *core { return open(t, "10:00", bot.PriorityHigh) },
		"told":     told,
		"closing":  func(t *testing.T) *core { c := told(t); c.recover(); return c },
		"recovered": func(t *testing.T) *core {
			c := told(t)
			c.recover()
			c.until("10:10")
			c.status(bot.StatusAccepted)
			return c
		},
		"dropped": func(t *testing.T) *core { c := told(t); c.classified(bot.ClassMinor, bot.PriorityHigh); return c },
	}
	result := func(c *core, kind bot.EventKind, key string) string {
		c.event(kind, "effect:"+key, bot.EffectResult{
			Key: "incident:" + string(c.ticket.ID) + ":" + key, Kind: bot.EffectComment, Ticket: c.ticket.ID, RemoteID: "9" + key, At: c.now, Verified: true, Why: "x",
		})
		return ""
	}
	events := []struct {
		name string
		do   func(c *core) string
		to   map[string]string // what is not named stays
		ok   []string          // stages in which the button counts; nil for what is no button
	}{
		{"affected", func(c *core) string { return c.press("incident.affected", nil) }, map[string]string{"asking": "noticing"}, []string{"asking"}},
		{"not affected", func(c *core) string { return c.press("incident.not_affected", nil) }, map[string]string{"asking": "noticing"}, []string{"asking", "noticing", "told"}},
		{"note", func(c *core) string { return c.press("incident.note", map[string]string{"text": "x"}) }, nil, []string{"asking", "noticing", "told"}},
		{"empty note", func(c *core) string { return c.press("incident.note", nil) }, nil, []string{}},
		{"update", func(c *core) string { return c.update("x") }, nil, []string{"told"}},
		{"recovered", (*core).recover, map[string]string{"noticing": "closing", "told": "closing"}, []string{"noticing", "told"}},
		{"discount", func(c *core) string { return c.press("incident.discount", nil) }, nil, []string{}},
		{"notice", func(c *core) string { return c.press("incident.notice", nil) }, nil, []string{}},
		{"reopen", func(c *core) string { return c.press("incident.reopen", nil) }, map[string]string{"recovered": "told"}, []string{"recovered"}},
		{"unknown", func(c *core) string { return c.press("incident.nonsense", nil) }, nil, []string{}},
		{"stranger", func(c *core) string { return c.pressBy("nobody", "incident.affected", nil) }, nil, []string{}},
		{"first notice out", func(c *core) string { return result(c, bot.EventEffectDone, "first-notice") }, map[string]string{"noticing": "told", "asking": "asking"}, nil},
		{"first notice dead", func(c *core) string { return result(c, bot.EventEffectDead, "first-notice") }, nil, nil},
		{"old update out", func(c *core) string { return result(c, bot.EventEffectDone, "update:9:auto") }, nil, nil},
		{"recovery notice out", func(c *core) string { return result(c, bot.EventEffectDone, "recovered:1") }, map[string]string{"closing": "recovered"}, nil},
		{"recovery notice dead", func(c *core) string { return result(c, bot.EventEffectDead, "recovered:1") }, nil, nil},
		{"early timers", func(c *core) string {
			for _, r := range []string{"ask", "tier", "decide", "first", "remind1", "remind2", "auto", "round"} {
				c.fire("incident/"+r, c.now)
			}
			return ""
		}, nil, nil},
		{"nobody decided", func(c *core) string {
			c.now = clockAt("10:10:30")
			c.fire("incident/decide", clockAt("10:10"))
			return ""
		}, map[string]string{"asking": "noticing"}, nil},
		{"cancelled", func(c *core) string { c.status(bot.StatusCancelled); return "" }, map[string]string{"asking": "dropped", "noticing": "dropped", "told": "dropped"}, nil},
		{"no incident", func(c *core) string { c.classified(bot.ClassMinor, bot.PriorityLow); return "" }, map[string]string{"asking": "dropped", "noticing": "dropped", "told": "dropped"}, nil},
		{"an incident again", func(c *core) string { c.classified(bot.ClassIncident, bot.PriorityHigh); return "" }, map[string]string{"dropped": "told", "asking": "noticing"}, nil},
		{"comment", func(c *core) string {
			c.comment("77", "データベースを切り替えています。", c.now)
			return ""
		}, nil, nil},
	}
	for from, get := range reach {
		for _, e := range events {
			t.Run(from+"/"+e.name, func(t *testing.T) {
				c := get(t)
				if got := stage(c); got != from {
					t.Fatalf("reached %s", got)
				}
				timers := len(c.timers)
				why := e.do(c)
				want, ok := e.to[from]
				if !ok {
					want = from
				}
				if got := stage(c); got != want {
					t.Errorf("leads to %s, want %s", got, want)
				}
				if e.ok != nil && (why == "") != slices.Contains(e.ok, from) {
					t.Errorf("refused with %q", why)
				}
				if s := stage(c); (s == "closing" || s == "recovered" || s == "dropped") && len(c.timers) > 0 {
					t.Errorf("timers left of %d: %v", timers, c.timers)
				}
			})
		}
	}
}

// TestSeveralAtOnce: incidents of one customer know nothing of each other.
func TestSeveralAtOnce(t *testing.T) {
	a, b := open(t, "10:00", bot.PriorityHigh), open(t, "10:20", bot.PriorityHigh)
	for m := 10; m <= 110; m += 10 {
		at := clockAt("10:20").Add(time.Duration(m) * time.Minute)
		a.run(at)
		b.run(at)
	}
	if len(a.said()) != 4 || len(b.said()) != 3 {
		t.Errorf("said %v and %v", a.said(), b.said())
	}
}

// TestRandom lets staff, customers, time and Backlog do anything, and looks at what the spec promises.
func TestRandom(t *testing.T) {
	const runs, steps = 40, 40
	for seed := range uint64(runs) {
		r := rand.New(rand.NewPCG(seed, 3))
		c := newCore(t, "00:05")
		c.rewrites = true
		c.classified(bot.ClassIncident, int64(2+r.IntN(3)))
		for range steps {
			step(r, c)
			check(c)
			if t.Failed() {
				t.Fatalf("seed %d at %s in %s, said %v", seed, c.now.In(tokyo).Format("02 15:04:05"), stage(c), c.said())
			}
		}
	}
}

func step(r *rand.Rand, c *core) {
	switch r.IntN(14) {
	case 0:
		c.press("incident.affected", nil)
	case 1:
		c.press("incident.not_affected", nil)
	case 2:
		c.press("incident.note", map[string]string{"text": "確認した"})
	case 3, 4:
		c.update("作業中")
	case 5:
		if r.IntN(4) == 0 {
			c.recover()
		}
	case 6:
		c.down, c.gone = r.IntN(2) == 0, r.IntN(6) == 0
		c.slow = time.Duration(1+r.IntN(90)) * time.Second
	case 7: // a withdrawn word went out after all, or a result is doubled
		for _, s := range c.outbox {
			if s.Report && (s.state == "withdrawn" || s.state == "done") && !strings.Contains(s.Key, "first-notice") && r.IntN(3) == 0 {
				c.sent(s)
				break
			}
		}
	case 8:
		c.comment(c.now.Format("150405.000"), "データベースを切り替えています。", c.now)
		if r.IntN(2) == 0 {
			c.press("incident.discount", nil)
		}
	case 9:
		if r.IntN(3) == 0 {
			c.classified([]bot.Class{bot.ClassMinor, bot.ClassIncident}[r.IntN(2)], int64(2+r.IntN(3)))
		}
	case 10:
		if c.ticket.Status.Ended() && r.IntN(2) == 0 {
			c.status(bot.StatusAccepted)
			c.press("incident.reopen", nil)
		}
	default:
		c.run(c.now.Add(time.Duration(r.IntN(7200)) * time.Second))
	}
}

// check holds the invariants: one first notice, one recovery notice a recovery, every owed hour has a word by its due or a missed row, and
// rows that fit together.
func check(c *core) {
	c.t.Helper()
	first, open, recovered := 0, 0, 0
	for _, s := range c.outbox {
		name := c.short(s)
		switch {
		case strings.HasPrefix(name, "first-notice") && (s.state == "done" || s.state == "open"):
			first++
		case strings.HasPrefix(name, "recovered") && s.state == "done":
			recovered++
		case strings.HasPrefix(name, "update") && s.state == "open":
			open++
		}
	}
	resumed := strings.Count(strings.Join(c.posts, ""), "障害の対応を再開しました。影響")
	if first > 1 || recovered > 1+resumed || open > 1 {
		c.t.Errorf("%d first notices, %d recovery notices after %d resumptions, %d words on their way", first, recovered, resumed, open)
	}
	r := c.record()
	running := 0
	for id, row := range c.rows {
		if row.State == sla.StateRunning && strings.HasPrefix(id, "interim/") {
			running++
		}
		if row.State == sla.StateMissed && row.Stopped.IsZero() && row.Due.After(c.now) {
			c.t.Errorf("%s is missed before %s", id, row.Due)
		}
	}
	if s := stage(c); s != "told" && running > 0 || running > 1 {
		c.t.Errorf("%d rounds run in %s: %v", running, s, c.rows)
	}
	hours(c, len(r.Marks))
}

// hours checks each time in which updates were owed against what went out and the rows.
func hours(c *core, n int) {
	c.t.Helper()
	r := c.record()
	if len(r.Updates) == 0 {
		return
	}
	for i := range n {
		m := r.Marks[i]
		to := c.now
		if i+1 < n {
			to = r.Marks[i+1].At
		}
		if !m.Owed {
			continue
		}
		from := m.At
		if r.Updates[0].At.After(from) {
			from = r.Updates[0].At
		}
		words := []time.Time{from}
		for _, u := range r.Updates {
			if !u.Rejected && u.At.After(from) && !u.At.After(to) {
				words = append(words, u.At)
			}
		}
		slices.SortFunc(words, time.Time.Compare)
		words = append(words, to)
		for j := 1; j < len(words); j++ {
			for due := words[j-1].Add(time.Hour); due.Before(words[j]) && due.Add(2*time.Second).Before(c.now); due = due.Add(time.Hour) {
				if !c.missedAt(due) {
					c.t.Errorf("no word by %s and no missed row: %v", due.In(tokyo).Format("15:04:05"), c.rows)
					return
				}
			}
		}
	}
}

func (c *core) missedAt(due time.Time) bool {
	for id, row := range c.rows {
		if strings.HasPrefix(id, "interim/") && row.State == sla.StateMissed && row.Due.Equal(due) {
			return true
		}
	}
	return false
}
