package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/backup"
	"toban/bot/store"
)

// desk is a keeper with its world.
type desk struct {
	t    *testing.T
	s    *store.Store
	dir  string
	keys backup.Keys
	told []string
}

func (d *desk) keeper(owner string) *backup.Keeper {
	d.t.Helper()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		d.t.Fatal(err)
	}
	k, err := backup.NewKeeper(backup.KeeperConfig{
		Store: d.s, Dir: d.dir, Keep: 3, Keys: d.keys, Hour: 3, Minute: 30, Zone: tokyo, Clock: bot.ClockFunc(time.Now), Machine: time.Now, Owner: owner,
		Tell: func(_ context.Context, key, _ string) error {
			d.told = append(d.told, key)
			return nil
		},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return k
}

func (d *desk) names() string {
	d.t.Helper()
	list, err := backup.List(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	for i := range list {
		list[i] = filepath.Base(list[i])
	}
	return strings.Join(list, " ")
}

// Two replicas over some days: one backup a day at its time, three generations, a day without anybody caught up, a failure told once
// and mended.
func TestKeeper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))) // 18:00 in Tokyo
		s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "toban.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		d := &desk{t: t, s: s, dir: t.TempDir(), keys: keys(t)}
		run := func(owners ...string) (stop func()) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, len(owners))
			for _, o := range owners {
				k := d.keeper(o)
				go func() { done <- k.Run(ctx) }()
			}
			return func() {
				cancel()
				for range owners {
					if err := <-done; err != nil {
						t.Error(err)
					}
				}
			}
		}
		if _, ok, err := d.keeper("x").LastGood(t.Context()); ok || err != nil {
			t.Errorf("a good backup before the first: %v", err)
		}
		stop := run("a", "b")
		time.Sleep(time.Minute)
		if got := d.names(); got != "toban-20261124T090000Z.backup" { // the day's moment had passed: at once
			t.Errorf("first: %s", got)
		}
		time.Sleep(24 * time.Hour)
		stop()
		time.Sleep(48 * time.Hour) // nobody runs
		stop = run("c", "d")
		time.Sleep(24 * time.Hour)
		stop()
		want := "toban-20261124T183000Z.backup toban-20261127T090100Z.backup toban-20261127T183000Z.backup"
		if got := strings.ReplaceAll(d.names(), "3029Z", "3000Z"); normal(got) != normal(want) {
			t.Errorf("got %s, want about %s", got, want)
		}
		at, ok, err := d.keeper("x").LastGood(t.Context())
		if !ok || err != nil || !strings.HasSuffix(d.names(), backup.Name(at)) {
			t.Errorf("the last good one is %v, %t, %v", at, ok, err)
		}
		// The folder is gone: told once for the day, however often it is tried; then it is there again.
		if err := os.Rename(d.dir, d.dir+".away"); err != nil {
			t.Fatal(err)
		}
		stop = run("e", "f")
		time.Sleep(24 * time.Hour)
		if len(d.told) < 4 || d.told[0] != d.told[len(d.told)/2] {
			t.Errorf("told %v", d.told)
		}
		if err := os.Rename(d.dir+".away", d.dir); err != nil {
			t.Fatal(err)
		}
		before := d.names()
		time.Sleep(time.Hour)
		stop()
		if got := d.names(); got == before || strings.Count(got, ".backup") != 3 {
			t.Errorf("after the failure: %s", got)
		}
	})
}

// normal takes the seconds out of names: a keeper looks every half minute.
func normal(names string) string {
	var out []string
	for n := range strings.FieldsSeq(names) {
		out = append(out, n[:len("toban-20261124T1830")])
	}
	return strings.Join(out, " ")
}

func TestKeeperWithoutKeys(t *testing.T) {
	_, err := backup.NewKeeper(backup.KeeperConfig{Dir: t.TempDir(), Keep: 1})
	if !errors.Is(err, backup.ErrNoKeys) {
		t.Errorf("got %v", err)
	}
}
