package backup_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"toban/bot/backup"
)

// Each way in which a file can be wrong has its words, and writes nothing.
func TestBadFiles(t *testing.T) {
	s, k := open(t, place(t, "sqlite")), keys(t)
	fill(t, s)
	m := save(t, s, k, t.TempDir())
	good, err := os.ReadFile(m.File)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(change func(h *backup.Header)) []byte {
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = snap.Close() }()
		h := m.Header
		change(&h)
		var plain bytes.Buffer
		if _, err := backup.Write(t.Context(), &plain, h, snap, nil); err != nil {
			t.Fatal(err)
		}
		return seal(t, k, plain.Bytes())
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	tests := []struct {
		name string
		file []byte
		keys backup.Keys
		is   error
		says string
	}{
		{"another key", good, keys(t), backup.ErrWrongKey, "other recipients"},
		{"a passphrase", good, backup.Keys{Passphrases: []string{"a passphrase that opens nothing"}}, backup.ErrWrongKey, "passphrase"},
		{"no key", good, backup.Keys{Recipients: k.Recipients}, backup.ErrNoKeys, "backup.identity"},
		{"cut off in the middle", good[:len(good)/2], k, backup.ErrDamaged, ""},
		{"cut off at its last byte", good[:len(good)-1], k, backup.ErrDamaged, ""},
		{"cut off in its header", good[:60], k, backup.ErrDamaged, "beginning"},
		{"empty", nil, k, backup.ErrDamaged, "beginning"},
		{"another file", []byte("PGDMP…"), k, backup.ErrDamaged, "beginning"},
		{"one bit", flipped, k, backup.ErrDamaged, ""},
		{"bytes behind its end", append(bytes.Clone(good), 'x'), k, backup.ErrDamaged, ""},
		{"a newer format", rewrite(func(h *backup.Header) { h.Format = 99 }), k, backup.ErrNewer, "format 99"},
		{"newer tables", rewrite(func(h *backup.Header) { h.Schema = 99 }), k, backup.ErrNewer, "version 99"},
		{"a table is missing", rewrite(func(h *backup.Header) { h.Tables = h.Tables[1:] }), k, nil, "lacks table"},
		{"no gzip", seal(t, k, []byte("not gzip at all, but long enough")), k, backup.ErrDamaged, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.backup")
			if err := os.WriteFile(file, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			target := place(t, "sqlite")
			_, err := backup.Restore(t.Context(), backup.Task{File: file, Keys: tt.keys, Target: target, Now: made})
			if err == nil || tt.is != nil && !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v with %q", err, tt.is, tt.says)
			}
			if _, err := os.Stat(target.Path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a database was made: %v", err)
			}
			alone(t, target)
		})
	}
}

func seal(t *testing.T, k backup.Keys, plain []byte) []byte {
	t.Helper()
	r, err := age.ParseX25519Recipient(k.Recipients[0])
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A passphrase closes and opens, the one before it too while it is being rotated.
func TestPassphrases(t *testing.T) {
	s := open(t, place(t, "sqlite"))
	fill(t, s)
	old := backup.Keys{Passphrases: []string{"the old passphrase of the desk"}}
	m := save(t, s, old, t.TempDir())
	both := backup.Keys{Passphrases: []string{"the new passphrase of the desk", "the old passphrase of the desk"}}
	if _, _, err := backup.Open(m.File, both, backup.Reader{}); err != nil {
		t.Error(err)
	}
	m = save(t, s, both, t.TempDir())
	if _, _, err := backup.Open(m.File, old, backup.Reader{}); !errors.Is(err, backup.ErrWrongKey) {
		t.Errorf("the old passphrase opens a new backup: %v", err)
	}
}

// Keys that can't be read are not repeated in what is said about them.
func TestKeysStaySecret(t *testing.T) {
	for _, k := range []backup.Keys{
		{Recipients: keys(t).Recipients, Identities: []string{"AGE-SECRET-KEY-1THISISMYSECRET"}},
		{Recipients: keys(t).Recipients, Identities: []string{"ordinary words THISISMYSECRET"}},
	} {
		if err := k.Check(); err == nil || strings.Contains(err.Error(), "THISISMYSECRET") {
			t.Errorf("said %v", err)
		}
	}
	if err := (backup.Keys{}).Check(); !errors.Is(err, backup.ErrNoKeys) {
		t.Errorf("no keys at all gave %v", err)
	}
}
