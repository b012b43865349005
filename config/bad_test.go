package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toban/config"
)

// laidOver copies the example into a new folder and a folder of testdata over it.
func laidOver(t *testing.T, over string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("example")); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(over, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(path) == "want.txt" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, strings.TrimPrefix(path, over))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestBadFolders lays each testdata/bad-* over the example and compares all that is said about it.
func TestBadFolders(t *testing.T) {
	folders, err := filepath.Glob("testdata/bad-*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no bad folders", err)
	}
	getenv := func(name string) string {
		if strings.HasPrefix(name, "LOST") {
			return ""
		}
		return env(name)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			cfg, err := config.Load(laidOver(t, folder), config.Options{Getenv: getenv})
			var faults *config.Errors
			if !errors.As(err, &faults) || cfg != nil {
				t.Fatalf("Load = %v, %v; want nil and *Errors", cfg, err)
			}
			for _, secret := range []string{"the-secret-itself", "lower-case-secret", "98765", "03-1234", "value-of", "+81"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error repeats the secret %q", secret)
				}
			}
			for _, f := range faults.Faults {
				if f.Pos.File == "" || f.Text == "" {
					t.Errorf("a fault without a place or a text: %v", f)
				}
			}
			golden(t, filepath.Join(filepath.Base(folder), "want.txt"), err.Error()+"\n")
		})
	}
}
