package desk_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/sla"
)

// happening is something that people did at an instant: a fact of Backlog, or a click.
type happening struct {
	at     time.Time
	fact   bot.Fact
	snap   bot.Snapshot // the issue after it
	action string       // "" for a fact
	values map[string]string
}

// arrival is an event of a happening that reaches Toban.
type arrival struct {
	at  time.Time
	of  int    // the happening
	key string // of the event
}

// story is what people do with one ticket. It is drawn while it is lived in order, so that each click is possible when it is made.
func story(t *testing.T, r *rand.Rand) (list []happening, lived *bench) {
	t.Helper()
	b := newBench(t, "2026-11-24 10:00")
	b.snap.PriorityID = bot.PriorityNormal
	b.draft(userCustomer, "バックアップ作業", "バックアップ", backup)
	list = []happening{{at: b.now, fact: b.facts[0], snap: b.snap}}
	b.deliver()
	words := []string{"ホスト名は web01 です。", "ありがとうございます。", "まだでしょうか？", "了解です。"}
	asks := []string{"次の点をお知らせください。\n・世代数\n・取得時刻", "対応中です。"}
	statuses := map[int64]string{bot.StatusInProgress: "処理中", bot.StatusResolved: "処理済み", bot.StatusOpen: "未対応"}
	for n := range 8 {
		b.now = b.now.Add(time.Duration(30+r.IntN(9*60)) * time.Minute)
		h := happening{at: b.now}
		put := func(by int64, text string, changes ...bot.Change) {
			h.fact = bot.Fact{ID: fmt.Sprintf("comment:%d", 100+n), At: b.now, Author: b.author(by), Text: text, Changes: changes}
			b.facts = append(b.facts, h.fact)
			b.deliver()
		}
		switch r.IntN(7) {
		case 0, 1:
			put(userCustomer, words[r.IntN(len(words))])
		case 2:
			put(userStaff, asks[r.IntN(len(asks))])
		case 3:
			id := slices.Sorted(maps.Keys(statuses))[r.IntN(3)]
			if id == b.snap.StatusID {
				continue
			}
			from := b.snap.Status
			b.snap.StatusID, b.snap.Status = id, statuses[id]
			put(userStaff, "", bot.Change{Field: "status", From: from, To: b.snap.Status})
		case 4:
			b.snap.PriorityID = []int64{2, 3, 4}[r.IntN(3)]
			put(userCustomer, "", bot.Change{Field: "priority", From: "x", To: "y"})
		default:
			actions := []string{"desk.take", "desk.agree", "desk.classify", "desk.withdraw", "desk.reopen"}
			h.action = actions[r.IntN(len(actions))]
			h.values = map[string]string{"type": []string{"backup", "account"}[r.IntN(2)], "date": b.now.Add(96 * time.Hour).Format(time.RFC3339), "reason": "理由"}
			if !slices.ContainsFunc(b.panel.Buttons, func(x bot.Button) bool { return x.Action == h.action }) {
				continue
			}
			b.click(n+1, h)
		}
		h.snap = b.snap
		list = append(list, h)
	}
	return list, b
}

func (b *bench) click(i int, h happening) {
	b.t.Helper()
	b.clicked = h.at
	b.handle(bot.EventStaffAction, fmt.Sprintf("press:%s", h.at.Format(time.RFC3339)), bot.StaffAction{Action: h.action, Person: "sato", SlackUser: "U1", Channel: "C1", Values: h.values})
	b.clicked = time.Time{}
}

// live lets the arrivals come, with the timers between them firing some time late.
func live(t *testing.T, list []happening, arrivals []arrival, late time.Duration, until time.Time) *bench {
	t.Helper()
	b := newBench(t, "2026-11-24 10:00")
	fetched := 0
	fetch := func(key string) {
		for ; fetched < len(list) && !list[fetched].at.After(b.now); fetched++ {
			b.snap = list[fetched].snap
			if list[fetched].action == "" {
				b.facts = append(b.facts, list[fetched].fact)
			}
		}
		b.handle(bot.EventIssueChanged, key, nil)
		b.facts = nil
	}
	slices.SortStableFunc(arrivals, func(x, y arrival) int { return x.at.Compare(y.at) })
	for _, a := range arrivals {
		b.fire(a.at, late)
		b.now = a.at
		if h := list[a.of]; h.action != "" {
			b.click(a.of, h)
		} else {
			fetch(a.key)
		}
	}
	b.fire(until, late)
	b.now = until
	fetch("flush")
	return b
}

