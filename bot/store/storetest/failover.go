package storetest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// standby is the folder of the data of a server that stands by.
func (c *Cluster) standby() string { return filepath.Join(c.dir, "standby") }

// Keep keeps the data as a standby has them that receives nothing from now on. Clients lose their connections.
func (c *Cluster) Keep(t testing.TB) {
	t.Helper()
	c.end(t)
	run(t, "rm", "-rf", c.standby())
	run(t, "cp", "-a", filepath.Join(c.dir, "data"), c.standby())
	c.Go(t)
}

// FailOver ends the server without a word and has the standby of Keep take its place: what was committed in between is lost. It is
// promoted as any standby is, so a new timeline begins.
func (c *Cluster) FailOver(t testing.TB) {
	t.Helper()
	c.end(t)
	run(t, "rm", "-rf", filepath.Join(c.dir, "data"))
	run(t, "cp", "-a", c.standby(), filepath.Join(c.dir, "data"))
	signal := filepath.Join(c.dir, "data", "standby.signal")
	const private = 0o600
	if err := os.WriteFile(signal, nil, private); err != nil {
		t.Fatal(err)
	}
	if as, err := c.notRoot(); err != nil {
		t.Fatal(err)
	} else if as != nil {
		if err := os.Chown(signal, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	c.Go(t)
	c.do(t, "SELECT pg_promote()")
	db, err := sqlx.Open("postgres", c.dsn())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for standing := true; standing; time.Sleep(5 * time.Millisecond) {
		if err := db.GetContext(t.Context(), &standing, "SELECT pg_is_in_recovery()"); err != nil {
			t.Fatal(err)
		}
	}
}

// end halts the server and waits until it has left its folder.
func (c *Cluster) end(t testing.TB) {
	t.Helper()
	c.Halt(t)
	for {
		if _, err := os.Stat(filepath.Join(c.dir, "data", "postmaster.pid")); errors.Is(err, os.ErrNotExist) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func run(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, out)
	}
}
