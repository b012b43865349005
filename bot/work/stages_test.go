package work_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
	"toban/sla"
)

// TestStages walks every pair of stage and event: where it leads, and that what is refused changes nothing (press checks that).
func TestStages(t *testing.T) {
	stages := map[work.Stage]func(c *core){
		work.None:    func(*core) {},
		work.Planned: func(c *core) { c.schedule("14:00", "15:00"); c.down = true; c.until("13:31"); c.down = false },
		work.Noticed: func(c *core) { c.schedule("14:00", "15:00"); c.until("13:59") },
		work.Stopped: func(c *core) { c.schedule("14:00", "15:00"); c.down = true; c.until("14:00"); c.down = false },
		work.Working: func(c *core) { c.schedule("14:00", "15:00"); c.until("14:00:01"); c.press("work.start", nil) },
		work.Finished: func(c *core) {
			c.schedule("14:00", "15:00")
			c.until("14:00:01")
			c.press("work.start", nil)
			c.press("work.done", map[string]string{"done": "x"})
		},
		work.Done: func(c *core) {
			c.schedule("14:00", "15:00")
			c.until("14:00:01")
			c.press("work.start", nil)
			c.press("work.done", map[string]string{"done": "x"})
			c.until("14:01")
			c.status(bot.StatusAccepted)
		},
		work.Cancelled: func(c *core) { c.schedule("14:00", "15:00"); c.until("13:59"); c.press("work.cancel", nil) },
	}
	later := func(c *core) time.Time { return c.now.Add(3 * time.Hour) }
	result := func(c *core, kind bot.EventKind, key string, verified bool) {
		r := bot.EffectResult{Key: "work:" + string(c.ticket.ID) + ":" + key, Kind: bot.EffectComment, Ticket: c.ticket.ID, RemoteID: "9", At: c.now, Verified: verified, Why: "x"}
		if verified {
			r.Notified = []int64{2001}
		}
		c.event(kind, "effect:"+key, r)
	}
	events := []struct {
		name string
		do   func(c *core) string
		to   map[work.Stage]work.Stage // what is not named stays
		ok   []work.Stage              // stages in which the button counts
	}{
		{
			"schedule", func(c *core) string {
				return c.press("work.schedule", map[string]string{"start": later(c).Format(time.RFC3339), "what": "x"})
			},
			map[work.Stage]work.Stage{work.None: work.Planned, work.Noticed: work.Planned, work.Stopped: work.Planned, work.Done: work.Planned, work.Cancelled: work.Planned},
			[]work.Stage{work.None, work.Planned, work.Noticed, work.Stopped, work.Done, work.Cancelled},
		},
		{
			"start", func(c *core) string {
				c.now = clockAt("14:00:30")
				return c.press("work.start", nil)
			},
			map[work.Stage]work.Stage{work.Noticed: work.Working},
			[]work.Stage{work.Noticed},
		},
		{
			"extend", func(c *core) string {
				return c.press("work.extend", map[string]string{"end": later(c).Format(time.RFC3339)})
			}, nil, []work.Stage{work.Working},
		},
		{
			"done", func(c *core) string { return c.press("work.done", map[string]string{"done": "x"}) },
			map[work.Stage]work.Stage{work.Working: work.Finished},
			[]work.Stage{work.Working},
		},
		{
			"cancel", func(c *core) string { return c.press("work.cancel", nil) },
			map[work.Stage]work.Stage{work.Planned: work.Cancelled, work.Noticed: work.Cancelled, work.Stopped: work.Cancelled},
			[]work.Stage{work.Planned, work.Noticed, work.Stopped},
		},
		{"unknown button", func(c *core) string { return c.press("work.nonsense", nil) }, nil, []work.Stage{}},
		{"stranger", func(c *core) string { return c.pressBy("nobody", "work.done", map[string]string{"done": "x"}) }, nil, []work.Stage{}},
		{"notice verified", func(c *core) string { result(c, bot.EventEffectDone, "notice:1", true); return "" }, map[work.Stage]work.Stage{work.Planned: work.Noticed}, nil},
		{"notice unverified", func(c *core) string { result(c, bot.EventEffectDone, "notice:1", false); return "" }, nil, nil},
		{"notice dead", func(c *core) string { result(c, bot.EventEffectDead, "notice:1", false); return "" }, nil, nil},
		{"notice of no plan", func(c *core) string { result(c, bot.EventEffectDone, "notice:9", true); return "" }, nil, nil},
		{"completion out", func(c *core) string { result(c, bot.EventEffectDone, "done:1:1", true); return "" }, map[work.Stage]work.Stage{work.Finished: work.Done}, nil},
		{"completion dead", func(c *core) string { result(c, bot.EventEffectDead, "done:1:1", false); return "" }, nil, nil},
		{"completion of another", func(c *core) string { result(c, bot.EventEffectDone, "done:10:1", true); return "" }, nil, nil},
		{"early timers", func(c *core) string {
			c.now = clockAt("13:29")
			for _, r := range []string{"notice", "overdue", "start", "ask", "late", "ending", "end", "over", "word"} {
				c.fire("work/"+r, c.now)
			}
			return ""
		}, nil, nil},
		{"start comes", func(c *core) string {
			c.now = clockAt("14:00:10")
			c.fire("work/start", clockAt("14:00"))
			return ""
		}, map[work.Stage]work.Stage{work.Planned: work.Stopped}, nil},
		{"ticket cancelled", func(c *core) string { c.status(bot.StatusCancelled); return "" }, map[work.Stage]work.Stage{
			work.Planned: work.Cancelled, work.Noticed: work.Cancelled, work.Stopped: work.Cancelled, work.Working: work.Cancelled,
		}, nil},
		{"ticket done", func(c *core) string { c.status(bot.StatusDone); return "" }, map[work.Stage]work.Stage{
			work.Planned: work.Cancelled, work.Noticed: work.Cancelled, work.Stopped: work.Cancelled,
		}, nil},
		{"ticket goes on", func(c *core) string { c.status(bot.StatusAccepted); return "" }, nil, nil},
	}
	for from, reach := range stages {
		for _, e := range events {
			t.Run(string(from)+"/"+e.name, func(t *testing.T) {
				c := newCore(t, "10:00")
				reach(c)
				c.wantStage(from)
				why := e.do(c)
				want, ok := e.to[from]
				if !ok {
					want = from
				}
				c.wantStage(want)
				if e.ok != nil && (why == "") != slices.Contains(e.ok, from) {
					t.Errorf("refused with %q", why)
				}
			})
		}
	}
}

