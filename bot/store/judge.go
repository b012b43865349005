package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// Judged is how an effect ended of which the vendor could not say whether it was carried out.
type Judged struct {
	bot.Effect
	Outcome string // as it stands now
	Why     string
	Ended   bool // false: it is still under way, there is nothing to judge yet
}

// EndedEffect finds an effect by its 通知番号, with its outcome.
func (s *Store) EndedEffect(ctx context.Context, number string) (Judged, error) {
	j, _, err := s.ended(ctx, nil, number)
	return j, err
}

func (s *Store) ended(ctx context.Context, tx *work, number string) (j Judged, row judgedRow, err error) {
	var rows []judgedRow
	err = s.query(ctx, tx, &rows, `SELECT id, number, effect_key, kind, class, ticket, customer, project, urgent, report, body, attempt, state, trace, result FROM outbox
		WHERE number = ? ORDER BY id DESC LIMIT 1`, number)
	if err != nil {
		return j, row, err
	}
	if len(rows) == 0 {
		return j, row, fmt.Errorf("finding the effect with the number %s: %w", number, ErrNotFound)
	}
	row = rows[0]
	j = Judged{Effect: row.effect(), Ended: row.State == "done"}
	if j.Ended {
		if err := json.Unmarshal([]byte(row.Result), &row.result); err != nil {
			return j, row, fmt.Errorf("reading the result of %s: %w", row.Key, err)
		}
		j.Outcome, j.Why = row.result.Outcome, row.result.Why
	}
	return j, row, nil
}

// judgedRow is a row of the outbox with its result.
type judgedRow struct {
	outboxRow
	Result string `db:"result"`
	result bot.EffectResult
}

// Judge writes down what a person found of an effect whose outcome nobody knew, and lets whoever asked for the effect hear it. done is false when
// its outcome is known already: of two people the first decides.
func (s *Store) Judge(ctx context.Context, number, unknown, outcome, by string, now time.Time, say ...bot.Effect) (done bool, err error) {
	err = s.transact(ctx, stepHold, func(tx *work) error {
		j, row, err := s.ended(ctx, tx, number)
		if done = err == nil && j.Ended && j.Outcome == unknown; !done {
			return err
		}
		result := row.result
		result.Outcome, result.Why = outcome, by+": "+result.Why
		text, err := json.Marshal(result)
		if err != nil {
			return fmt.Errorf("writing the result of %s: %w", row.Key, err)
		}
		n, err := s.exec(ctx, tx, "UPDATE outbox SET result = ? WHERE id = ? AND state = 'done' AND result = ?", string(text), row.ID, row.Result)
		if done = err == nil && n == 1; !done {
			return err
		}
		_, err = s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES (?, ?, ?, 'release', ?, ?, ?)`,
			row.Ticket, row.Customer, micros(now), "judged "+row.Key+" as "+outcome, by+" looked; it was "+unknown, row.Number)
		if err != nil {
			return err
		}
		if err := s.reportEnd(ctx, tx, j.Effect, "judged", row.Attempt, bot.EventEffectDone, result, now); err != nil {
			return err
		}
		return s.queue(ctx, tx, now, say)
	})
	return done, err
}
