package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
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
	posts := [2]string{freeAddress(t), freeAddress(t)}
	o.rewrite("server.yaml", "listen: "+o.listen, "listen: "+o.listen+"\npostbox: {listen: \""+posts[0]+"\", domain: toban.test}")
	o.rewrite("customers/"+demoCustomer+".yaml", "team: desk\n", "team: desk\nmailboxes: [{address: "+deskAddress+"}]\noverrides: {support-desk: {desk: {mail: true}}}\n")
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
	if err := os.WriteFile(path, []byte(strings.NewReplacer("listen: "+o.listen, "listen: "+other, posts[0], posts[1]).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() { done <- run(ctx, []string{"serve", "--config", second}, strings.NewReader(""), &out, &errs) }()
	stop := o.serve()
	o.until("the second replica answers", func() bool { return o.ready(other) })
	const each = 6
	var keys []string
	for range each {
		keys = append(keys, o.open())
	}
	both(t, [2]string{o.listen, other}, posts)
	cancel() // one replica goes; the other carries on
	if code := <-done; code != exitOK {
		t.Errorf("the second replica ended with %d: %s", code, errs.String())
	}
	for range each {
		keys = append(keys, o.open())
	}
	for _, key := range keys { // in their order, each with the limit of its own: a channel takes one message a second
		o.until("the card of "+key, func() bool { return strings.Contains(fmt.Sprintf("%s", o.slack.Messages(demoChannel)), key+"「") })
	}
	for i := range eachOfBoth {
		for _, summary := range []string{fmt.Sprintf("双子%d番", i), fmt.Sprintf("【警報】twin%d 応答なし", i)} {
			cards := func() int {
				return strings.Count(fmt.Sprintf("%s", o.slack.Messages(demoChannel)), "「"+summary+"」")
			}
			o.until("the card of "+summary, func() bool { return cards() > 0 })
			var issues []struct{ IssueKey string }
			o.get("/issues?keyword="+url.QueryEscape(summary), &issues)
			if n := cards(); len(issues) != 1 || n != 1 {
				t.Errorf("%s: %d issues and %d cards, want one of each", summary, len(issues), n)
			}
		}
	}
	stop()
	for _, key := range keys {
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

const eachOfBoth = 3

// both gives each replica the same mails and the same alerts at the same time.
func both(t *testing.T, doors, posts [2]string) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range eachOfBoth {
		for r := range doors {
			wg.Go(func() {
				text := fmt.Sprintf("From: <a@aozora.example>\r\nMessage-ID: <twin%d@aozora.example>\r\nSubject: =?utf-8?B?%s?=\r\n\r\nbackup\r\n", i, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "双子%d番", i)))
				if err := smtp.SendMail(posts[r], nil, "a@aozora.example", []string{deskAddress}, []byte(text)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+doors[r]+"/hooks/alerts/json/office-customer-alerts", strings.NewReader(fmt.Sprintf(`{"host":"twin%d","name":"応答なし","state":"critical","id":"e1"}`, i)))
				if err != nil {
					t.Error(err)
					return
				}
				res, err := http.DefaultClient.Do(req)
				if err != nil || res.StatusCode != http.StatusOK {
					t.Error(res, err)
					return
				}
				_ = res.Body.Close()
			})
		}
	}
	wg.Wait()
}
