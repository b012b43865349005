package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A copy of the database from before a ticket was answered is put in place: nothing is said twice.
func TestRestoredDatabaseSaysNothingTwice(t *testing.T) {
	o := newOffice(t)
	stop := o.serve()
	o.until("the feed is followed", func() bool {
		code, out, _ := o.toban("", "explain", "--config", "CONFIG", o.open())
		return code == exitOK && out != ""
	})
	stop()
	copyOf := filepath.Join(o.dir, "copy.db")
	db := filepath.Join(o.dir, "toban.db")
	copyFile(t, db, copyOf)
	stop = o.serve()
	key := o.open()
	o.until("its card", func() bool { return len(o.slack.Messages(demoChannel)) == 2 })
	stop()
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.RemoveAll(db + end); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, copyOf, db)
	if code, out, errs := o.toban("", "restored", "--config", "CONFIG"); code != exitOK {
		t.Fatalf("restored: %d %s %s", code, out, errs)
	}
	stop = o.serve()
	o.until("the ticket is known again", func() bool {
		code, out, _ := o.toban("", "explain", "--config", "CONFIG", key)
		return code == exitOK && strings.Contains(out, "accepted")
	})
	second := o.open()
	stop()
	for _, k := range []string{key, second} {
		var comments []struct{ Content string }
		o.get("/issues/"+k+"/comments", &comments)
		answers := 0
		for _, c := range comments {
			answers += strings.Count(c.Content, "次のとおり承りました")
		}
		if answers != 1 {
			t.Errorf("%s: %d answers, want one", k, answers)
		}
	}
	if cards := len(o.slack.Messages(demoChannel)); cards > 3 {
		t.Errorf("%d messages for three tickets: %s", cards, o.slack.Messages(demoChannel))
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
