package boarding_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/boarding"
	"toban/playbook"
	"toban/sla"
)

var noon = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

// words answer every message by its id and what it was given.
type words struct{}

func (words) Render(id string, data map[string]any) (string, error) {
	return fmt.Sprint(id, " ", data["date"], data["note"]), nil
}

func book(kind bot.Boarding) playbook.Playbook {
	return playbook.Playbook{ID: string(kind), Title: "準備", Version: "1", Types: []string{string(kind)}, Steps: []playbook.Step{
		{ID: "first", Title: "受付", Do: "確認する", Promise: "onboarding_reception", Checks: []playbook.Check{{ID: "asked", Text: "送った"}}},
		{ID: "roles", Title: "ロール", Do: "確認する", Checks: []playbook.Check{{ID: "assumed", Text: "引き受けた", Look: bot.LookRoles}}},
		{ID: "mail", Title: "メール", Do: "送る", Checks: []playbook.Check{{ID: "sent", Text: "送った", Look: bot.LookMail}}},
	}}
}

// desk is one ticket with what a store would keep of it.
type desk struct {
	t       *testing.T
	dir     *bot.Directory
	book    playbook.Playbook
	ticket  *bot.Ticket
	state   json.RawMessage
	panel   bot.Panel
	now     time.Time
	n       int
	effects []bot.Effect
	events  []bot.Event
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	c := &bot.Customer{
		ID: "aoba", Name: "青葉", Space: "main", Projects: []string{"AOBA"}, Channel: "C1", Zone: time.UTC, Messages: words{}, MailTo: []string{"窓口", "控え"},
		Start: sla.Date{Year: 2026, Month: 12, Day: 1}, NotifyDefault: []int64{7}, Types: []bot.RequestType{{ID: "consultation", IssueType: "相談"}},
	}
	dir := &bot.Directory{Customers: []*bot.Customer{c}, Mails: true, People: []bot.Person{
		{ID: "sato", Name: "佐藤", SlackUser: "U1", Roles: []bot.Role{bot.RoleOperator}}, {ID: "ito", Name: "伊藤", SlackUser: "U2", Roles: []bot.Role{bot.RoleApprover}},
	}}
	return &desk{t: t, dir: dir, book: book(bot.Onboarding), now: noon, ticket: &bot.Ticket{
		ID: "main/1", Key: "AOBA-1", Customer: "aoba", Space: "main", Project: "AOBA", Boarding: bot.Onboarding, Status: bot.StatusTaken, Received: noon, Requester: []bot.Author{{ID: 7}},
	}}
}

func (d *desk) handle(kind bot.EventKind, ticket *bot.Ticket, body any) bot.Output {
	d.t.Helper()
	d.n++
	e, err := bot.NewEvent(kind, fmt.Sprint("event:", d.n), "main/1", d.now, body)
	if err != nil {
		d.t.Fatal(err)
	}
	out, err := boarding.New(d.book).Handle(bot.In{Now: d.now, Event: e, Dir: d.dir, Ticket: ticket, State: d.state})
	if err != nil {
		d.t.Fatal(err)
	}
	if out.State != nil {
		if d.state, err = json.Marshal(out.State); err != nil {
			d.t.Fatal(err)
		}
	}
	if out.Panel != nil {
		d.panel = *out.Panel
	}
	for _, b := range d.panel.Buttons {
		if err := b.Valid(); err != nil {
			d.t.Error(err)
		}
	}
	d.effects, d.events = append(d.effects, out.Effects...), append(d.events, out.Events...)
	return out
}

func (d *desk) begin() { d.handle(bot.EventTicketReceived, d.ticket, nil) }

func (d *desk) press(action, value string, values map[string]string) bot.Output {
	d.t.Helper()
	return d.handle(bot.EventStaffAction, d.ticket, bot.StaffAction{Action: action, Ticket: d.ticket.ID, Person: "sato", SlackUser: "U1", Value: value, Values: values})
}

func (d *desk) of(kind bot.EffectKind, part string) []bot.Effect {
	return slices.DeleteFunc(slices.Clone(d.effects), func(e bot.Effect) bool {
		return e.Kind != kind || !strings.Contains(e.Key, part) && !strings.Contains(string(e.Body), part)
	})
}

