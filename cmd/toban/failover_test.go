package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"toban/bot/store/storetest"
)

// A standby that lacks the last commits takes over from PostgreSQL under a working Toban: it goes on by itself, says nothing twice, and tells the
// operators from when on it may have forgotten.
func TestFailOverSaysNothingTwice(t *testing.T) {
	cluster := &storetest.Cluster{Durable: true}
	t.Cleanup(cluster.Stop)
	o := newOffice(t)
	t.Setenv("TOBAN_POSTGRES", cluster.Schema(t))
	o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")
	messages := func() string { return fmt.Sprintf("%s", o.slack.Messages(demoChannel)) }
	stop := o.serve()
	keys := []string{o.open()}
	card := func(key string) func() bool { return func() bool { return strings.Contains(messages(), key+"「") } }
	o.until("its card", card(keys[0]))
	cluster.Keep(t)
	keys = append(keys, o.open())
	o.until("the card of a ticket that will be forgotten", card(keys[1]))
	cluster.FailOver(t)
	keys = append(keys, o.open())
	o.until("the card of a ticket after the fail-over", card(keys[2]))
	stop()
	stop = o.serve() // the operators are told every half minute and at the start
	o.until("the operators know", func() bool {
		return strings.Contains(fmt.Sprintf("%s", o.slack.Messages(demoOperators)), "another history")
	})
	o.until("the forgotten ticket is known again", func() bool {
		code, out, _ := o.toban("", "explain", "--config", "CONFIG", keys[1])
		return code == exitOK && strings.Contains(out, "accepted")
	})
	stop()
	for _, key := range keys {
		var comments []struct{ Content string }
		o.get("/issues/"+key+"/comments", &comments)
		answers := 0
		for _, c := range comments {
			answers += strings.Count(c.Content, "次のとおり承りました")
		}
		if cards := strings.Count(messages(), key+"「"); answers != 1 || cards != 1 {
			t.Errorf("%s: %d answers and %d cards, want one of each", key, answers, cards)
		}
	}
	if n := strings.Count(fmt.Sprintf("%s", o.slack.Messages(demoOperators)), `"key":"operators:moved:1"`); n != 1 {
		t.Errorf("told %d times, want once: %s", n, o.slack.Messages(demoOperators))
	}
}
