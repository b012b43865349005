package fold_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/alert/fold"
)

var noon = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)

// lane is one lane with what a store would keep of it.
type lane struct {
	t       *testing.T
	dir     *bot.Directory
	view    bot.AlertView
	id      string
	now     time.Time
	n       int
	effects []bot.Effect
	timers  map[string]time.Time
}

func newLane(t *testing.T, customer, host, name string, rules ...bot.AlertRule) *lane {
	t.Helper()
	dir := &bot.Directory{}
	for _, id := range []string{"aoba", "midori"} {
		dir.Customers = append(dir.Customers, &bot.Customer{
			ID: id, Name: id, Space: "main", Projects: []string{strings.ToUpper(id)}, Channel: "C-" + id, Zone: time.UTC, Alerts: rules,
			Types: []bot.RequestType{{ID: "incident", IssueType: "障害ご連絡", Class: bot.ClassIncident}}, Impact: map[int64]string{bot.PriorityHigh: "affected"},
		})
	}
	return &lane{t: t, dir: dir, id: bot.AlertLane(customer, host, name), now: noon, timers: map[string]time.Time{}}
}

func (l *lane) handle(kind bot.EventKind, body any) bot.Output {
	l.t.Helper()
	l.n++
	e, err := bot.NewEvent(kind, fmt.Sprint("event:", l.n), l.id, l.now, body)
	if err != nil {
		l.t.Fatal(err)
	}
	out, err := fold.New().Handle(bot.In{Now: l.now, Event: e, Dir: l.dir, Alert: &l.view})
	if err != nil {
		l.t.Fatal(err)
	}
	if r := out.Alert; r != nil {
		r.Version++
		l.view.Record = r
	}
	l.effects = append(l.effects, out.Effects...)
	for _, x := range out.Timers {
		delete(l.timers, x.Rule)
		if !x.Cancel {
			l.timers[x.Rule] = x.At
		}
	}
	return out
}

func (l *lane) say(host, name, occurrence string, firing bool) bot.Output {
	l.t.Helper()
	customer, _ := bot.AlertCustomer(l.id)
	return l.handle(bot.EventAlert, bot.Alert{Customer: customer, Source: "json", Host: host, Name: name, Occurrence: occurrence, Firing: firing})
}

// due fires a due moment at its time.
func (l *lane) due(rule string) {
	l.t.Helper()
	at, ok := l.timers[rule]
	if !ok {
		l.t.Fatalf("no due moment %s in %v", rule, l.timers)
	}
	delete(l.timers, rule)
	l.now = at
	l.handle(bot.EventTimerDue, bot.TimerDue{Rule: rule, Due: at})
}

// taken is what Backlog and desk do with an issue that was opened.
func (l *lane) taken(status bot.Status) {
	l.t.Helper()
	opened := l.opened()
	l.handle(bot.EventEffectDone, bot.EffectResult{Key: opened[len(opened)-1].Key, Kind: bot.EffectIssue, RemoteID: "AOBA-1"})
	l.view.Ticket = &bot.Ticket{ID: "main/1", Key: "AOBA-1", Status: status}
}

func (l *lane) opened() []bot.Effect {
	return slices.DeleteFunc(slices.Clone(l.effects), func(e bot.Effect) bool { return e.Kind != bot.EffectIssue })
}

func (l *lane) posts(words string) (n int) {
	for _, e := range l.effects {
		var p bot.Post
		if e.Kind == bot.EffectPost && e.Decode(&p) == nil && strings.Contains(p.Text, words) {
			n++
		}
	}
	return n
}

func (l *lane) state() (s fold.State) {
	l.t.Helper()
	if err := json.Unmarshal(l.view.Record.State, &s); err != nil {
		l.t.Fatal(err)
	}
	return s
}

