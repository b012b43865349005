package desk_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/desk"
)

// Users of the tests' space.
const (
	userCustomer  int64 = 2001
	userColleague int64 = 2002
	userStaff     int64 = 1001
	userOther     int64 = 1002
	userBot       int64 = 9
	userUnknown   int64 = 7777
)

var tokyo = time.FixedZone("JST", 9*60*60)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// bench is one ticket's life: what Backlog says, what desk made of it.
type bench struct {
	t        testing.TB
	dir      *bot.Directory
	cust     *bot.Customer
	now      time.Time
	snap     bot.Snapshot
	facts    []bot.Fact // not fetched yet
	tk       *bot.Ticket
	state    json.RawMessage
	panel    *bot.Panel
	out      bot.Output // of the last event
	said     []bot.Effect
	keys     map[string]bool
	timer    map[string]time.Time
	rows     map[string]bot.ClockRow
	holdings []bot.Holding // of other tickets
	unsaid   []string      // keys of what was not said in shadow
	letter   *bot.LetterView
	clicked  time.Time // the instant of a click that is handled later; zero: now
	n        int
}

func newBench(t testing.TB, start string) *bench {
	t.Helper()
	b := &bench{t: t, cust: customer(t), now: at(t, start), keys: map[string]bool{}, timer: map[string]time.Time{}, rows: map[string]bot.ClockRow{}}
	people := []bot.Person{
		{ID: "sato", Name: "佐藤", SlackUser: "U1", Backlog: map[string]int64{"main": userStaff}},
		{ID: "suzuki", Name: "鈴木", SlackUser: "U2", Backlog: map[string]int64{"main": userOther}},
		{ID: "tanaka", Name: "田中", SlackUser: "U3"},
	}
	b.dir = &bot.Directory{People: people, Customers: []*bot.Customer{b.cust}, BotUser: map[string]int64{"main": userBot}}
	b.dir.Duty = func(string, time.Time) (bot.Person, bool) { return people[1], true }
	return b
}

func (b *bench) author(id int64) bot.Author {
	names := map[int64]string{userCustomer: "山本", userColleague: "高橋", userStaff: "佐藤", userOther: "鈴木", userBot: "Toban", userUnknown: "不明太郎"}
	return b.dir.Author("main", id, names[id], id == userCustomer || id == userColleague)
}

// open registers an issue; deliver lets desk see it.
func (b *bench) open(by int64, issueType, summary, text string) *bench {
	b.t.Helper()
	b.draft(by, issueType, summary, text)
	b.deliver()
	return b
}

func (b *bench) draft(by int64, issueType, summary, text string) {
	if b.snap.PriorityID == 0 {
		b.snap.PriorityID = bot.PriorityNormal
	}
	b.snap.Space, b.snap.Project, b.snap.IssueID, b.snap.Key, b.snap.URL = "main", "AOBA", 42, "AOBA-1", "https://main.backlog.test/view/AOBA-1"
	b.snap.Type, b.snap.Summary, b.snap.Description, b.snap.Created, b.snap.CreatedBy = issueType, summary, text, b.now, b.author(by)
	b.snap.StatusID, b.snap.Status, b.snap.TextRule, b.snap.Members = bot.StatusOpen, "未対応", "backlog", []int64{userCustomer, userColleague, userStaff}
	b.facts = append(b.facts, bot.Fact{ID: "issue:42", At: b.now, Author: b.snap.CreatedBy, Opened: true, Text: text})
}

func (b *bench) write(by int64, text string, changes ...bot.Change) bot.Fact {
	b.n++
	f := bot.Fact{ID: fmt.Sprintf("comment:%d", 100+b.n), At: b.now, Author: b.author(by), Text: text, Changes: changes}
	b.facts = append(b.facts, f)
	return f
}

// comment is written and delivered.
func (b *bench) comment(by int64, text string, changes ...bot.Change) bot.Fact {
	b.t.Helper()
	f := b.write(by, text, changes...)
	b.deliver()
	return f
}

func (b *bench) setStatus(by int64, id int64, name string) {
	b.t.Helper()
	from := b.snap.Status
	b.snap.StatusID, b.snap.Status = id, name
	b.comment(by, "", bot.Change{Field: "status", From: from, To: name})
}

func (b *bench) setPriority(id int64) {
	b.t.Helper()
	b.snap.PriorityID = id
	b.comment(userCustomer, "", bot.Change{Field: "priority", From: "x", To: "y"})
}

func (b *bench) deliver() {
	b.t.Helper()
	b.n++
	b.handle(bot.EventIssueChanged, fmt.Sprintf("backlog:main:%d:42", b.n), nil)
	b.facts = nil
}

func (b *bench) press(action string, values map[string]string) {
	b.t.Helper()
	b.n++
	b.handle(bot.EventStaffAction, fmt.Sprintf("press:%d", b.n), bot.StaffAction{Action: action, Person: "sato", SlackUser: "U1", Channel: "C1", Values: values})
}

// sent tells that an effect went out now.
func (b *bench) sent(key string) {
	b.t.Helper()
	b.n++
	b.handle(bot.EventEffectDone, "done:"+key, bot.EffectResult{Key: key, Kind: bot.EffectComment, RemoteID: fmt.Sprint(500 + b.n), At: b.now, Verified: true})
}

