package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/config"
)

// caseFile is a ticket as its people see it.
type caseFile struct {
	m        *month
	d        *tenant
	n        int
	rng      *rand.Rand
	plan     string
	rt       config.RequestType
	priority int
	opener   int
	key      string
	id       int64
	created  time.Time
	acts     []act
	turns    int             // of the customer
	presses  int             // of staff
	gone     bool            // deleted
	odd      map[string]bool // what the oracles of clocks do not follow
	history  []string
	watched  watched
	lastAct  time.Time
}

// act is something that a person did in Backlog, with the vendor's instant and what it means.
type act struct {
	at    time.Time
	ref   int64 // the comment's id
	staff bool
	what  string
}

func (c *caseFile) ticketID() bot.TicketID { return bot.NewTicketID("demo", c.id) }

func (c *caseFile) note(format string, args ...any) {
	c.history = append(c.history, time.Now().In(tokyoZone).Format("01-02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (c *caseFile) mark(what string) {
	if c.odd == nil {
		c.odd = map[string]bool{}
	}
	c.odd[what] = true
}

func (c *caseFile) chance(p float64) bool { return c.rng.Float64() < p }

// between is a random time between two.
func (c *caseFile) between(from, to time.Duration) time.Duration {
	return from + time.Duration(c.rng.Int64N(int64(to-from)))
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// errAway says that a vendor did not answer: people try again later.
type errAway struct{ status int }

func (e errAway) Error() string { return fmt.Sprintf("no answer: %d", e.status) }

// call speaks the Backlog API as a person.
func (m *month) call(user int, method, path string, form url.Values, into any) error {
	var body io.Reader
	if method == http.MethodGet {
		path += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(m.t.Context(), method, simBacklogURL+"/api/v2"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Backlog-Api-Key", userKey(user))
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := m.client.Do(req)
	if err != nil {
		return errAway{}
	}
	raw, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	const failed, server = 300, 500
	switch {
	case err != nil:
		return errAway{}
	case res.StatusCode >= server || res.StatusCode == http.StatusTooManyRequests:
		return errAway{res.StatusCode}
	case res.StatusCode >= failed:
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, raw)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}

// planTickets spreads the month's tickets over its days: most in business hours, some at night and on holidays.
func (m *month) planTickets() {
	for n := range m.size.tickets {
		c := &caseFile{m: m, n: n, d: m.desks[n%len(m.desks)], rng: rand.New(rand.NewPCG(m.seed, uint64(1000+n)))}
		c.choose()
		day := m.start0.AddDate(0, 0, c.rng.IntN(m.size.days-2))
		hour := c.between(8*time.Hour, 20*time.Hour)
		if c.chance(0.15) {
			hour = c.between(0, 24*time.Hour)
		}
		m.at(day.Add(hour), c, c.open)
	}
}

// choose decides what the ticket is about.
func (c *caseFile) choose() {
	r := c.rng.Float64()
	pool := slices.DeleteFunc(slices.Clone(c.d.types), func(t config.RequestType) bool {
		return t.Class == config.ClassIncident || t.OpenedBy == config.OpenedByProvider
	})
	switch {
	case r < 0.10:
		if all := slices.DeleteFunc(slices.Clone(c.d.types), func(t config.RequestType) bool { return t.Class != config.ClassIncident }); len(all) > 0 {
			pool, c.plan = all, "incident"
			break
		}
		c.plan = "complete"
	case r < 0.55:
		c.plan = "complete"
	case r < 0.75:
		c.plan = "incomplete"
	case r < 0.80:
		c.plan = "dated"
	case r < 0.85:
		c.plan = "vague"
	case r < 0.89:
		c.plan = "several"
	case r < 0.92:
		c.plan = "complaint"
	case r < 0.95:
		c.plan = "secret"
	case r < 0.97:
		c.plan = "hostile"
	default:
		c.plan = "ours" // staff open it
		pool = c.d.types
	}
	c.rt = pool[c.rng.IntN(len(pool))]
	c.priority = 3
	switch p := c.rng.Float64(); {
	case p < 0.1 || c.plan == "incident" && p < 0.5:
		c.priority = 2
	case p < 0.17 || c.plan == "incident" && p < 0.65:
		c.priority = 4
	}
	c.opener = c.d.users[c.rng.IntN(2)]
	switch {
	case c.plan == "ours":
		c.opener = monthStaff[c.rng.IntN(len(monthStaff))].backlog
	case c.chance(0.01):
		c.opener = c.d.users[2]
	}
}

// words are the ticket's summary and description.
func (c *caseFile) words() (summary, text string) {
	summary = fmt.Sprintf("%s %sのお願い (%d)", c.d.mark, c.rt.ReportName, c.n)
	text = "お世話になっております。" + c.d.mark + "です。\n\n" + details(c.rt)
	switch c.plan {
	case "incomplete":
		text = "お世話になっております。" + c.d.mark + "の件、" + c.rt.ReportName + "をお願いします。"
		if len(c.rt.Required) > 1 && c.chance(0.5) {
			short := c.rt
			short.Required = short.Required[:1]
			text += "\n\n" + details(short)
		}
	case "dated":
		c.mark("dated")
		day := time.Now().In(tokyoZone).AddDate(0, 0, 1+c.rng.IntN(14))
		text += "\n\n" + pick(c.rng, "実施希望日時: "+day.Format("2006-01-02 22:00"), "希望日時は "+day.Format("1/2")+" 22:00〜24:00 です。", "できれば深夜1時に実施してください。", "来週月曜の午前にお願いします。", day.Format("1月2日")+"までにお願いします。")
	case "vague":
		c.mark("vague")
		summary, text = c.d.mark+" ご相談 ("+fmt.Sprint(c.n)+")", pick(c.rng, "例の件、よろしくお願いいたします。", "先日お話しした内容でお願いします。急いでいます。", "これはどうなっていますか。")
	case "several":
		c.mark("several")
		other := c.d.types[c.rng.IntN(len(c.d.types))]
		text += "\n\nあわせて、" + other.ReportName + "もお願いします。\n\n" + details(other)
	case "complaint":
		c.mark("complaint")
		summary, text = c.d.mark+" 対応について苦情です", "何度も同じ説明をさせられています。対応が遅く、大変不満です。責任者から説明してください。"
	case "secret":
		text += "\n\nパスワード: " + pastedWord + "\nアクセスキーは " + pastedAWS + " です。"
	case "hostile":
		c.mark("hostile")
		text += "\n" + hostile
	}
	return summary, text
}

func (c *caseFile) open() {
	summary, text := c.words()
	var types []struct {
		ID   int64
		Name string
	}
	if err := c.m.call(c.opener, http.MethodGet, "/projects/"+c.d.project+"/issueTypes", nil, &types); err != nil {
		c.later(c.open)
		return
	}
	form := url.Values{"projectId": {fmt.Sprint(c.d.projectID)}, "summary": {summary}, "description": {text}, "priorityId": {fmt.Sprint(c.priority)}}
	name := c.rt.IssueType
	if c.plan == "vague" || c.plan == "complaint" {
		name = "その他"
	}
	for _, x := range types {
		if x.Name == name {
			form.Set("issueTypeId", fmt.Sprint(x.ID))
		}
	}
	if c.chance(0.1) {
		form.Set("assigneeId", fmt.Sprint(monthStaff[c.rng.IntN(len(monthStaff))].backlog))
	}
	var is struct {
		ID      int64
		Key     string `json:"issueKey"`
		Created time.Time
	}
	if err := c.m.call(c.opener, http.MethodPost, "/issues", form, &is); err != nil {
		c.later(c.open)
		return
	}
	c.key, c.id, c.created = is.Key, is.ID, is.Created
	c.m.cases = append(c.m.cases, c)
	c.m.byKey[c.key] = c
	c.note("%d opened %s: %s, %s, priority %d (%s)", c.opener, c.key, c.plan, c.rt.ID, c.priority, name)
	c.m.at(time.Now().Add(c.between(5*time.Minute, 20*time.Hour)), c, c.customerTurn)
	first := c.between(time.Minute, 3*time.Hour)
	if c.plan == "incident" && c.chance(0.8) {
		first = c.between(20*time.Second, 12*time.Minute)
	}
	c.m.at(time.Now().Add(first), c, c.staffTurn)
}

// later tries something again after a while.
func (c *caseFile) later(f func()) {
	c.m.at(time.Now().Add(c.between(5*time.Minute, 40*time.Minute)), c, f)
}

// said is a comment as a person sees it.
type saidOnIssue struct {
	ID      int64
	Content string
	Created time.Time
	User    struct{ ID int } `json:"createdUser"`
}

func (c *caseFile) read(user int) ([]saidOnIssue, error) {
	var all []saidOnIssue
	err := c.m.call(user, http.MethodGet, "/issues/"+c.key+"/comments", url.Values{"count": {"100"}, "order": {"asc"}}, &all)
	return all, err
}

// write posts a comment and remembers what it meant.
func (c *caseFile) write(user int, what, text string) error {
	var got saidOnIssue
	if err := c.m.call(user, http.MethodPost, "/issues/"+c.key+"/comments", url.Values{"content": {text}}, &got); err != nil {
		return err
	}
	c.did(user, what, got.ID, got.Created)
	return nil
}

// change updates the issue and remembers what that meant.
func (c *caseFile) change(user int, what string, form url.Values) error {
	if err := c.m.call(user, http.MethodPatch, "/issues/"+c.key, form, nil); err != nil {
		return err
	}
	c.did(user, what, 0, time.Now().Truncate(time.Second))
	return nil
}

func (c *caseFile) did(user int, what string, ref int64, at time.Time) {
	staff := slices.ContainsFunc(monthStaff, func(p struct {
		id, slack, handle string
		backlog           int
	},
	) bool {
		return p.backlog == user
	})
	if user == c.d.users[2] {
		what = "unknown user: " + what // counts for nothing
	}
	c.acts = append(c.acts, act{at: at, ref: ref, staff: staff, what: what})
	c.note("%d in Backlog: %s", user, what)
	c.lastAct = time.Now()
	c.m.acted()
}