// Whatever the order in which the words of named outbreaks come, and however often each comes: one issue is opened, what fires at the end is
// firing, and a recovery is told.
func TestOrderAndDoublesDoNotMatter(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		l := newLane(t, "aoba", "web01", "cpu")
		words := []bool{true, false}
		for range rnd.IntN(3) {
			words = append(words, words[rnd.IntN(2)])
		}
		rnd.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		for i, firing := range words {
			l.say("web01", "cpu", "e1", firing)
			if i == 0 && len(l.opened()) > 0 {
				l.taken(bot.StatusAccepted)
			}
		}
		if l.view.Ticket == nil {
			l.taken(bot.StatusAccepted)
			if _, waits := l.timers["fold/tell"]; waits {
				l.due("fold/tell")
			}
		}
		if s := l.state(); len(l.opened()) != 1 || s.Firing || l.posts("復旧を確認し") != 1 {
			t.Fatalf("seed %d, %v: %d opened, firing %v, recovery told %d times", seed, words, len(l.opened()), s.Firing, l.posts("復旧を確認し"))
		}
	}
}

// A recovery of an outbreak that is over ends no other.
func TestLateRecoveryOfAnEarlierOutbreak(t *testing.T) {
	l := newLane(t, "aoba", "web01", "cpu")
	l.say("web01", "cpu", "e1", true)
	l.taken(bot.StatusAccepted)
	l.say("web01", "cpu", "e2", true)
	l.say("web01", "cpu", "e1", false)
	if s := l.state(); !s.Firing {
		t.Error("the alert is not firing any more")
	}
}

// Flapping is summed up: at most four lines in ten minutes, and the last state is told.
func TestFlappingIsSummedUp(t *testing.T) {
	l := newLane(t, "aoba", "web01", "cpu")
	l.say("web01", "cpu", "", true)
	l.taken(bot.StatusAccepted)
	before := len(l.effects)
	for i := range 30 {
		l.now = l.now.Add(5 * time.Second)
		l.say("web01", "cpu", "", i%2 == 1)
	}
	if n := len(l.effects) - before; n != 4 {
		t.Errorf("%d lines while it flaps, want 4", n)
	}
	l.due("fold/tell")
	if l.posts("警報が繰り返しています") != 1 || len(l.opened()) != 1 {
		t.Errorf("not summed up, %d issues", len(l.opened()))
	}
}

// Hosts of one name in two customers have nothing in common: neither lanes nor silences nor work.
func TestCustomersApart(t *testing.T) {
	if bot.AlertLane("aoba", "web01", "cpu") == bot.AlertLane("midori", "web01", "cpu") || bot.AlertLane("aoba", "web01", "cpu") == bot.AlertLane("aoba", "web0", "1cpu") {
		t.Fatal("lanes are shared")
	}
	for customer, held := range map[string]bool{"aoba": true, "midori": false} {
		l := newLane(t, customer, "web01", "cpu")
		l.view.Silences = []bot.Silence{{ID: "S-AOBA", Customer: "aoba", From: noon.Add(-time.Hour), Until: noon.Add(time.Hour)}}
		l.view.Works = []bot.Holding{{Ticket: "main/9", Customer: "aoba", Key: "AOBA-9", Kind: bot.HoldWork, Ref: "web01", Running: true}}
		l.say("web01", "cpu", "e1", true)
		if got := len(l.opened()) == 0; got != held {
			t.Errorf("%s: held back %v, want %v", customer, got, held)
		}
		for _, e := range l.effects {
			if e.Customer != customer {
				t.Errorf("an effect of %s is %s's: %+v", customer, e.Customer, e)
			}
		}
	}
}

// A silence that is followed by another, then by work, holds on; each is marked, and the alert is raised when the last is over.
func TestOneHoldAfterAnother(t *testing.T) {
	l := newLane(t, "aoba", "web01", "cpu")
	l.view.Silences = []bot.Silence{
		{ID: "S-1", Customer: "aoba", Hosts: []string{"web01"}, From: noon, Until: noon.Add(time.Hour)},
		{ID: "S-2", Customer: "aoba", From: noon.Add(30 * time.Minute), Until: noon.Add(2 * time.Hour)},
	}
	l.say("web01", "cpu", "e1", true)
	l.due("fold/look")
	l.view.Works = []bot.Holding{{Ticket: "main/9", Customer: "aoba", Key: "AOBA-9", Kind: bot.HoldWork, Ref: "web01", Running: true}}
	l.due("fold/look")
	if len(l.opened()) != 0 {
		t.Fatal("opened while work runs")
	}
	l.view.Works = nil
	l.due("fold/look")
	var by []string
	for _, m := range l.state().Marks {
		by = append(by, m.By)
	}
	if !slices.Equal(by, []string{"S-1", "S-2", "work:AOBA-9"}) || len(l.opened()) != 1 {
		t.Errorf("marked by %v, %d opened", by, len(l.opened()))
	}
	o, ok := bot.ReadAlertOrigin(l.opened()[0].Key)
	if !ok || !o.Received.Equal(l.now) || o.Host != "web01" || o.Lane != l.id {
		t.Errorf("origin %+v, want its clock from the end of the last", o)
	}
}

