package store

import (
	"context"
	"slices"
	"time"

	"toban/bot"
)

// Mode is how far Toban goes in a project.
type Mode struct {
	bot.ModeKey
	Mode    bot.Mode  `json:"mode"`
	Written bot.Mode  `json:"written"` // what the configuration last said
	Since   time.Time `json:"since"`   // world time of the last change
	// Born is the world time from which on Toban decides in the project: it was taken over then, or last left off. Zero for one that Toban worked
	// in before modes were written down.
	Born   time.Time `json:"born,omitzero"`
	Person string    `json:"person"`
}

type modeRow struct {
	Customer string `db:"customer"`
	Project  string `db:"project"`
	Mode     string `db:"mode"`
	Written  string `db:"written"`
	SinceUS  int64  `db:"since_us"`
	BornUS   int64  `db:"born_us"`
	Person   string `db:"person"`
}

func (r modeRow) mode() Mode {
	return Mode{
		ModeKey: bot.ModeKey{Customer: r.Customer, Project: r.Project}, Mode: bot.Mode(r.Mode), Written: bot.Mode(r.Written),
		Since: instant(r.SinceUS), Born: instant(r.BornUS), Person: r.Person,
	}
}

const selectModes = "SELECT customer, project, mode, written, since_us, born_us, person FROM mode"

// Modes lists the modes of all projects, by customer and project; the project "" is the customer as a whole.
func (s *Store) Modes(ctx context.Context) ([]Mode, error) {
	return s.modes(ctx, nil, selectModes+" ORDER BY customer, project")
}

func (s *Store) modes(ctx context.Context, tx *work, query string, args ...any) ([]Mode, error) {
	var rows []modeRow
	if err := s.query(ctx, tx, &rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Mode, len(rows))
	for i, r := range rows {
		out[i] = r.mode()
	}
	return out, nil
}

// ModeOf is the mode of a project as it is now.
func (s *Store) ModeOf(ctx context.Context, customer, project string) (bot.Mode, error) {
	list, err := s.modes(ctx, nil, selectModes+" WHERE customer = ? AND project IN (?, '') ORDER BY project DESC", customer, project)
	if err != nil || len(list) == 0 {
		return bot.ModeOn, err
	}
	return list[0].Mode, nil
}

// ModeChange is a change of a project's mode, and what goes with it into the same transaction.
type ModeChange struct {
	bot.ModeKey
	To bot.Mode
	// Written is what the configuration says, for a project that no running Toban has taken over yet.
	Written bot.Mode
	Person  string
	Reason  string
	At      time.Time // world time
	// Machine is the machine time of the change, from which on the tickets are told one after the other.
	Machine time.Time
	// Say makes what is told of the change; nil tells nobody.
	Say func(from bot.Mode) []bot.Effect
	// Strike makes the event by which a ticket is told that what was not said in shadow was not said; nil makes none.
	Strike func(t *bot.Ticket) bot.Event
}

// SetMode changes a project's mode. From its commit on every replica obeys it: what was decided before and has not gone out does what the old and the
// new mode both allow. changed is false when the project has the mode already.
func (s *Store) SetMode(ctx context.Context, c ModeChange) (from bot.Mode, changed bool, err error) {
	err = s.transact(ctx, stepMode, func(tx *work) error {
		from, changed = bot.ModeOn, false
		list, err := s.modes(ctx, tx, selectModes+" WHERE customer = ? AND project = ?"+s.d.forUpdate(), c.Customer, c.Project)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			from = list[0].Mode
		}
		if from == c.To && len(list) > 0 {
			return nil
		}
		changed = true
		born, err := s.born(ctx, tx, c, list)
		if err != nil {
			return err
		}
		_, err = s.exec(ctx, tx, `INSERT INTO mode (customer, project, mode, written, since_us, born_us, person) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (customer, project) DO UPDATE SET mode = excluded.mode, since_us = excluded.since_us, born_us = excluded.born_us, person = excluded.person`,
			c.Customer, c.Project, string(c.To), string(c.Written), micros(c.At), micros(born), c.Person)
		if err != nil {
			return err
		}
		if err := s.wholeMode(ctx, tx, c.Customer, c.At, c.Person); err != nil {
			return err
		}
		return s.switched(ctx, tx, c, from)
	})
	return from, changed, err
}

// WriteMode takes over what the configuration says of a project: when that is news it is a change like any other, else what was changed since holds.
func (s *Store) WriteMode(ctx context.Context, c ModeChange) (from bot.Mode, changed bool, err error) {
	err = s.transact(ctx, stepMode, func(tx *work) error {
		from, changed = c.To, false
		list, err := s.modes(ctx, tx, selectModes+" WHERE customer = ? AND project = ?"+s.d.forUpdate(), c.Customer, c.Project)
		if err != nil {
			return err
		}
		if len(list) > 0 && list[0].Written == c.To {
			tx.idle = true
			return nil
		}
		born, err := s.born(ctx, tx, c, list)
		switch {
		case err != nil:
			return err
		case len(list) > 0:
			from = list[0].Mode
		case born.IsZero():
			from = bot.ModeOn
		}
		_, err = s.exec(ctx, tx, `INSERT INTO mode (customer, project, mode, written, since_us, born_us, person) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (customer, project) DO UPDATE SET mode = excluded.mode, written = excluded.written, since_us = excluded.since_us, born_us = excluded.born_us, person = excluded.person`,
			c.Customer, c.Project, string(c.To), string(c.To), micros(c.At), micros(born), c.Person)
		if err != nil {
			return err
		}
		if err := s.wholeMode(ctx, tx, c.Customer, c.At, c.Person); err != nil {
			return err
		}
		if changed = from != c.To; !changed {
			return nil
		}
		return s.switched(ctx, tx, c, from)
	})
	return from, changed, err
}

