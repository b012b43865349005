package store

import (
	"context"

	"toban/bot"
)

// Remembered reports which marks (通知番号, or keys of effects) belong to effects that this database knows.
func (s *Store) Remembered(ctx context.Context, marks []string) (map[string]bool, error) {
	asked := make(map[string]bool, len(marks))
	for _, m := range marks {
		asked[m] = true
	}
	known := map[string]bool{}
	err := s.each(ctx, "SELECT effect_key, number FROM outbox", func(key, number string) {
		if asked[key] {
			known[key] = true
		}
		if asked[number] {
			known[number] = true
		}
	})
	return known, err
}

// Cards are the Slack messages that are tickets' cards, "channel ts" each.
func (s *Store) Cards(ctx context.Context) ([]string, error) {
	var out []string
	err := s.query(ctx, nil, &out, `SELECT r.value FROM reference r LEFT JOIN ticket t ON t.id = r.ticket
WHERE r.name = ? AND (t.ended_us IS NULL OR t.ended_us = 0) ORDER BY r.value`, bot.RefCard)
	return out, err
}