// What could not be opened is told and tried with the next word; what was left for review is put before staff once.
func TestDeadLettersAndReviews(t *testing.T) {
	l := newLane(t, "aoba", "web01", "cpu")
	l.say("web01", "cpu", "e1", true)
	l.handle(bot.EventEffectDead, bot.EffectResult{Key: l.opened()[0].Key, Kind: bot.EffectIssue, Why: "no such issue type"})
	if l.posts("登録できませんでした") != 1 {
		t.Error("staff did not hear that it could not be opened")
	}
	l.say("web01", "cpu", "e1", true)
	if len(l.opened()) != 2 {
		t.Errorf("%d tries, want another with the next word", len(l.opened()))
	}
	l = newLane(t, "aoba", "web01", "cpu", bot.AlertRule{ID: "later", Impact: "ask", Review: true})
	l.say("web01", "cpu", "e1", true)
	l.say("web01", "cpu", "e2", true)
	l.view.All = []bot.AlertRecord{*l.view.Record}
	l.due("fold/review")
	if len(l.opened()) != 0 || l.posts("確認対象の警報です(1 種類") != 1 || l.posts("1. web01 cpu: 2 件") != 1 {
		t.Errorf("%d opened, effects %v", len(l.opened()), l.effects)
	}
}

// What a contract has looked at on the next business day is one list a customer and day, with a button a line: whichever lane comes first writes it.
func TestReviewIsOneList(t *testing.T) {
	rule := bot.AlertRule{ID: "later", Impact: "ask", Review: true}
	lanes := []*lane{newLane(t, "aoba", "web01", "cpu", rule), newLane(t, "aoba", "db01", "disk <!channel>", rule), newLane(t, "aoba", "web02", "mem", rule)}
	lanes[0].say("web01", "cpu", "e1", true)
	lanes[1].now = noon.Add(-time.Hour)
	lanes[1].say("db01", "disk <!channel>", "e1", true)
	lanes[1].say("db01", "disk <!channel>", "e1", false)
	lanes[1].say("db01", "disk <!channel>", "e2", true)
	lanes[2].now = noon.Add(2 * time.Hour)
	lanes[2].say("web02", "mem", "", true)
	lanes[2].say("web02", "mem", "", false)
	all := func() (out []bot.AlertRecord) {
		for _, l := range lanes {
			if l.view.Record.Held == bot.HeldForReview {
				out = append(out, *l.view.Record)
			}
		}
		return out
	}
	at := noon.Add(24 * time.Hour)
	lists := map[string]bool{}
	for i, l := range lanes {
		if i == 2 { // it comes again in the very moment: that is for the next list
			l.now = at
			l.say("web02", "mem", "", true)
		}
		l.view.All = all()
		l.now = at
		out := l.handle(bot.EventTimerDue, bot.TimerDue{Rule: "fold/review", Due: at})
		for _, e := range out.Effects {
			if lists[e.Key] {
				continue // the outbox drops it
			}
			lists[e.Key] = true
			var p bot.Post
			if err := e.Decode(&p); err != nil || e.Customer != "aoba" {
				t.Fatal(err, e)
			}
			want := "1. db01 disk <!channel>: 2 件、最後は 11/24(火) 02:00 UTC、発生中\n2. web01 cpu: 1 件、最後は 11/24(火) 03:00 UTC、発生中\n3. web02 mem: 1 件、最後は 11/24(火) 05:00 UTC、復旧済み"
			if _, got, _ := strings.Cut(p.Text, "\n"); got != want || !strings.Contains(p.Text, "(3 種類)") || len(p.Buttons) != 4 || p.Buttons[0].Value != lanes[1].id {
				t.Errorf("the list:\n%s\nwant\n%s\nbuttons %+v", got, want, p.Buttons)
			}
		}
	}
	if len(lists) != 1 {
		t.Errorf("%d lists, want one", len(lists))
	}
	if _, again := lanes[2].timers["fold/review"]; !again || len(lanes[2].state().Review) != 1 || len(lanes[0].state().Review) != 0 {
		t.Errorf("what came in the moment of the list: %+v", lanes[2].state().Review)
	}
	// Staff make an incident of a line, and end the list.
	lanes[0].view.Ticket = nil
	for _, l := range lanes {
		dir := l.dir
		dir.People = []bot.Person{{ID: "sato", Name: "佐藤", Roles: []bot.Role{bot.RoleOperator}}, {ID: "kato", Name: "加藤"}}
	}
	l := lanes[0]
	l.handle(bot.EventStaffAction, bot.StaffAction{Action: bot.ReviewOpen + "2", Person: "kato"})
	if len(l.opened()) != 0 {
		t.Error("opened by somebody who may not")
	}
	l.now = at.Add(time.Hour)
	for range 2 {
		l.handle(bot.EventStaffAction, bot.StaffAction{Action: bot.ReviewOpen + "2", Person: "sato"})
	}
	o, _ := bot.ReadAlertOrigin(l.opened()[0].Key)
	if len(l.opened()) != 1 || !o.Received.Equal(l.now) || l.posts("すでにあります") != 1 {
		t.Errorf("%d opened from %s", len(l.opened()), o.Received)
	}
	l.handle(bot.EventStaffAction, bot.StaffAction{Action: bot.ReviewDone, Person: "sato"})
	if l.posts("確認を終えました(佐藤)") != 1 {
		t.Error("the end of the review is not told")
	}
}

