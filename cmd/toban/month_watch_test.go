package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/incident"
	"toban/bot/store"
	"toban/bot/work"
)

// watcher looks at the world after each step and holds it against the invariants.
type watcher struct {
	m     *month
	next  []*caseFile
	other int
}

// watched is what is remembered of a ticket between two looks.
type watched struct {
	clocks map[string]store.KeyedClock
	events int // entries of the history at the last look
	broken map[string]bool
}

// sight is a ticket as it is at one moment: what Toban keeps, what Backlog has, what Slack shows.
type sight struct {
	*caseFile
	now      time.Time
	quiet    bool // nothing is under way for the ticket, and everything has been up for a while
	ticket   *bot.Ticket
	states   map[string]store.FeatureState
	clocks   []store.KeyedClock
	audit    []store.AuditLine
	effects  []effectRow
	timers   []bot.Timer
	issue    vendorIssue
	comments []vendorComment
	card     json.RawMessage // nil when there is none to be seen
}

type effectRow struct {
	id, made, due, done                                 int64
	key, number, kind, class, channel, state, remote, b string
}

type vendorIssue struct {
	ID      int64
	Status  struct{ ID int64 }
	DueDate string
	Created time.Time
	Type    struct{ Name string } `json:"issueType"`
}

type vendorComment struct {
	ID      int64
	Content string
	Created time.Time
	User    struct{ ID int } `json:"createdUser"`
	Log     []struct {
		Field string `json:"field"`
		New   string `json:"newValue"`
	} `json:"changeLog"`
	Notes []struct{ User struct{ ID int } } `json:"notifications"`
}

func (w *watcher) touch(c *caseFile) {
	if c.key != "" && !slices.Contains(w.next, c) {
		w.next = append(w.next, c)
	}
}

