package bot_test

import (
	"testing"
	"time"

	"toban/bot"
)

func TestSilenceCovers(t *testing.T) {
	from := time.Date(2026, 12, 1, 13, 0, 0, 0, time.UTC)
	one := bot.Silence{Hosts: []string{"web-1", "web-2"}, From: from, Until: from.Add(2 * time.Hour)}
	all := bot.Silence{From: from, Until: from.Add(2 * time.Hour)}
	for _, tt := range []struct {
		name string
		s    bot.Silence
		host string
		at   time.Duration
		want bool
	}{
		{"in it", one, "web-1", time.Hour, true},
		{"from its beginning on", one, "web-2", 0, true},
		{"before it", one, "web-1", -time.Second, false},
		{"its end is excluded: it ends by itself", one, "web-1", 2 * time.Hour, false},
		{"another host", one, "db-1", time.Hour, false},
		{"every host", all, "db-1", time.Hour, true},
		{"every host, too late", all, "db-1", 3 * time.Hour, false},
	} {
		if got := tt.s.Covers(tt.host, from.Add(tt.at)); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
	id := bot.SilenceID("acme", []string{"b", "a"}, from, from.Add(time.Hour))
	if id != bot.SilenceID("acme", []string{"a", "b"}, from.In(time.FixedZone("JST", 9*3600)), from.Add(time.Hour)) || id == bot.SilenceID("acme", []string{"a"}, from, from.Add(time.Hour)) || len(id) != 8 {
		t.Errorf("id %q", id)
	}
}
