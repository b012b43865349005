package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/sla"
)

// reapplyRoles may put a ticket under another version of the policy.
func reapplyRoles() []bot.Role { return []bot.Role{bot.RoleApprover, bot.RoleManager} }

// pressReapply puts the ticket under another version of the policy than the one that it started under (spec/2-sla.md, Policies).
func (d *decision) pressReapply(a bot.StaffAction, p bot.Person, who bot.Author) error {
	choices := d.choices()
	i := slices.IndexFunc(choices, func(o sla.Policy) bool { return versionID(o) == a.Values["version"] })
	why := strings.TrimSpace(mask(a.Values["reason"]))
	holds := d.version().policy
	switch {
	case !p.Has(reapplyRoles()...):
		d.v.Refuse(a, "この操作をする役割がありません。承認者か管理者に依頼してください。")
		return nil
	case versionID(holds) == a.Values["version"]:
		d.v.Refuse(a, "このチケットは、すでに版 "+holds.Version+" で計測しています。")
		return nil
	case i < 0:
		d.v.Refuse(a, "その版は適用できません。カードを確認してください。")
		return nil
	case why == "":
		d.v.Refuse(a, "理由を入力してください。")
		return nil
	}
	entry := bot.Entry{Kind: bot.EntryReapplied, At: d.at(), Actor: who.Name, Ref: d.in.Event.Key, Reason: why, Version: choices[i].From}
	before, after, err := d.compare(entry)
	if err != nil {
		return err
	}
	if refusal := d.unmovable(before, after); refusal != "" {
		d.v.Refuse(a, refusal)
		return nil
	}
	if err := d.clocks(); err != nil { // the deadline as it was said
		return err
	}
	old := d.t.Due
	d.addEntry(entry)
	if err := d.clocks(); err != nil {
		return err
	}
	d.v.Reason(fmt.Sprintf("applied %s version %s in the place of %s", choices[i].Name, choices[i].Version, holds.Version), fmt.Sprintf("%s (%s) pressed the button: %s", p.Name, p.ID, why))
	d.v.Tell(fmt.Sprintf("%s が約束の版 %s を適用しました(理由: %s)。%s", p.Name, choices[i].Version, why, d.moves(before, after)))
	if !d.s.Answered || d.t.Due.IsZero() || d.t.Due.Equal(old) {
		return nil // the requester was told no other deadline
	}
	return d.say(fmt.Sprintf("desk:%s:reclass:%s", d.t.ID, d.in.Event.Key), "reclassified",
		map[string]any{"type": d.typeName(), "due": d.v.When(d.t.Due), "reason": why}, bot.Update{DueDate: d.dueDate()}, false)
}

// Reapplication is what a person asks for who puts a ticket under another version of its customer's policy: the action of the form in Slack.
// The version is named as the profile has it, or by the day from which it is in force.
func Reapplication(t *bot.Ticket, c *bot.Customer, version, reason string, by bot.Person) (bot.StaffAction, error) {
	var known []string
	for _, p := range c.Policies {
		if p.Version == version || versionID(p) == version {
			return bot.StaffAction{
				Action: actionReapply, Ticket: t.ID, Person: by.ID, SlackUser: by.SlackUser, Channel: c.Channel, Values: map[string]string{"version": versionID(p), "reason": reason},
			}, nil
		}
		known = append(known, p.Version)
	}
	return bot.StaffAction{}, fmt.Errorf("finding version %q of the policy of %s: there is none; known are %s", version, c.ID, strings.Join(known, ", "))
}

// addEntry adds an entry to the history of the ticket.
func (d *decision) addEntry(e bot.Entry) {
	d.t.Entries = append(d.t.Entries, e)
	slices.SortStableFunc(d.t.Entries, func(a, b bot.Entry) int { return a.At.Compare(b.At) })
	d.dirty = true
}

