package main_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// program is the real program of this tree, built when the first test asks for it and gone with the process.
type program struct {
	once sync.Once
	dir  string
	err  error
}

var built program

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// build is the path of the real program.
func build(t *testing.T) string {
	t.Helper()
	built.once.Do(func() { built.err = built.make(context.WithoutCancel(t.Context())) })
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "toban")
}

func (p *program) make(ctx context.Context) (err error) {
	if p.dir, err = os.MkdirTemp("", "toban-under-test"); err != nil {
		return fmt.Errorf("making a folder for the program: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(p.dir, "toban"), ".").CombinedOutput(); err != nil {
		return fmt.Errorf("building: %w\n%s", err, out)
	}
	return nil
}