// born is from when on Toban decides in a project after a change of its mode; list is its row before.
func (s *Store) born(ctx context.Context, tx *work, c ModeChange, list []Mode) (time.Time, error) {
	switch {
	case len(list) > 0 && (list[0].Mode != bot.ModeOff || c.To == bot.ModeOff):
		return list[0].Born, nil
	case len(list) > 0:
		return c.At, nil
	}
	known, err := s.knowsProject(ctx, tx, c.ModeKey)
	if err != nil || known {
		return time.Time{}, err
	}
	return c.At, nil
}

// knowsProject reports whether there are tickets of a project: then Toban worked in it before modes were written down.
func (s *Store) knowsProject(ctx context.Context, tx *work, k bot.ModeKey) (bool, error) {
	var n []int64
	err := s.query(ctx, tx, &n, "SELECT COUNT(*) FROM (SELECT id FROM ticket WHERE customer = ? AND project = ? LIMIT 1) AS one", k.Customer, k.Project)
	return err == nil && n[0] > 0, err
}

// wholeMode keeps the mode of what belongs to the customer as a whole: that of the project in which Toban goes furthest.
func (s *Store) wholeMode(ctx context.Context, tx *work, customer string, at time.Time, person string) error {
	list, err := s.modes(ctx, tx, selectModes+" WHERE customer = ?", customer)
	if err != nil {
		return err
	}
	most, was := bot.ModeOff, bot.Mode("")
	for _, m := range list {
		switch {
		case m.Project == "":
			was = m.Mode
		case most.Below(m.Mode):
			most = m.Mode
		}
	}
	if most == was {
		return nil
	}
	_, err = s.exec(ctx, tx, `INSERT INTO mode (customer, project, mode, written, since_us, born_us, person) VALUES (?, '', ?, ?, ?, 0, ?)
ON CONFLICT (customer, project) DO UPDATE SET mode = excluded.mode, since_us = excluded.since_us, person = excluded.person`,
		customer, string(most), string(most), micros(at), person)
	return err
}

// switched does what a change of the mode brings with it.
func (s *Store) switched(ctx context.Context, tx *work, c ModeChange, from bot.Mode) error {
	if c.To.Below(bot.ModeAssist) {
		if err := s.endAllHeld(ctx, tx, c); err != nil {
			return err
		}
	}
	if c.Strike != nil && from.Below(bot.ModeAssist) && !c.To.Below(bot.ModeAssist) {
		if err := s.strike(ctx, tx, c); err != nil {
			return err
		}
	}
	_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', ?, ?, 'mode', ?, ?, ?)`,
		c.Customer, micros(c.At), "project "+c.Project+" went from "+string(from)+" to "+string(c.To)+" by "+c.Person, c.Reason, "mode:"+c.Project)
	if err != nil || c.Say == nil {
		return err
	}
	return s.queue(ctx, tx, c.At, c.Say(from))
}

// strike tells every ticket of a project that is open, or in whose record something stands that was not said.
func (s *Store) strike(ctx context.Context, tx *work, c ModeChange) error {
	var rows []ticketRow
	err := s.query(ctx, tx, &rows, `SELECT k.id, k.cursor, k.version, k.body FROM ticket k WHERE k.customer = ? AND k.project = ?
AND (k.ended_us = 0 OR EXISTS (SELECT 1 FROM outbox o WHERE o.ticket = k.id AND o.state = 'shadow')) ORDER BY k.received_us, k.id`, c.Customer, c.Project)
	if err != nil {
		return err
	}
	for i, r := range rows {
		t, err := readTicket(r)
		if err != nil {
			return err
		}
		e, later := c.Strike(t), time.Duration(i)*Apart
		e.At = c.At.Add(later)
		if err := s.acceptLater(ctx, tx, c.Machine.Add(later), e); err != nil {
			return err
		}
	}
	return nil
}

// allowed is the mode in which an effect may be carried out now.
func (r outboxRow) allowed() bot.Mode {
	now, made := bot.Mode(r.Now), bot.Mode(r.Mode)
	if !now.Valid() || !made.Valid() || !r.effect().Outward() {
		return bot.ModeOn
	}
	m := bot.Least(now, made)
	if m == bot.ModeAssist && (r.Released != 0 || r.effect().ToStaff()) { // a question to staff would wait for those who are to be woken
		return bot.ModeOn
	}
	return m
}

// projectOf is the project that an effect belongs to.
func projectOf(e bot.Effect) string {
	var n bot.NewIssue
	if e.Project == "" && slices.Contains([]bot.EffectKind{bot.EffectIssue, bot.EffectWiki}, e.Kind) && e.Decode(&n) == nil {
		return n.Project
	}
	return e.Project
}

// moded writes down in which mode effects are decided; most customers are on.
func (s *Store) moded(ctx context.Context, tx *work, decisions [][]queued) error {
	if !slices.ContainsFunc(decisions, func(list []queued) bool {
		return slices.ContainsFunc(list, func(e queued) bool { return e.Outward() })
	}) {
		return nil
	}
	list, err := s.modes(ctx, tx, selectModes+" WHERE mode <> 'on'")
	if err != nil || len(list) == 0 {
		return err
	}
	modes := map[bot.ModeKey]bot.Mode{}
	for _, m := range list {
		modes[m.ModeKey] = m.Mode
	}
	for _, decided := range decisions {
		for i := range decided {
			e := &decided[i]
			m, ok := modes[bot.ModeKey{Customer: e.Customer, Project: projectOf(e.Effect)}]
			if !ok {
				m = modes[bot.ModeKey{Customer: e.Customer}]
			}
			e.mode = m
		}
	}
	return nil
}
