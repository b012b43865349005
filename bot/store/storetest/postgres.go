package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver "postgres"
)

// Cluster is a PostgreSQL of a test process's own: made at the first Schema, without a network port, ended and removed with the process
// however that ends. The zero value is ready; call Stop in TestMain.
type Cluster struct {
	// Durable lets the server write as in production: for benchmarks, which would measure nothing otherwise. Tests lose nothing that
	// they would miss and are quicker without.
	Durable bool

	once   sync.Once
	err    error
	dir    string
	hold   io.WriteCloser // open as long as the cluster is wanted: its keeper reads orders from it
	ended  chan struct{}
	keeper int // its process
	mu     sync.Mutex
	last   int
}

// errNoPostgres says that this machine has no PostgreSQL.
var errNoPostgres = errors.New("no PostgreSQL programs (initdb, postgres) in PATH or /usr/lib/postgresql/*/bin; install them with " +
	`"apt-get install postgresql" or "brew install postgresql"`)

// Schema gives the DSN of a fresh, empty schema that is gone after the test. Without PostgreSQL on the machine the test is skipped and
// says why; a PostgreSQL that does not start fails it.
func (c *Cluster) Schema(t testing.TB) (dsn string) {
	t.Helper()
	c.once.Do(func() { c.err = c.start() })
	if errors.Is(c.err, errNoPostgres) {
		t.Skipf("NOT TRIED ON POSTGRESQL: %v", c.err)
	}
	if c.err != nil {
		t.Fatalf("starting PostgreSQL: %v", c.err)
	}
	c.mu.Lock()
	c.last++
	name := "t" + strconv.Itoa(c.last)
	c.mu.Unlock()
	c.do(t, "CREATE SCHEMA "+name)
	t.Cleanup(func() { c.do(t, "DROP SCHEMA "+name+" CASCADE") })
	return c.dsn() + " search_path=" + name
}

func (c *Cluster) dsn() string {
	return "host=" + c.dir + " user=postgres dbname=postgres sslmode=disable"
}

func (c *Cluster) do(t testing.TB, statement string) {
	t.Helper()
	db, err := sqlx.Open("postgres", c.dsn())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// Stop ends the cluster and waits until it is removed.
func (c *Cluster) Stop() {
	if c.hold == nil {
		return
	}
	_ = c.hold.Close()
	<-c.ended
}

// Halt ends the server as a power cut does, without a word to its clients; what was committed stays. Go lets it run again.
func (c *Cluster) Halt(t testing.TB) {
	t.Helper()
	c.order(t, "halt")
	for {
		db, err := sqlx.Open("postgres", c.dsn())
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(db.PingContext(context.WithoutCancel(t.Context())), db.Close())
		if err != nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Go starts a halted server and waits until it answers.
func (c *Cluster) Go(t testing.TB) {
	t.Helper()
	c.order(t, "go")
	const limit = time.Minute
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	defer cancel()
	if err := c.await(ctx); err != nil {
		t.Fatalf("starting PostgreSQL again: %v", err)
	}
}

func (c *Cluster) order(t testing.TB, word string) {
	t.Helper()
	if _, err := io.WriteString(c.hold, word+"\n"); err != nil {
		t.Fatalf("telling PostgreSQL to %s: %v", word, err)
	}
}

// keeper runs the server as long as its input is open, and removes everything then: also when the test process was killed.
const keeper = `trap '' INT TERM HUP
serve() { "$1" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=200 $3 >>"$2/log" 2>&1 & server=$!; }
halt() { kill -QUIT "$server"; wait "$server"; }
serve "$@"
while read -r order; do
  case $order in
  halt) halt ;;
  go) serve "$@" ;;
  esac
done
halt
rm -rf "$2"`

// hasty are the settings of a server whose data nobody wants after a crash.
const hasty = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

func (c *Cluster) start() error {
	bin, err := binaries()
	if err != nil {
		return err
	}
	// The path of a socket may have about a hundred characters: not under a test's own folder.
	if c.dir, err = os.MkdirTemp("/tmp", "tobanpg"); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	as, err := c.notRoot()
	if err != nil {
		return errors.Join(err, os.RemoveAll(c.dir))
	}
	const limit = time.Minute
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", filepath.Join(c.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	initdb.Dir, initdb.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("running initdb: %w: %s", err, bytes.TrimSpace(out)), os.RemoveAll(c.dir))
	}
	settings := hasty
	if c.Durable {
		settings = ""
	}
	keep := exec.CommandContext(context.WithoutCancel(ctx), "sh", "-c", keeper, "sh", filepath.Join(bin, "postgres"), c.dir, settings)
	keep.Dir, keep.SysProcAttr = "/", &syscall.SysProcAttr{Credential: as, Setpgid: true} // a Ctrl-C is for the test process
	if c.hold, err = keep.StdinPipe(); err != nil {
		return errors.Join(err, os.RemoveAll(c.dir))
	}
	if err := keep.Start(); err != nil {
		return errors.Join(fmt.Errorf("running the server: %w", err), os.RemoveAll(c.dir))
	}
	c.ended, c.keeper = make(chan struct{}), keep.Process.Pid
	go func() {
		defer close(c.ended)
		_ = keep.Wait()
	}()
	return c.await(ctx)
}

func (c *Cluster) await(ctx context.Context) error {
	db, err := sqlx.Open("postgres", c.dsn())
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	defer func() { _ = db.Close() }()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
			c.Stop()
			return fmt.Errorf("waiting for the server: %w: %s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// notRoot is the user to run PostgreSQL as, which refuses root: postgres, or else nobody. The folder is given to that user.
func (c *Cluster) notRoot() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("finding a user for PostgreSQL: %w", err)
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the id of user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the group of user %s: %w", u.Username, err)
	}
	if err := os.Chown(c.dir, int(uid), int(gid)); err != nil {
		return nil, fmt.Errorf("giving the folder to user %s: %w", u.Username, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// binaries finds the folder of PostgreSQL's programs, the newest version first.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", fmt.Errorf("looking for PostgreSQL: %w", err)
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if runtime.GOOS == "darwin" {
		brew, _ := filepath.Glob("/opt/homebrew/opt/postgresql*/bin/initdb")
		found = append(found, brew...)
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	for _, initdb := range found {
		dir := filepath.Dir(initdb)
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
			return dir, nil
		}
	}
	return "", errNoPostgres
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for anything but a number
	return n
}
