package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"toban/bot"
	"toban/bot/poll"
	"toban/bot/store"
	"toban/bot/store/storetest"
)

// backedUp is an office whose server.yaml says where backups go; more is added to the section.
func backedUp(t *testing.T, more string) *office {
	t.Helper()
	o := newOffice(t)
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("BACKUP_KEY", id.String())
	o.backups = filepath.Join(o.dir, "backups")
	if err := os.Mkdir(o.backups, 0o700); err != nil {
		t.Fatal(err)
	}
	o.rewrite("server.yaml", "operators:", "backup: {dir: "+o.backups+", recipients: ["+id.Recipient().String()+"], identity: env:BACKUP_KEY"+more+"}\noperators:")
	return o
}

// must runs a command that has to end well.
func (o *office) must(args ...string) string {
	o.t.Helper()
	code, out, errs := o.toban("", args...)
	if code != exitOK {
		o.t.Fatalf("toban %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// answers counts the bot's answers to a ticket.
func (o *office) answers(key string) int {
	o.t.Helper()
	var comments []struct{ Content string }
	o.get("/issues/"+key+"/comments", &comments)
	n := 0
	for _, c := range comments {
		n += strings.Count(c.Content, "次のとおり承りました")
	}
	return n
}

// follows reports whether the feed of activities has its cursor: what comes after it can't be lost.
func (o *office) follows(t *testing.T) bool {
	t.Helper()
	cfg, err := load(filepath.Join(o.dir, "config"))
	if err != nil {
		t.Fatal(err)
	}
	at := storeOptions(cfg)
	at.AsIs = true
	st, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	_, ok, err := st.Cursor(t.Context(), poll.CursorName("demo"))
	return err == nil && ok
}

type looked struct {
	Said     []bot.Said `json:"said"`
	NotAsked string     `json:"not_asked"`
	Aside    string     `json:"aside"`
	Rows     int        `json:"rows"`
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// The whole way of a bad day, on both engines: a backup beside a working Toban, tickets after it, the database lost, restored from the
// backup; nothing is said twice, and what is not remembered is listed until it is decided again.
func TestBackupAndRestoreSayNothingTwice(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			o := backedUp(t, "")
			if engine == "postgres" {
				cluster := &storetest.Cluster{}
				t.Cleanup(cluster.Stop)
				t.Setenv("TOBAN_POSTGRES", cluster.Schema(t))
				o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")
			}
			stop := o.serve()
			first := o.open()
			o.until("the feed is followed", func() bool { return o.follows(t) })
			file := decode[struct{ File string }](t, o.must("backup", "--config", "CONFIG", "--to", filepath.Join(o.dir, "by-hand.backup"), "--json")).File
			second := o.open()
			o.until("its card", func() bool { return len(o.slack.Messages(demoChannel)) >= 2 })
			stop()
			if code, _, errs := o.toban("", "restore", "--config", "CONFIG", file); code != exitFailed || !strings.Contains(errs, "--replace") {
				t.Errorf("a full database: exit %d, %s", code, errs)
			}
			r := decode[looked](t, o.must("restore", "--config", "CONFIG", "--replace", "--json", file))
			if r.Rows == 0 || r.Aside == "" || r.NotAsked != "" {
				t.Errorf("restored %+v", r)
			}
			places := map[string]bool{}
			for _, s := range r.Said {
				places[s.Channel] = true
				if s.Channel == "backlog" && (s.Place != second || !strings.HasPrefix(s.Mark, "T-")) {
					t.Errorf("said %+v, want of %s only", s, second)
				}
			}
			if !places["backlog"] || !places["slack"] {
				t.Errorf("not remembered: %+v, want a comment and a card", r.Said)
			}
			if out := o.must("restored", "--config", "CONFIG", "--look"); !strings.Contains(out, second) {
				t.Errorf("a later look: %s", out)
			}
			stop = o.serve()
			o.until("the ticket is known again", func() bool {
				code, out, _ := o.toban("", "explain", "--config", "CONFIG", second)
				return code == exitOK && strings.Contains(out, "accepted")
			})
			third := o.open()
			o.until("everything is remembered", func() bool {
				return len(decode[looked](t, o.must("restored", "--config", "CONFIG", "--look", "--json")).Said) == 0
			})
			stop()
			for _, k := range []string{first, second, third} {
				if n := o.answers(k); n != 1 {
					t.Errorf("%s: %d answers, want one", k, n)
				}
			}
			if cards := len(o.slack.Messages(demoChannel)); cards > 3 {
				t.Errorf("%d messages for three tickets: %s", cards, o.slack.Messages(demoChannel))
			}
		})
	}
}

// A running Toban makes its backup by itself; the drill of it says how long it took; an operator's own goes to where he says.
func TestDailyBackup(t *testing.T) {
	o := backedUp(t, ", keep: 2")
	stop := o.serve()
	o.open()
	list := func() []string {
		files, err := filepath.Glob(filepath.Join(o.backups, "toban-*.backup"))
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	o.until("the first backup", func() bool { return len(list()) == 1 })
	for i := range 3 {
		time.Sleep(1100 * time.Millisecond) // names have seconds
		if out := o.must("backup", "--config", "CONFIG"); !strings.Contains(out, "decrypted and compared") {
			t.Errorf("backup %d: %s", i, out)
		}
	}
	stop()
	files := list()
	if len(files) != 2 {
		t.Errorf("%v, want the two newest", files)
	}
	for _, args := range [][]string{{"restore", "--config", "CONFIG", "--drill", files[1]}, {"backup", "--config", "CONFIG", "--drill", "--to", t.TempDir()}} {
		if out := o.must(args...); !strings.Contains(out, "for trial in") || !strings.Contains(out, "all as they were") {
			t.Errorf("%v: %s", args, out)
		}
	}
}

func TestBackupSaysWhatIsWrong(t *testing.T) {
	o := backedUp(t, "")
	plain := newOffice(t)
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(o.dir, "broken.backup")
	if err := os.WriteFile(broken, []byte("PGDMP"), 0o600); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(o.dir, "toban.db")
	if code, _, errs := o.toban("", "backup", "--config", "CONFIG"); code != exitFailed || !strings.Contains(errs, db) {
		t.Errorf("without a database: %d %s", code, errs)
	}
	stop := o.serve()
	stop()
	whole := filepath.Join(o.dir, "whole.backup")
	o.must("backup", "--config", "CONFIG", "--to", whole)
	for _, tt := range []struct {
		name  string
		o     *office
		code  int
		args  []string
		wants string
	}{
		{"nothing configured", plain, exitUsage, []string{"backup", "--config", "CONFIG", "--to", "x"}, "backup.recipients"},
		{"no folder", plain, exitUsage, []string{"backup", "--config", "CONFIG"}, "backup.dir"},
		{"a file that is there", o, exitFailed, []string{"backup", "--config", "CONFIG", "--to", whole}, "is there already"},
		{"a folder that is not there", o, exitFailed, []string{"backup", "--config", "CONFIG", "--to", filepath.Join(o.dir, "none") + "/"}, "there is no folder"},
		{"no backup", o, exitFailed, []string{"restore", "--config", "CONFIG", broken}, "damaged"},
		{"no file", o, exitFailed, []string{"restore", "--config", "CONFIG", broken + "x"}, "no such file"},
		{"no argument", o, exitUsage, []string{"restore", "--config", "CONFIG"}, "arg"},
		{"never restored", o, exitUsage, []string{"restored", "--config", "CONFIG", "--look"}, "--since"},
		{"no moment", o, exitUsage, []string{"restored", "--config", "CONFIG", "--since", "yesterday"}, "2026"},
	} {
		if code, out, errs := tt.o.toban("", tt.args...); code != tt.code || !strings.Contains(errs, tt.wants) {
			t.Errorf("%s: exit %d, %s%s; want exit %d and %q", tt.name, code, out, errs, tt.code, tt.wants)
		}
	}
	t.Setenv("BACKUP_KEY", other.String())
	if code, _, errs := o.toban("", "restore", "--config", "CONFIG", "--drill", whole); code != exitFailed || !strings.Contains(errs, "other recipients") {
		t.Errorf("another key: %d %s", code, errs)
	}
	if code, _, errs := o.toban("", "backup", "--config", "CONFIG", "--to", whole+"2"); code != exitFailed || !strings.Contains(errs, "not the key of backup.recipients") {
		t.Errorf("a backup that nobody here could open: %d %s", code, errs)
	}
	if _, err := os.Stat(whole + "2"); err == nil {
		t.Error("it was kept")
	}
}

func TestMeter(t *testing.T) {
	var b bytes.Buffer
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	p := meterOn(&b, func() time.Time { now = now.Add(40 * time.Millisecond); return now })
	for i := range 6 {
		p("inbox", int64(i))
	}
	p("", 0)
	if got, want := b.String(), "\r\x1b[Kinbox … 0 rows\r\x1b[Kinbox … 3 rows\r\x1b[K"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	meter(&b)("inbox", 7)
	if strings.Contains(b.String(), "7") {
		t.Error("something that is no terminal is told of progress")
	}
}
