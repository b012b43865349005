package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// climb starts the escalation of an incident that does or may affect the service: while nobody takes it, one step after the other is reached, and
// all of them again, as often as the contract has its own contacts telephoned; the end of it is loud.
// The steps are kept as they are now: who edits the configuration does not bend what runs. What staff were asked at once, in Slack, is not
// asked twice. An incident without effect waits as a request does.
func (d *decision) climb() {
	if !d.r.Climbs.IsZero() || d.taken() || len(d.r.Judged) == 0 || !d.impact().asAffected() {
		return
	}
	d.dirty = true
	d.r.Climbed, d.r.Climbs, d.r.Answered, d.r.Called, d.r.Rung = 0, d.in.Now, "", nil, false
	d.r.Ladder = slices.Clone(d.v.Customer.Escalation)
	d.r.Laps, d.r.LapAt, d.r.Deserted = max(d.v.Customer.Calls.Rounds, 1), d.in.Now, false
	if steps := d.r.Ladder; len(steps) > 0 && steps[0].After == 0 && steps[0].To == "duty" {
		by := slices.DeleteFunc(slices.Clone(steps[0].By), func(way string) bool { return way == voice.BySlack })
		if len(by) > 0 {
			d.reach(bot.EscalationStep{To: steps[0].To, By: by})
		}
		d.climbed()
	}
	d.climbOn()
}

// climbOn reaches the steps that are due and sets the moment of the next.
func (d *decision) climbOn() {
	d.v.Cancel("climb")
	if d.taken() || d.r.Climbs.IsZero() || !d.impact().asAffected() {
		return
	}
	if d.r.LapAt.IsZero() { // begun by a release that knew one lap
		d.r.LapAt = d.r.Climbs
	}
	n := len(d.r.Ladder)
	for d.r.Climbed < n*max(d.r.Laps, 1) {
		step := d.r.Ladder[d.r.Climbed%n]
		at := sla.After(nil, d.r.LapAt, step.After)
		if at.After(d.in.Now) {
			d.v.Set("climb", at)
			return
		}
		d.reach(step)
		d.climbed()
		if !d.r.Rung { // the customer reads it in the next update, once
			d.r.Rung = true
			d.note(d.in.Now, "Toban", "担当者の呼び出しを始めました。")
		}
	}
	switch {
	case n == 0 || d.r.Deserted:
	case d.r.LapAt.After(d.in.Now): // whoever was reached last has time to answer
		d.v.Set("climb", d.r.LapAt)
	default:
		d.deserted()
	}
}

// climbed counts a step. Behind the last one whoever was reached has as long to answer as staff have for a call; then the next lap begins.
func (d *decision) climbed() {
	d.r.Climbed++
	d.dirty = true
	if d.r.Climbed%len(d.r.Ladder) == 0 {
		d.r.LapAt = sla.After(nil, d.in.Now, d.v.Customer.Calls.Ask)
	}
}

// deserted says aloud that all were called and nobody came: silence would read as if somebody had.
func (d *decision) deserted() {
	d.r.Deserted, d.dirty = true, true
	who := d.tier()
	for _, user := range d.r.Called {
		if !slices.Contains(who, user) {
			who = append(who, user)
		}
	}
	d.v.Post(bot.Post{
		Text: fmt.Sprintf("🔴 呼び出しを%d巡行いましたが、だれもこの障害の対応を始めていません。電話など別の方法で人を呼び、カードの「担当する」を押してください。これより後、Tobanからの呼び出しはありません。",
			max(d.r.Laps, 1)), Mention: who, Top: true,
	})
	d.v.Reason("called everybody, and nobody took it", fmt.Sprintf("%d steps, %d laps", len(d.r.Ladder), max(d.r.Laps, 1)))
}

// reach reaches the step that is due, and remembers who was called out.
func (d *decision) reach(s bot.EscalationStep) {
	words := "障害にまだ担当者がいません。カードの「担当する」を押してください。"
	if lap := d.r.Climbed/len(d.r.Ladder) + 1; lap > 1 {
		words = fmt.Sprintf("障害にまだ担当者がいません(%d巡目の呼び出し)。カードの「担当する」を押してください。", lap)
	}
	p, ok := d.v.Reach(d.step(d.r.Climbed), s, words)
	if ok && p.SlackUser != "" && !slices.Contains(d.r.Called, p.SlackUser) {
		d.r.Called = append(d.r.Called, p.SlackUser)
	}
}

// taken reports whether somebody has the incident in hand: took it, judged it, or answered a call.
func (d *decision) taken() bool {
	n := len(d.r.Judged)
	return !d.r.Open || d.t.Owner != "" || d.r.Answered != "" || n > 0 && d.r.Judged[n-1].Staff
}

// calm ends a climb: what is not out yet stays in.
func (d *decision) calm() {
	d.v.Cancel("climb")
	for i := range d.r.Climbed {
		d.out.Withdraw = append(d.out.Withdraw, voice.Ways(d.step(i))...)
	}
}

// inHand ends a climb because somebody took the incident; whoever was called out hears that they are not needed.
func (d *decision) inHand(who string) {
	d.calm()
	if len(d.r.Called) > 0 {
		d.v.Tell(who+"が対応します。呼び出しを受けたほかの方の対応は不要です。", d.r.Called...)
		d.r.Called, d.dirty = nil, true
	}
}

// step is the key under which a step of the present climb is reached.
func (d *decision) step(i int) string { return fmt.Sprintf("%s:%d", d.climbKey(), i) }

func (d *decision) climbKey() string {
	return d.key("climb:" + d.r.Climbs.UTC().Format("20060102T150405"))
}

// called takes the end of a call to one of the provider's people in. Only a pressed key says that somebody takes the incident; else the next
// step is reached when its time comes.
func (d *decision) called(r bot.EffectResult) {
	words, yes := voice.Called(r)
	if yes && d.r.Answered == "" && strings.HasPrefix(r.Key, d.climbKey()) {
		d.r.Answered = r.Key
		d.calm()
		d.note(r.At, "Toban", "担当者が電話で応答しました。")
	}
	if words != "" {
		d.v.Tell(words)
		d.v.Reason("told staff how a call ended", cmp.Or(r.Outcome, r.Why))
	}
}
