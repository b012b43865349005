package desk_test

import (
	"testing"

	"toban/bot"
	"toban/sla"
)

// The specification's own examples of a clock that stands still: what is asked is answered days later, or over night.
func TestPausesOfTheSpecification(t *testing.T) {
	for _, c := range []struct{ name, received, asked, answered, due string }{
		{"days", "2026-11-30 10:00", "2026-11-30 10:01", "2026-12-03 15:00", "2026-12-04 19:00"},
		{"over night", "2026-11-30 10:00", "2026-12-01 18:50", "2026-12-02 09:00", "2026-12-02 19:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, c.received).open(userCustomer, "バックアップ作業", "バックアップ", backup)
			b.pass(c.asked)
			b.press("desk.ask", map[string]string{"question": "世代数"})
			b.sent(b.key("ask:1"))
			b.pass(c.answered)
			b.comment(userCustomer, "3世代です。")
			b.want(bot.StatusAccepted, c.due)
			if s := b.rows["complete"].State; s != sla.StateRunning {
				t.Errorf("after the answer the clock is %s", s)
			}
		})
	}
}
