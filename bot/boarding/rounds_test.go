package boarding_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/boarding"
	"toban/playbook"
)

// A checklist that was begun anew takes no button of an earlier round, and who was told that it stopped hears it again when it stops again. Nothing is looked at while
// it stands still.
func TestRoundsOfAChecklist(t *testing.T) {
	d := newDesk(t)
	d.begin()
	old := value(d.panel, "boarding.tick")
	stop := map[string]string{"reason": "契約の見直し"}
	if _, cancelled := timer(d.press("boarding.abort", "", stop)); !cancelled {
		t.Error("what was stopped is looked at in the morning")
	}
	if at, _ := timer(d.press("boarding.again", "", nil)); at.IsZero() {
		t.Error("what was begun anew is not looked at in the morning")
	}
	d.press("boarding.tick", old, nil)
	if d.read().Run.Step != 0 || len(d.of(bot.EffectEphemeral, "もう済んでいます")) != 1 {
		t.Errorf("a button of the first round is obeyed: %+v", d.read().Run)
	}
	d.press("boarding.abort", "", stop)
	list := d.of(bot.EffectComment, "work_aborted")
	if len(list) != 2 || list[0].Key == list[1].Key {
		t.Errorf("the customer reads %v", list)
	}
}

// What a person has attested is not looked at again each morning; what is still to be ticked off is.
func TestAttestedIsLeftAlone(t *testing.T) {
	d := newDesk(t)
	d.book.Steps[1].Checks = append(d.book.Steps[1].Checks, playbook.Check{ID: "listed", Text: "一覧", Look: bot.LookResources})
	d.begin()
	d.press("boarding.tick", "", nil)
	for _, what := range []string{"look:roles", "look:resources"} {
		d.end(bot.EffectLook, what, bot.EffectResult{Outcome: string(bot.LookFail), Why: "x", At: d.now})
	}
	morning := func() []string {
		n := len(d.effects)
		d.handle(bot.EventTimerDue, d.ticket, bot.TimerDue{Ticket: d.ticket.ID, Rule: "boarding/look"})
		var out []string
		for _, e := range d.effects[n:] {
			_, what, _ := strings.Cut(e.Key, ":look:")
			what, _, _ = strings.Cut(what, ":")
			out = append(out, what)
		}
		return out
	}
	if got := morning(); !slices.Equal(got, []string{"roles", "resources"}) {
		t.Errorf("looks at %q", got)
	}
	d.press("boarding.attest", "", map[string]string{"reason": "画面で確認"})
	if got := morning(); !slices.Equal(got, []string{"resources"}) {
		t.Errorf("looks at %q", got)
	}
	if len(d.events) != 1 {
		t.Errorf("steps without a promise keep one: %v", d.events)
	}
}

// As long as one contact has not been reached, the test is not passed, whichever was reached first.
func TestOneContactIsNotAll(t *testing.T) {
	for _, first := range []string{"窓口", "控え"} {
		d := newDesk(t)
		d.begin()
		d.press("boarding.mail", "", nil)
		d.end(bot.EffectMail, first, bot.EffectResult{At: d.now})
		if f := d.read().Facts[bot.LookMail]; f.Result != bot.LookUnknown {
			t.Errorf("after %s: %+v", first, f)
		}
	}
}

// Staff hear when nobody can be shown to have read the completion, for each of its two reasons; what was pressed is on record.
func TestCompletionThatNobodyRead(t *testing.T) {
	for name, x := range map[string]struct {
		verified bool
		notified []int64
		told     bool
	}{"read": {true, []int64{7}, false}, "not verified": {false, []int64{7}, true}, "nobody notified": {true, nil, true}} {
		d := newDesk(t)
		d.book.Steps = d.book.Steps[:1]
		d.begin()
		d.press("boarding.tick", "", nil)
		out := d.press("boarding.done", "", nil)
		if !slices.ContainsFunc(out.Reasons, func(r bot.Reason) bool { return r.Why == "佐藤 pressed the button" }) {
			t.Errorf("reasons %+v", out.Reasons)
		}
		d.end(bot.EffectUpdate, "onboarding_done", bot.EffectResult{RemoteID: "9", At: d.now, Verified: x.verified, Notified: x.notified})
		if got := len(d.of(bot.EffectPost, "受け取ったことを確認できませんでした")) == 1; got != x.told {
			t.Errorf("%s: told %v", name, got)
		}
	}
}

// The issue is plain text with the date that the contract names; another room's button without a ticket opens nothing.
func TestIssueOfAChecklist(t *testing.T) {
	d := newDesk(t)
	if out := d.handle(bot.EventStaffAction, nil, bot.StaffAction{Action: "desk.new", Person: "sato", Values: map[string]string{"project": "aoba/AOBA", "kind": "onboarding"}}); len(out.Effects) > 0 {
		t.Errorf("another room's button opens %v", out.Effects)
	}
	d.handle(bot.EventStaffAction, nil, bot.StaffAction{Action: boarding.ActionOpen, Person: "sato", SlackUser: "U1", Values: map[string]string{"project": "aoba/AOBA", "kind": "onboarding"}})
	list := d.of(bot.EffectIssue, "")
	var issue bot.NewIssue
	if len(list) != 1 || list[0].Decode(&issue) != nil || !issue.Plain || issue.IssueType != "相談" || !slices.Equal(issue.Notify, []int64{7}) || !strings.Contains(issue.Description, "2026") {
		t.Errorf("opens %+v", issue)
	}
}