func (b *bench) tell(kind bot.EventKind, news bot.WorkNews) {
	b.t.Helper()
	b.n++
	b.handle(kind, fmt.Sprintf("derived:%d", b.n), news)
}

// pass moves time on, firing the due moments in their order.
func (b *bench) pass(until string) {
	b.t.Helper()
	end := at(b.t, until)
	for range 100 {
		rule := ""
		for _, r := range slices.Sorted(maps.Keys(b.timer)) {
			if !b.timer[r].After(end) && (rule == "" || b.timer[r].Before(b.timer[rule])) {
				rule = r
			}
		}
		if rule == "" {
			b.now = end
			return
		}
		due := b.timer[rule]
		delete(b.timer, rule)
		if due.After(b.now) {
			b.now = due
		}
		b.n++
		b.handle(bot.EventTimerDue, fmt.Sprintf("timer:%s:%d", rule, b.n), bot.TimerDue{Rule: rule, Due: due})
	}
	b.t.Fatal("due moments never end")
}

// handle asks desk and holds it to what must hold of every decision.
func (b *bench) handle(kind bot.EventKind, key string, body any) {
	b.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	in := bot.In{Now: b.now, Event: bot.Event{Key: key, Kind: kind, Lane: "main/42", At: b.eventAt(), Body: raw}, Dir: b.dir, Ticket: b.tk, State: b.state, Holdings: b.holdings, Unsaid: b.unsaid, Letter: b.letter}
	if kind == bot.EventIssueChanged || kind == bot.EventIssueAdopt {
		snap := b.snap
		in.Snapshot, in.New = &snap, b.facts
	}
	before, _ := json.Marshal(b.tk)
	out, err := desk.New().Handle(in)
	if err != nil {
		b.t.Fatalf("%s %s: %v", kind, key, err)
	}
	again, _ := desk.New().Handle(in)
	if d := cmp.Diff(dump(out), dump(again)); d != "" {
		b.t.Errorf("%s %s: two answers to the same input:\n%s", kind, key, d)
	}
	if after, _ := json.Marshal(b.tk); string(after) != string(before) {
		b.t.Errorf("%s %s changed the ticket that it was given", kind, key)
	}
	b.out = out
	b.keep(out)
	b.check(kind, key, out)
	if out.Ticket == nil {
		return
	}
	in.Ticket, in.State = b.tk, b.state
	twice, err := desk.New().Handle(in)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range twice.Effects {
		if !b.keys[e.Key] {
			b.t.Errorf("%s %s, handled twice, says more: %s", kind, key, e.Body)
		}
	}
}

func (b *bench) eventAt() time.Time {
	if !b.clicked.IsZero() {
		return b.clicked
	}
	return b.now
}

func (b *bench) keep(out bot.Output) {
	if out.Ticket != nil {
		b.tk = out.Ticket
	}
	if out.State != nil {
		b.state, _ = json.Marshal(out.State)
	}
	if out.Panel != nil {
		b.panel = out.Panel
	}
	for _, tm := range out.Timers {
		delete(b.timer, tm.Rule)
		if !tm.Cancel {
			b.timer[tm.Rule] = tm.At
		}
	}
	for _, e := range out.Effects {
		if !b.keys[e.Key] {
			b.said = append(b.said, e)
		}
		b.keys[e.Key] = true
	}
	for _, r := range out.Clocks {
		b.rows[r.ID] = r
	}
}

func dump(v any) string {
	s, _ := json.MarshalIndent(v, "", " ")
	return string(s)
}

// texts are the words to the customer so far, newest last.
func (b *bench) texts() []string {
	var out []string
	for _, e := range b.said {
		var u bot.Update
		if e.Kind.Channel() == "backlog" && e.Decode(&u) == nil && u.Text != "" {
			out = append(out, u.Text)
		}
	}
	return out
}

// staff are the words to staff so far.
func (b *bench) staff() string { return strings.Join(b.posts(), "\n") }

// posts are the messages to staff so far.
func (b *bench) posts() []string {
	var out []string
	for _, e := range b.said {
		var p bot.Post
		if e.Kind == bot.EffectPost && e.Decode(&p) == nil {
			out = append(out, p.Text)
		}
	}
	return out
}

// count counts words to the customer that hold a phrase.
func (b *bench) count(phrase string) int {
	n := 0
	for _, s := range b.texts() {
		if strings.Contains(s, phrase) {
			n++
		}
	}
	return n
}

func (b *bench) key(what string) string { return "desk:main/42:" + what }

func (b *bench) want(status bot.Status, due string) {
	b.t.Helper()
	if b.tk == nil || b.tk.Status != status {
		b.t.Fatalf("status is %v, want %s; staff heard:\n%s", b.tk, status, b.staff())
	}
	got := ""
	if !b.tk.Due.IsZero() {
		got = b.tk.Due.In(tokyo).Format("2006-01-02 15:04")
	}
	if due != "?" && got != due {
		b.t.Fatalf("due %q, want %q; entries %s", got, due, dump(b.tk.Entries))
	}
}

func (b *bench) kinds() []bot.EntryKind {
	var out []bot.EntryKind
	for _, e := range b.tk.Entries {
		out = append(out, e.Kind)
	}
	return out
}
