package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"toban/bot"
	"toban/bot/mask"
)

// DeadLetter is something that Toban could not handle: an event, an effect, or what a door could not read.
type DeadLetter struct {
	ID      string    `json:"id"`   // event:N, effect:N or door:N
	What    string    `json:"what"` // kind and key
	Ticket  string    `json:"ticket,omitempty"`
	Problem string    `json:"problem"`
	At      time.Time `json:"at,omitzero"`
	Raw     string    `json:"raw,omitempty"`
}

// Bury keeps what a door could not read, without the secrets in it.
func (s *Store) Bury(ctx context.Context, door, reason string, raw []byte, at time.Time) error {
	const limit = 64 << 10
	if len(raw) > limit {
		raw = raw[:limit]
	}
	text := string(raw)
	if !utf8.ValidString(text) {
		text = fmt.Sprintf("%q", raw) // PostgreSQL takes no broken UTF-8
	}
	_, err := s.alone(ctx, stepBury, "INSERT INTO buried (door, reason, raw, at_us) VALUES (?, ?, ?, ?)", door, clip(reason), mask.Body(text), micros(at))
	return err
}

// DeadLetters lists what could not be handled, the oldest first of each kind.
func (s *Store) DeadLetters(ctx context.Context) ([]DeadLetter, error) {
	return s.deadLetters(ctx, "body", "raw")
}

// DeadLetterHeads lists the same without what was in it, which may be much: for looks that come again and again.
func (s *Store) DeadLetterHeads(ctx context.Context) ([]DeadLetter, error) {
	return s.deadLetters(ctx, "'' AS body", "'' AS raw")
}

// DeadEffect is the dead letter of an effect, by its id as the list shows it; ok is false when there is none any more.
func (s *Store) DeadEffect(ctx context.Context, id string) (l DeadLetter, ok bool, err error) {
	_, number, _ := strings.Cut(id, ":")
	row, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return DeadLetter{}, false, fmt.Errorf("reading dead letter %q: want effect:N", id)
	}
	list, err := s.deadEffects(ctx, "body", " AND id = ?", row)
	if err != nil || len(list) == 0 {
		return DeadLetter{}, false, err
	}
	return list[0], true, nil
}

func (s *Store) deadLetters(ctx context.Context, body, raw string) ([]DeadLetter, error) {
	var out []DeadLetter
	var events []inboxRow
	err := s.query(ctx, nil, &events, "SELECT id, event_key, kind, lane, customer, at_us, "+body+", attempt, problem FROM inbox WHERE state = 'dead' ORDER BY id")
	if err != nil {
		return nil, err
	}
	for _, r := range events {
		out = append(out, DeadLetter{ID: fmt.Sprintf("event:%d", r.ID), What: r.Kind + " " + r.Key, Ticket: r.Lane, Problem: r.Problem, At: instant(r.AtUS), Raw: r.Body})
	}
	effects, err := s.deadEffects(ctx, body, "")
	if err != nil {
		return nil, err
	}
	out = append(out, effects...)
	var doors []struct {
		ID     int64  `db:"id"`
		Door   string `db:"door"`
		Reason string `db:"reason"`
		Raw    string `db:"raw"`
		AtUS   int64  `db:"at_us"`
	}
	if err := s.query(ctx, nil, &doors, "SELECT id, door, reason, "+raw+", at_us FROM buried ORDER BY id"); err != nil {
		return nil, err
	}
	for _, r := range doors {
		out = append(out, DeadLetter{ID: fmt.Sprintf("door:%d", r.ID), What: r.Door, Problem: r.Reason, At: instant(r.AtUS), Raw: r.Raw})
	}
	return out, nil
}

func (s *Store) deadEffects(ctx context.Context, body, and string, args ...any) ([]DeadLetter, error) {
	var effects []struct {
		ID      int64  `db:"id"`
		Key     string `db:"effect_key"`
		Kind    string `db:"kind"`
		Ticket  string `db:"ticket"`
		Problem string `db:"problem"`
		DoneUS  int64  `db:"done_us"`
		Body    string `db:"body"`
	}
	err := s.query(ctx, nil, &effects, "SELECT id, effect_key, kind, ticket, problem, done_us, "+body+" FROM outbox WHERE state = 'dead'"+and+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	out := make([]DeadLetter, len(effects))
	for i, r := range effects {
		out[i] = DeadLetter{ID: fmt.Sprintf("effect:%d", r.ID), What: r.Kind + " " + r.Key, Ticket: r.Ticket, Problem: r.Problem, At: instant(r.DoneUS), Raw: r.Body}
	}
	return out, nil
}

// Replay opens a dead event or effect again, an event whose ticket was damaged with all others of that ticket; an effect then looks before it acts, since an earlier try may have gone through.
func (s *Store) Replay(ctx context.Context, id string) error {
	kind, number, _ := strings.Cut(id, ":")
	row, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		kind = ""
	}
	var n int64
	switch kind {
	case "event":
		n, err = s.alone(ctx, stepReplay, replayEvent, row, row)
	case "effect":
		if err := s.outdated(ctx, row); err != nil {
			return err
		}
		n, err = s.alone(ctx, stepReplay, "UPDATE outbox SET state = 'open', run_us = 0, problem = '', "+replayed+" WHERE id = ? AND state = 'dead'", row)
	case "door":
		return fmt.Errorf("replaying %s: a request that could not be read can't be replayed; correct it and send it again", id)
	default:
		return fmt.Errorf("replaying %q: want event:N or effect:N as the list shows them", id)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("replaying %s: %w among the dead letters", id, ErrNotFound)
	}
	return nil
}

// outdated refuses to replay an effect whose successor went out meanwhile: it would put back what that one changed.
func (s *Store) outdated(ctx context.Context, id int64) error {
	var newer []string
	err := s.query(ctx, nil, &newer, `SELECT n.effect_key FROM outbox o JOIN outbox n ON n.ticket = o.ticket AND n.coalesce_key = o.coalesce_key AND n.id > o.id
WHERE o.id = ? AND o.coalesce_key <> '' AND n.state <> 'dead' ORDER BY n.id DESC LIMIT 1`, id)
	if err == nil && len(newer) > 0 {
		return fmt.Errorf("replaying effect:%d: %s came after it and says more", id, newer[0])
	}
	return err
}

var (
	_ bot.DeadLetters = (*Store)(nil)
	_ bot.Inbox       = (*Store)(nil)
)
