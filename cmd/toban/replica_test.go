package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toban/bot/store/storetest"
)

// Two replicas share one PostgreSQL and work every queue: each ticket is answered once and has one card, also when one of them stops.
func TestTwoReplicasOnPostgreSQL(t *testing.T) {
	cluster := &storetest.Cluster{}
	t.Cleanup(cluster.Stop)
	o := newOffice(t)
	t.Setenv("TOBAN_POSTGRES", cluster.Schema(t))
	o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")
	second := filepath.Join(o.dir, "second")
	if err := os.CopyFS(second, os.DirFS(filepath.Join(o.dir, "config"))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(second, "server.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := freeAddress(t)
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "listen: "+o.listen, "listen: "+other)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() { done <- run(ctx, []string{"serve", "--config", second}, strings.NewReader(""), &out, &errs) }()
	stop := o.serve()
	o.until("the second replica answers", func() bool { return o.ready(other) })
	const each = 6
	keys := map[string]bool{}
	for range each {
		keys[o.open()] = true
	}
	cancel() // one replica goes; the other carries on
	if code := <-done; code != exitOK {
		t.Errorf("the second replica ended with %d: %s", code, errs.String())
	}
	for range each {
		keys[o.open()] = true
	}
	o.until("a card for each ticket", func() bool { return len(o.slack.Messages(demoChannel)) >= len(keys) })
	stop()
	for key := range keys {
		var comments []struct{ Content string }
		o.get("/issues/"+key+"/comments", &comments)
		n := 0
		for _, c := range comments {
			if strings.Contains(c.Content, "次のとおり承りました") {
				n++
			}
		}
		cards := strings.Count(fmt.Sprintf("%s", o.slack.Messages(demoChannel)), key+"「")
		if n != 1 || cards != 1 {
			t.Errorf("%s: %d answers and %d cards, want one of each", key, n, cards)
		}
	}
}
