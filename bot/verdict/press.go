package verdict

import (
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/mask"
	"toban/bot/voice"
	"toban/sla"
)

// Ours reports whether an action is one of the forms of a room.
func Ours(room string, a bot.StaffAction) bool {
	return slices.Contains([]string{room + "." + Exclude, room + "." + Decide, room + "." + Cause}, a.Action)
}

// Press takes in what a person sent by one of the forms. It reports whether the book changed: then the clocks are to be derived anew.
func (b *Book) Press(v *voice.Voice, a bot.StaffAction, p bot.Person, clocks []Clock) bool {
	verb := strings.TrimPrefix(a.Action, v.Feature+".")
	roles := sayRoles()
	if verb == Decide {
		roles = decideRoles()
	}
	if !p.Has(roles...) {
		v.Refuse(a, "この操作をする役割がありません。承認者か管理者に依頼してください。")
		return false
	}
	b.clone()
	switch verb {
	case Exclude:
		return b.exclude(v, a, p, clocks)
	case Decide:
		return b.decide(v, a, p)
	}
	return b.cause(v, a, p, clocks)
}

// said is a text of the form, without secrets.
func said(a bot.StaffAction, id string) string {
	text, _ := mask.Text(strings.TrimSpace(a.Values[id]))
	return text
}

func find(clocks []Clock, key string) (Clock, bool) {
	i := slices.IndexFunc(clocks, func(c Clock) bool { return c.Key == key })
	if i < 0 {
		return Clock{}, false
	}
	return clocks[i], true
}

// at is the instant of what a person did: the door's, never later than now.
func at(v *voice.Voice) time.Time {
	if at := v.In.Event.At; !at.IsZero() && at.Before(v.In.Now) {
		return at
	}
	return v.In.Now
}

func (b *Book) exclude(v *voice.Voice, a bot.StaffAction, p bot.Person, clocks []Clock) bool {
	c, ok := find(clocks, a.Values["clock"])
	kind := slices.IndexFunc(kinds(), func(o bot.Option) bool { return o.Value == a.Values["kind"] })
	why := said(a, "why")
	switch {
	case !ok || c.State == sla.StateMet || c.State == sla.StateCancelled:
		v.Refuse(a, "その約束は除外できません。カードを確認してください。")
		return false
	case kind < 0 || why == "":
		v.Refuse(a, "除外には事由と理由が必要です。")
		return false
	case slices.ContainsFunc(b.Proposed, func(x Proposal) bool { return x.Clock == c.Key }):
		v.Refuse(a, "「"+c.Name+"」の除外は、すでに確認を待っています。")
		return false
	}
	x := Proposal{Clock: c.Key, Name: c.Name, By: p.ID, ByName: p.Name, N: b.Asked + 1, Undo: a.Values["kind"] == "undo"}
	x.Why = kinds()[kind].Label + ": " + why
	if x.Undo != (c.State == sla.StateExcluded) {
		v.Refuse(a, map[bool]string{true: "「" + c.Name + "」は除外されていません。", false: "「" + c.Name + "」はすでに除外されています。"}[x.Undo])
		return false
	}
	b.Proposed, b.Asked = append(b.Proposed, x), x.N
	v.Reason("asked a second person about "+x.what(), p.Name+" pressed the button: "+x.Why)
	v.Tell(p.Name+" が"+x.words()+"を申請しました("+x.Why+")。申請した人以外の承認者が「除外を確認」を押してください。", approver(v, p)...)
	return true
}

// approver is whom to ask: the contract's manager, when that is another person who may decide.
func approver(v *voice.Voice, by bot.Person) []string {
	p, ok := v.In.Dir.Person(v.Customer.Timing.ManagerPerson)
	if !ok || p.SlackUser == "" || p.ID == by.ID || !p.Has(decideRoles()...) {
		return nil
	}
	return []string{p.SlackUser}
}

func (p Proposal) what() string {
	if p.Undo {
		return "the end of the exclusion of " + p.Clock
	}
	return "the exclusion of " + p.Clock
}

func (b *Book) decide(v *voice.Voice, a bot.StaffAction, p bot.Person) bool {
	x, ok := b.proposal(a.Values["proposal"])
	answer := a.Values["answer"]
	switch {
	case !ok:
		v.Refuse(a, "その申請はもうありません。カードを確認してください。")
		return false
	case x.By == p.ID:
		v.Refuse(a, "申請した人は確認できません。ほかの承認者に依頼してください。")
		return false
	case answer != "yes" && answer != "no":
		v.Refuse(a, "認めるかどうかを選んでください。")
		return false
	}
	b.Proposed = slices.DeleteFunc(b.Proposed, func(o Proposal) bool { return o.id() == x.id() })
	note := said(a, "note")
	if answer == "no" {
		v.Reason("refused "+x.what(), p.Name+" pressed the button: "+note)
		v.Tell(p.Name + " が" + x.words() + "を認めませんでした。" + note)
		return true
	}
	// Two people of one name stay two.
	f := sla.Fact{Kind: sla.FactExclude, At: at(v), Ref: v.In.Event.Key, Note: x.Why, Target: x.Clock, Actor: x.ByName, Second: p.Name}
	if f.Actor == f.Second {
		f.Actor, f.Second = f.Actor+" ("+x.By+")", f.Second+" ("+p.ID+")"
	}
	if x.Undo {
		was, _ := b.standing(x.Clock)
		if was == nil {
			v.Refuse(a, "「"+x.Name+"」は除外されていません。")
			return true // the proposal is gone all the same
		}
		f.Kind, f.Ref = sla.FactRetract, was.Ref
	}
	b.Said = append(b.Said, f)
	what := "confirmed " + x.what()
	v.Reason(what, "asked by "+x.ByName+" ("+x.By+"), second person "+p.Name+" ("+p.ID+"): "+x.Why)
	v.Tell(p.Name + " が" + x.words() + "を認めました。")
	return true
}

func (b *Book) cause(v *voice.Voice, a bot.StaffAction, p bot.Person, clocks []Clock) bool {
	c, ok := find(clocks, a.Values["clock"])
	cause := said(a, "cause")
	switch {
	case !ok || c.State != sla.StateMissed:
		v.Refuse(a, "その約束は未達ではありません。カードを確認してください。")
		return false
	case cause == "":
		v.Refuse(a, "原因を入力してください。")
		return false
	}
	b.Said = append(b.Said, sla.Fact{Kind: sla.FactCause, At: at(v), Ref: v.In.Event.Key, Note: cause, Target: c.Key, Actor: p.Name})
	delete(b.Measures, c.Key)
	if m := said(a, "measure"); m != "" {
		b.Measures[c.Key] = m
	}
	v.Reason("recorded why "+c.Key+" was missed", p.Name+" pressed the button: "+cause)
	v.Tell(p.Name + " が「" + c.Name + "」の未達の原因を記録しました: " + cause)
	return true
}
