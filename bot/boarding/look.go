package boarding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

// lookHour is when Toban looks again each day, in the customer's zone: nobody is woken for it.
const lookHour = 10

// lookLater has Toban look again in the morning.
func (d *decision) lookLater() {
	local := d.in.Now.In(d.v.Customer.Zone)
	next := time.Date(local.Year(), local.Month(), local.Day(), lookHour, 0, 0, 0, local.Location())
	if !next.After(local) {
		next = next.AddDate(0, 0, 1)
	}
	d.v.Set(ruleLook, next)
}

// wanted lists what the checks ask to be looked at; of those that are left alone the ones that are still to be ticked off.
func (d *decision) wanted(left bool) []string {
	var out []string
	for i, s := range d.s.Run.Playbook.Steps {
		for j, c := range s.Checks {
			done := i < d.s.Run.Step || i == d.s.Run.Step && j < d.s.Run.Check || d.s.Run.State.Ended()
			if c.Look != "" && !slices.Contains(out, c.Look) && !(left && done) {
				out = append(out, c.Look)
			}
		}
	}
	return out
}

// look has Toban look at what is not known to be right; all of it when that is asked for. Looks change nothing, so one too many is harmless.
func (d *decision) look(all bool) {
	d.s.Looks++
	d.dirty = true
	since := d.t.Received
	for _, what := range d.wanted(!all) {
		if what == bot.LookMail || what == bot.LookPhone || !all && d.s.Facts[what].Result == bot.LookPass {
			continue
		}
		e := bot.MakeEffect(bot.EffectLook, bot.Notice, d.key(fmt.Sprintf("look:%s:%d", what, d.s.Looks)), d.t, bot.Look{What: what, Since: since, Except: d.t.ID})
		e.Report = true
		d.out.Effects = append(d.out.Effects, e)
	}
}

// effectEnded takes in what a look found, how a test ended, and whether the customer was told.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	dead := d.in.Event.Kind == bot.EventEffectDead
	switch {
	case r.Key == d.s.DoneKey && r.Key != "":
		d.told(r, dead)
		return nil
	case d.s.Run == nil || !strings.HasPrefix(r.Key, d.key("")):
		return nil
	case r.Kind == bot.EffectLook:
		what, _, _ := strings.Cut(strings.TrimPrefix(r.Key, d.key("look:")), ":")
		f := Fact{Result: bot.LookResult(r.Outcome), At: r.At, Lines: lines(r.Why)}
		if dead {
			f.Result, f.At = bot.LookUnknown, d.in.Now
		}
		return d.found(what, f)
	case r.Kind == bot.EffectMail, r.Kind == bot.EffectCall:
		return d.tested(r, dead)
	case dead && r.Kind.Channel() != bot.EffectPost.Channel():
		d.v.Tell("お客様への連絡を送れませんでした: "+r.Why, d.v.Mention()...)
	}
	return nil
}

func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" && len(out) < mostKeptLines {
			out = append(out, l)
		}
	}
	return out
}

// found keeps a fact, newest first: one that comes late does not replace a newer one.
func (d *decision) found(what string, f Fact) error {
	was, known := d.s.Facts[what]
	if known && f.At.Before(was.At) {
		return nil
	}
	if d.s.Facts == nil {
		d.s.Facts = map[string]Fact{}
	}
	d.s.Facts[what], d.dirty = f, true
	d.v.Reason("looked at "+what+": "+string(f.Result), strings.Join(f.Lines, "; "))
	if !d.runs() {
		return nil
	}
	if f.Result == bot.LookFail && (was.Result != f.Result || !slices.Equal(was.Lines, f.Lines)) {
		d.v.Tell("⚠ " + cmp.Or(lookNames[what], what) + ": " + strings.Join(f.Lines, "、"))
	}
	return d.advance()
}

// contacts derives the facts of mails and calls to the contract's contacts from what became of each.
func (d *decision) contacts() {
	for _, what := range []string{bot.LookMail, bot.LookPhone} {
		if d.s.Facts == nil {
			d.s.Facts = map[string]Fact{}
		}
		d.s.Facts[what] = d.contact(what)
	}
}