// end reports the end of the newest effect of a kind.
func (d *desk) end(kind bot.EffectKind, part string, r bot.EffectResult) bot.Output {
	d.t.Helper()
	list := d.of(kind, part)
	if len(list) == 0 {
		d.t.Fatalf("no %s with %q", kind, part)
	}
	e := list[len(list)-1]
	r.Key, r.Kind, r.Ticket = e.Key, e.Kind, e.Ticket
	how := bot.EventEffectDone
	if r.Outcome == "dead" {
		how = bot.EventEffectDead
	}
	return d.handle(how, d.ticket, r)
}

func (d *desk) read() (s boarding.State) {
	d.t.Helper()
	if err := json.Unmarshal(d.state, &s); err != nil {
		d.t.Fatal(err)
	}
	return s
}

func value(p bot.Panel, action string) string {
	for _, b := range p.Buttons {
		if b.Action == action {
			return b.Value
		}
	}
	return ""
}

// Two people press the same check: it counts once, and the second is told.
func TestTwoPressAtOnce(t *testing.T) {
	d := newDesk(t)
	d.begin()
	v := value(d.panel, "boarding.tick")
	d.press("boarding.tick", v, nil)
	d.press("boarding.tick", v, nil)
	if s := d.read(); s.Run.Step != 1 || len(d.of(bot.EffectEphemeral, "もう済んでいます")) != 1 || len(d.events) != 1 {
		t.Errorf("run %+v, events %v, effects %v", s.Run, d.events, d.effects)
	}
}

// What Toban looks at is not taken from a person without a reason; what failed holds on and is named once; what is found to be right ticks itself
// off, and a result that comes late does not take it back.
func TestFactsAreNotAssumed(t *testing.T) {
	d := newDesk(t)
	d.begin()
	d.end(bot.EffectLook, bot.LookRoles, bot.EffectResult{Outcome: string(bot.LookFail), Why: "1234 参照: AccessDenied", At: d.now.Add(time.Second)})
	d.press("boarding.tick", "", nil)
	d.press("boarding.tick", "", nil)
	if s := d.read(); s.Run.Step != 1 || len(d.of(bot.EffectEphemeral, "Toban が確認する項目")) != 1 || len(d.of(bot.EffectPost, "AccessDenied")) != 1 {
		t.Fatalf("run at %d, effects %v", s.Run.Step, d.effects)
	}
	d.now = d.now.Add(time.Minute)
	d.press("boarding.look", "", nil)
	d.end(bot.EffectLook, bot.LookRoles, bot.EffectResult{Outcome: string(bot.LookPass), Why: "1234 参照: AssumeRole できました", At: d.now})
	if s := d.read(); s.Run.Step != 2 {
		t.Fatalf("what was found to be right is not ticked off: %+v", s.Run)
	}
	d.end(bot.EffectLook, bot.LookRoles, bot.EffectResult{Outcome: string(bot.LookFail), At: noon})
	if s := d.read(); s.Facts[bot.LookRoles].Result != bot.LookPass || s.Run.Step != 2 {
		t.Errorf("an older result took a newer one's place: %+v", s.Facts)
	}
	if log := d.read().Run.Log; log[len(log)-1].By != "Toban" || !strings.Contains(log[len(log)-1].Note, "AssumeRole") {
		t.Errorf("the tick does not say what was found: %+v", log)
	}
}

// A mail that could not be delivered is named with its contact; only that one is sent again.
func TestOnlyWhatFailedIsTestedAgain(t *testing.T) {
	d := newDesk(t)
	d.begin()
	d.press("boarding.mail", "", nil)
	d.press("boarding.mail", "", nil)
	if n := len(d.of(bot.EffectMail, "")); n != 2 || len(d.of(bot.EffectEphemeral, "前のテストの結果を待っています")) != 1 {
		t.Fatalf("%d mails", n)
	}
	d.end(bot.EffectMail, "窓口", bot.EffectResult{At: d.now})
	d.end(bot.EffectMail, "控え", bot.EffectResult{Outcome: "dead", Why: "550 no such user"})
	f := d.read().Facts[bot.LookMail]
	if f.Result != bot.LookFail || !strings.Contains(strings.Join(f.Lines, "\n"), "控え: 送れませんでした") || !strings.Contains(strings.Join(f.Lines, "\n"), "550") {
		t.Errorf("fact %+v", f)
	}
	d.press("boarding.mail", "", nil)
	if n := len(d.of(bot.EffectMail, "")); n != 3 {
		t.Errorf("%d mails, want the failed one again and no other", n)
	}
	d.end(bot.EffectMail, "控え", bot.EffectResult{At: d.now})
	if f := d.read().Facts[bot.LookMail]; f.Result != bot.LookPass {
		t.Errorf("fact %+v", f)
	}
}

