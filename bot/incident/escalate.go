package incident

import (
	"cmp"
	"fmt"
	"strings"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// climb starts the escalation of an incident that does or may affect the service: while nobody takes it, one step after the other is reached.
// What staff were asked at once, in Slack, is not asked twice. An incident without effect waits as a request does.
func (d *decision) climb() {
	if !d.r.Climbs.IsZero() || d.taken() || len(d.r.Judged) == 0 || !d.impact().asAffected() {
		return
	}
	d.dirty = true
	d.r.Climbed, d.r.Climbs, d.r.Answered = 0, d.in.Now, ""
	if steps := d.v.Customer.Escalation; len(steps) > 0 && steps[0].After == 0 && steps[0].To == "duty" {
		var by []string
		for _, w := range steps[0].By {
			if w != voice.BySlack {
				by = append(by, w)
			}
		}
		d.r.Climbed = 1
		if len(by) > 0 {
			d.v.Reach(d.step(0), bot.EscalationStep{To: steps[0].To, By: by}, untaken)
		}
	}
	d.climbOn()
}

// climbOn reaches the steps that are due and sets the moment of the next.
func (d *decision) climbOn() {
	d.v.Cancel("climb")
	if d.taken() || d.r.Climbs.IsZero() || !d.impact().asAffected() {
		return
	}
	steps := d.v.Customer.Escalation
	for ; d.r.Climbed < len(steps); d.r.Climbed++ {
		at := sla.After(nil, d.r.Climbs, steps[d.r.Climbed].After)
		if at.After(d.in.Now) {
			d.v.Set("climb", at)
			return
		}
		d.dirty = true
		d.v.Reach(d.step(d.r.Climbed), steps[d.r.Climbed], untaken)
		d.note(d.in.Now, "Toban", "担当者が決まっていないため、次の担当者に連絡しました。")
	}
}

// taken reports whether somebody has the incident in hand: took it, judged it, or answered a call.
func (d *decision) taken() bool {
	n := len(d.r.Judged)
	return !d.r.Open || d.t.Owner != "" || d.r.Answered != "" || n > 0 && d.r.Judged[n-1].Staff
}

// untaken is what is told at each step.
const untaken = "障害にまだ担当者がいません。カードの「担当する」を押してください。"

// step is the key under which a step of the present climb is reached.
func (d *decision) step(i int) string {
	return fmt.Sprintf("%s:%d", d.climbKey(), i)
}

func (d *decision) climbKey() string {
	return d.key("climb:" + d.r.Climbs.UTC().Format("20060102T150405"))
}

// called takes the end of a call to one of the provider's people in. Only a pressed key says that somebody takes the incident; else the next
// step is reached when its time comes.
func (d *decision) called(r bot.EffectResult) {
	words, yes := voice.Called(r)
	if yes && d.r.Answered == "" && strings.HasPrefix(r.Key, d.climbKey()) {
		d.r.Answered = r.Key
		d.v.Cancel("climb")
		d.note(r.At, "Toban", "担当者が電話で応答しました。")
	}
	if words != "" {
		d.v.Tell(words)
		d.v.Reason("told staff how a call ended", cmp.Or(r.Outcome, r.Why))
	}
}
