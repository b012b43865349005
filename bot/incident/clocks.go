package incident

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/sla"
)

// targets are the promises of a first notice in the policy that the incident started under, for an impact.
func (d *decision) targets(i Impact) []sla.Target { return d.promises(i, false) }

func (d *decision) promises(i Impact, cycles bool) []sla.Target {
	impact := string(Affected)
	if i == NotAffected {
		impact = string(NotAffected)
	}
	sub := sla.Subject{Class: string(bot.ClassIncident), RequestType: d.t.Type, Impact: impact, Plan: d.v.Customer.Plan}
	var out []sla.Target
	for _, t := range d.v.Customer.PolicyAt(d.r.Detected).For(sub) {
		if (t.Kind == sla.KindCycle) == cycles {
			out = append(out, t)
		}
	}
	return out
}

func (d *decision) calendar(t sla.Target) *sla.Calendar {
	return d.v.Customer.CalendarAt(t.Calendar, d.r.Detected)
}

// due is when a promise of the first notice is due. Policies were checked when they were read, so that only a deadline beyond what
// calendars know is none.
func (d *decision) due(t sla.Target) time.Time { return d.dueFrom(t, d.r.Detected) }

func (d *decision) dueFrom(t sla.Target, start time.Time) time.Time {
	at, err := sla.Due(t, d.calendar(t), start)
	if err != nil {
		return start
	}
	return at
}

// cycle is the promised interval of interim updates; 0 when none is promised.
func (d *decision) cycle() time.Duration {
	for _, t := range d.promises(Affected, true) {
		return t.Duration
	}
	return 0
}

// round is one interim update's interval as judged.
type round struct {
	sla.Round
	due time.Time
}

// late reports whether no update came for it by its due instant.
func (r round) late() bool { return r.State == sla.StateMissed }

// rounds derives the rounds of interim updates: those of each time in which they were owed, from the first notice on.
func (d *decision) rounds() []round {
	every, first := d.cycle(), d.first()
	if every == 0 || first.IsZero() {
		return nil
	}
	var out []round
	for i, m := range d.r.Marks {
		if !m.Owed {
			continue
		}
		from := m.At
		if first.After(from) {
			from = first
		}
		facts := []sla.Fact{{Kind: sla.FactStart, At: from, Ref: "owed"}}
		if i+1 < len(d.r.Marks) {
			to := d.r.Marks[i+1].At
			if !to.After(from) {
				continue
			}
			facts = append(facts, sla.Fact{Kind: sla.FactStop, At: to, Ref: "no longer owed"})
		}
		for _, u := range d.r.Updates {
			if !u.Rejected {
				facts = append(facts, sla.Fact{Kind: sla.FactUpdate, At: u.At, Ref: u.Ref, Auto: u.Auto})
			}
		}
		for _, r := range sla.Rounds(every, facts, d.asOf()) {
			r.N = len(out) + 1
			out = append(out, round{Round: r, due: r.Due})
		}
	}
	return out
}

// blocked reports whether a message could not be written at an instant.
func (d *decision) blocked(at time.Time) bool {
	for _, w := range d.r.Waits {
		if !at.Before(w.From) && at.Before(w.To) {
			return true
		}
	}
	return d.r.Pending != "" && !at.Before(d.r.PendingSince)
}

// asOf is now, or the vendor's own instant of the newest word where its clock is ahead of ours.
func (d *decision) asOf() time.Time {
	if last := d.last().At; last.After(d.in.Now) {
		return last
	}
	return d.in.Now
}