// step looks at the tickets that something happened to, and now and then at another one.
func (w *watcher) step() {
	list := w.next
	w.next = nil
	const every = 5
	if w.m.steps%every == 0 && len(w.m.cases) > 0 {
		w.other = (w.other + 7) % len(w.m.cases)
		if c := w.m.cases[w.other]; !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	for _, c := range list {
		w.look(c, false)
	}
}

// look holds one ticket against the invariants; patient waits until nothing is under way.
func (w *watcher) look(c *caseFile, patient bool) {
	if !w.m.up || w.m.troubled(time.Now(), time.Now(), "backlog") {
		return
	}
	v, err := w.see(c)
	for tries := 0; patient && tries < 20 && (err != nil || !v.quiet); tries++ {
		time.Sleep(time.Minute)
		v, err = w.see(c)
	}
	if err != nil {
		if patient {
			w.m.violate(c, "seen", fmt.Sprintf("looking at the ticket: %v", err))
		}
		return
	}
	for _, inv := range invariants {
		if inv.ticket == nil || inv.quiet && !v.quiet || v.gone && !inv.gone {
			continue
		}
		count(&w.m.checked, inv.name, 1)
		for _, what := range inv.ticket(v) {
			w.m.violate(c, inv.name, what)
		}
	}
	if c.watched.clocks == nil {
		c.watched.clocks = map[string]store.KeyedClock{}
	}
	for _, k := range v.clocks {
		c.watched.clocks[k.ID] = k
	}
	if v.ticket != nil {
		c.watched.events = len(v.ticket.Entries)
	}
}

func (w *watcher) see(c *caseFile) (*sight, error) {
	for {
		v, version, err := w.read(c)
		if err != nil {
			return nil, err
		}
		again, err := w.m.p.store.Load(w.m.t.Context(), c.ticketID())
		if err != nil {
			return nil, err
		}
		if again.Version == version { // else Toban decided while it was read
			return v, nil
		}
	}
}

// read reads all there is of a ticket, one thing after the other.
func (w *watcher) read(c *caseFile) (v *sight, version int64, err error) {
	m, ctx := w.m, w.m.t.Context()
	v = &sight{caseFile: c, now: time.Now()}
	loaded, err := m.p.store.Load(ctx, c.ticketID())
	if err != nil {
		return nil, 0, err
	}
	v.ticket, v.states, version = loaded.Ticket, loaded.States, loaded.Version
	if v.clocks, err = m.p.store.TicketClocks(ctx, c.ticketID()); err != nil {
		return nil, 0, err
	}
	if v.audit, err = m.p.store.Audit(ctx, c.ticketID()); err != nil {
		return nil, 0, err
	}
	if v.timers, err = m.p.store.Timers(ctx, c.ticketID()); err != nil {
		return nil, 0, err
	}
	open, err := v.readEffects(m.p.db)
	if err != nil {
		return nil, 0, err
	}
	if !c.gone {
		if err := m.call(backlogsim.SampleAdminID, http.MethodGet, "/issues/"+c.key, nil, &v.issue); err != nil {
			return nil, 0, err
		}
		from := int64(0)
		for {
			var page []vendorComment
			form := url.Values{"count": {"100"}, "order": {"asc"}, "minId": {fmt.Sprint(from)}}
			if err := m.call(backlogsim.SampleAdminID, http.MethodGet, "/issues/"+c.key+"/comments", form, &page); err != nil {
				return nil, 0, err
			}
			for _, x := range page {
				if x.ID > from {
					v.comments = append(v.comments, x)
				}
			}
			if len(page) < 100 {
				break
			}
			from = page[len(page)-1].ID
		}
	}
	settled, err := m.p.app.Settled(ctx)
	if err != nil {
		return nil, 0, err
	}
	recent := v.now.Add(-4 * time.Minute)
	v.quiet = settled && open == 0 && m.backlog.Pending() == 0 && m.slack.Pending() == 0 && !m.troubled(recent, v.now, "backlog", "slack", "toban") && !c.actedSince(recent)
	if s, ok := c.look(); ok {
		v.card = json.RawMessage(s.raw)
	}
	return v, version, nil
}

// actedSince reports whether a person did something in Backlog after an instant: a lost webhook is found by the next look at the feed.
func (c *caseFile) actedSince(at time.Time) bool {
	return c.created.After(at) || c.lastAct.After(at)
}

// readEffects reads the ticket's outbox and counts what is under way.
func (v *sight) readEffects(file string) (open int, err error) {
	db, err := v.m.reader(file)
	if err != nil {
		return 0, err
	}
	rows, err := db.QueryContext(v.m.t.Context(), `SELECT id, made_us, due_us, done_us, effect_key, number, kind, class, channel, state, remote_id, body
FROM outbox WHERE ticket = ? ORDER BY id`, string(v.ticketID()))
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e effectRow
		if err := rows.Scan(&e.id, &e.made, &e.due, &e.done, &e.key, &e.number, &e.kind, &e.class, &e.channel, &e.state, &e.remote, &e.b); err != nil {
			return 0, err
		}
		v.effects = append(v.effects, e)
		if e.state == "open" || e.state == "sending" {
			open++
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	var waiting int
	err = db.QueryRowContext(v.m.t.Context(), `SELECT (SELECT COUNT(*) FROM inbox WHERE lane = ?1 AND state IN ('open', 'working')) + (SELECT COUNT(*) FROM intake WHERE lane = ?1)`,
		string(v.ticketID())).Scan(&waiting)
	return open + waiting, err
}

// reader is a handle to read a life's database with.
func (m *month) reader(file string) (*sql.DB, error) {
	if m.readerOf == file {
		return m.readerDB, nil
	}
	m.closeReader()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	m.readerOf, m.readerDB = file, db
	return db, nil
}

func (m *month) closeReader() {
	if m.readerDB != nil {
		_ = m.readerDB.Close()
	}
	m.readerOf, m.readerDB = "", nil
}

// number finds the effect of a comment by its 通知番号.
func (v *sight) effectOf(c vendorComment) (effectRow, bool) {
	number := bot.FindNoticeNumber(c.Content)
	for _, e := range v.effects {
		if number != "" && e.number == number || number == "" && e.remote == fmt.Sprint(c.ID) {
			return e, true
		}
	}
	return effectRow{}, false
}

// said lists the bot's comments whose effects' keys begin so after the ticket's own prefix, such as desk: and ask:.
func (v *sight) said(prefixes ...string) []vendorComment {
	var out []vendorComment
	for _, c := range v.comments {
		if e, ok := v.effectOf(c); ok && c.Content != "" {
			for _, p := range prefixes {
				feature, what, _ := strings.Cut(p, ":")
				if strings.HasPrefix(e.key, fmt.Sprintf("%s:%s:%s", feature, v.ticketID(), what)) {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

func (v *sight) order() (o work.Order, ok bool) {
	s := v.states[work.Name].State
	return o, len(s) > 0 && json.Unmarshal(s, &o) == nil
}

func (v *sight) record() (r incident.Record, ok bool) {
	s := v.states[incident.Name].State
	return r, len(s) > 0 && json.Unmarshal(s, &r) == nil
}

// daily looks at every ticket and at the whole.
func (w *watcher) daily() {
	for _, c := range w.m.cases {
		w.look(c, false)
	}
}

// final waits for everything and looks at everything.
func (w *watcher) final() {
	for _, c := range w.m.cases {
		w.look(c, true)
	}
	for _, inv := range invariants {
		if inv.end == nil {
			continue
		}
		count(&w.m.checked, inv.name, 1)
		for _, what := range inv.end(w.m) {
			w.m.violate(nil, inv.name, what)
		}
	}
}

// wire looks at a call that Toban makes.
func (m *month) wire(address, body string) {
	for _, inv := range invariants {
		if inv.wire == nil {
			continue
		}
		what := inv.wire(m, address, body)
		m.mu.Lock()
		count(&m.checked, inv.name, 1)
		m.mu.Unlock()
		for _, x := range what {
			m.violate(nil, inv.name, x)
		}
	}
}

// violate writes a violation down, once for a ticket and invariant.
func (m *month) violate(c *caseFile, invariant, what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := violation{seed: m.seed, step: m.steps, at: time.Now(), invariant: invariant, what: what}
	if c != nil {
		if c.watched.broken[invariant] {
			return
		}
		if c.watched.broken == nil {
			c.watched.broken = map[string]bool{}
		}
		c.watched.broken[invariant] = true
		v.what, v.history = c.key+": "+what, slices.Clone(c.history)
		v.history = append(v.history, m.trail(c)...)
	}
	if len(m.violations) < mostViolations {
		m.violations = append(m.violations, v)
	}
}

// trail is what Toban itself says of the ticket.
func (m *month) trail(c *caseFile) []string {
	out := []string{"-- audit"}
	lines, err := m.p.store.Audit(m.t.Context(), c.ticketID())
	if err != nil {
		return append(out, err.Error())
	}
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%s %s: %s (%s)", l.At.In(tokyoZone).Format("01-02 15:04:05"), l.Feature, l.What, l.Why))
	}
	out = append(out, "-- clocks")
	clocks, err := m.p.store.TicketClocks(m.t.Context(), c.ticketID())
	if err != nil {
		return append(out, err.Error())
	}
	for _, k := range clocks {
		out = append(out, fmt.Sprintf("%s %s: start %s due %s stopped %s", k.ID, k.State, short(k.Start), short(k.Due), short(k.Stopped)))
	}
	out = append(out, "-- troubles")
	for _, t := range m.troubles {
		if t.to.After(c.created) && t.from.Before(time.Now()) {
			out = append(out, fmt.Sprintf("%s %s to %s", t.what, short(t.from), short(t.to)))
		}
	}
	return out
}

func short(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(tokyoZone).Format("01-02 15:04:05")
}