// fire lets due moments come, each some time late, as long as that is before an instant.
func (b *bench) fire(until time.Time, late time.Duration) {
	b.t.Helper()
	for range 200 {
		rule := ""
		for _, r := range slices.Sorted(maps.Keys(b.timer)) {
			if b.timer[r].Add(late).Before(until) && (rule == "" || b.timer[r].Before(b.timer[rule])) {
				rule = r
			}
		}
		if rule == "" {
			return
		}
		due := b.timer[rule]
		delete(b.timer, rule)
		if at := due.Add(late); at.After(b.now) {
			b.now = at
		}
		b.n++
		b.handle(bot.EventTimerDue, fmt.Sprintf("timer:%s:%d", rule, b.n), bot.TimerDue{Rule: rule, Due: due})
	}
	b.t.Fatal("due moments never end")
}

// figures are the promises as they stand.
func (b *bench) figures() []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(b.rows)) {
		r := b.rows[id]
		if r.State == sla.StatePaused { // its end moves on while it stands still, and was last looked at at another time
			r.Due, r.Stopped = time.Time{}, time.Time{}
		}
		out = append(out, fmt.Sprintf("%s %s from %s due %s stopped %s", id, r.State, r.Start.In(tokyo).Format("02 15:04"), r.Due.In(tokyo).Format("02 15:04"), r.Stopped.In(tokyo).Format("02 15:04")))
	}
	return out
}

// notices are the messages to the customer by their keys.
func (b *bench) notices() []string {
	var out []string
	for _, e := range b.said {
		if e.Class == bot.Notice && e.Kind.Channel() == "backlog" {
			key, _, _ := strings.Cut(e.Key, ":timer:")
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// What people did gives the same promises and the same words to the customer, whichever way it reaches Toban: late, doubled, in another order,
// with due moments that come late.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	lives := 50
	if testing.Short() {
		lives = 20
	}
	for seed := range lives {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 11))
			list, _ := story(t, r)
			until := list[len(list)-1].at.Add(20 * time.Hour)
			arrive := func(delay func() time.Duration, twice bool) []arrival {
				var out []arrival
				for i, h := range list {
					out = append(out, arrival{h.at.Add(delay()), i, fmt.Sprintf("hook:%d", i)})
					if twice {
						out = append(out, arrival{h.at.Add(delay()), i, fmt.Sprintf("poll:%d", i)})
					}
				}
				return out
			}
			want := live(t, list, arrive(func() time.Duration { return 0 }, false), 0, until)
			got := live(t, list, arrive(func() time.Duration { return time.Duration(r.IntN(25*60)) * time.Second }, true), time.Duration(r.IntN(120))*time.Second, until)
			tell := func() string {
				var b strings.Builder
				for _, h := range list {
					fmt.Fprintf(&b, "\n%s %s %s %q %v", h.at.In(tokyo).Format("02 15:04"), h.action, h.fact.Author.Name, h.fact.Text, h.fact.Changes)
				}
				return b.String()
			}
			if diff := cmp.Diff(want.figures(), got.figures()); diff != "" {
				t.Errorf("promises (-in order +as they came): %s%s", diff, tell())
			}
			if diff := cmp.Diff(want.notices(), got.notices()); diff != "" {
				t.Errorf("words (-in order +as they came): %s%s", diff, tell())
			}
			if want.tk.Status != got.tk.Status {
				t.Errorf("in order the ticket is %s, as they came %s%s", want.tk.Status, got.tk.Status, tell())
			}
		})
	}
}
