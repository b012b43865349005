package backup

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// Keys open and close backups: recipients' keys, or a passphrase. What is written is closed for all recipients, or with the first
// passphrase; what is read is tried with every identity and passphrase, so that old files open while a secret is being rotated.
type Keys struct {
	Recipients  []string // public keys, age1…
	Identities  []string // what opens them: AGE-SECRET-KEY-1…, several lines and comments allowed
	Passphrases []string
}

// ErrNoKeys says that nothing was given to encrypt with or to decrypt with.
var ErrNoKeys = errors.New("no key is configured")

// work is the cost of a passphrase, as a power of two: 32 MiB and a tenth of a second. A passphrase of twenty characters, which the
// configuration asks for, needs no more.
const work = 15

// maxWork is the cost up to which a file of others is opened: a gigabyte.
const maxWork = 20

func (k Keys) recipients() ([]age.Recipient, error) {
	var out []age.Recipient
	for _, text := range k.Recipients {
		r, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("reading backup recipient %q: it is no public key of age", text)
		}
		out = append(out, r...)
	}
	if len(out) > 0 {
		return out, nil
	}
	if len(k.Passphrases) == 0 {
		return nil, fmt.Errorf("encrypting the backup: %w: set backup.recipients or backup.passphrase in server.yaml", ErrNoKeys)
	}
	r, err := age.NewScryptRecipient(k.Passphrases[0])
	if err != nil {
		return nil, fmt.Errorf("encrypting the backup with a passphrase: %w", err)
	}
	r.SetWorkFactor(work)
	return []age.Recipient{r}, nil
}

// identities never repeats what it read: it may be a part of the secret.
func (k Keys) identities() ([]age.Identity, error) {
	var out []age.Identity
	for _, text := range k.Identities {
		ids, err := age.ParseIdentities(strings.NewReader(text))
		if err != nil {
			return nil, errors.New("reading backup.identity: it is no secret key of age (AGE-SECRET-KEY-1…)")
		}
		out = append(out, ids...)
	}
	for _, p := range k.Passphrases {
		id, err := age.NewScryptIdentity(p)
		if err != nil {
			return nil, errors.New("reading backup.passphrase: it is empty")
		}
		id.SetMaxWorkFactor(maxWork)
		out = append(out, id)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("decrypting the backup: %w: set backup.identity or backup.passphrase in server.yaml", ErrNoKeys)
	}
	return out, nil
}

// canOpen reports whether there is anything to decrypt with.
func (k Keys) canOpen() bool { return len(k.Identities)+len(k.Passphrases) > 0 }

// Check tells what is wrong with the keys for making backups.
func (k Keys) Check() error {
	if _, err := k.recipients(); err != nil {
		return err
	}
	if k.canOpen() {
		_, err := k.identities()
		return err
	}
	return nil
}

func (k Keys) seal(w io.Writer) (io.WriteCloser, error) {
	to, err := k.recipients()
	if err != nil {
		return nil, err
	}
	out, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, fmt.Errorf("encrypting the backup: %w", err)
	}
	return out, nil
}

func (k Keys) unseal(r io.Reader) (io.Reader, error) {
	ids, err := k.identities()
	if err != nil {
		return nil, err
	}
	in, err := age.Decrypt(r, ids...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none), errors.Is(err, age.ErrIncorrectIdentity):
		return nil, fmt.Errorf("%w: none of the configured keys opens it; it was made for other recipients or with another passphrase", ErrWrongKey)
	case err != nil:
		return nil, fmt.Errorf("%w: its beginning is not that of a backup: %w", ErrDamaged, err)
	}
	return authentic{in}, nil
}

// authentic names the error of a part that is not as it was encrypted.
type authentic struct{ r io.Reader }

func (a authentic) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: it was changed or cut off: %w", ErrDamaged, err)
	}
	return n, err
}
