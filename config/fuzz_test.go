package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/config"
)

// fuzzFiles are the files of the example that FuzzLoad replaces, by number.
var fuzzFiles = [...]string{"server.yaml", "spaces.yaml", "people.yaml", "customers/aoba.yaml", "profiles/desk-plus.yaml"}

// FuzzLoad puts any bytes in the place of one file of the example. Either there is a configuration, or faults of which each names a
// place that is in its file; the same folder always gives the same; and neither the faults nor any way of printing the
// configuration shows a secret.
func FuzzLoad(f *testing.F) {
	for i, name := range fuzzFiles {
		data, err := os.ReadFile(filepath.Join("example", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), data)
		bad, err := filepath.Glob(filepath.Join("testdata/bad-*", name))
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range bad {
			if data, err = os.ReadFile(path); err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(i), data)
		}
	}
	const secret = "value-of-the-variable"
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := fuzzFiles[int(which)%len(fuzzFiles)]
		target := filepath.Join("example", name)
		read := func(path string) ([]byte, error) {
			switch {
			case path == target:
				return data, nil
			case !strings.HasPrefix(path, "example"):
				return nil, fs.ErrNotExist // whatever file: names
			}
			return os.ReadFile(path)
		}
		load := func() (*config.Config, error) {
			return config.Load("example", config.Options{Getenv: func(string) string { return secret }, ReadFile: read})
		}
		cfg, err := load()
		var faults *config.Errors
		switch {
		case (err == nil) != (cfg != nil):
			t.Fatalf("Load = %v, %v", cfg, err)
		case err != nil && !errors.As(err, &faults):
			t.Fatalf("Load = %T, want *Errors", err)
		}
		if _, again := load(); fmt.Sprint(err) != fmt.Sprint(again) {
			t.Fatalf("the same folder, other faults:\n%s", cmp.Diff(fmt.Sprint(err), fmt.Sprint(again)))
		}
		if faults == nil {
			out, err := json.Marshal(cfg)
			if err != nil && !strings.Contains(err.Error(), "unsupported") {
				t.Fatal(err)
			}
			if shown := fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, out); strings.Contains(shown, secret) {
				t.Fatal("printing the configuration shows a secret")
			}
			return
		}
		if strings.Contains(err.Error(), secret) {
			t.Fatalf("the faults show a secret: %v", err)
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
		for _, fault := range faults.Faults {
			switch {
			case fault.Pos.File == "", fault.Text == "":
				t.Fatalf("a fault without a place or a word: %s", fault)
			case fault.Pos.File == name && fault.Pos.Line > lines:
				t.Fatalf("a fault below the end of a file of %d lines: %s", lines, fault)
			}
		}
	})
}
