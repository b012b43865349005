package main

import (
	"bytes"
	"container/heap"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/config"
)

// A simulated month: the whole bot between both stand-ins, three customers and their staff as seeded actors with plans of their own, and
// everything that goes wrong in a month. What must hold whatever happens stands in month_invariant_test.go. A month is repeated by its
// seed: make sim FROM=7 SEEDS=1.

// monthSize is how much of a month is played.
type monthSize struct {
	days, tickets int
	faults        bool
}

// TestMonths plays one month with few tickets each time that the tests run, and as many as one likes by `make sim`.
func TestMonths(t *testing.T) {
	t.Parallel()
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return otherwise
	}
	const few = 30
	seeds, from := number("SIM_SEEDS", 1), number("SIM_FROM", 1)
	size := monthSize{days: number("SIM_DAYS", 30), tickets: number("SIM_TICKETS", few), faults: true}
	limit, _ := time.ParseDuration(os.Getenv("SIM_FOR"))
	began := time.Now()
	var all monthResult
	months := 0
	for seed := from; seed < from+seeds && (limit == 0 || time.Since(began) < limit); seed++ {
		var r monthResult
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			one := time.Now()
			r = playMonth(t, uint64(seed), size)
			_, _ = fmt.Fprintf(os.Stdout, "seed %d: %s, in %s\n", seed, r.summary(1), time.Since(one).Round(time.Second))
			if len(r.violations) > 0 {
				t.Errorf("again: make sim FROM=%d SEEDS=1 TICKETS=%d\n%s", seed, size.tickets, r.text())
			}
		})
		months++
		all.add(r)
	}
	_, _ = fmt.Fprintf(os.Stdout, "make sim: %s, in %s\n%s", all.summary(months), time.Since(began).Round(time.Second), all.counts())
}

// month is one month being played. One goroutine plays it: the people act one after the other, Toban works beside them.
type month struct {
	t         *testing.T
	seed      uint64
	size      monthSize
	dir       string
	rng       *rand.Rand // of the calendar and the faults; each ticket has its own
	start0    time.Time
	end       time.Time
	desks     []*tenant
	cfg       *config.Config
	route     *routes
	client    *http.Client
	backlog   *backlogsim.Server
	slack     *slacksim.Server
	p         *process
	up        bool
	lives     int
	log       bytes.Buffer
	queue     events
	seq       int
	cases     []*caseFile
	byKey     map[string]*caseFile
	watch     watcher
	troubles  []trouble
	fallAfter []fallAfter
	nextDB    string // on which Toban will start again
	counted   recorded
	readerOf  string
	readerDB  *sql.DB

	mu sync.Mutex // the result: wires are checked where Toban calls
	monthResult
}

// trouble is a time in which something did not work.
type trouble struct {
	what     string // backlog, slack, toban
	from, to time.Time
}

// event is something that happens at a time.
type event struct {
	at    time.Time
	seq   int
	about *caseFile
	f     func()
}

type events []event

func (q events) Len() int { return len(q) }
func (q events) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].seq < q[j].seq
}
func (q events) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *events) Push(x any)   { *q = append(*q, x.(event)) }
func (q *events) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

// at plans something; what would come after the month does not come.
func (m *month) at(at time.Time, about *caseFile, f func()) {
	if at.Before(m.end) {
		m.seq++
		heap.Push(&m.queue, event{at, m.seq, about, f})
	}
}

func playMonth(t *testing.T, seed uint64, size monthSize) (r monthResult) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := tokyo(t, "2026-11-01 00:00:00")
		time.Sleep(time.Until(start))
		m := &month{
			t: t, seed: seed, size: size, dir: t.TempDir(), rng: rand.New(rand.NewPCG(seed, 1)), start0: start, end: start.AddDate(0, 0, size.days),
			desks: monthDesks(seed), byKey: map[string]*caseFile{}, up: true,
		}
		m.watch = watcher{m: m}
		if err := m.openWorld(); err != nil {
			t.Fatal(err)
		}
		defer m.close()
		time.Sleep(time.Minute) // the poll knows where the feed stands
		m.planTickets()
		if size.faults {
			m.planFaults()
		}
		for d := 1; d < size.days; d++ {
			m.at(start.AddDate(0, 0, d).Add(6*time.Hour), nil, m.watch.daily)
		}
		m.play()
		m.finish()
		r = m.monthResult
	})
	return r
}

