package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"toban/backlog/backlogsim"
)

// A mode that changes in the file is taken over at SIGHUP; what a person set since holds over another SIGHUP and a restart, until the file
// changes again.
func TestModeOfTheFileIsTakenOverAtHangup(t *testing.T) {
	o := newOffice(t)
	file := "customers/" + demoCustomer + ".yaml"
	l := &ledger{texts: map[string][]byte{}}
	begin := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan int, 1)
		go func() {
			done <- run(ctx, []string{"serve", "--config", filepath.Join(o.dir, "config")}, &bytes.Buffer{}, l.writer("output"), l.writer("log"))
		}()
		o.until("Toban answers", func() bool { return o.ready(o.listen) })
		return func() {
			cancel()
			if code := <-done; code != exitOK {
				t.Errorf("serve ended with %d: %s", code, l.text("log"))
			}
		}
	}
	hangup := func() {
		t.Helper()
		const says = "working with the configuration as it is now"
		before := strings.Count(l.text("log"), says)
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		o.until(says, func() bool { return strings.Count(l.text("log"), says) > before })
		o.until("Toban answers", func() bool { return o.ready(o.listen) })
	}
	mode := func() string {
		t.Helper()
		code, out, errs := o.toban("", "mode", "--config", "CONFIG", "--json")
		var list []struct{ Mode string }
		if err := json.Unmarshal([]byte(out), &list); code != exitOK || err != nil || len(list) != 1 {
			t.Fatalf("mode: %d %v %s%s", code, err, out, errs)
		}
		return list[0].Mode
	}
	is := func(when, want string) {
		t.Helper()
		o.until("mode "+want+" "+when, func() bool { return mode() == want })
	}

	stop := begin()
	o.open()
	o.rewrite(file, "\nspace: demo", "\nmode: shadow\nspace: demo")
	hangup()
	is("after the hangup", "shadow")
	before, shown := o.changes(), len(o.slack.Messages(demoChannel))
	var types []struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	o.get("/projects/AOZORA/issueTypes", &types)
	o.post(backlogsim.SampleCustomerKey, "/issues", url.Values{"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "summary": {"web09 のバックアップ"}, "description": {strings.ReplaceAll(backupText, "web01", "web09")}, "priorityId": {"3"}, "issueTypeId": {fmt.Sprint(types[1].ID)}})
	o.until("staff are shown what would be said", func() bool {
		return strings.Contains(joined(o.slack.Messages(demoChannel)[shown:]), "【シャドー】")
	})
	if n := o.changes() - before; n != 0 {
		t.Errorf("wrote %d times in shadow", n)
	}

	if code, _, errs := o.toban("", "mode", "--config", "CONFIG", backlogsim.SampleProjectKey, "on"); code != exitOK {
		t.Fatal(errs)
	}
	hangup()
	is("after a hangup without news", "on")
	stop()
	stop = begin()
	is("after a restart", "on")
	o.open()
	o.rewrite(file, "\nmode: shadow", "\nmode: assist")
	hangup()
	is("after another change of the file", "assist")
	stop()
}

func joined(list []json.RawMessage) string {
	var b strings.Builder
	for _, m := range list {
		b.Write(m)
	}
	return b.String()
}