func (d *decision) contact(what string) Fact {
	list := d.list(what)
	f := Fact{Result: bot.LookPass, At: d.in.Now}
	switch {
	case len(list) == 0:
		return Fact{Result: bot.LookNothing, At: d.in.Now, Lines: []string{"設定ファイルに連絡先がありません"}}
	case what == bot.LookMail && !d.in.Dir.Mails:
		return Fact{Result: bot.LookNothing, At: d.in.Now, Lines: []string{"メールサーバーの設定(mail)がありません"}}
	}
	if len(d.tests(what)) > 0 {
		f.At = time.Time{}
	}
	for _, name := range list {
		i := slices.IndexFunc(d.s.Tests, func(t Test) bool { return t.Kind == what && t.Name == name })
		if i < 0 {
			f.Result, f.Lines = worse(f.Result, bot.LookUnknown), append(f.Lines, name+": まだ送っていません")
			if what == bot.LookPhone {
				f.Lines[len(f.Lines)-1] = name + ": まだかけていません"
			}
			continue
		}
		t := d.s.Tests[i]
		if f.At.Before(t.Ended) {
			f.At = t.Ended
		}
		word := map[bot.LookResult]string{bot.LookPass: "送信済み", bot.LookFail: "送れませんでした", bot.LookUnknown: "送信中"}[t.State]
		if what == bot.LookPhone {
			word = map[bot.LookResult]string{bot.LookPass: "応答あり(番号が押されました)", bot.LookFail: "応答なし", bot.LookUnknown: "呼び出し中"}[t.State]
		}
		at := t.Asked
		if !t.Ended.IsZero() {
			at = t.Ended
		}
		line := name + ": " + word + " " + d.v.Short(at)
		if t.Why != "" {
			line += "(" + t.Why + ")"
		}
		f.Result, f.Lines = worse(f.Result, t.State), append(f.Lines, line)
	}
	if f.At.IsZero() {
		f.At = d.in.Now
	}
	return f
}

// worse is what two results come to: one that failed is not made good by others.
func worse(a, b bot.LookResult) bot.LookResult {
	switch {
	case a == bot.LookFail || b == bot.LookFail:
		return bot.LookFail
	case a == bot.LookUnknown || b == bot.LookUnknown:
		return bot.LookUnknown
	}
	return b
}

func (d *decision) list(what string) []string {
	if what == bot.LookPhone {
		return d.v.Customer.PhoneTo
	}
	return d.v.Customer.MailTo
}

func (d *decision) tests(what string) []Test {
	return slices.DeleteFunc(slices.Clone(d.s.Tests), func(t Test) bool { return t.Kind != what })
}

// tested takes in how a mail or a call ended.
func (d *decision) tested(r bot.EffectResult, dead bool) error {
	i := slices.IndexFunc(d.s.Tests, func(t Test) bool { return t.Key == r.Key })
	if i < 0 {
		return nil
	}
	d.s.Tests = slices.Clone(d.s.Tests)
	t := &d.s.Tests[i]
	t.State, t.Ended, t.Why = bot.LookPass, r.At, ""
	if dead || t.Ended.IsZero() {
		t.Ended = d.in.Now
	}
	outcome, _, _ := strings.Cut(r.Outcome, ":")
	switch {
	case dead:
		t.State, t.Why = bot.LookFail, r.Why
	case t.Kind == bot.LookPhone && bot.CallOutcome(outcome) != bot.CallAcknowledged:
		t.State, t.Why = bot.LookFail, callWords[bot.CallOutcome(outcome)]
	}
	d.v.Reason("tested contact "+t.Name+" by "+t.Kind+": "+string(t.State), cmp.Or(t.Why, outcome, "accepted by the mail server"))
	d.dirty = true
	return d.found(t.Kind, d.contact(t.Kind))
}

var callWords = map[bot.CallOutcome]string{
	bot.CallAnswered: "番号が押されていません", bot.CallNoAnswer: "応答なし", bot.CallBusy: "話し中", bot.CallVoicemail: "留守番電話", bot.CallFailed: "発信できません",
	bot.CallUnknown: "つながったか確認できません", bot.CallByHand: "電話の設定がないため、担当者が手動でかけます",
}

var lookNames = map[string]string{
	bot.LookProject: "Backlog プロジェクト", bot.LookRoles: "AWS のロール", bot.LookNoRoles: "AWS のロールの取り外し", bot.LookResources: "管理対象の一覧", bot.LookAlert: "警報の受信",
	bot.LookMail: "テストメール", bot.LookPhone: "電話テスト", bot.LookContract: "契約の終了", bot.LookOpen: "残っている対応",
}
