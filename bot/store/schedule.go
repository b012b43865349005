package store

import (
	"context"
	"time"

	"toban/bot"
)

type scheduleRow struct {
	Name    string `db:"name"`
	Spec    string `db:"spec"`
	Zone    string `db:"zone"`
	NextUS  int64  `db:"next_us"`
	Catchup string `db:"catchup"`
}

// SetSchedule keeps a schedule; when its spec and zone are as stored, the stored next moment stays.
func (s *Store) SetSchedule(ctx context.Context, sc bot.Schedule) error {
	_, err := s.alone(ctx, stepSetSchedule, `INSERT INTO schedule (name, spec, zone, next_us, catchup) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET catchup = excluded.catchup,
  next_us = CASE WHEN schedule.spec = excluded.spec AND schedule.zone = excluded.zone THEN schedule.next_us ELSE excluded.next_us END,
  spec = excluded.spec, zone = excluded.zone`, sc.Name, sc.Spec, sc.Zone, micros(sc.Next), string(sc.Catchup))
	return err
}

// DueSchedules lists the schedules whose moment has come at world time now.
func (s *Store) DueSchedules(ctx context.Context, now time.Time) ([]bot.Schedule, error) {
	var rows []scheduleRow
	err := s.query(ctx, nil, &rows, "SELECT name, spec, zone, next_us, catchup FROM schedule WHERE next_us <= ? ORDER BY next_us, name", micros(now))
	if err != nil {
		return nil, err
	}
	out := make([]bot.Schedule, len(rows))
	for i, r := range rows {
		out[i] = bot.Schedule{Name: r.Name, Spec: r.Spec, Zone: r.Zone, Next: instant(r.NextUS), Catchup: bot.Catchup(r.Catchup)}
	}
	return out, nil
}

// FireSchedule stores the events of a schedule's moments and moves it on, in one transaction; when another replica did so first nothing
// happens.
func (s *Store) FireSchedule(ctx context.Context, sc bot.Schedule, next time.Time, events []bot.Event) error {
	return s.transact(ctx, stepFireSchedule, func(tx *work) error {
		n, err := s.exec(ctx, tx, "UPDATE schedule SET next_us = ? WHERE name = ? AND next_us = ?", micros(next), sc.Name, micros(sc.Next))
		if err != nil || n == 0 {
			return err
		}
		return s.accept(ctx, tx, events...)
	})
}