// compare evaluates the promises as they are and as they would be after an entry, which is not kept.
func (d *decision) compare(e bot.Entry) (before, after []evaluated, err error) {
	if before, err = d.evaluate(); err != nil {
		return nil, nil, err
	}
	trial, t := *d, *d.t
	trial.t, t.Entries = &t, slices.Clone(t.Entries)
	trial.addEntry(e)
	after, err = trial.evaluate()
	return before, after, err
}

// unmovable says why another version would be of no use or unfair; "" when it is neither. A result that is known stays, and nobody makes a
// promise that is broken already.
func (d *decision) unmovable(before, after []evaluated) string {
	open := func(list []evaluated) bool {
		return slices.ContainsFunc(list, func(e evaluated) bool { return !e.result.Current().State.Ended() })
	}
	for _, e := range after {
		now := e.result.Current()
		if now.State != sla.StateMissed || slices.ContainsFunc(before, func(o evaluated) bool {
			return o.target.ID == e.target.ID && o.result.Current().State == sla.StateMissed
		}) {
			continue
		}
		return "その版では「" + e.target.Name + "」の期限(" + d.v.Short(now.Due) + ")をすでに過ぎています。お客様と日程を相談し、「期日を合意」で記録してください。"
	}
	if !open(before) && !open(after) {
		return "約束の結果はすでに出ています。判定済みの約束は、別の版では計測し直しません。"
	}
	return ""
}

// moves tells what another version changes, in a sentence or two.
func (d *decision) moves(before, after []evaluated) string {
	results := func(list []evaluated) (out []sla.Result) {
		for _, e := range list {
			out = append(out, e.result)
		}
		return out
	}
	name := func(id string) string {
		for _, e := range slices.Concat(after, before) {
			if e.target.ID == id {
				return e.target.Name
			}
		}
		return id
	}
	short := func(t time.Time) string {
		if t.IsZero() {
			return "なし"
		}
		return d.v.Short(t)
	}
	var out []string
	for _, m := range sla.Moves(results(before), results(after)) {
		out = append(out, fmt.Sprintf("「%s」の期限: %s → %s", name(m.Target), short(m.Was), short(m.Is)))
	}
	if len(out) == 0 {
		return "期限は変わりません。"
	}
	return strings.Join(out, "、") + "。"
}

// versionID names a version in a form.
func versionID(p sla.Policy) string {
	if p.From.IsZero() {
		return "first"
	}
	return p.From.String()
}

// reapplyButton shows beside each version what it would change now.
func (d *decision) reapplyButton() bot.Button {
	choices := d.choices()
	if len(choices) == 0 {
		return bot.Button{Action: actionReapply}
	}
	holds := d.version().policy
	opts := make([]bot.Option, 0, len(choices))
	var intro strings.Builder
	fmt.Fprintf(&intro, "いまは版 %s で計測しています。承認者か管理者が操作できます。結果の出た約束と確定した月は変わりません。\n", holds.Version)
	for _, p := range slices.Backward(choices) {
		label := "版 " + p.Version
		if !p.From.IsZero() {
			label += "(" + p.From.String() + " から)"
		}
		opts = append(opts, bot.Option{Value: versionID(p), Label: label})
		before, after, err := d.compare(bot.Entry{Kind: bot.EntryReapplied, At: d.in.Now, Version: p.From})
		if err != nil {
			continue // told when it is pressed
		}
		told := d.unmovable(before, after)
		if told == "" {
			told = d.moves(before, after)
		}
		intro.WriteString(label + ": " + told + "\n")
	}
	const longest = 300
	return bot.Button{Action: actionReapply, Label: "約束の版を変える", Roles: reapplyRoles(), Form: &bot.Form{
		Title: "約束の版を変える", Submit: "計測し直す", Intro: strings.TrimSpace(intro.String()),
		Inputs: []bot.Input{
			{ID: "version", Label: "適用する版", Type: bot.InputSelect, Options: opts, Initial: opts[0].Value},
			{ID: "reason", Label: "理由(期限が変わるときはお客様に伝わります)", Type: bot.InputText, Max: longest},
		},
	}}
}