// TestRandom lets staff, customers, time and Backlog do anything, and looks at what the spec promises.
func TestRandom(t *testing.T) {
	const runs, steps = 60, 40
	for seed := range uint64(runs) {
		r := rand.New(rand.NewPCG(seed, 7))
		c := newCore(t, "09:00")
		for range steps {
			step(r, c)
			if t.Failed() {
				t.Fatalf("seed %d at %s, said %v", seed, c.now.In(tokyo).Format("15:04:05"), c.said())
			}
			settled(t, seed, c)
		}
	}
}

func step(r *rand.Rand, c *core) {
	before := c.order()
	at := func() string { return c.now.Add(time.Duration(r.IntN(150)-10) * time.Minute).Format(time.RFC3339) }
	switch r.IntN(13) {
	case 0, 1:
		if why := c.press("work.schedule", map[string]string{"start": at(), "what": "x"}); why == "" && before.Stage == work.Working {
			c.t.Error("planned while working")
		}
	case 2, 3, 4:
		if c.press("work.start", nil) == "" {
			started(c, before)
		}
	case 5:
		c.press("work.done", map[string]string{"done": "x"})
	case 6:
		c.press("work.cancel", nil)
	case 7:
		c.down = r.IntN(2) == 0
		c.gone = r.IntN(5) == 0
		c.slow = time.Duration(1+r.IntN(400)) * time.Second
	case 8: // a withdrawn word went out after all, or an old one is told again
		for _, s := range c.outbox {
			if s.Report && s.state != "open" && s.state != "dead" && r.IntN(3) == 0 {
				s.state = "late"
				c.sent(s)
				break
			}
		}
	case 9:
		for _, s := range c.outbox {
			if s.state == "open" && r.IntN(3) == 0 {
				c.die(s)
				break
			}
		}
	case 10:
		if c.ticket.Status.Ended() {
			c.status(bot.StatusAccepted)
		} else if r.IntN(4) == 0 {
			c.status([]bot.Status{bot.StatusDone, bot.StatusCancelled, bot.StatusWaiting}[r.IntN(3)])
		}
	default:
		c.run(c.now.Add(time.Duration(r.IntN(3600)) * time.Second))
	}
}

// started checks that a verified notice of that very start went out in time.
func started(c *core, o work.Order) {
	lead := c.cust.Timing.StartNotice - c.cust.Timing.NoticeLate
	if o.Stage != work.Noticed || o.NoticeAt.IsZero() || o.Start.Sub(o.NoticeAt) < lead || c.now.Before(o.Start) {
		c.t.Errorf("started by %+v at %s", o, c.now)
	}
	s := c.find(o.NoticeKey[len("work:"+string(c.ticket.ID)+":"):])
	if s.state != "done" && s.state != "late" || !s.at.Equal(o.NoticeAt) {
		c.t.Errorf("notice %s is %s at %s", s.Key, s.state, s.at)
	}
	var u bot.Update
	if err := s.Decode(&u); err != nil {
		c.t.Fatal(err)
	}
	if want := bot.When(o.Start, tokyo, "ja"); !strings.Contains(u.Text, "・開始予定: "+want) {
		c.t.Errorf("the notice does not name %s: %s", want, u.Text)
	}
}

// settled: no word of an old plan is queued, no promise runs without a plan, no timer without a purpose.
func settled(t *testing.T, seed uint64, c *core) {
	t.Helper()
	o := c.order()
	for _, s := range c.outbox {
		for _, w := range o.Words {
			if w.Key == s.Key && w.Gen != o.Gen && s.state == "open" {
				t.Errorf("seed %d: %s of an old plan is still queued", seed, s.Key)
			}
		}
	}
	for id, row := range c.rows {
		if row.State == sla.StateRunning && (o.Stage != work.Planned || id != "start-notice/"+strconv.Itoa(o.Gen)) {
			t.Errorf("seed %d: %s runs in stage %s", seed, id, o.Stage)
		}
	}
	if (o.Stage == work.Cancelled || o.Stage == work.Done || o.Stage == work.Stopped || o.Stage == work.None) && len(c.timers) > 0 {
		t.Errorf("seed %d: timers %v in stage %s", seed, c.timers, o.Stage)
	}
	if o.Stage == work.Planned && !c.timers["work/start"].Equal(o.Start) {
		t.Errorf("seed %d: no start timer", seed)
	}
}
