package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"toban/bot"
)

type managedRow struct {
	ID      string `db:"id"`
	FromUS  int64  `db:"from_us"`
	UntilUS int64  `db:"until_us"` // 0: now and further
	Host    string `db:"host"`
	Kind    string `db:"kind"`
}

func (r managedRow) open(at time.Time) bool { return r.UntilUS == 0 || r.UntilUS > micros(at) }

// KeepManaged compares the managed resources of a customer with what is recorded and records the difference, in the trail, too: what is new is
// managed from now on, or from the day that the list itself says, and what is listed no more until now. The resources of the first list
// of a customer were managed before. It tells how many changed.
func (s *Store) KeepManaged(ctx context.Context, now time.Time, customer string, list []bot.Managed) (changed int, err error) {
	err = s.transact(ctx, stepManaged, func(tx *work) error {
		var rows []managedRow
		if err := s.query(ctx, tx, &rows, "SELECT id, from_us, until_us, host, kind FROM managed WHERE customer = ? ORDER BY id, from_us"+s.d.forUpdate(), customer); err != nil {
			return err
		}
		k := managedKeeping{s: s, tx: tx, now: now, customer: customer, latest: map[string]managedRow{}, first: len(rows) == 0}
		for _, r := range rows {
			k.latest[r.ID] = r
		}
		for _, m := range list {
			if err := k.listed(ctx, m); err != nil {
				return err
			}
		}
		for id, r := range k.latest {
			if !r.open(now) || slices.ContainsFunc(list, func(m bot.Managed) bool { return m.ID == id }) {
				continue
			}
			is := r
			is.UntilUS = max(micros(now), r.FromUS)
			if err := k.put(ctx, r, is); err != nil {
				return err
			}
		}
		changed = k.changed
		return nil
	})
	return changed, err
}

// managedKeeping is one comparison under way.
type managedKeeping struct {
	s        *Store
	tx       *work
	now      time.Time
	customer string
	latest   map[string]managedRow
	first    bool
	changed  int
}

// listed brings what is recorded of a resource to what the list says of it.
func (k *managedKeeping) listed(ctx context.Context, m bot.Managed) error {
	was, known := k.latest[m.ID]
	is := managedRow{ID: m.ID, FromUS: micros(m.From), UntilUS: micros(m.Until), Host: m.Host, Kind: m.Type}
	again := known && !was.open(k.now) && is.UntilUS != was.UntilUS && (is.FromUS == 0 || is.FromUS != was.FromUS) // it had left the list
	switch {
	case known && !again:
		if is.FromUS == 0 {
			is.FromUS = was.FromUS // the list does not say
		}
		return k.put(ctx, was, is)
	case is.FromUS == 0 && !k.first:
		is.FromUS = micros(k.now)
	}
	return k.put(ctx, managedRow{}, is)
}

// put writes a row in the place of what it was; the zero row was none.
func (k *managedKeeping) put(ctx context.Context, was, is managedRow) error {
	if was == is {
		return nil
	}
	k.changed++
	if was.ID != "" && was.FromUS != is.FromUS {
		if _, err := k.s.exec(ctx, k.tx, "DELETE FROM managed WHERE customer = ? AND id = ? AND from_us = ?", k.customer, was.ID, was.FromUS); err != nil {
			return err
		}
	}
	_, err := k.s.exec(ctx, k.tx, `INSERT INTO managed (customer, id, from_us, until_us, host, kind) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (customer, id, from_us) DO UPDATE SET until_us = excluded.until_us, host = excluded.host, kind = excluded.kind`,
		k.customer, is.ID, is.FromUS, is.UntilUS, is.Host, is.Kind)
	if err != nil {
		return err
	}
	_, err = k.s.exec(ctx, k.tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', ?, ?, 'managed', ?, ?, ?)`,
		k.customer, micros(k.now), fmt.Sprintf("manages %s (%s, %s) %s", is.ID, is.Host, is.Kind, is.span()), "the customer's list of managed resources", "managed:"+is.ID)
	return err
}

// span tells from when until when in words.
func (r managedRow) span() string {
	from, until := "from before Toban knew the customer", "on"
	if r.FromUS != 0 {
		from = "from " + instant(r.FromUS).UTC().Format(time.RFC3339)
	}
	if r.UntilUS != 0 {
		until = "until " + instant(r.UntilUS).UTC().Format(time.RFC3339)
	}
	return from + " " + until
}

// Managed lists what was managed for a customer and when.
func (s *Store) Managed(ctx context.Context, customer string) ([]bot.Managed, error) {
	var rows []managedRow
	if err := s.query(ctx, nil, &rows, "SELECT id, from_us, until_us, host, kind FROM managed WHERE customer = ? ORDER BY id, from_us", customer); err != nil {
		return nil, err
	}
	out := make([]bot.Managed, len(rows))
	for i, r := range rows {
		out[i] = bot.Managed{Customer: customer, ID: r.ID, Host: r.Host, Type: r.Kind, From: instant(r.FromUS), Until: instant(r.UntilUS)}
	}
	return out, nil
}

type groupSizeRow struct {
	Name    string `db:"name"`
	AtUS    int64  `db:"at_us"`
	Running int    `db:"running"`
}

// KeepSizes records how many instances of the customer's groups run, where that is another number than before. A group that is not among
// them runs none. The moments of a customer's looks must rise; one that does not is left out.
func (s *Store) KeepSizes(ctx context.Context, at time.Time, customer string, sizes map[string]int) error {
	return s.transact(ctx, stepManaged, func(tx *work) error {
		var rows []groupSizeRow
		err := s.query(ctx, tx, &rows, `SELECT name, at_us, running FROM group_size g WHERE customer = ?
AND at_us = (SELECT MAX(at_us) FROM group_size n WHERE n.customer = g.customer AND n.name = g.name)`, customer)
		if err != nil {
			return err
		}
		wanted := map[string]int{}
		for _, r := range rows {
			wanted[r.Name] = 0
		}
		maps.Copy(wanted, sizes)
		for name, n := range wanted {
			i := slices.IndexFunc(rows, func(r groupSizeRow) bool { return r.Name == name })
			if i >= 0 && (rows[i].Running == n || rows[i].AtUS >= micros(at)) {
				continue
			}
			if _, err := s.exec(ctx, tx, "INSERT INTO group_size (customer, name, at_us, running) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", customer, name, micros(at), n); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sizes lists how many instances of a customer's groups ran from when on, each group's from the oldest to the newest.
func (s *Store) Sizes(ctx context.Context, customer string) ([]bot.GroupSize, error) {
	var rows []groupSizeRow
	if err := s.query(ctx, nil, &rows, "SELECT name, at_us, running FROM group_size WHERE customer = ? ORDER BY name, at_us", customer); err != nil {
		return nil, err
	}
	out := make([]bot.GroupSize, len(rows))
	for i, r := range rows {
		out[i] = bot.GroupSize{Customer: customer, Group: r.Name, At: instant(r.AtUS), Running: r.Running}
	}
	return out, nil
}
