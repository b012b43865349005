package desk_test

import (
	"slices"
	"testing"
	"time"

	"toban/bot"
)

// check holds a decision to the invariants of the room.
func (b *bench) check(kind bot.EventKind, key string, out bot.Output) {
	b.t.Helper()
	fail := func(format string, args ...any) {
		b.t.Helper()
		b.t.Errorf("%s %s: "+format, append([]any{kind, key}, args...)...)
	}
	if len(out.Effects) > 0 && len(out.Reasons) == 0 {
		fail("effects without a reason: %s", out.Effects[0].Key)
	}
	keys := map[string]bool{}
	for _, e := range out.Effects {
		if keys[e.Key] {
			fail("two effects have the key %s", e.Key)
		}
		keys[e.Key] = true
		if e.Key == "" || e.Kind == "" || e.Class == "" || e.Ticket == "" && e.Customer == "" && e.Kind != bot.EffectEphemeral {
			fail("incomplete effect %+v", e)
		}
	}
	rules := map[string]bool{}
	for _, tm := range out.Timers {
		if rules[tm.Rule] {
			fail("two words on the timer %s", tm.Rule)
		}
		rules[tm.Rule] = true
	}
	if out.Ticket != nil {
		if !slices.IsSortedFunc(out.Ticket.Entries, func(x, y bot.Entry) int { return x.At.Compare(y.At) }) {
			fail("entries are not sorted: %s", dump(out.Ticket.Entries))
		}
		if out.Ticket.Status.Ended() == out.Ticket.Ended.IsZero() {
			fail("status %s with end %s", out.Ticket.Status, out.Ticket.Ended)
		}
	}
	for _, r := range out.Clocks {
		if !r.Stopped.IsZero() && r.Stopped.Before(r.Start) {
			fail("clock %s ends before it starts: %s", r.ID, dump(r))
		}
	}
	if out.Panel != nil {
		checkPanel(b.t, *out.Panel, b.now)
	}
}

func checkPanel(t testing.TB, p bot.Panel, now time.Time) {
	t.Helper()
	actions := map[string]bool{}
	for _, btn := range p.Buttons {
		if err := btn.Valid(); err != nil {
			t.Error(err)
		}
		if actions[btn.Action] {
			t.Errorf("two buttons do %s", btn.Action)
		}
		actions[btn.Action] = true
		if btn.Form == nil {
			continue
		}
		values := map[string]string{}
		for _, in := range btn.Form.Inputs {
			if in.Initial != "" {
				values[in.ID] = in.Initial
			}
		}
		for id, wrong := range btn.Form.Check(values, now) {
			if values[id] != "" {
				t.Errorf("%s: initial value %q of %s is refused: %s", btn.Action, values[id], id, wrong)
			}
		}
	}
}
