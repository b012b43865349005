package store

import (
	"context"
	"fmt"
)

// Hasty names the settings under which the database says that a commit is safe before it is: a crash of its machine then loses the last
// ones, and with them the memory of what was said. None with SQLite, whose settings are ours.
func (s *Store) Hasty(ctx context.Context) ([]string, error) {
	if !s.Shared() {
		return nil, nil
	}
	var rows []struct {
		Name  string `db:"name"`
		Value string `db:"setting"`
	}
	const text = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off' ORDER BY name"
	if err := s.query(ctx, nil, &rows, text); err != nil {
		return nil, err
	}
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s = %s", r.Name, r.Value))
	}
	return out, nil
}
