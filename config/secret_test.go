package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/config"
)

func TestSecretsNeverShow(t *testing.T) {
	const value = "xoxb-4711"
	type holder struct {
		Public  config.Secret
		private config.Secret
	}
	secret := config.NewSecret(value)
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("x", "secret", secret, "holder", holder{secret, secret}, "list", config.Secrets{secret})
	encoded, err := json.Marshal(holder{secret, secret})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{
		"json": string(encoded),
		"log":  log.String(),
		"text": secret.String() + secret.GoString(),
		"diff": cmp.Diff(config.NewSecret("other"), secret),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown[verb] = fmt.Sprintf(verb+verb+verb, secret, holder{secret, secret}, &holder{secret, secret})
	}
	for how, text := range shown {
		if strings.Contains(text, value) || strings.Contains(text, fmt.Sprintf("%x", value)) {
			t.Errorf("%s shows the secret: %s", how, text)
		}
	}
	if secret.Reveal() != value {
		t.Error("Reveal does not give the value")
	}
}

func TestSecretEqual(t *testing.T) {
	a, b := config.NewSecret("a"), config.NewSecret("b")
	tests := []struct {
		name string
		x, y config.Secret
		want bool
	}{
		{"same", a, config.NewSecret("a"), true},
		{"other", a, b, false},
		{"none", config.Secret{}, config.Secret{}, true},
		{"none and empty", config.Secret{}, config.NewSecret(""), false},
	}
	for _, tt := range tests {
		if got := tt.x.Equal(tt.y); got != tt.want {
			t.Errorf("%s: Equal = %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := (config.Secrets{a, b}).Current(); !got.Equal(a) {
		t.Error("the first secret is not the current one")
	}
	if !(config.Secrets{}).Current().IsZero() {
		t.Error("no secrets have a current one")
	}
}

// A secret of the environment may lie in a file that NAME_FILE names, which a running Toban can read anew; the variable itself comes first.
func TestSecretOfTheEnvironmentInAFile(t *testing.T) {
	dir := laidOver(t, "testdata/two-profiles")
	for _, tt := range []struct {
		name     string
		env      map[string]string
		text     string
		want, no string
	}{
		{"a file", map[string]string{"BACKLOG_API_KEY_FILE": "key"}, "from the file\n", "from the file", ""},
		{"the variable first", map[string]string{"BACKLOG_API_KEY": "from the variable", "BACKLOG_API_KEY_FILE": "key"}, "from the file", "from the variable", ""},
		{"an empty file", map[string]string{"BACKLOG_API_KEY_FILE": "key"}, "\n", "", "the file that BACKLOG_API_KEY_FILE names can't be read or is empty"},
		{"neither", nil, "", "", "BACKLOG_API_KEY, which is not set or empty"},
	} {
		cfg, err := config.Load(dir, config.Options{
			Getenv: func(name string) string {
				if strings.HasPrefix(name, "BACKLOG_API_KEY") {
					return tt.env[name]
				}
				return env(name)
			},
			ReadFile: func(path string) ([]byte, error) {
				if filepath.Base(path) == "key" {
					return []byte(tt.text), nil
				}
				return os.ReadFile(path)
			},
		})
		switch {
		case tt.no != "" && (err == nil || !strings.Contains(err.Error(), tt.no)):
			t.Errorf("%s: %v, want %s", tt.name, err, tt.no)
		case tt.no == "" && (err != nil || cfg.Spaces[0].APIKey.Current().Reveal() != tt.want):
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
