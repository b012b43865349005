package incident_test

import (
	"strings"
	"testing"

	"toban/bot"
)

func TestExplainButton(t *testing.T) {
	c := open(t, "10:00", bot.PriorityHigh)
	c.until("10:30")
	text := c.press("incident.explain", nil)
	for _, want := range []string{"15 分以内", "開始 2026-11-24(火) 10:00 JST", "期限 2026-11-24(火) 10:15 JST", "達成", "途中経過", "1 回目 期限 2026-11-24(火) 11:00"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s\nwant %s", text, want)
		}
	}
}
