package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
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
