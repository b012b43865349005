package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHastySettingsAreTold(t *testing.T) {
	if got, err := openSQLite(t).Hasty(t.Context()); err != nil || len(got) > 0 {
		t.Errorf("SQLite: %v, %v", got, err)
	}
	// The cluster of the tests is one whose data nobody wants after a crash.
	got, err := openPostgres(t).Hasty(t.Context())
	if diff := cmp.Diff([]string{"fsync = off", "full_page_writes = off", "synchronous_commit = off"}, got); err != nil || diff != "" {
		t.Errorf("PostgreSQL: %v\n%s", err, diff)
	}
}
