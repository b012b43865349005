package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/bot/store/storetest"
)

// Replicas go by the database's clock, whatever their machines say. One that is 25 seconds behind writes the database's time into what it
// decides; one that is an hour ahead keeps its doors open, says that it is not well, and claims nothing until somebody with a right clock
// comes.
func TestReplicasGoByTheDatabasesClock(t *testing.T) {
	cluster := &storetest.Cluster{}
	t.Cleanup(cluster.Stop)
	o := newOffice(t)
	dsn := cluster.Schema(t)
	t.Setenv("TOBAN_POSTGRES", dsn)
	o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")

	t.Setenv(trialVariable, "clock=-25s")
	stop := o.serve()
	o.open()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var oldest int64
	err = db.QueryRowContext(t.Context(), "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint - MIN(made_us) FROM outbox").Scan(&oldest)
	if age := time.Duration(oldest) * time.Microsecond; err != nil || age < 0 || age > 20*time.Second {
		t.Errorf("the first effect was decided %s ago (%v): that is the machine's time", age, err)
	}
	stop()

	t.Setenv(trialVariable, "clock=1h")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	l := &ledger{texts: map[string][]byte{}}
	go func() {
		done <- run(ctx, []string{"serve", "--config", filepath.Join(o.dir, "config")}, strings.NewReader(""), l.writer("output"), l.writer("log"))
	}()
	var health struct{ Conditions []string }
	o.until("it says that its clock is wrong", func() bool {
		res, err := http.Get("http://" + o.listen + "/readyz") //nolint:noctx // a test's own loopback server
		if err != nil {
			return false
		}
		defer func() { _ = res.Body.Close() }()
		return json.NewDecoder(res.Body).Decode(&health) == nil && res.StatusCode == http.StatusServiceUnavailable && strings.Contains(strings.Join(health.Conditions, " "), "clock")
	})
	key := o.ask()
	var open int
	o.until("its door has stored the webhook", func() bool {
		err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM inbox WHERE state = 'open' AND attempt = 0").Scan(&open)
		return err == nil && open > 0
	})
	if err := os.Unsetenv(trialVariable); err != nil {
		t.Fatal(err)
	}
	other := freeAddress(t)
	second := o.second(other)
	o.until("the replica with the right clock answers", func() bool { return o.answers(key) == 1 })
	var owners int
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(DISTINCT owner) FROM lease").Scan(&owners); err != nil || owners > 1 {
		t.Errorf("%d owners of leases: %v", owners, err)
	}
	second()
	cancel()
	if code := <-done; code != exitOK {
		t.Errorf("serve ended with %d: %s", code, l.text("log"))
	}
}
