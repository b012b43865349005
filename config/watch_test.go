package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/config"
)

func TestWatch(t *testing.T) {
	dir := laidOver(t, "testdata/night")
	path := filepath.Join(dir, "server.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	section := "\nmail: {server: smtp.example.jp:587, from: toban@example.jp}\nwatch:\n  heartbeat: [env:BEAT, mailto:centre@example.jp]\n  synthetic: {space: main, project: TOBANTEST, issue_type: タスク}\n"
	if err := os.WriteFile(path, append(text, section...), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir, config.Options{Getenv: func(name string) string {
		if name == "BEAT" {
			return "POST https://hc.example/ping/1"
		}
		return env(name)
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := cfg.Server.Watch
	if len(w.Heartbeat) != 2 || w.Heartbeat[0].Reveal() != "POST https://hc.example/ping/1" || w.Heartbeat[1].Reveal() != "mailto:centre@example.jp" {
		t.Errorf("%d addresses", len(w.Heartbeat))
	}
	if w.Synthetic == nil || w.Synthetic.Every != 15*time.Minute || w.Synthetic.Project != "TOBANTEST" {
		t.Errorf("synthetic: %+v", w.Synthetic)
	}
	if strings.Contains(w.Heartbeat[1].String(), "centre") {
		t.Error("an address is printed")
	}
}
