package incident

import (
	"errors"
	"fmt"
	"time"

	"toban/bot"
	"toban/sla"
)

// targets are the promises of the policy that the incident started under, for an impact.
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

// cycle is the promised interval of interim updates; 0 when none is promised.
func (d *decision) cycle() time.Duration {
	for _, t := range d.promises(Affected, true) {
		return t.Duration
	}
	return 0
}

// nextDue is when the next interim update is due; ok is false while none is owed.
func (d *decision) nextDue() (time.Time, bool) {
	every := d.cycle()
	if !d.r.Open || every == 0 || !d.impact().asAffected() || d.lastUpdate().IsZero() {
		return time.Time{}, false
	}
	due := d.lastUpdate().Add(every)
	for due.Before(d.in.Now) { // a missed round is followed by the next
		due = due.Add(every)
	}
	return due, true
}

// round is one interim update's interval as judged.
type round struct {
	sla.Round
	due time.Time
}

// late reports whether an update came for it only after it was due.
func (r round) late() bool { return r.State == sla.StateMissed }

// rounds derives the rounds of interim updates: they run while the impact is judged as affected, from the first notice to recovery.
func (d *decision) rounds() []round {
	every := d.cycle()
	if every == 0 || len(d.r.Updates) == 0 {
		return nil
	}
	facts := []sla.Fact{}
	for i, u := range d.r.Updates {
		if u.Rejected {
			continue
		}
		kind := sla.FactUpdate
		if i == 0 {
			kind = sla.FactStart
		}
		facts = append(facts, sla.Fact{Kind: kind, At: u.At, Ref: u.Ref, Auto: u.Auto})
	}
	// A later judgement "not affected" ends the promise, a new "affected" begins it again with the next word.
	for i, j := range d.r.Judged {
		if i > 0 && j.Impact == NotAffected {
			facts = append(facts, sla.Fact{Kind: sla.FactStop, At: j.At, Ref: j.Ref})
		}
		if i > 0 && j.Impact.asAffected() && d.r.Judged[i-1].Impact == NotAffected {
			facts = append(facts, sla.Fact{Kind: sla.FactReopen, At: j.At, Ref: j.Ref})
		}
	}
	if end := d.end(); !end.IsZero() {
		facts = append(facts, sla.Fact{Kind: sla.FactStop, At: end, Ref: "recovered"})
	}
	if d.r.Judged[0].Impact == NotAffected && len(d.r.Judged) == 1 {
		return nil
	}
	var out []round
	for _, r := range sla.Rounds(every, facts, d.asOf()) {
		out = append(out, round{Round: r, due: r.Due})
	}
	return out
}

func (d *decision) end() time.Time {
	switch {
	case !d.r.Ended.IsZero():
		return d.r.Ended
	case !d.r.Recovered.IsZero():
		return d.in.Now // the recovery notice is on its way
	}
	return time.Time{}
}

// asOf is now, or the vendor's own instant of the newest word where its clock is ahead of ours.
func (d *decision) asOf() time.Time {
	if last := d.lastUpdate(); last.After(d.in.Now) {
		return last
	}
	return d.in.Now
}

// clocks writes every promise of the incident as it stands: the first notice's, then each round.
func (d *decision) clocks() error {
	facts := []sla.Fact{{Kind: sla.FactStart, At: d.r.Detected, Ref: "detected"}}
	for _, u := range d.r.Updates {
		facts = append(facts, sla.Fact{Kind: sla.FactStop, At: u.At, Ref: u.Ref})
		break
	}
	if d.r.Cancelled {
		facts = append(facts, sla.Fact{Kind: sla.FactCancel, At: d.r.Ended, Ref: "cancelled"})
	}
	current := map[string]bool{}
	for _, t := range d.targets(d.impact()) {
		res, err := sla.Evaluate(t, nil, facts, d.asOf())
		if errors.Is(err, sla.ErrNotStarted) {
			continue
		}
		if err != nil {
			return fmt.Errorf("evaluating %s of %s: %w", t.ID, d.t.Key, err)
		}
		current[t.ID] = true
		d.out.Clocks = append(d.out.Clocks, bot.ClockRow{
			ID: t.ID, Name: t.Name, Level: t.Level, State: res.State, Start: res.Start, Due: res.Due, Stopped: res.Stopped, Explain: sla.Explain(res),
		})
	}
	// A target that the new judgement does not have any more ends without a judgement.
	for _, t := range append(d.targets(Affected), d.targets(NotAffected)...) {
		if !current[t.ID] && len(d.r.Judged) > 1 {
			current[t.ID] = true
			d.out.Clocks = append(d.out.Clocks, bot.ClockRow{
				ID: t.ID, Name: t.Name, Level: t.Level, State: sla.StateCancelled, Start: d.r.Detected, Due: d.r.Detected.Add(t.Duration),
				Stopped: d.in.Now, Explain: []string{"the impact was judged anew: " + string(d.impact())},
			})
		}
	}
	d.roundRows()
	return nil
}

func (d *decision) roundRows() {
	name, level := "途中経過", sla.LevelObjective
	for _, t := range d.promises(Affected, true) {
		name, level = t.Name, t.Level
	}
	rounds := d.rounds()
	for _, r := range rounds {
		row := bot.ClockRow{
			ID: fmt.Sprintf("interim/%d", r.N), Name: fmt.Sprintf("%s %d回目", name, r.N), Level: level, State: r.State,
			Start: r.From, Due: r.Due, Stopped: r.Kept, Auto: r.Auto,
			Explain: []string{"due " + bot.Lasting(r.Due.Sub(r.From)) + " after the last word at " + d.v.Short(r.From)},
		}
		if r.State == sla.StateMissed && d.r.Pending != "" {
			row.Cause = "Backlog"
		}
		d.out.Clocks = append(d.out.Clocks, row)
	}
	// The round that ran when the incident ended leaves no promise behind.
	if !d.r.Open {
		d.out.Clocks = append(d.out.Clocks, bot.ClockRow{
			ID: fmt.Sprintf("interim/%d", len(rounds)+1), Name: fmt.Sprintf("%s %d回目", name, len(rounds)+1), Level: level,
			State: sla.StateCancelled, Start: d.lastUpdate(), Stopped: d.in.Now, Explain: []string{"recovered before it was due"},
		})
	}
}
