package work_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/work"
)

// Whatever a form holds, in every stage, is taken or refused with words, and what is refused changes nothing (press checks that). Nothing is an error:
// an event that can't be handled would be buried.
func TestBadValues(t *testing.T) {
	long := strings.Repeat("長", 20_000)
	bomb := "<!channel> @all |表| [[x]] <script>\x00\x1b[31m\u202e#image(x)"
	at := func(s string) string { return clockAt(s).Format(time.RFC3339) }
	bad := []map[string]string{
		nil,
		{"start": ""},
		{"start": "明日"},
		{"start": "2026-02-30T10:00:00+09:00"},
		{"start": at("09:00")},
		{"start": "0001-01-01T00:00:00Z"},
		{"start": "9999-12-31T23:59:59Z"},
		{"start": "2200-01-01T00:00:00Z", "end": "2300-01-01T00:00:00Z"},
		{"start": at("20:00"), "end": at("19:00")},
		{"start": at("20:00"), "end": "later"},
		{"start": at("20:00"), "end": "9999-12-31T23:59:59Z"},
		{"start": at("20:00"), "what": long, "effect": long, "checks": long, "rollback": long},
		{"start": at("20:00"), "what": bomb, "effect": bomb, "checks": bomb, "rollback": bomb},
		{"start": at("20:00"), "playbook": "../../etc/passwd"},
		{"start": at("20:00"), "playbook": bomb},
		{"start": at("20:00"), "sooner": "comment:999"},
		{"end": ""},
		{"end": at("09:00")},
		{"end": "9999-12-31T23:59:59Z", "reason": bomb},
		{"end": at("20:00"), "reason": long},
		{"done": ""},
		{"done": " \n\t"},
		{"done": long, "result": long},
		{"done": bomb, "result": bomb, "resources": bomb},
		{"done": "x", "resources": ":::\n::"},
		{"result": "maybe"},
		{"result": "fail", "note": bomb},
		{"reason": ""},
		{"reason": long},
		{"host": "WEB01"},
		{"host": bomb},
		{"unknown": "x"},
	}
	actions := []string{
		"schedule", "start", "extend", "done", "cancel", "approve", "reject", "askagain", "agreed", "goon", "tick", "trouble", "abort", "end", "", "x", "exclude", "cause", "confirm",
	}
	stages := map[string]func(c *core){
		"none":     func(*core) {},
		"proposed": func(c *core) { c.propose("14:00", "15:00") },
		"agreed":   func(c *core) { c.propose("14:00", "15:00"); c.agreed() },
		"noticed":  func(c *core) { c.propose("14:00", "15:00"); c.agreed(); c.until("14:00") },
		"stopped": func(c *core) {
			c.propose("14:00", "15:00")
			c.agreed()
			c.down = true
			c.until("14:01")
			c.down = false
		},
		"working": func(c *core) {
			c.propose("14:00", "15:00", "playbook", "conf")
			c.agreed()
			c.until("14:00")
			c.press("work.start", nil)
		},
		"done": func(c *core) {
			c.propose("14:00", "15:00")
			c.agreed()
			c.until("14:00")
			c.press("work.start", nil)
			c.press("work.done", map[string]string{"done": "x"})
			c.until("14:05")
		},
		"cancelled": func(c *core) { c.propose("14:00", "15:00"); c.press("work.cancel", nil) },
	}
	for name, reach := range stages {
		t.Run(name, func(t *testing.T) {
			c := change(t, bot.ChangeApproval)
			c.h = work.New(procedure())
			reach(c)
			start := *c
			for _, a := range actions {
				for _, values := range bad {
					if !concerns(a, values) {
						continue
					}
					for _, value := range []string{"", "stale/99"} {
						x := start // each from the same place
						x.outbox, x.posts = nil, nil
						x.pressValue("tanaka", "work."+a, value, values)
						for _, s := range x.outbox {
							if strings.Contains(string(s.Body), "<!channel>") {
								t.Errorf("%s %v says %s", a, values, s.Body)
							}
						}
						if o := x.order(); o.Start.Year() > 2100 || o.End.Year() > 2100 {
							t.Errorf("%s %v plans from %s to %s", a, values, o.Start, o.End)
						}
					}
				}
			}
		})
	}
}

// concerns leaves out values that an action does not read: one of each kind is enough.
func concerns(action string, values map[string]string) bool {
	reads := map[string]string{
		"start": "schedule", "end": "extend schedule", "what": "schedule", "playbook": "schedule", "sooner": "schedule", "done": "done end", "result": "trouble done", "note": "trouble",
		"reason": "abort reject exclude extend", "host": "start", "resources": "done", "effect": "schedule",
	}
	if len(values) == 0 || values["unknown"] != "" {
		return true
	}
	for k := range values {
		if slices.Contains(strings.Fields(reads[k]), action) {
			return true
		}
	}
	return false
}