// play lets everything happen in its order.
func (m *month) play() {
	began, day := time.Now(), 0
	for m.queue.Len() > 0 {
		e := heap.Pop(&m.queue).(event)
		m.sleepUntil(e.at)
		if n := int(time.Since(began).Hours() / 24); n > day && os.Getenv("SIM_TICKETS") != "" { // a long month tells how far it is
			day = n
			_, _ = fmt.Fprintf(os.Stdout, "seed %d: day %d of %d, %d steps, %d violations\n", m.seed, day, m.size.days, m.steps, len(m.violations))
		}
		e.f()
		m.mu.Lock()
		m.steps++
		m.mu.Unlock()
		if e.about == nil {
			continue
		}
		m.watch.touch(e.about)
		const soon = 20 * time.Second
		if m.queue.Len() > 0 && time.Until(m.queue[0].at) > soon {
			time.Sleep(soon)
		}
		m.watch.step()
		if len(m.violations) >= mostViolations {
			return
		}
	}
	m.sleepUntil(m.end)
}

const mostViolations = 40

func (m *month) sleepUntil(at time.Time) {
	if d := time.Until(at); d > 0 {
		time.Sleep(d)
	}
}

// finish ends all faults, gives Toban the time that it needs, and looks at everything.
func (m *month) finish() {
	m.backlog.ResetFaults()
	if err := m.slack.SetFaults(slacksim.Faults{Clear: true}); err != nil {
		m.t.Fatal(err)
	}
	m.raise()
	m.sleepUntil(m.end.Add(10*time.Hour + 30*time.Minute)) // over 9:00 of the first, when the month's report is written
	m.monthResult.tickets = len(m.cases)
	m.watch.final()
	m.countFaults()
}

// monthResult is what came of one month or several.
type monthResult struct {
	steps, tickets, restarts, kills int
	outages                         time.Duration
	faults                          map[string]int
	checked                         map[string]int // how often each invariant was looked at
	violations                      []violation
}

// violation is an invariant that did not hold.
type violation struct {
	seed      uint64
	step      int
	at        time.Time
	invariant string
	what      string
	history   []string
}

func (r *monthResult) add(o monthResult) {
	r.steps, r.tickets, r.restarts, r.kills, r.outages = r.steps+o.steps, r.tickets+o.tickets, r.restarts+o.restarts, r.kills+o.kills, r.outages+o.outages
	r.violations = append(r.violations, o.violations...)
	for k, n := range o.faults {
		count(&r.faults, k, n)
	}
	for k, n := range o.checked {
		count(&r.checked, k, n)
	}
}

func count(m *map[string]int, key string, n int) {
	if *m == nil {
		*m = map[string]int{}
	}
	(*m)[key] += n
}

func (r *monthResult) summary(months int) string {
	faults, checks := 0, 0
	for _, n := range r.faults {
		faults += n
	}
	for _, n := range r.checked {
		checks += n
	}
	return fmt.Sprintf("%d desk-months, %d tickets, %d steps, %d faults, %d restarts, %d kills, %s of outages, %d invariants checked %d times, %d violations",
		months*3, r.tickets, r.steps, faults, r.restarts, r.kills, r.outages.Round(time.Minute), len(r.checked), checks, len(r.violations))
}

// counts lists the faults by kind and how often each invariant was looked at.
func (r *monthResult) counts() string {
	var b strings.Builder
	for _, list := range []map[string]int{r.faults, r.checked} {
		for _, k := range slices.Sorted(maps.Keys(list)) {
			fmt.Fprintf(&b, "    %7d %s\n", list[k], k)
		}
	}
	return b.String()
}

func (r *monthResult) text() string {
	var b strings.Builder
	for _, v := range r.violations {
		fmt.Fprintf(&b, "seed %d, step %d, %s: %s: %s\n", v.seed, v.step, v.at.In(tokyoZone).Format("01-02 15:04:05"), v.invariant, v.what)
		for _, l := range v.history {
			b.WriteString("    " + l + "\n")
		}
	}
	return b.String()
}

var tokyoZone = time.FixedZone("JST", 9*60*60)
