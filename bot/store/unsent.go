package store

import (
	"context"
	"time"

	"toban/bot"
)

// Unsent is what a channel has not taken yet.
type Unsent struct {
	N      int64        // notices that wait
	Oldest time.Time    // world time at which the oldest was decided; zero: none waits
	First  []bot.Effect // the urgent ones, then the oldest
}

// Unsent tells which notices of a channel were decided before a world time and have not gone out, with the first most of them. What a stop
// holds back is not among them.
func (s *Store) Unsent(ctx context.Context, channel string, before time.Time, most int) (Unsent, error) {
	const waiting = ` FROM outbox o WHERE o.channel = ? AND o.class = 'notice' AND o.state IN ('open', 'sending') AND o.made_us < ? AND NOT ` + stopped
	var out Unsent
	var count []struct {
		N      int64 `db:"n"`
		Oldest int64 `db:"oldest"`
	}
	if err := s.query(ctx, nil, &count, `SELECT COUNT(*) AS n, COALESCE(MIN(o.made_us), 0) AS oldest`+waiting, channel, micros(before)); err != nil {
		return out, err
	}
	out.N, out.Oldest = count[0].N, instant(count[0].Oldest)
	var rows []outboxRow
	err := s.query(ctx, nil, &rows, `SELECT o.id, o.effect_key, o.kind, o.class, o.ticket, o.customer, o.coalesce_key, o.urgent, o.report, o.due_us, o.made_us, o.body`+
		waiting+` ORDER BY o.urgent DESC, o.id LIMIT ?`, channel, micros(before), most)
	for _, r := range rows {
		out.First = append(out.First, r.effect())
	}
	return out, err
}