// clocks writes every promise of the incident as it stands: the first notice's, then each round.
func (d *decision) clocks() error {
	d.out.Clocks, d.said = nil, nil
	if len(d.r.Judged) == 0 {
		return nil
	}
	facts := []sla.Fact{{Kind: sla.FactStart, At: d.r.Detected, Ref: "detected"}}
	if first := d.first(); !first.IsZero() {
		facts = append(facts, sla.Fact{Kind: sla.FactStop, At: first, Ref: d.r.Updates[0].Ref})
	}
	if d.r.Cancelled {
		facts = append(facts, sla.Fact{Kind: sla.FactCancel, At: d.r.Ended, Ref: "dropped"})
	}
	policy := d.v.Customer.PolicyAt(d.r.Detected)
	rows := map[string]bot.ClockRow{}
	var order []string
	put := func(t sla.Target, facts []sla.Fact, only sla.State, why ...sla.Remark) error {
		res, err := sla.Evaluate(t, d.calendar(t), facts, d.asOf())
		if errors.Is(err, sla.ErrNotStarted) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("evaluating %s of %s: %w", t.ID, d.t.Key, err)
		}
		_, there := rows[t.ID]
		if there && res.State != only {
			return nil
		}
		if said := d.r.Verdicts.Facts(t.ID); len(said) > 0 {
			if res, err = sla.Evaluate(t, d.calendar(t), append(slices.Clone(facts), said...), d.asOf()); err != nil {
				return fmt.Errorf("evaluating %s of %s: %w", t.ID, d.t.Key, err)
			}
		}
		row := bot.ClockRow{ID: t.ID, Name: t.Name, Level: t.Level, State: res.State, Start: res.Start, Due: res.Due, Stopped: res.Stopped, Ledger: policy.Ledger(res)}
		d.r.Verdicts.Put(t.ID, &row)
		row.Explain = append(row.Explain, why...)
		if !there {
			order = append(order, t.ID)
		}
		rows[t.ID] = row
		return nil
	}
	now := d.impact()
	for _, t := range d.targets(now) {
		if err := put(t, facts, ""); err != nil {
			return err
		}
	}
	// What an earlier judgement promised ends with it; a promise that was missed by then stays missed, since one person's new judgement
	// must not hide it.
	for i := range d.r.Judged[1:] {
		old, next := d.r.Judged[i], d.r.Judged[i+1]
		if old.Impact.asAffected() == next.Impact.asAffected() {
			continue
		}
		until := append([]sla.Fact{{Kind: sla.FactCancel, At: next.At, Ref: next.Ref}}, facts...)
		for _, t := range d.targets(old.Impact) {
			if err := put(t, until, sla.StateMissed, sla.Remark{
				English: "judged anew as " + string(next.Impact) + " by " + next.By, Japanese: next.By + " の判断で「" + impactNames[next.Impact] + "」に変わった",
			}); err != nil {
				return err
			}
		}
	}
	for _, id := range order {
		d.out.Clocks = append(d.out.Clocks, rows[id])
		d.said = append(d.said, verdict.Clock{Key: id, Name: rows[id].Name, State: rows[id].State, Cause: rows[id].Cause})
	}
	d.roundRows()
	return nil
}

// after says when a round is due.
func (d *decision) after(every time.Duration, last time.Time) sla.Remark {
	last = last.In(d.v.Customer.Zone)
	return sla.Remark{
		English:  "due " + sla.Length(every, sla.English) + " after the last word at " + sla.When(last, sla.English),
		Japanese: "前回の連絡 " + sla.When(last, sla.Japanese) + " から " + sla.Length(every, sla.Japanese) + "後が期限",
	}
}

func (d *decision) roundRows() {
	name, level, policy := "途中経過", sla.LevelObjective, d.v.Customer.PolicyAt(d.r.Detected).Line()
	for _, t := range d.promises(Affected, true) {
		name, level = t.Name, t.Level
	}
	rounds := d.rounds()
	for _, r := range rounds {
		row := bot.ClockRow{
			ID: fmt.Sprintf("interim/%d", r.N), Name: fmt.Sprintf("%s %d回目", name, r.N), Level: level, State: r.State,
			Start: r.From, Due: r.Due, Stopped: r.Kept, Auto: r.Auto,
			Ledger:  []sla.Line{policy, {Kind: sla.LineRound, N: r.N, At: r.Due, To: r.Kept, Name: string(r.State), Ref: r.Ref}},
			Explain: []sla.Remark{d.after(r.Due.Sub(r.From), r.From)},
		}
		if r.late() && d.blocked(r.Due) {
			row.Cause = "Backlog"
		}
		key := "interim@" + r.Due.UTC().Format(time.RFC3339)
		d.r.Verdicts.Put(key, &row)
		if row.State != sla.StateRunning {
			d.said = append(d.said, verdict.Clock{Key: key, Name: row.Name + " " + d.v.Short(r.Due), State: row.State, Cause: row.Cause})
		}
		d.out.Clocks = append(d.out.Clocks, row)
	}
	// A round that ran when updates were no longer owed, or that a discounted word had begun, leaves no promise behind.
	for n := len(rounds) + 1; n <= d.r.Rows; n++ {
		var at time.Time
		if m := len(d.r.Marks); m > 0 {
			at = d.r.Marks[m-1].At
		}
		d.out.Clocks = append(d.out.Clocks, bot.ClockRow{
			ID: fmt.Sprintf("interim/%d", n), Name: fmt.Sprintf("%s %d回目", name, n), Level: level, State: sla.StateCancelled,
			Start: at, Stopped: at, Explain: []sla.Remark{{
				English: "no update was owed any more before it was due", Japanese: "期限の前に、経過報告の必要がなくなった",
			}},
		})
	}
	d.r.Rows = max(d.r.Rows, len(rounds))
}
