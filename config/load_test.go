package config_test

import (
	"os"
	"strings"
	"testing"

	"toban/config"
)

// env answers every variable, so that examples load without an environment.
func env(name string) string { return "value-of-" + strings.ToLower(name) }

func example(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load("example", config.Options{Getenv: env, ReadFile: os.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestExampleLoads(t *testing.T) {
	example(t)
}
