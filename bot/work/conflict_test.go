package work_test

import (
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
	"toban/sla"
)

// What speaks against a plan is shown first; staff go on knowingly, which is on record, or plan otherwise.
func TestConflicts(t *testing.T) {
	week := sla.CalendarSpec{Name: "hours", Version: "1", Zone: "Asia/Tokyo", Week: map[time.Weekday][]sla.Interval{time.Tuesday: {{Open: 10 * 60, Close: 19 * 60}}}}
	hours, err := week.Compile()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		with func(c *core)
		end  string
		want string
	}{
		"same host": {with: func(c *core) {
			c.others = []bot.Holding{{Kind: bot.HoldWork, Ref: "web01", Key: "AOBA-7", From: clockAt("14:30"), Until: clockAt("16:00")}}
		}, want: "AOBA-7 の作業"},
		"freeze": {with: func(c *core) {
			c.cust.Blocked = []bot.Blocked{{From: clockAt("00:00"), Until: clockAt("23:59"), Freeze: true, Reason: "決算"}}
		}, want: "変更の凍結期間「決算」"},
		"own maintenance": {with: func(c *core) { c.cust.Blocked = []bot.Blocked{{From: clockAt("14:59"), Until: clockAt("16:00")}} }, want: "お客様のメンテナンス"},
		"outside hours": {with: func(c *core) {
			c.cust.WorkHours, c.cust.Calendars = "hours", map[string]*sla.Calendar{"hours": hours}
		}, end: "19:30", want: "作業時間帯の外"},
		"long":         {with: func(*core) {}, end: "16:01", want: "目安(2時間)を超えます"},
		"past the end": {with: func(c *core) { c.ticket.Due = clockAt("14:30") }, want: "期限(11/24(火) 14:30 JST)を過ぎます"},
		"asked":        {with: func(c *core) { c.ticket.Status = bot.StatusWaiting }, want: "回答がまだです"},
		"quota": {with: func(c *core) {
			c.cust.Units, c.ticket.Received = 2, clockAt("09:00")
			month := bot.Holding{Kind: bot.HoldUnit, From: clockAt("00:00").AddDate(0, 0, -23), Until: clockAt("00:00").AddDate(0, 0, 7), Units: 2}
			c.others = []bot.Holding{month}
		}, want: "今月の作業数(3件)の上限(2件)"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCore(t, "10:00")
			cust := *c.cust
			c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
			c.ticket.Host = "web01"
			tc.with(c)
			if tc.end == "" {
				tc.end = "15:00"
			}
			c.schedule("14:00", tc.end)
			c.wantStage(work.None)
			if !c.heard(tc.want) || len(c.timers) != 0 {
				t.Fatalf("staff heard %v, timers %v", c.posts, c.timers)
			}
			if c.panel.Buttons[0].Action != "work.goon" {
				t.Errorf("buttons are %+v", c.panel.Buttons)
			}
			c.press("work.goon", nil)
			if o := c.order(); !o.Start.Equal(clockAt("14:00")) || o.Wanted != nil || !c.heard("が承知のうえで予定します") {
				t.Errorf("order is %+v", o)
			}
			if why := c.press("work.goon", nil); why == "" {
				t.Error("went on twice")
			}
			if len(c.holds) != 1 || c.holds[0].Ref != "web01" || !c.holds[0].Until.Equal(clockAt(tc.end)) {
				t.Errorf("holds %+v", c.holds)
			}
			c.press("work.cancel", nil)
			if len(c.holds) != 0 {
				t.Errorf("holds %+v after the plan was dropped", c.holds)
			}
		})
	}
}

func TestNoConflict(t *testing.T) {
	for name, with := range map[string]func(c *core){
		"another host": func(c *core) {
			c.others = []bot.Holding{{Kind: bot.HoldWork, Ref: "web02", From: clockAt("14:00"), Until: clockAt("15:00")}}
		},
		"right after": func(c *core) {
			c.others = []bot.Holding{{Kind: bot.HoldWork, Ref: "web01", From: clockAt("15:00"), Until: clockAt("16:00")}, {Kind: bot.HoldWork, Ref: "web01", From: clockAt("13:00"), Until: clockAt("14:00")}}
		},
		"no host known": func(c *core) {
			c.ticket.Host, c.others = "", []bot.Holding{{Kind: bot.HoldWork, From: clockAt("14:00"), Until: clockAt("15:00")}}
		},
		"under an open incident": func(c *core) {
			c.ticket.Class, c.cust.Standing = bot.ClassIncident, true
			c.cust.Blocked = []bot.Blocked{{From: clockAt("00:00"), Until: clockAt("23:59"), Freeze: true}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCore(t, "10:00")
			cust := *c.cust
			c.cust, c.dir.Customers = &cust, []*bot.Customer{&cust}
			c.ticket.Host = "web01"
			with(c)
			c.schedule("14:00", "15:00")
			if o := c.order(); o.Stage != work.Planned && o.Stage != work.Noticed {
				t.Errorf("order is %+v, staff heard %v", o, strings.Join(c.posts, "\n"))
			}
		})
	}
}