// A checklist that was stopped can be begun anew; the customer hears of it once. A completion notice that could not be sent can be sent again.
func TestStoppedBegunAnewAndEnded(t *testing.T) {
	d := newDesk(t)
	d.begin()
	d.press("boarding.abort", "", map[string]string{"reason": "契約の見直し"})
	d.press("boarding.tick", "", nil)
	if len(d.of(bot.EffectComment, "work_aborted")) != 1 || d.read().Run.State != playbook.Stopped {
		t.Fatalf("effects %v", d.effects)
	}
	d.press("boarding.again", "", nil)
	d.press("boarding.tick", "", nil)
	d.press("boarding.attest", "", map[string]string{"reason": "画面で確認"})
	d.press("boarding.attest", "", map[string]string{"reason": "返信で確認"})
	if d.read().Run.State != playbook.Done {
		t.Fatalf("run %+v", d.read().Run)
	}
	d.press("boarding.done", "", nil)
	d.press("boarding.done", "", nil)
	if n := len(d.of(bot.EffectUpdate, "onboarding_done")); n != 1 {
		t.Fatalf("%d completion notices", n)
	}
	d.end(bot.EffectUpdate, "onboarding_done", bot.EffectResult{Outcome: "dead", Why: "404"})
	d.press("boarding.done", "", nil)
	d.end(bot.EffectUpdate, "onboarding_done", bot.EffectResult{RemoteID: "9", At: d.now, Verified: true, Notified: []int64{7}})
	d.end(bot.EffectUpdate, "onboarding_done", bot.EffectResult{RemoteID: "9", At: d.now, Verified: true, Notified: []int64{7}}) // doubled
	done := slices.DeleteFunc(slices.Clone(d.events), func(e bot.Event) bool { return e.Kind != bot.EventWorkDone })
	if len(done) != 1 || len(d.of(bot.EffectUpdate, "onboarding_done")) != 2 {
		t.Errorf("%d ends, effects %v", len(done), d.effects)
	}
}

// Whoever asks, and however often: one effect for a contract. Who may not, and what can't be, is refused and named.
func TestOpening(t *testing.T) {
	tests := []struct {
		name, person, kind string
		change             func(c *bot.Customer)
		want               string // the key of the effect, or what the person is told
	}{
		{"opens", "sato", "onboarding", nil, "boarding:open:onboarding:aoba:2026-12-01"},
		{"role", "ito", "onboarding", nil, "運用担当者か管理者です"},
		{"stranger", "nobody", "onboarding", nil, "運用担当者か管理者です"},
		{"no end", "sato", "offboarding", nil, "終了日(contract.end)"},
		{"end", "sato", "offboarding", func(c *bot.Customer) { c.End = sla.Date{Year: 2027, Month: 3, Day: 31} }, "boarding:open:offboarding:aoba:2027-03-31"},
		{"shadow", "sato", "onboarding", func(c *bot.Customer) { c.Modes = map[string]bot.Mode{"AOBA": bot.ModeShadow} }, "AOBA は shadow"},
		{"off", "sato", "onboarding", func(c *bot.Customer) { c.Modes = map[string]bot.Mode{"AOBA": bot.ModeOff} }, "AOBA は off"},
		{"no kind", "sato", "x", nil, "手続きを選んでください"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			if tt.change != nil {
				tt.change(d.dir.Customers[0])
			}
			for range 2 {
				d.handle(bot.EventStaffAction, nil, bot.StaffAction{Action: boarding.ActionOpen, Person: tt.person, SlackUser: "U1", Values: map[string]string{"project": "aoba/AOBA", "kind": tt.kind}})
			}
			for _, e := range d.effects {
				if e.Key != tt.want && !strings.Contains(string(e.Body), tt.want) {
					t.Errorf("effect %s %s, want %q", e.Key, e.Body, tt.want)
				}
			}
			if len(d.effects) != 2 {
				t.Errorf("%d effects", len(d.effects))
			}
		})
	}
}