// What no rule reads is shown, four posts in ten minutes and then a sum, and opens nothing.
func TestUnreadWordsAreShown(t *testing.T) {
	l := newLane(t, "aoba", "", "mail that no rule fits")
	for i := range 9 {
		l.now = l.now.Add(time.Second)
		l.handle(bot.EventAlert, bot.Alert{Customer: "aoba", Source: "mail", Name: "mail that no rule fits", Text: fmt.Sprint("週報 ", i, " password=hunter2hunter2"), Unread: true, Firing: true})
	}
	if l.posts("合いません") != 4 || l.posts("hunter2") != 0 || len(l.opened()) != 0 || l.view.Record.Firing {
		t.Errorf("effects %v", l.effects)
	}
	l.due("fold/tell")
	if l.posts("5 件届きました") != 1 || l.posts("週報 8") != 1 {
		t.Errorf("not summed up: %v", l.effects)
	}
}

// What a source says is shown, never obeyed: one line where there is to be one, secrets hidden, no endless text.
func TestWordsOfSourcesAreCleaned(t *testing.T) {
	l := newLane(t, "aoba", "web01", "cpu")
	l.handle(bot.EventAlert, bot.Alert{
		Customer: "aoba", Source: "json", Host: "web01\n\u202e", Name: "cpu\r\nhigh" + strings.Repeat("x", 1000), Text: "password=hunter2hunter2\n" + strings.Repeat("あ", 9000), URL: "javascript:alert(1)", Firing: true,
	})
	var issue bot.NewIssue
	if err := l.opened()[0].Decode(&issue); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(issue.Summary, "\r\n\u202e") || strings.Contains(issue.Description, "hunter2") || len([]rune(issue.Description)) > 3000 || !issue.Plain || l.posts("javascript:") > 0 {
		t.Errorf("issue %+v", issue)
	}
}

func TestAlertOriginReadsBack(t *testing.T) {
	for _, o := range []bot.AlertOrigin{
		{Lane: bot.AlertLane("aoba", "a:b", "c"), Host: "a:b/%日本 ", Impact: "ask", Urgency: "高", Received: noon, Number: 3},
		{Lane: bot.AlertLane("aoba", "", ""), Impact: "affected", Received: noon.Add(time.Microsecond), Number: 1},
	} {
		if got, ok := bot.ReadAlertOrigin(o.Key()); !ok || got != o {
			t.Errorf("%+v reads back as %+v", o, got)
		}
	}
	if _, ok := bot.ReadAlertOrigin("desk:new:aoba"); ok {
		t.Error("another effect is read as an alert's")
	}
}
