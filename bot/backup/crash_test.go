package backup_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"toban/bot/backup"
	"toban/bot/store"
)

// crashVariable tells the test program to be the process that is killed.
const crashVariable = "TOBAN_TEST_CRASH"

// crashing is what that process does, and where it dies: at the nth word of progress.
type crashing struct {
	Restore bool
	At      int
	File    string
	To      string
	Keys    backup.Keys
	Target  store.Options
}

// crash is the process that is killed. It exits with 7 when it came to its end.
func crash() {
	var c crashing
	if err := json.Unmarshal([]byte(os.Getenv(crashVariable)), &c); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	n := 0
	p := func(string, int64) {
		if n++; n == c.At {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	ctx := context.Background()
	var err error
	if c.Restore {
		_, err = backup.Restore(ctx, backup.Task{File: c.File, Keys: c.Keys, Target: c.Target, Replace: true, Now: made, Progress: p})
	} else {
		var s *store.Store
		if s, err = store.Open(ctx, c.Target); err == nil {
			_, err = backup.Save(ctx, backup.Make{Store: s, Dir: c.To, Keys: c.Keys, Now: made, Progress: p})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(7)
}

// killed runs the process and reports whether it came to its end before its death.
func killed(t *testing.T, c crashing) (ended bool) {
	t.Helper()
	raw, err := json.Marshal(struct {
		crashing
		Target map[string]string
	}{c, map[string]string{"Path": c.Target.Path, "Postgres": c.Target.Postgres}})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashVariable+"="+string(raw))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the process gave %v: %s", err, out)
	}
	if exit.ExitCode() == 1 {
		t.Fatalf("the process failed: %s", out)
	}
	return exit.ExitCode() == 7
}

// Wherever a backup dies, there is no file with the name of a backup, and the next one is whole.
func TestKilledBackup(t *testing.T) {
	o, k, dir := place(t, "sqlite"), keys(t), t.TempDir()
	s := open(t, o)
	fill(t, s)
	at := 1
	for ; !killed(t, crashing{At: at, To: dir, Keys: k, Target: o}); at++ {
		if files, err := backup.List(dir); err != nil || len(files) > 0 {
			t.Fatalf("killed at step %d: %v, %v", at, files, err)
		}
	}
	files, err := backup.List(dir)
	if err != nil || len(files) != 1 || at < 10 {
		t.Fatal(at, files, err)
	}
	if _, _, err := backup.Open(files[0], k, backup.Reader{}); err != nil {
		t.Error(err)
	}
	// A day later the next backup takes the remains away.
	if _, err := backup.Save(t.Context(), backup.Make{Store: s, Dir: dir, Keys: k, Now: farAhead()}); err != nil {
		t.Fatal(err)
	}
	if parts, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(parts) > 0 {
		t.Errorf("left behind: %v, %v", parts, err)
	}
}

// Wherever a restore dies, the database is the old one, whole; the next restore takes the remains away and ends.
func TestKilledRestore(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o, k := place(t, engine), keys(t)
			s := open(t, o)
			fill(t, s)
			m := save(t, s, k, t.TempDir())
			if err := s.Bury(t.Context(), "hook", "after the backup", nil, made); err != nil {
				t.Fatal(err)
			}
			_ = s.Close()
			letters := func() int {
				s, err := store.Open(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = s.Close() }()
				l, err := s.DeadLetters(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return len(l)
			}
			before := letters()
			at := 1
			for ; !killed(t, crashing{Restore: true, At: at, File: m.File, Keys: k, Target: o}); at += 3 {
				if n := letters(); n != before {
					t.Fatalf("killed at step %d: %d letters, want the old %d", at, n, before)
				}
			}
			if n := letters(); n != before-1 || at < 10 {
				t.Errorf("after the restore, which had %d steps: %d letters, want %d", at, n, before-1)
			}
			if o.Path != "" {
				files, err := filepath.Glob(o.Path + ".restoring*")
				if err != nil || len(files) > 0 {
					t.Errorf("left behind: %v, %v", strings.Join(files, " "), err)
				}
			}
		})
	}
}

// farAhead is more than a day after the files of this test were made.
func farAhead() time.Time { return time.Now().AddDate(0, 0, 2) }
