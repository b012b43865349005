package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toban/config"
)

// FuzzLoad puts any bytes in the place of one file: the loader answers with a configuration or with faults that have places, and never
// panics, hangs or repeats a secret.
func FuzzLoad(f *testing.F) {
	files := []string{"server.yaml", "spaces.yaml", "people.yaml", "customers/aoba.yaml", "profiles/desk-plus.yaml"}
	for i, name := range files {
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
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		target := filepath.Join("example", files[int(which)%len(files)])
		read := func(path string) ([]byte, error) {
			if path == target {
				return data, nil
			}
			if !strings.HasPrefix(path, "example") {
				return nil, fs.ErrNotExist // whatever file: names
			}
			return os.ReadFile(path)
		}
		const secret = "value-of-the-variable"
		cfg, err := config.Load("example", config.Options{Getenv: func(string) string { return secret }, ReadFile: read})
		var faults *config.Errors
		switch {
		case err == nil && cfg == nil, err != nil && cfg != nil:
			t.Fatalf("Load = %v, %v", cfg, err)
		case err != nil && !errors.As(err, &faults):
			t.Fatalf("Load = %T, want *Errors", err)
		case err != nil && strings.Contains(err.Error(), secret):
			t.Fatal("the error shows a secret")
		}
		if faults != nil {
			for _, fault := range faults.Faults {
				if fault.Pos.File == "" {
					t.Fatalf("a fault without a file: %s", fault)
				}
			}
		}
	})
}
