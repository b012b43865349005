package config

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"toban/config/tree"
)

// Backup says how backups of the database are made. Without recipients and without a passphrase none are made.
type Backup struct {
	// Dir is the folder of the daily backups, taken from the folder in which Toban is started; without one none are made by themselves.
	Dir string `yaml:"dir"`
	// Keep is the number of generations that stay in Dir.
	Keep int `yaml:"keep" min:"1" max:"1000"`
	// At is the time of day of the daily backup in Zone.
	At   TimeOfDay      `yaml:"at"`
	Zone *time.Location `yaml:"zone"`
	// Recipients are the public keys (age1…) that a backup is encrypted for.
	Recipients []string `yaml:"recipients"`
	// Identity is the secret key that opens backups. A server that only makes backups needs none.
	Identity Secrets `yaml:"identity"`
	// Passphrase takes the place of Recipients and Identity.
	Passphrase Secrets `yaml:"passphrase"`
}

// Configured reports whether backups can be made.
func (b Backup) Configured() bool { return len(b.Recipients)+len(b.Passphrase) > 0 }

// TimeOfDay is a time of day, written HH:MM.
type TimeOfDay struct{ Hour, Minute int }

var timeOfDay = regexp.MustCompile(`^(?:[01]\d|2[0-3]):[0-5]\d$`)

// UnmarshalText implements [encoding.TextUnmarshaler].
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	if !timeOfDay.Match(text) {
		return errors.New(`must be a time of day such as "03:30"`)
	}
	if _, err := fmt.Sscanf(string(text), "%d:%d", &t.Hour, &t.Minute); err != nil {
		return errors.New(`must be a time of day such as "03:30"`)
	}
	return nil
}

var recipient = regexp.MustCompile(`^age1[a-z0-9]{50,}$`)

// minPassphrase is the number of bytes below which a passphrase can be guessed.
const minPassphrase = 20

func defaultBackup() Backup {
	const generations, hour, minute = 14, 3, 30
	return Backup{Keep: generations, At: TimeOfDay{hour, minute}, Zone: time.UTC}
}

func (l *loader) checkBackup(b *Backup, n *tree.Node) {
	if n == nil {
		return
	}
	switch {
	case len(b.Recipients) > 0 && len(b.Passphrase) > 0:
		l.faults.Add(n.Pos, "has both recipients and passphrase; age knows one of them at a time")
	case !b.Configured() && n.Get("recipients") == nil && n.Get("passphrase") == nil:
		l.faults.Add(n.Pos, "lacks recipients or passphrase: backups are always encrypted")
	}
	for i, r := range b.Recipients {
		if !recipient.MatchString(r) {
			l.faults.Add(n.At("recipients", i), "must be a public key of age, age1… (the one that age-keygen prints, not AGE-SECRET-KEY-1…)")
		}
	}
	for _, p := range b.Passphrase {
		if len(p.Reveal()) < minPassphrase {
			l.faults.Add(n.At("passphrase"), "must lead to a passphrase of at least %d characters", minPassphrase)
		}
	}
}
