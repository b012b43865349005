package config

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"toban/config/tree"
)

const hidden = "[secret]"

// Secret is a key, token or password. It is written in files as a reference, env:NAME or file:PATH, and every way of printing it gives
// "[secret]"; only Reveal gives the value. The zero value is no secret.
type Secret struct {
	// reveal hides the value even from packages that print unexported fields.
	reveal func() string
	ref    string
}

// NewSecret makes a secret from a value, for tests and the demo.
func NewSecret(value string) Secret { return Secret{reveal: func() string { return value }} }

// Reveal returns the value. Call it only where the value leaves for the service that it belongs to.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Ref returns the reference that the file holds, such as env:NAME.
func (s Secret) Ref() string { return s.ref }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether two secrets have the same value.
func (s Secret) Equal(o Secret) bool { return s.IsZero() == o.IsZero() && s.Reveal() == o.Reveal() }

// String implements [fmt.Stringer].
func (Secret) String() string { return hidden }

// GoString implements [fmt.GoStringer].
func (Secret) GoString() string { return hidden }

// Format implements [fmt.Formatter].
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// MarshalText implements [encoding.TextMarshaler].
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON implements [json.Marshaler].
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// Secrets are the values of one secret that are valid at the same time, the current one first: two while it is being rotated.
type Secrets []Secret

// Current returns the value to send, or no secret.
func (s Secrets) Current() Secret {
	if len(s) == 0 {
		return Secret{}
	}
	return s[0]
}

const maxSecretsAtOnce = 2

var envName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

// secretReader decodes references to secrets.
type secretReader struct {
	dir   string
	opt   Options
	fixed map[string]bool // environment variables that hold a secret themselves
}

func (r secretReader) one(n *tree.Node, dst reflect.Value, faults *tree.Faults) {
	if s, ok := r.read(n, faults); ok {
		dst.Set(reflect.ValueOf(s))
	}
}

// several decodes one reference or a list of them.
func (r secretReader) several(n *tree.Node, dst reflect.Value, faults *tree.Faults) {
	refs := []*tree.Node{n}
	if n.Kind == tree.List {
		refs = n.Items
	}
	if len(refs) == 0 || len(refs) > maxSecretsAtOnce {
		faults.Add(n.Pos, "must be one secret, or two while it is being rotated, got %d", len(refs))
		return
	}
	var out Secrets
	for _, ref := range refs {
		if s, ok := r.read(ref, faults); ok {
			out = append(out, s)
		}
	}
	dst.Set(reflect.ValueOf(out))
}

// file reads a secret's file, from the configuration folder where its path is relative; "" when that can't be read.
func (r secretReader) file(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	data, err := r.opt.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(data), "\r\n")
}

// read never repeats what it read in a fault: it may be the secret itself.
func (r secretReader) read(n *tree.Node, faults *tree.Faults) (Secret, bool) {
	const allowed = "must be a reference to a secret, env:NAME or file:PATH, and never the secret itself"
	if n.Kind != tree.Text {
		faults.Add(n.Pos, allowed)
		return Secret{}, false
	}
	scheme, target, _ := strings.Cut(n.Text, ":")
	var value string
	switch {
	case scheme == "env" && envName.MatchString(target):
		// NAME_FILE names a file that holds it, as container platforms give secrets: unlike the environment it can change while Toban runs.
		if value = r.opt.Getenv(target); value != "" {
			r.fixed[target] = true
			break
		}
		path := r.opt.Getenv(target + "_FILE")
		if path == "" {
			faults.Add(n.Pos, "names the environment variable %s, which is not set or empty", target)
			return Secret{}, false
		}
		if value = r.file(path); value == "" {
			faults.Add(n.Pos, "names the environment variable %s; the file that %s_FILE names can't be read or is empty", target, target)
			return Secret{}, false
		}
	case scheme == "env":
		faults.Add(n.Pos, "must name an environment variable in capitals after env:, such as env:TOBAN_API_KEY")
		return Secret{}, false
	case scheme == "file" && target != "":
		if value = r.file(target); value == "" {
			faults.Add(n.Pos, "names the file %s, which can't be read or is empty", tree.Quote(target))
			return Secret{}, false
		}
	default:
		faults.Add(n.Pos, allowed)
		return Secret{}, false
	}
	return Secret{reveal: func() string { return value }, ref: n.Text}, true
}
